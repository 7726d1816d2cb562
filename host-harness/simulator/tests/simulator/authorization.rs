//! The authorization request, before anybody logs in.

use std::collections::BTreeSet;

use fortnox_simulator::Refusal;
use fortnox_simulator::behaviour::{RedirectUriCompare, Wording};
use http::Method;

use crate::support::{CALLBACK, CHALLENGE, bench, query};

/// Status 302 and the parameters of the callback.
async fn redirected(
    bench: &crate::support::Bench,
    changes: &[(&str, &str)],
) -> Option<Vec<(String, String)>> {
    let location = bench.authorize(changes).await.location()?;
    (location.origin() != bench.sim.endpoints().api.origin())
        .then(|| query(&location).into_iter().collect())
}

fn error(code: &str, description: &str) -> Option<Vec<(String, String)>> {
    let pairs = [
        ("error", code),
        ("error_description", description),
        ("state", "the-state"),
    ];
    Some(
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
    )
}

#[tokio::test]
async fn given_a_good_request_when_authorizing_then_the_login_page_is_shown() {
    let bench = bench(|_| {}).await;
    let reply = bench.authorize(&[]).await;
    assert_eq!(reply.status, 302);
    let location = reply.location().unwrap();
    assert_eq!(location.origin(), bench.sim.endpoints().api.origin());
    let cookie = reply.headers.get("set-cookie").unwrap().to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"));
}

#[tokio::test]
async fn given_an_unknown_client_when_authorizing_then_a_page_and_no_redirect() {
    let bench = bench(|_| {}).await;
    for client in ["Nobody123456", "-"] {
        let reply = bench.authorize(&[("client_id", client)]).await;
        assert_eq!((reply.status.as_u16(), reply.location()), (400, None));
        assert!(
            reply
                .body
                .contains("Auth code or ClientID supplied is invalid")
        );
    }
}

#[tokio::test]
async fn given_another_redirect_uri_when_authorizing_then_a_page_and_no_redirect() {
    let bench = bench(|_| {}).await;
    for uri in [
        "http://127.0.0.1:9/callback/",
        "http://127.0.0.1:9/Callback",
    ] {
        let reply = bench.authorize(&[("redirect_uri", uri)]).await;
        assert_eq!((reply.status.as_u16(), reply.location()), (400, None));
        assert!(reply.body.contains("redirect_uri_mismatch"));
    }
}

#[tokio::test]
async fn given_no_registered_redirect_uri_when_authorizing_then_any_is_taken_but_one_is_needed() {
    let bench = bench(|_| {}).await;
    bench.sim.change_app(|app| app.redirect_uri = None);
    let other = [("redirect_uri", "http://127.0.0.1:9/elsewhere")];
    assert_eq!(bench.authorize(&other).await.status, 302);
    assert_eq!(bench.authorize(&[("redirect_uri", "-")]).await.status, 400);
}

#[tokio::test]
async fn given_raw_compare_when_the_redirect_uri_is_encoded_then_it_mismatches() {
    let bench = bench(|b| b.redirect_uri_compare = RedirectUriCompare::Raw).await;
    assert_eq!(bench.authorize(&[]).await.status, 400);

    let mut url = bench.authorize_url(&[("redirect_uri", "-")]);
    let query = format!("{}&redirect_uri={CALLBACK}", url.query().unwrap());
    url.set_query(Some(&query));
    let reply = bench.send(Method::GET, url, &[], None).await;
    assert_eq!(reply.status, 302);
}

#[tokio::test]
async fn given_a_wrong_response_type_when_authorizing_then_invalid_request() {
    let bench = bench(|_| {}).await;
    for kind in ["token", "-"] {
        let found = redirected(&bench, &[("response_type", kind)]).await;
        assert_eq!(
            found,
            error("invalid_request", "Invalid or missing response type")
        );
    }
}

#[tokio::test]
async fn given_no_state_when_authorizing_then_invalid_request_unless_switched_off() {
    let bench = bench(|_| {}).await;
    let found = redirected(&bench, &[("state", "-")]).await.unwrap();
    assert_eq!(found[0].1, "invalid_request");
    assert_eq!(found[1].1, "The state parameter is required");
    assert_eq!(found.len(), 2);

    bench.sim.behaviour(|b| b.state_required = false);
    assert_eq!(redirected(&bench, &[("state", "-")]).await, None);
}

#[tokio::test]
async fn given_an_unregistered_scope_when_authorizing_then_invalid_scope_before_login() {
    let bench = bench(|_| {}).await;
    for scope in ["customer salary", "Customer", "no-such-scope", "-"] {
        let found = redirected(&bench, &[("scope", scope)]).await;
        assert_eq!(
            found,
            error("invalid_scope", "An unsupported scope was requested"),
            "{scope}"
        );
    }
}

#[tokio::test]
async fn given_an_error_page_switch_when_a_scope_is_unregistered_then_a_page() {
    let pages = BTreeSet::from([Refusal::ScopeUnregistered]);
    let bench = bench(|b| b.error_pages = pages).await;
    let reply = bench.authorize(&[("scope", "salary")]).await;
    assert_eq!((reply.status.as_u16(), reply.location()), (400, None));
    assert!(reply.body.contains("invalid_scope"));
}

#[tokio::test]
async fn given_an_app_without_service_accounts_when_asking_for_one_then_refused_in_its_words() {
    let bench = bench(|_| {}).await;
    bench.sim.change_app(|app| app.service_accounts = false);
    let found = redirected(&bench, &[("account_type", "service")]).await;
    assert_eq!(
        found,
        error(
            "unauthorized_client",
            "Client does not allow service account"
        )
    );
    assert_eq!(redirected(&bench, &[]).await, None);
}

#[tokio::test]
async fn given_another_account_type_when_authorizing_then_invalid_request() {
    let bench = bench(|_| {}).await;
    for kind in ["Service", ""] {
        let found = redirected(&bench, &[("account_type", kind)]).await;
        assert_eq!(found, error("invalid_request", "Invalid account type"));
    }
}

#[tokio::test]
async fn given_pkce_enforced_when_the_challenge_is_missing_or_plain_then_invalid_request() {
    let bench = bench(|b| b.pkce_enforced = true).await;
    let plain = [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "plain"),
    ];
    for changes in [&[][..], &plain] {
        let found = redirected(&bench, changes).await;
        assert_eq!(found, error("invalid_request", "Missing code challenge"));
    }
    let s256 = [
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    assert_eq!(redirected(&bench, &s256).await, None);
}

#[tokio::test]
async fn given_errors_without_state_when_refused_then_the_state_is_absent() {
    let bench = bench(|b| b.state_on_errors = false).await;
    let found = redirected(&bench, &[("scope", "salary")]).await.unwrap();
    assert!(found.iter().all(|(name, _)| name != "state"));
}

#[tokio::test]
async fn given_hostile_words_when_refused_then_encoded_in_the_redirect_and_escaped_in_the_page() {
    let hostile = "<script>alert('x')</script>\r\nSet-Cookie: a=b\u{7}";
    let wording = Wording {
        error: Some("new_error".to_owned()),
        description: Some(hostile.to_owned()),
    };
    let bench = bench(|b| {
        b.wording.insert(Refusal::ScopeUnregistered, wording);
    })
    .await;
    let found = redirected(&bench, &[("scope", "salary")]).await;
    assert_eq!(found, error("new_error", hostile));

    bench.sim.behaviour(|b| {
        b.error_pages.insert(Refusal::ScopeUnregistered);
    });
    let page = bench.authorize(&[("scope", "salary")]).await;
    assert!(!page.body.contains("<script"));
    assert!(page.body.contains("script&#62;alert"));
}

#[tokio::test]
async fn given_a_token_request_sent_here_when_posted_then_403() {
    let bench = bench(|_| {}).await;
    let url = bench.sim.endpoints().authorize.clone();
    let reply = bench.send(Method::POST, url, &[], Some(&[])).await;
    assert_eq!(reply.status, 403);
}
