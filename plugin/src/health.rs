//! The cell `health`: what stands in the way, as long as it stands, and what
//! became of the latest renewals.
//!
//! Guarantees: what is noted belongs to one grant, and is not told of another;
//! of two processes that learn the same, one tells it. Nothing depends on this
//! cell but words and pauses: where it cannot be read or written, the grant is
//! served all the same.

use std::time::Duration;

use crate::access::Seen;
use crate::area::Area;
use crate::attempt::Lineage;
use crate::cause::Cause;
use crate::cell::{self, Cell, WriteError};
use crate::effects::Effects;
use crate::fingerprint::Fingerprint;
use crate::json::{Json, Value, later, member, object};
use crate::provider_text::Words;

/// The cell `health`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// The grant that trouble and access are about.
    pub lineage: Option<Lineage>,
    /// Why renewing does not succeed, if it does not.
    pub trouble: Option<Trouble>,
    /// What was learned of each register, by the area's key or the register's
    /// path.
    pub access: Vec<(String, Seen)>,
    /// The latest renewals, oldest first.
    pub renewals: Vec<Renewal>,
    /// Unix seconds at which the organization was last asked for in vain.
    pub organization_asked: Option<u64>,
    /// Unix seconds by which the host was told to call `maintain`.
    pub maintain_by: Option<u64>,
}

/// A refusal that trying again at once would only repeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Why.
    pub cause: Cause,
    /// Fortnox' own words.
    pub words: Words,
    /// Unix seconds of the first time.
    pub since: u64,
    /// Unix seconds before which nobody asks again; none where every caller may.
    pub until: Option<u64>,
}

/// What became of one renewal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// Unix seconds.
    pub at: u64,
    /// Of the grant that was to be renewed.
    pub generation: u64,
    /// Why it did not succeed, if it did not.
    pub failure: Option<Cause>,
    /// The refresh token that was spent, where there was one.
    pub spent: Option<Fingerprint>,
    /// The refresh token that came.
    pub received: Option<Fingerprint>,
    /// How Fortnox numbered the request, where it did.
    pub request: Option<String>,
}

/// Nobody asks before this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// Why.
    pub cause: Cause,
    /// Unix seconds.
    pub until: u64,
}

/// A pause that ends later than this was written under another clock.
const LONGEST_PAUSE: u64 = 2 * 86_400;

/// So many renewals are remembered.
const RENEWALS: usize = 20;

/// So many registers are remembered.
const REGISTERS: usize = 32;

impl Json for Health {
    fn read(value: &Value) -> Option<Self> {
        Some(Health {
            lineage: later(value, "lineage")?,
            trouble: member(value, "trouble")?,
            access: later(value, "access")?,
            renewals: later(value, "renewals")?,
            organization_asked: later(value, "organization_asked")?,
            maintain_by: later(value, "maintain_by")?,
        })
    }

    fn write(&self) -> Value {
        object(vec![
            ("lineage", self.lineage.write()),
            ("trouble", self.trouble.write()),
            ("access", self.access.write()),
            ("renewals", self.renewals.write()),
            ("organization_asked", self.organization_asked.write()),
            ("maintain_by", self.maintain_by.write()),
        ])
    }
}

impl Json for Trouble {
    fn read(value: &Value) -> Option<Self> {
        Some(Trouble {
            cause: member(value, "cause")?,
            words: member(value, "words")?,
            since: member(value, "since")?,
            until: member(value, "until")?,
        })
    }

    fn write(&self) -> Value {
        object(vec![
            ("cause", self.cause.write()),
            ("words", self.words.write()),
            ("since", self.since.write()),
            ("until", self.until.write()),
        ])
    }
}

impl Json for Renewal {
    fn read(value: &Value) -> Option<Self> {
        Some(Renewal {
            at: member(value, "at")?,
            generation: member(value, "generation")?,
            failure: member(value, "failure")?,
            spent: member(value, "spent")?,
            received: member(value, "received")?,
            request: member(value, "request")?,
        })
    }

    fn write(&self) -> Value {
        object(vec![
            ("at", self.at.write()),
            ("generation", self.generation.write()),
            ("failure", self.failure.write()),
            ("spent", self.spent.write()),
            ("received", self.received.write()),
            ("request", self.request.write()),
        ])
    }
}

impl cell::Kind for Health {
    const KEY: &'static str = "health";
}

impl Health {
    /// What is noted of a grant; nothing where it cannot be read.
    pub fn of(effects: &impl Effects, lineage: &Lineage) -> Health {
        let stored = cell::read::<Health>(effects).ok().flatten();
        stored.map_or_else(Health::default, |cell| cell.value.about(lineage))
    }

    /// What was noted of another grant does not count.
    fn about(self, lineage: &Lineage) -> Health {
        match self.lineage.as_ref() == Some(lineage) {
            true => self,
            false => Health {
                lineage: Some(lineage.clone()),
                trouble: None,
                access: Vec::new(),
                organization_asked: None,
                ..self
            },
        }
    }

    /// Changes what is noted of a grant, and returns what the change found; if
    /// others come first, it is asked anew.
    pub fn change<T: Default>(
        effects: &impl Effects,
        lineage: &Lineage,
        change: impl Fn(&mut Health) -> T,
    ) -> T {
        let mut found = T::default();
        Health::revise(effects, lineage, &mut |health| found = change(health));
        found
    }

    fn revise(effects: &impl Effects, lineage: &Lineage, change: &mut dyn FnMut(&mut Health)) {
        for _ in 0..cell::ROUNDS {
            let before: Option<Cell<Health>> = cell::read(effects).ok().flatten();
            let known = before.as_ref().map(|cell| cell.value.clone());
            let mut after = known.clone().unwrap_or_default().about(lineage);
            change(&mut after);
            if known.as_ref() == Some(&after) || (known.is_none() && after.is_empty()) {
                return;
            }
            after.tidy();
            let saved = cell::save(effects, before.as_ref(), &after);
            if !matches!(saved, Err(WriteError::Conflict)) {
                return;
            }
        }
    }

    /// Whether nothing is noted, for whichever grant.
    fn is_empty(&self) -> bool {
        let Health {
            lineage: _,
            trouble,
            access,
            renewals,
            organization_asked,
            maintain_by,
        } = self;
        let nothing_asked = organization_asked.is_none() && maintain_by.is_none();
        trouble.is_none() && access.is_empty() && renewals.is_empty() && nothing_asked
    }

    fn tidy(&mut self) {
        let surplus = self.renewals.len().saturating_sub(RENEWALS);
        self.renewals.drain(..surplus);
        // Those of the areas stay.
        while self.access.len() > REGISTERS {
            let others = self.access.iter().enumerate();
            let others = others.filter(|(_, (key, _))| Area::from_key(key).is_none());
            let Some((oldest, _)) = others.min_by_key(|(_, (_, seen))| seen.checked) else {
                break;
            };
            self.access.remove(oldest);
        }
    }

    /// What was learned of a register.
    pub fn seen(&self, key: &str) -> Option<&Seen> {
        let mut access = self.access.iter();
        access.find(|(known, _)| known == key).map(|(_, seen)| seen)
    }

    /// Notes what was learned of a register.
    pub fn see(&mut self, key: &str, seen: Seen) {
        let mut access = self.access.iter_mut();
        match access.find(|(known, _)| known == key) {
            Some((_, known)) => *known = seen,
            None => self.access.push((key.to_owned(), seen)),
        }
    }

    /// Notes a trouble; true when it is another than before.
    pub fn note(&mut self, cause: Cause, words: &Words, now: u64, pause: Option<Duration>) -> bool {
        let known = self.trouble.take();
        let is_new = known.as_ref().is_none_or(|known| known.cause != cause);
        let until = pause.map(|pause| now.saturating_add(pause.as_secs()));
        self.trouble = match known.filter(|_| !is_new) {
            Some(known) if until.is_none() => Some(known),
            known => Some(Trouble {
                cause,
                words: words.clone(),
                since: known.map_or(now, |known| known.since),
                until,
            }),
        };
        is_new
    }

    /// The pause that holds at this moment.
    pub fn pause(&self, now: u64) -> Option<Pause> {
        let trouble = self.trouble.as_ref()?;
        let until = trouble.until?;
        let holds = now < until && until - now <= LONGEST_PAUSE;
        holds.then_some(Pause {
            cause: trouble.cause,
            until,
        })
    }
}
