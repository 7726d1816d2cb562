//! Renewals against a scripted host: a person's grant, a service account's, and
//! what both have in common.

use serde_json::{Value, json};

use crate::access_token;
use crate::contract::{HttpError, StorageError};
use crate::effects::Response;
use crate::testing::{self, COMPANY, FakeHost, REFRESH, claims, sent_header};

mod answers;
mod client_credentials;
mod races;
mod rotation;

const TOKEN: &str = "https://apps.fortnox.se/oauth-v1/token";

/// A connection that is switched on, with nothing logged yet.
fn connected(account: &str) -> FakeHost {
    let host = FakeHost::connected(account);
    crate::set_enabled(&host, true).unwrap();
    host.log.borrow_mut().clear();
    host
}

/// One whose access token is over.
fn over(account: &str) -> FakeHost {
    let host = connected(account);
    host.pass(3600);
    host
}

/// Fortnox' answer to a renewal, the `n`th.
fn renewed(n: u32) -> Value {
    json!({
        "access_token": claims(&json!({"tenantId": 1_234_567, "n": n})),
        "expires_in": 3600,
        "token_type": "bearer",
        "scope": "companyinformation customer project",
        "refresh_token": format!("canary-refresh-{n}"),
    })
}

fn response(body: &Value) -> Response {
    testing::response(200, &[], &body.to_string())
}

/// What a caller gets: the `n` of the token, or the error.
fn asked(host: &FakeHost, refused: Option<&str>) -> String {
    match access_token(host, refused) {
        Ok(token) => {
            let grant = host.cell("grant").unwrap();
            assert_eq!(
                token.value.secret(),
                grant["access_token"].as_str().unwrap()
            );
            let now = host.now.get();
            assert!(
                token.expires > now && token.renew < token.expires,
                "{token:?}"
            );
            grant["refresh_token"].as_str().unwrap_or("none").to_owned()
        }
        Err(error) => error.to_string(),
    }
}

fn grant(host: &FakeHost) -> Value {
    host.cell("grant").unwrap()
}

fn answer_cell(host: &FakeHost, generation: u64) -> String {
    let lineage = grant(host)["lineage"].as_str().unwrap().to_owned();
    format!("answer-{lineage}-{generation}")
}

/// No claim and no kept answer is left.
fn assert_settled(host: &FakeHost) {
    assert!(grant(host)["claim"].is_null(), "a claim is left");
    let cells = host.snapshot();
    let kept = cells.keys().find(|key| key.starts_with("answer-"));
    assert_eq!(kept, None);
}
