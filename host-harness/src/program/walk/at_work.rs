//! The grant at work: renewal, calls of the API, care while nobody asks.

use std::time::Duration;

use fortnox_simulator::cast::{company, person};
use fortnox_simulator::ledger::Kind;
use fortnox_simulator::visitor::Decision;
use futures_util::future::join_all;
use host_harness::Connection;
use host_harness::contract::ApiRequest;
use secrecy::ExposeSecret as _;

use super::steps::{Steps, outcome};
use super::world::World;
use crate::failure::Failure;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A person's grant, which hangs on a refresh token that is good for one use.
pub async fn user_account(world: &World, steps: &mut Steps) -> Result<(), Failure> {
    steps.part("A person's grant at work");
    let anna = world.configured("at-work", "user").await?;
    let granted = world.journey(&anna, person::USER, company::EXEMPEL, Decision::Approve);
    steps.check("access is granted", "ok", outcome(&granted.await?))?;
    anna.set_enabled(true).await?;
    let first = value(&anna).await?;
    world.simulator.clock().advance(HOUR);
    let spent = world.simulator.ledger().spent(Kind::RefreshToken).len();
    let tokens = join_all((0..16).map(|_| value(&anna))).await;
    let tokens = tokens.into_iter().collect::<Result<Vec<_>, _>>()?;
    let renewed = tokens.first().cloned().unwrap_or_default();
    steps.check(
        "an hour later sixteen who ask at once get one new token",
        "true",
        (renewed != first && tokens.iter().all(|token| *token == renewed)).to_string(),
    )?;
    let spends = world.simulator.ledger().spent(Kind::RefreshToken).len() - spent;
    steps.check("for one refresh token", "1", spends.to_string())?;
    let refused = anna.access_token(Some(renewed.clone().into())).await?;
    steps.check(
        "a token that the provider refused is renewed at once",
        "true",
        (refused.value.expose_secret() != renewed).to_string(),
    )?;
    let response = anna.call_api(information()).await?;
    let body = String::from_utf8_lossy(&response.body).contains("Exempel AB");
    steps.check(
        "the API is called with a token that stays in the sandbox",
        "200 true",
        format!("{} {body}", response.status),
    )?;
    let mut cared_for = 0;
    for _ in 0..60 {
        world.simulator.clock().advance(DAY);
        let spent = world.simulator.ledger().spent(Kind::RefreshToken).len();
        anna.maintain().await?;
        cared_for += world.simulator.ledger().spent(Kind::RefreshToken).len() - spent;
    }
    steps.check(
        "in sixty days without anybody asking it is renewed",
        "true",
        (3..=4).contains(&cared_for).to_string(),
    )?;
    steps.check("and lives", "ok", outcome(&anna.access_token(None).await))?;
    world.simulator.clock().advance(DAY * 46);
    steps.check(
        "in forty-six days without care it dies of age",
        "authorization-required(grant-expired)",
        outcome(&anna.access_token(None).await),
    )
}

/// A service account's grant, which lasts.
pub async fn service_account(world: &World, steps: &mut Steps) -> Result<(), Failure> {
    steps.part("A service account's grant at work");
    let service = world.configured("service-at-work", "service").await?;
    let granted = world.journey(&service, person::ADMIN, company::EXEMPEL, Decision::Approve);
    steps.check("access is granted", "ok", outcome(&granted.await?))?;
    service.set_enabled(true).await?;
    let first = value(&service).await?;
    let spent = world.simulator.ledger().spent(Kind::RefreshToken).len();
    world.simulator.clock().advance(DAY * 400);
    let renewed = value(&service).await?;
    steps.check(
        "more than a year later there is a new token",
        "true",
        (renewed != first).to_string(),
    )?;
    let spends = world.simulator.ledger().spent(Kind::RefreshToken).len() - spent;
    steps.check("and no refresh token was spent", "0", spends.to_string())
}

async fn value(connection: &Connection) -> Result<String, Failure> {
    let token = connection.access_token(None).await?;
    Ok(token.value.expose_secret().to_owned())
}

fn information() -> ApiRequest {
    ApiRequest {
        method: "GET".into(),
        path: "3/companyinformation".into(),
        headers: vec![("accept".into(), "application/json".into())],
        body: Vec::new(),
        timeout: 20_000,
    }
}
