//! Journeys that fail, and how they start again.

use std::time::Duration;

use fortnox_simulator::behaviour::{CannedAnswer, NextTokenAnswer};
use fortnox_simulator::cast::{TenantId, company, person};
use fortnox_simulator::ledger::Kind;
use fortnox_simulator::visitor::{Decision, Ending, Page};
use secrecy::ExposeSecret as _;

use super::steps::{Steps, outcome};
use super::world::{World, query, settings, summary};
use crate::failure::Failure;

/// Refused by the provider, or by the person there.
pub async fn at_the_provider(world: &World, steps: &mut Steps) -> Result<(), Failure> {
    steps.part("Refused at the provider");
    let cases: [(&str, &str, &str, TenantId, Decision, &str); 5] = [
        (
            "declined at the consent",
            "user",
            person::USER,
            company::EXEMPEL,
            Decision::Cancel,
            "user-declined",
        ),
        (
            "a plain user approves a service account",
            "service",
            person::USER,
            company::EXEMPEL,
            Decision::Approve,
            "not-system-administrator",
        ),
        (
            "no licence for integrations",
            "user",
            person::WITHOUT_INTEGRATION,
            company::WITHOUT_INTEGRATION,
            Decision::Approve,
            "integration-licence-missing",
        ),
        (
            "the app has not been bought",
            "user",
            person::WITHOUT_APP,
            company::WITHOUT_APP,
            Decision::Approve,
            "app-licence-missing",
        ),
        (
            "the Fortnox account is locked",
            "user",
            person::LOCKED,
            company::LOCKED,
            Decision::Approve,
            "empty-callback",
        ),
    ];
    for (step, account, login, tenant, decision, cause) in cases {
        let name = format!("failing at {cause}");
        let connection = world.configured(&name, account).await?;
        let handled = world.journey(&connection, login, tenant, decision).await?;
        let expected = format!("callback-rejected({cause})");
        steps.check(step, &expected, outcome(&handled))?;
        let report = connection.status("en").await?;
        let expected = format!("failed ({cause}), then authorize");
        steps.check("  leaves the mark", &expected, summary(&report))?;
        let explained = report
            .findings
            .iter()
            .any(|f| f.code == cause && !f.remedies.is_empty());
        steps.check("  with remedies", "true", explained.to_string())?;
    }

    let connection = world.company("failing at user-declined")?;
    let again = world
        .journey(
            &connection,
            person::USER,
            company::EXEMPEL,
            Decision::Approve,
        )
        .await?;
    steps.check("starting again after that succeeds", "ok", outcome(&again))?;
    let report = connection.status("en").await?;
    steps.check(
        "and the mark is gone",
        "authorized, then enable",
        summary(&report),
    )?;

    let connection = world.lacking.connection("lacking")?;
    let chosen = settings(&[("invoices", "true"), ("language", "en")]);
    connection.configure(chosen, "en").await?;
    let begun = connection.begin_authorize().await;
    steps.check(
        "a scope that this host is not registered for",
        "misconfigured(scope-not-registered)",
        outcome(&begun),
    )?;
    let report = connection.status("en").await?;
    steps.check(
        "  offers no authorization in vain",
        "unauthorized, then configure",
        summary(&report),
    )?;
    Ok(())
}

/// The browser comes back wrong, late or not at all.
pub async fn on_the_way_back(world: &World, steps: &mut Steps) -> Result<(), Failure> {
    steps.part("Lost on the way back");
    let connection = world.configured("way back", "user").await?;
    let authorization = connection.begin_authorize().await?;
    let binding = authorization.binding.expose_secret().to_owned();
    let closing = Decision::CloseAt(Page::Consent);
    let ending = world
        .send(&authorization, person::USER, company::EXEMPEL, closing)
        .await?;
    let closed = matches!(ending, Ending::Closed);
    steps.check(
        "the page is closed at the consent",
        "true",
        closed.to_string(),
    )?;
    let report = connection.status("en").await?;
    steps.check(
        "  a new start is offered at once",
        "authorizing, then authorize",
        summary(&report),
    )?;
    let bare = connection.handle_callback("", "").await;
    steps.check(
        "a bare callback from elsewhere",
        "callback-rejected(state-rejected)",
        outcome(&bare),
    )?;
    let report = connection.status("en").await?;
    steps.check(
        "  changes nothing",
        "authorizing, then authorize",
        summary(&report),
    )?;
    let bare = connection.handle_callback("", &binding).await;
    steps.check(
        "a bare callback from the right browser",
        "callback-rejected(empty-callback)",
        outcome(&bare),
    )?;
    let report = connection.status("en").await?;
    steps.check(
        "  leaves a mark",
        "failed (empty-callback), then authorize",
        summary(&report),
    )?;
    let ending = world
        .send(
            &authorization,
            person::USER,
            company::EXEMPEL,
            Decision::Approve,
        )
        .await?;
    let query = query(&ending);
    let rejected = "callback-rejected(state-rejected)";
    let handled = connection.handle_callback(&query, "").await;
    steps.check(
        "the approval, without the binding",
        rejected,
        outcome(&handled),
    )?;
    let handled = connection.handle_callback(&query, "another").await;
    steps.check(
        "the approval, from another browser",
        rejected,
        outcome(&handled),
    )?;
    let forged = query.replace("state=", "state=x");
    let handled = connection.handle_callback(&forged, &binding).await;
    steps.check(
        "the approval, with a forged state",
        rejected,
        outcome(&handled),
    )?;
    let twice = format!("{query}&code=other");
    let handled = connection.handle_callback(&twice, &binding).await;
    steps.check(
        "the approval, with two codes",
        "callback-rejected(callback-malformed)",
        outcome(&handled),
    )?;
    let spent = world.simulator.ledger().spent(Kind::Code).len();
    let handled = connection.handle_callback(&query, &binding).await;
    steps.check("the approval, as it should be", "ok", outcome(&handled))?;
    let now = world.simulator.ledger().spent(Kind::Code).len();
    steps.check("  the code was sent once", "1", (now - spent).to_string())?;
    let handled = connection.handle_callback(&query, &binding).await;
    steps.check("the approval, a second time", rejected, outcome(&handled))?;

    let connection = world.configured("late", "user").await?;
    let authorization = connection.begin_authorize().await?;
    let ending = world
        .send(
            &authorization,
            person::USER,
            company::EXEMPEL,
            Decision::Approve,
        )
        .await?;
    world.simulator.clock().advance(Duration::from_secs(601));
    let report = connection.status("en").await?;
    steps.check(
        "after ten minutes",
        "failed (attempt-expired), then authorize",
        summary(&report),
    )?;
    let binding = authorization.binding.expose_secret();
    let handled = connection
        .handle_callback(&self::query(&ending), binding)
        .await;
    steps.check("  the approval comes too late", rejected, outcome(&handled))?;
    let again = world
        .journey(
            &connection,
            person::USER,
            company::EXEMPEL,
            Decision::Approve,
        )
        .await?;
    steps.check("  starting again succeeds", "ok", outcome(&again))
}

/// The provider's answer to the code.
pub async fn at_the_exchange(world: &World, steps: &mut Steps) -> Result<(), Failure> {
    steps.part("Failing at the exchange");
    let connection = world.configured("exchange", "user").await?;
    let html = "<!doctype html><title>Logga in</title>";
    let huge = "x".repeat(1024 * 1024);
    let answers: [(&str, u16, &[u8], &str); 6] = [
        (
            "a page instead of a token",
            200,
            html.as_bytes(),
            "answer-unusable",
        ),
        ("nothing", 200, b"", "answer-unusable"),
        ("not even text", 200, b"\xff\xfe\x00", "answer-unusable"),
        ("a megabyte", 200, huge.as_bytes(), "provider-silent"),
        (
            "an error of its own",
            503,
            html.as_bytes(),
            "provider-failing",
        ),
        (
            "a spent code",
            400,
            br#"{"error":"invalid_grant","error_description":"Invalid code"}"#,
            "code-refused",
        ),
    ];
    for (step, status, body, cause) in answers {
        let answer = CannedAnswer {
            status,
            content_type: Some("text/html; charset=UTF-8".to_owned()),
            body: body.to_vec(),
        };
        world.simulator.behaviour(|behaviour| {
            behaviour.next_token_answer = Some(NextTokenAnswer {
                answer,
                after_processing: false,
            });
        });
        let handled = world
            .journey(
                &connection,
                person::USER,
                company::EXEMPEL,
                Decision::Approve,
            )
            .await?;
        let expected = format!("callback-rejected({cause})");
        steps.check(
            &format!("the provider answers {step}"),
            &expected,
            outcome(&handled),
        )?;
    }
    let right = world.simulator.app().client_secret;
    let wrong = fortnox_simulator::Secret::new("renewed");
    world.simulator.change_app(|app| app.client_secret = wrong);
    let handled = world
        .journey(
            &connection,
            person::USER,
            company::EXEMPEL,
            Decision::Approve,
        )
        .await?;
    world.simulator.change_app(|app| app.client_secret = right);
    steps.check(
        "the client secret is not the provider's",
        "misconfigured(client-credentials-refused)",
        outcome(&handled),
    )?;
    let report = connection.status("en").await?;
    steps.check(
        "  leaves the mark",
        "failed (client-credentials-refused), then authorize",
        summary(&report),
    )?;
    let again = world
        .journey(
            &connection,
            person::USER,
            company::EXEMPEL,
            Decision::Approve,
        )
        .await?;
    steps.check(
        "starting again after all this succeeds",
        "ok",
        outcome(&again),
    )
}

/// Authorizing again, and what must survive it.
pub async fn re_authorization(world: &World, steps: &mut Steps) -> Result<(), Failure> {
    steps.part("Failing to re-authorize");
    let connection = world.configured("moving", "user").await?;
    world
        .journey(
            &connection,
            person::MANY,
            company::TWIN_ONE,
            Decision::Approve,
        )
        .await??;
    connection.set_enabled(true).await?;
    let before = connection.access_token(None).await?;
    let moved = world
        .journey(
            &connection,
            person::MANY,
            company::TWIN_TWO,
            Decision::Approve,
        )
        .await?;
    steps.check(
        "another company of the same name and number",
        "callback-rejected(another-organization)",
        outcome(&moved),
    )?;
    let declined = world
        .journey(
            &connection,
            person::MANY,
            company::TWIN_ONE,
            Decision::Cancel,
        )
        .await?;
    steps.check(
        "declined this time",
        "callback-rejected(user-declined)",
        outcome(&declined),
    )?;
    let report = connection.status("en").await?;
    steps.check(
        "the connection still stands at",
        "authorized (user-declined), then reauthorize",
        summary(&report),
    )?;
    let after = connection.access_token(None).await?;
    let same = before.value.expose_secret() == after.value.expose_secret();
    steps.check("with the token of before", "true", same.to_string())?;
    let revoked = world.simulator.ledger().revoked(Kind::RefreshToken).len();
    steps.check("and nothing was revoked", "0", revoked.to_string())
}
