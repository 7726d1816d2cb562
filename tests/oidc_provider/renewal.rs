//! Renewal against a server that ends everything when a refresh token is used a
//! second time (RFC 9700 section 4.14.2).

use futures_util::future::join_all;
use host_harness::contract::{Condition, Stage};
use host_harness::{CallError, Connection};
use http::StatusCode;
use secrecy::ExposeSecret as _;
use tests::refusal;

use super::APPROVE;
use super::provider::Setup;
use super::world::{World, journey};

/// Asks for another token than the one that was just refused.
async fn renewed(connection: &Connection, refused: &str) -> Result<String, CallError> {
    let token = connection.access_token(Some(refused.into())).await?;
    Ok(token.value.expose_secret().to_owned())
}

async fn condition(connection: &Connection) -> Condition {
    let report = connection.status("en").await.unwrap();
    report.grant.unwrap().condition
}

/// The grant has ended, the company log says so once, nobody asks any more, and
/// another consent heals it.
async fn ended_and_heals(world: &World, connection: &Connection, dead: &str) {
    let refused = "authorization-required(grant-refused)";
    assert_eq!(
        condition(connection).await,
        Condition::Ended("grant-refused".to_owned())
    );
    let asked = world.exchanges();
    for _ in 0..3 {
        assert_eq!(refusal(renewed(connection, dead).await), refused);
    }
    assert_eq!(world.exchanges(), asked, "a dead token was sent once more");
    let company = connection.company();
    assert_eq!(world.told(company, "grant.ended").await, 1);
    journey(connection, APPROVE).await.unwrap();
    assert_eq!(condition(connection).await, Condition::Good);
    let token = renewed(connection, dead).await.unwrap();
    assert_eq!(world.provider.call(&token).await, StatusCode::OK);
    let next = renewed(connection, &token).await.unwrap();
    assert_eq!(world.provider.call(&next).await, StatusCode::OK);
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_persons_grant_when_renewed_again_and_again_then_each_refresh_token_is_spent_once()
{
    let world = World::start(Setup::default()).await;
    let (acme, mut token) = world.authorized("acme").await;
    for renewals in 1..=5 {
        let next = renewed(&acme, &token).await.unwrap();
        assert_ne!(next, token);
        assert_eq!(world.provider.call(&next).await, StatusCode::OK);
        assert_eq!(world.exchanges(), 1 + renewals);
        token = next;
    }
    let mut refresh = world.refresh_tokens();
    refresh.sort();
    refresh.dedup();
    assert_eq!(refresh.len(), 6, "each answer brought another one");
    assert_eq!(acme.status("en").await.unwrap().stage, Stage::Authorized);
    assert!(acme.remove("en").await.unwrap().revoked);
    let status = world.provider.call(&token).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_two_hosts_when_sixteen_tasks_of_each_renew_at_once_then_one_spend() {
    let world = World::start(Setup::default()).await;
    let (acme, dead) = world.authorized("acme").await;
    let other = world.another(|_| {}).await.connection("acme").unwrap();
    let asked = (0..32).map(|number| {
        let connection = if number % 2 == 0 { &acme } else { &other };
        renewed(connection, &dead)
    });
    let told = join_all(asked).await;
    assert_eq!(world.exchanges(), 2, "the code, and one renewal");
    let token = renewed(&acme, &dead).await.unwrap();
    for told in told {
        match told {
            Ok(told) => assert_eq!(told, token),
            // The other host may still have been at it.
            refused => assert_eq!(refusal(refused), "unavailable(renewal-under-way)"),
        }
    }
    assert_eq!(renewed(&other, &dead).await.unwrap(), token);
    assert_eq!(world.provider.call(&token).await, StatusCode::OK);
    assert_eq!(world.exchanges(), 2);
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_refresh_token_that_somebody_else_has_spent_when_renewed_then_ended_and_said() {
    let world = World::start(Setup::default()).await;
    let (acme, dead) = world.authorized("acme").await;
    let stolen = world.refresh_tokens().pop().unwrap();
    let thief = world.provider.refresh(&stolen).await;
    assert_eq!(thief, (StatusCode::OK, None));
    assert_eq!(world.provider.call(&dead).await, StatusCode::OK);
    let refused = refusal(renewed(&acme, &dead).await);
    assert_eq!(refused, "authorization-required(grant-refused)");
    // The server has ended all of it, the thief's part included.
    let status = world.provider.call(&dead).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    ended_and_heals(&world, &acme, &dead).await;
}

/// Two databases with one refresh token, as after a restored backup: no claim
/// can keep them apart. Which of the two is refused first is the server's
/// affair; neither may lie, or ask without end.
#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_copied_database_when_both_renew_at_once_then_each_serves_or_has_ended() {
    let world = World::start(Setup::default()).await;
    let (acme, dead) = world.authorized("acme").await;
    let copied = world.copied().await;
    let copy = copied.connection("acme").unwrap();
    let (one, two) = tokio::join!(renewed(&acme, &dead), renewed(&copy, &dead));
    for (connection, told) in [(&acme, one), (&copy, two)] {
        let mut told = told;
        let asked = world.exchanges();
        while let Ok(token) = &told {
            if world.provider.call(token).await == StatusCode::OK {
                break;
            }
            let next = renewed(connection, token).await;
            told = next;
        }
        match told {
            Ok(_) => assert_eq!(condition(connection).await, Condition::Good),
            refused => {
                let expected = "authorization-required(grant-refused)";
                assert_eq!(refusal(refused), expected);
            }
        }
        assert!(world.exchanges() <= asked + 1, "one look is enough");
    }
    // At most one can have stayed; whoever did is told at the next use.
    for connection in [&acme, &copy] {
        let Condition::Ended(cause) = condition(connection).await else {
            continue;
        };
        assert_eq!(cause, "grant-refused");
        journey(connection, APPROVE).await.unwrap();
        let token = renewed(connection, &dead).await.unwrap();
        assert_eq!(world.provider.call(&token).await, StatusCode::OK);
        return;
    }
    panic!("one refresh token was good twice");
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_grant_that_was_withdrawn_when_renewed_then_ended_and_another_consent_heals_it() {
    let world = World::start(Setup::default()).await;
    let (acme, token) = world.authorized("acme").await;
    let (other, others) = world.authorized("other").await;
    let token = renewed(&acme, &token).await.unwrap();
    let refresh = world.refresh_tokens().pop().unwrap();
    world.provider.withdraw(&refresh).await;
    let status = world.provider.call(&token).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let refused = refusal(renewed(&acme, &token).await);
    assert_eq!(refused, "authorization-required(grant-refused)");
    ended_and_heals(&world, &acme, &token).await;
    assert_eq!(world.provider.call(&others).await, StatusCode::OK);
    assert_eq!(condition(&other).await, Condition::Good);
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_service_account_when_renewed_then_by_client_credentials_for_its_own_company() {
    let world = World::start(Setup::default()).await;
    let acme = world.configured("acme", "service").await;
    journey(&acme, APPROVE).await.unwrap();
    let mut token = renewed(&acme, "").await.unwrap();
    let refresh = world.refresh_tokens().pop().unwrap();
    for renewals in 1..=3 {
        // The refresh token of the consent is not what it lives on.
        world.provider.withdraw(&refresh).await;
        let next = renewed(&acme, &token).await.unwrap();
        assert_ne!(next, token);
        assert_eq!(world.provider.call(&next).await, StatusCode::OK);
        assert_eq!(world.exchanges(), 1 + renewals);
        token = next;
    }
    assert_eq!(world.refresh_tokens().len(), 1);
    assert_eq!(condition(&acme).await, Condition::Good);
}

#[tokio::test]
#[ignore = "needs Node and oidc-provider: tests/run installs them"]
async fn given_a_server_without_client_credentials_when_a_service_account_is_renewed_then_rotated()
{
    let setup = Setup {
        services: false,
        ..Setup::default()
    };
    let world = World::start(setup).await;
    let acme = world.configured("acme", "service").await;
    journey(&acme, APPROVE).await.unwrap();
    let token = renewed(&acme, "").await.unwrap();
    let next = renewed(&acme, &token).await.unwrap();
    assert_ne!(next, token);
    assert_eq!(world.provider.call(&next).await, StatusCode::OK);
    assert_eq!(world.refresh_tokens().len(), 2);
    assert_eq!(condition(&acme).await, Condition::Good);
}
