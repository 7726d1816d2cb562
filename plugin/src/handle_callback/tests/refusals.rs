//! Refusals in the callback, and what is left of a failed attempt.

use super::*;

#[test]
fn given_a_refusal_when_it_comes_then_the_attempt_has_failed_with_its_cause() {
    for (error, expected) in [
        ("access_denied", "callback rejected: user-declined"),
        (
            "error_missing_system_admin_right",
            "callback rejected: not-system-administrator",
        ),
        (
            "error_missing_license",
            "callback rejected: integration-licence-missing",
        ),
        ("brand_new", "callback rejected: provider-refused"),
        ("invalid_scope", "misconfigured: scope-not-registered"),
        ("invalid_request", "misconfigured: request-refused"),
    ] {
        let (host, authorization) = FakeHost::begun(&[]);
        let refused = host.come_back_with(&authorization, &format!("error={error}&code=c"));
        assert_eq!(outcome(refused), expected);
        assert_failed(&host, expected.rsplit(' ').next().unwrap());
        assert!(host.sent.borrow().is_empty());
    }
}

#[test]
fn given_a_failed_attempt_when_it_is_stored_then_its_secrets_are_gone() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.come_back_with(&authorization, "error=access_denied")
        .unwrap_err();
    let attempt = host.cell("attempt").unwrap();
    assert!(attempt.get("asked").is_none(), "{attempt}");
}

#[test]
fn given_fortnox_own_words_when_it_refuses_then_log_and_cell_have_them_made_harmless() {
    let (host, authorization) = FakeHost::begun(&[("language", "en")]);
    let query = "error=odd&error_description=%3Cb%3ENej%0D%0Atack";
    host.come_back_with(&authorization, query).unwrap_err();
    let (level, event, line) = host.log.borrow().last().cloned().unwrap();
    assert_eq!(
        (level, event.as_str()),
        (Level::Error, "authorization.failed")
    );
    assert!(
        line.contains(" Fortnox says: ‹b›Nej tack (odd). What"),
        "{line}"
    );
    let words = &host.cell("attempt").unwrap()["failure"]["words"];
    assert_eq!(words["code"], "odd");
    assert_eq!(words["message"], "‹b›Nej tack");
}

#[test]
fn given_no_words_when_an_attempt_fails_then_the_log_explains_in_each_language() {
    for locale in Locale::ALL {
        let (host, authorization) = FakeHost::begun(&[("language", locale.tag())]);
        host.come_back_with(&authorization, "").unwrap_err();
        let words = crate::advice::explain(Cause::EmptyCallback, locale);
        let expected = message::LOG_AUTHORIZATION_FAILED.with(
            locale,
            &[("title", &words.title), ("detail", &words.detail)],
        );
        let steps = crate::advice::steps(&words.remedies, locale);
        let advice = message::LOG_WHAT_TO_DO.with(locale, &[("steps", &steps)]);
        assert_eq!(host.last_line(), format!("{expected} {advice}"));
    }
}

#[test]
fn given_somebody_who_writes_first_when_an_attempt_fails_then_the_winner_stays() {
    let (host, authorization) = FakeHost::begun(&[]);
    host.interfere(|host| {
        host.begin();
        None
    });
    let refused = host.come_back_with(&authorization, "error=access_denied");
    assert_eq!(outcome(refused), "callback rejected: user-declined");
    assert_eq!(host.cell("attempt").unwrap()["phase"], "open");
}
