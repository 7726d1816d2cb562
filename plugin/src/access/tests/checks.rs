//! `check-access`: one read an area, and what it means.

use super::*;

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
