//! Asking the REST API.

use fortnox_simulator::behaviour::Shape;
use fortnox_simulator::cast::{company, person};
use fortnox_simulator::visitor::{Decision, Reply};
use fortnox_simulator::{Behaviour, TenantId};
use http::Method;
use serde_json::Value;

use crate::support::{Bench, bench, json, query, returned, text};

/// Those of every register.
pub(crate) const SCOPES: (&str, &str) = (
    "scope",
    "companyinformation customer project invoice payment supplier supplierinvoice",
);

/// A bench without a rate limit, which a clock that stands still never frees.
pub(crate) async fn unlimited(change: impl FnOnce(&mut Behaviour)) -> Bench {
    bench(|b| {
        b.rest.rate_limit = None;
        change(b);
    })
    .await
}

/// An access token of this person in this company.
pub(crate) async fn token_of(
    bench: &Bench,
    login: &str,
    tenant: TenantId,
    changes: &[(&str, &str)],
) -> String {
    let ending = bench.visit(changes, login, tenant, Decision::Approve).await;
    let code = query(&returned(ending))["code"].clone();
    let tokens = json(&bench.exchange(&code).await);
    text(&tokens, "access_token").to_owned()
}

pub(crate) async fn token(bench: &Bench) -> String {
    token_of(bench, person::ADMIN, company::EXEMPEL, &[SCOPES]).await
}

pub(crate) async fn get(bench: &Bench, token: &str, path: &str) -> Reply {
    bench.api(token, Method::GET, path, None).await
}

pub(crate) async fn post(bench: &Bench, token: &str, path: &str, body: Value) -> Reply {
    bench.api(token, Method::POST, path, Some(body)).await
}

pub(crate) async fn put(bench: &Bench, token: &str, path: &str, body: Value) -> Reply {
    bench.api(token, Method::PUT, path, Some(body)).await
}

/// Status, code and text of an API error in this shape.
pub(crate) fn error(reply: &Reply, shape: Shape) -> (u16, u64, String) {
    let [error, message, code] = match shape {
        Shape::Lower => ["error", "message", "code"],
        Shape::Capital => ["Error", "Message", "Code"],
        _ => panic!("no casing"),
    };
    let body = json(reply);
    let information = &body["ErrorInformation"];
    assert_eq!(information[error], 1, "{body}");
    (
        reply.status.as_u16(),
        information[code].as_u64().unwrap(),
        text(information, message).to_owned(),
    )
}

pub(crate) fn is(status: u16, code: u64, message: &str) -> (u16, u64, String) {
    (status, code, message.to_owned())
}
