//! `GET /3/companyinformation`.

use std::time::Duration;

use fortnox_simulator::behaviour::{ApiErrorStyle, CannedAnswer};
use fortnox_simulator::cast::company;
use http::Method;

use crate::support::{bench, header, json, text};

const UNAUTHORIZED: &str = r#"{"message":"unauthorized"}"#;

#[tokio::test]
async fn given_a_token_when_asked_then_the_company_with_an_integer_number() {
    let bench = bench(|_| {}).await;
    let tokens = bench.tokens().await;
    let reply = bench.company(text(&tokens, "access_token")).await;
    assert_eq!(reply.status, 200);
    assert_eq!(
        header(&reply.headers, "content-type"),
        Some("application/json")
    );
    assert!(reply.body.contains(r"V\u00e4xj\u00f6"), "{}", reply.body);
    let information = &json(&reply)["CompanyInformation"];
    assert_eq!(information["CompanyName"], "Exempel AB");
    assert_eq!(information["OrganizationNumber"], "556000-0100");
    assert_eq!(information["DatabaseNumber"], 1_234_567);

    bench.sim.behaviour(|b| b.database_number_is_text = true);
    let reply = bench.company(text(&tokens, "access_token")).await;
    assert_eq!(
        json(&reply)["CompanyInformation"]["DatabaseNumber"],
        "1234567"
    );
}

#[tokio::test]
async fn given_no_unknown_or_expired_token_when_asked_then_401_of_26_bytes() {
    let bench = bench(|_| {}).await;
    let tokens = bench.tokens().await;
    let token = text(&tokens, "access_token");
    let url = bench
        .sim
        .endpoints()
        .api
        .join("3/companyinformation")
        .unwrap();
    let none = bench.send(Method::GET, url, &[], None).await;
    let unknown = bench.company(&token[1..]).await;
    bench.sim.clock().advance(Duration::from_secs(3599));
    assert_eq!(bench.company(token).await.status, 200);
    bench.sim.clock().advance(Duration::from_secs(1));
    let expired = bench.company(token).await;
    for reply in [none, unknown, expired] {
        assert_eq!(
            (reply.status.as_u16(), reply.body.as_str()),
            (401, UNAUTHORIZED)
        );
        assert_eq!(header(&reply.headers, "content-length"), Some("26"));
        assert_eq!(
            header(&reply.headers, "content-type"),
            Some("application/json")
        );
    }
}

#[tokio::test]
async fn given_a_token_without_the_scope_when_asked_then_2000663_in_the_style_switched() {
    let bench = bench(|_| {}).await;
    let code = bench.code_for(&[("scope", "customer")]).await;
    let tokens = json(&bench.exchange(&code).await);
    let token = text(&tokens, "access_token");
    let reply = bench.company(token).await;
    assert_eq!(reply.status, 400);
    let information = &json(&reply)["ErrorInformation"];
    assert_eq!(information["code"], 2_000_663);
    assert_eq!(information["error"], 1);
    assert_eq!(information["message"], "Har inte behörighet för scope");
    assert!(reply.body.is_ascii());

    bench.sim.behaviour(|b| {
        b.rest.scope_error.style = ApiErrorStyle::capital(403);
    });
    let reply = bench.company(token).await;
    assert_eq!(reply.status, 403);
    assert_eq!(json(&reply)["ErrorInformation"]["Code"], 2_000_663);
}

#[tokio::test]
async fn given_a_replaced_answer_when_asked_then_sent() {
    let answer = CannedAnswer {
        status: 500,
        content_type: Some("text/html".to_owned()),
        body: b"<h1>".to_vec(),
    };
    let bench = bench(|b| b.companyinformation_answer = Some(answer)).await;
    let tokens = bench.tokens().await;
    let reply = bench.company(text(&tokens, "access_token")).await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (500, "<h1>"));
}

#[tokio::test]
async fn given_a_hostile_company_name_when_asked_then_sent_as_it_is() {
    let bench = bench(|_| {}).await;
    let name = "<b>\u{202e}\u{0}\n\"\\ AB";
    bench
        .sim
        .cast(|cast| cast.company_mut(company::EXEMPEL).unwrap().name = name.to_owned());
    let tokens = bench.tokens().await;
    let reply = bench.company(text(&tokens, "access_token")).await;
    assert_eq!(json(&reply)["CompanyInformation"]["CompanyName"], name);
}
