//! From a code to a grant, and everything that can come in between.

mod failures;
mod races;
mod reauthorization;
mod resumption;

use serde_json::{Value, json};

use super::*;
use crate::catalogue::Locale;
use crate::contract::{Level, RequestAuthorization};
use crate::testing::{
    ACCESS, CODE, COMPANY, FakeHost, REFRESH, SCOPES, claims, company_information, outcome,
    response, sent_header, token_answer,
};

const TOKEN: &str = "https://apps.fortnox.se/oauth-v1/token";
const REVOKE: &str = "https://apps.fortnox.se/oauth-v1/revoke";
const INFORMATION: &str = "https://api.fortnox.se/3/companyinformation";

fn assert_failed(host: &FakeHost, cause: &str) {
    let attempt = host.cell("attempt").unwrap();
    assert_eq!(attempt["phase"], "failed");
    assert_eq!(attempt["failure"]["cause"], cause);
}

/// Nothing of the journey is left.
fn assert_tidy(host: &FakeHost) {
    let mut keys: Vec<_> = host.cells.borrow().keys().cloned().collect();
    keys.retain(|key| key != "health");
    assert_eq!(keys, ["grant", "settings"]);
}

/// A grant after this token answer and company.
fn granted(answer: &Value) -> FakeHost {
    let (host, authorization) = FakeHost::begun(&[("language", "en")]);
    host.answer(200, &answer.to_string());
    host.answer(200, &company_information(COMPANY));
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    host
}

// ---- the requests

#[test]
fn given_a_code_when_it_is_redeemed_then_the_request_is_the_documented_one() {
    let (host, authorization) = FakeHost::begun(&[]);
    let verifier = host.cell("attempt").unwrap()["asked"]["verifier"].clone();
    host.grants();
    host.come_back(&authorization).unwrap();
    let form = host.form(0);
    let expected = [
        ("grant_type", "authorization_code"),
        ("code", CODE),
        ("code_verifier", verifier.as_str().unwrap()),
        ("redirect_uri", "https://erp.example/callback"),
    ];
    assert_eq!(form, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
    let sent = host.sent.borrow();
    assert_eq!(sent[0].method, "POST");
    assert_eq!(sent[0].uri, TOKEN);
    assert!(matches!(
        sent[0].authorization,
        RequestAuthorization::Client
    ));
    assert_eq!(sent[0].timeout, Duration::from_secs(20));
    let sent_header = |name| sent_header(&sent[0], name);
    assert_eq!(sent_header("accept"), Some("application/json"));
    let form = "application/x-www-form-urlencoded";
    assert_eq!(sent_header("content-type"), Some(form));
    assert_eq!(sent[0].headers.len(), 2, "{:?}", sent[0].headers);
}

#[test]
fn given_pkce_switched_off_when_a_code_is_redeemed_then_no_verifier_is_sent() {
    let host = FakeHost::configured(&[]);
    host.app.borrow_mut().as_mut().unwrap().options = vec![("pkce".into(), "off".into())];
    let authorization = host.begin();
    host.grants();
    host.come_back(&authorization).unwrap();
    assert!(host.form(0).iter().all(|(name, _)| name != "code_verifier"));
}

#[test]
fn given_a_code_when_it_is_sent_then_the_attempt_is_consumed_and_the_answer_will_be_kept() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.exchange(|host, request| {
        let attempt = host.cell("attempt").unwrap();
        assert_eq!(attempt["phase"], "exchanging");
        let guard = request.guard.clone().unwrap();
        assert_eq!((guard.key.as_str(), guard.max_age), ("attempt", 60_000));
        assert_eq!(guard.version, host.get("attempt").unwrap().version);
        let kept = format!("answer-{}-0", attempt["id"].as_str().unwrap());
        assert_eq!(request.keep.as_deref(), Some(kept.as_str()));
        Ok(response(200, &[], &token_answer(SCOPES).to_string()))
    });
    host.answer(200, &company_information(COMPANY));
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
}

#[test]
fn given_a_token_when_the_company_is_read_then_it_goes_to_the_api_only_and_in_the_header() {
    let host = granted(&token_answer(SCOPES));
    assert_eq!(host.visited(), [TOKEN, INFORMATION]);
    let sent = host.sent.borrow();
    let RequestAuthorization::Bearer(token) = &sent[1].authorization else {
        panic!("no bearer token");
    };
    assert!(token.ends_with(ACCESS));
    assert_eq!(sent[1].method, "GET");
    assert_eq!(sent_header(&sent[1], "accept"), Some("application/json"));
    assert!(sent[1].body.is_empty());
    assert_eq!(sent[1].timeout, Duration::from_secs(20));
    assert!(sent[1].keep.is_none() && sent[1].guard.is_none());
}

// ---- the first grant

#[test]
fn given_a_whole_answer_when_it_is_taken_in_then_the_grant_holds_it_and_all_else_is_gone() {
    let (host, authorization) = FakeHost::begun(&[("account", "user")]);
    let id = host.cell("attempt").unwrap()["id"].clone();
    host.grants();
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    assert_tidy(&host);
    let now = host.now.get();
    let scopes = json!(["companyinformation", "customer", "project"]);
    let expected = json!({
        "format": 1,
        "lineage": id,
        "generation": 1,
        "access_token": claims(&json!({"tenantId": 1_234_567, "userId": "2"})),
        "expires": now + 3600,
        "refresh_token": REFRESH,
        "superseded": null,
        "tenant_id": "1234567",
        "user_id": "2",
        "organization": {"tenant_id": "1234567", "name": "Exempel AB", "number": "556000-0000"},
        "scopes": scopes,
        "asked": scopes,
        "account": "user",
        "issued": {
            "client_id": "AbCdEf123456",
            "token": "https://apps.fortnox.se/oauth-v1/token",
        },
        "granted": now,
        "renewed": now,
        "refresh_since": now,
        "lived": 0,
        "claim": null,
        "state": {"is": "live"},
    });
    assert_eq!(host.cell("grant").unwrap(), expected);
}

#[test]
fn given_a_grant_when_it_is_stored_then_the_log_names_the_company_in_each_language() {
    for locale in Locale::ALL {
        let (host, authorization) = FakeHost::begun(&[("language", locale.tag())]);
        host.grants();
        host.come_back(&authorization).unwrap();
        let expected = message::LOG_AUTHORIZATION_SUCCEEDED
            .with(locale, &[("name", "Exempel AB"), ("number", "556000-0000")]);
        let last = host.log.borrow().last().cloned().unwrap();
        let event = "authorization.succeeded".to_owned();
        assert_eq!(last, (Level::Info, event, expected));
    }
}

#[test]
fn given_an_opaque_token_when_it_is_taken_in_then_the_company_gives_the_tenant() {
    let mut answer = token_answer(SCOPES);
    answer["access_token"] = "opaque".into();
    let grant = granted(&answer).cell("grant").unwrap();
    assert_eq!(grant["tenant_id"], COMPANY);
    assert!(grant["user_id"].is_null());
}

#[test]
fn given_a_token_that_claims_another_tenant_when_taken_in_then_the_company_is_believed() {
    let mut answer = token_answer(SCOPES);
    answer["access_token"] = claims(&json!({"tenantId": 1})).into();
    let grant = granted(&answer).cell("grant").unwrap();
    assert_eq!(grant["tenant_id"], COMPANY);
}

#[test]
fn given_no_refresh_token_when_it_is_taken_in_then_the_grant_has_none() {
    let mut answer = token_answer(SCOPES);
    answer.as_object_mut().unwrap().remove("refresh_token");
    assert!(granted(&answer).cell("grant").unwrap()["refresh_token"].is_null());
}

#[test]
fn given_an_unreadable_company_when_it_is_the_first_grant_then_it_is_kept_without() {
    let unreadable = [
        (500, String::new(), ""),
        (200, "{}".to_owned(), ""),
        (
            403,
            json!({"ErrorInformation": {"message": "Saknas", "code": 2_000_663}}).to_string(),
            "Saknas (2000663)",
        ),
    ];
    for (status, body, words) in unreadable {
        let (host, authorization) = FakeHost::begun(&[("language", "en")]);
        host.answer(200, &token_answer(SCOPES).to_string());
        host.answer(status, &body);
        assert_eq!(outcome(host.come_back(&authorization)), "ok");
        let grant = host.cell("grant").unwrap();
        assert!(grant["organization"].is_null());
        assert_eq!(grant["tenant_id"], "1234567", "the token's own claim");
        assert_tidy(&host);
        let events = host.events();
        assert_eq!(
            events[2..],
            ["authorization.succeeded", "organization.unread"]
        );
        let expected = message::LOG_ORGANIZATION_UNREAD.with(Locale::En, &[("words", words)]);
        assert_eq!(host.last_line(), expected);
    }
}

#[test]
fn given_a_company_that_does_not_answer_when_it_is_the_first_grant_then_it_is_kept_without() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.answer(200, &token_answer(SCOPES).to_string());
    host.exchange(|_, _| Err(HttpError::NoAnswer("scripted".into())));
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
    assert!(host.cell("grant").unwrap()["organization"].is_null());
}

// ---- scopes

#[test]
fn given_an_answer_without_scopes_when_taken_in_then_they_are_as_asked_for() {
    let mut answer = token_answer(SCOPES);
    answer.as_object_mut().unwrap().remove("scope");
    let host = granted(&answer);
    let grant = host.cell("grant").unwrap();
    assert_eq!(grant["scopes"], grant["asked"]);
    assert_eq!(host.events().last().unwrap(), "authorization.succeeded");
}

#[test]
fn given_fewer_scopes_when_taken_in_then_the_log_warns_with_those_that_lack() {
    let host = granted(&token_answer("companyinformation"));
    let grant = host.cell("grant").unwrap();
    assert_eq!(grant["scopes"], json!(["companyinformation"]));
    let expected = "Fortnox granted less than was asked for. Missing: customer, project.";
    let last = host.log.borrow().last().cloned().unwrap();
    assert_eq!(
        last,
        (Level::Warn, "grant.narrower".into(), expected.into())
    );
}

#[test]
fn given_more_scopes_when_taken_in_then_the_log_warns_with_those_too_many() {
    let host = granted(&token_answer(
        "companyinformation customer project order salary",
    ));
    let expected = "Fortnox granted more than was asked for: order, salary.";
    let last = host.log.borrow().last().cloned().unwrap();
    assert_eq!(last, (Level::Warn, "grant.wider".into(), expected.into()));
    assert_eq!(host.cell("grant").unwrap()["scopes"][4], "salary");
}
