//! The token endpoint's answers as such: refusals of the request, shapes, media
//! types and replacements.

use fortnox_simulator::Refusal;
use fortnox_simulator::behaviour::{
    CannedAnswer, ErrorMediaType, ErrorShape, NextTokenAnswer, Wording,
};
use http::Method;
use serde_json::json as value;

use crate::support::{BASIC, bench, claims, header, json, refusal, refused, text};

#[tokio::test]
async fn given_no_or_an_unknown_grant_type_when_asked_then_refused() {
    let bench = bench(|_| {}).await;
    let missing = bench.token(&[]).await;
    let words = "The grant type was not specified in the request";
    assert_eq!(refused(&missing), refusal(400, "invalid_request", words));
    for grant in ["password", "implicit"] {
        let reply = bench.token(&[("grant_type", grant)]).await;
        assert_eq!(refused(&reply).1, "unsupported_grant_type");
    }
}

#[tokio::test]
async fn given_a_body_that_is_no_form_when_asked_then_as_if_it_were_empty() {
    let bench = bench(|_| {}).await;
    let url = bench.sim.endpoints().token.clone();
    let reply = bench
        .send(Method::POST, url, &[("authorization", BASIC)], None)
        .await;
    assert_eq!(refused(&reply).1, "invalid_request");
}

#[tokio::test]
async fn given_another_method_when_asked_then_405() {
    let bench = bench(|_| {}).await;
    let url = bench.sim.endpoints().token.clone();
    assert_eq!(bench.send(Method::GET, url, &[], None).await.status, 405);
}

#[tokio::test]
async fn given_a_refusal_when_sent_then_html_by_name_or_json_by_switch() {
    let bench = bench(|_| {}).await;
    let reply = bench.refresh("x").await;
    assert_eq!(
        reply.body,
        r#"{"error":"invalid_grant","error_description":"Invalid refresh token"}"#
    );
    assert_eq!(
        header(&reply.headers, "content-type"),
        Some("text/html; charset=UTF-8")
    );
    assert!(header(&reply.headers, "x-uid").is_some());
    bench
        .sim
        .behaviour(|b| b.error_media_type = ErrorMediaType::Json);
    let reply = bench.refresh("x").await;
    assert_eq!(
        header(&reply.headers, "content-type"),
        Some("application/json")
    );
}

#[tokio::test]
async fn given_the_hydra_shape_when_refused_then_its_further_members_are_there() {
    let bench = bench(|b| b.error_shape = ErrorShape::Hydra).await;
    let body = json(&bench.refresh("x").await);
    assert_eq!(body["error"], "invalid_grant");
    assert_eq!(body["status_code"], 400);
    assert!(body.get("error_hint").is_some() && body.get("error_debug").is_some());
}

#[tokio::test]
async fn given_other_words_when_refused_then_they_are_sent() {
    let wording = Wording {
        error: None,
        description: Some("<b>\u{1b}[31m\u{0}".to_owned()),
    };
    let bench = bench(|b| {
        b.wording.insert(Refusal::RefreshTokenInvalid, wording);
    })
    .await;
    let expected = refusal(400, "invalid_grant", "<b>\u{1b}[31m\u{0}");
    assert_eq!(refused(&bench.refresh("x").await), expected);
}

#[tokio::test]
async fn given_members_set_and_omitted_when_tokens_are_issued_then_the_answer_has_them_so() {
    let bench = bench(|b| {
        b.token_answer_set
            .insert("expires_in".to_owned(), value!("3600"));
        b.token_answer_set
            .insert("novelty".to_owned(), value!({"a": [1]}));
        b.token_answer_omit.insert("refresh_token".to_owned());
    })
    .await;
    let body = bench.tokens().await;
    assert_eq!(body["expires_in"], "3600");
    assert_eq!(body["novelty"], value!({"a": [1]}));
    assert_eq!(body.get("refresh_token"), None);
    // Issued all the same.
    let kind = fortnox_simulator::ledger::Kind::RefreshToken;
    let minted = bench.sim.ledger().minted(kind);
    assert_eq!(bench.refresh(minted[0].expose()).await.status, 200);
}

#[tokio::test]
async fn given_a_replaced_answer_when_asked_then_sent_once_and_the_token_spent_or_not() {
    for after_processing in [false, true] {
        let bench = bench(|_| {}).await;
        let tokens = bench.tokens().await;
        let token = text(&tokens, "refresh_token");
        let answer = CannedAnswer {
            status: 503,
            content_type: Some("application/octet-stream".to_owned()),
            body: b"{\"access_tok".to_vec(),
        };
        bench.sim.behaviour(|b| {
            b.next_token_answer = Some(NextTokenAnswer {
                answer,
                after_processing,
            });
        });
        let replaced = bench.refresh(token).await;
        assert_eq!(replaced.status, 503);
        assert_eq!(replaced.body, "{\"access_tok");
        let media_type = header(&replaced.headers, "content-type");
        assert_eq!(media_type, Some("application/octet-stream"));
        let next = bench.refresh(token).await.status;
        assert_eq!(next, if after_processing { 400 } else { 200 });
    }
}

#[tokio::test]
async fn given_token_switches_when_issued_then_lifetime_size_and_roles_follow() {
    let bench = bench(|b| {
        b.access_token_lifetime = 120;
        b.rights_in_token = 0;
        b.roles_in_token = false;
    })
    .await;
    let body = bench.tokens().await;
    assert_eq!(body["expires_in"], 120);
    let token = text(&body, "access_token");
    assert!(token.len() < 1000, "{}", token.len());
    let claims = claims(token);
    assert_eq!(claims.get("roles"), None);
    assert_eq!(claims["sub"], "1@1234567");
    assert_eq!(claims["authsource"], "OAUTH2");
    assert_eq!(
        claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(),
        120
    );
}
