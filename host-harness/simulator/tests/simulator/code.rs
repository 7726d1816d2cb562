//! The grant `authorization_code`.

use std::time::Duration;

use fortnox_simulator::Behaviour;
use fortnox_simulator::ledger::Kind;

use crate::support::{
    Bench, CALLBACK, CHALLENGE, NOW, VERIFIER, bench, header, json, refusal, refused, text,
};

const INVALID: &str = "Authorization code doesn't exist or is invalid for the client";
const MISMATCH: &str = "The redirect URI is missing or do not match";

/// Exchanges with exactly these parameters.
async fn exchange(bench: &Bench, fields: &[(&str, &str)]) -> u16 {
    let mut form = vec![("grant_type", "authorization_code")];
    form.extend(fields);
    bench.token(&form).await.status.as_u16()
}

#[tokio::test]
async fn given_a_code_when_exchanged_then_the_answer_is_as_recorded() {
    let bench = bench(|_| {}).await;
    let reply = bench.exchange(&bench.code().await).await;
    assert_eq!(reply.status, 200);
    assert_eq!(
        header(&reply.headers, "content-type"),
        Some("application/json")
    );
    assert_eq!(header(&reply.headers, "cache-control"), Some("no-store"));
    assert_eq!(header(&reply.headers, "pragma"), Some("no-cache"));
    assert!(header(&reply.headers, "x-uid").is_some());

    let body = json(&reply);
    let access = text(&body, "access_token");
    let refresh = text(&body, "refresh_token");
    assert_eq!(
        reply.body,
        format!(
            r#"{{"access_token":"{access}","expires_in":3600,"token_type":"bearer","scope":"companyinformation customer","refresh_token":"{refresh}"}}"#
        )
    );
    assert!(refresh.len() == 40 && refresh.chars().all(|c| c.is_ascii_hexdigit()));
    assert!((2_600..=3_400).contains(&access.len()), "{}", access.len());
}

#[tokio::test]
async fn given_a_code_when_exchanged_twice_then_refused_and_the_tokens_live_on() {
    let bench = bench(|_| {}).await;
    let code = bench.code().await;
    let tokens = json(&bench.exchange(&code).await);
    let again = bench.exchange(&code).await;
    assert_eq!(refused(&again), refusal(400, "invalid_grant", INVALID));
    assert_eq!(
        bench.company(text(&tokens, "access_token")).await.status,
        200
    );
    assert_eq!(
        bench.refresh(text(&tokens, "refresh_token")).await.status,
        200
    );
}

#[tokio::test]
async fn given_reuse_revokes_when_a_code_is_used_twice_then_its_tokens_die() {
    let bench = bench(|b| b.code_reuse_revokes = true).await;
    let code = bench.code().await;
    let tokens = json(&bench.exchange(&code).await);
    let other = bench.tokens().await;
    assert_eq!(bench.exchange(&code).await.status, 400);
    assert_eq!(
        bench.company(text(&tokens, "access_token")).await.status,
        401
    );
    assert_eq!(
        bench.refresh(text(&tokens, "refresh_token")).await.status,
        400
    );
    assert_eq!(
        bench.company(text(&other, "access_token")).await.status,
        200
    );
    assert_eq!(
        bench.refresh(text(&other, "refresh_token")).await.status,
        200
    );
    // What is dead does not die again.
    assert_eq!(bench.exchange(&code).await.status, 400);
    let ledger = bench.sim.ledger();
    for (kind, name) in [
        (Kind::AccessToken, "access_token"),
        (Kind::RefreshToken, "refresh_token"),
    ] {
        let dead = ledger.revoked(kind);
        let dead: Vec<&str> = dead.iter().map(|value| value.expose()).collect();
        assert_eq!(dead, [text(&tokens, name)]);
    }
}

#[tokio::test]
async fn given_an_unknown_or_missing_code_when_exchanged_then_refused() {
    let bench = bench(|_| {}).await;
    let unknown = bench.exchange("nonsense").await;
    assert_eq!(refused(&unknown), refusal(400, "invalid_grant", INVALID));
    let missing = bench.token(&[("grant_type", "authorization_code")]).await;
    assert_eq!(refused(&missing).1, "invalid_request");
}

#[tokio::test]
async fn given_another_client_when_exchanging_then_refused() {
    let bench = bench(|_| {}).await;
    let code = bench.code().await;
    bench
        .sim
        .change_app(|app| app.client_id = "Another12345".to_owned());
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
    ];
    // Base64 of Another12345:SimHemlig1.
    let basic = [("authorization", "Basic QW5vdGhlcjEyMzQ1OlNpbUhlbWxpZzE=")];
    let reply = bench.token_with(&basic, &form).await;
    assert_eq!(refused(&reply), refusal(400, "invalid_grant", INVALID));
}

#[tokio::test]
async fn given_ten_minutes_when_a_code_is_exchanged_then_expired_at_the_last_second() {
    let bench = bench(|_| {}).await;
    let (early, late) = (bench.code().await, bench.code().await);
    bench.sim.clock().advance(Duration::from_secs(599));
    assert_eq!(bench.exchange(&early).await.status, 200);
    bench.sim.clock().advance(Duration::from_secs(1));
    assert_eq!(bench.sim.clock().now(), NOW + 600);
    let reply = bench.exchange(&late).await;
    let expected = refusal(400, "invalid_grant", "The authorization code has expired");
    assert_eq!(refused(&reply), expected);
}

#[tokio::test]
async fn given_a_shorter_code_lifetime_when_exchanged_after_it_then_expired() {
    let bench = bench(|b| b.code_lifetime = 30).await;
    let code = bench.code().await;
    bench.sim.clock().advance(Duration::from_secs(30));
    assert_eq!(bench.exchange(&code).await.status, 400);
}

#[tokio::test]
async fn given_a_missing_or_other_redirect_uri_when_exchanged_then_refused_and_nothing_spent() {
    let bench = bench(|_| {}).await;
    let code = bench.code().await;
    for fields in [&[][..], &[("redirect_uri", "http://127.0.0.1:9/other")]] {
        let mut form = vec![("grant_type", "authorization_code"), ("code", &code)];
        form.extend(fields);
        let reply = bench.token(&form).await;
        assert_eq!(
            refused(&reply),
            refusal(400, "redirect_uri_mismatch", MISMATCH)
        );
    }
    assert!(bench.sim.ledger().spent(Kind::Code).is_empty());
    assert_eq!(bench.exchange(&code).await.status, 200);
}

#[tokio::test]
async fn given_a_redirect_uri_left_out_at_authorize_when_exchanged_then_needed_all_the_same() {
    let bench = bench(|_| {}).await;
    let code = bench.code_for(&[("redirect_uri", "-")]).await;
    assert_eq!(exchange(&bench, &[("code", &code)]).await, 400);
    assert_eq!(
        exchange(&bench, &[("code", &code), ("redirect_uri", CALLBACK)]).await,
        200
    );
}

#[tokio::test]
async fn given_it_is_not_needed_when_left_out_at_authorize_then_it_may_be_left_out_again() {
    let bench = bench(|b| b.exchange_needs_redirect_uri = false).await;
    let without = bench.code_for(&[("redirect_uri", "-")]).await;
    assert_eq!(exchange(&bench, &[("code", &without)]).await, 200);
    let with = bench.code().await;
    assert_eq!(exchange(&bench, &[("code", &with)]).await, 400);
}

#[tokio::test]
async fn given_pkce_not_enforced_when_the_verifier_is_wrong_or_missing_then_ignored() {
    let bench = bench(|_| {}).await;
    let pkce = [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for verifier in [None, Some("wrong")] {
        let code = bench.code_for(&pkce).await;
        let mut fields = vec![("code", code.as_str()), ("redirect_uri", CALLBACK)];
        fields.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        assert_eq!(exchange(&bench, &fields).await, 200);
    }
}

#[tokio::test]
async fn given_pkce_enforced_when_exchanged_then_only_the_right_verifier_works() {
    let bench = bench(|b| b.pkce_enforced = true).await;
    let pkce = [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let code = bench.code_for(&pkce).await;
    assert_eq!(
        exchange(&bench, &[("code", &code), ("redirect_uri", CALLBACK)]).await,
        400
    );
    for (verifier, status) in [("wrong", 400), (VERIFIER, 200)] {
        let fields = [
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", verifier),
        ];
        assert_eq!(exchange(&bench, &fields).await, status);
    }
}

#[tokio::test]
async fn given_a_withdrawn_consent_when_the_code_is_exchanged_then_refused() {
    let bench = bench(|_| {}).await;
    let code = bench.code().await;
    bench
        .sim
        .withdraw_consent(fortnox_simulator::cast::company::EXEMPEL);
    assert_eq!(refused(&bench.exchange(&code).await).1, "invalid_grant");
}

#[tokio::test]
async fn given_offline_is_needed_when_not_asked_for_then_no_refresh_token() {
    let needs: fn(&mut Behaviour) = |b| b.refresh_token_needs_offline = true;
    for (switch, access_type, expected) in [
        (needs, "-", false),
        (needs, "offline", true),
        (|_| {}, "-", true),
    ] {
        let bench = bench(switch).await;
        let code = bench.code_for(&[("access_type", access_type)]).await;
        let body = json(&bench.exchange(&code).await);
        assert_eq!(body.get("refresh_token").is_some(), expected);
    }
}
