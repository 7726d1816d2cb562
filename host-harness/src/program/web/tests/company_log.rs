//! The company log: sought, followed, and taken along.

use std::time::Duration;

use host_harness::{CompanyLog as _, Entry, Level};

use super::browser::Browser;
use super::world::World;
use crate::web::session::IDLE;

async fn written(world: &World, company: &str, level: Level, event: &str, message: &str) {
    let entry = Entry {
        time: Duration::from_secs(1_780_000_000),
        level,
        event: event.into(),
        message: message.into(),
        actor: Some("=Kari".into()),
        company: company.into(),
        plugin: "fortnox".into(),
    };
    world.site.log.append(entry).await.unwrap();
}

const OWN: &str = "Nordlys Bygg AS";

#[tokio::test(flavor = "multi_thread")]
async fn given_a_filter_when_asked_for_then_only_what_fits_is_shown_and_paging_keeps_it() {
    let world = World::new().await;
    for number in 0..30 {
        let message = format!("Åtkomst <{number}>");
        written(&world, OWN, Level::Warn, "access.refused", &message).await;
        written(&world, OWN, Level::Info, "settings.saved", "Sparat").await;
    }
    written(
        &world,
        "Björkdala Konsult AB",
        Level::Error,
        "access.x",
        "Inte min",
    )
    .await;
    let mut kari = world.signed_in("kari").await;
    let page = kari
        .get("/log?level=warn&event=access.&q=%C3%A5tkomst")
        .await;
    assert_eq!(page.body.matches("access.refused</code>").count(), 25);
    assert!(!page.body.contains("settings.saved</code>"));
    assert!(page.text().contains("Åtkomst <29>") && !page.body.contains("<29>"));
    let older = page.after("<a class=\"button\" href=\"");
    assert!(
        older.starts_with("/log?level=warn&event=access.&q=%C3%A5tkomst&before="),
        "{older}"
    );
    let page = kari.get(&older).await;
    assert_eq!(page.body.matches("access.refused</code>").count(), 5);
    assert!(page.text().contains("Newest entries"));

    let page = kari.get("/log?q=Inte+min").await;
    assert!(page.text().contains("Nothing in the log fits"));
    for query in [
        "level=loud&before=x",
        "q=%25",
        "event='+OR+1=1",
        "before=-1",
        "q=%ff",
    ] {
        assert_eq!(
            kari.get(&format!("/log?{query}")).await.status,
            200,
            "{query}"
        );
    }
    let page = kari.get("/log?q=%22%3E%3Cscript%3E").await;
    assert!(!page.body.contains("<script"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_filter_when_saved_then_the_file_holds_what_fits_and_no_formula() {
    let world = World::new().await;
    written(&world, OWN, Level::Error, "access.refused", "=cmd \"x\", y").await;
    written(&world, OWN, Level::Info, "settings.saved", "Sparat").await;
    written(
        &world,
        "Björkdala Konsult AB",
        Level::Error,
        "access.x",
        "Inte min",
    )
    .await;
    let mut kari = world.signed_in("kari").await;
    let file = kari.get("/log/csv?level=error").await;
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    let disposition = file.header("content-disposition").unwrap();
    assert!(
        disposition.starts_with("attachment; filename=\"company-log-20"),
        "{disposition}"
    );
    let expected = "\u{feff}\"time\",\"level\",\"event\",\"actor\",\"message\"\r\n\
        \"2026-05-28T20:26:40Z\",\"error\",\"access.refused\",\"'=Kari\",\"'=cmd \"\"x\"\", y\"\r\n";
    assert_eq!(file.body, expected);

    let file = kari.get("/log/jsonl").await;
    assert!(
        file.header("content-disposition")
            .unwrap()
            .ends_with(".jsonl\"")
    );
    let lines = file.body.lines().map(serde_json::from_str);
    let lines: Vec<serde_json::Value> = lines.map(Result::unwrap).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1]["message"], "=cmd \"x\", y");
    assert_eq!(lines[1]["time"], "2026-05-28T20:26:40Z");
    assert_eq!(lines[0]["level"], "info");
    assert_eq!(lines[0]["actor"], "=Kari");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_page_that_refreshes_itself_when_nobody_is_there_then_the_session_still_ends() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let page = kari.get("/log").await;
    assert_eq!(page.header("refresh"), None);
    let page = kari.get("/log?level=warn&live=on").await;
    assert_eq!(page.header("refresh"), Some("10"));
    assert!(page.text().contains("Stop refreshing"), "{}", page.text());
    assert_eq!(
        kari.get("/log?live=on&before=7").await.header("refresh"),
        None
    );
    world.clock.advance(IDLE / 2);
    assert_eq!(kari.get("/log?live=on").await.status, 200);
    world.clock.advance(IDLE / 2);
    assert_eq!(kari.get("/log?live=on").await.onwards(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_somebody_who_asks_for_help_when_they_take_the_bundle_then_it_is_their_own_file() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let page = kari.get("/support").await;
    assert_eq!(page.header("content-type"), Some("application/json"));
    let name = page.header("content-disposition").unwrap();
    assert!(
        name.starts_with("attachment; filename=\"support-"),
        "{name}"
    );
    let bundle: serde_json::Value = serde_json::from_str(&page.body).unwrap();
    assert_eq!(bundle["plugin"]["id"], "fortnox");
    let nobody = Browser::new(world.address).get("/support").await;
    assert!(
        nobody.body.is_empty() || !nobody.body.contains("plugin"),
        "{}",
        nobody.body
    );
}
