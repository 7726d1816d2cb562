//! A grant that exists stays until the new one is proven.

use super::*;

/// Comes back for a company with a grant; the new refresh token is `new`.
fn again(host: &FakeHost, status: u16, information: &str) -> String {
    let authorization = host.begin();
    let mut answer = token_answer(SCOPES);
    answer["refresh_token"] = "new".into();
    host.answer(200, &answer.to_string());
    host.answer(status, information);
    outcome(host.come_back(&authorization))
}

/// The old grant is untouched, and of the new one nothing is left.
fn assert_kept(host: &FakeHost, before: &FakeHost, cause: &str) {
    assert_eq!(host.snapshot()["grant"], before.snapshot()["grant"]);
    assert_failed(host, cause);
    for (key, (value, ..)) in host.snapshot() {
        let text = String::from_utf8(value).unwrap();
        assert!(!text.contains("\"new\""), "{key}: {text}");
    }
    let keys: Vec<_> = host.cells.borrow().keys().cloned().collect();
    assert_eq!(keys, ["attempt", "grant", "health", "settings"]);
    assert!(host.visited().iter().all(|address| address != REVOKE));
}

#[test]
fn given_a_grant_when_the_same_company_is_chosen_then_the_new_one_replaces_it() {
    let host = FakeHost::connected("user");
    let before = host.cell("grant").unwrap();
    host.pass(1000);
    assert_eq!(again(&host, 200, &company_information(COMPANY)), "ok");
    let grant = host.cell("grant").unwrap();
    assert_eq!(grant["refresh_token"], "new");
    assert_eq!(grant["superseded"], REFRESH);
    assert_eq!(grant["granted"], host.now.get());
    assert_ne!(grant["lineage"], before["lineage"]);
    assert_tidy(&host);
    assert_eq!(host.visited(), [TOKEN, INFORMATION], "nothing is revoked");
}

#[test]
fn given_an_ended_grant_when_authorized_again_then_it_is_live() {
    let host = FakeHost::connected("user");
    let ended = json!({"is": "ended", "cause": "grant-expired"});
    host.edit("grant", |grant| grant["state"] = ended);
    assert_eq!(again(&host, 200, &company_information(COMPANY)), "ok");
    assert_eq!(host.cell("grant").unwrap()["state"], json!({"is": "live"}));
}

#[test]
fn given_a_grant_without_refresh_token_when_authorized_again_then_an_older_one_is_remembered() {
    let host = FakeHost::connected("user");
    host.edit("grant", |grant| {
        grant["refresh_token"] = Value::Null;
        grant["superseded"] = "oldest".into();
    });
    assert_eq!(again(&host, 200, &company_information(COMPANY)), "ok");
    assert_eq!(host.cell("grant").unwrap()["superseded"], "oldest");
}

#[test]
fn given_a_grant_when_another_organization_is_chosen_then_the_old_one_stays() {
    let (host, before) = (FakeHost::connected("user"), FakeHost::connected("user"));
    assert_eq!(
        again(&host, 200, &company_information("7654321")),
        "callback rejected: another-organization"
    );
    assert_kept(&host, &before, "another-organization");
}

#[test]
fn given_a_grant_when_the_company_cannot_be_read_then_the_old_one_stays() {
    let (host, before) = (FakeHost::connected("user"), FakeHost::connected("user"));
    let body = r#"{"ErrorInformation":{"message":"Saknas","code":1}}"#;
    assert_eq!(
        again(&host, 403, body),
        "callback rejected: organization-unverified"
    );
    assert_kept(&host, &before, "organization-unverified");
    let words = &host.cell("attempt").unwrap()["failure"]["words"];
    assert_eq!(*words, json!({"code": "1", "message": "Saknas"}));
}

#[test]
fn given_a_grant_whose_company_only_the_token_claims_when_another_is_chosen_then_it_is_refused() {
    let host = FakeHost::connected("user");
    host.edit("grant", |grant| grant["organization"] = Value::Null);
    assert_eq!(
        again(&host, 200, &company_information("7654321")),
        "callback rejected: another-organization"
    );
}

#[test]
fn given_a_grant_of_an_unknown_company_when_authorized_again_then_it_gets_known() {
    let host = FakeHost::connected("user");
    host.edit("grant", |grant| {
        grant["organization"] = Value::Null;
        grant["tenant_id"] = Value::Null;
    });
    assert_eq!(again(&host, 200, &company_information("7654321")), "ok");
    let grant = host.cell("grant").unwrap();
    assert_eq!(grant["tenant_id"], "7654321");
    assert_eq!(grant["organization"]["tenant_id"], "7654321");
}

#[test]
fn given_a_grant_when_the_exchange_fails_then_the_old_one_stays() {
    let host = FakeHost::connected("service");
    let before = host.snapshot()["grant"].clone();
    let authorization = host.begin();
    host.answer(400, r#"{"error":"invalid_grant"}"#);
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "callback rejected: code-refused"
    );
    assert_eq!(host.snapshot()["grant"], before);
}

#[test]
fn given_members_of_a_newer_version_when_a_grant_is_replaced_then_they_survive() {
    let host = FakeHost::connected("user");
    host.edit("grant", |grant| grant["newer"] = json!([1]));
    assert_eq!(again(&host, 200, &company_information(COMPANY)), "ok");
    assert_eq!(host.cell("grant").unwrap()["newer"], json!([1]));
}
