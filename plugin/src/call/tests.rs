//! Calls of the API.

use serde_json::json;

use super::*;
use crate::contract::{HttpError, RequestAuthorization};
use crate::testing::{FakeHost, SCOPES, claims, outcome, response, sent_header, token_answer};

fn connected() -> FakeHost {
    let host = FakeHost::connected("user");
    crate::set_enabled(&host, true).unwrap();
    host
}

fn get(path: &str) -> ApiRequest {
    ApiRequest {
        method: "GET".into(),
        path: path.into(),
        headers: vec![("accept".into(), "application/json".into())],
        body: Vec::new(),
        timeout: 7_000,
    }
}

fn stored(host: &FakeHost) -> String {
    let token = host.cell("grant").unwrap()["access_token"].clone();
    token.as_str().unwrap().to_owned()
}

fn bearer(host: &FakeHost, request: usize) -> String {
    match &host.sent.borrow()[request].authorization {
        RequestAuthorization::Bearer(token) => token.clone(),
        _ => panic!("no bearer token"),
    }
}

#[test]
fn given_a_grant_when_the_api_is_called_then_the_token_goes_along_and_the_answer_comes_back() {
    let host = connected();
    host.exchange(|_, _| {
        let location = ("location", "/3/customers/1");
        Ok(response(201, &[location], "{}"))
    });
    let mut request = get("3/customers?page=1");
    request.method = "POST".into();
    request.body = b"body".to_vec();
    let response = call(&host, &request).unwrap();
    assert_eq!((response.status, response.body), (201, b"{}".to_vec()));
    let location = ("location".to_owned(), "/3/customers/1".to_owned());
    assert_eq!(response.headers, [location]);
    assert_eq!(
        host.visited(),
        ["https://api.fortnox.se/3/customers?page=1"]
    );
    assert_eq!(bearer(&host, 0), stored(&host));
    let sent = host.sent.borrow();
    assert_eq!(sent[0].method, "POST");
    assert_eq!(sent[0].body, b"body");
    assert_eq!(sent_header(&sent[0], "accept"), Some("application/json"));
    assert_eq!(sent[0].timeout, Duration::from_secs(7));
    assert!(sent[0].keep.is_none() && sent[0].guard.is_none());
}

#[test]
fn given_an_answer_that_says_nothing_of_the_access_when_it_comes_then_it_is_the_hosts_to_read() {
    for status in [200, 400, 404, 500, 503] {
        let host = connected();
        host.answer(status, "words");
        let response = call(&host, &get("3/projects")).unwrap();
        assert_eq!(
            (response.status, response.body),
            (status, b"words".to_vec())
        );
        assert_eq!(host.sent.borrow().len(), 1);
    }
}

#[test]
fn given_a_token_that_is_refused_when_called_then_it_is_renewed_and_the_call_made_once_more() {
    let host = connected();
    let before = stored(&host);
    host.answer(401, r#"{"message":"unauthorized"}"#);
    let mut renewed = token_answer(SCOPES);
    renewed["access_token"] = claims(&json!({"n": 2})).into();
    host.answer(200, &renewed.to_string());
    host.answer(200, "in the end");
    let response = call(&host, &get("3/projects")).unwrap();
    assert_eq!(response.body, b"in the end");
    assert_eq!(bearer(&host, 0), before);
    assert_eq!(bearer(&host, 2), stored(&host));
    assert_ne!(stored(&host), before);
}

#[test]
fn given_a_token_that_stays_refused_when_called_then_the_answer_is_told_and_nothing_is_repeated() {
    let host = connected();
    host.answer(401, "one");
    host.answer(200, &token_answer(SCOPES).to_string());
    host.answer(401, "two");
    let response = call(&host, &get("3/projects")).unwrap();
    assert_eq!((response.status, response.body), (401, b"two".to_vec()));
    assert_eq!(host.sent.borrow().len(), 3);
}

#[test]
fn given_a_refused_token_and_a_grant_that_has_ended_when_called_then_that_is_told() {
    let host = connected();
    host.answer(401, "");
    host.answer(400, r#"{"error":"invalid_grant"}"#);
    assert_eq!(
        outcome(call(&host, &get("3/projects"))),
        "authorization required: grant-refused"
    );
}

#[test]
fn given_a_pause_when_the_api_asks_for_one_then_the_caller_hears_of_it() {
    for (header, seconds) in [
        (None, 5),
        (Some("3"), 3),
        (Some("0"), 1),
        (Some("100000"), 900),
        (Some("soon"), 5),
    ] {
        let host = connected();
        host.exchange(move |_, _| {
            let header = header.map(|value| ("retry-after", value));
            Ok(response(429, header.as_slice(), ""))
        });
        assert_eq!(
            outcome(call(&host, &get("3/projects"))),
            format!("unavailable: rate-limited; try again after {seconds}s")
        );
    }
}

#[test]
fn given_no_answer_when_called_then_it_is_said_whether_anything_was_sent() {
    let cases = [
        (
            HttpError::Denied("x".into()),
            "misconfigured: egress-denied",
        ),
        (
            HttpError::NotSent("x".into()),
            "unavailable: provider-unreachable; try again after 5s",
        ),
        (
            HttpError::NoAnswer("x".into()),
            "unavailable: provider-silent; try again after 5s",
        ),
        (
            HttpError::Other("x".into()),
            "unavailable: provider-silent; try again after 5s",
        ),
        (
            HttpError::Limited(250),
            "unavailable: rate-limited; try again after 250ms",
        ),
    ];
    for (error, expected) in cases {
        let host = connected();
        host.exchange(|_, _| Err(error));
        assert_eq!(outcome(call(&host, &get("3/projects"))), expected);
        assert_eq!(host.sent.borrow().len(), 1);
    }
}

#[test]
fn given_a_path_that_leaves_the_root_when_called_then_no_token_goes_there() {
    let host = connected();
    for path in ["//evil.example/3", "../3", "3/%2e%2e/x", "3/customers#x"] {
        let outcome = outcome(call(&host, &get(path)));
        assert_eq!(outcome, "rejected: call-invalid", "{path}");
    }
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_a_method_or_header_that_is_none_when_called_then_it_is_refused() {
    let host = connected();
    for method in ["G ET", "get", "HEAD", "TRACE", "CONNECT", ""] {
        let mut request = get("3");
        request.method = method.into();
        let outcome = outcome(call(&host, &request));
        assert_eq!(outcome, "rejected: call-invalid", "{method}");
    }
    let mut no_name = get("3");
    no_name.headers = vec![("a b".into(), "c".into())];
    let mut no_value = get("3");
    no_value.headers = vec![("a".into(), "c\r\nd: e".into())];
    for request in [no_name, no_value] {
        assert_eq!(outcome(call(&host, &request)), "rejected: call-invalid");
    }
    assert!(host.sent.borrow().is_empty());
}

#[test]
fn given_a_connection_that_is_off_or_has_no_grant_when_called_then_nobody_is_asked() {
    let off = FakeHost::connected("user");
    assert_eq!(outcome(call(&off, &get("3"))), "rejected: disabled");
    let host = FakeHost::configured(&[]);
    crate::set_enabled(&host, true).unwrap();
    assert_eq!(
        outcome(call(&host, &get("3"))),
        "authorization required: unauthorized"
    );
    assert_eq!(
        outcome(call(&FakeHost::new(), &get("3"))),
        "rejected: unconfigured"
    );
}

#[test]
fn given_an_api_that_accepts_no_token_when_called_again_and_again_then_one_renewal_in_a_while() {
    let host = connected();
    host.answer(401, "");
    host.answer(200, &token_answer(SCOPES).to_string());
    host.answer(401, "");
    assert_eq!(call(&host, &get("3/projects")).unwrap().status, 401);
    for _ in 0..3 {
        host.answer(401, "");
        let told = outcome(call(&host, &get("3/projects")));
        assert_eq!(told, "unavailable: token-refused; try again after 300s");
    }
    assert_eq!(host.sent.borrow().len(), 6, "nothing more is spent");
    let finding = crate::status(&host, "en").unwrap().findings.remove(0);
    assert_eq!(finding.code, "token-refused");
    host.answer(200, "{}");
    call(&host, &get("3/projects")).unwrap();
    assert!(crate::status(&host, "en").unwrap().findings.is_empty());
}
