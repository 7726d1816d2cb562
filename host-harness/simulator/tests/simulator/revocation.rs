//! The revocation endpoint.

use fortnox_simulator::Secret;
use fortnox_simulator::behaviour::{CannedAnswer, RevocationEnds};
use fortnox_simulator::ledger::{Cause, Event, Kind, Why};
use http::Method;

use crate::support::{bench, json, refusal, refused, service_consent, text};

#[tokio::test]
async fn given_a_refresh_token_when_revoked_then_dead_while_the_access_token_lives() {
    let bench = bench(|_| {}).await;
    let tokens = bench.tokens().await;
    let token = text(&tokens, "refresh_token");
    let reply = bench
        .revoke(&[("token_type_hint", "refresh_token"), ("token", token)])
        .await;
    assert_eq!(
        (reply.status.as_u16(), reply.body.as_str()),
        (200, r#"{"revoked":true}"#)
    );
    assert_eq!(bench.refresh(token).await.status, 400);
    assert_eq!(
        bench.company(text(&tokens, "access_token")).await.status,
        200
    );
    assert_eq!(
        bench.sim.ledger().revoked(Kind::RefreshToken)[0].expose(),
        token
    );
}

#[tokio::test]
async fn given_an_unknown_or_access_token_when_revoked_then_200_and_nothing_happens() {
    let bench = bench(|_| {}).await;
    let tokens = bench.tokens().await;
    let access = text(&tokens, "access_token");
    for form in [
        &[("token", "x")][..],
        &[("token", access), ("token_type_hint", "access_token")],
    ] {
        assert_eq!(bench.revoke(form).await.body, r#"{"revoked":true}"#);
    }
    assert_eq!(bench.company(access).await.status, 200);
    assert!(bench.sim.ledger().revoked(Kind::RefreshToken).is_empty());
}

#[tokio::test]
async fn given_no_token_or_an_odd_hint_when_revoking_then_invalid_request() {
    let bench = bench(|_| {}).await;
    let missing = bench.revoke(&[("token_type_hint", "refresh_token")]).await;
    let words = "Missing token parameter to revoke";
    assert_eq!(refused(&missing), refusal(400, "invalid_request", words));
    let odd = bench
        .revoke(&[("token", "x"), ("token_type_hint", "code")])
        .await;
    let words = "Token type hint must be either 'access_token' or 'refresh_token'";
    assert_eq!(refused(&odd), refusal(400, "invalid_request", words));
}

#[tokio::test]
async fn given_no_client_authentication_when_revoking_then_401_and_the_token_lives() {
    let bench = bench(|_| {}).await;
    let tokens = bench.tokens().await;
    let token = text(&tokens, "refresh_token");
    let url = bench.sim.endpoints().revoke.clone();
    let reply = bench
        .send(Method::POST, url, &[], Some(&[("token", token)]))
        .await;
    assert_eq!(refused(&reply).1, "invalid_client");
    assert_eq!(bench.refresh(token).await.status, 200);
}

#[tokio::test]
async fn given_what_a_revocation_ends_when_revoked_then_that_and_no_more() {
    use RevocationEnds::{Consent, Grant, Token};
    // Later refresh token, its access token, another grant's refresh token, and
    // the service account's consent.
    for (ends, statuses) in [
        (Token, [200, 200, 200, 200]),
        (Grant, [400, 401, 200, 200]),
        (Consent, [400, 200, 400, 400]),
    ] {
        let bench = bench(|b| {
            b.revocation_ends = ends;
            b.refresh_grace = 60;
        })
        .await;
        service_consent(&bench).await;
        let first = bench.tokens().await;
        let token = text(&first, "refresh_token");
        let later = json(&bench.refresh(token).await);
        let other = bench.tokens().await;
        bench.revoke(&[("token", token)]).await;

        assert_eq!(bench.refresh(token).await.status, 400);
        let why = bench.sim.ledger().token_requests().last().unwrap().why;
        assert_eq!(why, Some(Why::Revoked(Cause::Revocation)), "{ends:?}");
        let access = bench.company(text(&later, "access_token")).await.status;
        let refreshed = bench.refresh(text(&later, "refresh_token")).await.status;
        let others = bench.refresh(text(&other, "refresh_token")).await.status;
        let headers = [
            ("authorization", crate::support::BASIC),
            ("TenantId", "1234567"),
        ];
        let form = [("grant_type", "client_credentials")];
        let service = bench.token_with(&headers, &form).await.status;
        let found = [refreshed, access, others, service].map(|it| it.as_u16());
        assert_eq!(found, statuses, "{ends:?}");
    }
}

#[tokio::test]
async fn given_a_revoked_grant_when_asked_then_the_ledger_names_each_token_and_the_cause() {
    let bench = bench(|b| b.revocation_ends = RevocationEnds::Grant).await;
    let tokens = bench.tokens().await;
    let later = json(&bench.refresh(text(&tokens, "refresh_token")).await);
    let token = text(&later, "refresh_token");
    bench.revoke(&[("token", token)]).await;
    let ledger = bench.sim.ledger();
    assert_eq!(ledger.revoked(Kind::RefreshToken), [Secret::new(token)]);
    assert_eq!(ledger.revoked(Kind::AccessToken).len(), 2);
    let causes = ledger.entries().iter().filter_map(|it| match it.event {
        Event::Revoked { cause, .. } => Some(cause),
        _ => None,
    });
    assert!(causes.into_iter().all(|cause| cause == Cause::Revocation));
}

#[tokio::test]
async fn given_a_replaced_answer_when_revoking_then_sent_and_nothing_revoked() {
    let answer = CannedAnswer {
        status: 500,
        content_type: None,
        body: Vec::new(),
    };
    let bench = bench(|b| b.revoke_answer = Some(answer)).await;
    let tokens = bench.tokens().await;
    let token = text(&tokens, "refresh_token");
    let reply = bench.revoke(&[("token", token)]).await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (500, ""));
    assert_eq!(reply.headers.get("content-type"), None);
    assert_eq!(bench.refresh(token).await.status, 200);
}

#[tokio::test]
async fn given_another_client_when_it_revokes_then_200_and_the_token_lives() {
    let bench = bench(|_| {}).await;
    let tokens = bench.tokens().await;
    let token = text(&tokens, "refresh_token");
    let own = bench.sim.app();
    bench
        .sim
        .change_app(|app| app.client_id = "Another12345".to_owned());
    let url = bench.sim.endpoints().revoke.clone();
    // Base64 of Another12345:SimHemlig1.
    let basic = [("authorization", "Basic QW5vdGhlcjEyMzQ1OlNpbUhlbWxpZzE=")];
    let reply = bench
        .send(Method::POST, url, &basic, Some(&[("token", token)]))
        .await;
    assert_eq!(reply.status, 200);
    bench.sim.change_app(|app| *app = own);
    assert_eq!(bench.refresh(token).await.status, 200);
}
