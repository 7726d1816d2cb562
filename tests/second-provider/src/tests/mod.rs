//! The journey and what can go wrong on it, natively.

mod host;

use host::MemoryHost;

use crate::cause::Cause;
use crate::contract::{Action, ApiRequest, App, Authorization, Error, HttpError, Stage, Verdict};
use crate::words::Locale;
use crate::*;

const TOKEN: &str =
    r#"{"access_token":"t0ken-1","expires_in":2592000,"scope":"organization entries"}"#;
const ME: &str = r#"{"id":"org-7","name":"Acme Ltd","number":"12-34"}"#;

fn configured() -> MemoryHost {
    let host = MemoryHost::new();
    configure(&host, &[], "en").unwrap();
    host
}

fn begun() -> (MemoryHost, Authorization) {
    let host = configured();
    let begun = begin_authorize(&host).unwrap();
    (host, begun)
}

fn come_back(host: &MemoryHost, begun: &Authorization) -> Result<(), Error> {
    let query = format!("code=c0de-1&state={}", begun.state);
    handle_callback(host, &query, &begun.binding)
}

fn authorized() -> MemoryHost {
    let (host, begun) = begun();
    host.answer(200, TOKEN);
    host.answer(200, ME);
    come_back(&host, &begun).unwrap();
    host
}

fn stage(host: &MemoryHost) -> Stage {
    status(host, "en").unwrap().stage
}

fn rejected() -> Error {
    Cause::StateRejected.into()
}

#[test]
fn every_text_is_there_in_every_language_and_every_cause_has_words() {
    let keys = |locale: Locale| -> Vec<&str> {
        let lines = locale.file().lines().filter(|line| line.contains(" = "));
        lines
            .map(|line| line.split_once(" = ").unwrap().0)
            .collect()
    };
    assert_eq!(keys(Locale::En), keys(Locale::De));
    let titles = keys(Locale::En)
        .into_iter()
        .filter_map(|key| key.strip_suffix(".title"));
    let mut known = 0;
    for code in titles {
        let cause = Cause::from_code(code).unwrap();
        assert_eq!(cause.to_string(), code);
        let explanation = explain(code, "de-AT").unwrap();
        let remedy = &explanation.remedies[0];
        for text in [
            &explanation.title,
            &explanation.detail,
            &remedy.step,
            &remedy.place,
        ] {
            assert!(!text.is_empty(), "{code}");
        }
        known += 1;
    }
    // The enum is closed, and so is this list.
    assert_eq!(known, Cause::CellUnreadable as usize + 1);
    assert_eq!(explain("no-such-code", "en"), None);
}

#[test]
fn all_problems_of_the_settings_are_told_at_once_and_nothing_is_stored() {
    let host = MemoryHost::new();
    let given = [
        ("entries", "yes"),
        ("entries", "true"),
        ("odd", ""),
        ("notices", "nobody"),
    ];
    let given = given.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let Err(Error::InvalidSettings(problems)) = configure(&host, &given, "en") else {
        panic!("accepted");
    };
    let codes: Vec<&str> = problems.iter().map(|it| it.code.as_str()).collect();
    assert_eq!(codes, ["invalid", "duplicate", "unknown", "invalid"]);
    assert!(host.cells.borrow().is_empty());
}

#[test]
fn nobody_is_sent_away_with_what_the_registration_cannot_carry() {
    let unusable = Err(Cause::RegistrationUnusable.into());
    let mut host = configured();
    let app = host.app.clone().unwrap();
    for uri in [
        "",
        "http://erp.example/cb",
        "https://a@erp.example/",
        "https://erp.example/#x",
    ] {
        host.app.as_mut().unwrap().redirect_uri = uri.into();
        assert_eq!(begin_authorize(&host), unusable, "{uri}");
    }
    host.app = Some(App {
        endpoints: vec![("api".into(), "https://x.example".into())],
        ..app.clone()
    });
    assert_eq!(begin_authorize(&host), unusable, "one server only");
    host.app = Some(App {
        scopes: vec!["organization".into()],
        ..app
    });
    assert_eq!(
        begin_authorize(&host),
        Err(Cause::ScopeNotRegistered.into())
    );
    assert!(
        !status(&host, "en")
            .unwrap()
            .actions
            .contains(&Action::Authorize)
    );
    host.app = None;
    assert_eq!(begin_authorize(&host), unusable);
}

#[test]
fn the_journey_ends_with_a_grant_and_spends_the_code_once() {
    let (host, begun) = begun();
    assert_eq!(stage(&host), Stage::Authorizing);
    host.answer(200, TOKEN);
    host.answer(200, ME);
    come_back(&host, &begun).unwrap();
    assert_eq!(come_back(&host, &begun), Err(rejected()));
    assert_eq!(host.count("/token"), 1);
    let report = status(&host, "en").unwrap();
    assert_eq!(report.stage, Stage::Authorized);
    assert!(report.headline.contains("Acme Ltd"));
    assert_eq!(report.attempt, None);
    let keys: Vec<String> = host.cells.borrow().keys().cloned().collect();
    assert_eq!(keys, ["grant", "settings"]);
}

#[test]
fn what_does_not_belong_to_the_attempt_changes_nothing() {
    let (host, begun) = begun();
    let (state, binding) = (begun.state.as_str(), begun.binding.as_str());
    let before = host.cells.borrow().clone();
    let foreign = [
        (format!("code=c&state={binding}"), binding),
        (format!("code=c&state={state}"), state),
        (format!("code=c&state={state}"), ""),
        (format!("code=c&code=d&state={state}"), binding),
        (format!("state={state}"), binding),
        ("code=c".to_owned(), binding),
    ];
    for (query, binding) in foreign {
        assert_eq!(
            handle_callback(&host, &query, binding),
            Err(rejected()),
            "{query}"
        );
    }
    assert_eq!(*host.cells.borrow(), before);
    host.pass(600);
    assert_eq!(come_back(&host, &begun), Err(rejected()));
    let failure = status(&host, "en").unwrap().attempt.unwrap().failure;
    assert_eq!(failure.as_deref(), Some("attempt-expired"));
}

#[test]
fn a_refusal_ends_the_attempt_with_the_providers_words() {
    let (host, begun) = begun();
    let query = format!(
        "error=access_denied&error_description=No%0A<b>&state={}",
        begun.state
    );
    let refused = handle_callback(&host, &query, &begun.binding);
    assert_eq!(refused, Err(Cause::UserDeclined.into()));
    let report = status(&host, "en").unwrap();
    assert_eq!(report.stage, Stage::Failed);
    assert_eq!(report.findings[0].provider_message, "No ‹b›");
    assert!(report.findings[0].reauthorize_helps);
}

#[test]
fn an_exchange_that_broke_off_goes_on_from_the_kept_answer() {
    for by_hand in [true, false] {
        let (host, begun) = begun();
        host.answer(200, TOKEN);
        host.answer(503, "");
        let failed = come_back(&host, &begun);
        assert_eq!(failed, Err(Cause::ProviderFailing.into()));
        host.pass(100);
        host.answer(200, ME);
        match by_hand {
            true => come_back(&host, &begun).unwrap(),
            false => drop(maintain(&host).unwrap()),
        }
        assert_eq!(host.count("/token"), 1);
        let report = status(&host, "en").unwrap();
        assert_eq!(report.stage, Stage::Authorized);
        // Its life began with the answer, not with the second try.
        assert_eq!(report.grant.unwrap().granted, 1_800_000_000);
    }
}

#[test]
fn a_code_that_perhaps_arrived_is_not_sent_again() {
    let (host, begun) = begun();
    let silent = Err(HttpError::NoAnswer("reset".into()));
    host.network.borrow_mut().push_back(silent);
    assert_eq!(
        come_back(&host, &begun),
        Err(Cause::AuthorizationFailed.into())
    );
    assert_eq!(come_back(&host, &begun), Err(rejected()));
    assert_eq!(host.count("/token"), 1);
}

#[test]
fn a_store_that_does_not_write_lets_no_code_out() {
    let (host, begun) = begun();
    host.writable.set(false);
    assert_eq!(come_back(&host, &begun), Err(Cause::StorageFailing.into()));
    assert_eq!(host.sent.borrow().len(), 0);
}

#[test]
fn another_company_is_refused_and_the_old_grant_stays() {
    let host = authorized();
    let begun = begin_authorize(&host).unwrap();
    host.answer(200, &TOKEN.replace("t0ken-1", "t0ken-2"));
    host.answer(200, &ME.replace("org-7", "org-8"));
    host.answer(200, "");
    assert_eq!(
        come_back(&host, &begun),
        Err(Cause::OtherOrganization.into())
    );
    set_enabled(&host, true).unwrap();
    assert_eq!(access_token(&host, None).unwrap().value, "t0ken-1");
    assert_eq!(host.count("/revoke"), 1);
}

#[test]
fn a_token_is_handed_out_while_it_serves_and_the_connection_is_on() {
    let host = authorized();
    assert_eq!(access_token(&host, None), Err(Cause::Disabled.into()));
    set_enabled(&host, true).unwrap();
    assert_eq!(
        access_token(&host, Some("another")).unwrap().value,
        "t0ken-1"
    );
    host.pass(2_592_000 - 60);
    assert_eq!(access_token(&host, None), Err(Cause::AccessEnded.into()));
    assert_eq!(stage(&host), Stage::Attention);

    let host = authorized();
    set_enabled(&host, true).unwrap();
    let refused = Err(Cause::AccessRefused.into());
    assert_eq!(access_token(&host, Some("t0ken-1")), refused);
    assert_eq!(access_token(&host, None), refused);
    assert_eq!(status(&host, "en").unwrap().actions[0], Action::Reauthorize);
}

#[test]
fn a_refused_area_is_told_once_and_stands_until_it_is_gone() {
    let host = authorized();
    for _ in 0..2 {
        host.answer(
            403,
            r#"{"error":"not_permitted","error_description":"t0ken-1"}"#,
        );
        let access = check_access(&host).unwrap();
        assert_eq!(access[0].verdict, Verdict::MissingRight);
        assert_eq!(access[0].provider_message, "[...]");
        assert_eq!(stage(&host), Stage::Attention);
    }
    host.answer(200, "[]");
    assert_eq!(check_access(&host).unwrap()[0].verdict, Verdict::Granted);
    assert_eq!(stage(&host), Stage::Authorized);
    let log = host.log.borrow();
    let told = |event| log.iter().filter(|line| line.starts_with(event)).count();
    assert_eq!((told("access.refused"), told("access.restored")), (1, 1));
}

#[test]
fn no_call_leaves_the_api() {
    let host = authorized();
    set_enabled(&host, true).unwrap();
    for path in [
        "../x",
        "a/%2e%2E/b",
        "//evil.example/",
        "a\\b",
        "a#b",
        "a b",
        ".",
    ] {
        let request = ApiRequest {
            method: "GET".into(),
            path: path.into(),
            headers: vec![],
            body: vec![],
            timeout: 1000,
        };
        assert_eq!(
            call(&host, &request),
            Err(Cause::CallInvalid.into()),
            "{path}"
        );
    }
}

#[test]
fn removing_revokes_and_says_what_is_left() {
    let host = authorized();
    host.answer(200, "");
    let receipt = remove(&host, "en").unwrap();
    assert!(receipt.revoked && receipt.remaining.is_empty());

    let host = authorized();
    host.answer(503, "");
    let receipt = remove(&host, "en").unwrap();
    assert!(!receipt.revoked && receipt.remaining.len() == 1);
    assert_eq!(stage(&host), Stage::Unauthorized);
}

#[test]
fn neither_log_nor_diagnostics_holds_a_secret() {
    let (host, begun) = begun();
    let given = [("notices".to_owned(), "anna@acme.example".to_owned())];
    configure(&host, &given, "en").unwrap();
    let open = diagnostics(&host).unwrap();
    host.answer(200, TOKEN);
    host.answer(200, ME);
    come_back(&host, &begun).unwrap();
    let seen = [
        open,
        diagnostics(&host).unwrap(),
        host.log.borrow().join("\n"),
    ]
    .concat();
    for secret in [
        &begun.state,
        &begun.binding,
        "t0ken-1",
        "c0de-1",
        "anna@acme.example",
    ] {
        assert!(!seen.contains(secret), "{secret}");
    }
}
