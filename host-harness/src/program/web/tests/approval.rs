//! Somebody without a login approves: the link, what it opens, and what it does
//! not.

use std::time::Duration;

use fortnox_simulator::cast::person;
use fortnox_simulator::visitor::Decision;
use url::Url;

use super::browser::{Browser, Reply};
use super::world::{PAGE, World, led_away};
use crate::web::invitation::LIFETIME;
use crate::web::session::IDLE;
use crate::web::site::Patience;

const OVER: &str = "This link does not work any more";

/// Kari, whose company has settings and no grant.
async fn settled(world: &World) -> Browser {
    let mut kari = world.signed_in("kari").await;
    world.leave(&mut kari).await;
    kari
}

/// Kari's browser, the link that she made for Anna, and Anna's browser.
async fn anna_invited() -> (World, Browser, String, Browser) {
    let world = World::new().await;
    let mut kari = settled(&world).await;
    let link = invited(&mut kari, "Anna").await;
    let anna = Browser::new(world.address);
    (world, kari, link, anna)
}

/// Makes a link for somebody; its path.
async fn invited(browser: &mut Browser, name: &str) -> String {
    let token = browser.get(PAGE).await.token();
    let fields = [("token", token.as_str()), ("guest", name)];
    let reply = browser.post(&format!("{PAGE}/invite"), &fields).await;
    assert_eq!(reply.onwards(), PAGE);
    let page = browser.get(PAGE).await;
    let (_, rest) = page.body.split_once("<textarea").unwrap();
    let link = rest.split(['>', '<']).nth(1).unwrap();
    Url::parse(link).unwrap().path().to_owned()
}

/// Opens a link in a browser, which leads to the provider.
async fn opened(browser: &mut Browser, link: &str) -> Url {
    led_away(&open(browser, link).await)
}

async fn open(browser: &mut Browser, link: &str) -> Reply {
    let token = browser.get(link).await.token();
    browser.post(link, &[("token", &token)]).await
}

async fn log(browser: &mut Browser) -> String {
    browser.get("/log").await.text()
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_link_when_its_guest_approves_then_access_is_granted_and_the_session_ends() {
    let world = World::new().await;
    let mut kari = settled(&world).await;
    let link = invited(&mut kari, "Anna <Berg>").await;
    let page = kari.get(PAGE).await;
    assert!(!page.body.contains(&link), "the link is shown once");
    assert!(page.text().contains("Waiting for Anna <Berg>"), "{page:?}");

    let mut anna = Browser::new(world.address);
    let page = anna.get(&link).await;
    let text = page.text();
    for words in [
        "Kari Nordmann",
        "Nordlys Bygg AS",
        "Customers",
        "in Swedish",
        "Anna <Berg>",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!page.body.contains("Anna <Berg>"), "escaped");
    let away = opened(&mut anna, &link).await;
    let text = kari.get(PAGE).await.text();
    assert!(text.contains("Anna <Berg> has opened the link"), "{text}");

    let back = world.visit(&away, person::USER, Decision::Approve).await;
    assert_eq!(anna.get(&back).await.onwards(), "/approve");
    let text = anna.get("/approve").await.text();
    for words in [
        "Access to Fortnox is granted",
        "Exempel AB",
        "close this window",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let reply = anna.get("/approve").await;
    assert_eq!(reply.status, 410, "the session has ended");

    let text = kari.get(PAGE).await.text();
    for words in ["Anna <Berg> has approved", "Connected", "Exempel AB"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let text = log(&mut kari).await;
    for words in [
        "Anna <Berg> (guest) · authorization.succeeded",
        "Anna <Berg> (guest) · invitation.opened",
        "Kari Nordmann · invitation.created",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(anna.get(&link).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_link_when_only_looked_at_then_it_can_still_be_opened_once() {
    let world = World::new().await;
    let mut kari = settled(&world).await;
    let link = invited(&mut kari, "Anna").await;
    let mut scanner = Browser::new(world.address);
    for method in ["GET", "HEAD", "GET"] {
        assert_eq!(scanner.send(method, &link, &[], "").await.status, 200);
    }
    // Without the token of a page of its own, a form opens nothing.
    let reply = scanner.post(&link, &[("token", "guess")]).await;
    assert_eq!(reply.onwards(), link);
    let reply = Browser::new(world.address).post(&link, &[]).await;
    assert_eq!(reply.onwards(), link);

    let (mut one, mut two) = (Browser::new(world.address), Browser::new(world.address));
    let tokens = (one.get(&link).await.token(), two.get(&link).await.token());
    let (first, second) = (
        [("token", tokens.0.as_str())],
        [("token", tokens.1.as_str())],
    );
    let (first, second) = tokio::join!(one.post(&link, &first), two.post(&link, &second));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 410]);
    let refused = if first.status == 410 { first } else { second };
    assert!(refused.text().contains(OVER), "{}", refused.text());
    assert!(!refused.text().contains("Anna"), "it does not tell whose");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_guest_when_anything_else_is_asked_for_then_nobody_is_signed_in() {
    let (world, mut kari, link, mut anna) = anna_invited().await;
    let before = anna.get(&link).await;
    let fixed = anna.cookies["__Host-session"].clone();
    opened(&mut anna, &link).await;
    assert_ne!(anna.cookies["__Host-session"], fixed, "a new session");
    for path in [
        "/integrations",
        PAGE,
        "/log",
        "/log/csv",
        "/log/jsonl",
        "/integrations/fortnox/remove",
        "/integrations/fortnox/removed",
    ] {
        assert_eq!(anna.get(path).await.onwards(), "/sign-in", "{path}");
    }
    let page = anna.get("/approve").await;
    let token = page.token();
    assert_ne!(token, before.token());
    for hidden in ["Ola Hansen", "Kari Nordmann", "/log", "/save", "setting:"] {
        assert!(!page.body.contains(hidden), "{hidden}: {}", page.body);
    }
    for action in [
        "save",
        "authorize",
        "enable",
        "disable",
        "resume",
        "check-access",
        "invite",
        "withdraw",
        "remove",
    ] {
        let path = format!("{PAGE}/{action}");
        for token in [token.as_str(), "guess"] {
            let fields = [("token", token), ("guest", "Eve")];
            let reply = anna.post(&path, &fields).await;
            assert_eq!(reply.status, 403, "{path}");
            assert!(reply.text().contains("You are not signed in"), "{path}");
        }
    }
    let report = world.site.host.connection("Nordlys Bygg AS").unwrap();
    assert!(!report.status("en").await.unwrap().enabled);
    // Nor has an administrator a guest's page.
    assert_eq!(kari.get("/approve").await.status, 410);
    let token = kari.get(PAGE).await.token();
    let reply = kari.post("/approve/start", &[("token", &token)]).await;
    assert_eq!(reply.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_guest_who_is_refused_when_told_then_they_can_start_again() {
    let (world, _kari, link, mut anna) = anna_invited().await;
    let away = opened(&mut anna, &link).await;
    assert_eq!(anna.get(&link).await.onwards(), "/approve");
    let back = world.visit(&away, person::USER, Decision::Cancel).await;
    assert_eq!(anna.get(&back).await.onwards(), "/approve");
    for _ in 0..2 {
        let text = anna.get("/approve").await.text();
        assert!(text.contains("The approval was declined"), "{text}");
        assert!(text.contains("Start again"), "{text}");
    }
    let page = anna.get("/approve").await;
    let (text, token) = (page.text(), page.token());
    // What those of the company could do there is the button here.
    assert!(!text.contains("Start the authorization again"), "{text}");
    let reply = anna.post("/approve/start", &[("token", "guess")]).await;
    assert_eq!(reply.status, 403);
    let away = led_away(&anna.post("/approve/start", &[("token", &token)]).await);
    let back = world.visit(&away, person::USER, Decision::Approve).await;
    let text = anna.open(&back).await.text();
    assert!(text.contains("Access to Fortnox is granted"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_guest_at_the_provider_when_back_elsewhere_then_nothing_is_used() {
    let (world, mut kari, link, mut anna) = anna_invited().await;
    let away = opened(&mut anna, &link).await;
    let back = world.visit(&away, person::USER, Decision::Approve).await;
    let mut nobody = Browser::new(world.address);
    for browser in [&mut kari, &mut nobody] {
        assert_eq!(browser.get(&back).await.onwards(), "/turned-away");
    }
    // The session alone, without the binding, is not enough either.
    let with_binding = anna.cookies.clone();
    anna.cookies.retain(|name, _| !name.contains("binding"));
    let text = anna.open(&back).await.text();
    assert!(text.contains("does not fit"), "{text}");
    assert_eq!(world.exchanges(), 0);
    anna.cookies = with_binding;
    let text = anna.open(&back).await.text();
    assert!(text.contains("Access to Fortnox is granted"), "{text}");
    assert_eq!(anna.get(&back).await.onwards(), "/turned-away", "a replay");
    assert_eq!(world.exchanges(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_link_when_withdrawn_replaced_expired_or_removed_then_its_session_is_over() {
    let world = World::new().await;
    let mut kari = settled(&world).await;
    let token = kari.get(PAGE).await.token();
    let fields = [("token", token.as_str())];
    for how in ["withdraw", "invite", "expire", "remove"] {
        let link = invited(&mut kari, "Anna").await;
        let mut anna = Browser::new(world.address);
        let away = opened(&mut anna, &link).await;
        let back = world.visit(&away, person::USER, Decision::Approve).await;
        match how {
            "invite" => {
                let other = invited(&mut kari, "Bo").await;
                let mut bo = Browser::new(world.address);
                assert_eq!(bo.get(&other).await.status, 200);
            }
            "expire" => {
                let invitation = world.site.invitations.of("Nordlys Bygg AS", "fortnox");
                let mut invitation = invitation.await.unwrap().unwrap();
                assert_eq!(invitation.expires - invitation.created, LIFETIME);
                invitation.expires = world.site.now();
                world.site.invitations.put(invitation).await.unwrap();
                let text = kari.get(PAGE).await.text();
                assert!(text.contains("The link for Anna is too old"), "{text}");
            }
            how => {
                let reply = kari.post(&format!("{PAGE}/{how}"), &fields).await;
                assert_eq!(reply.status, 303, "{how}");
            }
        }
        assert_eq!(anna.get(&back).await.onwards(), "/approve", "{how}");
        assert_eq!(anna.get("/approve").await.status, 410, "{how}");
        let reply = anna.get(&link).await;
        assert_eq!(reply.status, 410, "{how}");
        assert!(reply.text().contains(OVER), "{how}");
    }
    assert_eq!(world.exchanges(), 0);
    let text = log(&mut kari).await;
    assert!(text.contains("The link for Anna was withdrawn"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_link_that_nobody_opened_when_too_old_then_it_opens_nothing() {
    let (world, _kari, link, mut anna) = anna_invited().await;
    world.clock.advance(Duration::from_secs(LIFETIME - 1));
    let token = anna.get(&link).await.token();
    world.clock.advance(Duration::from_secs(1));
    let reply = anna.post(&link, &[("token", &token)]).await;
    assert_eq!(reply.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_guest_when_idle_too_long_then_the_session_is_over_and_the_link_spent() {
    let (world, _kari, link, mut anna) = anna_invited().await;
    // The link's page may lie open for as long as it takes.
    let token = anna.get(&link).await.token();
    world.clock.advance(IDLE);
    let reply = anna.post(&link, &[("token", &token)]).await;
    assert_eq!(reply.onwards(), link);
    opened(&mut anna, &link).await;
    world.clock.advance(IDLE);
    assert_eq!(anna.get("/approve").await.status, 410);
    assert_eq!(anna.get(&link).await.status, 410);
}

#[tokio::test(flavor = "multi_thread")]
async fn given_no_usable_name_when_inviting_then_there_is_no_link_and_the_page_says_why() {
    let world = World::new().await;
    let mut kari = settled(&world).await;
    let token = kari.get(PAGE).await.token();
    let long = "x".repeat(81);
    for name in ["", "  ", "\u{200b}", long.as_str()] {
        let fields = [("token", token.as_str()), ("guest", name)];
        let reply = kari.post(&format!("{PAGE}/invite"), &fields).await;
        assert_eq!(reply.onwards(), PAGE);
        let page = kari.get(PAGE).await;
        assert!(page.text().contains("at most 80 characters"), "{name:?}");
        assert!(!page.body.contains("<textarea"), "{name:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn given_the_administrators_own_browser_when_the_link_is_opened_then_it_says_what_follows() {
    let world = World::new().await;
    let mut kari = settled(&world).await;
    let link = invited(&mut kari, "Anna").await;
    let text = kari.get(&link).await.text();
    assert!(
        text.contains("You are signed in here as Kari Nordmann"),
        "{text}"
    );
    opened(&mut kari, &link).await;
    assert_eq!(kari.get(PAGE).await.onwards(), "/sign-in");
    assert_eq!(kari.get("/approve").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_guest_when_a_language_is_chosen_then_the_page_speaks_it() {
    let (_world, _kari, link, mut anna) = anna_invited().await;
    let token = anna.get(&link).await.token();
    let fields = [("token", token.as_str()), ("language", "sv")];
    assert_eq!(anna.post(&link, &fields).await.onwards(), link);
    let page = anna.get(&link).await;
    assert!(page.text().contains("är på svenska"), "{}", page.text());
    opened(&mut anna, &link).await;
    let page = anna.get("/approve").await;
    assert!(page.body.contains("name=\"here\" value=\"approval\""));
    assert!(page.body.contains("<html lang=\"sv\">"));
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_storage_that_cannot_write_when_the_guest_is_back_then_it_can_be_tried_again() {
    let (world, _kari, link, mut anna) = anna_invited().await;
    let away = opened(&mut anna, &link).await;
    let back = world.visit(&away, person::USER, Decision::Approve).await;
    world.storage.set_broken(true);
    let page = anna.open(&back).await;
    let text = page.text();
    assert!(text.contains("could not be finished"), "{text}");
    world.storage.set_broken(false);
    let token = page.token();
    let fields = [("token", token.as_str())];
    let reply = anna.post("/approve/resume", &fields).await;
    assert_eq!(reply.onwards(), "/approve");
    let text = anna.get("/approve").await.text();
    assert!(text.contains("Access to Fortnox is granted"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_return_that_is_being_handed_in_when_the_link_is_to_go_then_it_is_too_late() {
    for how in ["withdraw", "invite"] {
        let world = World::with(Patience {
            callback: Duration::ZERO,
            waiting: Duration::ZERO,
        });
        let world = world.await;
        let mut kari = settled(&world).await;
        let link = invited(&mut kari, "Anna").await;
        let mut anna = Browser::new(world.address);
        let away = opened(&mut anna, &link).await;
        let back = world.visit(&away, person::USER, Decision::Approve).await;
        let token = kari.get(PAGE).await.token();
        world.gate.shut();
        anna.get(&back).await;
        world.gate.arrival().await;
        let fields = [("token", token.as_str()), ("guest", "Bo")];
        let path = format!("{PAGE}/{how}");
        let (reply, ()) = tokio::join!(kari.post(&path, &fields), async { world.gate.open() });
        assert_eq!(reply.onwards(), PAGE);
        let text = kari.get(PAGE).await.text();
        assert!(text.contains("It was too late"), "{how}: {text}");
        assert!(text.contains("Anna has approved"), "{how}: {text}");
        // Once more, as by a double click: the answer is the same.
        let again = [("token", token.as_str())];
        kari.post(&format!("{PAGE}/withdraw"), &again).await;
        let text = kari.get(PAGE).await.text();
        assert!(text.contains("It was too late"), "{how}: {text}");
        let text = anna.open("/approve").await.text();
        assert!(
            text.contains("Access to Fortnox is granted"),
            "{how}: {text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_link_when_somebody_of_the_company_approves_first_then_it_opens_nothing() {
    let world = World::new().await;
    let mut kari = settled(&world).await;
    let link = invited(&mut kari, "Anna").await;
    world.connect(&mut kari).await;
    let mut anna = Browser::new(world.address);
    assert_eq!(anna.get(&link).await.status, 410);
    let text = log(&mut kari).await;
    assert!(text.contains("The link for Anna was withdrawn"), "{text}");
}
