//! What came in: how often, and as whom.

use std::{
    collections::VecDeque,
    fmt::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{SECRET, request::Request};

/// Identifiers at a time; the oldest are forgotten.
const ENTRIES: usize = 1024;
/// Bytes of a name that is told.
const NAME: usize = 128;

/// Counts of requests, and the hold that a host did not live to see the end of.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    entries: VecDeque<(String, Seen)>,
    broken_off: Option<String>,
}

#[derive(Debug, Default)]
struct Seen {
    count: u64,
    who: Who,
}

/// Who a request came as: for a bearer its token, for a client its id and
/// whether the secret was the registered one.
#[derive(Debug, Default)]
struct Who {
    scheme: String,
    name: String,
    secret: bool,
}

impl Ledger {
    /// Counts a request that has an id.
    pub(super) fn note(&self, request: &Request) {
        let Some(id) = request.id("id") else { return };
        let who = request.header("authorization").map(Who::of);
        let mut book = self.book();
        let mut entries = book.entries.iter_mut();
        if let Some((_, seen)) = entries.find(|(known, _)| known == id) {
            seen.count += 1;
            seen.who = who.unwrap_or_default();
            return;
        }
        if book.entries.len() >= ENTRIES {
            book.entries.pop_front();
        }
        let who = who.unwrap_or_default();
        book.entries
            .push_back((id.to_owned(), Seen { count: 1, who }));
    }

    /// One JSON object with a member for each id of this run, which is what an
    /// id has before its first dot. Nothing in it needs to be escaped.
    pub(super) fn tell(&self, run: &str) -> String {
        let mut text = String::from("{");
        for (id, Seen { count, who }) in &self.book().entries {
            if id.split('.').next() != Some(run) {
                continue;
            }
            let comma = if text.len() > 1 { "," } else { "" };
            let Who {
                scheme,
                name,
                secret,
            } = who;
            // Writing to a string does not fail.
            let _ = write!(
                text,
                r#"{comma}"{id}":{{"count":{count},"scheme":"{scheme}","name":"{name}","secret":{secret}}}"#
            );
        }
        text.push('}');
        text
    }

    /// Remembers a hold whose client went away.
    pub(super) fn break_off(&self, run: &str) {
        self.book().broken_off = Some(run.to_owned());
    }

    /// The run of that hold, once.
    pub(super) fn take_broken_off(&self) -> Option<String> {
        self.book().broken_off.take()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Who {
    fn of(authorization: &str) -> Self {
        let (scheme, credentials) = authorization.split_once(' ').unwrap_or_default();
        if scheme.eq_ignore_ascii_case("basic") {
            let pair = base64(credentials).unwrap_or_default();
            let (name, secret) = pair.split_once(':').unwrap_or_default();
            return Self {
                scheme: "basic".to_owned(),
                name: plain(name),
                secret: secret == SECRET,
            };
        }
        Self {
            scheme: plain(&scheme.to_ascii_lowercase()),
            name: plain(credentials),
            secret: false,
        }
    }
}

/// The text if it can be told as it is; else nothing.
fn plain(text: &str) -> String {
    let fits = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    let plain = text.len() <= NAME && text.bytes().all(fits);
    if plain {
        text.to_owned()
    } else {
        String::new()
    }
}

/// RFC 4648 section 4, as far as it is text.
fn base64(text: &str) -> Option<String> {
    let (mut bits, mut width, mut bytes) = (0_u32, 0_u32, Vec::new());
    for byte in text.trim_end_matches('=').bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(digit);
        width += 6;
        if width >= 8 {
            width -= 8;
            bytes.push((bits >> width) as u8);
            bits &= (1 << width) - 1;
        }
    }
    String::from_utf8(bytes).ok()
}
