//! One check: a duty of the host, and how it is seen whether the host keeps it.

use crate::{
    contract::{HttpError, Response, StorageError, Verdict},
    trial::Trial,
};

/// A duty of the host.
pub struct Check {
    /// Stable, kebab-case.
    pub id: &'static str,
    /// The duty in one sentence.
    pub duty: &'static str,
    /// When it is tried.
    pub round: Round,
    pub(crate) run: fn(&Trial<'_>) -> Result<(), Lapse>,
}

/// When a check is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// In a plain call.
    Plain,
    /// In two calls with the setting `kill`, and a kill between them.
    Kill,
}

/// Why a check did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lapse {
    /// `unknown` when the host fails, `unchecked` when it could not be tried.
    pub verdict: Verdict,
    /// What was seen, in short.
    pub seen: String,
    /// What the host did, and what the contract says; or why it was not tried.
    pub words: String,
}

impl Lapse {
    /// The host does not keep the duty.
    pub(crate) fn fails(seen: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Unknown,
            seen: seen.into(),
            words: words.into(),
        }
    }

    /// Nothing is known about the duty.
    pub(crate) fn untried(seen: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Unchecked,
            seen: seen.into(),
            words: words.into(),
        }
    }
}

/// An outcome of an import in one word, and in the host's own words.
pub(crate) trait Told {
    /// Kebab-case.
    fn code(&self) -> String;
    /// Empty where there are none.
    fn text(&self) -> &str;
}

impl Told for StorageError {
    fn code(&self) -> String {
        let code = match self {
            Self::Missing(_) => "missing",
            Self::Conflict(_) => "conflict",
            Self::Unavailable(_) => "unavailable",
            Self::InDoubt(_) => "in-doubt",
            Self::TooLarge(_) => "too-large",
            Self::Other(_) => "other",
        };
        code.to_owned()
    }

    fn text(&self) -> &str {
        match self {
            Self::Missing(text)
            | Self::Conflict(text)
            | Self::Unavailable(text)
            | Self::InDoubt(text)
            | Self::TooLarge(text)
            | Self::Other(text) => text,
        }
    }
}

impl Told for HttpError {
    fn code(&self) -> String {
        let code = match self {
            Self::Denied(_) => "denied",
            Self::NotSent(_) => "not-sent",
            Self::NoAnswer(_) => "no-answer",
            Self::Limited(_) => "limited",
            Self::Other(_) => "other",
        };
        code.to_owned()
    }

    fn text(&self) -> &str {
        match self {
            Self::Denied(text) | Self::NotSent(text) | Self::NoAnswer(text) | Self::Other(text) => {
                text
            }
            Self::Limited(_) => "",
        }
    }
}

impl<T, E: Told> Told for Result<T, E>
where
    T: Told,
{
    fn code(&self) -> String {
        match self {
            Ok(value) => value.code(),
            Err(error) => error.code(),
        }
    }

    fn text(&self) -> &str {
        match self {
            Ok(value) => value.text(),
            Err(error) => error.text(),
        }
    }
}

impl Told for Response {
    fn code(&self) -> String {
        format!("answer-{}", self.status)
    }

    fn text(&self) -> &str {
        ""
    }
}
