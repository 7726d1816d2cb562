//! The grant `refresh_token`.

use std::time::Duration;

use fortnox_simulator::cast::{Licence, company, person};
use fortnox_simulator::ledger::Kind;
use fortnox_simulator::visitor::Decision;

use crate::support::{bench, json, query, refusal, refused, returned, text};

const DAY: u64 = 24 * 3600;
const INVALID: &str = "Invalid refresh token";

#[tokio::test]
async fn given_a_refresh_token_when_used_then_rotated_and_the_old_one_is_dead_at_once() {
    let bench = bench(|_| {}).await;
    let first = bench.tokens().await;
    let old = text(&first, "refresh_token");
    let second = json(&bench.refresh(old).await);
    assert_ne!(text(&second, "refresh_token"), old);
    assert_ne!(text(&second, "access_token"), text(&first, "access_token"));
    assert_eq!(second["scope"], "companyinformation customer");

    let reuse = bench.refresh(old).await;
    assert_eq!(refused(&reuse), refusal(400, "invalid_grant", INVALID));
    // The loser of a race fails while the winner goes on working.
    assert_eq!(
        bench.refresh(text(&second, "refresh_token")).await.status,
        200
    );
    // And the earlier access token lives to its end.
    assert_eq!(
        bench.company(text(&first, "access_token")).await.status,
        200
    );
}

#[tokio::test]
async fn given_an_unknown_or_missing_token_when_refreshing_then_refused() {
    let bench = bench(|_| {}).await;
    assert_eq!(
        refused(&bench.refresh("x").await),
        refusal(400, "invalid_grant", INVALID)
    );
    let missing = bench.token(&[("grant_type", "refresh_token")]).await;
    assert_eq!(refused(&missing).1, "invalid_request");
}

#[tokio::test]
async fn given_another_client_when_refreshing_then_refused_in_other_words() {
    let bench = bench(|_| {}).await;
    let tokens = bench.tokens().await;
    bench
        .sim
        .change_app(|app| app.client_id = "Another12345".to_owned());
    let basic = [("authorization", "Basic QW5vdGhlcjEyMzQ1OlNpbUhlbWxpZzE=")];
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", text(&tokens, "refresh_token")),
    ];
    let reply = bench.token_with(&basic, &form).await;
    let words = "refresh_token doesn't exist or is invalid for the client";
    assert_eq!(refused(&reply), refusal(400, "invalid_grant", words));
}

#[tokio::test]
async fn given_a_lifetime_when_over_then_expired_and_the_second_before_good() {
    for days in [45, 31] {
        let bench = bench(|b| b.refresh_token_lifetime = days * DAY).await;
        let (early, late) = (bench.tokens().await, bench.tokens().await);
        bench
            .sim
            .clock()
            .advance(Duration::from_secs(days * DAY - 1));
        assert_eq!(
            bench.refresh(text(&early, "refresh_token")).await.status,
            200
        );
        bench.sim.clock().advance(Duration::from_secs(1));
        let reply = bench.refresh(text(&late, "refresh_token")).await;
        let expected = refusal(400, "invalid_grant", "Refresh token has expired");
        assert_eq!(refused(&reply), expected);
    }
}

#[tokio::test]
async fn given_no_switch_when_asked_for_its_lifetime_then_45_days() {
    let behaviour = fortnox_simulator::Behaviour::default();
    assert_eq!(behaviour.refresh_token_lifetime, 45 * DAY);
}

#[tokio::test]
async fn given_a_grace_when_reused_within_it_then_good_and_after_it_refused() {
    let bench = bench(|b| b.refresh_grace = 30).await;
    let tokens = bench.tokens().await;
    let token = text(&tokens, "refresh_token");
    assert_eq!(bench.refresh(token).await.status, 200);
    bench.sim.clock().advance(Duration::from_secs(29));
    assert_eq!(bench.refresh(token).await.status, 200);
    // The grace counts from the latest use.
    bench.sim.clock().advance(Duration::from_secs(30));
    assert_eq!(bench.refresh(token).await.status, 400);
}

#[tokio::test]
async fn given_family_revocation_when_reused_then_the_successor_dies_too() {
    let bench = bench(|b| b.refresh_reuse_revokes_family = true).await;
    let tokens = bench.tokens().await;
    let old = text(&tokens, "refresh_token");
    let successor = json(&bench.refresh(old).await);
    assert_eq!(bench.refresh(old).await.status, 400);
    assert_eq!(
        bench
            .refresh(text(&successor, "refresh_token"))
            .await
            .status,
        400
    );
    assert_eq!(
        bench.company(text(&successor, "access_token")).await.status,
        401
    );
}

#[tokio::test]
async fn given_no_refresh_tokens_issued_when_refreshing_then_the_old_one_stays_good() {
    let bench = bench(|_| {}).await;
    let tokens = bench.tokens().await;
    let token = text(&tokens, "refresh_token");
    bench.sim.behaviour(|b| b.refresh_tokens_issued = false);
    for _ in 0..2 {
        let reply = bench.refresh(token).await;
        assert_eq!(reply.status, 200);
        assert_eq!(json(&reply).get("refresh_token"), None);
    }
    assert_eq!(bench.tokens().await.get("refresh_token"), None);
}

#[tokio::test]
async fn given_a_scope_when_refreshing_then_narrower_is_good_and_wider_refused() {
    let bench = bench(|_| {}).await;
    let mut token = text(&bench.tokens().await, "refresh_token").to_owned();
    for (scope, expected) in [("customer", Ok("customer")), ("customer project", Err(()))] {
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &token),
            ("scope", scope),
        ];
        let reply = bench.token(&form).await;
        match expected {
            Ok(scope) => {
                let body = json(&reply);
                assert_eq!(body["scope"], scope);
                token = text(&body, "refresh_token").to_owned();
            }
            Err(()) => assert_eq!(refused(&reply).1, "invalid_scope"),
        }
    }
    // A refusal spends nothing.
    assert_eq!(bench.refresh(&token).await.status, 200);
}

#[tokio::test]
async fn given_a_licence_that_lapsed_when_refreshing_then_named_and_nothing_spent() {
    let bench = bench(|_| {}).await;
    let tokens = bench.tokens().await;
    let token = text(&tokens, "refresh_token");
    bench
        .sim
        .cancel_licence(company::EXEMPEL, Licence::Integration);
    let reply = bench.refresh(token).await;
    assert_eq!(
        (refused(&reply).0, refused(&reply).1.as_str()),
        (400, "error_missing_license")
    );
    bench.sim.behaviour(|b| b.lapsed_licence_is_401 = true);
    bench
        .sim
        .buy_licence(company::EXEMPEL, Licence::Integration);
    bench.sim.cancel_app(company::EXEMPEL);
    let reply = bench.refresh(token).await;
    assert_eq!(
        (refused(&reply).0, refused(&reply).1.as_str()),
        (401, "error_missing_app_license")
    );
    bench.sim.buy_app(company::EXEMPEL);
    assert_eq!(bench.refresh(token).await.status, 200);
}

#[tokio::test]
async fn given_the_user_left_the_company_when_refreshing_then_refused() {
    let bench = bench(|_| {}).await;
    let tokens = bench.tokens().await;
    bench
        .sim
        .cast(|cast| cast.person_mut(person::ADMIN).unwrap().memberships.clear());
    let reply = bench.refresh(text(&tokens, "refresh_token")).await;
    assert_eq!(refused(&reply), refusal(400, "invalid_grant", INVALID));
}

#[tokio::test]
async fn given_a_withdrawn_consent_when_refreshing_then_refused_and_access_lives_by_switch() {
    for ends in [false, true] {
        let bench = bench(|b| b.withdrawal_ends_access_tokens = ends).await;
        let tokens = bench.tokens().await;
        bench.sim.withdraw_consent(company::EXEMPEL);
        let reply = bench.refresh(text(&tokens, "refresh_token")).await;
        assert_eq!(refused(&reply), refusal(400, "invalid_grant", INVALID));
        let status = if ends { 401 } else { 200 };
        assert_eq!(
            bench.company(text(&tokens, "access_token")).await.status,
            status
        );
        assert_eq!(bench.sim.ledger().revoked(Kind::RefreshToken).len(), 1);
    }
}

#[tokio::test]
async fn given_a_second_consent_when_made_then_the_first_token_lives_unless_switched() {
    for (replaces, status) in [(false, 200), (true, 400)] {
        let bench = bench(|b| b.consent_replaces_tokens = replaces).await;
        let first = bench.tokens().await;
        let second = bench.tokens().await;
        assert_eq!(
            bench.refresh(text(&first, "refresh_token")).await.status,
            status
        );
        assert_eq!(
            bench.refresh(text(&second, "refresh_token")).await.status,
            200
        );
    }
}

#[tokio::test]
async fn given_a_replacing_consent_when_another_holder_or_company_consents_then_the_first_lives() {
    let bench = bench(|b| b.consent_replaces_tokens = true).await;
    let consents = async |login, tenant| {
        let ending = bench.visit(&[], login, tenant, Decision::Approve).await;
        let code = query(&returned(ending))["code"].clone();
        json(&bench.exchange(&code).await)
    };
    let first = consents(person::MANY, company::EXEMPEL).await;
    consents(person::MANY, company::ANDRA).await;
    consents(person::ADMIN, company::EXEMPEL).await;
    let reply = bench.refresh(text(&first, "refresh_token")).await;
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn given_a_used_token_in_its_grace_when_revoked_or_withdrawn_then_dead() {
    for withdraws in [false, true] {
        let bench = bench(|b| b.refresh_grace = 30).await;
        let tokens = bench.tokens().await;
        let token = text(&tokens, "refresh_token");
        assert_eq!(bench.refresh(token).await.status, 200);
        if withdraws {
            bench.sim.withdraw_consent(company::EXEMPEL);
        } else {
            bench.revoke(&[("token", token)]).await;
        }
        assert_eq!(bench.refresh(token).await.status, 400);
    }
}
