//! Which entries of a log somebody wants to read.

use super::{Entry, Level};

/// Which entries of a company's log are wanted. The default is all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogQuery {
    /// None that matter less.
    pub level: Level,
    /// How the event code begins; empty for any.
    pub event: String,
    /// Words that all occur in message, event code or actor, in upper or lower
    /// case; empty for any.
    pub text: String,
    /// Only what is older than the entry of this id.
    pub before: Option<i64>,
    /// At most so many, the newest of them.
    pub limit: u32,
}

impl Default for LogQuery {
    fn default() -> Self {
        Self {
            level: Level::Trace,
            event: String::new(),
            text: String::new(),
            before: None,
            limit: u32::MAX,
        }
    }
}

impl LogQuery {
    /// Whether an entry is wanted, by its level and words.
    pub(super) fn admits(&self, entry: &Entry) -> bool {
        entry.level >= self.level && entry.event.starts_with(&self.event) && self.has_words(entry)
    }

    fn has_words(&self, entry: &Entry) -> bool {
        if self.text.is_empty() {
            return true;
        }
        let actor = entry.actor.as_deref().unwrap_or_default();
        let text = format!("{} {} {actor}", entry.message, entry.event).to_lowercase();
        let mut words = self.text.split_whitespace();
        words.all(|word| text.contains(&word.to_lowercase()))
    }
}
