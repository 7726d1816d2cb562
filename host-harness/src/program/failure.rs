//! Why a command failed, in words for whoever typed it.

use std::error::Error;
use std::path::PathBuf;

use host_harness::contract::{self, Explanation};
use host_harness::storage::KeyRingError;
use host_harness::{BuildError, CallError, DatabaseError, HostError, LogError, ReqwestError};

use crate::configuration::ConfigurationError;
use crate::mail::DeliveryError;
use crate::web::AddressError;
use crate::{json, show};

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The plugin said no; with its own words where it has any.
    #[error("{}", show::error(.error).0)]
    Refused {
        /// The contract's error.
        error: Box<contract::Error>,
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
    /// Some conformance scripts did not hold.
    #[error("{failed} of {all} scripts did not hold")]
    Conformance {
        /// So many.
        failed: usize,
        /// Out of so many.
        all: usize,
    },
    /// The file is no conformance script.
    #[error("{path} is no conformance script")]
    Script {
        /// Which one.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
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
    /// See [`AddressError`].
    #[error(transparent)]
    Address(#[from] AddressError),
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
    /// See [`DeliveryError`].
    #[error(transparent)]
    Mail(#[from] DeliveryError),
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
    /// Tells what, why, and what to do: in words on standard error, or as one
    /// object with the member `error` on standard output.
    pub fn print(&self, as_json: bool) {
        if as_json {
            show::line(&mut std::io::stdout(), &self.value().to_string());
        } else {
            self.tell(&mut std::io::stderr());
        }
    }

    fn tell(&self, out: &mut impl std::io::Write) {
        show::line(out, &format!("error: {self}"));
        for reason in self.reasons() {
            show::line(out, &format!("  because {reason}"));
        }
        if let Failure::Refused { error, explanation } = self {
            if let contract::Error::InvalidSettings(problems) = &**error {
                for contract::Problem { key, code, message } in problems {
                    show::line(out, &format!("  {key}: {message} ({code})"));
                }
            }
            if let Some(explanation) = explanation {
                show::explanation(out, explanation);
            }
        }
    }

    /// A refusal in the contract's own shape; anything else is `failed`, with
    /// the reasons in words.
    fn value(&self) -> serde_json::Value {
        match self {
            Failure::Refused { error, explanation } => serde_json::json!({
                "error": json::of(error).unwrap_or_default(),
                "explanation": json::of(explanation).unwrap_or_default(),
            }),
            other => serde_json::json!({
                "error": {"failed": other.to_string()},
                "because": other.reasons(),
            }),
        }
    }

    /// Why, from the nearest cause to the farthest, none twice.
    fn reasons(&self) -> Vec<String> {
        let mut reasons = vec![self.to_string()];
        let mut source = self.source();
        while let Some(cause) = source {
            let reason = cause.to_string();
            if !reasons.iter().any(|told| told.contains(&reason)) {
                reasons.push(reason);
            }
            source = cause.source();
        }
        reasons.split_off(1)
    }
}
