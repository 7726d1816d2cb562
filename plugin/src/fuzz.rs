//! Fuzz targets over everything that comes from outside: callback queries, token
//! bodies, error bodies, and cells.
//!
//! `cargo test` runs each for a few seconds from its corpus of ordinary input;
//! `cargo bolero test fuzz::<target>` goes on for as long as one likes.

use std::collections::BTreeMap;
use std::time::Duration;

use bolero::check;
use serde::de::IgnoredAny;

use crate::attempt::Attempt;
use crate::callback::{Answer, Callback};
use crate::cell::{self, Kind};
use crate::contract::StorageError;
use crate::effects::Effects as _;
use crate::error::Error;
use crate::grant::Grant;
use crate::health::Health;
use crate::provider_text::Words;
use crate::settings::SettingsCell;
use crate::testing::FakeHost;
use crate::token_response::TokenResponse;

/// Of each target, in `cargo test`.
const TIME: Duration = Duration::from_secs(8);

fn is_harmless(words: &Words) {
    for text in [&words.code, &words.message] {
        assert!(text.chars().count() <= 200);
        let odd = |c: char| c.is_control() || matches!(c, '<' | '>' | '\u{202a}'..='\u{202e}');
        assert!(!text.contains(odd), "{text:?}");
    }
}

#[test]
fn a_callback_query_of_any_bytes_gives_a_well_formed_code_or_harmless_words() {
    check!().with_test_time(TIME).for_each(|bytes: &[u8]| {
        let query = String::from_utf8_lossy(bytes);
        let Ok(callback) = Callback::parse(&query) else {
            return;
        };
        match &callback.answer {
            Answer::Code(code) => {
                let code = code.secret();
                assert!(!code.is_empty() && code.bytes().all(|byte| matches!(byte, 0x20..=0x7e)));
            }
            Answer::Refused(words) => is_harmless(words),
            Answer::Nothing => {}
        }
        assert!(
            callback
                .state
                .is_none_or(|state| state.len() <= query.len())
        );
    });
}

#[test]
fn a_token_body_of_any_bytes_gives_only_tokens_that_stand_in_it() {
    check!().with_test_time(TIME).for_each(|body: &[u8]| {
        let response = TokenResponse::read(body);
        let text = String::from_utf8_lossy(body);
        let stands_in_it = |token: &str| {
            assert!(!token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()));
            // Escapes can spell it otherwise.
            assert!(text.contains(token) || text.contains('\\'));
        };
        if let Some(token) = response.refresh_token() {
            stands_in_it(token.secret());
        }
        if let Some(usable) = response.usable() {
            stands_in_it(usable.access_token.secret());
            assert!((60..=86_400).contains(&usable.life.as_secs()));
            assert!(response.refusal(&[]).is_none());
        }
    });
}

#[test]
fn an_error_body_of_any_bytes_gives_harmless_words_without_what_was_sent() {
    const SENT: &str = "s3nt-t0ken";
    check!().with_test_time(TIME).for_each(|bytes: &[u8]| {
        let noise = String::from_utf8_lossy(bytes);
        let body = serde_json::json!({
            "error": noise,
            "error_description": format!("{noise}{SENT}{noise}"),
        });
        for body in [bytes.to_vec(), body.to_string().into_bytes()] {
            if let Some(words) = TokenResponse::read(&body).refusal(&[SENT]) {
                is_harmless(&words);
                assert!(!words.message.contains(SENT) && !words.code.contains(SENT));
            }
        }
    });
}

/// A cell is read as it is, refused with a clear error, and never changed by that.
fn reads<T: Kind>(host: &FakeHost, bytes: &[u8]) {
    host.write(T::KEY, bytes);
    let read = cell::read::<T>(host);
    match read {
        Ok(Some(cell)) => {
            let stored: BTreeMap<String, IgnoredAny> = serde_json::from_slice(bytes).unwrap();
            assert!(stored.contains_key("format"));
            // A rewrite keeps what this version does not know.
            cell::save(host, Some(&cell), &cell.value)
                .map_err(Error::from)
                .unwrap();
            let rewritten = host.get(T::KEY).unwrap().value;
            let rewritten: BTreeMap<String, IgnoredAny> =
                serde_json::from_slice(&rewritten).unwrap();
            assert!(stored.keys().all(|member| rewritten.contains_key(member)));
        }
        Ok(None) => panic!("a cell that is there was not seen"),
        Err(Error::Cell { .. }) => {
            assert_eq!(
                host.get(T::KEY).map(|entry| entry.value),
                Ok(bytes.to_vec())
            );
        }
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_cell_of_any_bytes_is_read_or_refused_and_never_lost() {
    let host = FakeHost::connected("user");
    host.begin();
    let cells: Vec<Vec<u8>> = ["grant", "settings", "attempt"]
        .into_iter()
        .filter_map(|key| host.get(key).ok())
        .map(|entry| entry.value)
        .collect();
    check!()
        .with_test_time(TIME)
        .with_type::<(u8, u16, Vec<u8>)>()
        .for_each(|(which, at, bytes)| {
            let host = FakeHost::new();
            // Either anything, or a real cell with something in its middle.
            let mut cell = match cells.get(usize::from(*which)) {
                Some(cell) => cell.clone(),
                None => Vec::new(),
            };
            let at = usize::from(*at) % (cell.len() + 1);
            let end = (at + bytes.len() / 2).min(cell.len());
            cell.splice(at..end, bytes.iter().copied());
            reads::<Grant>(&host, &cell);
            reads::<SettingsCell>(&host, &cell);
            reads::<Attempt>(&host, &cell);
            reads::<Health>(&host, &cell);
            let missing = host.get("no such cell").map(|_| ());
            assert!(matches!(missing, Err(StorageError::Missing(_))));
        });
}
