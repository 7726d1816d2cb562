//! What goes to the provider's endpoints, with which credentials, and where
//! else it does not go.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use fortnox_simulator::behaviour::{BasicDialect as Expected, CannedAnswer};
use fortnox_simulator::cast::person;
use fortnox_simulator::ledger::Kind;
use fortnox_simulator::visitor::Decision;
use fortnox_simulator::{Secret, TenantId, cast};
use host_harness::BasicDialect;
use secrecy::ExposeSecret as _;
use tests::scripted::{Scripted, answer};
use tests::{World, refusal, set_endpoint};

const TOKEN: &str = "/oauth-v1/token";
const REVOKE: &str = "/oauth-v1/revoke";
const COMPANY: &str = "/3/companyinformation";

#[tokio::test]
async fn s29_the_token_request_is_a_form_post_with_one_client_authentication() {
    let world = World::start().await;
    let acme = world.authorized("acme").await;
    acme.remove("en").await.unwrap();
    let app = world.simulator.app();
    for (path, expected) in [
        (
            TOKEN,
            vec!["code", "code_verifier", "grant_type", "redirect_uri"],
        ),
        (REVOKE, vec!["token", "token_type_hint"]),
    ] {
        let sent = world.sent();
        let request = sent.iter().find(|request| request.uri().path() == path);
        let request = request.unwrap();
        assert_eq!(request.method(), "POST");
        assert_eq!(request.uri().query(), None);
        let headers = request.headers();
        assert_eq!(headers["content-type"], "application/x-www-form-urlencoded");
        assert_eq!(headers["accept"], "application/json");
        assert_eq!(headers.get_all("authorization").iter().count(), 1);
        let basic = headers["authorization"].to_str().unwrap();
        assert!(basic.starts_with("Basic "));
        assert!(headers["authorization"].is_sensitive());
        let mut names: Vec<_> = tests::pairs(request.body())
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        names.sort();
        assert_eq!(names, expected, "no client_id, no client_secret");
        let body = String::from_utf8_lossy(request.body()).into_owned();
        assert!(!body.contains(app.client_secret.expose()));
    }
}

/// Whether a journey and a removal succeed with this secret, sent this way to a
/// server that reads it that way.
async fn with_secret(secret: &str, sent: BasicDialect, read: Expected) -> (String, bool) {
    let world = World::with(|registration| {
        registration.client_secret = secret.into();
        registration.basic = sent;
    })
    .await;
    let known = Secret::new(secret);
    world.simulator.change_app(|app| app.client_secret = known);
    world.simulator.behaviour(|b| b.basic = read);
    let acme = world.configured("acme", "user").await;
    let handled = world.journey(&acme, person::USER, Decision::Approve).await;
    let app = world.simulator.app();
    let sent_first = world.sent().remove(0);
    let header = &sent_first.headers()["authorization"];
    let id = &app.client_id;
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let credentials = match sent {
        BasicDialect::Raw => format!("{id}:{secret}"),
        BasicDialect::Form => format!("{id}:{form}"),
    };
    let expected = format!("Basic {}", BASE64_STANDARD.encode(credentials));
    assert_eq!(header.to_str().unwrap(), expected);
    let receipt = acme.remove("en").await.unwrap();
    (refusal(handled), receipt.revoked)
}

#[tokio::test]
async fn s30_an_awkward_secret_is_right_in_the_dialect_that_the_server_reads() {
    for secret in ["p+/:%&=q", "a:b:c", "100%25+x", "å/ö %41"] {
        for (sent, read) in [
            (BasicDialect::Raw, Expected::Raw),
            (BasicDialect::Form, Expected::Form),
        ] {
            let outcome = with_secret(secret, sent, read).await;
            assert_eq!(outcome, ("ok".to_owned(), true), "{secret} {sent:?}");
        }
    }
}

#[tokio::test]
async fn s30_an_awkward_secret_in_the_other_dialect_is_the_operators_to_mend() {
    for (sent, read) in [
        (BasicDialect::Raw, Expected::Form),
        (BasicDialect::Form, Expected::Raw),
    ] {
        let (outcome, revoked) = with_secret("p+/:%&q", sent, read).await;
        assert_eq!(outcome, "misconfigured(client-credentials-refused)");
        assert!(!revoked);
    }
}

#[tokio::test]
async fn s30_without_a_word_from_the_operator_the_secret_is_sent_as_fortnox_shows_it() {
    assert_eq!(World::start().await.registration().basic, BasicDialect::Raw);
}

#[tokio::test]
async fn s31_no_redirect_is_followed_from_the_token_endpoint() {
    let elsewhere = Scripted::start(|_| answer(200, "", "{}")).await;
    for status in [300, 301, 302, 303, 307, 308] {
        let location = format!("location: {}\r\n", elsewhere.url("/token"));
        let redirecting = Scripted::start(move |_| answer(status, &location, "")).await;
        let world = World::with(|r| set_endpoint(r, "token", redirecting.url(TOKEN))).await;
        let acme = world.configured("acme", "user").await;
        let handled = world.journey(&acme, person::USER, Decision::Approve).await;
        assert_eq!(refusal(handled), "callback-rejected(answer-unusable)");
        assert_eq!(redirecting.received().len(), 1);
    }
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn s31_no_redirect_is_followed_from_the_api_and_the_revocation_endpoint() {
    let elsewhere = Scripted::start(|_| answer(200, "", "{}")).await;
    let location = format!("location: {}\r\n", elsewhere.url("/x"));
    let redirecting = Scripted::start(move |_| answer(307, &location, "")).await;
    let world = World::with(|registration| {
        set_endpoint(registration, "api", redirecting.url("/"));
        set_endpoint(registration, "revoke", redirecting.url(REVOKE));
    })
    .await;
    let acme = world.authorized("acme").await;
    let report = acme.status("en").await.unwrap();
    assert_eq!(report.grant.unwrap().organization, None);
    let receipt = acme.remove("en").await.unwrap();
    assert!(!receipt.revoked);
    assert_eq!(redirecting.received().len(), 2);
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn s37_a_token_travels_in_the_authorization_header_and_nowhere_else() {
    let world = World::start().await;
    let acme = world.authorized("acme").await;
    acme.set_enabled(true).await.unwrap();
    acme.access_token(None).await.unwrap();
    acme.remove("en").await.unwrap();
    let minted = world.simulator.ledger().minted(Kind::AccessToken);
    let token = minted[0].expose();
    let mut carried = 0;
    for request in world.sent() {
        assert!(!request.uri().to_string().contains(token));
        assert!(!String::from_utf8_lossy(request.body()).contains(token));
        for (name, value) in request.headers() {
            if value.to_str().unwrap().contains(token) {
                assert_eq!(name, "authorization");
                assert_eq!(value.to_str().unwrap(), format!("Bearer {token}"));
                assert!(value.is_sensitive());
                carried += 1;
            }
        }
    }
    assert_eq!(carried, 1);
}

#[tokio::test]
async fn s38_the_bearer_token_goes_to_the_api_and_the_client_secret_does_not() {
    let body = r#"{"CompanyInformation":{"CompanyName":"A","DatabaseNumber":1}}"#;
    let api = Scripted::start(move |_| answer(200, "", body)).await;
    let world = World::with(|r| set_endpoint(r, "api", api.url("/base/"))).await;
    let acme = world.authorized("acme").await;
    acme.remove("en").await.unwrap();
    let received = api.received();
    assert_eq!(received.len(), 1);
    let request = received[0].to_lowercase();
    assert!(request.starts_with("get /base/3/companyinformation "));
    assert!(request.contains("\r\nauthorization: bearer "));
    assert!(!request.contains("basic "));
    for request in world.sent() {
        let bearer = request.headers()["authorization"].to_str().unwrap();
        let to_api = request.uri().path() == format!("/base{COMPANY}");
        assert_eq!(bearer.starts_with("Bearer "), to_api);
    }
}

#[tokio::test]
async fn s39_a_refused_client_is_reported_without_what_was_sent() {
    let world = World::start().await;
    let other = Secret::new("renewed");
    world.simulator.change_app(|app| app.client_secret = other);
    let acme = world.configured("acme", "user").await;
    let (query, binding) = world.approved(&acme).await;
    let error = acme.handle_callback(&query, &binding).await.unwrap_err();
    let report = acme.status("en").await.unwrap();
    let entries = world.entries("acme").await;
    let told = format!("{error:?} {error} {report:?} {entries:?}");
    assert!(told.contains("client-credentials-refused"));
    assert!(told.contains("The client credentials are invalid"));
    let sent = world.sent();
    let header = sent[0].headers()["authorization"].to_str().unwrap();
    let registration = world.registration();
    for secret in [
        header.trim_start_matches("Basic "),
        registration.client_secret.expose_secret(),
        "Basic",
    ] {
        assert!(!told.contains(secret), "{told}");
    }
}

#[tokio::test]
async fn s36_what_a_token_claims_is_a_hint_that_the_api_overrules() {
    let world = World::start().await;
    let claims = r#"{"tenantId":1234568,"userId":"1; DROP"}"#;
    let lying = format!(
        "e30.{}.c2ln",
        BASE64_STANDARD.encode(claims).replace('=', "")
    );
    let information = r#"{"CompanyInformation":{"CompanyName":"A","DatabaseNumber":1234567}}"#;
    world.simulator.behaviour(|behaviour| {
        let answer = CannedAnswer {
            status: 200,
            content_type: None,
            body: information.into(),
        };
        behaviour.companyinformation_answer = Some(answer);
    });
    for (number, token) in [&lying, "opaque", "a.b.c", "...", "e30.!!.x"]
        .iter()
        .enumerate()
    {
        let token = (*token).to_owned();
        world.simulator.behaviour(|behaviour| {
            let name = "access_token".to_owned();
            behaviour
                .token_answer_set
                .insert(name, token.clone().into());
        });
        let connection = world.authorized(&format!("{number}")).await;
        connection.set_enabled(true).await.unwrap();
        let grant = connection.status("en").await.unwrap().grant.unwrap();
        let TenantId(exempel) = cast::company::EXEMPEL;
        assert_eq!(grant.organization.unwrap().id, exempel.to_string());
        assert!(!grant.holder.contains("DROP"));
        let given = connection.access_token(None).await.unwrap();
        assert_eq!(given.value.expose_secret(), token);
    }
    // Nor does the claim let another company in.
    let connection = world.company("0");
    let body = information.replace("1234567", "1234568").into_bytes();
    world.simulator.behaviour(|behaviour| {
        let answer = behaviour.companyinformation_answer.as_mut();
        answer.unwrap().body = body;
    });
    let claims = BASE64_STANDARD.encode(r#"{"tenantId":1234567}"#);
    let claiming = format!("e30.{}.c2ln", claims.replace('=', ""));
    world.simulator.behaviour(|behaviour| {
        let name = "access_token".to_owned();
        behaviour.token_answer_set.insert(name, claiming.into());
    });
    let moved = world.journey(&connection, person::USER, Decision::Approve);
    assert_eq!(
        refusal(moved.await),
        "callback-rejected(another-organization)"
    );
}

#[tokio::test]
async fn s36_a_tenant_id_that_is_not_digits_is_no_company() {
    let world = World::start().await;
    for (number, id) in ["\"1234567; x\"", "-1", "1.5", "\"\"", "null", "[1]"]
        .iter()
        .enumerate()
    {
        let body = format!(r#"{{"CompanyInformation":{{"DatabaseNumber":{id}}}}}"#);
        world.simulator.behaviour(|behaviour| {
            behaviour.companyinformation_answer = Some(CannedAnswer {
                status: 200,
                content_type: None,
                body: body.into_bytes(),
            });
        });
        let connection = world.authorized(&format!("{number}")).await;
        let report = connection.status("en").await.unwrap();
        assert!(tests::findings(&report).contains(&"organization-unread"));
        assert_eq!(report.grant.unwrap().organization, None, "{id}");
    }
}
