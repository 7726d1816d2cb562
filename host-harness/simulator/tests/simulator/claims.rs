//! What an access token says about whom it acts for.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fortnox_simulator::cast::{company, person};
use fortnox_simulator::visitor::Decision;
use serde_json::Value;

use crate::support::{Bench, bench, claims, json, query, returned, text};

const SCOPES: (&str, &str) = ("scope", "customer invoice");
const SERVICE: (&str, &str) = ("account_type", "service");

async fn token(bench: &Bench, changes: &[(&str, &str)], login: &str) -> Value {
    let ending = bench
        .visit(changes, login, company::EXEMPEL, Decision::Approve)
        .await;
    let code = query(&returned(ending))["code"].clone();
    let tokens = json(&bench.exchange(&code).await);
    claims(text(&tokens, "access_token"))
}

/// The rights to the registers that were asked for.
fn registers(claims: &Value) -> Vec<String> {
    let packed = STANDARD.decode(text(claims, "rightsAsJson")).unwrap();
    let mut text = String::new();
    let mut unpacked = flate2::read::GzDecoder::new(packed.as_slice());
    unpacked.read_to_string(&mut text).unwrap();
    let mut rights: Vec<String> = serde_json::from_str(&text).unwrap();
    rights.retain(|right| right == "registry.customer" || right == "registry.invoice");
    rights
}

#[tokio::test]
async fn given_a_person_when_a_token_is_issued_then_no_more_rights_than_the_person_has() {
    let bench = bench(|_| {}).await;
    let both = ["registry.customer", "registry.invoice"];
    for (changes, login, expected) in [
        (&[SCOPES][..], person::ADMIN, &both[..]),
        (&[SCOPES], person::USER, &both),
        (&[SCOPES], person::CONSULTANT, &both),
        (&[SCOPES], person::USER_WITHOUT_RIGHTS, &both[1..]),
        (&[SCOPES, SERVICE], person::ADMIN, &both),
    ] {
        let claims = token(&bench, changes, login).await;
        assert_eq!(registers(&claims), expected, "{login}");
    }
}

#[tokio::test]
async fn given_each_role_when_a_token_is_issued_then_it_tells_them_apart() {
    let bench = bench(|_| {}).await;
    let mut seen = Vec::new();
    for login in [person::ADMIN, person::USER, person::CONSULTANT] {
        let roles = token(&bench, &[], login).await["roles"].clone();
        assert_eq!(roles.as_array().map(Vec::len), Some(1), "{login}");
        assert!(!seen.contains(&roles), "{login}");
        seen.push(roles);
    }
    let service = token(&bench, &[SERVICE], person::ADMIN).await;
    assert_eq!(service["roles"], serde_json::json!([]));
}
