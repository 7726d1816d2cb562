//! What a checker asks the ledger: descent, delivery, and second spends.

use fortnox_simulator::Secret;
use fortnox_simulator::behaviour::{CannedAnswer, NextTokenAnswer};
use fortnox_simulator::cast::{company, person};
use fortnox_simulator::ledger::{Cause, Kind, Ledger, Outcome, Why};

use crate::support::{Bench, bench, json, service_consent, text};

fn refresh_token(answer: &serde_json::Value) -> Secret {
    Secret::new(text(answer, "refresh_token"))
}

/// Why the latest request found its code or refresh token no good.
fn why(bench: &Bench) -> Option<Why> {
    let ledger = bench.sim.ledger();
    ledger.token_requests().last().unwrap().why
}

fn replace_next_answer(bench: &Bench, after_processing: bool) {
    bench.sim.behaviour(|b| {
        b.next_token_answer = Some(NextTokenAnswer {
            answer: CannedAnswer {
                status: 200,
                content_type: None,
                body: Vec::new(),
            },
            after_processing,
        });
    });
}

#[tokio::test]
async fn given_two_refreshes_when_asked_then_each_token_names_its_parent_grant_and_consent() {
    let bench = bench(|_| {}).await;
    let code = bench.code().await;
    let first = refresh_token(&json(&bench.exchange(&code).await));
    let second = refresh_token(&json(&bench.refresh(first.expose()).await));
    let other = refresh_token(&bench.tokens().await);

    let ledger = bench.sim.ledger();
    let of_code = ledger.origin(&Secret::new(code.as_str())).unwrap();
    assert_eq!((of_code.tenant, &of_code.parent), (company::EXEMPEL, &None));
    let of_first = ledger.origin(&first).unwrap();
    assert_eq!(of_first.parent, Some(Secret::new(code)));
    let of_second = ledger.origin(&second).unwrap();
    assert_eq!(of_second.parent, Some(first.clone()));
    assert_eq!(
        (of_code.grant, of_code.consent),
        (of_second.grant, of_second.consent)
    );
    let of_other = ledger.origin(&other).unwrap();
    assert_ne!(of_other.grant, of_first.grant);
    assert_ne!(of_other.consent, of_first.consent);
    assert_eq!(ledger.origin(&Secret::new("x")), None);

    let grant = of_first.grant.unwrap();
    assert_eq!(
        ledger.refresh_tokens(grant),
        [first.clone(), second.clone()]
    );
    assert_eq!(ledger.successors(&first), [second]);
}

#[tokio::test]
async fn given_client_credentials_when_issued_then_the_token_has_a_consent_and_no_grant() {
    let bench = bench(|_| {}).await;
    service_consent(&bench).await;
    let headers = [
        ("authorization", crate::support::BASIC),
        ("TenantId", "1234567"),
    ];
    let form = [("grant_type", "client_credentials")];
    let answer = json(&bench.token_with(&headers, &form).await);
    let ledger = bench.sim.ledger();
    let origin = ledger.origin(&Secret::new(text(&answer, "access_token")));
    let origin = origin.unwrap();
    assert_eq!(origin.consent.to_string(), "1");
    assert_eq!((origin.grant, &origin.parent), (None, &None));
}

#[tokio::test]
async fn given_answers_that_arrive_or_do_not_when_asked_then_the_newest_delivered_is_known() {
    let bench = bench(|_| {}).await;
    let first = refresh_token(&bench.tokens().await);
    let second = refresh_token(&json(&bench.refresh(first.expose()).await));
    let ledger = bench.sim.ledger();
    let grant = ledger.origin(&first).unwrap().grant.unwrap();
    assert_eq!(ledger.newest_delivered(grant), Some(second.clone()));
    assert!(ledger.undelivered(grant).is_empty());
    assert_eq!(ledger.delivered(Kind::AccessToken).len(), 2);

    replace_next_answer(&bench, true);
    bench.refresh(second.expose()).await;
    let ledger = bench.sim.ledger();
    assert_eq!(ledger.newest_delivered(grant), Some(second.clone()));
    let lost = ledger.undelivered(grant);
    assert_eq!(lost, ledger.successors(&second));
    assert_eq!(lost.len(), 1);
    assert_eq!(ledger.delivered(Kind::AccessToken).len(), 2);
}

#[tokio::test]
async fn given_an_answer_without_its_refresh_token_when_sent_then_only_the_rest_is_delivered() {
    let bench = bench(|b| {
        b.token_answer_omit.insert("refresh_token".to_owned());
    })
    .await;
    bench.tokens().await;
    let ledger = bench.sim.ledger();
    assert_eq!(ledger.minted(Kind::RefreshToken).len(), 1);
    assert!(ledger.delivered(Kind::RefreshToken).is_empty());
    assert_eq!(ledger.delivered(Kind::AccessToken).len(), 1);
}

fn outcomes(ledger: &Ledger) -> Vec<Outcome> {
    let reuses = ledger.reuses().into_iter();
    reuses.map(|request| request.outcome).collect()
}

#[tokio::test]
async fn given_a_token_presented_again_when_asked_then_spends_and_reuses_are_counted_apart() {
    let bench = bench(|_| {}).await;
    let token = refresh_token(&bench.tokens().await);
    replace_next_answer(&bench, false);
    bench.refresh(token.expose()).await;
    assert!(bench.sim.ledger().reuses().is_empty());
    bench.refresh(token.expose()).await;
    bench.refresh(token.expose()).await;
    let ledger = bench.sim.ledger();
    assert_eq!(ledger.times_presented(&token), 3);
    assert_eq!(ledger.times_spent(&token), 1);
    let refused = Outcome::Refused(fortnox_simulator::Refusal::RefreshTokenInvalid);
    assert_eq!(outcomes(&ledger), [refused]);

    bench.sim.behaviour(|b| b.refresh_grace = 30);
    bench.refresh(token.expose()).await;
    let ledger = bench.sim.ledger();
    assert_eq!(ledger.times_spent(&token), 2);
    assert_eq!(outcomes(&ledger), [refused, Outcome::Issued]);
}

#[tokio::test]
async fn given_a_dead_refresh_token_when_used_then_the_ledger_says_why_and_the_answer_does_not() {
    let bench = bench(|_| {}).await;
    let answer = bench.refresh("x").await.body;
    assert_eq!(why(&bench), Some(Why::Unknown));

    let spent = refresh_token(&bench.tokens().await);
    assert_eq!(why(&bench), None);
    let next = refresh_token(&json(&bench.refresh(spent.expose()).await));
    assert_eq!(bench.refresh(spent.expose()).await.body, answer);
    assert_eq!(why(&bench), Some(Why::Spent));

    bench.revoke(&[("token", next.expose())]).await;
    assert_eq!(bench.refresh(next.expose()).await.body, answer);
    assert_eq!(why(&bench), Some(Why::Revoked(Cause::Revocation)));

    let withdrawn = refresh_token(&bench.tokens().await);
    bench.sim.withdraw_consent(company::EXEMPEL);
    assert_eq!(bench.refresh(withdrawn.expose()).await.body, answer);
    assert_eq!(why(&bench), Some(Why::Revoked(Cause::Withdrawal)));

    let orphan = refresh_token(&bench.tokens().await);
    let leave = |cast: &mut fortnox_simulator::Cast| {
        cast.person_mut(person::ADMIN).unwrap().memberships.clear();
    };
    bench.sim.cast(leave);
    assert_eq!(bench.refresh(orphan.expose()).await.body, answer);
    assert_eq!(why(&bench), Some(Why::HolderLeft));
}

#[tokio::test]
async fn given_a_dead_code_when_exchanged_then_the_ledger_says_why() {
    let bench = bench(|_| {}).await;
    bench.exchange("x").await;
    assert_eq!(why(&bench), Some(Why::Unknown));
    let code = bench.code().await;
    bench.exchange(&code).await;
    bench.exchange(&code).await;
    assert_eq!(why(&bench), Some(Why::Spent));
    let code = bench.code().await;
    bench.sim.withdraw_consent(company::EXEMPEL);
    bench.exchange(&code).await;
    assert_eq!(why(&bench), Some(Why::Revoked(Cause::Withdrawal)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn given_a_server_on_other_threads_when_an_answer_is_read_then_its_delivery_is_known() {
    let bench = bench(|_| {}).await;
    let mut token = refresh_token(&bench.tokens().await);
    for _ in 0..200 {
        token = refresh_token(&json(&bench.refresh(token.expose()).await));
        let delivered = bench.sim.ledger().delivered(Kind::RefreshToken);
        assert_eq!(delivered.last(), Some(&token));
    }
}
