//! The company log as a file: what the filter lets through, the newest first.
//!
//! Guarantees: CSV is as RFC 4180 has it, but for the separator, which is the one
//! that spreadsheets of the reader's language expect; in UTF-8 with the mark by which
//! they know it; and no cell of it is a formula to them, whichever separator they go
//! by. JSON lines are one object a line. Both give times as RFC 3339, in UTC.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::response::Response;
use host_harness::{Entry, StoredEntry};

use super::download::file;
use super::locale::Locale;
use super::log_filter::Filter;
use super::problem::Problem;
use super::site::Site;
use super::visit::SignedIn;
use crate::show;

/// What the files are called.
const NAME: &str = "company-log";

/// The columns, named as the members of a JSON line.
const COLUMNS: [&str; 5] = ["time", "level", "event", "actor", "message"];

/// For spreadsheets.
pub async fn csv(
    State(site): State<Arc<Site>>,
    person: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let entries = entries(&site, &person, query).await?;
    let separator = separator(person.visit.locale);
    let mut text = String::from('\u{feff}');
    line(&mut text, separator, COLUMNS);
    for StoredEntry { entry, .. } in &entries {
        line(
            &mut text,
            separator,
            cells(entry).each_ref().map(String::as_str),
        );
    }
    Ok(file(&site, NAME, "csv", "text/csv; charset=utf-8", text))
}

/// For programs.
pub async fn jsonl(
    State(site): State<Arc<Site>>,
    person: SignedIn,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let entries = entries(&site, &person, query).await?;
    let lines = entries.iter().map(|stored| {
        let value = show::entry_value(&stored.entry);
        format!("{value}\n")
    });
    let kind = "application/x-ndjson";
    Ok(file(&site, NAME, "jsonl", kind, lines.collect()))
}

async fn entries(
    site: &Site,
    person: &SignedIn,
    query: Option<String>,
) -> Result<Vec<StoredEntry>, Problem> {
    let filter = Filter::read(query.as_deref().unwrap_or_default());
    let query = filter.query(None, u32::MAX);
    let found = site.log.find(person.person.company, query).await;
    found.map_err(|error| {
        tracing::error!(%error, "the company log cannot be read");
        Problem::Internal
    })
}

fn cells(entry: &Entry) -> [String; 5] {
    [
        show::time(entry.time.as_secs()),
        entry.level.as_str().to_owned(),
        entry.event.clone(),
        entry.actor.clone().unwrap_or_default(),
        entry.message.clone(),
    ]
}

/// Where the comma divides decimals, the semicolon divides cells.
fn separator(locale: Locale) -> &'static str {
    match locale {
        Locale::Sv | Locale::Nb => ";",
        Locale::En => ",",
    }
}

/// One record (RFC 4180 section 2), every field quoted.
fn line(text: &mut String, separator: &str, fields: [&str; 5]) {
    let quoted = fields.map(|field| format!("\"{}\"", harmless(field).replace('"', "\"\"")));
    text.push_str(&quoted.join(separator));
    text.push_str("\r\n");
}

/// A field that spreadsheets take for text (OWASP, CSV injection), also one that
/// begins a cell at another separator than ours.
fn harmless(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    if field.starts_with(['\t', '\r']) {
        text.push('\'');
    }
    let mut begins = true;
    for character in field.chars() {
        if begins && matches!(character, '=' | '+' | '-' | '@') {
            text.push('\'');
        }
        text.push(character);
        let is_blank = begins && character == ' ';
        begins = is_blank || matches!(character, ',' | ';' | '\t' | '\n' | '\r' | '"');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_fields_of_any_text_when_written_then_they_are_one_record_and_no_formula() {
        let record = |field: &str| {
            let mut text = String::new();
            line(&mut text, ",", [field, "", "", "", "z"]);
            text
        };
        let expected = [
            ("a", "\"a\""),
            ("a,b", "\"a,b\""),
            ("a \"b\"\r\nc", "\"a \"\"b\"\"\r\nc\""),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@x", "\"'@x\""),
            ("\tx", "\"'\tx\""),
            ("a;=1+1", "\"a;'=1+1\""),
            ("a, @x", "\"a, '@x\""),
            ("\"=x", "\"\"\"'=x\""),
            (" =x", "\" '=x\""),
            ("\rx", "\"'\rx\""),
            ("1=1", "\"1=1\""),
            ("åäö", "\"åäö\""),
        ];
        for (field, cell) in expected {
            assert_eq!(record(field), format!("{cell},\"\",\"\",\"\",\"z\"\r\n"));
        }
        let mut text = String::new();
        line(&mut text, separator(Locale::Sv), ["a", "b", "", "", ""]);
        assert_eq!(text, "\"a\";\"b\";\"\";\"\";\"\"\r\n");
    }
}
