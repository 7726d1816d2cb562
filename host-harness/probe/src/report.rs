//! Runs the checks and reports them, one record for each check there is.
//!
//! A check that this call did not try keeps its last record, which says when
//! that was.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    check::{Check, Lapse, Round},
    contract::{
        Access, Action, Condition, Error, Grant, Level, Precondition, Report, Stage, Verdict,
    },
    durability::HOW,
    effects::Effects,
    settings::{self, KILL},
    table::CHECKS,
    tally::Tally,
    trial::Trial,
};

const CELL: &str = "records";

/// Runs every check that is due and returns the record of each check.
pub fn check_access(effects: &dyn Effects) -> Vec<Access> {
    // A host that cannot even be asked is told of by the plain checks.
    let round = match settings::kill(effects) {
        Ok(true) => Round::Kill,
        Ok(false) | Err(_) => Round::Plain,
    };
    let mut records = Records::load(effects);
    for (check, outcome) in run(effects, round) {
        records.note(check, outcome, effects.now().as_secs());
    }
    records.save(effects);
    let records = records.told();
    let failing = counted(&records, Verdict::Unknown) > 0;
    let level = if failing { Level::Warn } else { Level::Info };
    effects.log(level, "kit.checked", &headline(&records));
    records
}

/// The last records, as the state of a connection that is always authorized.
///
/// # Errors
///
/// `storage` when the settings cannot be read.
pub fn status(effects: &dyn Effects) -> Result<Report, Box<Error>> {
    let kill = settings::kill(effects);
    let kill = kill.map_err(|_| Box::new(Error::Storage("settings-not-read".to_owned())))?;
    let access = Records::load(effects).told();
    let last = (access.iter()).filter_map(|record| record.checked).max();
    Ok(Report {
        stage: Stage::Authorized,
        headline: headline(&access),
        enabled: true,
        settings: vec![(KILL.to_owned(), kill.to_string())],
        attempt: None,
        // There is none; but the stage tells of one.
        grant: Some(Grant {
            account: String::new(),
            holder: "Host kit".to_owned(),
            organization: None,
            scopes: Vec::new(),
            granted: last.unwrap_or_default(),
            renewed: last.unwrap_or_default(),
            renew_by: None,
            condition: Condition::Good,
        }),
        access,
        findings: Vec::new(),
        actions: vec![Action::CheckAccess, Action::Configure],
    })
}

/// Runs the checks of a round; what they claim of the server is asked last.
fn run(effects: &dyn Effects, round: Round) -> Vec<(&'static Check, Result<(), Lapse>)> {
    let trial = Trial::new(effects);
    let due = CHECKS.iter().filter(|check| check.round == round);
    let outcomes: Vec<_> = due
        .map(|check| (check, (check.run)(&trial), trial.take_claims()))
        .collect();
    let claimed = outcomes.iter().any(|(_, _, claims)| !claims.is_empty());
    let tally = match claimed {
        true => trial.tally(),
        false => Ok(Tally::default()),
    };
    trial.clean();
    outcomes
        .into_iter()
        .map(|(check, outcome, claims)| {
            let outcome = outcome.and_then(|()| {
                claims
                    .iter()
                    .try_for_each(|claim| claim.hold(tally.as_ref().map_err(Clone::clone)?))
            });
            (check, outcome)
        })
        .collect()
}

fn headline(records: &[Access]) -> String {
    format!(
        "{} of {} checks pass, {} fail, {} were not tried.",
        counted(records, Verdict::Granted),
        records.len(),
        counted(records, Verdict::Unknown),
        counted(records, Verdict::Unchecked)
    )
}

fn counted(records: &[Access], verdict: Verdict) -> usize {
    let of_it = |record: &&Access| record.verdict == verdict;
    records.iter().filter(of_it).count()
}

/// The last outcome of each check that was ever tried, by its id.
#[derive(Default, Serialize, Deserialize)]
struct Records(BTreeMap<String, Record>);

#[derive(Serialize, Deserialize)]
struct Record {
    /// None when it could not be tried.
    passed: Option<bool>,
    seen: String,
    words: String,
    checked: u64,
}

impl Records {
    /// What is stored; nothing when it cannot be read.
    fn load(effects: &dyn Effects) -> Self {
        let entry = effects.get(CELL).ok();
        let records = entry.and_then(|entry| serde_json::from_slice(&entry.value).ok());
        records.unwrap_or_default()
    }

    /// A host that cannot store them gets them from `check-access` all the same.
    fn save(&self, effects: &dyn Effects) {
        if let Ok(value) = serde_json::to_vec(self) {
            let _ = effects.put(CELL, &value, &Precondition::Always);
        }
    }

    fn note(&mut self, check: &Check, outcome: Result<(), Lapse>, checked: u64) {
        let (passed, seen, words) = match outcome {
            Ok(()) => (Some(true), String::new(), String::new()),
            Err(lapse) => {
                let failed = lapse.verdict == Verdict::Unknown;
                (failed.then_some(false), lapse.seen, lapse.words)
            }
        };
        let record = Record {
            passed,
            seen,
            words,
            checked,
        };
        self.0.insert(check.id.to_owned(), record);
    }

    /// One record for each check, in the order of the table.
    fn told(&self) -> Vec<Access> {
        CHECKS
            .iter()
            .map(|check| {
                let record = self.0.get(check.id);
                let (seen, words) = match (record, check.round) {
                    (Some(record), _) => (record.seen.as_str(), record.words.as_str()),
                    (None, Round::Kill) => ("not-killed", HOW),
                    (None, Round::Plain) => (
                        "not-tried",
                        "Call `configure` with `kill` = `false`, then `check-access`.",
                    ),
                };
                Access {
                    area: check.id.to_owned(),
                    label: check.duty.to_owned(),
                    verdict: match record.and_then(|record| record.passed) {
                        Some(true) => Verdict::Granted,
                        Some(false) => Verdict::Unknown,
                        None => Verdict::Unchecked,
                    },
                    provider_code: seen.to_owned(),
                    provider_message: words.to_owned(),
                    checked: record.map(|record| record.checked),
                }
            })
            .collect()
    }
}
