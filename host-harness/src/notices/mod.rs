//! What a person should be told of, and how often.
//!
//! [`pressing`] picks the findings of a report that need a person;
//! [`SqliteNotices`] remembers what was told, so that a standing finding is told
//! once a day and by one process only. How to tell it, and in which words, is
//! for the host.

mod decision;
mod pressing;
mod sqlite;

pub use decision::{AGAIN, PAUSE, Telling};
pub use pressing::{MOST, NEAR, pressing};
pub use sqlite::{SENDING, SqliteNotices};

use crate::{contract::Finding, log::one_line};

/// Longer names than these are cut; nobody's code is that long.
const NAME_LENGTH: usize = 100;

/// What a finding is about: the same one as long as both are the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Topic {
    /// Its cause code.
    pub code: String,
    /// The area it concerns; empty for the whole connection.
    pub area: String,
}

impl Topic {
    /// The topic of a finding.
    pub fn of(finding: &Finding) -> Self {
        let area = finding.area.as_deref().unwrap_or_default();
        Self {
            code: one_line(&finding.code, NAME_LENGTH),
            area: one_line(area, NAME_LENGTH),
        }
    }
}
