//! What is remembered, and for how long.

use super::*;

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
