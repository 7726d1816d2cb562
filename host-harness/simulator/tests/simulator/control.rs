//! The control page.

use std::collections::BTreeMap;

use fortnox_simulator::cast::{company, person};
use fortnox_simulator::scenario;
use fortnox_simulator::visitor::{Decision, Reply};
use http::Method;

use crate::support::{Bench, NOW, bench, header, json, query, returned, service_consent, text};

async fn page(bench: &Bench) -> String {
    let url = bench.sim.control_page().clone();
    let reply = bench.send(Method::GET, url, &[], None).await;
    assert_eq!(reply.status, 200);
    reply.body
}

async fn post(bench: &Bench, headers: &[(&str, &str)], form: &[(&str, &str)]) -> Reply {
    let url = bench.sim.control_page().clone();
    bench.send(Method::POST, url, headers, Some(form)).await
}

/// Sends a form as the page itself does, and is back on it.
async fn command(bench: &Bench, command: &str, fields: &[(&str, &str)]) {
    let mut form = vec![("command", command)];
    form.extend(fields);
    let reply = post(bench, &[("sec-fetch-site", "same-origin")], &form).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let place = header(&reply.headers, "location").unwrap();
    assert_eq!(place, format!("/?done={command}#{command}"));
    let url = bench.sim.control_page().join(place).unwrap();
    let shown = bench.send(Method::GET, url, &[], None).await.body;
    assert_eq!(shown.matches("role=\"status\"").count(), 1);
}

/// What the page says is played now.
fn now(page: &str) -> &str {
    let inside = page.split("Now: <strong>").nth(1).unwrap();
    inside.split("</strong>").next().unwrap()
}

/// The parameters with which the administrator comes back.
async fn comes_back(bench: &Bench) -> BTreeMap<String, String> {
    let ending = bench.visit(&[], person::ADMIN, company::EXEMPEL, Decision::Approve);
    query(&returned(ending.await))
}

fn switches_untouched() -> Vec<(&'static str, &'static str)> {
    vec![
        ("state_required", "on"),
        ("state_on_errors", "on"),
        ("exchange_needs_redirect_uri", "on"),
        ("roles_in_token", "on"),
        ("refresh_tokens_issued", "on"),
        ("client_credentials_offered", "on"),
        ("code_lifetime", "600"),
        ("token_answer_delay", "0"),
        ("access_token_lifetime", "3600"),
        ("refresh_token_lifetime", "3888000"),
        ("refresh_grace", "0"),
        ("grant_only", ""),
        ("callback_issuer", ""),
    ]
}

#[tokio::test]
async fn given_the_page_when_opened_then_it_names_people_companies_and_app_but_no_secret() {
    let bench = bench(|_| {}).await;
    let page = page(&bench).await;
    for text in [
        "<html lang=\"en\">",
        "Simulator",
        "This is not Fortnox",
        "anna.admin",
        "Rut Rättslös",
        "agency consultant",
        "Låst AB",
        "SimKlient123",
        "Nothing has happened yet",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("SimHemlig1") && !page.contains("<script"));
    assert_eq!(now(&page), "Everything as Fortnox does it");
}

#[tokio::test]
async fn given_the_page_when_sent_then_nothing_may_frame_it_or_run_in_it() {
    let bench = bench(|_| {}).await;
    let url = bench.sim.control_page().clone();
    let reply = bench.send(Method::GET, url, &[], None).await;
    let policy = header(&reply.headers, "content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert_eq!(header(&reply.headers, "cache-control"), Some("no-store"));
    assert_eq!(
        header(&reply.headers, "x-content-type-options"),
        Some("nosniff")
    );
    let style = bench.sim.control_page().join("simulator.css").unwrap();
    let style = bench.send(Method::GET, style, &[], None).await;
    let media_type = header(&style.headers, "content-type");
    assert_eq!(media_type, Some("text/css; charset=utf-8"));
}

#[tokio::test]
async fn given_another_site_when_it_posts_then_refused_and_nothing_changes() {
    let bench = bench(|_| {}).await;
    let form = [("command", "clock"), ("amount", "1"), ("unit", "days")];
    for headers in [
        [("sec-fetch-site", "cross-site")],
        [("sec-fetch-site", "same-site")],
        [("origin", "null")],
        [("origin", "http://rebound.example")],
    ] {
        let reply = post(&bench, &headers, &form).await;
        assert_eq!(reply.status, 403);
        assert!(reply.body.contains("sent by another page"));
    }
    assert_eq!(bench.sim.clock().now(), NOW);
    let own = bench.sim.control_page().origin().ascii_serialization();
    let reply = post(&bench, &[("origin", own.as_str())], &form).await;
    assert_eq!(reply.status, 303);
    assert_eq!(bench.sim.clock().now(), NOW + 24 * 3600);
}

#[tokio::test]
async fn given_each_scenario_when_set_then_the_page_shows_it_and_reset_ends_it() {
    let bench = bench(|_| {}).await;
    for scenario in scenario::ALL {
        command(&bench, "scenario", &[("scenario", scenario.id)]).await;
        let shown = page(&bench).await;
        assert_eq!(shown.matches(" checked>\n<label for=\"s-").count(), 1);
        assert!(shown.contains(&format!("aria-describedby=\"d-{}\" checked", scenario.id)));
    }
    command(&bench, "scenario", &[("scenario", "as-fortnox")]).await;
    assert_eq!(now(&page(&bench).await), "Everything as Fortnox does it");
    assert!(comes_back(&bench).await.contains_key("code"));
}

#[tokio::test]
async fn given_single_switches_when_set_then_they_hold_and_are_marked() {
    let bench = bench(|_| {}).await;
    command(&bench, "switches", &switches_untouched()).await;
    assert_eq!(now(&page(&bench).await), "Everything as Fortnox does it");

    let mut form = switches_untouched();
    form.push(("pkce_enforced", "on"));
    form.push(("access_token_lifetime", "120"));
    form.push(("callback_issuer", "https://a.example"));
    form.push(("grant_only", "customer"));
    command(&bench, "switches", &form).await;
    let shown = page(&bench).await;
    assert_eq!(now(&shown), "Some things were changed by hand");
    assert_eq!(shown.matches(">changed</span>").count(), 2);
    assert!(shown.contains("value=\"https://a.example\"") && shown.contains("value=\"customer\""));
    bench.sim.behaviour(|b| {
        assert!(b.pkce_enforced);
        assert_eq!(b.access_token_lifetime, 120);
        b.pkce_enforced = false;
    });
    let body = bench.tokens().await;
    assert_eq!(
        (&body["expires_in"], &body["scope"]),
        (&120.into(), &"customer".into())
    );
}

#[tokio::test]
async fn given_the_clock_when_moved_then_by_hours_or_days() {
    let bench = bench(|_| {}).await;
    command(&bench, "clock", &[("amount", "2"), ("unit", "hours")]).await;
    assert_eq!(bench.sim.clock().now(), NOW + 2 * 3600);
    command(&bench, "clock", &[("amount", "366"), ("unit", "days")]).await;
    assert_eq!(bench.sim.clock().now(), NOW + 2 * 3600 + 366 * 24 * 3600);
}

#[tokio::test]
async fn given_events_at_a_company_when_they_happen_then_its_journeys_and_grants_feel_them() {
    let bench = bench(|_| {}).await;
    let happens = async |event| {
        let fields = [("company", "1234567"), ("event", event)];
        command(&bench, "companies", &fields).await;
    };
    happens("lock").await;
    assert!(comes_back(&bench).await.is_empty());
    happens("unlock").await;
    happens("licence-lapses").await;
    assert_eq!(comes_back(&bench).await["error"], "error_missing_license");
    happens("licence-bought").await;
    happens("app-lapses").await;
    assert_eq!(
        comes_back(&bench).await["error"],
        "error_missing_app_license"
    );
    happens("app-bought").await;
    let tokens = bench.tokens().await;
    service_consent(&bench).await;
    let shown = page(&bench).await;
    assert!(shown.contains("anna.admin <small>companyinformation customer"));
    assert!(shown.contains("service account <small>companyinformation customer"));
    happens("withdraw").await;
    assert_eq!(
        bench.refresh(text(&tokens, "refresh_token")).await.status,
        400
    );
    assert!(
        !page(&bench)
            .await
            .contains("anna.admin <small>companyinformation")
    );
    // The other company was left alone throughout.
    bench.sim.cast(|cast| {
        let (one, other) = (cast.company(company::EXEMPEL), cast.company(company::ANDRA));
        let condition = |company: Option<&fortnox_simulator::cast::Company>| {
            company.map(|it| (it.locked, it.integration_licence, it.app_licence))
        };
        assert_eq!(condition(one), Some((false, true, true)));
        assert_eq!(condition(other), Some((false, true, true)));
    });
}

#[tokio::test]
async fn given_somebody_leaves_one_company_when_refreshing_then_only_that_grant_is_gone() {
    let bench = bench(|_| {}).await;
    let tokens = async |tenant| {
        let ending = bench
            .visit(&[], person::MANY, tenant, Decision::Approve)
            .await;
        let code = query(&returned(ending))["code"].clone();
        json(&bench.exchange(&code).await)
    };
    let (left, kept) = (tokens(company::EXEMPEL).await, tokens(company::ANDRA).await);
    command(&bench, "people", &[("membership", "mia.many@1234567")]).await;
    assert_eq!(
        bench.refresh(text(&left, "refresh_token")).await.status,
        400
    );
    assert_eq!(
        bench.refresh(text(&kept, "refresh_token")).await.status,
        200
    );
}

#[tokio::test]
async fn given_a_form_that_says_nothing_useful_when_sent_then_400_and_nothing_changes() {
    let bench = bench(|_| {}).await;
    let mut lifetime = vec![("command", "switches")];
    lifetime.extend(switches_untouched());
    lifetime.push(("code_lifetime", "soon"));
    for form in [
        &[][..],
        &[("command", "explode")],
        &[("command", "scenario")],
        &[("command", "scenario"), ("scenario", "none")],
        &[("command", "clock"), ("amount", "1"), ("unit", "years")],
        &[("command", "clock"), ("amount", "0"), ("unit", "days")],
        &[("command", "clock"), ("amount", "367"), ("unit", "days")],
        &[
            ("command", "clock"),
            ("amount", "18446744073709551615"),
            ("unit", "days"),
        ],
        &[
            ("command", "companies"),
            ("company", "1"),
            ("event", "lock"),
        ],
        &[
            ("command", "companies"),
            ("company", "1234567"),
            ("event", ""),
        ],
        &[("command", "people"), ("membership", "anna.admin")],
        &[("command", "people"), ("membership", "anna.admin@1234568")],
        &[("command", "people"), ("membership", "nobody@1234567")],
        &lifetime,
    ] {
        let reply = post(&bench, &[], form).await;
        assert_eq!(reply.status, 400, "{form:?}");
        assert!(reply.body.contains("Nothing was changed"));
    }
    assert_eq!(now(&page(&bench).await), "Everything as Fortnox does it");
    assert_eq!(bench.sim.clock().now(), NOW);
}

#[tokio::test]
async fn given_a_life_of_tokens_when_shown_then_numbered_and_without_their_values() {
    let bench = bench(|_| {}).await;
    let code = bench.code().await;
    let first = json(&bench.exchange(&code).await);
    let second = json(&bench.refresh(text(&first, "refresh_token")).await);
    bench
        .revoke(&[("token", text(&second, "refresh_token"))])
        .await;
    bench.refresh("a-foreign-value").await;
    let shown = page(&bench).await;
    for line in [
        "Code 1 spent",
        "Access token 2 minted",
        "Refresh token 1 spent",
        "Refresh token 2 minted",
        "Refresh token 2 revoked",
        "by the client",
        "Token request authorization_code",
        "refused: invalid_grant, Invalid refresh token",
        "Exempel AB (1234567), anna.admin: companyinformation customer",
        "2027-01-15 08:00:00",
    ] {
        assert!(shown.contains(line), "{line}");
    }
    let row = |kind: &str, numbers: [u8; 3]| {
        let [minted, spent, revoked] = numbers;
        format!("{kind}</th><td>{minted}</td><td>{spent}</td><td>{revoked}</td>")
    };
    for row in [
        row("Code", [1, 1, 0]),
        row("Access token", [2, 0, 0]),
        row("Refresh token", [2, 1, 1]),
    ] {
        assert!(shown.contains(&row), "{row}");
    }
    // Newest first.
    assert!(shown.find("Refresh token 2 revoked") < shown.find("Code 1 spent"));
    for value in [
        code.as_str(),
        text(&first, "access_token"),
        text(&first, "refresh_token"),
        text(&second, "refresh_token"),
        "a-foreign-value",
    ] {
        assert!(!shown.contains(value));
    }
}

#[tokio::test]
async fn given_names_as_markup_when_shown_then_escaped() {
    let bench = bench(|_| {}).await;
    bench
        .sim
        .change_app(|app| app.name = "<img src=1>".to_owned());
    bench.sim.cast(|cast| {
        cast.company_mut(company::EXEMPEL).unwrap().name = "<img src=2>".to_owned();
        cast.person_mut(person::ADMIN).unwrap().name = "\"><img src=3>".to_owned();
    });
    let grant = [("grant_type", "<img src=4>")];
    bench.token(&grant).await;
    let shown = page(&bench).await;
    assert!(!shown.contains("<img"));
    for number in 1..=4 {
        assert!(shown.contains(&format!("img src={number}")), "{number}");
    }
}
