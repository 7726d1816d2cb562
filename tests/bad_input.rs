//! Bad input, from wherever it comes: a typed error, a clear sentence, and
//! nothing lost or stored.

use std::time::Duration;

use fortnox_simulator::Refusal;
use fortnox_simulator::behaviour::{CannedAnswer, NextTokenAnswer, Wording};
use fortnox_simulator::cast::person;
use fortnox_simulator::visitor::Decision;
use host_harness::{CallError, Connection, Database};
use tests::stored::cells;
use tests::{World, findings, refusal, set_endpoint, settings};

/// The cause code in a refusal such as `rejected(disabled)`.
fn code(refusal: &str) -> &str {
    let (_, rest) = refusal.split_once('(').unwrap();
    rest.trim_end_matches(')')
}

/// Asserts that a call is refused as expected, that the code has words in every
/// language, and that no cell was touched.
async fn refused<T, F>(world: &World, expected: &str, call: impl FnOnce() -> F)
where
    F: Future<Output = Result<T, CallError>>,
{
    let before = cells(&world.file);
    let seen = refusal(call().await);
    assert_eq!(seen, expected);
    assert_eq!(cells(&world.file), before, "{expected}");
    explained(world, code(expected)).await;
}

async fn explained(world: &World, code: &str) {
    for locale in ["sv", "nb", "en"] {
        let explanation = world.host.explain(code, locale).await.unwrap();
        let explanation = explanation.unwrap_or_else(|| panic!("{code} has no words in {locale}"));
        assert!(!explanation.detail.is_empty(), "{code}");
        assert!(!explanation.remedies.is_empty(), "{code}");
    }
}

#[tokio::test]
async fn settings_that_are_unknown_wrong_or_repeated_are_all_named_and_none_is_stored() {
    let world = World::start().await;
    let connection = world.configured("acme", "user").await;
    let before = cells(&world.file);
    let long = "x".repeat(100_000);
    let wrong = settings(&[
        ("customers", "TRUE"),
        ("", "true"),
        ("projects", "true"),
        ("projects", "true"),
        ("account", "Service"),
        ("language", "sv-SE"),
        ("notices", "a@b\r\nBcc: c@d"),
        ("<script>", &long),
    ]);
    let result = connection.configure(wrong, "sv").await;
    assert_eq!(
        refusal(result),
        "invalid-settings(customers: invalid, : unknown, projects: duplicate, account: invalid, \
         language: invalid, notices: invalid, <script>: unknown)"
    );
    assert_eq!(cells(&world.file), before);
}

#[tokio::test]
async fn without_a_registration_nobody_is_sent_away() {
    let world = World::start().await;
    let host = world.another(None).build().await.unwrap();
    let connection = host.connection("acme").unwrap();
    connection
        .configure(settings(&[("language", "en")]), "en")
        .await
        .unwrap();
    refused(&world, "misconfigured(unregistered)", || {
        connection.begin_authorize()
    })
    .await;
    let report = connection.status("en").await.unwrap();
    assert_eq!(findings(&report), ["unregistered"]);
    let log = world.entries("acme").await;
    assert!(
        log[0].message.contains("not registered at Fortnox"),
        "{}",
        log[0].message
    );
}

#[tokio::test]
async fn a_redirect_uri_with_http_userinfo_or_fragment_is_refused() {
    for uri in [
        "http://erp.example/callback",
        "http://localhost:8180/callback",
        "https://user:pw@erp.example/callback",
        "https://erp.example/callback#here",
        "callback",
        "",
    ] {
        let world = World::with(|registration| registration.redirect_uri = uri.to_owned()).await;
        let connection = world.configured("acme", "user").await;
        refused(&world, "misconfigured(redirect-uri-invalid)", || {
            connection.begin_authorize()
        })
        .await;
    }
}

#[tokio::test]
async fn an_http_endpoint_elsewhere_than_on_loopback_is_refused() {
    for name in ["authorize", "token", "revoke", "api"] {
        for url in [
            "http://provider.example/x",
            "http://10.0.0.1/x",
            "https://a@b.example/",
        ] {
            let world = World::with(|registration| set_endpoint(registration, name, url)).await;
            let connection = world.configured("acme", "user").await;
            refused(&world, "misconfigured(endpoint-invalid)", || {
                connection.begin_authorize()
            })
            .await;
        }
    }
}

#[tokio::test]
async fn a_callback_that_is_repeated_oversized_or_without_a_code_is_refused() {
    let world = World::start().await;
    let connection = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&connection).await;
    let malformed = "callback-rejected(callback-malformed)";
    let huge = "x".repeat(2 * 1024 * 1024);
    let bad = [
        format!("{query}&state=again"),
        format!("{query}&code=again"),
        format!("error=a&error=b&{query}"),
        query.replace("code=", "code=%00"),
        format!("code=&{}", query.replace("code=", "other=")),
        format!(
            "code={}&{}",
            "x".repeat(2049),
            query.replace("code=", "other=")
        ),
        format!("code={huge}&{}", query.replace("code=", "other=")),
        format!("{query}&other={huge}"),
    ];
    for bad in bad {
        let before = cells(&world.file);
        let result = connection.handle_callback(&bad, &binding).await;
        assert_eq!(refusal(result), malformed, "{:.60}", bad);
        assert_eq!(cells(&world.file), before);
    }
    explained(&world, "callback-malformed").await;
    let result = connection.handle_callback(&query, &binding).await;
    assert_eq!(refusal(result), "ok", "nothing was lost");
}

#[tokio::test]
async fn a_state_that_does_not_fit_is_refused_in_one_way_and_the_right_one_still_fits() {
    let world = World::start().await;
    let acme = world.configured("acme", "user").await;
    let other = world.configured("other", "user").await;
    let (foreign, _) = world.approved(&other).await;
    let (query, binding) = world.approved(&acme).await;
    let expected = "callback-rejected(state-rejected)";
    for (query, binding) in [
        ("code=c&state=unknown".to_owned(), binding.as_str()),
        ("code=c&state=".to_owned(), &binding),
        ("code=c".to_owned(), &binding),
        ("error=access_denied&state=unknown".to_owned(), &binding),
        (foreign, &binding),
        (query.clone(), ""),
        (query.clone(), "another browser"),
        (String::new(), ""),
    ] {
        refused(&world, expected, || acme.handle_callback(&query, binding)).await;
    }
    let result = acme.handle_callback(&query, &binding).await;
    assert_eq!(refusal(result), "ok");
    refused(&world, expected, || acme.handle_callback(&query, &binding)).await;
    let (late, binding) = world.approved(&acme).await;
    world.pass(Duration::from_secs(600));
    refused(&world, expected, || acme.handle_callback(&late, &binding)).await;
}

#[tokio::test]
async fn hostile_words_of_the_provider_come_out_harmless_everywhere() {
    let world = World::start().await;
    let hostile = "<script>alert(1)</script>\r\nSet-Cookie: a=b\u{1b}[31m\u{202e}\u{0}";
    world.simulator.behaviour(|behaviour| {
        let words = Wording {
            error: Some("odd_<b>".to_owned()),
            description: Some(hostile.repeat(50)),
        };
        behaviour.wording.insert(Refusal::AccessDenied, words);
    });
    let connection = world.configured("acme", "user").await;
    let result = world
        .journey(&connection, person::USER, Decision::Cancel)
        .await;
    assert_eq!(refusal(result), "callback-rejected(provider-refused)");
    let report = connection.status("en").await.unwrap();
    assert_eq!(findings(&report), ["provider-refused"]);
    let finding = &report.findings[0];
    assert_eq!(finding.provider_code, "odd_‹b›");
    assert!(finding.provider_message.contains("‹script›alert(1)"));
    let entry = &world.entries("acme").await[0];
    assert!(entry.message.contains("odd_‹b›"), "{}", entry.message);
    for text in [
        &finding.provider_message,
        &finding.provider_code,
        &entry.message,
    ] {
        assert!(!text.contains(['<', '>']), "{text}");
        assert!(!text.contains(char::is_control), "{text}");
        assert!(!text.contains('\u{202e}'), "{text}");
    }
    assert!(finding.provider_message.chars().count() <= 200);
}

#[tokio::test]
async fn a_token_answer_that_is_no_token_answer_fails_the_attempt_and_nothing_else() {
    let world = World::start().await;
    let connection = world.authorized("acme").await;
    let before = connection.status("en").await.unwrap().grant;
    let huge = vec![b'x'; 1024 * 1024];
    let answers: [(&[u8], &str); 7] = [
        (b"<!doctype html><title>Logga in</title>", "answer-unusable"),
        (b"", "answer-unusable"),
        (b"\xff\xfe{\x00", "answer-unusable"),
        (b"{\"access_token\":\"a\"", "answer-unusable"),
        (b"[]", "answer-unusable"),
        (
            b"{\"access_token\":\"a\",\"token_type\":\"mac\"}",
            "answer-unusable",
        ),
        (&huge, "provider-silent"),
    ];
    for (body, cause) in answers {
        world.simulator.behaviour(|behaviour| {
            let answer = CannedAnswer {
                status: 200,
                content_type: Some("application/json".to_owned()),
                body: body.to_vec(),
            };
            behaviour.next_token_answer = Some(NextTokenAnswer {
                answer,
                after_processing: true,
            });
        });
        let result = world
            .journey(&connection, person::USER, Decision::Approve)
            .await;
        assert_eq!(refusal(result), format!("callback-rejected({cause})"));
        explained(&world, cause).await;
        let report = connection.status("en").await.unwrap();
        assert_eq!(report.grant, before, "the grant of before stays");
        let keys: Vec<String> = cells(&world.file).into_iter().map(|c| c.key).collect();
        assert_eq!(
            keys,
            ["attempt", "grant", "health", "settings"],
            "no answer is left"
        );
    }
}

#[tokio::test]
async fn a_damaged_cell_is_an_error_and_stays_as_it_is() {
    for key in ["settings", "attempt", "grant"] {
        let world = World::start().await;
        let connection = world.authorized("acme").await;
        connection.begin_authorize().await.unwrap();
        let file = rusqlite::Connection::open(&world.file).unwrap();
        let changed = file.execute(
            "UPDATE cell SET sealed = zeroblob(length(sealed)) WHERE key = ?1",
            [key],
        );
        assert_eq!(changed.unwrap(), 1);
        let before = cells(&world.file);
        let seen = refusal(connection.status("en").await);
        assert_eq!(seen, "storage(cell-unreadable)", "{key}");
        let seen = refusal(connection.begin_authorize().await);
        assert_eq!(seen, "storage(cell-unreadable)", "{key}");
        assert_eq!(cells(&world.file), before, "{key}");
    }
}

/// Another program holds the database for writing.
fn lock(world: &World) -> rusqlite::Connection {
    let other = rusqlite::Connection::open(&world.file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

/// The same company on a database that does not wait for others.
async fn impatient(world: &World) -> Connection {
    let database = Database::open_with(&world.file, Duration::ZERO)
        .await
        .unwrap();
    let time = std::sync::Arc::new(tests::OneTime(world.simulator.clock().clone()));
    let storage = host_harness::SqliteStorage::with_clock(database, time);
    let builder = world.another(Some(world.registration()));
    let host = builder.storage(std::sync::Arc::new(storage)).build();
    host.await.unwrap().connection("acme").unwrap()
}

#[tokio::test]
async fn a_locked_database_loses_nothing_and_reading_goes_on() {
    let world = World::start().await;
    let connection = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&connection).await;
    let impatient = impatient(&world).await;
    let lock = lock(&world);
    let expected = "storage(storage-unavailable)";
    refused(&world, expected, || impatient.begin_authorize()).await;
    refused(&world, expected, || impatient.set_enabled(true)).await;
    let sent = world.sent().len();
    refused(&world, expected, || {
        impatient.handle_callback(&query, &binding)
    })
    .await;
    assert_eq!(
        world.sent().len(),
        sent,
        "nothing is spent that cannot be saved"
    );
    let report = impatient.status("en").await.unwrap();
    assert_eq!(report.settings.len(), 8);
    drop(lock);
    let result = impatient.handle_callback(&query, &binding).await;
    assert_eq!(refusal(result), "ok");
}
