//! No secret of a journey is in anything that people or operators see.

use std::fmt::Debug;

use super::{ACCESS, CODE, COMPANY, FakeHost, REFRESH, company_information, token_answer};
use crate::attempt::Attempt;
use crate::cell;
use crate::contract::{HttpError, StorageError};
use crate::grant::Grant;
use crate::{Error, access_token, contract, handle_callback, remove, status};

/// A journey whose secrets are known, and everything that was shown of it.
struct Watch {
    host: FakeHost,
    shown: Vec<String>,
    secrets: Vec<String>,
}

impl Watch {
    /// In the language of the log, with a journey under way.
    fn begin(language: &str) -> (Watch, crate::Authorization) {
        let (host, authorization) = FakeHost::begun(&[("language", language)]);
        let mut watch = Watch {
            host,
            shown: Vec::new(),
            secrets: [CODE, ACCESS, REFRESH].map(str::to_owned).to_vec(),
        };
        watch.note_secrets(&authorization);
        (watch, authorization)
    }

    fn note_secrets(&mut self, authorization: &crate::Authorization) {
        let attempt = self.host.cell("attempt").unwrap();
        let verifier = attempt["asked"]["verifier"].as_str().unwrap();
        self.secrets.extend([
            authorization.state.secret().clone(),
            authorization.binding.secret().to_owned(),
            verifier.to_owned(),
        ]);
    }

    fn show(&mut self, thing: &impl Debug) {
        self.shown.push(format!("{thing:?} {thing:#?}"));
    }

    fn result<T: Debug>(&mut self, result: Result<T, Error>) {
        self.show(&result);
        if let Err(error) = result {
            self.shown.push(error.to_string());
            self.show(&contract::Error::from(error));
        }
        self.look();
    }

    /// Everything that can be shown at this moment.
    fn look(&mut self) {
        let attempt = cell::read::<Attempt>(&self.host);
        self.show(&attempt);
        let grant = cell::read::<Grant>(&self.host);
        self.show(&grant);
        for locale in ["sv", "nb", "en"] {
            let report = status(&self.host, locale);
            self.show(&report);
        }
        let requests = format!("{:?}", self.host.sent.borrow());
        self.shown.push(requests);
        let log = format!("{:?}", self.host.log.borrow());
        self.shown.push(log);
    }

    fn assert_clean(self) {
        assert!(!self.shown.is_empty() && self.secrets.len() >= 6);
        for secret in &self.secrets {
            for shown in &self.shown {
                assert!(!shown.contains(secret.as_str()), "{secret} in {shown}");
            }
        }
    }
}

/// Runs a scenario in each language of the log.
fn in_each_language(scenario: impl Fn(&mut Watch, &crate::Authorization)) {
    for language in ["sv", "nb", "en"] {
        let (mut watch, authorization) = Watch::begin(language);
        scenario(&mut watch, &authorization);
        watch.assert_clean();
    }
}

#[test]
fn given_marked_secrets_when_a_journey_goes_well_to_its_end_then_none_is_shown() {
    in_each_language(|watch, authorization| {
        watch.look();
        watch.host.grants();
        watch.result(watch.host.come_back(authorization));
        watch.result(crate::set_enabled(&watch.host, true));
        let token = access_token(&watch.host, None);
        watch.result(token);
        let again = watch.host.begin();
        watch.note_secrets(&again);
        watch.host.grants();
        watch.result(watch.host.come_back(&again));
        watch.host.answer(200, r#"{"revoked":true}"#);
        watch.result(remove(&watch.host, "en"));
    });
}

#[test]
fn given_marked_secrets_when_callbacks_are_turned_away_then_none_is_shown() {
    in_each_language(|watch, authorization| {
        let state = authorization.state.secret();
        let binding = authorization.binding.secret();
        for (query, binding) in [
            (format!("code={CODE}&state={state}"), "x"),
            (format!("code={CODE}&state={state}&state={state}"), binding),
            (format!("code={CODE}&state=x"), binding),
            (format!("code={CODE}"), binding),
            (String::new(), binding),
        ] {
            watch.result(handle_callback(&watch.host, &query, binding));
        }
        watch.host.pass(600);
        watch.result(watch.host.come_back(authorization));
    });
}

#[test]
fn given_marked_secrets_when_the_exchange_fails_then_none_is_shown() {
    let whole = token_answer("customer").to_string();
    let bodies = [
        (200, whole[..whole.len() - 1].to_owned()),
        (200, format!("{whole}{whole}")),
        (500, whole.clone()),
        (400, r#"{"error":"invalid_grant"}"#.to_owned()),
    ];
    for (status, body) in bodies {
        in_each_language(|watch, authorization| {
            watch.host.answer(status, &body);
            watch.result(watch.host.come_back(authorization));
        });
    }
    in_each_language(|watch, authorization| {
        watch
            .host
            .exchange(|_, _| Err(HttpError::NoAnswer("x".into())));
        watch.result(watch.host.come_back(authorization));
    });
}

#[test]
fn given_marked_secrets_when_the_storage_fails_then_none_is_shown() {
    for skip in 0..2 {
        in_each_language(|watch, authorization| {
            watch.host.grants();
            for _ in 0..skip {
                watch.host.interfere(|_| None);
            }
            watch
                .host
                .interfere(|_| Some(StorageError::InDoubt("x".into())));
            watch.result(watch.host.come_back(authorization));
        });
    }
}

#[test]
fn given_marked_secrets_when_another_organization_is_refused_then_none_is_shown() {
    in_each_language(|watch, authorization| {
        watch.host.grants();
        watch.result(watch.host.come_back(authorization));
        let again = watch.host.begin();
        watch.note_secrets(&again);
        watch
            .host
            .answer(200, &token_answer("customer").to_string());
        watch.host.answer(200, &company_information("7654321"));
        watch.result(watch.host.come_back(&again));
        assert_ne!(COMPANY, "7654321");
    });
}
