//! Whether it is still the same app and the same server that answers.

use super::*;

#[test]
fn given_another_registration_when_the_callback_comes_then_the_code_is_not_spent() {
    let other = "https://other.example/";
    for changed in [
        "client",
        "redirect",
        "authorize",
        "token",
        "revoke",
        "api",
        "issuer",
    ] {
        let (host, authorization) = FakeHost::begun(&[]);
        match changed {
            "client" => change(&host, |app| app.client_id = "other".into()),
            "redirect" => change(&host, |app| app.redirect_uri = other.into()),
            "issuer" => {
                let issuer = ("issuer".into(), other.into());
                change(&host, |app| app.endpoints = vec![issuer]);
            }
            endpoint => host.elsewhere(endpoint, other),
        }
        assert_eq!(
            outcome(host.come_back(&authorization)),
            "callback rejected: registration-changed",
            "{changed}"
        );
        assert_failed(&host, "registration-changed");
        assert!(host.sent.borrow().is_empty());
    }
}

#[test]
fn given_more_scopes_and_options_when_the_callback_comes_then_the_attempt_goes_on() {
    let (host, authorization) = FakeHost::begun(&[]);
    change(&host, |app| {
        app.scopes.push("order".into());
        app.options.push(("colour".into(), "blue".into()));
    });
    host.grants();
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
}

#[test]
fn given_an_unfit_registration_when_the_callback_comes_then_the_attempt_waits_for_the_operator() {
    let (host, authorization) = FakeHost::begun(&[]);
    let app = host.app.take();
    assert_eq!(
        outcome(host.come_back(&authorization)),
        "misconfigured: unregistered"
    );
    let attempt = host.cell("attempt").unwrap();
    assert_eq!(attempt["phase"], "open");
    assert_eq!(attempt["mark"]["cause"], "unregistered");
    assert!(host.sent.borrow().is_empty());
    *host.app.borrow_mut() = app;
    host.grants();
    assert_eq!(outcome(host.come_back(&authorization)), "ok");
}

fn begun_at_a_named_issuer() -> (FakeHost, Authorization) {
    let host = FakeHost::configured(&[]);
    let issuer = ("issuer".to_owned(), "https://issuer.example".to_owned());
    change(&host, |app| app.endpoints = vec![issuer]);
    let authorization = host.begin();
    (host, authorization)
}

#[test]
fn given_a_named_issuer_when_it_answers_then_the_code_is_redeemed() {
    let (host, authorization) = begun_at_a_named_issuer();
    host.grants();
    let query = format!("code={CODE}&iss=https%3A%2F%2Fissuer.example");
    assert_eq!(outcome(host.come_back_with(&authorization, &query)), "ok");
}

#[test]
fn given_a_named_issuer_when_another_or_nobody_answers_then_nothing_it_says_counts() {
    for query in [
        "code=c&iss=https%3A%2F%2Fother.example",
        "code=c&iss=",
        "code=c",
        "error=access_denied",
        "iss=https%3A%2F%2Fissuer.example%2F",
    ] {
        let (host, authorization) = begun_at_a_named_issuer();
        assert_eq!(
            outcome(host.come_back_with(&authorization, query)),
            "callback rejected: issuer-rejected",
            "{query}"
        );
        assert_failed(&host, "issuer-rejected");
        assert!(host.sent.borrow().is_empty());
    }
}

#[test]
fn given_no_named_issuer_when_one_is_given_then_it_is_of_no_interest() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.grants();
    let query = format!("code={CODE}&iss=https%3A%2F%2Fissuer.example");
    assert_eq!(outcome(host.come_back_with(&authorization, &query)), "ok");
}
