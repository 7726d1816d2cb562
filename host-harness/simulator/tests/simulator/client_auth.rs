//! Client authentication at the token endpoint.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fortnox_simulator::Secret;
use fortnox_simulator::behaviour::BasicDialect;
use fortnox_simulator::ledger::ClientAuth;

use crate::support::{bench, header, refused};

const REFRESH: [(&str, &str); 2] = [("grant_type", "refresh_token"), ("refresh_token", "x")];
const AWKWARD: &str = "a+b/c:d%e&f";

#[tokio::test]
async fn given_wrong_credentials_when_asked_then_401_as_recorded() {
    let bench = bench(|_| {}).await;
    let wrong = format!("Basic {}", STANDARD.encode("SimKlient123:wrong"));
    for headers in [
        &[][..],
        &[("authorization", wrong.as_str())],
        &[("authorization", "x")],
    ] {
        let reply = bench.token_with(headers, &REFRESH).await;
        assert_eq!(reply.status, 401);
        assert_eq!(
            reply.body,
            r#"{"error":"invalid_client","error_description":"The client credentials are invalid"}"#
        );
        assert_eq!(
            header(&reply.headers, "content-type"),
            Some("text/plain;charset=UTF-8")
        );
        assert_eq!(header(&reply.headers, "www-authenticate"), None);
    }
}

#[tokio::test]
async fn given_an_awkward_secret_when_sent_in_either_dialect_then_the_switch_decides() {
    let bench = bench(|_| {}).await;
    bench
        .sim
        .change_app(|app| app.client_secret = Secret::new(AWKWARD));
    let encoded: String = form_urlencoded::byte_serialize(AWKWARD.as_bytes()).collect();
    for dialect in [BasicDialect::Raw, BasicDialect::Form] {
        bench.sim.behaviour(|b| b.basic = dialect);
        for (secret, sent) in [(AWKWARD, BasicDialect::Raw), (&encoded, BasicDialect::Form)] {
            let basic = format!(
                "Basic {}",
                STANDARD.encode(format!("SimKlient123:{secret}"))
            );
            let reply = bench
                .token_with(&[("authorization", &basic)], &REFRESH)
                .await;
            let expected = if sent == dialect {
                "invalid_grant"
            } else {
                "invalid_client"
            };
            assert_eq!(refused(&reply).1, expected);
            let seen = bench
                .sim
                .ledger()
                .token_requests()
                .last()
                .unwrap()
                .client_auth;
            let (raw, form) = (sent == BasicDialect::Raw, sent == BasicDialect::Form);
            assert_eq!(seen, ClientAuth::Basic { raw, form });
        }
    }
}

#[tokio::test]
async fn given_credentials_in_the_body_when_asked_then_only_by_switch() {
    let bench = bench(|_| {}).await;
    let mut form = REFRESH.to_vec();
    form.extend([
        ("client_id", "SimKlient123"),
        ("client_secret", "SimHemlig1"),
    ]);
    assert_eq!(bench.token_with(&[], &form).await.status, 401);
    bench.sim.behaviour(|b| b.credentials_in_body = true);
    assert_eq!(
        refused(&bench.token_with(&[], &form).await).1,
        "invalid_grant"
    );
    for (name, wrong) in [("client_id", "Nobody123456"), ("client_secret", "wrong")] {
        let mut form = form.clone();
        form.push((name, wrong));
        assert_eq!(bench.token_with(&[], &form).await.status, 401, "{name}");
    }
}
