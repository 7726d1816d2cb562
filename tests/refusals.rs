//! Every refusal that Fortnox is known to give, in its variants, through the real
//! component: the cause, who can do something about it, and the line in the
//! company log, in three languages.
//!
//! Sources of the rows: Fortnox, FAQ, Errors and Scopes; recorded and observed
//! answers of several clients.

use std::time::Duration;

use fortnox_simulator::behaviour::{ApiError, ApiErrorStyle, CannedAnswer, NextTokenAnswer, Shape};
use fortnox_simulator::cast::{Right, person};
use fortnox_simulator::visitor::Decision;
use host_harness::contract::{Actor, Explanation, Finding};
use host_harness::{Connection, Entry};
use secrecy::ExposeSecret as _;
use tests::{World, refusal, settings};

const LOCALES: [&str; 3] = ["en", "sv", "nb"];

const COMPANY: &str = "Nordlys Bygg AS";

use Actor::{Administrator, Operator, Provider, ProviderAdministrator};

/// A company, in the language of its log.
async fn company(locale: &str) -> (World, Connection) {
    let world = World::start().await;
    let connection = world.company(COMPANY);
    let chosen = settings(&[("account", "user"), ("language", locale)]);
    connection.configure(chosen, locale).await.unwrap();
    (world, connection)
}

/// One that Ulf has connected.
async fn connected(locale: &str) -> (World, Connection) {
    let (world, connection) = company(locale).await;
    let journey = world.journey(&connection, person::USER, Decision::Approve);
    journey.await.unwrap();
    connection.set_enabled(true).await.unwrap();
    (world, connection)
}

async fn explained(world: &World, code: &str, locale: &str) -> Explanation {
    let explanation = world.host.explain(code, locale).await.unwrap();
    explanation.unwrap_or_else(|| panic!("{code} has no words in {locale}"))
}

/// The newest entry of this event says what, in Fortnox' words and in ours, and
/// who does what where.
fn tells(entry: &Entry, explanation: &Explanation, words: &[&str]) {
    let line = &entry.message;
    assert!(line.contains(&explanation.title), "{line}");
    assert!(line.contains(&explanation.detail), "{line}");
    for remedy in &explanation.remedies {
        assert!(
            line.contains(&remedy.step) && line.contains(&remedy.place),
            "{line}"
        );
    }
    for words in words {
        assert!(line.contains(words), "{words}: {line}");
    }
}

fn actors(explanation: &Explanation) -> Vec<Actor> {
    explanation
        .remedies
        .iter()
        .map(|remedy| remedy.who)
        .collect()
}

/// The first entry of an event, newest first.
async fn newest(world: &World, event: &str) -> Entry {
    let entries = world.entries(COMPANY).await;
    let found = entries.into_iter().find(|entry| entry.event == event);
    found.unwrap_or_else(|| panic!("nothing is told of {event}"))
}

/// `error`, `error_description`, the cause, and who can do something.
type Returned = (&'static str, &'static str, &'static str, &'static [Actor]);

#[rustfmt::skip]
const RETURNED: &[Returned] = &[
    ("access_denied", "The user denied access to your application", "user-declined", &[Administrator]),
    ("invalid_scope", "An unsupported scope was requested", "scope-not-registered", &[Operator, Administrator]),
    ("error_missing_license", "The user has a missing license", "integration-licence-missing", &[ProviderAdministrator, Administrator, Administrator]),
    ("error_missing_license", "", "integration-licence-missing", &[ProviderAdministrator, Administrator, Administrator]),
    ("odd", "You do not have enough licenses", "integration-licence-missing", &[ProviderAdministrator, Administrator, Administrator]),
    ("odd", "MISSING LICENSE", "integration-licence-missing", &[ProviderAdministrator, Administrator, Administrator]),
    ("error_missing_app_license", "x", "app-licence-missing", &[ProviderAdministrator, Administrator]),
    ("error_missing_system_admin_right", "x", "not-system-administrator", &[ProviderAdministrator, Administrator]),
    ("", "", "empty-callback", &[ProviderAdministrator, Administrator]),
    ("invalid_request", "Client does not allow service account", "service-account-not-allowed", &[Operator, Administrator]),
    ("unauthorized_client", "client DOES NOT ALLOW service account.", "service-account-not-allowed", &[Operator, Administrator]),
    ("redirect_uri_mismatch", "x", "redirect-uri-refused", &[Operator]),
    ("brand_new", "Något helt nytt", "provider-refused", &[Administrator, Provider]),
];

#[tokio::test]
async fn given_each_refusal_of_a_consent_when_the_browser_comes_back_then_it_is_explained() {
    for locale in LOCALES {
        let (world, connection) = company(locale).await;
        for (error, description, cause, who) in RETURNED {
            let begun = connection.begin_authorize().await.unwrap();
            let state = begun.state.expose_secret();
            let query = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(
                    [("error", *error), ("error_description", *description)]
                        .into_iter()
                        .filter(|(_, value)| !value.is_empty()),
                )
                .append_pair("state", state)
                .finish();
            let binding = begun.binding.expose_secret();
            let refused = refusal(connection.handle_callback(&query, binding).await);
            assert!(
                refused.contains(&format!("({cause})")),
                "{error}: {refused}"
            );
            let explanation = explained(&world, cause, locale).await;
            assert_eq!(actors(&explanation), *who, "{cause}");
            let entry = newest(&world, "authorization.failed").await;
            tells(&entry, &explanation, &[error, description]);
            let finding = connection.status(locale).await.unwrap().findings.remove(0);
            assert_eq!(finding.code, *cause);
            assert_eq!(finding.provider_code, *error);
            assert_eq!(finding.provider_message, *description);
            let helps = matches!(*cause, "user-declined" | "not-system-administrator");
            assert_eq!(finding.reauthorize_helps, helps, "{cause}");
        }
    }
}

/// Status, body, and the causes at the exchange of a code and at a renewal.
type Answered = (u16, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const ANSWERED: &[Answered] = &[
    (401, r#"{"error":"invalid_client","error_description":"The client credentials are invalid"}"#, "client-credentials-refused", "client-credentials-refused"),
    (400, r#"{"error":"invalid_grant","error_description":"Invalid refresh token"}"#, "code-refused", "grant-refused"),
    (400, r#"{"error":"invalid_grant","error_description":"Refresh token has expired"}"#, "code-refused", "grant-refused"),
    (400, r#"{"error":"invalid_grant","error_description":"Authorization code doesn't exist or is invalid for the client"}"#, "code-refused", "grant-refused"),
    (400, r#"{"error":"invalid_grant","error_description":"The authorization code has expired"}"#, "code-refused", "grant-refused"),
    (400, r#"{"error":"redirect_uri_mismatch","error_description":"The redirect URI is missing or do not match"}"#, "redirect-uri-refused", "redirect-uri-refused"),
    (400, r#"{"error":"odd","error_description":"The redirect URI is missing or do not match"}"#, "redirect-uri-refused", "redirect-uri-refused"),
    (400, r#"{"error":"invalid_request","error_description":"The grant type was not specified in the request"}"#, "request-refused", "request-refused"),
    (400, r#"{"error":"unsupported_grant_type"}"#, "request-refused", "request-refused"),
    (400, r#"{"error":"error_missing_license","error_description":"x"}"#, "integration-licence-missing", "integration-licence-missing"),
    (401, r#"{"error":"error_missing_license","error_description":"x"}"#, "integration-licence-missing", "integration-licence-missing"),
    (400, r#"{"error":"error_missing_app_license"}"#, "app-licence-missing", "app-licence-missing"),
    (401, r#"{"error":"error_missing_app_license"}"#, "app-licence-missing", "app-licence-missing"),
    (400, r#"{"error":"invalid_scope"}"#, "scope-not-registered", "scope-not-registered"),
    (400, r#"{"error":"brand_new","error_description":"Något helt nytt"}"#, "provider-refused", "provider-refused"),
];

/// Under these media types OAuth errors have been seen, or may be.
const MEDIA_TYPES: [Option<&str>; 4] = [
    Some("text/plain;charset=UTF-8"),
    Some("text/html; charset=UTF-8"),
    Some("application/json"),
    None,
];

fn next_answer(world: &World, status: u16, media_type: Option<&str>, body: &str) {
    let answer = CannedAnswer {
        status,
        content_type: media_type.map(str::to_owned),
        body: body.as_bytes().to_vec(),
    };
    world.simulator.behaviour(|behaviour| {
        behaviour.next_token_answer = Some(NextTokenAnswer {
            answer,
            after_processing: false,
        });
    });
}

fn words(body: &str) -> Vec<String> {
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let texts = ["error", "error_description"].map(|name| body[name].as_str().map(str::to_owned));
    texts.into_iter().flatten().collect()
}

#[tokio::test]
async fn given_each_refusal_of_the_token_endpoint_when_a_code_is_exchanged_then_it_is_explained() {
    for (number, locale) in LOCALES.into_iter().enumerate() {
        for (row, (status, body, cause, _)) in ANSWERED.iter().enumerate() {
            // A fresh company each time: some answers let the client rest.
            let (world, connection) = company(locale).await;
            let media_type = MEDIA_TYPES[(row + number) % MEDIA_TYPES.len()];
            next_answer(&world, *status, media_type, body);
            let journey = world.journey(&connection, person::USER, Decision::Approve);
            let refused = refusal(journey.await);
            assert!(refused.contains(&format!("({cause})")), "{body}: {refused}");
            let explanation = explained(&world, cause, locale).await;
            let words = words(body);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            tells(
                &newest(&world, "authorization.failed").await,
                &explanation,
                &words,
            );
        }
    }
}

#[tokio::test]
async fn given_each_refusal_of_the_token_endpoint_when_renewed_then_it_is_explained() {
    for (number, locale) in LOCALES.into_iter().enumerate() {
        for (row, (status, body, _, cause)) in ANSWERED.iter().enumerate() {
            let (world, connection) = connected(locale).await;
            world.pass(Duration::from_secs(3600));
            let media_type = MEDIA_TYPES[(row + number) % MEDIA_TYPES.len()];
            next_answer(&world, *status, media_type, body);
            connection.access_token(None).await.unwrap_err();
            let report = connection.status(locale).await.unwrap();
            let finding = &report.findings[0];
            assert_eq!(finding.code, *cause, "{body}");
            let event = match *cause {
                "grant-refused" => "grant.ended",
                _ => "renewal.failed",
            };
            let explanation = explained(&world, cause, locale).await;
            let words = words(body);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            tells(&newest(&world, event).await, &explanation, &words);
            assert_eq!(finding.reauthorize_helps, *cause == "grant-refused");
        }
    }
}

/// Code, text, and the cause.
type Refused = (u32, &'static str, &'static str);

#[rustfmt::skip]
const REFUSED: &[Refused] = &[
    (2_000_310, "Ogiltig inloggning", "token-refused"),
    (2_000_311, "Kan inte logga in, access-token eller client-secret saknas(2).", "token-refused"),
    (2_004_054, "okänd text", "token-refused"),
    (2_003_275, "Ej autentiserad", "token-refused"),
    (2_000_663, "Har inte behörighet för scope", "scope-refused"),
    (2_001_393, "x", "scope-refused"),
    (2_002_455, "x", "scope-refused"),
    (2_001_101, "Det finns ingen aktiv licens för önskat scope", "area-licence-missing"),
    (2_001_103, "Api-licens saknas.", "integration-licence-missing"),
    (2_001_538, "Saknar behörighet för kundregister", "right-missing"),
    (2_003_275, "Saknar behörighet för leverantörsregister.", "right-missing"),
    (2_001_339, "x", "right-missing"),
    (2_001_427, "x", "right-missing"),
    (2_003_330, "x", "right-missing"),
    (2_000_664, "x", "right-missing"),
    (2_999_999, "Saknar behörighet för projektregister", "right-missing"),
    (2_999_999, "Saknar behörighet för kontoplan", "right-missing"),
    (2_999_999, "Saknar rättighet för att använda kunder", "right-missing"),
    (2_999_999, "Något helt nytt", "area-refused"),
    (2_000_588, "Ogiltig parameter i anropet.", "area-refused"),
    (2_000_587, "Ett ogiltigt filter har använts.", "area-refused"),
    (2_000_433, "Kan inte hitta kunden.", "area-refused"),
    (1_000_031, "Invalid content type", "area-refused"),
];

/// Status, shape and media type: the same refusal has been seen under several.
const STYLES: [(u16, Shape, Option<&str>); 4] = [
    (400, Shape::Lower, Some("application/json")),
    (403, Shape::Capital, Some("application/json")),
    (400, Shape::Capital, Some("text/html; charset=UTF-8")),
    (403, Shape::Lower, None),
];

fn area(cause: &str) -> Option<&'static str> {
    match cause {
        "token-refused" | "integration-licence-missing" => None,
        _ => Some("customers"),
    }
}

/// As told of a finding: with the area's name in it.
fn explanation(finding: &Finding) -> Explanation {
    Explanation {
        title: finding.title.clone(),
        detail: finding.detail.clone(),
        remedies: finding.remedies.clone(),
    }
}

#[tokio::test]
async fn given_each_refusal_of_a_register_when_checked_then_it_is_explained() {
    for locale in LOCALES {
        let (world, connection) = connected(locale).await;
        let refuse = |error: Option<(ApiError, &str)>| {
            let refused = error.into_iter().flat_map(|(error, cause)| {
                // What is wrong in general is wrong everywhere.
                let registers = match area(cause) {
                    Some(_) => &[Right::Customers][..],
                    None => &Right::ALL[..],
                };
                registers.iter().map(move |right| (*right, error.clone()))
            });
            world
                .simulator
                .behaviour(|it| it.rest.refused = refused.collect());
        };
        for (row, (code, text, cause)) in REFUSED.iter().enumerate() {
            // All styles in one language, and one each in the others.
            let chosen = match locale {
                "en" => STYLES.as_slice(),
                _ => &STYLES[row % STYLES.len()..][..1],
            };
            for (status, shape, media_type) in chosen {
                let style = ApiErrorStyle {
                    status: *status,
                    shape: *shape,
                    media_type: media_type.map(str::to_owned),
                };
                refuse(Some((ApiError::new(style, *code, text), *cause)));
                connection.check_access().await.unwrap();
                let report = connection.status(locale).await.unwrap();
                let [finding] = &report.findings[..] else {
                    panic!("{code} {text}: {:?}", report.findings);
                };
                assert_eq!(finding.code, *cause, "{code} {text}");
                assert_eq!(finding.area.as_deref(), area(cause), "{code} {text}");
                assert_eq!(finding.provider_code, code.to_string());
                assert_eq!(finding.provider_message, *text);
                assert!(!finding.reauthorize_helps, "{cause}");
                let told = newest(&world, "access.refused").await;
                let words = [text, code.to_string().as_str()].map(str::to_owned);
                tells(
                    &told,
                    &explanation(finding),
                    &words.each_ref().map(String::as_str),
                );
                refuse(None);
                connection.check_access().await.unwrap();
                let findings = connection.status(locale).await.unwrap().findings;
                assert_eq!(findings, [], "{code} {text}");
                newest(&world, "access.recovered").await;
                // Fortnox counts requests in five seconds.
                world.pass(Duration::from_secs(5));
            }
        }
    }
}

#[tokio::test]
async fn given_a_missing_right_when_told_then_both_ways_out_are_there_in_each_language() {
    for (locale, register, service) in [
        ("en", "“Kund”", "service account"),
        ("sv", "”Kund”", "servicekonto"),
        ("nb", "«Kund»", "servicekonto"),
    ] {
        let (world, connection) = connected(locale).await;
        world.simulator.take_right(
            person::USER,
            fortnox_simulator::cast::company::EXEMPEL,
            Right::Customers,
        );
        connection.check_access().await.unwrap();
        let line = newest(&world, "access.refused").await.message;
        for part in [
            register,
            service,
            "Hantera användare",
            "systemadministratör",
            "Saknar behörighet för kundregister (2001538)",
        ] {
            assert!(line.contains(part), "{part}: {line}");
        }
    }
}

#[tokio::test]
async fn given_a_register_out_of_order_when_checked_then_nothing_is_said_of_the_access() {
    let (world, connection) = connected("en").await;
    let style = ApiErrorStyle::capital(500);
    let error = ApiError::new(style, 1_000_003, "System exception");
    world
        .simulator
        .behaviour(|it| it.rest.refused = [(Right::Customers, error)].into());
    let told = refusal(connection.check_access().await);
    assert_eq!(told, "unavailable(provider-failing)");
    assert_eq!(connection.status("en").await.unwrap().findings, []);
}
