//! Checks of the access, and what calls teach about it.

mod calls;
mod checks;
mod memory;

use serde_json::json;

use super::*;
use crate::contract::{ApiRequest, HttpError, Level, Report};
use crate::testing::{ACCESS, FakeHost, SCOPES, claims, outcome, sent_header, token_answer};
use crate::{call, check_access, set_enabled, status};

const NO_RIGHT: &str = r#"{"ErrorInformation":{"error":1,"message":"Saknar behörighet för kundregister","code":2001538}}"#;
const NO_LICENCE: &str = r#"{"ErrorInformation":{"error":1,"message":"Det finns ingen aktiv licens för önskat scope","code":2001101}}"#;
const LIST: &str = r#"{"MetaInformation":{},"Customers":[]}"#;

/// A person's grant for customers and projects, in English.
fn connected() -> FakeHost {
    let host = FakeHost::connected("user");
    host.configure(&[("account", "user"), ("language", "en")])
        .unwrap();
    set_enabled(&host, true).unwrap();
    host.log.borrow_mut().clear();
    host
}

fn verdicts(host: &FakeHost) -> Vec<(String, Verdict)> {
    let access = report_of(host).access.into_iter();
    access.map(|access| (access.area, access.verdict)).collect()
}

fn report_of(host: &FakeHost) -> Report {
    status(host, "en").unwrap()
}

/// Codes and areas of the findings.
fn found(host: &FakeHost) -> Vec<(String, Option<String>)> {
    let findings = report_of(host).findings.into_iter();
    findings
        .map(|finding| (finding.code, finding.area))
        .collect()
}

fn finding(code: &str, area: &str) -> (String, Option<String>) {
    (code.to_owned(), Some(area.to_owned()))
}

fn request(method: &str, path: &str) -> ApiRequest {
    ApiRequest {
        method: method.into(),
        path: path.into(),
        headers: Vec::new(),
        body: Vec::new(),
        timeout: 1_000,
    }
}

fn customers(verdict: Verdict) -> (String, Verdict) {
    ("customers".to_owned(), verdict)
}

fn projects(verdict: Verdict) -> (String, Verdict) {
    ("projects".to_owned(), verdict)
}
