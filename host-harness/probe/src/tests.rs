use std::collections::BTreeSet;

use crate::{
    CHECKS, Round, check_access, configure,
    contract::{Access, Error, Stage, Verdict},
    describe, status,
    testing::{FakeHost, Fault},
};

/// A plain call and, with a kill between them, two for what survives it.
fn records(host: &FakeHost) -> Vec<Access> {
    check_access(host);
    set_kill(host, "true");
    host.killed.set(true);
    check_access(host);
    host.restart();
    set_kill(host, "true");
    check_access(host)
}

fn set_kill(host: &FakeHost, value: &str) {
    configure(host, &[("kill".to_owned(), value.to_owned())]).unwrap();
}

fn with(records: &[Access], verdict: Verdict) -> Vec<&str> {
    let of_it = records.iter().filter(|record| record.verdict == verdict);
    of_it.map(|record| record.area.as_str()).collect()
}

#[test]
fn given_a_right_host_when_checked_then_everything_passes() {
    let host = FakeHost::new(None);
    for _ in 0..2 {
        let records = records(&host);
        let failing: Vec<_> = records
            .iter()
            .filter(|r| r.verdict != Verdict::Granted)
            .collect();
        assert!(failing.is_empty(), "{failing:#?}");
        assert_eq!(records.len(), CHECKS.len());
        for record in records {
            assert!(record.checked.is_some());
            assert_eq!(
                (record.provider_code, record.provider_message),
                Default::default()
            );
        }
        set_kill(&host, "false");
    }
    assert_eq!(host.keys(), ["records", "settings"]);
}

/// Each fault, and the one check that fails with it.
const FAULTS: [(Fault, &str, &str); 57] = [
    (Fault::IgnoresAbsent, "put-absent", "conflict-missing"),
    (Fault::IgnoresUnchanged, "put-unchanged", "conflict-missing"),
    (Fault::IgnoresMaxAge, "guard-age", "answer-200"),
    (Fault::PutsNotDurable, "put-durable", "lost-4"),
    (Fault::AgeIsZero, "age-grows", "age-0"),
    (Fault::LosesKeep, "keep-stored", "missing"),
    (Fault::KeepsLate, "keep-first", "late"),
    (Fault::FollowsRedirects, "redirect-returned", "answer-200"),
    (Fault::AcceptsPorts, "port-denied", "answer-200"),
    (Fault::RepeatsPosts, "post-once", "sent-2-times"),
    (Fault::CallsResetNotSent, "reset-unanswered", "not-sent"),
    (
        Fault::DeletesUnconditionally,
        "delete-unchanged",
        "conflict-missing",
    ),
    (Fault::CountsVersions, "version-unique", "recurred"),
    (Fault::AgeInSeconds, "age-grows", "age-1"),
    (Fault::IgnoresGuardVersion, "guard-version", "answer-200"),
    (Fault::SendsNoGuarded, "guard-holds", "not-sent"),
    (
        Fault::AcceptsAuthorization,
        "authorization-denied",
        "answer-200",
    ),
    (
        Fault::AcceptsHopByHop,
        "headers-denied",
        "connection-answer-200",
    ),
    (Fault::AcceptsUserinfo, "userinfo-denied", "answer-200"),
    (Fault::AcceptsLocalhost, "host-denied", "answer-200"),
    (Fault::JoinsHeaders, "answer-headers", "not-repeated"),
    (Fault::TurnsBodiesIntoText, "answer-bytes", "other-bytes"),
    (Fault::SendsNoBody, "request-exact", "other-body"),
    (Fault::DropsBearer, "bearer-sent", "no-credential"),
    (Fault::HasNoClient, "client-sent", "denied"),
    (Fault::IsClientEverywhere, "client-only", "basic"),
    (Fault::WaitsForever, "timeout-kept", "too-late"),
    (Fault::ErrsOnRefusals, "refusal-returned", "other"),
    (Fault::KeepsRefusals, "keep-only-success", "kept"),
    (Fault::KeepsOverCells, "keep-occupied", "answer-200"),
    (Fault::KeepsNoEmptyBody, "keep-empty", "missing"),
    (Fault::DropsParts, "keep-part", "missing"),
    (Fault::AnswersParts, "keep-part", "answer-200"),
    (Fault::CapsValues, "value-fits", "too-large"),
    (Fault::RepeatsGets, "get-once", "sent-2-times"),
    (Fault::KeepsNotDurably, "keep-durable", "lost"),
    (Fault::DeniesButSends, "port-denied", "sent"),
    (Fault::SendsWithoutCell, "guard-gone", "answer-200"),
    (Fault::GuardsNoKeep, "guard-gone", "answer-200"),
    (Fault::RepeatsClosed, "close-once", "sent-2-times"),
    (Fault::CallsCloseNotSent, "close-once", "not-sent"),
    (Fault::RepeatsSilent, "silence-once", "sent-2-times"),
    (Fault::CallsSilenceNotSent, "silence-once", "not-sent"),
    (Fault::RepeatsRefused, "refusal-returned", "sent-2-times"),
    (Fault::RepeatsFailed, "failure-returned", "sent-2-times"),
    (Fault::CallsFailureNotSent, "failure-returned", "not-sent"),
    (Fault::DropsRetryAfter, "failure-returned", "answer-503"),
    (Fault::FollowsPosts, "redirect-returned", "answer-200"),
    (Fault::IsClientAlways, "client-only", "basic"),
    (Fault::ShortensKeys, "key-exact", "one-cell"),
    (Fault::TrimsValues, "value-exact", "end-changed"),
    (Fault::CutsKept, "value-fits", "other-kept"),
    (Fault::CutsPuts, "value-fits", "other-value"),
    (
        Fault::DeletesNothing,
        "delete-unchanged",
        "conflict-missing",
    ),
    (
        Fault::DeletesUnderAbsent,
        "delete-unchanged",
        "conflict-missing",
    ),
    (Fault::AgesAnew, "age-durable", "younger"),
    (Fault::VersionsAnew, "age-durable", "other-version"),
];

#[test]
fn given_a_fault_when_checked_then_exactly_its_check_fails() {
    for (fault, id, seen) in FAULTS {
        let records = records(&FakeHost::new(Some(fault)));
        let failing = with(&records, Verdict::Unknown);
        if fault == Fault::DeniesButSends {
            assert_eq!(failing, ["port-denied", "host-denied", "userinfo-denied"]);
        } else {
            assert_eq!(failing, [id], "{fault:?}");
        }
        let record = records.iter().find(|record| record.area == id).unwrap();
        assert_eq!(record.provider_code, seen, "{fault:?}");
        assert!(record.provider_message.len() > 40, "{fault:?}");
    }
}

#[test]
fn given_any_fault_when_checked_then_the_limits_of_a_call_are_kept() {
    for fault in FAULTS
        .map(|(fault, ..)| Some(fault))
        .into_iter()
        .chain([None])
    {
        let host = FakeHost::new(fault);
        check_access(&host);
        assert!(
            host.requests.get() <= 31,
            "{fault:?}: {}",
            host.requests.get()
        );
        assert!(host.calls.get() <= 256, "{fault:?}: {}", host.calls.get());
    }
}

#[test]
fn given_no_kill_when_checked_then_what_survives_is_unchecked_and_says_how() {
    let host = FakeHost::new(None);
    let plain = check_access(&host);
    set_kill(&host, "true");
    let held = check_access(&host);
    for records in [plain, held] {
        assert_eq!(
            with(&records, Verdict::Unchecked),
            ["put-durable", "age-durable", "keep-durable"]
        );
        let record = records.last().unwrap();
        assert_eq!(record.provider_code, "not-killed");
        assert!(record.provider_message.contains("`kill` = `true`"));
    }
    assert_eq!(host.keys(), ["records", "settings"]);
}

#[test]
fn given_a_kill_that_passed_when_checked_plainly_then_its_records_stay() {
    let host = FakeHost::new(None);
    records(&host);
    set_kill(&host, "false");
    assert_eq!(
        with(&check_access(&host), Verdict::Granted).len(),
        CHECKS.len()
    );
}

#[test]
fn given_no_server_when_checked_then_only_storage_is_judged() {
    let mut host = FakeHost::new(None);
    host.no_server = true;
    let records = check_access(&host);
    assert_eq!(with(&records, Verdict::Unknown), Vec::<&str>::new());
    assert_eq!(with(&records, Verdict::Granted).len(), 9);
    let record = records
        .iter()
        .find(|record| record.area == "post-once")
        .unwrap();
    assert_eq!(record.provider_code, "no-server");
}

#[test]
fn given_the_table_when_read_then_ids_are_unique_and_duties_are_sentences() {
    let ids: BTreeSet<_> = CHECKS.iter().map(|check| check.id).collect();
    assert_eq!(ids.len(), CHECKS.len());
    for check in CHECKS {
        let kebab = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
        assert!(check.id.bytes().all(kebab), "{}", check.id);
        assert!(
            check.duty.ends_with('.') && check.duty.is_ascii(),
            "{}",
            check.duty
        );
    }
    let killed = CHECKS.iter().filter(|check| check.round == Round::Kill);
    assert_eq!(killed.count(), 3);
}

#[test]
fn given_settings_when_configured_then_status_has_them_and_the_last_records() {
    let host = FakeHost::new(None);
    let before = status(&host).unwrap();
    assert_eq!(before.settings, [("kill".to_owned(), "false".to_owned())]);
    assert!(before.access.iter().all(|record| record.checked.is_none()));
    let records = check_access(&host);
    set_kill(&host, "true");
    let after = status(&host).unwrap();
    assert_eq!(after.settings, [("kill".to_owned(), "true".to_owned())]);
    assert_eq!(after.access, records);
    assert_eq!(after.stage, Stage::Authorized);
    assert_eq!(
        after.headline,
        "41 of 44 checks pass, 0 fail, 3 were not tried."
    );
    assert_eq!(
        *host.log.borrow(),
        [format!("kit.checked {}", after.headline)]
    );
}

#[test]
fn given_wrong_settings_when_configured_then_all_problems_are_told_and_nothing_is_stored() {
    let host = FakeHost::new(None);
    let settings = [("kill", "yes"), ("other", "true")];
    let settings = settings.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let Error::InvalidSettings(problems) = *configure(&host, &settings).unwrap_err() else {
        panic!("another error");
    };
    let codes: Vec<_> = problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect();
    assert_eq!(codes, ["not-a-toggle", "unknown"]);
    assert!(host.keys().is_empty());
}

#[test]
fn given_the_descriptor_when_read_then_it_asks_for_nothing_real() {
    let descriptor = describe();
    assert_eq!(descriptor.id, "host-kit");
    assert_eq!(descriptor.origins[0].url, "https://kit.invalid");
    assert_eq!(descriptor.form[0].key, "kill");
}
