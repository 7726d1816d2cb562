//! Connections kept alive, and people told, while a program serves or once.

use std::sync::Arc;

use host_harness::notices::SqliteNotices;
use host_harness::{Database, Host, Keeper, SqliteSchedule, SystemClock, SystemRandom};

use crate::arguments::Common;
use crate::assemble::{Assembly, assemble};
use crate::configuration::{Configuration, Mail};
use crate::failure::Failure;
use crate::notices::Notices;
use crate::show;
use crate::web::{Address, Words};

/// A keeper of this host that tells what needs a person. `address` is where
/// people find the sample page.
///
/// # Errors
///
/// [`Failure::Mail`].
pub fn keeper(
    host: &Host,
    database: Database,
    mail: Mail,
    address: Option<&Address>,
) -> Result<Keeper, Failure> {
    let Mail { from, way } = mail;
    let schedule = SqliteSchedule::new(database.clone());
    let notices = Notices {
        told: SqliteNotices::new(database, host.plugin_id()),
        from,
        outbox: way.open()?,
        page: address.map(|address| address.integration(host.plugin_id())),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        words: Words::new(),
        rests_until: Default::default(),
        host: host.clone(),
    };
    let keeper = Keeper::new(host.clone(), Arc::new(schedule));
    Ok(keeper.watched_by(Arc::new(notices)))
}

/// `maintain --all`: one round, for hosts whose operator has a timer of their
/// own.
///
/// # Errors
///
/// [`Failure`].
pub async fn round(common: &Common) -> Result<(), Failure> {
    let configuration = Configuration::read(common.config.as_deref())?;
    let mail = configuration.mail(common.data())?;
    let registration = configuration.registration()?;
    let Assembly { host, database, .. } = assemble(common, &configuration).await?;
    let address =
        registration.and_then(|app| Address::of(&app.redirect_uri, host.plugin_id()).ok());
    let keeper = keeper(&host, database, mail, address.as_ref())?;
    let visited = keeper
        .round()
        .await
        .map_err(host_harness::HostError::from)?;
    let out = &mut std::io::stdout();
    match common.json {
        true => show::line(out, &serde_json::json!({"visited": visited}).to_string()),
        false => show::line(out, &format!("Connections that were due: {visited}.")),
    }
    Ok(())
}
