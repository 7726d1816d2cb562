//! In which language a page speaks.

use super::browser::Browser;
use super::world::{PAGE, World};

#[tokio::test(flavor = "multi_thread")]
async fn given_a_browser_when_it_asks_or_somebody_chooses_then_page_and_plugin_speak_it() {
    let world = World::new().await;
    let mut browser = Browser::new(world.address);
    let swedish = [("accept-language", "sv-SE,sv;q=0.9")];
    let page = browser.send("GET", "/sign-in", &swedish, "").await;
    assert!(page.body.contains("<html lang=\"sv\">"));
    assert!(page.text().contains("Logga in som Kari Nordmann"));

    let mut kari = world.signed_in("kari").await;
    let token = kari.get(PAGE).await.token();
    let fields = [
        ("token", token.as_str()),
        ("language", "nb"),
        ("here", "integration"),
    ];
    assert_eq!(kari.post("/language", &fields).await.onwards(), PAGE);
    let page = kari.send("GET", PAGE, &swedish, "").await;
    assert!(page.body.contains("<html lang=\"nb\">"));
    let text = page.text();
    assert!(
        text.contains("Innstillinger") && text.contains("Hva som skal overføres"),
        "{text}"
    );
    assert!(
        page.body.contains(r#"value="nb" checked"#),
        "the company's language is suggested"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_language_form_when_it_names_no_page_of_this_site_then_nobody_is_sent_there() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let token = kari.get(PAGE).await.token();
    for here in [
        "https://evil.example",
        "//evil.example",
        "/log",
        "",
        "\r\nx: y",
    ] {
        let fields = [
            ("token", token.as_str()),
            ("language", "nb"),
            ("here", here),
        ];
        let reply = kari.post("/language", &fields).await;
        assert_eq!(
            (reply.status, reply.header("location")),
            (400, None),
            "{here}"
        );
    }
    let fields = [
        ("token", token.as_str()),
        ("language", "xx"),
        ("here", "log"),
    ];
    assert_eq!(kari.post("/language", &fields).await.status, 400);
}
