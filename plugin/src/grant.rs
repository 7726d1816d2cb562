//! The cell `grant`: what the organization has allowed, and the tokens for it.

use std::time::Duration;

use oauth2::{AccessToken, RefreshToken};

use crate::attempt::Lineage;
use crate::cause::Cause;
use crate::cell::{self, Cell};
use crate::contract::{Condition, Organization as OrganizationReport};
use crate::json::{Json, Value, later, member, object};
use crate::registration::Registration;
use crate::settings::Account;
use crate::token_response::TokenResponse;

/// Days that a refresh token lives unless it is renewed. Source: Fortnox,
/// Migrate legacy token.
const REFRESH_TOKEN_DAYS: u64 = 45;

/// Seconds before its end in which an access token is not handed out any more;
/// half its life for one that lives less than two minutes.
const MARGIN: u64 = 60;

/// The organization behind a grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// Fortnox' tenant id, which is also its `DatabaseNumber`.
    pub tenant_id: String,
    /// Its name, which is not unique.
    pub name: String,
    /// The organisation number, which is not unique either.
    pub number: String,
}

impl Json for Organization {
    fn read(value: &Value) -> Option<Self> {
        Some(Organization {
            tenant_id: member(value, "tenant_id")?,
            name: member(value, "name")?,
            number: member(value, "number")?,
        })
    }

    fn write(&self) -> Value {
        object(vec![
            ("tenant_id", self.tenant_id.write()),
            ("name", self.name.write()),
            ("number", self.number.write()),
        ])
    }
}

impl From<&Organization> for OrganizationReport {
    fn from(organization: &Organization) -> Self {
        OrganizationReport {
            id: organization.tenant_id.clone(),
            name: organization.name.clone(),
            number: organization.number.clone(),
        }
    }
}

/// The app and the server that tokens are good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// The client identifier.
    pub client_id: String,
    /// The token endpoint.
    pub token: String,
}

impl Issued {
    /// Under this registration.
    pub fn under(registration: &Registration) -> Issued {
        Issued {
            client_id: registration.client_id.clone(),
            token: registration.endpoints.token.to_string(),
        }
    }

    /// Whether it is the same app and server.
    pub fn fits(&self, registration: &Registration) -> bool {
        *self == Issued::under(registration)
    }
}

impl Json for Issued {
    fn read(value: &Value) -> Option<Self> {
        Some(Issued {
            client_id: member(value, "client_id")?,
            token: member(value, "token")?,
        })
    }

    fn write(&self) -> Value {
        object(vec![
            ("client_id", self.client_id.write()),
            ("token", self.token.write()),
        ])
    }
}

/// How a grant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// In use.
    Live,
    /// The outcome of a renewal is unknown.
    InDoubt(Cause),
    /// Over; a person has to authorize again.
    Ended(Cause),
    /// Being revoked.
    Removing,
}

impl State {
    /// As it is called in the cell and for support, and why it is so.
    pub const fn told(self) -> (&'static str, Option<Cause>) {
        match self {
            State::Live => ("live", None),
            State::InDoubt(cause) => ("in-doubt", Some(cause)),
            State::Ended(cause) => ("ended", Some(cause)),
            State::Removing => ("removing", None),
        }
    }
}

impl Json for State {
    fn read(value: &Value) -> Option<Self> {
        let is: String = member(value, "is")?;
        Some(match is.as_str() {
            "live" => State::Live,
            "in-doubt" => State::InDoubt(member(value, "cause")?),
            "ended" => State::Ended(member(value, "cause")?),
            "removing" => State::Removing,
            _ => return None,
        })
    }

    fn write(&self) -> Value {
        let (is, cause) = self.told();
        let mut members = vec![("is", is.into())];
        members.extend(cause.map(|cause| ("cause", cause.write())));
        object(members)
    }
}

/// The cell `grant`.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The consent it descends from.
    pub lineage: Lineage,
    /// How many times a token of the lineage was spent.
    pub generation: u64,
    /// The present access token.
    pub access_token: AccessToken,
    /// Unix seconds at which the access token ends.
    pub expires: u64,
    /// The present refresh token, if there is one.
    pub refresh_token: Option<RefreshToken>,
    /// A refresh token of an earlier lineage, for removal to revoke.
    pub superseded: Option<RefreshToken>,
    /// Fortnox' tenant id: from the organization, else as the token claims.
    pub tenant_id: Option<String>,
    /// Fortnox' number for the user, as the token claims.
    pub user_id: Option<String>,
    /// The organization, once it was read.
    pub organization: Option<Organization>,
    /// As granted.
    pub scopes: Vec<String>,
    /// As asked for.
    pub asked: Vec<String>,
    /// Whom it acts as.
    pub account: Account,
    /// By whom, and to which app, its tokens were issued.
    pub issued: Issued,
    /// Milliseconds that the access token had lived, by the storage's clock, when
    /// the cell was last written.
    pub lived: u64,
    /// Unix seconds of the consent.
    pub granted: u64,
    /// Unix seconds of the latest renewal.
    pub renewed: u64,
    /// Unix seconds at which the present refresh token came.
    pub refresh_since: u64,
    /// Who is renewing, if anyone is.
    pub claim: Option<String>,
    /// How it is.
    pub state: State,
}

impl Json for Grant {
    fn read(value: &Value) -> Option<Self> {
        Some(Grant {
            lineage: member(value, "lineage")?,
            generation: member(value, "generation")?,
            access_token: member(value, "access_token")?,
            expires: member(value, "expires")?,
            refresh_token: member(value, "refresh_token")?,
            superseded: member(value, "superseded")?,
            tenant_id: member(value, "tenant_id")?,
            user_id: member(value, "user_id")?,
            organization: member(value, "organization")?,
            scopes: member(value, "scopes")?,
            asked: member(value, "asked")?,
            account: member(value, "account")?,
            issued: member(value, "issued")?,
            lived: later(value, "lived")?,
            granted: member(value, "granted")?,
            renewed: member(value, "renewed")?,
            refresh_since: member(value, "refresh_since")?,
            claim: member(value, "claim")?,
            state: member(value, "state")?,
        })
    }

    fn write(&self) -> Value {
        object(vec![
            ("lineage", self.lineage.write()),
            ("generation", self.generation.write()),
            ("access_token", self.access_token.write()),
            ("expires", self.expires.write()),
            ("refresh_token", self.refresh_token.write()),
            ("superseded", self.superseded.write()),
            ("tenant_id", self.tenant_id.write()),
            ("user_id", self.user_id.write()),
            ("organization", self.organization.write()),
            ("scopes", self.scopes.write()),
            ("asked", self.asked.write()),
            ("account", self.account.write()),
            ("issued", self.issued.write()),
            ("lived", self.lived.write()),
            ("granted", self.granted.write()),
            ("renewed", self.renewed.write()),
            ("refresh_since", self.refresh_since.write()),
            ("claim", self.claim.write()),
            ("state", self.state.write()),
        ])
    }
}

impl cell::Kind for Grant {
    const KEY: &'static str = "grant";
}

impl Grant {
    /// Unix seconds by which a grant that hangs on a refresh token has to be
    /// renewed; a service account has no such end.
    pub fn renew_by(&self) -> Option<u64> {
        match &self.refresh_token {
            _ if !self.rotates() => None,
            Some(_) => Some(self.refresh_by()),
            None => Some(self.expires),
        }
    }

    /// Whether it hangs on its refresh token: a person's, and a service account's
    /// of an organization that nobody knows.
    pub fn rotates(&self) -> bool {
        self.account == Account::User || self.tenant_id.is_none()
    }

    /// Unix seconds at which the present refresh token dies of age.
    pub fn refresh_by(&self) -> u64 {
        self.refresh_since
            .saturating_add(REFRESH_TOKEN_DAYS * 86_400)
    }

    /// The next generation, out of an answer that arrived `age` ago. What the
    /// answer does not bring stays as it was.
    pub fn next(&self, response: &TokenResponse, now: u64, age: Duration) -> Grant {
        let received = now.saturating_sub(age.as_secs());
        let mut next = self.clone();
        next.generation = self.generation.saturating_add(1);
        next.lived = millis(age);
        next.claim = None;
        next.state = State::Live;
        next.renewed = received;
        if let Some(token) = response.refresh_token() {
            next.refresh_token = Some(token);
            next.refresh_since = received;
        }
        match response.usable() {
            Some(usable) => {
                next.access_token = usable.access_token;
                next.expires = received.saturating_add(usable.life.as_secs());
                next.scopes = usable.scopes.unwrap_or(next.scopes);
            }
            // The present one was good until now, and may be dead since.
            None => next.expires = received,
        }
        next
    }

    /// How it is, for the report.
    pub fn condition(&self) -> Condition {
        match self.state {
            State::Live => Condition::Good,
            State::InDoubt(cause) => Condition::InDoubt(cause.to_string()),
            State::Ended(cause) => Condition::Ended(cause.to_string()),
            State::Removing => Condition::Ended(Cause::Removing.to_string()),
        }
    }

    /// Unix seconds until which the access token is handed out: it has to last
    /// for a request.
    pub fn renew(&self) -> u64 {
        self.expires.saturating_sub(self.margin())
    }

    fn life(&self) -> u64 {
        self.expires.saturating_sub(self.renewed)
    }

    fn margin(&self) -> u64 {
        MARGIN.min(self.life() / 2)
    }

    /// Unix seconds from which the access token is renewed, while it still lasts:
    /// after four fifths of its life.
    pub fn due(&self) -> u64 {
        let due = self.renewed.saturating_add(self.life() / 5 * 4);
        due.min(self.renew())
    }

    /// Whether this scope was not granted.
    pub fn lacks(&self, scope: &str) -> bool {
        !self.scopes.iter().any(|granted| granted == scope)
    }

    /// Every refresh token that removal has to revoke.
    pub fn refresh_tokens(&self) -> impl Iterator<Item = &RefreshToken> {
        self.refresh_token.iter().chain(&self.superseded)
    }
}

impl Cell<Grant> {
    /// Whether there is an access token to hand out: by the wall clock, and by the
    /// storage's, which nobody sets.
    pub fn serves(&self, now: u64) -> bool {
        let serves = self.value.life().saturating_sub(self.value.margin());
        now < self.value.renew() && self.lived() < Duration::from_secs(serves)
    }

    /// The same generation, to be written anew; its access token's life goes on.
    pub fn again(&self) -> Grant {
        Grant {
            lived: millis(self.lived()),
            ..self.value.clone()
        }
    }

    fn lived(&self) -> Duration {
        self.age
            .saturating_add(Duration::from_millis(self.value.lived))
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ACCESS, FakeHost, REFRESH};

    fn stored(host: &FakeHost) -> Cell<Grant> {
        cell::read(host).unwrap().unwrap()
    }

    #[test]
    fn given_a_grant_when_shown_then_its_tokens_are_not() {
        let host = FakeHost::connected("user");
        host.edit("grant", |grant| grant["superseded"] = "canary".into());
        let shown = format!("{:?}", stored(&host).value);
        for secret in [ACCESS, REFRESH, "canary"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("Exempel AB"), "{shown}");
    }

    #[test]
    fn given_each_state_when_stored_and_read_then_it_is_the_same() {
        let host = FakeHost::connected("user");
        for state in [
            State::InDoubt(Cause::RenewalLost),
            State::Ended(Cause::GrantRefused),
            State::Removing,
            State::Live,
        ] {
            let before = stored(&host);
            let mut after = before.value.clone();
            after.state = state;
            cell::save(&host, Some(&before), &after).unwrap();
            assert_eq!(stored(&host).value.state, state);
        }
    }

    #[test]
    fn given_a_state_of_no_known_cause_when_read_then_the_cell_is_damaged() {
        let host = FakeHost::connected("user");
        host.edit("grant", |grant| {
            grant["state"] = serde_json::json!({"is": "ended", "cause": "brand-new"});
        });
        let error = cell::read::<Grant>(&host).unwrap_err();
        assert_eq!(error.to_string(), "cell `grant`: cell-unreadable");
    }

    #[test]
    fn given_scopes_when_asked_for_one_then_only_exactly_that_one_counts() {
        let grant = stored(&FakeHost::connected("user")).value;
        assert!(!grant.lacks("customer"));
        assert!(grant.lacks("custom") && grant.lacks("Customer") && grant.lacks(""));
    }
}
