//! Why a command failed, in words for whoever typed it.

use std::error::Error;
use std::path::PathBuf;

use host_harness::contract::Explanation;
use host_harness::storage::KeyRingError;
use host_harness::{BuildError, CallError, DatabaseError, HostError, LogError, ReqwestError};

use crate::configuration::ConfigurationError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The plugin said no; with its own words where it has any.
    #[error("{headline}")]
    Refused {
        /// Case and code of the error.
        headline: String,
        /// Problems of single settings.
        problems: Vec<String>,
        /// The cause in words.
        explanation: Option<Box<Explanation>>,
    },
    /// Some steps of a walk did not hold.
    #[error("{failed} of {all} steps did not hold")]
    Walk {
        /// So many.
        failed: usize,
        /// Out of so many.
        all: usize,
    },
    /// Text cannot be read from standard input.
    #[error("standard input cannot be read")]
    Input(#[source] std::io::Error),
    /// A file or folder cannot be used.
    #[error("{path} cannot be used")]
    Path {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The address cannot be listened at.
    #[error("cannot listen at {address}")]
    Listen {
        /// Which one.
        address: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// `serve` without a redirect URI to serve.
    #[error("serve needs a [registration] with a redirect_uri: pass --config FILE")]
    NothingToServe,
    /// The plugin's authorization request is no URL.
    #[error("the authorization request is not a URL")]
    NotAUrl(#[source] url::ParseError),
    /// See [`ConfigurationError`].
    #[error(transparent)]
    Configuration(#[from] ConfigurationError),
    /// See [`DatabaseError`].
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// See [`KeyRingError`].
    #[error(transparent)]
    KeyRing(#[from] KeyRingError),
    /// See [`BuildError`].
    #[error(transparent)]
    Build(Box<BuildError>),
    /// See [`ReqwestError`].
    #[error(transparent)]
    Transport(#[from] ReqwestError),
    /// See [`CallError`].
    #[error(transparent)]
    Call(Box<CallError>),
    /// See [`HostError`].
    #[error(transparent)]
    Host(#[from] HostError),
    /// See [`LogError`].
    #[error(transparent)]
    Log(#[from] LogError),
    /// The simulator did not start.
    #[error(transparent)]
    Simulator(#[from] fortnox_simulator::StartError),
    /// The simulated browser failed.
    #[error(transparent)]
    Visit(#[from] fortnox_simulator::visitor::VisitError),
    /// A result cannot be written as JSON.
    #[error("the result cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl From<BuildError> for Failure {
    fn from(error: BuildError) -> Self {
        Self::Build(Box::new(error))
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        Self::Call(Box::new(error))
    }
}

impl Failure {
    /// Tells it on standard error: what, why, and what to do.
    pub fn print(&self) {
        eprintln!("error: {self}");
        let mut source = self.source();
        while let Some(cause) = source {
            eprintln!("  because {cause}");
            source = cause.source();
        }
        if let Failure::Refused {
            problems,
            explanation,
            ..
        } = self
        {
            for problem in problems {
                eprintln!("  {problem}");
            }
            if let Some(explanation) = explanation {
                crate::show::explanation(&mut std::io::stderr(), explanation);
            }
        }
    }
}
