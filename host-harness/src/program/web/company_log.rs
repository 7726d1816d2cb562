//! The company log: what happened, the newest first.

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use host_harness::{Level, StoredEntry};
use url::form_urlencoded;

use super::frame::Frame;
use super::page::page;
use super::place::Place;
use super::problem::Problem;
use super::site::Site;
use super::visit::SignedIn;

/// Entries of one page.
const PAGE: usize = 25;

/// An entry in words.
struct Line {
    time: u64,
    /// The message of the level.
    level: &'static str,
    tone: &'static str,
    actor: Option<String>,
    message: String,
    event: String,
}

#[derive(Template)]
#[template(path = "log.html")]
struct Page<'a> {
    frame: &'a Frame<'a>,
    company: &'a str,
    lines: Vec<Line>,
    /// Whether these are not the newest.
    is_older: bool,
    /// Where older ones go on.
    older: Option<i64>,
}

/// A page of the log.
pub async fn show(
    State(site): State<Arc<Site>>,
    person: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let before = before(query.as_deref().unwrap_or_default());
    // One more than is shown tells whether there is more.
    let more = u32::try_from(PAGE).unwrap_or(u32::MAX).saturating_add(1);
    let read = site.log.newest(person.person.company, before, more).await;
    let mut entries = read.map_err(|error| {
        tracing::error!(%error, "the company log cannot be read");
        Problem::Internal
    })?;
    let is_more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let older = entries.last().filter(|_| is_more).map(|entry| entry.id);
    let frame = Frame::titled(&site, &person.visit, Place::Log, "log-title");
    let template = Page {
        frame: &frame,
        company: person.person.company,
        lines: entries.into_iter().map(line).collect(),
        is_older: before.is_some(),
        older,
    };
    page(StatusCode::OK, &template)
}

fn before(query: &str) -> Option<i64> {
    let found = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "before");
    found?.1.parse().ok()
}

fn line(StoredEntry { entry, .. }: StoredEntry) -> Line {
    let (level, tone) = match entry.level {
        Level::Trace | Level::Debug => ("level-detail", "quiet"),
        Level::Info => ("level-info", "quiet"),
        Level::Warn => ("level-warn", "warn"),
        Level::Error | Level::Critical => ("level-error", "bad"),
    };
    Line {
        time: entry.time.as_secs(),
        level,
        tone,
        actor: entry.actor,
        message: entry.message,
        event: entry.event,
    }
}
