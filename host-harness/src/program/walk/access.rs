//! What the grant may do: a right that is missing, and what helps.

use fortnox_simulator::cast::{Right, company, person};
use fortnox_simulator::visitor::Decision;
use host_harness::contract::{Actor, Report, Verdict};

use super::steps::{Steps, outcome};
use super::world::World;
use crate::failure::Failure;

/// A person who may not use the customers, and then may.
pub async fn missing_right(world: &World, steps: &mut Steps) -> Result<(), Failure> {
    steps.part("What the access covers");
    let ulf = world.configured("access", "user").await?;
    let granted = world.journey(&ulf, person::USER, company::EXEMPEL, Decision::Approve);
    steps.check("access is granted", "ok", outcome(&granted.await?))?;
    let all_granted = async || -> Result<String, Failure> {
        let access = ulf.check_access().await?;
        let granted = access.iter().all(|it| it.verdict == Verdict::Granted);
        Ok(granted.to_string())
    };
    steps.check("each area works", "true", all_granted().await?)?;
    let simulator = &world.simulator;
    simulator.take_right(person::USER, company::EXEMPEL, Right::Customers);
    steps.check("a right is taken away", "false", all_granted().await?)?;
    let report = ulf.status("en").await?;
    steps.check(
        "the finding names it, and that authorizing again is in vain",
        "right-missing customers false",
        described(&report),
    )?;
    let finding = report.findings.first();
    let remedy = finding.and_then(|finding| finding.remedies.first());
    steps.check(
        "it is for the provider's administrator to act",
        "true",
        remedy
            .is_some_and(|remedy| remedy.who == Actor::ProviderAdministrator)
            .to_string(),
    )?;
    let log = world.log.newest("access", None, 100).await?;
    let entries = log.iter().map(|stored| &stored.entry);
    let told = entries
        .filter(|entry| entry.event == "access.refused" && entry.message.contains("2001538"));
    steps.check(
        "the company log tells it once, in Fortnox' words",
        "1",
        told.count().to_string(),
    )?;
    simulator.give_right(person::USER, company::EXEMPEL, Right::Customers);
    steps.check("the right is given back", "true", all_granted().await?)?;
    let report = ulf.status("en").await?;
    steps.check("and nothing is amiss", "", described(&report))?;
    let bundle: Result<serde_json::Value, _> = serde_json::from_str(&ulf.diagnostics().await?);
    steps.check(
        "the support bundle is JSON",
        "true",
        bundle.is_ok_and(|bundle| bundle.is_object()).to_string(),
    )
}

fn described(report: &Report) -> String {
    let described = report.findings.iter().map(|finding| {
        let area = finding.area.as_deref().unwrap_or_default();
        format!("{} {area} {}", finding.code, finding.reauthorize_helps)
    });
    described.collect::<Vec<_>>().join(", ")
}
