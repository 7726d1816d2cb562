//! The grant `client_credentials` with the `TenantId` header.

use fortnox_simulator::cast::{Licence, company};
use fortnox_simulator::visitor::Reply;

use crate::support::{BASIC, Bench, bench, claims, json, refusal, refused, service_consent, text};

async fn ask(bench: &Bench, tenant: Option<&str>, scope: Option<&str>) -> Reply {
    let mut headers = vec![("authorization", BASIC)];
    headers.extend(tenant.map(|tenant| ("TenantId", tenant)));
    let mut form = vec![("grant_type", "client_credentials")];
    form.extend(scope.map(|scope| ("scope", scope)));
    bench.token_with(&headers, &form).await
}

const EXEMPEL: Option<&str> = Some("1234567");

#[tokio::test]
async fn given_a_service_consent_when_asked_then_a_token_of_the_service_account_without_refresh() {
    let bench = bench(|_| {}).await;
    service_consent(&bench).await;
    let reply = ask(&bench, EXEMPEL, None).await;
    assert_eq!(reply.status, 200);
    let body = json(&reply);
    assert_eq!(body["scope"], "companyinformation customer");
    assert_eq!(body.get("refresh_token"), None);
    let claims = claims(text(&body, "access_token"));
    assert_eq!(claims["sub"], "2@1234567");
    assert_eq!(claims["roles"], serde_json::json!([]));
    let information = json(&bench.company(text(&body, "access_token")).await);
    assert_eq!(
        information["CompanyInformation"]["DatabaseNumber"],
        1_234_567
    );
}

#[tokio::test]
async fn given_no_or_a_bad_tenant_id_when_asked_then_invalid_request() {
    let bench = bench(|_| {}).await;
    service_consent(&bench).await;
    for tenant in [None, Some("abc"), Some("")] {
        let (status, error, _) = refused(&ask(&bench, tenant, None).await);
        assert_eq!((status, error.as_str()), (400, "invalid_request"));
    }
}

#[tokio::test]
async fn given_no_service_consent_when_asked_then_invalid_grant() {
    let bench = bench(|_| {}).await;
    bench.tokens().await;
    let expected = refusal(400, "invalid_grant", "No consent exists for the tenant");
    assert_eq!(refused(&ask(&bench, EXEMPEL, None).await), expected);
    service_consent(&bench).await;
    assert_eq!(refused(&ask(&bench, Some("1234568"), None).await), expected);
    bench.sim.withdraw_consent(company::EXEMPEL);
    assert_eq!(refused(&ask(&bench, EXEMPEL, None).await), expected);
}

#[tokio::test]
async fn given_a_scope_when_asked_then_within_the_consent_is_good_and_outside_refused() {
    let bench = bench(|_| {}).await;
    service_consent(&bench).await;
    assert_eq!(
        json(&ask(&bench, EXEMPEL, Some("customer")).await)["scope"],
        "customer"
    );
    let outside = ask(&bench, EXEMPEL, Some("customer project")).await;
    assert_eq!(refused(&outside).1, "invalid_scope");
    bench
        .sim
        .behaviour(|b| b.client_credentials_drop_scopes = true);
    let dropped = ask(&bench, EXEMPEL, Some("customer project")).await;
    assert_eq!(json(&dropped)["scope"], "customer");
}

#[tokio::test]
async fn given_a_newer_consent_when_asked_then_its_scopes_count() {
    let bench = bench(|_| {}).await;
    service_consent(&bench).await;
    bench
        .code_for(&[("account_type", "service"), ("scope", "project")])
        .await;
    assert_eq!(json(&ask(&bench, EXEMPEL, None).await)["scope"], "project");
}

#[tokio::test]
async fn given_refusals_as_403_when_there_is_no_consent_then_403() {
    let bench = bench(|b| b.client_credentials_refusal_is_403 = true).await;
    assert_eq!(ask(&bench, EXEMPEL, None).await.status, 403);
    service_consent(&bench).await;
    assert_eq!(ask(&bench, EXEMPEL, Some("project")).await.status, 403);
}

#[tokio::test]
async fn given_the_grant_is_not_offered_when_asked_then_unsupported() {
    let bench = bench(|b| b.client_credentials_offered = false).await;
    service_consent(&bench).await;
    assert_eq!(
        refused(&ask(&bench, EXEMPEL, None).await).1,
        "unsupported_grant_type"
    );
}

#[tokio::test]
async fn given_a_lapsed_licence_when_asked_then_it_is_named() {
    let bench = bench(|_| {}).await;
    service_consent(&bench).await;
    bench
        .sim
        .cancel_licence(company::EXEMPEL, Licence::Integration);
    assert_eq!(
        refused(&ask(&bench, EXEMPEL, None).await).1,
        "error_missing_license"
    );
}
