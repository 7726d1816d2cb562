//! What this page itself writes into the company log: in the company's language,
//! with who acted.

use host_harness::contract::Report;
use host_harness::{CompanyLog as _, Entry, Level};

use super::locale::Locale;
use super::site::Site;

/// The language of a company's log: the setting that means the same in every
/// plugin, and English before there is one.
pub fn language(report: &Report) -> Locale {
    let mut settings = report.settings.iter();
    settings
        .find(|(key, _)| key == "language")
        .and_then(|(_, tag)| Locale::from_tag(tag))
        .unwrap_or(Locale::En)
}

/// The language of a company's log; `otherwise` where nobody can tell.
pub async fn language_of(site: &Site, company: &str, otherwise: Locale) -> Locale {
    let Ok(connection) = site.host.connection(company) else {
        return otherwise;
    };
    let report = connection.status(Locale::En.tag()).await;
    report.map_or(otherwise, |report| language(&report))
}

/// Something that was done.
pub struct Deed<'a> {
    /// Whose log it belongs to.
    pub company: &'a str,
    /// Who did it.
    pub actor: &'a str,
    /// Its stable code.
    pub event: &'a str,
    /// What it is, in one of the page's own messages.
    pub message: &'a str,
    /// The values of the message.
    pub values: &'a [(&'a str, &'a str)],
}

/// Writes it down. A log that fails stands in nobody's way.
pub async fn note(site: &Site, language: Locale, deed: Deed<'_>) {
    let entry = Entry {
        time: site.clock.now(),
        level: Level::Info,
        event: deed.event.to_owned(),
        message: site.words.message(language, deed.message, deed.values),
        actor: Some(deed.actor.to_owned()),
        company: deed.company.to_owned(),
        plugin: site.host.plugin_id().to_owned(),
    };
    tracing::info!(target: "company", company = deed.company, actor = deed.actor, event = deed.event, "{}", entry.message);
    if let Err(error) = site.log.append(entry).await {
        tracing::error!(%error, "the company log cannot be written");
    }
}
