//! From configuration to host: the parts, put together.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use host_harness::{
    Database, Host, HostBuilder, KeyRing, PLUGIN, ReqwestOptions, ReqwestTransport, SqliteLog,
    SqliteStorage, SystemRandom,
};

use crate::arguments::Common;
use crate::configuration::Configuration;
use crate::failure::Failure;

/// A host, the log that it writes, and the file of both.
pub struct Assembly {
    pub host: Host,
    pub log: SqliteLog,
    pub database: Database,
}

/// Builds the host that the arguments and the configuration describe.
///
/// # Errors
///
/// [`Failure`].
pub async fn assemble(common: &Common, configuration: &Configuration) -> Result<Assembly, Failure> {
    make_private_folder(common.data())?;
    let database = Database::open(configuration.database(common.data())?).await?;
    let log = SqliteLog::new(database.clone());
    let storage = Arc::new(SqliteStorage::new(database.clone()));
    let key_file = configuration.key_file(common.data());
    let key_ring = KeyRing::open_or_create(key_file, &*storage, &SystemRandom).await?;
    let mut builder = configuration
        .expect(Host::builder(plugin(common)?))
        .storage(storage)
        .key_ring(key_ring)
        .limits(configuration.limits())
        .log(Arc::new(log.clone()));
    builder = with_transport(builder)?;
    if let Some(registration) = configuration.registration()? {
        builder = builder.registration(registration);
    }
    let host = builder.build().await?;
    Ok(Assembly {
        host,
        log,
        database,
    })
}

/// Adds real HTTP.
///
/// # Errors
///
/// [`Failure::Transport`].
pub fn with_transport(builder: HostBuilder) -> Result<HostBuilder, Failure> {
    let transport = ReqwestTransport::new(ReqwestOptions::default())?;
    Ok(builder.transport(Arc::new(transport)))
}

/// The plugin's bytes: the file given, or the built-in one.
///
/// # Errors
///
/// [`Failure::Path`].
pub fn plugin(common: &Common) -> Result<Vec<u8>, Failure> {
    match &common.plugin {
        None => Ok(PLUGIN.to_vec()),
        Some(path) => fs::read(path).map_err(|source| Failure::Path {
            path: path.clone(),
            source,
        }),
    }
}

/// Makes a folder that nobody else can look into.
///
/// # Errors
///
/// [`Failure::Path`].
pub fn make_private_folder(path: &Path) -> Result<(), Failure> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|source| Failure::Path {
        path: path.to_owned(),
        source,
    })
}
