//! The named scenarios: what a client sees in each.

use std::collections::BTreeMap;

use fortnox_simulator::cast::{company, person};
use fortnox_simulator::scenario::{self, Scenario};
use fortnox_simulator::visitor::{Decision, Ending};

use http::Method;

use crate::support::{Bench, bench, header, json, query, returned, text};

fn play(bench: &Bench, id: &str) {
    bench.sim.play(Scenario::find(id).unwrap());
}

async fn ending(bench: &Bench, changes: &[(&str, &str)], decision: Decision) -> Ending {
    bench
        .visit(changes, person::ADMIN, company::EXEMPEL, decision)
        .await
}

/// The parameters with which the administrator comes back.
async fn comes_back(bench: &Bench) -> BTreeMap<String, String> {
    query(&returned(ending(bench, &[], Decision::Approve).await))
}

#[tokio::test]
async fn given_scenarios_of_app_and_company_when_set_then_the_journey_ends_as_told() {
    let bench = bench(|_| {}).await;
    for (id, changes, error) in [
        ("scope-unregistered", &[][..], "invalid_scope"),
        (
            "service-account-not-allowed",
            &[("account_type", "service")],
            "unauthorized_client",
        ),
        ("licence-missing", &[], "error_missing_license"),
        ("app-not-bought", &[], "error_missing_app_license"),
    ] {
        play(&bench, id);
        let back = query(&returned(ending(&bench, changes, Decision::Approve).await));
        assert_eq!(back["error"], error, "{id}");
    }
    play(&bench, "unknown-app");
    let page = ending(&bench, &[], Decision::Approve).await;
    assert!(matches!(page, Ending::Page { status, .. } if status == 400));
    play(&bench, "locked-company");
    assert!(comes_back(&bench).await.is_empty());
    // A user account passes where only service accounts are refused.
    play(&bench, "service-account-not-allowed");
    assert!(comes_back(&bench).await.contains_key("code"));
}

#[tokio::test]
async fn given_scenarios_of_the_way_back_when_set_then_the_callback_is_as_told() {
    let bench = bench(|_| {}).await;
    play(&bench, "state-lost");
    let declined = query(&returned(ending(&bench, &[], Decision::Cancel).await));
    assert_eq!(declined["error"], "access_denied");
    assert!(!declined.contains_key("state"));
    assert_eq!(comes_back(&bench).await["state"], "the-state");
    play(&bench, "other-issuer");
    assert_eq!(comes_back(&bench).await["iss"], "https://issuer.example");
    play(&bench, "fewer-scopes");
    assert_eq!(bench.tokens().await["scope"], "companyinformation");
}

#[tokio::test]
async fn given_a_replaced_token_answer_when_it_was_given_then_all_is_as_usual_again() {
    let bench = bench(|_| {}).await;
    for (id, status, body) in [
        ("answer-html", 200, "<!doctype html>"),
        ("answer-empty", 200, ""),
        ("answer-cut-off", 200, "{\"access_token\":\"eyJ"),
        ("answer-500", 500, ""),
    ] {
        play(&bench, id);
        let code = bench.code().await;
        let reply = bench.exchange(&code).await;
        assert_eq!(reply.status, status, "{id}");
        assert!(
            reply.body.starts_with(body)
                && serde_json::from_str::<serde_json::Value>(&reply.body).is_err()
        );
        assert_eq!(
            bench.exchange(&code).await.status,
            400,
            "{id} spends the code"
        );
        let again = bench.exchange(&bench.code().await).await;
        assert_eq!(again.status, 200, "{id} is given once");
    }
}

#[tokio::test]
async fn given_the_other_scenarios_of_the_exchange_when_set_then_as_told() {
    let bench = bench(|_| {}).await;
    play(&bench, "code-expired");
    let refused = bench.exchange(&bench.code().await).await;
    assert_eq!(
        json(&refused)["error_description"],
        "The authorization code has expired"
    );
    play(&bench, "wrong-secret");
    assert_eq!(bench.exchange(&bench.code().await).await.status, 401);
    play(&bench, "company-unreadable");
    let tokens = bench.tokens().await;
    assert_eq!(
        bench.company(text(&tokens, "access_token")).await.status,
        500
    );
    play(&bench, "revocation-fails");
    let tokens = bench.tokens().await;
    let token = text(&tokens, "refresh_token");
    assert_eq!(bench.revoke(&[("token", token)]).await.status, 500);
    assert_eq!(bench.refresh(token).await.status, 200);
}

/// Where the registers refuse: status and code for a person, and for a service
/// account.
type Refused = (
    &'static str,
    [(&'static str, (u16, Option<u32>), (u16, Option<u32>)); 2],
);

#[rustfmt::skip]
const REFUSED: [Refused; 8] = {
    const SERVED: (u16, Option<u32>) = (200, None);
    const RIGHT: (u16, Option<u32>) = (400, Some(2_001_538));
    const INVENTED: (u16, Option<u32>) = (403, Some(2_999_999));
    const MODULE: (u16, Option<u32>) = (400, Some(2_001_101));
    const INTEGRATION: (u16, Option<u32>) = (400, Some(2_001_103));
    const SCOPE: (u16, Option<u32>) = (400, Some(2_000_663));
    const UNKNOWN: (u16, Option<u32>) = (403, Some(2_999_998));
    const EMPTY: (u16, Option<u32>) = (403, None);
    [
        ("customers-forbidden", [("customers", RIGHT, SERVED), ("projects", SERVED, SERVED)]),
        ("projects-forbidden", [("projects", INVENTED, SERVED), ("customers", SERVED, SERVED)]),
        ("module-missing", [("customers", MODULE, MODULE), ("supplierinvoices", SERVED, SERVED)]),
        ("module-not-assigned", [("customers", MODULE, SERVED), ("projects", SERVED, SERVED)]),
        ("registers-unlicensed", [("customers", INTEGRATION, INTEGRATION), ("projects", INTEGRATION, INTEGRATION)]),
        ("registers-out-of-scope", [("customers", SCOPE, SCOPE), ("projects", SCOPE, SCOPE)]),
        ("refused-unknown", [("customers", UNKNOWN, UNKNOWN), ("projects", UNKNOWN, UNKNOWN)]),
        ("refused-empty", [("customers", EMPTY, EMPTY), ("projects", EMPTY, EMPTY)]),
    ]
};

#[tokio::test]
async fn given_scenarios_of_the_registers_when_set_then_they_answer_as_told() {
    let bench = bench(|_| {}).await;
    let scope = (
        "scope",
        "companyinformation customer project supplierinvoice",
    );
    for (id, registers) in REFUSED {
        play(&bench, id);
        bench.sim.behaviour(|b| b.rest.rate_limit = None);
        let mut tokens = Vec::new();
        for changes in [&[scope][..], &[scope, ("account_type", "service")]] {
            let code = bench.code_for(changes).await;
            let issued = json(&bench.exchange(&code).await);
            tokens.push(text(&issued, "access_token").to_owned());
        }
        for (path, person, service) in registers {
            for (token, expected) in tokens.iter().zip([person, service]) {
                assert_eq!(bench.company(token).await.status, 200, "{id}");
                bench.api(token, Method::GET, path, None).await;
                let ledger = bench.sim.ledger();
                let last = ledger.api_requests().pop().unwrap().clone();
                assert_eq!((last.status.unwrap(), last.code), expected, "{id} {path}");
            }
        }
    }
}

#[tokio::test]
async fn given_too_many_requests_as_a_scenario_when_set_then_429_says_how_long_to_wait() {
    let bench = bench(|_| {}).await;
    play(&bench, "rate-limited");
    let tokens = bench.tokens().await;
    let token = text(&tokens, "access_token");
    for status in [200, 429] {
        let reply = bench.company(token).await;
        assert_eq!(reply.status, status);
        let wait = header(&reply.headers, "retry-after");
        assert_eq!(wait, (status == 429).then_some("5"));
    }
}

#[tokio::test(start_paused = true)]
async fn given_a_slow_token_endpoint_when_asked_then_the_answer_comes_after_all() {
    let bench = bench(|_| {}).await;
    for (id, seconds) in [("slow-answer", 5), ("no-answer", 30)] {
        play(&bench, id);
        let code = bench.code().await;
        let before = tokio::time::Instant::now();
        assert_eq!(bench.exchange(&code).await.status, 200);
        // On the test's own clock, which leaps while nothing else goes on.
        assert!(before.elapsed().as_secs() >= seconds, "{id}");
    }
}

#[tokio::test]
async fn given_a_redirect_uri_registered_later_when_a_scenario_is_set_then_it_stays() {
    let bench = bench(|_| {}).await;
    let uri = "http://127.0.0.1:9/elsewhere";
    bench.sim.set_redirect_uri(uri);
    bench.sim.play(scenario::AS_FORTNOX);
    assert_eq!(bench.sim.app().redirect_uri.as_deref(), Some(uri));
}
