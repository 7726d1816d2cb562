//! What the token endpoint may answer, row by row, and what becomes of the
//! grant.

use super::*;

/// What becomes of the claim and the grant.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Left {
    /// As before: nothing was spent.
    Free,
    /// Claimed: whether anything was spent is unknown.
    Claimed,
    /// A new generation.
    Renewed,
    Ended,
}

fn left(host: &FakeHost) -> Left {
    let grant = grant(host);
    match (grant["state"]["is"].as_str(), grant["claim"].is_string()) {
        (Some("ended"), _) => Left::Ended,
        (_, true) => Left::Claimed,
        _ if grant["generation"] == 2 => Left::Renewed,
        _ => Left::Free,
    }
}

/// Status, body, what the caller is told, and what is left.
type Row = (u16, &'static str, &'static str, Left);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    (400, r#"{"error":"invalid_grant"}"#, "authorization required: grant-refused", Left::Ended),
    (401, r#"{"error":"invalid_grant"}"#, "authorization required: grant-refused", Left::Ended),
    (403, r#"{"error":"invalid_grant","error_description":"Oväntat \u0007 fel"}"#, "authorization required: grant-refused", Left::Ended),
    (401, r#"{"error":"invalid_client"}"#, "misconfigured: client-credentials-refused", Left::Free),
    (400, r#"{"error":"invalid_client"}"#, "misconfigured: client-credentials-refused", Left::Free),
    (400, r#"{"error":"unauthorized_client"}"#, "misconfigured: request-refused", Left::Free),
    (400, r#"{"error":"unsupported_grant_type"}"#, "misconfigured: request-refused", Left::Free),
    (400, r#"{"error":"invalid_request"}"#, "misconfigured: request-refused", Left::Free),
    (400, r#"{"error":"invalid_scope"}"#, "misconfigured: scope-not-registered", Left::Free),
    (400, r#"{"error":"redirect_uri_mismatch"}"#, "misconfigured: redirect-uri-refused", Left::Free),
    (400, r#"{"error":"error_missing_license"}"#, "unavailable: integration-licence-missing; try again after 86400s", Left::Free),
    (401, r#"{"error":"error_missing_app_license"}"#, "unavailable: app-licence-missing; try again after 86400s", Left::Free),
    (400, r#"{"error":"brand_new"}"#, "unavailable: provider-refused; try again after 60s", Left::Free),
    (429, "", "unavailable: rate-limited; try again after 30s", Left::Free),
    (421, "", "unavailable: provider-failing; try again after 30s", Left::Free),
    (425, "", "unavailable: provider-failing; try again after 30s", Left::Free),
    (500, "", "unavailable: provider-failing; try again after 30s", Left::Claimed),
    (502, "<html>", "unavailable: provider-failing; try again after 30s", Left::Claimed),
    (503, "", "unavailable: provider-failing; try again after 30s", Left::Claimed),
    (504, "", "unavailable: provider-failing; try again after 30s", Left::Claimed),
    (500, r#"{"error":"server_error"}"#, "unavailable: provider-failing; try again after 30s", Left::Claimed),
    (403, "<html>blocked</html>", "unavailable: answer-unusable; try again after 60s", Left::Claimed),
    (404, "", "unavailable: answer-unusable; try again after 60s", Left::Claimed),
    (307, "", "unavailable: answer-unusable; try again after 60s", Left::Claimed),
    (200, "<html>log in</html>", "unavailable: answer-unusable; try again after 60s", Left::Claimed),
    (200, "", "unavailable: answer-unusable; try again after 60s", Left::Claimed),
    // RFC 6749 section 5.2 has 400, and 401 for the client: others are not the server.
    (302, r#"{"error":"invalid_grant"}"#, "unavailable: provider-failing; try again after 30s", Left::Claimed),
    (404, r#"{"error":"invalid_grant"}"#, "unavailable: provider-failing; try again after 30s", Left::Claimed),
    (500, r#"{"error":"invalid_grant"}"#, "unavailable: provider-failing; try again after 30s", Left::Claimed),
    (503, r#"{"error":"invalid_grant"}"#, "unavailable: provider-failing; try again after 30s", Left::Claimed),
    (429, r#"{"error":"invalid_grant"}"#, "unavailable: rate-limited; try again after 30s", Left::Free),
    (403, r#"{"error":"access_denied"}"#, "unavailable: provider-refused; try again after 60s", Left::Free),
    (200, r#"{"error":"invalid_grant"}"#, "unavailable: answer-unusable; try again after 60s", Left::Claimed),
];

#[test]
fn every_answer_means_what_its_row_says() {
    for (status, body, told, expected) in ROWS {
        let host = over("user");
        host.answer(*status, body);
        assert_eq!(asked(&host, None), *told, "{status} {body}");
        assert_eq!(left(&host), *expected, "{status} {body}");
        assert_eq!(host.sent.borrow().len(), 1);
        let kept = host
            .snapshot()
            .into_keys()
            .any(|key| key.starts_with("answer-"));
        assert!(!kept, "{status} {body}");
    }
}

#[test]
fn a_pause_that_the_server_asks_for_is_obeyed_within_bounds() {
    for (text, seconds) in [
        ("120", 120),
        ("0", 1),
        ("1000000000", 900),
        ("99999999999999999999999", 900),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 900),
    ] {
        for status in [429, 503] {
            let host = over("user");
            host.exchange(move |_, _| Ok(testing::response(status, &[("retry-after", text)], "")));
            let told = asked(&host, None);
            assert!(
                told.ends_with(&format!("after {seconds}s")),
                "{text}: {told}"
            );
            assert_eq!(left(&host), Left::Free, "{text}");
        }
    }
    for nonsense in ["", "-5", "soon", "1.5"] {
        let host = over("user");
        host.exchange(move |_, _| Ok(testing::response(503, &[("retry-after", nonsense)], "")));
        assert!(asked(&host, None).ends_with("after 30s"), "{nonsense}");
        assert_eq!(left(&host), Left::Claimed, "{nonsense}");
    }
}

#[test]
fn a_refresh_token_is_saved_from_an_answer_that_is_otherwise_useless() {
    let cut = r#"{"refresh_token":"saved","access_token":"eyJ"#;
    let bodies = [
        cut.to_owned(),
        with("token_type", json!("mac")),
        with("token_type", Value::Null),
        with("error", json!("odd")),
        with("access_token", json!("")),
    ];
    for body in bodies {
        let host = over("user");
        host.answer(200, &body);
        host.answer(200, &renewed(2).to_string());
        assert_eq!(asked(&host, None), "canary-refresh-2", "{body}");
        let spent = host.form(1);
        let spent = spent
            .iter()
            .find(|(name, _)| name == "refresh_token")
            .unwrap();
        assert!(
            ["saved", "canary-refresh-1"].contains(&spent.1.as_str()),
            "{body}"
        );
        assert_eq!(grant(&host)["generation"], 3, "{body}");
        assert_settled(&host);
    }
}

#[test]
fn a_server_that_never_gives_a_usable_access_token_is_asked_twice_in_a_call_and_told_of_once() {
    let host = over("user");
    for _ in 0..2 {
        host.answer(200, &with("error", json!("odd")));
        host.answer(200, &with("error", json!("odd")));
        let told = "unavailable: answer-unusable; try again after 60s";
        assert_eq!(asked(&host, None), told);
        // And then nobody asks for a while.
        assert_eq!(asked(&host, None), told);
        host.pass(60);
    }
    assert_eq!(host.sent.borrow().len(), 4);
    assert_eq!(
        grant(&host)["generation"],
        5,
        "every refresh token is saved"
    );
    assert_settled(&host);
    let events = host.events();
    let failed = events.iter().filter(|event| *event == "renewal.failed");
    assert_eq!(failed.count(), 1);
    host.answer(200, &renewed(2).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-2");
}

#[test]
fn the_part_that_was_kept_of_an_answer_that_broke_off_is_taken_in_where_it_holds_a_token() {
    let host = over("user");
    host.exchange(|host, _| {
        let key = answer_cell(host, 1);
        host.write(
            &key,
            br#"{"access_token":"eyJ","refresh_token":"saved","sc"#,
        );
        Err(HttpError::NoAnswer("broke off".into()))
    });
    host.answer(200, &renewed(2).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-2");
    assert!(
        host.form(1)
            .contains(&("refresh_token".into(), "saved".into()))
    );
    assert_settled(&host);

    let host = over("user");
    host.exchange(|host, _| {
        let key = answer_cell(host, 1);
        host.write(&key, br#"{"access_token":"eyJ","refresh_tok"#);
        Err(HttpError::NoAnswer("broke off".into()))
    });
    let told = "unavailable: provider-silent; try again after 30s";
    assert_eq!(asked(&host, None), told);
    assert_eq!(left(&host), Left::Claimed);
    assert!(!host.snapshot().contains_key(&answer_cell(&host, 1)));
}

#[test]
fn an_answer_that_nobody_understands_is_told_once_until_it_is_over() {
    for (status, body) in [
        (403, "<html>"),
        (200, "<html>"),
        (400, r#"{"error":"odd"}"#),
    ] {
        let host = over("user");
        for _ in 0..2 {
            host.answer(status, body);
            asked(&host, None);
            host.pass(90);
        }
        assert_eq!(host.events(), ["renewal.failed"], "{status} {body}");
        host.answer(200, &renewed(1).to_string());
        assert_eq!(asked(&host, None), "canary-refresh-1");
        assert!(host.cell("health").unwrap()["trouble"].is_null());
    }
}

#[test]
fn a_pause_of_the_server_holds_for_whoever_asks_before_it_is_over() {
    let host = over("user");
    host.exchange(|_, _| Ok(testing::response(503, &[("retry-after", "120")], "")));
    asked(&host, None);
    host.pass(100);
    let told = "unavailable: provider-failing; try again after 20s";
    assert_eq!(asked(&host, None), told);
    assert_eq!(host.sent.borrow().len(), 1);
    host.pass(20);
    host.answer(200, &renewed(1).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-1");
}

fn with(member: &str, value: Value) -> String {
    let mut answer = renewed(1);
    answer[member] = value;
    answer.to_string()
}

#[test]
fn without_a_new_refresh_token_the_old_one_stays_and_grows_no_younger() {
    for token in [Value::Null, json!(""), json!(" "), json!(7)] {
        let host = over("user");
        host.answer(200, &with("refresh_token", token.clone()));
        assert_eq!(asked(&host, None), REFRESH);
        let grant = grant(&host);
        assert_eq!(grant["generation"], 2);
        assert_eq!(grant["renewed"], host.now.get());
        assert_eq!(grant["refresh_since"], host.now.get() - 3600);
        assert_settled(&host);
        let warned = host.events().contains(&"refresh-token.unusable".to_owned());
        assert_eq!(warned, !token.is_null());
    }
}

#[test]
fn what_the_answer_says_of_life_and_scopes_is_stored_within_bounds() {
    for (stated, life) in [
        (json!("3600"), 3600),
        (json!(3600.9), 3600),
        (json!(-1), 60),
        (json!(0), 60),
        (json!(1_000_000_000_000_u64), 86_400),
        (Value::Null, 3600),
    ] {
        let host = over("user");
        host.answer(200, &with("expires_in", stated));
        assert_eq!(asked(&host, None), "canary-refresh-1");
        assert_eq!(grant(&host)["expires"], host.now.get() + life);
    }
    let host = over("user");
    host.answer(200, &with("scope", json!("companyinformation")));
    asked(&host, None);
    assert_eq!(grant(&host)["scopes"], json!(["companyinformation"]));
}

#[test]
fn a_missing_licence_pauses_for_a_day_and_is_told_once() {
    let host = over("user");
    let licence = r#"{"error":"error_missing_license","error_description":"Licens saknas"}"#;
    host.answer(400, licence);
    asked(&host, None);
    host.pass(3600);
    assert_eq!(
        asked(&host, None),
        "unavailable: integration-licence-missing; try again after 82800s"
    );
    assert_eq!(host.sent.borrow().len(), 1);
    host.pass(82_800);
    host.answer(400, licence);
    asked(&host, None);
    assert_eq!(host.events(), ["renewal.failed"]);
    assert!(host.last_line().contains("Licens saknas"));
    host.pass(86_400);
    host.answer(200, &renewed(1).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-1");
    assert!(host.cell("health").unwrap()["trouble"].is_null());
}

#[test]
fn a_pause_of_a_clock_that_was_wrong_does_not_hold() {
    let host = over("user");
    host.answer(400, r#"{"error":"error_missing_license"}"#);
    asked(&host, None);
    host.set_clock(-3 * 86_400);
    let stored = grant(&host)["access_token"].as_str().unwrap().to_owned();
    host.answer(200, &renewed(1).to_string());
    assert_eq!(asked(&host, Some(&stored)), "canary-refresh-1");
}

#[test]
fn what_the_operator_has_to_mend_is_told_once_and_touches_no_grant() {
    let host = over("user");
    let mut before = grant(&host);
    // The claim that came and went has written down how old the token is.
    before["lived"] = 3_600_000.into();
    for _ in 0..3 {
        host.answer(401, r#"{"error":"invalid_client"}"#);
        asked(&host, None);
    }
    assert_eq!(host.events(), ["renewal.failed"]);
    assert_eq!(grant(&host), before);
    host.answer(200, &renewed(1).to_string());
    assert_eq!(asked(&host, None), "canary-refresh-1");
}

#[test]
fn a_spent_token_that_comes_back_in_words_is_not_logged() {
    let host = over("user");
    let body = format!(r#"{{"error":"invalid_grant","error_description":"Bad {REFRESH}"}}"#);
    host.answer(400, &body);
    asked(&host, None);
    assert!(!host.last_line().contains(REFRESH), "{}", host.last_line());
}
