//! What the provider's answers may do, and what of them people get to see.

use std::collections::BTreeMap;

use fortnox_simulator::behaviour::{CannedAnswer, NextTokenAnswer, Wording};
use fortnox_simulator::cast::person;
use fortnox_simulator::ledger::Kind;
use fortnox_simulator::visitor::Decision;
use fortnox_simulator::{Refusal, Scopes};
use host_harness::contract::{Severity, Verdict};
use secrecy::ExposeSecret as _;
use serde_json::json;
use tests::scripted::Scripted;
use tests::{World, findings, refusal, set_endpoint};

const GOOD: &str =
    r#"{"access_token":"a.b.c","token_type":"bearer","expires_in":3600,"refresh_token":"r"}"#;

/// The outcome of a journey whose code is answered like this.
async fn answered(
    world: &World,
    status: u16,
    media_type: &str,
    body: impl Into<Vec<u8>>,
) -> String {
    let answer = CannedAnswer {
        status,
        content_type: Some(media_type.to_owned()),
        body: body.into(),
    };
    world.simulator.behaviour(|behaviour| {
        behaviour.next_token_answer = Some(NextTokenAnswer {
            answer,
            after_processing: false,
        });
    });
    let name = format!("company {}", world.sent().len());
    let connection = world.configured(&name, "user").await;
    let handled = world.journey(&connection, person::USER, Decision::Approve);
    let outcome = refusal(handled.await);
    let grant = connection.status("en").await.unwrap().grant;
    assert_eq!(grant.is_some(), outcome == "ok");
    outcome
}

#[tokio::test]
async fn s33_the_body_decides_and_not_the_media_type() {
    let world = World::start().await;
    for media_type in [
        "application/json",
        "text/html; charset=UTF-8",
        "text/plain",
        "image/png",
    ] {
        assert_eq!(answered(&world, 200, media_type, GOOD).await, "ok");
        let refused = r#"{"error":"invalid_grant"}"#;
        let outcome = answered(&world, 400, media_type, refused).await;
        assert_eq!(outcome, "callback-rejected(code-refused)");
    }
}

#[tokio::test]
async fn s33_what_is_not_one_whole_bearer_answer_is_not_used() {
    let world = World::start().await;
    let with = |from: &str, to: &str| {
        assert!(GOOD.contains(from));
        GOOD.replacen(from, to, 1)
    };
    for body in [
        String::new(),
        "null".to_owned(),
        format!("[{GOOD}]"),
        format!("{GOOD}{GOOD}"),
        "<html>Logga in</html>".to_owned(),
        with(r#""access_token":"a.b.c","#, ""),
        with("\"a.b.c\"", "\"\""),
        with("\"a.b.c\"", "\"a b\""),
        with("\"a.b.c\"", r#""a\u0000""#),
        with("\"a.b.c\"", "null"),
        with("\"a.b.c\"", "[\"a\"]"),
        with("{", r#"{"access_token":"other","#),
        with("{", r#"{"token_type":"bearer","#),
        with(r#""token_type":"bearer","#, ""),
        with("bearer", "mac"),
        with("bearer", "bearer "),
        GOOD[..GOOD.len() - 1].to_owned(),
    ] {
        let outcome = answered(&world, 200, "application/json", body.clone()).await;
        assert_eq!(outcome, "callback-rejected(answer-unusable)", "{body}");
    }
    let contradictory = with("{", r#"{"error":"invalid_grant","#);
    let outcome = answered(&world, 200, "application/json", contradictory).await;
    assert_eq!(outcome, "callback-rejected(code-refused)");
    let not_utf8 = [GOOD.as_bytes(), b"\xff"].concat();
    let outcome = answered(&world, 200, "application/json", not_utf8).await;
    assert_eq!(outcome, "callback-rejected(answer-unusable)");
}

#[tokio::test]
async fn s33_a_token_under_a_status_that_is_no_success_is_not_used() {
    let world = World::start().await;
    for (status, cause) in [
        (302, "answer-unusable"),
        (400, "answer-unusable"),
        (401, "answer-unusable"),
        (500, "provider-failing"),
        // After it the host lets the whole deployment pause.
        (429, "rate-limited"),
    ] {
        let outcome = answered(&world, status, "application/json", GOOD).await;
        assert_eq!(outcome, format!("callback-rejected({cause})"), "{status}");
    }
}

#[tokio::test]
async fn s33_a_body_has_at_most_64_kib() {
    let world = World::start().await;
    let padded = |size: usize| format!("{GOOD}{}", " ".repeat(size - GOOD.len()));
    let fits = answered(&world, 200, "application/json", padded(64 * 1024)).await;
    assert_eq!(fits, "ok");
    let over = answered(&world, 200, "application/json", padded(64 * 1024 + 1)).await;
    assert_eq!(over, "callback-rejected(provider-silent)");
}

#[tokio::test]
async fn s33_an_answer_that_breaks_off_is_not_used() {
    let cut = Scripted::start(|_| {
        let length = GOOD.len() + 1;
        format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{GOOD}").into_bytes()
    });
    let cut = cut.await;
    let world = World::with(|r| set_endpoint(r, "token", cut.url("/token"))).await;
    let acme = world.configured("acme", "user").await;
    let handled = world.journey(&acme, person::USER, Decision::Approve).await;
    assert_eq!(refusal(handled), "callback-rejected(provider-silent)");
}

#[tokio::test]
async fn s33_the_type_of_the_token_is_bearer_in_any_case_and_life_in_any_spelling() {
    let world = World::start().await;
    for body in [
        GOOD.replace("bearer", "BeAReR"),
        GOOD.replace("3600", "\"3600\""),
        GOOD.replace("3600", "3600.0"),
        GOOD.replace("3600", "null"),
        GOOD.replace(r#""expires_in":3600,"#, ""),
        GOOD.replace("{", r#"{"unknown":1,"unknown":2,"#),
    ] {
        assert_eq!(answered(&world, 200, "application/json", body).await, "ok");
    }
}

#[tokio::test]
async fn s34_fewer_scopes_than_asked_for_show_in_status_and_log() {
    let world = World::start().await;
    let only = Scopes::parse("companyinformation customer");
    world.simulator.behaviour(|b| b.grant_only = Some(only));
    let acme = world.authorized("acme").await;
    let report = acme.status("en").await.unwrap();
    assert_eq!(
        report.grant.unwrap().scopes,
        ["companyinformation", "customer"]
    );
    let verdicts: Vec<_> = report
        .access
        .iter()
        .map(|access| (access.area.as_str(), access.verdict))
        .collect();
    assert!(verdicts.contains(&("projects", Verdict::MissingScope)));
    assert!(verdicts.contains(&("customers", Verdict::Unchecked)));
    let missing = report.findings.iter().find(|f| f.code == "scope-withheld");
    assert_eq!(missing.unwrap().area.as_deref(), Some("projects"));
    let entries = world.entries("acme").await;
    let narrower = entries.iter().find(|entry| entry.event == "grant.narrower");
    assert!(narrower.unwrap().message.contains("project"));
}

#[tokio::test]
async fn s34_more_scopes_than_asked_for_are_recorded_and_warned_of() {
    let world = World::start().await;
    let scope = "companyinformation customer project bookkeeping";
    world.simulator.behaviour(|behaviour| {
        let name = "scope".to_owned();
        behaviour.token_answer_set.insert(name, json!(scope));
    });
    let acme = world.authorized("acme").await;
    let report = acme.status("en").await.unwrap();
    let scopes = &report.grant.as_ref().unwrap().scopes;
    assert!(scopes.contains(&"bookkeeping".to_owned()));
    let wider = report.findings.iter().find(|f| f.code == "scope-wider");
    assert_eq!(wider.unwrap().severity, Severity::Warning);
    let entries = world.entries("acme").await;
    let wider = entries.iter().find(|entry| entry.event == "grant.wider");
    assert!(wider.unwrap().message.contains("bookkeeping"));
}

/// Markup, a line break, a terminal sequence, a change of direction, nothing
/// visible, and far too much.
fn hostile() -> String {
    format!(
        "<script>alert(1)</script>\r\nINFO forged\u{1b}[31m\u{202e}gnp\u{200b}\u{0} {}",
        "x".repeat(5000)
    )
}

fn is_harmless(text: &str) -> bool {
    text.chars().count() <= 200
        && !text.contains([
            '<', '>', '\r', '\n', '\u{1b}', '\u{202e}', '\u{200b}', '\u{0}',
        ])
}

#[tokio::test]
async fn s23_the_words_of_a_callback_are_harmless_and_its_error_uri_is_not_followed() {
    let world = World::start().await;
    let elsewhere = Scripted::start(|_| tests::scripted::answer(200, "", "")).await;
    let words = Wording {
        error: Some(hostile()),
        description: Some(hostile()),
    };
    world.simulator.behaviour(|behaviour| {
        behaviour.wording = BTreeMap::from([(Refusal::AccessDenied, words)]);
        let uri = ("error_uri".to_owned(), elsewhere.url("/why"));
        behaviour.callback_extra = BTreeMap::from([uri]);
    });
    let acme = world.configured("acme", "user").await;
    let handled = world.journey(&acme, person::USER, Decision::Cancel).await;
    assert_eq!(refusal(handled), "callback-rejected(provider-refused)");
    shown_harmlessly(&world).await;
    assert!(elsewhere.received().is_empty());
    let report = format!("{:?}", acme.status("en").await.unwrap());
    assert!(!report.contains(&elsewhere.url("/why")));
    assert!(world.sent().is_empty());
}

#[tokio::test]
async fn s23_the_words_of_the_token_endpoint_are_harmless() {
    let world = World::start().await;
    let words = Wording {
        error: Some(hostile()),
        description: Some(hostile()),
    };
    world.simulator.behaviour(|behaviour| {
        behaviour.wording = BTreeMap::from([(Refusal::CodeExpired, words)]);
        behaviour.code_lifetime = 0;
    });
    let acme = world.configured("acme", "user").await;
    let handled = world.journey(&acme, person::USER, Decision::Approve).await;
    assert_eq!(refusal(handled), "callback-rejected(provider-refused)");
    shown_harmlessly(&world).await;
}

/// The failed attempt of `acme` shows its hostile words, and harmlessly.
async fn shown_harmlessly(world: &World) {
    let report = world.company("acme").status("en").await.unwrap();
    assert_eq!(findings(&report), ["provider-refused"]);
    let finding = &report.findings[0];
    for text in [&finding.provider_code, &finding.provider_message] {
        assert!(text.starts_with("‹script›alert(1)‹/script›"), "{text}");
        assert!(is_harmless(text), "{text}");
    }
    for entry in world.entries("acme").await {
        assert!(
            !entry
                .message
                .contains(['<', '>', '\r', '\n', '\u{1b}', '\u{202e}'])
        );
        assert!(entry.message.chars().count() < 1000);
    }
}

#[tokio::test]
async fn s23_the_words_of_the_api_are_harmless() {
    let world = World::start().await;
    let name = json!({"CompanyInformation": {
        "DatabaseNumber": 1_234_567, "CompanyName": hostile(), "OrganizationNumber": hostile(),
    }});
    world.simulator.behaviour(|behaviour| {
        behaviour.companyinformation_answer = Some(CannedAnswer {
            status: 200,
            content_type: None,
            body: name.to_string().into_bytes(),
        });
    });
    let acme = world.authorized("acme").await;
    acme.set_enabled(true).await.unwrap();
    let report = acme.status("en").await.unwrap();
    let organization = report.grant.unwrap().organization.unwrap();
    assert!(is_harmless(&organization.name) && is_harmless(&organization.number));
    assert!(!report.headline.contains(['<', '\n', '\u{202e}']));
    for entry in world.entries("acme").await {
        assert!(!entry.message.contains(['<', '\n', '\u{1b}', '\u{202e}']));
    }
    let token = acme.access_token(None).await.unwrap();
    assert!(!token.value.expose_secret().is_empty());
}

/// Fortnox names the code in none of its known answers; others do.
#[tokio::test]
async fn s22_a_code_that_comes_back_in_the_words_of_a_refusal_is_not_shown() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    let minted = world.simulator.ledger().minted(Kind::Code);
    let code = minted[0].expose();
    let words = format!("The code {code} has expired");
    let body = json!({"error": "invalid_grant", "error_description": words});
    world.simulator.behaviour(|behaviour| {
        behaviour.next_token_answer = Some(NextTokenAnswer {
            answer: CannedAnswer {
                status: 400,
                content_type: None,
                body: body.to_string().into_bytes(),
            },
            after_processing: false,
        });
    });
    let handled = acme.handle_callback(&query, &binding).await;
    assert_eq!(refusal(handled), "callback-rejected(code-refused)");
    let report = acme.status("en").await.unwrap();
    let told = format!("{report:?} {:?}", world.entries("acme").await);
    assert!(told.contains("has expired"));
    assert!(!told.contains(code), "{told}");
}
