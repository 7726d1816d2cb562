//! Who may send a form, and what becomes of one that is not well.

use super::browser::{Browser, FORM, form};
use super::world::{AS_USER, PAGE, World, led_away};

const SAVE: &str = "/integrations/fortnox/save";

#[tokio::test(flavor = "multi_thread")]
async fn given_any_form_when_its_token_is_absent_foreign_or_wrong_then_nothing_happens() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let foreign = world.signed_in("ola").await.get(PAGE).await.token();
    let paths = [
        "/sign-in",
        "/sign-out",
        "/language",
        SAVE,
        "/integrations/fortnox/authorize",
        "/integrations/fortnox/enable",
        "/integrations/fortnox/disable",
        "/integrations/fortnox/resume",
        "/integrations/fortnox/check-access",
        "/integrations/fortnox/invite",
        "/integrations/fortnox/withdraw",
        "/approve/start",
        "/approve/resume",
        "/integrations/fortnox/remove",
    ];
    for path in paths {
        for token in ["", "wrong", foreign.as_str()] {
            let reply = kari
                .post(path, &[("token", token), ("person", "ola")])
                .await;
            assert_eq!(reply.status, 403, "{path}");
            assert!(
                reply.text().contains("This form is not valid any more"),
                "{path}"
            );
        }
        let mut nobody = Browser::new(world.address);
        assert_eq!(
            nobody.post(path, &[("token", &foreign)]).await.status,
            403,
            "{path}"
        );
    }
    let text = kari.get(PAGE).await.text();
    assert!(
        text.contains("Kari Nordmann") && text.contains("Not set up"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_right_token_when_the_browser_names_another_site_then_nothing_happens() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let token = kari.get(PAGE).await.token();
    let own = world.site.address.origin.clone();
    let body = form(&[("token", &token)]);
    let foreign = [
        [("sec-fetch-site", "cross-site"), ("origin", own.as_str())],
        [("sec-fetch-site", "same-site"), ("origin", own.as_str())],
        [
            ("sec-fetch-site", "same-origin"),
            ("origin", "https://evil.example"),
        ],
        [("sec-fetch-site", "same-origin"), ("origin", "null")],
    ];
    for [site, origin] in foreign {
        let headers = [("content-type", FORM), site, origin];
        let reply = kari.send("POST", SAVE, &headers, &body).await;
        assert_eq!(reply.status, 403);
        if origin.1 != own {
            assert!(
                reply.text().contains(&own),
                "it says where forms are accepted"
            );
        }
    }
    assert!(kari.get(PAGE).await.text().contains("Not set up"));
    let headers = [
        ("content-type", FORM),
        ("sec-fetch-site", "same-origin"),
        ("origin", &own),
    ];
    assert_eq!(kari.send("POST", SAVE, &headers, &body).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_session_when_signing_in_or_out_then_its_id_and_token_are_new() {
    let world = World::new().await;
    let mut browser = Browser::new(world.address);
    let id = |browser: &Browser| browser.cookies["__Host-session"].clone();
    let before = browser.get("/sign-in").await.token();
    let fixed = id(&browser);
    browser
        .post("/sign-in", &[("token", &before), ("person", "kari")])
        .await;
    let signed_in = id(&browser);
    assert_ne!(signed_in, fixed);
    let token = browser.get(PAGE).await.token();
    assert_ne!(token, before);

    let mut attacker = Browser::new(world.address);
    attacker.cookies.insert("__Host-session".into(), fixed);
    assert_eq!(attacker.get(PAGE).await.onwards(), "/sign-in");

    browser.post("/sign-out", &[("token", &token)]).await;
    assert_ne!(id(&browser), signed_in);
    attacker.cookies.insert("__Host-session".into(), signed_in);
    assert_eq!(attacker.get(PAGE).await.onwards(), "/sign-in");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_body_when_too_large_or_no_form_then_a_page_says_so() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let token = kari.get(PAGE).await.token();
    let large = "a".repeat(65 * 1024);
    let reply = kari
        .post(SAVE, &[("token", &token), ("setting:notices", &large)])
        .await;
    assert_eq!(reply.status, 413);
    assert!(
        reply.text().contains("cannot be understood"),
        "{}",
        reply.text()
    );
    let body = form(&[("token", &token)]);
    for kind in ["text/plain", "application/json", "multipart/form-data"] {
        let reply = kari
            .send("POST", SAVE, &[("content-type", kind)], &body)
            .await;
        assert_eq!(reply.status, 400, "{kind}");
    }
    for person in ["", "eve", "KARI"] {
        let reply = kari
            .post("/sign-in", &[("token", &token), ("person", person)])
            .await;
        assert_eq!(reply.status, 400, "{person}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn given_settings_that_do_not_fit_when_saved_then_the_page_keeps_them_and_says_why() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let token = kari.get(PAGE).await.token();
    let fields = [
        ("token", token.as_str()),
        ("setting:invoices", "true"),
        ("setting:account", "user"),
        ("setting:language", "en"),
        ("setting:notices", "no <mail>"),
    ];
    let page = kari.post(SAVE, &fields).await;
    assert_eq!(page.status, 422);
    assert!(page.body.contains("<title>Error: "), "{}", page.body);
    assert!(
        page.body
            .contains(r##"<a href="#field-7">E-mail for error notices: Enter one"##)
    );
    assert!(
        page.body
            .contains(r#"aria-describedby="field-7-problem field-7-help""#)
    );
    assert_eq!(
        page.after(r#"id="field-7" name="setting:notices" value=""#),
        "no <mail>"
    );
    assert!(
        page.body
            .contains(r#"name="setting:invoices" value="true" checked"#)
    );
    assert!(
        !page
            .body
            .contains(r#"name="setting:customers" value="true" checked"#)
    );
    assert!(page.body.contains(r#"value="user" checked"#));
    assert!(
        kari.get(PAGE).await.text().contains("Not set up"),
        "nothing was saved"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn given_a_grant_when_saved_then_only_what_it_lacks_leads_to_the_provider() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let token = world.connect(&mut kari).await.token();
    let mut fields = vec![
        ("token", token.as_str()),
        ("setting:customers", "true"),
        ("setting:language", "en"),
        // Locked: what is sent does not matter.
        ("setting:account", "service"),
    ];
    assert_eq!(kari.post(SAVE, &fields).await.onwards(), PAGE);
    let page = kari.get(PAGE).await;
    assert!(
        page.text().contains("The settings are saved."),
        "{}",
        page.text()
    );
    assert!(
        page.text()
            .contains("Cannot be changed while access is granted.")
    );
    fields.push(("setting:invoices", "true"));
    led_away(&kari.post(SAVE, &fields).await);
    let text = kari.get(PAGE).await.text();
    assert!(
        text.contains("Needs attention") && text.contains("Re-authorize"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn given_settings_just_chosen_when_authorizing_then_they_are_saved_on_the_way() {
    let world = World::new().await;
    let mut kari = world.signed_in("kari").await;
    let token = kari.get(PAGE).await.token();
    let own = [("with-settings", "yes"), ("token", token.as_str())];
    let mut service = vec![("token", token.as_str()), ("setting:account", "service")];
    service.extend([("setting:customers", "true"), ("setting:language", "en")]);
    let away = led_away(&kari.post(SAVE, &service).await);
    assert!(away.query().unwrap().contains("account_type=service"));

    let page = kari.get(PAGE).await;
    assert!(
        page.body.contains("form=\"settings-form\""),
        "{}",
        page.body
    );
    let authorize = "/integrations/fortnox/authorize";
    let person = [&own[..], &AS_USER].concat();
    let away = led_away(&kari.post(authorize, &person).await);
    assert!(!away.query().unwrap().contains("account_type"), "{away}");

    let wrong = [&own[..], &[("setting:account", "nobody")]].concat();
    let page = kari.post(authorize, &wrong).await;
    assert_eq!(page.status, 422);
    assert!(page.text().contains("The settings could not be saved"));
    // The form of a host that offers no settings has none to save.
    let away = led_away(&kari.post(authorize, &[("token", &token)]).await);
    assert!(!away.query().unwrap().contains("account_type"), "{away}");
}
