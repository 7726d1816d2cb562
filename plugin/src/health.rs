//! The cell `health`: what stands in the way of renewing, as long as it lasts.
//!
//! Nothing depends on it but words and pauses: where it cannot be read or
//! written, the grant is served all the same.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::cell::{self, Cell};
use crate::effects::Effects;
use crate::provider_text::Words;

/// The cell `health`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Why renewing does not succeed, if it does not.
    pub trouble: Option<Trouble>,
}

/// A refusal that trying again at once would only repeat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

impl cell::Kind for Health {
    const KEY: &'static str = "health";
}

impl Health {
    /// Notes a trouble; true when it is another than before.
    pub fn note(
        effects: &impl Effects,
        cause: Cause,
        words: &Words,
        now: u64,
        pause: Option<Duration>,
    ) -> bool {
        let before: Option<Cell<Health>> = cell::read(effects).ok().flatten();
        let known = before.as_ref().and_then(|cell| cell.value.trouble.clone());
        let is_new = known.as_ref().is_none_or(|known| known.cause != cause);
        let until = pause.map(|pause| now.saturating_add(pause.as_secs()));
        if is_new || until.is_some() {
            let since = known.filter(|_| !is_new).map_or(now, |known| known.since);
            let trouble = Some(Trouble {
                cause,
                words: words.clone(),
                since,
                until,
            });
            // Another process may have noted it; one of the notes is enough.
            let _ = cell::save(effects, before.as_ref(), &Health { trouble });
        }
        is_new
    }

    /// Renewing succeeds again.
    pub fn clear(effects: &impl Effects) {
        if let Ok(Some(before)) = cell::read::<Health>(effects)
            && before.value.trouble.is_some()
        {
            let _ = cell::save(effects, Some(&before), &Health { trouble: None });
        }
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
