//! Steps: what was expected, what was seen.

use std::io;

use host_harness::CallError;
use host_harness::contract::Error;
use serde::Serialize;

use crate::failure::Failure;
use crate::show;

/// One checked step.
#[derive(Debug, Serialize)]
struct Step<'a> {
    step: &'a str,
    expected: &'a str,
    seen: &'a str,
    ok: bool,
}

/// The steps so far.
pub struct Steps {
    json: bool,
    all: usize,
    failed: usize,
}

impl Steps {
    pub fn new(json: bool) -> Self {
        Self {
            json,
            all: 0,
            failed: 0,
        }
    }

    /// Begins a part of the walk.
    pub fn part(&self, title: &str) {
        if !self.json {
            show::line(&mut io::stdout(), &format!("\n{title}"));
        }
    }

    /// One step; it holds when both are the same.
    pub fn check(
        &mut self,
        step: &str,
        expected: &str,
        seen: impl AsRef<str>,
    ) -> Result<(), Failure> {
        let seen = seen.as_ref();
        let ok = expected == seen;
        self.all += 1;
        self.failed += usize::from(!ok);
        let out = &mut io::stdout();
        if self.json {
            let step = Step {
                step,
                expected,
                seen,
                ok,
            };
            show::line(out, &serde_json::to_string(&step)?);
        } else if ok {
            show::line(out, &format!("  ok      {step}: {seen}"));
        } else {
            show::line(
                out,
                &format!("  FAILED  {step}: expected {expected}, seen {seen}"),
            );
        }
        Ok(())
    }

    /// The verdict on the whole.
    pub fn finish(self) -> Result<(), Failure> {
        let Self { json, all, failed } = self;
        if failed > 0 {
            return Err(Failure::Walk { failed, all });
        }
        if !json {
            show::line(&mut io::stdout(), &format!("\n{all} steps, all held."));
        }
        Ok(())
    }
}

/// `ok`, or the case and code of the error.
pub fn outcome<T>(result: &Result<T, CallError>) -> String {
    let error = match result {
        Ok(_) => return "ok".to_owned(),
        Err(CallError::Refused(error)) => error,
        Err(other) => return other.to_string(),
    };
    match error {
        Error::InvalidSettings(problems) => {
            let problems = problems.iter().map(|p| format!("{}: {}", p.key, p.code));
            let problems: Vec<String> = problems.collect();
            format!("invalid-settings({})", problems.join(", "))
        }
        Error::Rejected(code) => format!("rejected({code})"),
        Error::Misconfigured(code) => format!("misconfigured({code})"),
        Error::CallbackRejected(code) => format!("callback-rejected({code})"),
        Error::AuthorizationRequired(code) => format!("authorization-required({code})"),
        Error::Forbidden(finding) => format!("forbidden({})", finding.code),
        Error::Unavailable(retry) => format!("unavailable({})", retry.reason),
        Error::Provider(error) => format!("provider({})", error.code),
        Error::Storage(code) => format!("storage({code})"),
        Error::Other(code) => format!("other({code})"),
    }
}
