//! The profiles: what the second spend of a refresh token does, and what the
//! ledger says of it.

use fortnox_simulator::deck::{Card, Delivery, Fault, GrantType, Requests};
use fortnox_simulator::ledger::{Cause, Event, Kind, Outcome, Why};
use fortnox_simulator::{Profile, Refusal, Secret};

use crate::support::{Bench, bench, json, text};

/// A bench of this profile whose first refresh token was spent once, that token,
/// and its successor.
async fn spent_once(profile: Profile) -> (Bench, Secret, Secret) {
    let bench = bench(|b| profile.apply(b)).await;
    let first = Secret::new(text(&bench.tokens().await, "refresh_token"));
    let answer = json(&bench.refresh(first.expose()).await);
    let second = Secret::new(text(&answer, "refresh_token"));
    (bench, first, second)
}

async fn is_alive(bench: &Bench, token: &Secret) -> bool {
    bench.refresh(token.expose()).await.status == 200
}

fn revoked(bench: &Bench) -> Vec<(Kind, Cause)> {
    let ledger = bench.sim.ledger();
    let revoked = ledger.entries().iter().filter_map(|it| match it.event {
        Event::Revoked { kind, cause, .. } => Some((kind, cause)),
        _ => None,
    });
    revoked.collect()
}

#[tokio::test]
async fn given_the_default_profile_when_a_token_is_reused_then_refused_and_the_winner_lives() {
    let (bench, first, second) = spent_once(Profile::Default).await;
    assert!(!is_alive(&bench, &first).await);
    let ledger = bench.sim.ledger();
    let reuses = ledger.reuses();
    assert_eq!(reuses.len(), 1);
    let refused = Outcome::Refused(Refusal::RefreshTokenInvalid);
    assert_eq!(
        (reuses[0].outcome, reuses[0].why),
        (refused, Some(Why::Spent))
    );
    assert_eq!(ledger.times_spent(&first), 1);
    assert_eq!(ledger.successors(&first), std::slice::from_ref(&second));
    assert!(revoked(&bench).is_empty());
    assert!(is_alive(&bench, &second).await);
}

#[tokio::test]
async fn given_the_lenient_profile_when_a_token_is_reused_then_the_grant_forks_and_both_live() {
    let (bench, first, second) = spent_once(Profile::Lenient).await;
    let answer = json(&bench.refresh(first.expose()).await);
    let fork = Secret::new(text(&answer, "refresh_token"));
    assert_ne!(fork, second);
    let ledger = bench.sim.ledger();
    assert_eq!(ledger.times_spent(&first), 2);
    assert_eq!(ledger.successors(&first), [second.clone(), fork.clone()]);
    assert_eq!(ledger.reuses()[0].outcome, Outcome::Issued);
    let grant = |token| ledger.origin(token).unwrap().grant.unwrap();
    assert_eq!(grant(&fork), grant(&second));
    assert_eq!(ledger.newest_delivered(grant(&fork)), Some(fork.clone()));
    assert!(revoked(&bench).is_empty());
    assert!(is_alive(&bench, &second).await && is_alive(&bench, &fork).await);
}

#[tokio::test]
async fn given_the_lenient_profile_when_the_grace_is_over_then_reuse_is_refused() {
    let (bench, first, _) = spent_once(Profile::Lenient).await;
    bench
        .sim
        .clock()
        .advance(std::time::Duration::from_secs(60));
    assert!(!is_alive(&bench, &first).await);
}

#[tokio::test]
async fn given_the_strict_profile_when_a_token_is_reused_then_the_whole_grant_ends() {
    let (bench, first, second) = spent_once(Profile::Strict).await;
    let other = Secret::new(text(&bench.tokens().await, "refresh_token"));
    let third = json(&bench.refresh(second.expose()).await);
    assert!(!is_alive(&bench, &first).await);
    let ledger = bench.sim.ledger();
    assert_eq!(ledger.reuses()[0].why, Some(Why::Spent));
    assert_eq!(ledger.times_spent(&first), 1);
    let expected = [
        (Kind::RefreshToken, Cause::Reuse),
        (Kind::AccessToken, Cause::Reuse),
        (Kind::AccessToken, Cause::Reuse),
        (Kind::AccessToken, Cause::Reuse),
    ];
    assert_eq!(revoked(&bench), expected);
    let access = bench.company(text(&third, "access_token")).await;
    assert_eq!(access.status, 401);
    let newest = Secret::new(text(&third, "refresh_token"));
    assert!(!is_alive(&bench, &newest).await);
    let ledger = bench.sim.ledger();
    let why = ledger.token_requests().last().unwrap().why;
    assert_eq!(why, Some(Why::Revoked(Cause::Reuse)));
    assert!(is_alive(&bench, &other).await);
}

#[tokio::test]
async fn given_a_request_delivered_twice_when_it_refreshes_then_each_profile_ends_differently() {
    for (profile, first_lives, second_status) in [
        (Profile::Default, true, 400),
        (Profile::Lenient, true, 200),
        (Profile::Strict, false, 400),
    ] {
        for answer in [Delivery::First, Delivery::Second] {
            let (bench, _, token) = spent_once(profile).await;
            let refresh = Requests::Grant(GrantType::RefreshToken);
            bench.sim.deal(Card::new(refresh, Fault::Twice { answer }));
            let reply = bench.refresh(token.expose()).await;
            let expected = match answer {
                Delivery::First => 200,
                Delivery::Second => second_status,
            };
            assert_eq!(reply.status, expected, "{profile:?} {answer:?}");
            let ledger = bench.sim.ledger();
            assert_eq!(ledger.reuses().len(), 1);
            let winner = ledger.successors(&token)[0].clone();
            assert_eq!(is_alive(&bench, &winner).await, first_lives, "{profile:?}");
        }
    }
}
