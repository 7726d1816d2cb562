//! S51: no other site may frame a page; and the other headers of every answer.

use super::browser::{Browser, Reply};
use super::world::{PAGE, World};

fn is_protected(reply: &Reply, what: &str) {
    let policy = reply
        .header("content-security-policy")
        .unwrap_or_else(|| panic!("{what}"));
    let directives: Vec<&str> = policy.split("; ").collect();
    for directive in [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(directives.contains(&directive), "{what}: {policy}");
    }
    assert_eq!(
        reply.header("x-content-type-options"),
        Some("nosniff"),
        "{what}"
    );
    assert_eq!(
        reply.header("cross-origin-opener-policy"),
        Some("same-origin"),
        "{what}"
    );
    assert!(reply.header("permissions-policy").is_some(), "{what}");
    let referrer = reply.header("referrer-policy").unwrap();
    assert!(["same-origin", "no-referrer"].contains(&referrer), "{what}");
    let is_asset = what.starts_with("/assets/");
    assert_eq!(
        reply.header("cache-control") == Some("no-store"),
        !is_asset,
        "{what}"
    );
    assert!(
        !reply.body.contains("<script") && !reply.body.contains(" style="),
        "{what}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s51_given_any_answer_when_it_is_a_page_an_error_or_a_redirect_then_nobody_may_frame_it() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let mut nobody = Browser::new(world.address);
    let paths = [
        ("/", 303),
        ("/sign-in", 303),
        ("/integrations", 200),
        ("/integrations?q=nothing", 200),
        (PAGE, 200),
        ("/integrations/fortnox/remove", 200),
        ("/integrations/fortnox/removed", 303),
        ("/integrations/fortnox/waiting", 303),
        ("/integrations/fortnox/waiting/end", 303),
        ("/log", 200),
        ("/log?live=on", 200),
        ("/log/csv", 200),
        ("/log/jsonl", 200),
        ("/approve", 410),
        ("/approve/guess", 410),
        ("/assets/style.css", 200),
        ("/assets/mark.svg", 200),
        ("/callback", 303),
        ("/callback?code=a&state=b", 303),
        ("/turned-away", 403),
        ("/nowhere", 404),
        ("/integrations/another", 404),
        ("/integrations/fortnox/", 404),
        ("/%ff/%00?%ff", 404),
        (SAVE, 405),
    ];
    for (path, status) in paths {
        let reply = kari.get(path).await;
        assert_eq!(reply.status, status, "{path}");
        is_protected(&reply, path);
        is_protected(&nobody.get(path).await, path);
    }
    let reply = kari.send("DELETE", PAGE, &[], "").await;
    assert_eq!(reply.status, 405);
    is_protected(&reply, "DELETE");
    is_protected(&kari.post(SAVE, &[]).await, "a forged form");
}

const SAVE: &str = "/integrations/fortnox/save";

#[tokio::test(flavor = "multi_thread")]
async fn s51_given_the_page_that_leads_away_when_drawn_then_it_is_protected_and_tells_nobody() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let token = kari.get(PAGE).await.token();
    let reply = kari.post(SAVE, &[("token", &token)]).await;
    is_protected(&reply, "leaving");
    assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn given_nobody_signed_in_when_a_page_is_asked_for_then_signing_in_comes_first() {
    let world = World::new().await;
    let mut nobody = Browser::new(world.address);
    for path in [
        "/integrations",
        PAGE,
        "/log",
        "/log?live=on",
        "/log/csv",
        "/log/jsonl",
        "/integrations/fortnox/remove",
        "/integrations/fortnox/removed",
        "/integrations/fortnox/waiting",
        "/integrations/fortnox/waiting/end",
    ] {
        assert_eq!(nobody.get(path).await.onwards(), "/sign-in", "{path}");
    }
}
