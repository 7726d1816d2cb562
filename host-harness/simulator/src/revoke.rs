//! The revocation endpoint (RFC 7009; Fortnox: Revoke access token). An access
//! token cannot be revoked; naming one changes nothing.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use crate::answer::{self, JSON, Members};
use crate::behaviour::RevocationEnds;
use crate::ledger::Cause;
use crate::params::Params;
use crate::refusal::Refusal;
use crate::state::{Shared, World};
use crate::token;

/// Where the endpoint is.
pub(crate) const PATH: &str = "/oauth-v1/revoke";

/// `POST /oauth-v1/revoke`.
pub(crate) async fn revoke(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = Params::of_form(&headers, &body);
    let mut world = shared.world();
    if let Some(canned) = &world.behaviour.revoke_answer {
        return answer::canned(canned);
    }
    let checked = match token::is_client(&world, &headers, &form) {
        true => check(&form),
        false => Err(Refusal::InvalidClient),
    };
    match checked {
        Ok(value) => {
            world.revoke(value);
            let mut members = Members::new();
            members.set("revoked", true);
            answer::uncached(answer::answer(StatusCode::OK, JSON, members.to_json()))
        }
        Err(refusal) => answer::refusal(refusal, refusal.status(), &world.behaviour),
    }
}

fn check(form: &Params) -> Result<&str, Refusal> {
    match form.get("token_type_hint") {
        None | Some("refresh_token" | "access_token") => {}
        Some(_) => return Err(Refusal::RevokeHintUnknown),
    }
    form.get("token").ok_or(Refusal::RevokeTokenMissing)
}

impl World {
    /// An unknown token is as good as revoked (RFC 7009 section 2.2), and another
    /// client's is left alone.
    fn revoke(&mut self, value: &str) {
        let Some(token) = self.book.refresh_tokens.get(value) else {
            return;
        };
        let (id, grant) = (token.consent, token.grant);
        let client_id = &self.app.client_id;
        let consent = self
            .book
            .consent(id)
            .filter(|consent| consent.client_id == *client_id);
        let Some(tenant) = consent.map(|consent| consent.tenant) else {
            return;
        };
        self.end_refresh_token(value, Cause::Revocation);
        match self.behaviour.revocation_ends {
            RevocationEnds::Token => {}
            RevocationEnds::Grant => self.end_grant(grant, Cause::Revocation),
            RevocationEnds::Consent => self.withdraw(tenant),
        }
    }
}
