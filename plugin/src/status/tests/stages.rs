//! Which stage holds, its headline, the attempt, and what can be done.

use Action::{Authorize, CheckAccess, Configure, Disable, Enable, Reauthorize, Remove};

use super::*;

fn assert_stage(host: &FakeHost, stage: Stage, headline: &str, actions: &[Action]) {
    let report = report(host);
    assert_eq!(report.stage, stage);
    assert_eq!(report.headline, headline);
    assert_eq!(report.actions, actions);
}

fn failure(host: &FakeHost) -> Option<String> {
    report(host).attempt.unwrap().failure
}

#[test]
fn given_no_settings_when_reported_then_it_is_unconfigured() {
    let host = FakeHost::new();
    let headline = "Fortnox is not set up yet. Choose what to transfer, and save.";
    assert_stage(&host, Stage::Unconfigured, headline, &[Configure]);
    let report = report(&host);
    assert!(report.settings.is_empty() && report.findings.is_empty() && !report.enabled);
}

#[test]
fn given_settings_only_when_reported_then_it_is_unauthorized() {
    let host = FakeHost::configured(&[]);
    let headline = "Access to Fortnox has not been granted yet.";
    let actions = [Authorize, Configure, Remove];
    assert_stage(&host, Stage::Unauthorized, headline, &actions);
    assert!(report(&host).attempt.is_none());
}

#[test]
fn given_an_open_attempt_when_reported_then_it_is_authorizing_and_offers_to_begin_anew() {
    let (host, authorization) = FakeHost::begun(&[]);
    let headline = "Waiting for the approval in Fortnox.";
    let actions = [Authorize, Configure, Remove];
    assert_stage(&host, Stage::Authorizing, headline, &actions);
    let attempt = report(&host).attempt.unwrap();
    assert_eq!(attempt.started, host.now.get());
    assert_eq!(attempt.expires, authorization.expires);
    assert_eq!(attempt.failure, None);
    assert!(report(&host).findings.is_empty());
}

#[test]
fn given_an_attempt_when_ten_minutes_are_over_then_it_has_failed() {
    let (host, _) = FakeHost::begun(&[]);
    host.pass(599);
    assert_eq!(failure(&host), None);
    host.pass(1);
    assert_eq!(failure(&host).as_deref(), Some("attempt-expired"));
    let actions = [Authorize, Configure, Remove];
    assert_stage(
        &host,
        Stage::Failed,
        "Access to Fortnox was not granted.",
        &actions,
    );
}

#[test]
fn given_a_marked_attempt_when_reported_then_it_has_failed_with_that_cause_for_good() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.come_back_with(&authorization, "").unwrap_err();
    assert_eq!(failure(&host).as_deref(), Some("empty-callback"));
    assert_eq!(report(&host).stage, Stage::Failed);
    host.pass(600);
    assert_eq!(failure(&host).as_deref(), Some("empty-callback"));
}

#[test]
fn given_a_failed_attempt_when_reported_then_its_cause_is_told() {
    let (host, authorization) = FakeHost::begun(&[]);
    let denied = "error=access_denied";
    host.come_back_with(&authorization, denied).unwrap_err();
    assert_eq!(failure(&host).as_deref(), Some("user-declined"));
    assert_eq!(report(&host).stage, Stage::Failed);
}

#[test]
fn given_an_exchange_with_a_kept_answer_when_reported_then_it_is_under_way_for_ten_minutes() {
    let (host, _) = FakeHost::cut_off();
    host.pass(599);
    assert_eq!(failure(&host), None);
    assert_eq!(report(&host).stage, Stage::Authorizing);
    host.pass(1);
    assert_eq!(failure(&host).as_deref(), Some("exchange-interrupted"));
    assert_eq!(report(&host).stage, Stage::Failed);
}

#[test]
fn given_an_exchange_without_an_answer_when_its_time_is_over_then_it_was_interrupted() {
    let (host, _) = FakeHost::cut_off();
    host.cells
        .borrow_mut()
        .retain(|key, _| !key.starts_with("answer"));
    host.pass(90);
    assert_eq!(failure(&host), None);
    host.pass(1);
    assert_eq!(failure(&host).as_deref(), Some("exchange-interrupted"));
    assert_eq!(report(&host).stage, Stage::Failed);
}

#[test]
fn given_an_exchange_whose_answer_cannot_be_read_when_reported_then_it_is_said() {
    let (host, _) = FakeHost::cut_off();
    let answer = host.cells.borrow().keys().next().unwrap().clone();
    assert!(
        host.cells
            .borrow()
            .keys()
            .any(|key| key.starts_with("answer"))
    );
    assert!(answer.starts_with("answer"));
    host.unreadable(&answer);
    host.pass(91);
    assert_eq!(outcome(status(&host, "en")), "storage: storage-unavailable");
}

#[test]
fn given_a_grant_switched_on_when_reported_then_it_is_authorized_with_the_companys_name() {
    let host = FakeHost::connected("user");
    crate::set_enabled(&host, true).unwrap();
    let headline = "Connected to Exempel AB in Fortnox.";
    let actions = [Configure, CheckAccess, Disable, Reauthorize, Remove];
    assert_stage(&host, Stage::Authorized, headline, &actions);
    assert!(report(&host).attempt.is_none());
    assert!(report(&host).findings.is_empty());
}

#[test]
fn given_a_grant_switched_off_when_reported_then_switching_on_comes_first() {
    let host = FakeHost::connected("user");
    let headline = "Access to Fortnox is granted, and the integration is switched off.";
    let actions = [Enable, Configure, CheckAccess, Reauthorize, Remove];
    assert_stage(&host, Stage::Authorized, headline, &actions);
}

#[test]
fn given_a_grant_of_an_unknown_company_when_reported_then_the_headline_has_no_name() {
    let host = FakeHost::connected("user");
    host.edit("grant", |grant| grant["organization"] = Value::Null);
    crate::set_enabled(&host, true).unwrap();
    let report = report(&host);
    assert_eq!(report.headline, "Connected to Fortnox.");
    assert_eq!(report.grant.unwrap().organization, None);
}

#[test]
fn given_a_grant_when_a_reauthorization_is_open_or_failed_then_only_the_attempt_shows_it() {
    let host = FakeHost::connected("user");
    let authorization = host.begin();
    let open = report(&host);
    assert_eq!(open.stage, Stage::Authorized);
    assert_eq!(open.attempt.unwrap().failure, None);
    host.come_back_with(&authorization, "error=access_denied")
        .unwrap_err();
    let failed = report(&host);
    assert_eq!(failed.stage, Stage::Authorized);
    let failure = failed.attempt.unwrap().failure;
    assert_eq!(failure.as_deref(), Some("user-declined"));
    assert!(failed.findings.is_empty());
    let actions = [Reauthorize, CheckAccess, Configure, Enable, Remove];
    assert_eq!(failed.actions, actions);
}

#[test]
fn given_a_removal_that_was_cut_off_when_reported_then_the_rest_can_be_removed() {
    let (attempt, _) = FakeHost::begun(&[]);
    for host in [attempt, FakeHost::connected("user")] {
        host.cells.borrow_mut().remove("settings");
        let headline = "Fortnox is not set up yet. Choose what to transfer, and save.";
        assert_stage(&host, Stage::Unconfigured, headline, &[Configure, Remove]);
    }
}

#[test]
fn given_an_integration_switched_on_without_access_when_reported_then_it_can_be_switched_off() {
    let host = FakeHost::configured(&[]);
    crate::set_enabled(&host, true).unwrap();
    let actions = [Authorize, Configure, Disable, Remove];
    let headline = "Access to Fortnox has not been granted yet.";
    assert_stage(&host, Stage::Unauthorized, headline, &actions);
}

#[test]
fn given_an_attempt_that_has_become_the_grant_when_reported_then_it_is_not_shown() {
    let (host, authorization) = FakeHost::begun(&[]);
    let scripted = StorageError::Unavailable("scripted".into());
    *host.undeletable.borrow_mut() = Some(scripted);
    host.grants();
    host.come_back(&authorization).unwrap();
    assert!(host.cell("attempt").is_some());
    host.pass(1000);
    let report = report(&host);
    assert!(report.attempt.is_none());
    assert_eq!(report.stage, Stage::Authorized);
}

#[test]
fn given_a_grant_that_ended_when_reported_then_reauthorizing_comes_first() {
    let host = in_state(json!({"is": "ended", "cause": "grant-refused"}));
    let headline = "The connection to Fortnox needs attention.";
    let actions = [Reauthorize, Configure, Enable, Remove];
    assert_stage(&host, Stage::Attention, headline, &actions);
}

#[test]
fn given_a_grant_in_doubt_when_reported_then_it_needs_attention_without_an_error() {
    let host = in_state(json!({"is": "in-doubt", "cause": "renewal-lost"}));
    assert_eq!(report(&host).stage, Stage::Attention);
    let warning = ("renewal-lost", Severity::Warning, None);
    assert_eq!(found(&report(&host)), [warning]);
}

#[test]
fn given_a_removal_under_way_when_reported_then_removing_is_all_that_is_left() {
    let host = in_state(json!({"is": "removing"}));
    let headline = "The connection to Fortnox needs attention.";
    assert_stage(&host, Stage::Attention, headline, &[Remove]);
    assert_eq!(found(&report(&host)), [("removing", Severity::Error, None)]);
}

#[test]
fn given_an_attention_that_reauthorizing_does_not_help_when_reported_then_it_comes_later() {
    let host = FakeHost::connected("user");
    let (pass, _) = host.cell("grant").map(|grant| (grant, ())).unwrap();
    assert_eq!(pass["state"], json!({"is": "live"}));
    host.edit("grant", |grant| {
        grant["state"] = json!({"is": "in-doubt", "cause": "busy"});
    });
    let headline = "The connection to Fortnox needs attention.";
    let actions = [CheckAccess, Configure, Enable, Reauthorize, Remove];
    assert_stage(&host, Stage::Attention, headline, &actions);
}

#[test]
fn given_a_registration_that_cannot_carry_it_when_reported_then_nobody_is_sent_to_authorize() {
    let (failed, authorization) = FakeHost::begun(&[]);
    failed
        .come_back_with(&authorization, "error=access_denied")
        .unwrap_err();
    let (open, _) = FakeHost::begun(&[]);
    let ended = in_state(json!({"is": "ended", "cause": "grant-refused"}));
    let connected = FakeHost::connected("service");
    let hosts = [FakeHost::configured(&[]), open, failed, connected, ended];
    for host in hosts {
        let offered = |host: &FakeHost| {
            let actions = report(host).actions;
            actions.contains(&Authorize) || actions.contains(&Reauthorize)
        };
        assert!(offered(&host));
        unregister(&host, "project");
        assert!(!offered(&host));
        assert!(report(&host).actions.contains(&Configure));
        *host.app.borrow_mut() = None;
        assert!(!offered(&host));
    }
}
