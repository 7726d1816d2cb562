//! The company log: what happened, the newest first, and what of it is sought.
//!
//! The page can look for new entries by itself, if somebody asks for that: by the
//! header `Refresh`, since there is no script. A page that does so does not keep
//! its session alive.

use std::sync::Arc;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::header::REFRESH;
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::Response;
use host_harness::{Level, LogError, StoredEntry};
use url::form_urlencoded;

use super::frame::Frame;
use super::log_filter::{Filter, LEVELS};
use super::page::page;
use super::place::Place;
use super::problem::Problem;
use super::site::Site;
use super::visit::SignedIn;

/// Entries of one page.
const PAGE: usize = 25;
/// Seconds after which a page that is asked to looks for new entries.
const INTERVAL: &str = "10";
/// The name by which an address asks for that.
const LIVE: &str = "live";

/// An entry in words.
pub struct Line {
    /// Unix seconds.
    pub time: u64,
    /// The message of the level.
    pub level: &'static str,
    /// The class of the level.
    pub tone: &'static str,
    /// Who acted; none when nobody did.
    pub actor: Option<String>,
    /// What happened.
    pub message: String,
    /// Its code.
    pub event: String,
}

#[derive(Template)]
#[template(path = "log.html")]
struct Page<'a> {
    frame: &'a Frame<'a>,
    company: &'a str,
    filter: &'a Filter,
    levels: [(&'static str, &'static str); 4],
    /// Event codes to choose from, and what several of them begin with.
    events: Vec<String>,
    lines: Vec<Line>,
    /// Whether these are not the newest.
    is_older: bool,
    /// Whether the page looks for new entries by itself.
    is_live: bool,
    links: Links,
}

/// Addresses with the same filter.
struct Links {
    newest: String,
    older: Option<String>,
    live: String,
    csv: String,
    jsonl: String,
}

/// A page of the log.
pub async fn show(
    State(site): State<Arc<Site>>,
    person: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let (filter, before) = (Filter::read(&query), before(&query));
    let is_live = before.is_none() && is_live(&query);
    let company = person.person.company;
    // One more than is shown tells whether there is more.
    let more = u32::try_from(PAGE).unwrap_or(u32::MAX).saturating_add(1);
    let found = site.log.find(company, filter.query(before, more)).await;
    let mut entries = found.map_err(unread)?;
    let events = site.log.events(company).await.map_err(unread)?;
    let is_more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let older = entries.last().filter(|_| is_more).map(|entry| entry.id);
    let frame = Frame::titled(&site, &person.visit, Place::Log, "log-title");
    let path = frame.path("log");
    let older = older.map(|id| filter.address(&path, &[("before", &id.to_string())]));
    let links = Links {
        newest: filter.address(&path, &[]),
        older,
        live: filter.address(&path, &[(LIVE, "on")]),
        csv: filter.address("/log/csv", &[]),
        jsonl: filter.address("/log/jsonl", &[]),
    };
    let template = Page {
        frame: &frame,
        company,
        events: choices(events, &filter.event),
        filter: &filter,
        levels: LEVELS,
        lines: entries.into_iter().map(line).collect(),
        is_older: before.is_some(),
        is_live,
        links,
    };
    let mut response = page(StatusCode::OK, &template)?;
    if is_live {
        let headers = response.headers_mut();
        headers.insert(REFRESH, HeaderValue::from_static(INTERVAL));
    }
    Ok(response)
}

/// Whether a page asks, and not a person: the log, looking for new entries.
pub fn asks_by_itself(uri: &Uri, site: &Site) -> bool {
    uri.path() == Place::Log.path(site.host.plugin_id()) && is_live(uri.query().unwrap_or_default())
}

/// The newest entries of a person's company, for another page; none when they
/// cannot be read.
pub async fn newest(site: &Site, person: &SignedIn, most: u32) -> Vec<Line> {
    let found = site
        .log
        .newest(person.person.company, None, most)
        .await
        .inspect_err(|error| tracing::error!(%error, "the company log cannot be read"));
    found.unwrap_or_default().into_iter().map(line).collect()
}

fn unread(error: LogError) -> Problem {
    tracing::error!(%error, "the company log cannot be read");
    Problem::Internal
}

fn is_live(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == LIVE)
}

fn before(query: &str) -> Option<i64> {
    let found = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "before");
    found?.1.parse().ok()
}

/// The codes, each group of them, and whatever is chosen already, in order.
fn choices(events: Vec<String>, chosen: &str) -> Vec<String> {
    let groups = events
        .iter()
        .filter_map(|event| Some(format!("{}.", event.split_once('.')?.0)));
    let mut choices: Vec<String> = groups.collect();
    choices.extend(events);
    choices.push(chosen.to_owned());
    choices.retain(|choice| !choice.is_empty());
    choices.sort();
    choices.dedup();
    choices
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_event_codes_when_offered_then_their_groups_stand_before_them() {
        let events = ["a.one", "a.two", "plain"].map(String::from).to_vec();
        assert_eq!(
            choices(events, "b.gone"),
            ["a.", "a.one", "a.two", "b.gone", "plain"]
        );
    }
}
