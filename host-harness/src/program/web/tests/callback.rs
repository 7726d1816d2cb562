//! The way back: S24 (clean address), S25 (looking ahead), S26 (the same person),
//! S49 (a limit), and what happens when nothing can be saved.

use std::time::Duration;

use fortnox_simulator::cast::person;
use fortnox_simulator::visitor::Decision;

use super::browser::{Browser, Reply};
use super::world::{PAGE, World};
use crate::web::throttle::{PER_ADDRESS, PER_SESSION, WINDOW};

/// Whether the attempt of the company still waits.
async fn still_waits(browser: &mut Browser) -> bool {
    browser
        .get(PAGE)
        .await
        .text()
        .contains("Waiting for approval")
}

/// Where a return ends that is not accepted: whatever was in it is gone.
async fn turned_away(browser: &mut Browser, back: &str) -> Reply {
    let reply = browser.get(back).await;
    assert_eq!((reply.status, reply.onwards()), (303, "/turned-away"));
    is_clean(&reply);
    let page = browser.get("/turned-away").await;
    assert!(
        !page.body.contains("state=") && !page.body.contains("guess"),
        "{page:?}"
    );
    page
}

fn is_clean(reply: &Reply) {
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s24_given_an_approval_when_back_then_a_clean_address_shows_the_company_once() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let back = world.approved(&mut kari).await;
    let bound = |browser: &Browser| {
        browser
            .cookies
            .keys()
            .any(|name| name.starts_with("__Host-binding-"))
    };
    assert!(bound(&kari));
    let reply = kari.get(&back).await;
    assert_eq!(reply.onwards(), PAGE);
    is_clean(&reply);
    assert!(!bound(&kari), "the binding is spent");

    let page = kari.get(PAGE).await;
    assert!(
        page.text()
            .contains("Access is granted Exempel AB , 556000-0100"),
        "{}",
        page.text()
    );
    let state = back
        .split("state=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    assert!(!page.body.contains(state));
    assert!(
        !kari.get(PAGE).await.text().contains("Access is granted"),
        "told once"
    );

    // A reload of the callback is harmless.
    let again = kari.get(&back).await;
    assert_eq!(again.onwards(), PAGE);
    is_clean(&again);
    assert_eq!(world.exchanges(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn s24_given_a_refusal_when_back_then_a_clean_address_says_why_and_offers_a_new_start() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let authorize = world.leave(&mut kari).await;
    let back = world
        .visit(&authorize, person::USER, Decision::Cancel)
        .await;
    let reply = kari.get(&back).await;
    assert_eq!(reply.onwards(), PAGE);
    is_clean(&reply);
    let page = kari.get(PAGE).await;
    let text = page.text();
    for words in [
        "Authorization failed",
        "The approval was declined",
        "You Start",
        "user-declined",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(
        page.body
            .contains(r#"<button class="button primary" form="settings-form""#)
    );
    let (above_the_log, _) = page.body.split_once("id=\"newest\"").unwrap();
    assert_eq!(
        above_the_log.matches("The approval was declined").count(),
        1,
        "told once"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s25_given_an_open_attempt_when_a_browser_looks_ahead_then_it_is_not_touched() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let back = world.approved(&mut kari).await;
    let ahead: [&[(&str, &str)]; 4] = [
        &[("sec-purpose", "prefetch")],
        &[("sec-purpose", "prefetch;prerender")],
        &[("purpose", "prefetch")],
        &[("x-moz", "prefetch")],
    ];
    for headers in ahead {
        let reply = kari.send("GET", &back, headers, "").await;
        assert_eq!(reply.status, 503, "nothing a browser would show later");
        is_clean(&reply);
    }
    let reply = kari.send("HEAD", &back, &[], "").await;
    assert_eq!((reply.status, reply.body.as_str()), (204, ""));
    for method in ["POST", "PUT", "OPTIONS"] {
        let reply = kari.send(method, &back, &[], "").await;
        assert_eq!(
            (reply.status, reply.header("allow")),
            (405, Some("GET, HEAD"))
        );
    }
    assert!(still_waits(&mut kari).await);
    assert_eq!(world.exchanges(), 0);
    let page = kari.open(&back).await;
    assert!(page.text().contains("Access is granted"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn s26_given_somebody_else_or_nobody_signed_in_when_back_then_the_attempt_is_untouched() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let back = world.approved(&mut kari).await;

    let mut nobody = Browser::new(world.address);
    let mut colleague = world.signed_in("ola").await;
    let mut stranger = world.signed_in("maja").await;
    // Kari once more, in another browser: another session.
    let mut elsewhere = world.signed_in("kari").await;
    let bindings = kari.cookies.clone().into_iter();
    let bindings: Vec<_> = bindings
        .filter(|(name, _)| name.contains("binding"))
        .collect();
    assert_eq!(bindings.len(), 1);
    for browser in [&mut nobody, &mut colleague, &mut stranger, &mut elsewhere] {
        for stolen in [false, true] {
            if stolen {
                browser.cookies.extend(bindings.clone());
            }
            for path in [back.as_str(), "/callback"] {
                let page = turned_away(browser, path).await;
                assert_eq!(page.status, 403);
                let text = page.text();
                assert!(
                    text.contains("This return does not belong to you"),
                    "{text}"
                );
            }
        }
    }
    assert!(still_waits(&mut kari).await);
    assert_eq!(world.exchanges(), 0);
    assert!(kari.open(&back).await.text().contains("Access is granted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s26_given_a_session_that_ended_when_back_then_the_attempt_is_untouched() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let back = world.approved(&mut kari).await;
    let token = kari.get(PAGE).await.token();
    kari.post("/sign-out", &[("token", &token)]).await;
    assert_eq!(turned_away(&mut kari, &back).await.status, 403);
    let token = kari.get("/sign-in").await.token();
    kari.post("/sign-in", &[("token", &token), ("person", "kari")])
        .await;
    assert_eq!(turned_away(&mut kari, &back).await.status, 403);
    assert!(still_waits(&mut kari).await);
    assert_eq!(world.exchanges(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn s26_given_a_session_without_the_binding_when_back_then_the_plugin_refuses_it() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let back = world.approved(&mut kari).await;
    let with_binding = kari.cookies.clone();
    kari.cookies.retain(|name, _| !name.contains("binding"));
    let text = kari.open(&back).await.text();
    assert!(
        text.contains("This return from Fortnox does not fit"),
        "{text}"
    );
    assert!(still_waits(&mut kari).await);
    kari.cookies = with_binding;
    assert!(kari.open(&back).await.text().contains("Access is granted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s49_given_failed_returns_when_too_many_of_a_session_then_429_until_the_window_is_over() {
    let world = World::new().await;
    let mut ola = world.signed_in("ola").await;
    for number in 1..PER_SESSION {
        let back = format!("/callback?state=guess{number}");
        assert_eq!(turned_away(&mut ola, &back).await.status, 403);
    }
    let reply = turned_away(&mut ola, "/callback?state=guess&code=c").await;
    assert_eq!(reply.status, 429);
    let wait = WINDOW.as_secs().to_string();
    assert_eq!(reply.header("retry-after"), Some(wait.as_str()));
    assert!(reply.text().contains("Too many failed returns"));
    let mut other = world.signed_in("maja").await;
    let reply = turned_away(&mut other, "/callback?state=guess").await;
    assert_eq!(reply.status, 403);

    world.clock.advance(WINDOW);
    let reply = turned_away(&mut ola, "/callback?state=guess").await;
    assert_eq!(reply.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn s49_given_an_address_that_failed_too_often_when_an_own_return_comes_then_it_is_taken() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let back = world.approved(&mut kari).await;
    for _ in 1..PER_ADDRESS {
        let mut nobody = Browser::new(world.address);
        let reply = turned_away(&mut nobody, "/callback?state=guess").await;
        assert_eq!(reply.status, 403);
    }
    let mut nobody = Browser::new(world.address);
    for back in ["/callback?state=guess", "/callback"] {
        assert_eq!(turned_away(&mut nobody, back).await.status, 429);
    }
    // Behind a proxy all have one address: nobody can lock out the others.
    assert!(kari.open(&back).await.text().contains("Access is granted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s49_given_an_own_return_that_fails_again_and_again_when_too_many_then_429() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    world.leave(&mut kari).await;
    for _ in 0..PER_SESSION {
        let reply = kari.get("/callback").await;
        assert_eq!(reply.onwards(), PAGE, "bare, with the binding");
    }
    assert_eq!(turned_away(&mut kari, "/callback").await.status, 429);
    let page = kari.get(PAGE).await.text();
    assert!(
        page.contains("The browser came back from Fortnox without an answer"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn s49_given_forged_returns_in_the_own_browser_when_the_genuine_one_comes_then_it_is_taken() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let back = world.approved(&mut kari).await;
    for number in 0..=PER_SESSION {
        kari.get(&format!("/callback?code=a&state=w{number}")).await;
        kari.get("/callback?code=a").await;
    }
    let throttled = turned_away(&mut kari, "/callback?code=a").await;
    assert_eq!(throttled.status, 429);
    assert!(kari.open(&back).await.text().contains("Access is granted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s26_given_links_of_anybodys_in_the_own_browser_when_opened_then_the_journey_goes_on() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let back = world.approved(&mut kari).await;
    let state = back.split("state=").nth(1).unwrap();
    let state = state.split('&').next().unwrap().to_owned();
    let huge = "x".repeat(60_000);
    for link in [
        "code=a&code=b".to_owned(),
        "error=access_denied".to_owned(),
        "error=access_denied&error_description=Ring+0700-12345".to_owned(),
        format!("code=a&code=b&state={state}"),
        format!("code=&state={state}"),
        format!("code=%ff&state={state}"),
        format!("error=e&error_description={huge}&state={state}"),
        format!("code=a&state={state}&state={state}"),
    ] {
        let text = kari.open(&format!("/callback?{link}")).await.text();
        let short: String = link.chars().take(60).collect();
        assert!(!text.contains("0700"), "{short}");
        assert!(
            kari.cookies.keys().any(|name| name.contains("binding")),
            "{short}"
        );
    }
    assert_eq!(world.exchanges(), 0);
    assert!(kari.open(&back).await.text().contains("Access is granted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn given_more_journeys_than_are_kept_when_begun_then_their_cookies_go_with_them() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    world.leave(&mut kari).await;
    for _ in 0..11 {
        world.authorize(&mut kari).await;
    }
    let bindings = kari.cookies.keys().filter(|name| name.contains("binding"));
    assert_eq!(bindings.count(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_storage_that_cannot_write_when_back_then_the_return_can_be_handed_in_again() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let back = world.approved(&mut kari).await;
    world.storage.set_broken(true);
    let page = kari.open(&back).await;
    assert_eq!(page.status, 200);
    assert!(
        page.text().contains("could not be finished"),
        "{}",
        page.text()
    );
    assert_eq!(world.exchanges(), 0);

    let token = page.token();
    let resume = format!("{PAGE}/resume");
    assert_eq!(
        kari.post(&resume, &[("token", &token)]).await.onwards(),
        PAGE
    );
    assert!(
        kari.get(PAGE)
            .await
            .text()
            .contains("could not be finished"),
        "still broken"
    );

    world.storage.set_broken(false);
    assert_eq!(
        kari.post(&resume, &[("token", &token)]).await.onwards(),
        PAGE
    );
    let text = kari.get(PAGE).await.text();
    assert!(text.contains("Access is granted"), "{text}");
    assert!(!text.contains("could not be finished"), "{text}");
    assert!(!kari.cookies.keys().any(|name| name.contains("binding")));
    assert_eq!(
        kari.post(&resume, &[("token", &token)]).await.onwards(),
        PAGE,
        "nothing left"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn given_two_companies_in_two_browsers_when_both_come_back_then_each_has_its_own() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let mut maja = world.signed_in("maja").await;
    let (first, second) = (
        world.approved(&mut kari).await,
        world.approved(&mut maja).await,
    );
    assert_eq!(turned_away(&mut maja, &first).await.status, 403);
    assert!(
        maja.open(&second)
            .await
            .text()
            .contains("Access is granted")
    );
    assert!(still_waits(&mut kari).await);
    assert!(kari.open(&first).await.text().contains("Access is granted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn given_an_attempt_begun_anew_when_the_older_comes_back_then_the_newer_is_not_harmed() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let older = world.approved(&mut kari).await;
    let authorize = world.authorize(&mut kari).await;
    let newer = world
        .visit(&authorize, person::USER, Decision::Approve)
        .await;
    let text = kari.open(&older).await.text();
    assert!(
        text.contains("This return from Fortnox does not fit"),
        "{text}"
    );
    assert!(still_waits(&mut kari).await);
    assert!(kari.open(&newer).await.text().contains("Access is granted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn given_an_attempt_when_expired_then_its_return_is_nobodys() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let back = world.approved(&mut kari).await;
    world.clock.advance(Duration::from_secs(601));
    assert_eq!(turned_away(&mut kari, &back).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_new_attempt_that_failed_when_a_day_has_passed_then_it_is_not_told_any_more() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    world.connect(&mut kari).await;
    let authorize = world.authorize(&mut kari).await;
    let back = world
        .visit(&authorize, person::USER, Decision::Cancel)
        .await;
    let told = "The new attempt failed";
    let text = kari.open(&back).await.text();
    assert!(text.contains(told), "{text}");
    // The plugin goes by the real clock, and the page by its own, which is behind.
    world.clock.advance(Duration::from_secs(400 * 24 * 3600));
    let mut kari = world.signed_in("kari").await;
    let text = kari.get(PAGE).await.text();
    assert!(!text.contains(told), "{text}");
}
