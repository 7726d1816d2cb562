//! The table. A row changes app, people, companies and switches alone.

use super::{Heading, Scenario};
use crate::behaviour::{ApiError, ApiErrorStyle, CannedAnswer, NextTokenAnswer, RateLimit};
use crate::cast::{Licence, Membership, Right, person};
use crate::scene::Scene;
use crate::scope::Scopes;
use crate::secret::Secret;

/// Everything as Fortnox does it.
pub const AS_FORTNOX: &Scenario = &Scenario {
    id: "as-fortnox",
    name: "Everything as Fortnox does it",
    client_sees: "The browser comes back with a code, which is exchanged for tokens.",
    cause: None,
    heading: Heading::Success,
    change: |_| {},
};

/// All scenarios, in the order of a journey.
pub static ALL: &[&Scenario] = &[
    AS_FORTNOX,
    &Scenario {
        id: "slow-answer",
        name: "The token answer takes five seconds",
        client_sees: "The exchange waits for five seconds and then succeeds.",
        cause: None,
        heading: Heading::Success,
        change: |scene| scene.behaviour.token_answer_delay = 5,
    },
    // ---- the app
    &Scenario {
        id: "unknown-app",
        name: "The app is unknown, or not approved for OAuth",
        client_sees: "Fortnox shows an error page instead of the login, and the browser never comes back; the attempt expires after ten minutes.",
        cause: Some("attempt-expired"),
        heading: Heading::App,
        change: |scene| scene.app.client_id = "AnnanKlient1".to_owned(),
    },
    &Scenario {
        id: "scope-unregistered",
        name: "The app lacks a scope that is asked for",
        client_sees: "Before anybody logs in, the browser comes back with error=invalid_scope.",
        cause: Some("scope-not-registered"),
        heading: Heading::App,
        change: |scene| scene.app.scopes = Scopes::parse("profile"),
    },
    &Scenario {
        id: "service-account-not-allowed",
        name: "The app may not use service accounts",
        client_sees: "Asked for a service account, the browser comes back with error=unauthorized_client before anybody logs in. A user account works.",
        cause: Some("service-account-not-allowed"),
        heading: Heading::App,
        change: |scene| scene.app.service_accounts = false,
    },
    &Scenario {
        id: "wrong-secret",
        name: "The app has a new client secret",
        client_sees: "The code arrives, but its exchange is refused with 401 invalid_client.",
        cause: Some("client-credentials-refused"),
        heading: Heading::App,
        change: |scene| scene.app.client_secret = Secret::new("AnnanHemlig1"),
    },
    // ---- the company
    &Scenario {
        id: "locked-company",
        name: "The company is locked, for instance over an unpaid invoice",
        client_sees: "The browser comes back with neither code, error nor state.",
        cause: Some("empty-callback"),
        heading: Heading::Company,
        change: |scene| scene.behaviour.every_company_locked = true,
    },
    &Scenario {
        id: "licence-missing",
        name: "The company lacks the licence “Integration”",
        client_sees: "Instead of the consent page, the browser comes back with error=error_missing_license.",
        cause: Some("integration-licence-missing"),
        heading: Heading::Company,
        change: |scene| {
            for company in &mut scene.cast.companies {
                company.licences.remove(&Licence::Integration);
            }
        },
    },
    &Scenario {
        id: "app-not-bought",
        name: "The company has not bought the app",
        client_sees: "Instead of the consent page, the browser comes back with error=error_missing_app_license.",
        cause: Some("app-licence-missing"),
        heading: Heading::Company,
        change: |scene| {
            for company in &mut scene.cast.companies {
                company.app_licence = false;
            }
        },
    },
    // ---- the way back
    &Scenario {
        id: "state-lost",
        name: "Errors come back without their state",
        client_sees: "Press “Avbryt”: error=access_denied arrives without state, so that only the browser tells whose it is. An approval works.",
        cause: Some("user-declined"),
        heading: Heading::WayBack,
        change: |scene| scene.behaviour.state_on_errors = false,
    },
    &Scenario {
        id: "other-issuer",
        name: "Another authorization server answers",
        client_sees: "The code comes with iss=https://issuer.example. A client that is configured with an issuer refuses it; any other does not look.",
        cause: Some("issuer-rejected"),
        heading: Heading::WayBack,
        change: |scene| {
            scene.behaviour.callback_issuer = Some("https://issuer.example".to_owned());
        },
    },
    &Scenario {
        id: "fewer-scopes",
        name: "The consent grants less than was asked for",
        client_sees: "The exchange succeeds, but the answer’s scope is companyinformation alone.",
        cause: Some("scope-withheld"),
        heading: Heading::WayBack,
        change: |scene| {
            scene.behaviour.grant_only = Some(Scopes::parse("companyinformation"));
        },
    },
    // ---- the exchange
    &Scenario {
        id: "code-expired",
        name: "The code expires at once",
        client_sees: "The exchange is refused with invalid_grant.",
        cause: Some("code-refused"),
        heading: Heading::Exchange,
        change: |scene| scene.behaviour.code_lifetime = 0,
    },
    &Scenario {
        id: "answer-html",
        name: "The next token answer is a page of HTML",
        client_sees: "200 with a maintenance page; the code is spent and its tokens are lost.",
        cause: Some("answer-unusable"),
        heading: Heading::Exchange,
        change: |scene| {
            let page = "<!doctype html><title>Fortnox</title><p>Tillf\u{e4}lligt underh\u{e5}ll";
            next_answer(scene, 200, "text/html; charset=utf-8", page);
        },
    },
    &Scenario {
        id: "answer-empty",
        name: "The next token answer is empty",
        client_sees: "200 without a body; the code is spent and its tokens are lost.",
        cause: Some("answer-unusable"),
        heading: Heading::Exchange,
        change: |scene| next_answer(scene, 200, "application/json", ""),
    },
    &Scenario {
        id: "answer-cut-off",
        name: "The next token answer is cut off",
        client_sees: "200 with JSON that ends within the access token; the code is spent and its tokens are lost.",
        cause: Some("answer-unusable"),
        heading: Heading::Exchange,
        change: |scene| next_answer(scene, 200, "application/json", r#"{"access_token":"eyJ0eX"#),
    },
    &Scenario {
        id: "answer-500",
        name: "The next token answer is a server error",
        client_sees: "500 without a body; the code is spent and its tokens are lost.",
        cause: Some("provider-failing"),
        heading: Heading::Exchange,
        change: |scene| next_answer(scene, 500, "text/html; charset=UTF-8", ""),
    },
    &Scenario {
        id: "no-answer",
        name: "The token answer takes half a minute",
        client_sees: "Nothing arrives within the 20 seconds for which the plugin waits; the code is spent and its tokens are lost.",
        cause: Some("provider-silent"),
        heading: Heading::Exchange,
        change: |scene| scene.behaviour.token_answer_delay = 30,
    },
    // ---- afterwards
    &Scenario {
        id: "company-unreadable",
        name: "Nobody tells which company it is",
        client_sees: "The exchange succeeds, but /3/companyinformation answers 500.",
        cause: Some("organization-unread"),
        heading: Heading::Afterwards,
        change: |scene| scene.behaviour.companyinformation_answer = Some(server_error()),
    },
    &Scenario {
        id: "revocation-fails",
        name: "Revocation fails",
        client_sees: "The authorization succeeds. On removal the revocation endpoint answers 500, and the client has to say that the access may still stand.",
        cause: None,
        heading: Heading::Afterwards,
        change: |scene| scene.behaviour.revoke_answer = Some(server_error()),
    },
    // ---- the registers
    &Scenario {
        id: "customers-forbidden",
        name: "Nobody has the right to the customers",
        client_sees: "The authorization succeeds. For a user account /3/customers answers 400 with code 2001538; a service account may use it.",
        cause: Some("right-missing"),
        heading: Heading::Registers,
        change: |scene| {
            everybody(scene, |place| {
                place.rights.remove(&Right::Customers);
            });
        },
    },
    &Scenario {
        id: "projects-forbidden",
        name: "Nobody has the right to the projects",
        client_sees: "The authorization succeeds. For a user account /3/projects answers 403 with an invented code, as the real one is not known; a service account may use it.",
        cause: Some("right-missing"),
        heading: Heading::Registers,
        change: |scene| {
            everybody(scene, |place| {
                place.rights.remove(&Right::Projects);
            });
        },
    },
    &Scenario {
        id: "module-missing",
        name: "The company has the module Bokföring alone",
        client_sees: "The authorization succeeds, but /3/customers and /3/invoices answer 400 with code 2001101, also to a service account.",
        cause: Some("area-licence-missing"),
        heading: Heading::Registers,
        change: |scene| {
            scene.behaviour.modules_needed_for_tokens = false;
            for company in &mut scene.cast.companies {
                company.licences = [Licence::Bokforing, Licence::Integration].into();
            }
        },
    },
    &Scenario {
        id: "module-not-assigned",
        name: "Anna Admin is not assigned the modules Kundfaktura and Order",
        client_sees: "The authorization succeeds. For a user account that she approves /3/customers and /3/invoices answer 400 with code 2001101; anybody else’s, and a service account, may use them.",
        cause: Some("area-licence-missing"),
        heading: Heading::Registers,
        change: |scene| {
            scene.behaviour.modules_needed_for_tokens = false;
            let anna = scene.cast.person_mut(person::ADMIN);
            for place in anna.into_iter().flat_map(|anna| &mut anna.memberships) {
                place.licences.remove(&Licence::Kundfaktura);
                place.licences.remove(&Licence::Order);
            }
        },
    },
    &Scenario {
        id: "registers-unlicensed",
        name: "The company has no licence for the API",
        client_sees: "The authorization succeeds, but every register answers 400 with code 2001103.",
        cause: Some("integration-licence-missing"),
        heading: Heading::Registers,
        change: |scene| {
            let error = scene.behaviour.rest.integration_licence_error.clone();
            every_register(scene, error);
        },
    },
    &Scenario {
        id: "registers-out-of-scope",
        name: "The registers do not accept the scopes",
        client_sees: "The authorization succeeds, and grants every scope, but every register answers 400 with code 2000663.",
        cause: Some("scope-refused"),
        heading: Heading::Registers,
        change: |scene| {
            let error = scene.behaviour.rest.scope_error.clone();
            every_register(scene, error);
        },
    },
    &Scenario {
        id: "refused-unknown",
        name: "Every register refuses with an unknown code",
        client_sees: "The authorization succeeds, but every register answers 403 with an invented code and a text that says nothing.",
        cause: Some("area-refused"),
        heading: Heading::Registers,
        change: |scene| {
            let style = ApiErrorStyle::capital(403);
            every_register(scene, ApiError::new(style, 2_999_998, "Åtkomst nekad."));
        },
    },
    &Scenario {
        id: "refused-empty",
        name: "Every register refuses without a word",
        client_sees: "The authorization succeeds, but every register answers 403 without a body.",
        cause: Some("area-refused"),
        heading: Heading::Registers,
        change: |scene| every_register(scene, ApiError::new(ApiErrorStyle::empty(403), 0, "")),
    },
    &Scenario {
        id: "rate-limited",
        name: "The client asks too often",
        client_sees: "The authorization succeeds. Of all requests to the REST API one is served in five seconds; the others are 429 with Retry-After.",
        cause: None,
        heading: Heading::Registers,
        change: |scene| {
            scene.behaviour.rest.rate_limit = Some(RateLimit {
                requests: 1,
                seconds: 5,
            });
            scene.behaviour.rest.rate_limit_retry_after = Some(5);
        },
    },
];

fn everybody(scene: &mut Scene, change: fn(&mut Membership)) {
    let people = scene.cast.people.iter_mut();
    people
        .flat_map(|person| &mut person.memberships)
        .for_each(change);
}

/// Every register refuses whoever asks.
fn every_register(scene: &mut Scene, error: ApiError) {
    let refused = Right::ALL.map(|right| (right, error.clone()));
    scene.behaviour.rest.refused = refused.into();
}

/// The request is carried out, and its answer replaced.
fn next_answer(scene: &mut Scene, status: u16, media_type: &str, body: &str) {
    scene.behaviour.next_token_answer = Some(NextTokenAnswer {
        answer: CannedAnswer {
            status,
            content_type: Some(media_type.to_owned()),
            body: body.as_bytes().to_vec(),
        },
        after_processing: true,
    });
}

fn server_error() -> CannedAnswer {
    CannedAnswer {
        status: 500,
        content_type: None,
        body: Vec::new(),
    }
}
