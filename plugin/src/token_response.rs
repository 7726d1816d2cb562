//! Reading what a token endpoint answers (RFC 6749 sections 5.1 and 5.2).
//!
//! Tolerant, because an answer comes only once: the body decides, not the media
//! type, and whatever else is malformed or cut off, a whole `refresh_token`
//! that came before the damage is found. Strict, because what is used must be
//! right: [`TokenResponse::usable`] hands out nothing that is not well-formed.

use std::fmt;
use std::time::Duration;

use oauth2::{AccessToken, RefreshToken};

use crate::json::Value;
use crate::provider_text::Words;

/// The life of a token that does not state its own. Source: Fortnox, Get
/// Access-Token.
const LIFE: u64 = 3600;
/// A stated life is taken for no less and no more than this.
const LIFE_LIMITS: (u64, u64) = (60, 24 * 3600);

/// Longest token that is taken; real access tokens are about 3 kB.
const MAX_TOKEN: usize = 32 * 1024;

/// The members of a token answer, as far as they could be read.
#[derive(Debug, Default)]
pub struct TokenResponse {
    access_token: Member,
    refresh_token: Member,
    token_type: Member,
    expires_in: Member,
    scope: Member,
    error: Member,
    error_description: Member,
    /// Whether the body was one whole JSON object.
    whole: bool,
}

type Place = fn(&mut TokenResponse) -> &mut Member;

/// What is read; nothing else is looked at.
const MEMBERS: [(&str, Place); 7] = [
    ("access_token", |response| &mut response.access_token),
    ("refresh_token", |response| &mut response.refresh_token),
    ("token_type", |response| &mut response.token_type),
    ("expires_in", |response| &mut response.expires_in),
    ("scope", |response| &mut response.scope),
    ("error", |response| &mut response.error),
    ("error_description", |response| {
        &mut response.error_description
    }),
];

/// A usable access token, with what came along.
#[derive(Debug)]
pub struct Usable {
    /// The access token.
    pub access_token: AccessToken,
    /// The refresh token; none where the server gave none.
    pub refresh_token: Option<RefreshToken>,
    /// How long the access token lives from its receipt.
    pub life: Duration,
    /// What was granted; none where the server did not say, which means as
    /// asked for (RFC 6749 section 5.1).
    pub scopes: Option<Vec<String>>,
}

/// A member that was seen not at all, once, or several times.
#[derive(Default)]
enum Member {
    #[default]
    Missing,
    Once(Value),
    /// The last of its values.
    Repeated(Value),
}

impl fmt::Debug for Member {
    /// Values may be tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Member::Missing => "missing",
            Member::Once(_) => "[redacted]",
            Member::Repeated(_) => "repeated",
        })
    }
}

impl Member {
    fn note(&mut self, value: Value) {
        *self = match self {
            Member::Missing => Member::Once(value),
            Member::Once(_) | Member::Repeated(_) => Member::Repeated(value),
        };
    }

    fn text(&self) -> Option<&str> {
        match self {
            Member::Once(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    fn token(&self) -> Option<&str> {
        self.text().and_then(token)
    }
}

/// RFC 6749 appendices A.12 and A.17: visible ASCII, not empty.
fn token(text: &str) -> Option<&str> {
    let token = text.trim();
    let fits = (1..=MAX_TOKEN).contains(&token.len());
    (fits && token.bytes().all(|byte| byte.is_ascii_graphic())).then_some(token)
}

/// Digits that are looked at: more than any time has.
const DIGITS: i64 = 20;

/// The whole part of a number (RFC 8259 section 6), nothing for a negative one;
/// none where it is no number.
fn whole(number: &str) -> Option<u64> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let (before, behind) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = before.bytes().chain(behind.bytes());
    if before.is_empty() || !digits.clone().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let exponent: i64 = exponent.parse().ok()?;
    let length = i64::try_from(before.len()).ok()?.saturating_add(exponent);
    let mut whole: u64 = 0;
    for _ in 0..length.min(DIGITS) {
        let digit = digits.next().unwrap_or(b'0').saturating_sub(b'0');
        whole = whole.saturating_mul(10).saturating_add(digit.into());
    }
    Some(if sign.is_empty() { whole } else { 0 })
}

/// The last `"refresh_token":"…"` in a text that is no JSON object.
fn salvaged(text: &str) -> Option<String> {
    let mut found = None;
    for quote in ['"', '\''] {
        let name = format!("{quote}refresh_token{quote}");
        for (at, _) in text.match_indices(&name) {
            let value = text.get(at.saturating_add(name.len())..)?.trim_start();
            let value = value.strip_prefix(':').map(str::trim_start);
            let Some(value) = value.and_then(|value| value.strip_prefix(quote)) else {
                continue;
            };
            // A token has no quotes in it, escaped or not.
            let Some((value, _)) = value.split_once(quote) else {
                continue;
            };
            let value = value.replace("\\/", "/");
            if !value.contains('\\') && token(&value).is_some() {
                found = Some(value);
            }
        }
    }
    found
}

impl TokenResponse {
    /// Reads a body; never fails, and finds nothing in a body without sense.
    pub fn read(body: &[u8]) -> TokenResponse {
        // Bytes that are not UTF-8 spoil only the member they stand in; of UTF-16,
        // which begins with a zero soon, what is ASCII is left.
        let mut text = String::from_utf8_lossy(body).into_owned();
        if body.iter().take(4).any(|byte| *byte == 0) {
            text = text.replace('\0', "");
        }
        let text = text.trim_start_matches(['\u{feff}', '\u{fffd}']);
        let mut response = TokenResponse::default();
        let names = MEMBERS.map(|(name, _)| name);
        let (members, whole) = Value::parse_members(text.as_bytes(), &names);
        response.whole = whole;
        for (name, value) in members {
            if let Some((_, member)) = MEMBERS.iter().find(|(known, _)| *known == name) {
                member(&mut response).note(value);
            }
        }
        if !response.whole && response.refresh_token().is_none() {
            response.refresh_token =
                salvaged(text).map_or(Member::Missing, |token| Member::Once(Value::String(token)));
        }
        response
    }

    /// The refresh token, if it is whole: the one thing to save from an answer
    /// that is otherwise useless.
    pub fn refresh_token(&self) -> Option<RefreshToken> {
        let text = match &self.refresh_token {
            // Which of two is good is unknown; most readers would see the last.
            Member::Repeated(Value::String(text)) => token(text),
            member => member.token(),
        };
        text.map(|token| RefreshToken::new(token.to_owned()))
    }

    /// Whether there is a refresh token that is none.
    pub fn spoils_refresh_token(&self) -> bool {
        let absent = matches!(
            self.refresh_token,
            Member::Missing | Member::Once(Value::Null)
        );
        !absent && self.refresh_token().is_none()
    }

    /// The refusal, without what was `sent` and may come back in its words;
    /// none where there is no `error`.
    pub fn refusal(&self, sent: &[&str]) -> Option<Words> {
        let message = self.error_description.text().unwrap_or_default();
        match &self.error {
            Member::Missing | Member::Once(Value::Null) => None,
            error => {
                let code = error.text().unwrap_or_default();
                // What it issues along with an error is a secret, too.
                let own = [&self.access_token, &self.refresh_token];
                let own = own.into_iter().filter_map(Member::text);
                let secrets: Vec<&str> = sent.iter().copied().chain(own).collect();
                Some(Words::without(&secrets, code, message))
            }
        }
    }

    /// Whether there is anything in it to take in.
    pub fn holds_something(&self) -> bool {
        self.refresh_token().is_some() || self.usable().is_some()
    }

    /// What can be used: a whole object with one well-formed bearer token and
    /// no `error`.
    pub fn usable(&self) -> Option<Usable> {
        let bearer = self.token_type.text()?.eq_ignore_ascii_case("bearer");
        let doubtful = matches!(self.refresh_token, Member::Repeated(_));
        if !self.whole || !bearer || doubtful || self.refusal(&[]).is_some() {
            return None;
        }
        Some(Usable {
            access_token: AccessToken::new(self.access_token.token()?.to_owned()),
            refresh_token: self.refresh_token(),
            life: self.life(),
            scopes: self.scopes(),
        })
    }

    fn life(&self) -> Duration {
        let (least, most) = LIFE_LIMITS;
        let stated = match &self.expires_in {
            Member::Once(Value::Number(number)) => whole(number),
            Member::Once(Value::String(text)) => whole(text.trim()),
            _ => None,
        };
        Duration::from_secs(stated.unwrap_or(LIFE).clamp(least, most))
    }

    fn scopes(&self) -> Option<Vec<String>> {
        let list: Vec<&str> = match &self.scope {
            Member::Once(Value::String(text)) => text.split_ascii_whitespace().collect(),
            Member::Once(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            _ => return None,
        };
        let mut scopes: Vec<String> = list
            .into_iter()
            .filter(|scope| scope.len() <= 100 && scope.bytes().all(|b| b.is_ascii_graphic()))
            .take(100)
            .map(str::to_owned)
            .collect();
        scopes.dedup();
        Some(scopes)
    }
}

#[cfg(test)]
mod tests;
