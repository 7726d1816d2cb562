//! Checks of the access, and what calls teach about it.

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

#[test]
fn given_a_grant_when_checked_then_one_cheap_read_for_each_area_and_no_more() {
    let host = connected();
    host.answer(200, LIST);
    host.answer(400, NO_RIGHT);
    let access = check_access(&host).unwrap();
    assert_eq!(
        host.visited(),
        [
            "https://api.fortnox.se/3/customers?limit=1",
            "https://api.fortnox.se/3/projects?limit=1",
        ]
    );
    let sent = host.sent.borrow();
    assert!(sent.iter().all(|request| request.method == "GET"));
    assert!(
        sent.iter()
            .all(|request| sent_header(request, "accept") == Some("application/json"))
    );
    assert_eq!(access, report_of(&host).access);
    assert_eq!(
        verdicts(&host),
        [customers(Verdict::Granted), projects(Verdict::MissingRight)]
    );
    assert_eq!(access[0].label, "Customers");
    assert_eq!(access[0].checked, Some(host.now.get()));
    assert_eq!(access[1].provider_code, "2001538");
    assert_eq!(
        access[1].provider_message,
        "Saknar behörighet för kundregister"
    );
}

#[test]
fn given_each_kind_of_refusal_when_checked_then_scope_licence_and_right_stay_apart() {
    for (status, body, verdict, code) in [
        (400, NO_RIGHT, Verdict::MissingRight, "right-missing"),
        (403, NO_RIGHT, Verdict::MissingRight, "right-missing"),
        (
            400,
            NO_LICENCE,
            Verdict::MissingLicence,
            "area-licence-missing",
        ),
        (
            400,
            r#"{"ErrorInformation":{"Message":"Har inte behörighet för scope","Code":2000663}}"#,
            Verdict::MissingScope,
            "scope-refused",
        ),
        (
            400,
            r#"{"ErrorInformation":{"Message":"Något helt nytt","Code":2999999}}"#,
            Verdict::Unknown,
            "area-refused",
        ),
        (403, "", Verdict::Unknown, "area-refused"),
    ] {
        let host = connected();
        host.answer(status, body);
        host.answer(200, LIST);
        check_access(&host).unwrap();
        assert_eq!(
            verdicts(&host),
            [customers(verdict), projects(Verdict::Granted)],
            "{body}"
        );
        assert_eq!(found(&host), [finding(code, "customers")], "{body}");
        let report = report_of(&host);
        assert_eq!(report.stage, crate::contract::Stage::Attention);
        assert_eq!(
            report.grant.unwrap().condition,
            crate::contract::Condition::Good
        );
        assert!(!report.findings[0].reauthorize_helps, "{code}");
        assert_eq!(host.events(), ["access.refused"]);
    }
}

#[test]
fn given_no_licence_to_integrate_when_checked_then_it_is_said_once_for_all_areas() {
    let host = connected();
    let body = r#"{"ErrorInformation":{"message":"Api-licens saknas.","code":2001103}}"#;
    host.answer(400, body);
    host.answer(400, body);
    check_access(&host).unwrap();
    let missing = Verdict::MissingLicence;
    assert_eq!(verdicts(&host), [customers(missing), projects(missing)]);
    assert_eq!(
        found(&host),
        [("integration-licence-missing".to_owned(), None)]
    );
}

#[test]
fn given_a_refusal_when_it_stands_then_it_is_told_once_and_its_end_once() {
    let host = connected();
    let since = host.now.get();
    for _ in 0..3 {
        host.answer(400, NO_RIGHT);
        host.answer(200, LIST);
        check_access(&host).unwrap();
        host.pass(60);
    }
    assert_eq!(host.events(), ["access.refused"]);
    assert_eq!(report_of(&host).findings[0].since, since);
    let checked = report_of(&host).access[0].checked;
    assert_eq!(checked, Some(since + 120));

    for _ in 0..2 {
        host.answer(200, LIST);
        host.answer(200, LIST);
        check_access(&host).unwrap();
    }
    assert_eq!(host.events(), ["access.refused", "access.recovered"]);
    assert_eq!(found(&host), []);
    assert_eq!(
        host.last_line(),
        "Customers: Fortnox accepts the access again."
    );

    host.answer(400, NO_LICENCE);
    host.answer(200, LIST);
    check_access(&host).unwrap();
    host.answer(400, NO_RIGHT);
    host.answer(200, LIST);
    check_access(&host).unwrap();
    let last = ["access.refused", "access.refused"];
    assert_eq!(host.events()[2..], last, "another reason is news");
}

#[test]
fn given_a_missing_right_when_told_then_the_log_says_who_does_what_where() {
    let host = connected();
    host.answer(400, NO_RIGHT);
    host.answer(200, LIST);
    check_access(&host).unwrap();
    let log = host.log.borrow();
    let (level, _, line) = log.last().unwrap();
    assert_eq!(*level, Level::Error);
    for part in [
        "Customers",
        "Fortnox says: Saknar behörighet för kundregister (2001538)",
        "What to do: 1. System administrator in Fortnox: Give the user the right",
        "“Kund”",
        "“Hantera användare”",
        "2. Administrator: Or use a service account",
    ] {
        assert!(line.contains(part), "{part}: {line}");
    }
}

#[test]
fn given_a_service_account_when_something_is_missing_then_no_service_account_is_recommended() {
    let host = FakeHost::connected("service");
    host.answer(400, NO_LICENCE);
    host.answer(200, LIST);
    check_access(&host).unwrap();
    let finding = report_of(&host).findings.remove(0);
    assert_eq!(finding.code, "area-licence-missing");
    assert!(
        finding
            .remedies
            .iter()
            .all(|remedy| !remedy.step.contains("service account"))
    );
}

#[test]
fn given_a_scope_that_was_not_granted_when_checked_then_it_is_not_asked_for() {
    let host = connected();
    host.edit("grant", |grant| {
        grant["scopes"] = json!(["companyinformation", "project"]);
    });
    host.answer(200, LIST);
    check_access(&host).unwrap();
    assert_eq!(host.visited().len(), 1);
    assert_eq!(verdicts(&host)[0], customers(Verdict::MissingScope));
    // It was asked for: asking again gives the same.
    assert_eq!(found(&host), [finding("scope-withheld", "customers")]);
    assert!(!report_of(&host).findings[0].reauthorize_helps);

    host.edit("grant", |grant| {
        grant["asked"] = json!(["companyinformation", "project"]);
    });
    assert_eq!(found(&host), [finding("scope-missing", "customers")]);
    assert!(report_of(&host).findings[0].reauthorize_helps);
}

#[test]
fn given_a_token_that_is_refused_when_checked_then_renewed_once_and_asked_again() {
    for (status, body) in [
        (401, r#"{"message":"unauthorized"}"#),
        (
            400,
            r#"{"ErrorInformation":{"message":"Ogiltig inloggning","code":2000310}}"#,
        ),
        (
            403,
            r#"{"ErrorInformation":{"message":"Ej autentiserad","code":2003275}}"#,
        ),
    ] {
        let host = connected();
        host.answer(status, body);
        let mut renewed = token_answer(SCOPES);
        renewed["access_token"] = claims(&json!({"n": 2})).into();
        host.answer(200, &renewed.to_string());
        host.answer(200, LIST);
        host.answer(200, LIST);
        check_access(&host).unwrap();
        let granted = Verdict::Granted;
        assert_eq!(
            verdicts(&host),
            [customers(granted), projects(granted)],
            "{body}"
        );
        assert_eq!(host.visited().len(), 4);
    }
}

#[test]
fn given_a_token_that_is_refused_for_ever_when_checked_then_one_renewal_and_the_grant_lives() {
    let host = connected();
    host.answer(401, r#"{"message":"unauthorized"}"#);
    host.answer(200, &token_answer(SCOPES).to_string());
    host.answer(401, "");
    host.answer(401, "");
    check_access(&host).unwrap();
    assert_eq!(host.visited().len(), 4);
    assert_eq!(found(&host), [("token-refused".to_owned(), None)]);
    assert_eq!(verdicts(&host)[0], customers(Verdict::Unknown));
}

#[test]
fn given_an_api_that_cannot_be_asked_when_checked_then_what_was_known_stays() {
    let host = connected();
    host.answer(400, NO_RIGHT);
    host.answer(200, LIST);
    check_access(&host).unwrap();
    let before = report_of(&host);
    host.pass(60);
    // The next register may answer all the same.
    for _ in 0..2 {
        host.exchange(|_, _| Err(HttpError::NoAnswer("scripted".into())));
    }
    assert_eq!(
        outcome(check_access(&host)),
        "unavailable: provider-silent; try again after 5s"
    );
    host.answer(429, "");
    assert_eq!(
        outcome(check_access(&host)),
        "unavailable: rate-limited; try again after 5s"
    );
    host.exchange(|_, _| Err(HttpError::Limited(1_500)));
    assert_eq!(
        outcome(check_access(&host)),
        "unavailable: rate-limited; try again after 1.5s"
    );
    host.exchange(|_, _| Err(HttpError::Denied("scripted".into())));
    assert_eq!(outcome(check_access(&host)), "misconfigured: egress-denied");
    assert_eq!(report_of(&host).access, before.access);
    assert_eq!(report_of(&host).findings, before.findings);
}

#[test]
fn given_one_register_out_of_order_when_checked_then_the_others_are_asked_all_the_same() {
    let host = connected();
    host.answer(500, "");
    host.answer(200, LIST);
    let refused = outcome(check_access(&host));
    assert_eq!(refused, "unavailable: provider-failing; try again after 5s");
    assert_eq!(
        verdicts(&host),
        [customers(Verdict::Unchecked), projects(Verdict::Granted)]
    );
    assert_eq!(found(&host), []);
}

#[test]
fn given_no_settings_or_no_grant_when_checked_then_it_says_so() {
    assert_eq!(
        outcome(check_access(&FakeHost::new())),
        "rejected: unconfigured"
    );
    let host = FakeHost::configured(&[]);
    let refused = outcome(check_access(&host));
    assert_eq!(refused, "authorization required: unauthorized");
}

#[test]
fn given_a_connection_that_is_off_when_checked_then_it_is_checked() {
    let host = connected();
    set_enabled(&host, false).unwrap();
    host.answer(200, LIST);
    host.answer(200, LIST);
    assert_eq!(check_access(&host).unwrap().len(), 2);
}

#[test]
fn given_another_consent_when_reported_then_nothing_of_the_old_one_is_believed() {
    let host = connected();
    host.answer(400, NO_RIGHT);
    host.answer(200, LIST);
    check_access(&host).unwrap();
    let begun = host.begin();
    host.grants();
    host.come_back(&begun).unwrap();
    let unchecked = Verdict::Unchecked;
    assert_eq!(verdicts(&host), [customers(unchecked), projects(unchecked)]);
    assert_eq!(found(&host), []);
}

#[test]
fn given_an_area_that_is_not_chosen_any_more_when_reported_then_its_refusal_is_not() {
    let host = connected();
    host.answer(400, NO_RIGHT);
    host.answer(200, LIST);
    check_access(&host).unwrap();
    host.configure(&[("account", "user"), ("customers", "false")])
        .unwrap();
    assert_eq!(verdicts(&host), [projects(Verdict::Granted)]);
    assert_eq!(found(&host), []);
}

#[test]
fn given_a_health_cell_that_cannot_be_read_or_written_when_checked_then_checked_all_the_same() {
    let host = connected();
    host.write("health", b"damaged");
    host.answer(400, NO_RIGHT);
    host.answer(200, LIST);
    check_access(&host).unwrap();
    assert_eq!(host.events(), ["access.refused"]);

    let host = connected();
    host.answer(400, NO_RIGHT);
    host.answer(200, LIST);
    host.refuse_write(0);
    check_access(&host).unwrap();
    assert_eq!(host.events(), ["access.refused"]);
}

#[test]
fn given_two_processes_that_learn_the_same_when_they_meet_then_one_tells_it() {
    let host = connected();
    host.answer(400, NO_RIGHT);
    host.answer(200, LIST);
    host.interfere(|host| {
        // The other comes first.
        host.answer(400, NO_RIGHT);
        host.answer(200, LIST);
        check_access(host).unwrap();
        None
    });
    check_access(&host).unwrap();
    assert_eq!(host.events(), ["access.refused"]);
    assert_eq!(found(&host), [finding("right-missing", "customers")]);
}

#[test]
fn given_a_call_when_refused_then_forbidden_with_the_finding_and_told_once() {
    let host = connected();
    for _ in 0..2 {
        host.answer(400, NO_RIGHT);
        let refused = call(&host, &request("GET", "3/customers/12")).unwrap_err();
        let crate::Error::Forbidden(told) = refused else {
            panic!("{refused}");
        };
        assert_eq!(told.code, "right-missing");
        assert_eq!(told.area.as_deref(), Some("customers"));
        assert_eq!(told.provider_code, "2001538");
        assert!(!told.reauthorize_helps);
        assert!(!told.remedies.is_empty());
    }
    assert_eq!(host.events(), ["access.refused"]);
    assert_eq!(found(&host), [finding("right-missing", "customers")]);
    host.answer(200, LIST);
    call(&host, &request("GET", "3/customers")).unwrap();
    assert_eq!(host.events(), ["access.refused", "access.recovered"]);
    assert_eq!(found(&host), []);
}

#[test]
fn given_a_write_that_is_refused_when_only_reading_works_then_the_finding_stands() {
    let host = connected();
    host.answer(400, NO_RIGHT);
    call(&host, &request("POST", "3/customers")).unwrap_err();
    host.answer(200, LIST);
    call(&host, &request("GET", "3/customers")).unwrap();
    assert_eq!(found(&host), [finding("right-missing", "customers")]);
    host.answer(201, "{}");
    call(&host, &request("PUT", "3/customers/1")).unwrap();
    assert_eq!(found(&host), []);

    // A check only reads: that writing works again is for a write to show.
    host.answer(400, NO_RIGHT);
    call(&host, &request("POST", "3/customers")).unwrap_err();
    host.answer(200, LIST);
    host.answer(200, LIST);
    check_access(&host).unwrap();
    assert_eq!(found(&host), [finding("right-missing", "customers")]);
}

#[test]
fn given_a_register_of_no_area_when_refused_then_it_is_told_and_recovers_by_its_path() {
    let host = connected();
    let body = r#"{"ErrorInformation":{"Message":"Saknar behörighet för leverantörsregister.","Code":2003275}}"#;
    host.answer(403, body);
    let refused = call(&host, &request("GET", "/3/Suppliers?x=1")).unwrap_err();
    assert_eq!(refused.to_string(), "forbidden: right-missing");
    assert_eq!(found(&host), [("right-missing".to_owned(), None)]);
    let title = report_of(&host).findings.remove(0).title;
    assert_eq!(title, "The user lacks a right in Fortnox: 3/suppliers");
    host.answer(200, LIST);
    call(&host, &request("GET", "3/suppliers/7")).unwrap();
    assert_eq!(
        host.last_line(),
        "3/suppliers: Fortnox accepts the access again."
    );
    assert_eq!(found(&host), []);
}

#[test]
fn given_an_answer_about_the_request_when_called_then_it_comes_back_as_it_is() {
    for (status, body) in [
        (
            404,
            r#"{"ErrorInformation":{"Message":"Kan inte hitta kunden.","Code":2000433}}"#,
        ),
        (
            400,
            r#"{"ErrorInformation":{"message":"Ogiltig parameter i anropet.","code":2000588}}"#,
        ),
        (
            400,
            r#"{"ErrorInformation":{"message":"Något nytt","code":2999999}}"#,
        ),
        (500, ""),
        (503, "<html>"),
    ] {
        let host = connected();
        host.answer(status, body);
        let answer = call(&host, &request("GET", "3/customers/1")).unwrap();
        assert_eq!(
            (answer.status, answer.body),
            (status, body.as_bytes().to_vec())
        );
        assert_eq!(host.events(), Vec::<String>::new());
        assert_eq!(found(&host), []);
    }
}

#[test]
fn given_an_answer_that_echoes_the_token_when_told_then_it_is_not() {
    let host = connected();
    let token = host.cell("grant").unwrap()["access_token"].clone();
    let token = token.as_str().unwrap();
    let message = format!("Saknar behörighet {token}");
    let body = json!({"ErrorInformation": {"message": message, "code": 2_001_538}}).to_string();
    host.answer(400, &body);
    call(&host, &request("GET", "3/customers")).unwrap_err();
    assert!(!host.last_line().contains(ACCESS), "{}", host.last_line());
    assert!(!host.cell("health").unwrap().to_string().contains(ACCESS));
}

#[test]
fn given_more_registers_than_are_remembered_when_refused_then_the_cell_stays_small() {
    let host = connected();
    for number in 0..40 {
        host.answer(403, "");
        call(&host, &request("GET", &format!("api/register-{number}"))).unwrap_err();
    }
    let access = host.cell("health").unwrap()["access"].clone();
    assert_eq!(access.as_object().unwrap().len(), 32);
}

#[test]
fn given_a_register_of_no_area_when_the_areas_are_checked_then_it_does_not_stand_for_ever() {
    let host = connected();
    host.answer(403, "");
    call(&host, &request("GET", "3/orders")).unwrap_err();
    assert_eq!(found(&host), [("area-refused".to_owned(), None)]);
    host.answer(200, LIST);
    host.answer(200, LIST);
    check_access(&host).unwrap();
    assert_eq!(found(&host), []);
}

#[test]
fn given_many_registers_that_are_refused_when_remembered_then_the_areas_are_not_forgotten() {
    let host = connected();
    host.answer(400, NO_RIGHT);
    call(&host, &request("GET", "3/projects")).unwrap_err();
    for number in 0..40 {
        host.answer(403, "");
        call(&host, &request("GET", &format!("3/r{number}"))).unwrap_err();
    }
    assert!(found(&host).contains(&finding("right-missing", "projects")));
}

#[test]
fn given_an_answer_that_is_no_list_when_checked_then_nothing_is_learned_of_it() {
    for (status, body) in [
        (200, "<html>maintenance</html>"),
        (204, ""),
        (302, ""),
        (404, "<html>"),
    ] {
        let host = connected();
        host.answer(400, NO_RIGHT);
        host.answer(200, LIST);
        check_access(&host).unwrap();
        host.answer(status, body);
        host.answer(200, LIST);
        let told = outcome(check_access(&host));
        assert!(told.starts_with("unavailable: provider-failing"), "{told}");
        assert_eq!(found(&host), [finding("right-missing", "customers")]);
    }
}

#[test]
fn given_an_error_under_a_success_when_checked_or_called_then_it_is_an_error() {
    let host = connected();
    host.answer(200, NO_RIGHT);
    host.answer(200, LIST);
    check_access(&host).unwrap();
    assert_eq!(found(&host), [finding("right-missing", "customers")]);
    host.answer(200, NO_RIGHT);
    call(&host, &request("GET", "3/customers")).unwrap_err();
}

#[test]
fn given_a_token_that_is_accepted_again_when_one_area_is_served_then_its_end_is_told_once() {
    let host = connected();
    host.answer(401, "");
    host.answer(200, &token_answer(SCOPES).to_string());
    host.answer(401, "");
    host.answer(401, "");
    check_access(&host).unwrap();
    assert_eq!(found(&host), [("token-refused".to_owned(), None)]);
    host.answer(200, LIST);
    call(&host, &request("GET", "3/customers")).unwrap();
    assert_eq!(found(&host), []);
    let events = host.events();
    let told = |event: &str| events.iter().filter(|it| *it == event).count();
    assert_eq!((told("access.refused"), told("access.recovered")), (1, 1));
}

#[test]
fn given_a_grant_that_has_ended_when_reported_then_what_it_might_do_is_not() {
    let host = connected();
    host.answer(400, NO_RIGHT);
    host.answer(200, LIST);
    check_access(&host).unwrap();
    host.edit("grant", |grant| {
        grant["state"] = json!({"is": "ended", "cause": "grant-refused"});
    });
    assert_eq!(found(&host), [("grant-refused".to_owned(), None)]);
    let report = report_of(&host);
    assert!(report.access.is_empty());
    assert_eq!(report.grant.unwrap().renew_by, None);
}

#[test]
fn given_what_is_wrong_in_general_when_another_area_is_served_then_it_is_the_areas() {
    for (status, body, code) in [
        (401, "", "area-refused"),
        (
            400,
            r#"{"ErrorInformation":{"message":"Api-licens saknas.","code":2001103}}"#,
            "area-licence-missing",
        ),
    ] {
        let host = connected();
        host.answer(status, body);
        if status == 401 {
            host.answer(200, &token_answer(SCOPES).to_string());
            host.answer(401, "");
        }
        host.answer(200, LIST);
        check_access(&host).unwrap();
        assert_eq!(found(&host), [finding(code, "customers")]);
    }
}
