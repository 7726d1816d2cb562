//! What administrators see on their way.

use fortnox_simulator::cast::{company, person};
use fortnox_simulator::visitor::Decision;

use super::world::{PAGE, World};

#[tokio::test(flavor = "multi_thread")]
async fn given_the_list_when_searched_then_it_finds_or_says_that_it_does_not() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let found = kari.get("/integrations?q=FORT").await;
    assert!(found.body.contains(&format!("href=\"{PAGE}\"")));
    assert!(found.body.contains("src=\"data:image/svg+xml;base64,"));
    assert!(found.text().contains("Not set up"));
    let sought = "/integrations?q=%3Cscript%3Ealert(1)%3C/script%3E";
    let empty = kari.get(sought).await;
    assert!(
        empty
            .text()
            .contains("Nothing was found for “<script>alert(1)</script>”")
    );
    assert!(!empty.body.contains("<script"));
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_connection_when_switched_and_removed_then_each_step_is_told() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let page = world.connect(&mut kari).await;
    assert!(page.body.contains(r#"role="switch" aria-checked="false""#));
    let token = page.token();
    let fields = [("token", token.as_str())];
    assert_eq!(
        kari.post(&format!("{PAGE}/enable"), &fields)
            .await
            .onwards(),
        PAGE
    );
    let page = kari.get(PAGE).await;
    assert!(
        page.text().contains("The integration is switched on."),
        "{}",
        page.text()
    );
    assert!(page.body.contains(r#"role="switch" aria-checked="true""#));
    assert_eq!(
        kari.post(&format!("{PAGE}/disable"), &fields)
            .await
            .onwards(),
        PAGE
    );
    assert!(
        kari.get(PAGE)
            .await
            .text()
            .contains("The integration is switched off.")
    );

    let ask = kari.get(&format!("{PAGE}/remove")).await.text();
    assert!(
        ask.contains("Remove Fortnox?") && ask.contains("everything stored"),
        "{ask}"
    );
    let removed = kari.post(&format!("{PAGE}/remove"), &fields).await;
    assert_eq!(removed.onwards(), "/integrations/fortnox/removed");
    for _ in 0..2 {
        let text = kari.get("/integrations/fortnox/removed").await.text();
        assert!(
            text.contains("has confirmed that the access is gone"),
            "{text}"
        );
    }
    assert!(kari.get(PAGE).await.text().contains("Not set up"));

    let page = kari.get("/log").await;
    let log = page.text();
    for words in [
        "Kari Nordmann",
        "integration.removed",
        "authorization.succeeded",
    ] {
        assert!(log.contains(words), "{words}: {log}");
    }
    assert!(!page.body.contains("badge bad"), "{log}");
    let other = world.signed_in("maja").await.get("/log").await.text();
    assert!(other.contains("Nothing has happened yet"), "{other}");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_grant_when_another_company_is_chosen_then_the_failure_stands_beside_it() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    world.connect(&mut kari).await;
    let authorize = world.authorize(&mut kari).await;
    let back = world
        .visit_at(&authorize, person::MANY, company::ANDRA, Decision::Approve)
        .await;
    let text = kari.open(&back).await.text();
    for words in [
        "The new attempt failed",
        "Another company was chosen",
        "Exempel AB",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("Andra AB"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_hostile_words_of_the_provider_when_shown_then_nothing_of_them_is_markup() {
    let world = World::new().await;
    let hostile = "<img src=x onerror=alert(1)>\"'&";
    world.simulator.cast(|cast| {
        cast.company_mut(company::EXEMPEL).unwrap().name = hostile.to_owned();
    });
    let mut kari = world.signed_in("kari").await;
    let page = world.connect(&mut kari).await;
    assert!(!page.body.contains("<img src=x"), "{}", page.body);
    assert!(page.text().contains("onerror=alert(1)"), "{}", page.text());
    let log = kari.get("/log").await;
    assert!(!log.body.contains("<img src=x"));
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_storage_that_cannot_write_when_saved_then_a_page_says_what_to_do() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let token = kari.get(PAGE).await.token();
    kari.post(&format!("{PAGE}/save"), &[("token", &token)])
        .await;
    world.storage.set_broken(true);
    let reply = kari
        .post(&format!("{PAGE}/save"), &[("token", &token)])
        .await;
    assert_eq!(reply.status, 503);
    let text = reply.text();
    assert!(text.contains("This system cannot save right now"), "{text}");
    assert!(text.contains("Whoever runs Demo ERP"), "{text}");
    for technical in ["Unavailable", "StorageError", "Refused(", "broken"] {
        assert!(!text.contains(technical), "{technical}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn given_cells_that_cannot_be_read_when_asked_for_then_removing_is_still_offered() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    world.connect(&mut kari).await;
    world.storage.damage();
    let list = kari.get("/integrations").await;
    assert!(list.text().contains("Needs attention"), "{}", list.text());
    let reply = kari.get(PAGE).await;
    assert_eq!(reply.status, 503);
    assert!(
        reply.body.contains(&format!("href=\"{PAGE}/remove\"")),
        "{}",
        reply.body
    );
    assert_eq!(kari.get(&format!("{PAGE}/remove")).await.status, 200);
}
