//! From configuration to host: the parts, put together.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use host_harness::{
    Database, Host, HostBuilder, KeyRing, Limits, PLUGIN, ReqwestOptions, ReqwestTransport,
    SqliteLog, SqliteStorage, SystemRandom,
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

/// One byte more than a plugin has.
const MOST: u64 = Limits::COMPONENT as u64 + 1;

/// The plugin's bytes: the file given, or the built-in one. Of a file that is too
/// large, or that never ends, no more than shows that it is.
///
/// # Errors
///
/// [`Failure::Path`].
pub fn plugin(common: &Common) -> Result<Vec<u8>, Failure> {
    match &common.plugin {
        None => Ok(PLUGIN.to_vec()),
        Some(path) => {
            let mut bytes = Vec::new();
            let file = fs::File::open(path).map(|file| file.take(MOST));
            let read = file.and_then(|mut file| file.read_to_end(&mut bytes));
            read.map(|_| bytes).map_err(|source| Failure::Path {
                path: path.clone(),
                source,
            })
        }
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
