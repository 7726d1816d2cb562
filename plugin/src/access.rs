//! What the grant may do, area by area.
//!
//! Guarantees: scope, licence and right stay apart; a refusal is told once and
//! stands until it is gone, and then that is told once; whatever is refused, the
//! grant and the other areas go on. What was learned is in the cell `health`.

mod check;
pub(crate) mod refusal;

use std::time::Duration;

use crate::advice::Subject;
use crate::area::Area;
use crate::catalogue::{Locale, message};
use crate::cause::Cause;
use crate::company_log::CompanyLog;
use crate::contract::{Access, Verdict};
use crate::effects::Effects;
use crate::grant::{Grant, State};
use crate::health::{self, Health};
use crate::json::{Json, Value, member, object};
use crate::provider_text::Words;
use crate::settings::Settings;

pub use check::check_access;

use refusal::Meaning;

/// What was learned of one register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Unix seconds at which Fortnox answered.
    pub checked: u64,
    /// Why it refused, if it did.
    pub refusal: Option<Refusal>,
}

/// A refusal that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub cause: Cause,
    /// Fortnox' own words.
    pub words: Words,
    /// Unix seconds of the first time.
    pub since: u64,
    /// Whether writing was refused: that reading works says nothing then.
    pub writing: bool,
}

impl Json for Seen {
    fn read(value: &Value) -> Option<Self> {
        Some(Seen {
            checked: member(value, "checked")?,
            refusal: member(value, "refusal")?,
        })
    }

    fn write(&self) -> Value {
        object(vec![
            ("checked", self.checked.write()),
            ("refusal", self.refusal.write()),
        ])
    }
}

impl Json for Refusal {
    fn read(value: &Value) -> Option<Self> {
        Some(Refusal {
            cause: member(value, "cause")?,
            words: member(value, "words")?,
            since: member(value, "since")?,
            writing: member(value, "writing")?,
        })
    }

    fn write(&self) -> Value {
        object(vec![
            ("cause", self.cause.write()),
            ("words", self.words.write()),
            ("since", self.since.write()),
            ("writing", self.writing.write()),
        ])
    }
}

/// What one answer of the API taught.
#[derive(Clone, Debug)]
pub(crate) struct Lesson {
    /// The area's key, or the register's path.
    pub(crate) key: String,
    /// Why the register was refused; none where it was served.
    pub(crate) refused: Option<(Cause, Words)>,
    /// Whether something was to be written.
    pub(crate) writing: bool,
    /// Whether it was asked in order to learn it.
    pub(crate) checking: bool,
}

/// What a lesson has changed.
enum Change {
    Nothing,
    Refused,
    Recovered,
    /// What concerned all areas is over.
    RecoveredAll,
}

/// Notes what was learned, and tells what is new.
pub(crate) fn learn<E: Effects>(effects: &E, grant: &Grant, lessons: &[Lesson]) {
    let now = effects.now();
    let changes: Vec<Change> = Health::change(effects, &grant.lineage, |health| {
        if lessons.iter().any(|lesson| lesson.checking) {
            // Whoever looks whether all is well sees to the areas; what else was
            // refused is told again when it is.
            health
                .access
                .retain(|(key, _)| Area::from_key(key).is_some());
        }
        let lessons = lessons.iter();
        lessons.map(|lesson| note(health, lesson, now)).collect()
    });
    let log = CompanyLog::open(effects);
    for (lesson, change) in lessons.iter().zip(changes) {
        let area = Area::from_key(&lesson.key);
        match (change, &lesson.refused) {
            (Change::Refused, Some((cause, words))) => {
                let subject = Subject {
                    cause: *cause,
                    area,
                    register: Some(&lesson.key),
                    account: Some(grant.account),
                };
                log.refusal("access.refused", &message::LOG_REFUSAL, subject, words);
            }
            (Change::RecoveredAll, _) => {
                let values = [("area", message::AREA_ALL.text(log.locale))];
                log.info("access.recovered", &message::LOG_ACCESS_RECOVERED, &values);
            }
            (Change::Recovered, _) => {
                let label = area.map_or(lesson.key.as_str(), |area| area.label().text(log.locale));
                let values = [("area", label)];
                log.info("access.recovered", &message::LOG_ACCESS_RECOVERED, &values);
            }
            _ => {}
        }
    }
}

fn note(health: &mut Health, lesson: &Lesson, now: u64) -> Change {
    let cleared = lesson.refused.is_none() && clear_general(health, lesson.checking);
    let known = health.seen(&lesson.key);
    let standing = known.and_then(|seen| seen.refusal.clone());
    let (refusal, change) = match (&lesson.refused, standing) {
        (Some((cause, words)), standing) => {
            let same = standing.filter(|standing| standing.cause == *cause);
            let known = |(_, seen): &(String, Seen)| {
                seen.refusal.as_ref().is_some_and(|it| it.cause == *cause)
            };
            // What concerns all areas is told of one.
            let told = cause.is_general() && health.access.iter().any(known);
            let change = match same.is_some() || told {
                true => Change::Nothing,
                false => Change::Refused,
            };
            let refusal = Refusal {
                cause: *cause,
                words: words.clone(),
                since: same.as_ref().map_or(now, |same| same.since),
                writing: lesson.writing || same.is_some_and(|same| same.writing),
            };
            (Some(refusal), change)
        }
        (None, Some(standing)) => {
            match lesson.writing || !standing.writing {
                true => (None, Change::Recovered),
                // That it can be read was known.
                false => return recovered(cleared),
            }
        }
        // Only a check is worth noting that all is well.
        (None, None) if lesson.checking => (None, recovered(cleared)),
        (None, None) => return recovered(cleared),
    };
    let repeated = !lesson.checking && known.is_some_and(|seen| seen.refusal == refusal);
    if !repeated {
        let seen = Seen {
            checked: now,
            refusal,
        };
        health.see(&lesson.key, seen);
    }
    change
}

const fn recovered(is_so: bool) -> Change {
    match is_so {
        true => Change::RecoveredAll,
        false => Change::Nothing,
    }
}

/// What concerns all areas ends for all of them as soon as one is served. Whether a
/// licence is there again is for a check to say.
fn clear_general(health: &mut Health, checking: bool) -> bool {
    let is_general = |trouble: &mut health::Trouble| trouble.cause == Cause::TokenRefused;
    let mut cleared = health.trouble.take_if(is_general).is_some();
    for (_, seen) in &mut health.access {
        let general = seen.refusal.take_if(|refusal| match refusal.cause {
            Cause::TokenRefused => true,
            cause => checking && cause.is_general(),
        });
        cleared |= general.is_some();
    }
    cleared
}

/// For so long a token is not renewed again that was refused when it was new.
const NOT_ACCEPTED: Duration = Duration::from_secs(5 * 60);

/// Notes that a token is refused which was just renewed: to renew it again would
/// only repeat it.
pub(crate) fn not_accepted(effects: &impl Effects, grant: &Grant, words: &Words) {
    let (cause, now) = (Cause::TokenRefused, effects.now());
    let is_new = Health::change(effects, &grant.lineage, |health| {
        health.note(cause, words, now, Some(NOT_ACCEPTED))
    });
    if is_new {
        let lead = &message::LOG_REFUSAL;
        CompanyLog::open(effects).refusal("access.refused", lead, cause, words);
    }
}

/// Why a register is refused, if the answer says so. `area` is the register's,
/// if it is one of ours.
pub(crate) fn cause(meaning: Meaning, area: Option<Area>, grant: &Grant) -> Option<Cause> {
    match meaning {
        Meaning::Scope => Some(match area {
            Some(area) if grant.lacks(area.scope()) => missing_scope(area, grant),
            // It was asked for and granted, or is none of ours to ask for.
            _ => Cause::ScopeRefused,
        }),
        Meaning::Licence => Some(Cause::AreaLicenceMissing),
        Meaning::IntegrationLicence => Some(Cause::IntegrationLicenceMissing),
        Meaning::Right => Some(Cause::RightMissing),
        Meaning::Unknown => Some(Cause::AreaRefused),
        Meaning::Served
        | Meaning::Token
        | Meaning::Limited
        | Meaning::Failing
        | Meaning::Request => None,
    }
}

/// Why the grant lacks the scope of an area: asking for it can help only where
/// it was not asked for.
pub(crate) fn missing_scope(area: Area, grant: &Grant) -> Cause {
    match grant.asked.iter().any(|asked| asked == area.scope()) {
        true => Cause::ScopeWithheld,
        false => Cause::ScopeMissing,
    }
}

/// The access to each area that was chosen, in the order of the form.
pub(crate) fn report(
    settings: &Settings,
    grant: &Grant,
    health: &Health,
    locale: Locale,
) -> Vec<Access> {
    if matches!(grant.state, State::Ended(_) | State::Removing) {
        return Vec::new();
    }
    let access = |area: &Area| {
        let seen = health.seen(area.key());
        let refusal = seen.and_then(|seen| seen.refusal.as_ref());
        let Words { code, message } = refusal.map_or_else(Words::default, |it| it.words.clone());
        let verdict = match (grant.lacks(area.scope()), seen, refusal) {
            (true, ..) => Verdict::MissingScope,
            (false, None, _) => Verdict::Unchecked,
            (false, Some(_), None) => Verdict::Granted,
            (false, Some(_), Some(refusal)) => verdict(refusal.cause),
        };
        Access {
            area: area.key().to_owned(),
            label: area.label().text(locale).to_owned(),
            verdict,
            provider_code: code,
            provider_message: message,
            checked: seen.map(|seen| seen.checked),
        }
    };
    settings.areas.iter().map(access).collect()
}

fn verdict(cause: Cause) -> Verdict {
    match cause {
        Cause::ScopeMissing | Cause::ScopeWithheld | Cause::ScopeRefused => Verdict::MissingScope,
        Cause::AreaLicenceMissing | Cause::IntegrationLicenceMissing => Verdict::MissingLicence,
        Cause::RightMissing => Verdict::MissingRight,
        _ => Verdict::Unknown,
    }
}

#[cfg(test)]
mod tests;
