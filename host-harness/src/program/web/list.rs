//! The list of integrations, with a search that works without scripts.

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use host_harness::contract::{Descriptor, Stage};
use url::form_urlencoded;

use super::badge::Badge;
use super::explain::spoken;
use super::frame::Frame;
use super::icon::Icon;
use super::page::page;
use super::place::Place;
use super::problem::Problem;
use super::site::Site;
use super::visit::SignedIn;

/// More than anybody types.
const LONGEST: usize = 100;

/// One integration in the list.
struct Entry {
    descriptor: Descriptor,
    /// The language of what the plugin says.
    spoken: &'static str,
    icon: Icon,
    badge: Badge,
}

#[derive(Template)]
#[template(path = "list.html")]
struct Page<'a> {
    frame: &'a Frame<'a>,
    sought: &'a str,
    found: Vec<Entry>,
}

/// The list, or what of it was sought.
pub async fn show(
    State(site): State<Arc<Site>>,
    person: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let sought = sought(query.as_deref().unwrap_or_default());
    let locale = person.visit.locale;
    let descriptor = site.host.describe(locale.tag()).await?;
    let mut found = Vec::new();
    if matches(&descriptor, &sought) {
        // A connection that cannot be read still has a page, which says so.
        let report = person.connection(&site)?.status(locale.tag()).await;
        if let Err(error) = &report {
            tracing::warn!(%error, "a connection cannot be read");
        }
        let badge = match &report {
            Ok(report) => Badge::of(report),
            Err(_) => Badge::of_stage(Stage::Attention),
        };
        found.push(Entry {
            spoken: spoken(&descriptor, locale.tag()),
            icon: Icon::of(&descriptor),
            descriptor,
            badge,
        });
    }
    let id = if sought.is_empty() {
        "list-title"
    } else {
        "list-title-search"
    };
    let frame = Frame::titled(&site, &person.visit, Place::Integrations, id);
    let template = Page {
        frame: &frame,
        sought: &sought,
        found,
    };
    page(StatusCode::OK, &template)
}

fn sought(query: &str) -> String {
    let found = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q");
    let text = found.map(|(_, text)| {
        let shown = text.trim().chars().filter(|each| !each.is_control());
        shown.take(LONGEST).collect()
    });
    text.unwrap_or_default()
}

/// Every word sought is somewhere in what people know of it.
fn matches(descriptor: &Descriptor, sought: &str) -> bool {
    let Descriptor {
        name,
        summary,
        vendor,
        ..
    } = descriptor;
    let text = format!("{name} {summary} {vendor}").to_lowercase();
    sought
        .to_lowercase()
        .split_whitespace()
        .all(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::super::tests::plugin;
    use super::*;

    #[test]
    fn given_words_when_sought_then_all_have_to_be_there_in_any_case() {
        let mut descriptor = plugin::descriptor();
        descriptor.name = "Räkna".into();
        descriptor.summary = "Sends invoices".into();
        for text in ["", "räk", "RÄKNA sends", "invoices räkna"] {
            assert!(matches(&descriptor, text), "{text}");
        }
        for text in ["x", "räkna payments"] {
            assert!(!matches(&descriptor, text), "{text}");
        }
        assert_eq!(sought("a=1&q=+r%C3%A4k+&q=2"), "räk");
        assert_eq!(sought(&format!("q={}", "a".repeat(500))).len(), LONGEST);
    }
}
