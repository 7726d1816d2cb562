//! The waiting page, and exchanges that outlive the page.

use std::time::Duration;

use super::world::{PAGE, World};
use crate::web::site::Patience;

const WAITING: &str = "/integrations/fortnox/waiting";
const NONE: Patience = Patience {
    callback: Duration::ZERO,
    waiting: Duration::ZERO,
};

#[tokio::test(flavor = "multi_thread")]
async fn given_a_slow_exchange_when_back_then_a_page_waits_without_scripts_and_leads_on() {
    let world = World::with(Patience {
        callback: Duration::ZERO,
        ..Patience::default()
    })
    .await;
    let mut kari = world.signed_in("kari").await;
    let back = world.approved(&mut kari).await;
    world.gate.shut();
    let reply = kari.get(&back).await;
    assert_eq!(reply.onwards(), WAITING);
    world.gate.arrival().await;
    let page = kari.get(WAITING).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("One moment"), "{}", page.text());
    assert!(!page.body.contains("<script"));
    assert_eq!(page.after("content=\"0; url="), format!("{WAITING}/end"));
    // Reloads of either address change nothing.
    assert_eq!(kari.get(&back).await.onwards(), WAITING);
    assert_eq!(kari.get(WAITING).await.status, 200);

    world.gate.open();
    assert_eq!(kari.get(&format!("{WAITING}/end")).await.onwards(), PAGE);
    assert!(kari.get(PAGE).await.text().contains("Access is granted"));
    assert_eq!(
        kari.get(WAITING).await.onwards(),
        PAGE,
        "nothing to wait for"
    );
    assert_eq!(kari.get(&format!("{WAITING}/end")).await.onwards(), PAGE);
    assert_eq!(world.exchanges(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn given_an_exchange_beyond_all_patience_when_waiting_then_the_page_is_shown_once_more() {
    let world = World::with(NONE).await;
    let mut kari = world.signed_in("kari").await;
    let back = world.approved(&mut kari).await;
    world.gate.shut();
    assert_eq!(kari.get(&back).await.onwards(), WAITING);
    assert_eq!(kari.get(&format!("{WAITING}/end")).await.onwards(), WAITING);
    // A colleague has nothing to wait for, and hears nothing.
    let mut ola = world.signed_in("ola").await;
    assert_eq!(ola.get(WAITING).await.onwards(), PAGE);
    assert!(!ola.get(PAGE).await.text().contains("Access is granted"));
    world.gate.open();
}

#[tokio::test(flavor = "multi_thread")]
async fn given_an_exchange_under_way_when_the_page_is_stopped_then_it_ends_first() {
    let world = World::with(NONE).await;
    let mut kari = world.signed_in("kari").await;
    let back = world.approved(&mut kari).await;
    world.gate.shut();
    assert_eq!(kari.get(&back).await.onwards(), WAITING);
    world.gate.arrival().await;
    world.stop.send(()).unwrap();
    tokio::task::yield_now().await;
    assert!(!world.served.is_finished(), "it waits for the exchange");
    world.gate.open();
    world.served.await.unwrap().unwrap();
    let connection = world.site.host.connection("Nordlys Bygg AS").unwrap();
    assert!(connection.status("en").await.unwrap().grant.is_some());
}
