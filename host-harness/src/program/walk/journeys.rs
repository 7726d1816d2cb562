//! Journeys that succeed.

use fortnox_simulator::cast::{company, person};
use fortnox_simulator::ledger::Kind;
use fortnox_simulator::visitor::Decision;
use secrecy::ExposeSecret as _;

use super::steps::{Steps, outcome};
use super::world::{World, authorize_url, ended, query, settings, summary};
use crate::failure::Failure;

/// What holds before a company has done anything.
pub async fn before_anything(world: &World, steps: &mut Steps) -> Result<(), Failure> {
    steps.part("Before anything");
    let descriptor = world.host.describe("sv").await?;
    steps.check("the plugin says what it is", "fortnox", &descriptor.id)?;
    let keys: Vec<&str> = descriptor.form.iter().map(|f| f.key.as_str()).collect();
    steps.check(
        "the form asks for",
        "customers projects invoices payments supplier-invoices account language notices",
        keys.join(" "),
    )?;
    let unknown = world.host.explain("no-such-cause", "en").await?;
    steps.check(
        "an unknown cause has no explanation",
        "none",
        unknown.map_or("none", |_| "some"),
    )?;
    let connection = world.company("nobody")?;
    let report = connection.status("en").await?;
    steps.check(
        "a company without settings stands at",
        "unconfigured, then configure",
        summary(&report),
    )?;
    let begun = connection.begin_authorize().await;
    steps.check(
        "it cannot authorize",
        "rejected(unconfigured)",
        outcome(&begun),
    )?;
    let enabled = connection.set_enabled(true).await;
    steps.check(
        "it cannot be switched on",
        "rejected(unconfigured)",
        outcome(&enabled),
    )?;
    let called = connection.handle_callback("code=c&state=s", "b").await;
    steps.check(
        "a callback out of the blue is turned away",
        "callback-rejected(state-rejected)",
        outcome(&called),
    )?;
    let wrong = settings(&[("customers", "maybe"), ("colour", "blue"), ("notices", "x")]);
    let configured = connection.configure(wrong, "en").await;
    steps.check(
        "wrong settings are all named",
        "invalid-settings(customers: invalid, colour: unknown, notices: invalid)",
        outcome(&configured),
    )?;
    let report = connection.status("en").await?;
    steps.check(
        "and nothing was stored",
        "unconfigured, then configure",
        summary(&report),
    )
}

/// A service account, from the form to the token.
pub async fn service_account(world: &World, steps: &mut Steps) -> Result<(), Failure> {
    steps.part("A service account");
    let acme = world.company("acme")?;
    let chosen = settings(&[
        ("account", "service"),
        ("language", "sv"),
        ("notices", "eva@acme.example"),
    ]);
    let saved = acme.configure(chosen.clone(), "sv").await;
    steps.check(
        "settings are saved before authorizing",
        "ok",
        outcome(&saved),
    )?;
    let report = acme.status("sv").await?;
    steps.check(
        "the company stands at",
        "unauthorized, then authorize",
        summary(&report),
    )?;
    let authorization = acme.begin_authorize().await?;
    let url = authorize_url(&authorization)?;
    let parameter = |wanted: &str| {
        let found = url.query_pairs().find(|(name, _)| name == wanted);
        found
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    steps.check(
        "only what was chosen is asked for",
        "companyinformation customer project",
        parameter("scope"),
    )?;
    steps.check(
        "for a service account",
        "service",
        parameter("account_type"),
    )?;
    steps.check("with PKCE", "S256", parameter("code_challenge_method"))?;
    let app = world.simulator.app();
    let secret = app.client_secret.expose();
    let leaked = authorization.url.expose_secret().contains(secret);
    steps.check("and without the client secret", "false", leaked.to_string())?;
    let report = acme.status("sv").await?;
    steps.check(
        "meanwhile it stands at",
        "authorizing, then authorize",
        summary(&report),
    )?;
    let ending = world
        .send(
            &authorization,
            person::ADMIN,
            company::EXEMPEL,
            Decision::Approve,
        )
        .await?;
    steps.check(
        "a system administrator approves",
        "returned",
        ended(&ending),
    )?;
    let binding = authorization.binding.expose_secret();
    let handled = acme.handle_callback(&query(&ending), binding).await;
    steps.check("the callback is accepted", "ok", outcome(&handled))?;
    let report = acme.status("sv").await?;
    steps.check(
        "the company stands at",
        "authorized, then enable",
        summary(&report),
    )?;
    let grant = report.grant.as_ref();
    let organization = grant.and_then(|grant| grant.organization.as_ref());
    steps.check(
        "the organization is known",
        "Exempel AB 556000-0100 1234567",
        organization.map_or(String::new(), |o| {
            format!("{} {} {}", o.name, o.number, o.id)
        }),
    )?;
    steps.check(
        "it acts as",
        "Servicekonto",
        grant.map_or("", |grant| &grant.holder),
    )?;
    let renew_by = grant.and_then(|grant| grant.renew_by);
    steps.check("with no end in sight", "None", format!("{renew_by:?}"))?;
    let token = acme.access_token(None).await;
    steps.check(
        "switched off it gives no token",
        "rejected(disabled)",
        outcome(&token),
    )?;
    let enabled = acme.set_enabled(true).await;
    steps.check("it is switched on", "ok", outcome(&enabled))?;
    let token = acme.access_token(None).await?;
    let minted = world.simulator.ledger().minted(Kind::AccessToken);
    let newest = minted.last().map(|token| token.expose().to_owned());
    let same = newest.as_deref() == Some(token.value.expose_secret());
    steps.check("and gives the provider's token", "true", same.to_string())?;
    let again = acme.handle_callback(&query(&ending), binding).await;
    steps.check(
        "the callback counts once",
        "callback-rejected(state-rejected)",
        outcome(&again),
    )?;

    steps.part("Changing the settings afterwards");
    let mut other = chosen.clone();
    other.push(("payments".into(), "true".into()));
    let saved = acme.configure(other, "sv").await;
    steps.check(
        "settings are saved after authorizing",
        "ok",
        outcome(&saved),
    )?;
    let report = acme.status("sv").await?;
    let finding = report.findings.first();
    steps.check(
        "the grant does not cover them",
        "attention, then reauthorize: scope-missing payments",
        format!(
            "{}: {} {}",
            summary(&report),
            finding.map_or("", |f| &f.code),
            finding.and_then(|f| f.area.as_deref()).unwrap_or_default(),
        ),
    )?;
    let done = world
        .journey(&acme, person::ADMIN, company::EXEMPEL, Decision::Approve)
        .await?;
    steps.check("re-authorizing is accepted", "ok", outcome(&done))?;
    let report = acme.status("sv").await?;
    steps.check(
        "and clears it",
        "authorized, then configure",
        summary(&report),
    )?;
    let locked = acme.configure(settings(&[("account", "user")]), "sv").await;
    steps.check(
        "the kind of account stays as it is",
        "invalid-settings(account: locked)",
        outcome(&locked),
    )
}

/// A person's own account.
pub async fn user_account(world: &World, steps: &mut Steps) -> Result<(), Failure> {
    steps.part("The account of the person who approves");
    let beta = world.configured("beta", "user").await?;
    let authorization = beta.begin_authorize().await?;
    let url = authorize_url(&authorization)?;
    let kind = url.query_pairs().any(|(name, _)| name == "account_type");
    steps.check("no account type is asked for", "false", kind.to_string())?;
    let ending = world
        .send(
            &authorization,
            person::MANY,
            company::ANDRA,
            Decision::Approve,
        )
        .await?;
    steps.check(
        "somebody picks Andra AB and approves",
        "returned",
        ended(&ending),
    )?;
    let binding = authorization.binding.expose_secret();
    let handled = beta.handle_callback(&query(&ending), binding).await;
    steps.check("the callback is accepted", "ok", outcome(&handled))?;
    let report = beta.status("en").await?;
    let grant = report.grant.as_ref();
    steps.check(
        "it acts as",
        "User 1 in Fortnox",
        grant.map_or("", |grant| &grant.holder),
    )?;
    let days = grant.and_then(|g| Some((g.renew_by? - g.granted) / 86_400));
    steps.check(
        "and has to be renewed within",
        "Some(45)",
        format!("{days:?}"),
    )?;
    steps.check(
        "the headline says with whom",
        "Access to Fortnox is granted, and the integration is switched off.",
        &report.headline,
    )?;
    beta.set_enabled(true).await?;
    let report = beta.status("en").await?;
    steps.check(
        "switched on, too",
        "Connected to Andra AB in Fortnox.",
        &report.headline,
    )
}

/// Two companies never see each other.
pub async fn side_by_side(world: &World, steps: &mut Steps) -> Result<(), Failure> {
    steps.part("Two companies side by side");
    let one = world.configured("one", "user").await?;
    let two = world.configured("two", "user").await?;
    let for_one = one.begin_authorize().await?;
    let for_two = two.begin_authorize().await?;
    let ending = world
        .send(&for_one, person::ADMIN, company::EXEMPEL, Decision::Approve)
        .await?;
    let binding = for_one.binding.expose_secret();
    let crossed = two.handle_callback(&query(&ending), binding).await;
    steps.check(
        "one's callback means nothing to two",
        "callback-rejected(state-rejected)",
        outcome(&crossed),
    )?;
    let found = world
        .host
        .connection_for_callback(&query(&ending), binding)
        .await?;
    let found = found.map_or(String::new(), |connection| connection.company().to_owned());
    steps.check("the host knows whose callback it is", "one", found)?;
    let handled = one.handle_callback(&query(&ending), binding).await;
    steps.check("one's own accepts it", "ok", outcome(&handled))?;
    let report = two.status("en").await?;
    steps.check(
        "two is still waiting",
        "authorizing, then authorize",
        summary(&report),
    )?;
    let done = world
        .send(&for_two, person::MANY, company::ANDRA, Decision::Approve)
        .await?;
    let binding = for_two.binding.expose_secret();
    let handled = two.handle_callback(&query(&done), binding).await;
    steps.check("two gets its own", "ok", outcome(&handled))?;
    let log = world.log.newest("one", None, 100).await?;
    let foreign = log.iter().filter(|e| e.entry.message.contains("Andra AB"));
    steps.check(
        "nothing of two is in one's log",
        "0",
        foreign.count().to_string(),
    )?;
    let actors = log
        .iter()
        .all(|e| e.entry.actor.as_deref() == Some("walker"));
    steps.check("which says who acted", "true", actors.to_string())
}

/// Removal, and what is left to do by hand.
pub async fn removal(world: &World, steps: &mut Steps) -> Result<(), Failure> {
    steps.part("Removing");
    let acme = world.company("acme")?;
    let revoked_before = world.simulator.ledger().revoked(Kind::RefreshToken).len();
    let receipt = acme.remove("en").await?;
    steps.check(
        "a service account: revoked",
        "true",
        receipt.revoked.to_string(),
    )?;
    steps.check(
        "and its consent is to be removed by hand",
        "A service account stays approved in Fortnox. Remove the integration there, too.",
        receipt.remaining.first().map_or("", |r| &r.step),
    )?;
    let revoked = world.simulator.ledger().revoked(Kind::RefreshToken).len();
    steps.check(
        "the provider has both its refresh tokens revoked",
        "2",
        (revoked - revoked_before).to_string(),
    )?;
    let report = acme.status("en").await?;
    steps.check(
        "nothing is left",
        "unconfigured, then configure",
        summary(&report),
    )?;
    let log = world.log.newest("acme", None, 1).await?;
    steps.check(
        "but the log",
        "integration.removed",
        log.first().map_or("", |stored| &stored.entry.event),
    )?;
    let beta = world.company("beta")?;
    let receipt = beta.remove("en").await?;
    steps.check(
        "a user's account: nothing is left to do",
        "true 0",
        format!("{} {}", receipt.revoked, receipt.remaining.len()),
    )?;
    let receipt = beta.remove("en").await;
    steps.check("removing twice does no harm", "ok", outcome(&receipt))?;
    let added = world.configured("beta", "service").await?;
    let report = added.status("en").await?;
    steps.check(
        "added again, it begins anew",
        "unauthorized, then authorize",
        summary(&report),
    )
}
