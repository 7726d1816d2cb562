//! The company log: what a company's people read to learn what happened.
//!
//! An [`Entry`] is safe to show and to store: whatever a guest wrote has become
//! one line of printable text of limited length, and time, company and actor
//! come from the host. Every entry also goes to `tracing`.

mod query;
mod sanitize;
mod sink;
mod sqlite;

pub use query::LogQuery;
pub use sqlite::{SqliteLog, StoredEntry};

use std::time::Duration;

pub use sanitize::one_line;
pub(crate) use sink::Sink;

/// How much an entry matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Every step.
    Trace,
    /// For whoever looks for an error.
    Debug,
    /// What was done.
    Info,
    /// What may stop working.
    Warn,
    /// What does not work.
    Error,
    /// What endangers more than one company.
    Critical,
}

impl Level {
    /// All, the least first.
    pub const ALL: [Level; 6] = [
        Self::Trace,
        Self::Debug,
        Self::Info,
        Self::Warn,
        Self::Error,
        Self::Critical,
    ];

    /// The level of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }

    /// Its name in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Trace => "trace",
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
            Self::Critical => "critical",
        }
    }
}

/// One line of the company log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Time since 1970-01-01T00:00:00Z.
    pub time: Duration,
    /// How much it matters.
    pub level: Level,
    /// Stable event code, such as `authorization.succeeded`.
    pub event: String,
    /// A sentence or two in the company's language.
    pub message: String,
    /// Who acted; none when nobody did.
    pub actor: Option<String>,
    /// Whose log it is.
    pub company: String,
    /// Which plugin wrote it.
    pub plugin: String,
}

/// Why an entry could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("the log cannot be written or read")]
pub struct LogError(#[source] pub crate::storage::Source);

/// Keeps entries; implement it to keep them elsewhere.
#[async_trait::async_trait]
pub trait CompanyLog: Send + Sync + 'static {
    /// Keeps one entry.
    ///
    /// # Errors
    ///
    /// [`LogError`]; the call that wrote the entry goes on all the same, as it
    /// does when this takes longer than a second.
    async fn append(&self, entry: Entry) -> Result<(), LogError>;
}

/// Keeps nothing; what `tracing` is told is all there is.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLog;

#[async_trait::async_trait]
impl CompanyLog for NoLog {
    async fn append(&self, _: Entry) -> Result<(), LogError> {
        Ok(())
    }
}

/// Tells `tracing`, which is where the operator looks.
pub(crate) fn trace(entry: &Entry) {
    let Entry {
        event,
        message,
        company,
        plugin,
        ..
    } = entry;
    let actor = entry.actor.as_deref().unwrap_or_default();
    macro_rules! at {
        ($level:ident) => {
            tracing::$level!(target: "company", company, plugin, actor, event, "{message}")
        };
    }
    match entry.level {
        Level::Trace => at!(trace),
        Level::Debug => at!(debug),
        Level::Info => at!(info),
        Level::Warn => at!(warn),
        Level::Error | Level::Critical => at!(error),
    }
}
