//! The ledger for people: no values, but a number for each code and token, so
//! that one can be followed from minting to its end.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use crate::cast::Cast;
use crate::ledger::{Cause, ClientAuth, Event, Holder, Kind, Ledger, Outcome, TokenRequest, Why};
use crate::secret::Secret;

/// How many lines are shown.
const NEWEST: usize = 100;

pub(super) struct Line {
    pub(super) at: String,
    pub(super) what: String,
    pub(super) detail: String,
}

/// How many of one kind there were.
pub(super) struct Count {
    pub(super) kind: &'static str,
    pub(super) minted: usize,
    pub(super) spent: usize,
    pub(super) revoked: usize,
}

pub(super) fn counts(ledger: &Ledger) -> Vec<Count> {
    let kinds = [Kind::Code, Kind::AccessToken, Kind::RefreshToken];
    let counts = kinds.map(|kind| Count {
        kind: name(kind),
        minted: ledger.minted(kind).len(),
        spent: ledger.spent(kind).len(),
        revoked: ledger.revoked(kind).len(),
    });
    counts.into()
}

/// The newest lines, newest first.
pub(super) fn lines(ledger: &Ledger, cast: &Cast) -> Vec<Line> {
    let numbers = Numbers::of(ledger);
    let newest = ledger.entries().iter().rev().take(NEWEST);
    let lines = newest.map(|entry| {
        let (what, detail) = numbers.tell(&entry.event, cast);
        Line {
            at: time(entry.at),
            what,
            detail,
        }
    });
    lines.collect()
}

/// Unix seconds as people read them.
pub(super) fn time(at: u64) -> String {
    let time = UNIX_EPOCH.checked_add(Duration::from_secs(at));
    // Beyond the year 9999 there is no such form.
    let time = time.filter(|_| at < 253_402_300_800);
    time.map_or_else(
        || format!("{at} s"),
        |time| {
            humantime::format_rfc3339_seconds(time)
                .to_string()
                .replace(['T', 'Z'], " ")
        },
    )
    .trim_end()
    .to_owned()
}

/// The place of each value among those of its kind.
struct Numbers<'a>(BTreeMap<&'a str, usize>);

impl<'a> Numbers<'a> {
    fn of(ledger: &'a Ledger) -> Self {
        let mut minted = [0; 3];
        let mut numbers = BTreeMap::new();
        for entry in ledger.entries() {
            if let Event::Minted { kind, value, .. } = &entry.event {
                let [code, access, refresh] = &mut minted;
                let count = match kind {
                    Kind::Code => code,
                    Kind::AccessToken => access,
                    Kind::RefreshToken => refresh,
                };
                *count += 1;
                numbers.insert(value.expose(), *count);
            }
        }
        Self(numbers)
    }

    fn numbered(&self, kind: Kind, value: &Secret) -> String {
        match self.0.get(value.expose()) {
            Some(number) => format!("{} {number}", name(kind)),
            None => format!("unknown {}", name(kind).to_lowercase()),
        }
    }

    fn tell(&self, event: &Event, cast: &Cast) -> (String, String) {
        let company = |tenant| {
            let company = cast.company(tenant);
            let name = company.map_or("unknown company", |company| &company.name);
            format!("{name} ({tenant})")
        };
        match event {
            Event::Consented {
                tenant,
                holder,
                scopes,
                ..
            } => {
                let holder = match holder {
                    Holder::ServiceAccount => "service account".to_owned(),
                    Holder::Person { login, .. } => login.clone(),
                };
                let detail = format!("{}, {holder}: {scopes}", company(*tenant));
                ("Consent given".to_owned(), detail)
            }
            Event::Withdrawn { tenant } => ("Consents withdrawn".to_owned(), company(*tenant)),
            Event::Minted {
                kind,
                value,
                origin,
            } => {
                let what = format!("{} minted", self.numbered(*kind, value));
                (what, company(origin.tenant))
            }
            Event::Delivered { kind, value } => {
                let what = format!("{} delivered", self.numbered(*kind, value));
                (what, String::new())
            }
            Event::Spent { kind, value } => {
                let what = format!("{} spent", self.numbered(*kind, value));
                (what, String::new())
            }
            Event::Revoked { kind, value, cause } => {
                let what = format!("{} revoked", self.numbered(*kind, value));
                (what, told(*cause).to_owned())
            }
            Event::TokenRequest(request) => self.tell_request(request),
            Event::ApiRequest(request) => {
                let status = request.status.map(|status| status.to_string());
                let status = status.unwrap_or("not carried out".to_owned());
                let code = request.code.map(|code| format!(", {code}"));
                let company = request.tenant.map_or("nobody".to_owned(), company);
                let query = request.query.iter().map(|query| format!("?{query}"));
                let what = format!("{} {}", request.method, request.path);
                let detail = format!("{company}: {status}{}", code.unwrap_or_default());
                (what + &query.collect::<String>(), detail)
            }
        }
    }

    fn tell_request(&self, request: &TokenRequest) -> (String, String) {
        let grant = request
            .grant_type
            .as_deref()
            .unwrap_or("without grant type");
        let outcome = match request.outcome {
            Outcome::Issued => "issued".to_owned(),
            Outcome::Refused(refusal) => {
                format!("refused: {}, {}", refusal.error(), refusal.description())
            }
            Outcome::NotProcessed => "not carried out".to_owned(),
        };
        let why = match request.why {
            None => String::new(),
            Some(Why::Unknown) => "; it was never minted".to_owned(),
            Some(Why::Spent) => "; it was spent before".to_owned(),
            Some(Why::Revoked(cause)) => format!("; it was revoked {}", told(cause)),
            Some(Why::HolderLeft) => "; the person left the company".to_owned(),
        };
        let client = match request.client_auth {
            ClientAuth::Absent => "no client authentication",
            ClientAuth::Unreadable => "unreadable client authentication",
            ClientAuth::Basic {
                raw: false,
                form: false,
            } => "wrong client credentials",
            ClientAuth::Basic { .. } => "Basic",
            ClientAuth::Body => "credentials in the body",
        };
        let verifier = if request.code_verifier {
            ", PKCE verifier"
        } else {
            ""
        };
        let what = format!("Token request {grant}");
        (what, format!("{outcome}{why} ({client}{verifier})"))
    }
}

fn told(cause: Cause) -> &'static str {
    match cause {
        Cause::Revocation => "by the client",
        Cause::Withdrawal => "as the integration was removed",
        Cause::Reuse => "as something was used twice",
        Cause::Replaced => "as a newer consent took its place",
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Code => "Code",
        Kind::AccessToken => "Access token",
        Kind::RefreshToken => "Refresh token",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_any_time_when_shown_then_a_date_as_long_as_there_is_one() {
        assert_eq!(time(1_800_000_000), "2027-01-15 08:00:00");
        assert_eq!(time(253_402_300_799), "9999-12-31 23:59:59");
        assert_eq!(time(253_402_300_800), "253402300800 s");
        assert_eq!(time(u64::MAX), "18446744073709551615 s");
    }
}
