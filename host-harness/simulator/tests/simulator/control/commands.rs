//! What its forms do.

use std::collections::BTreeMap;

use fortnox_simulator::Cast;
use fortnox_simulator::behaviour::RevocationEnds;
use fortnox_simulator::cast::{Licence, Right, Role, company, person};
use fortnox_simulator::scenario;
use fortnox_simulator::visitor::Decision;

use super::{are_different, command, now, page, post};
use crate::support::{Bench, NOW, bench, json, query, returned, service_consent, text};

/// The parameters with which the administrator comes back.
async fn comes_back(bench: &Bench) -> BTreeMap<String, String> {
    let ending = bench.visit(&[], person::ADMIN, company::EXEMPEL, Decision::Approve);
    query(&returned(ending.await))
}

fn switches_untouched() -> Vec<(&'static str, &'static str)> {
    vec![
        ("state_required", "on"),
        ("modules_needed_for_tokens", "on"),
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
        ("revocation_ends", "token"),
        ("token_error", "unauthorized"),
        ("grant_only", ""),
        ("callback_issuer", ""),
    ]
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
async fn given_one_of_several_when_chosen_then_it_holds_and_is_marked() {
    let bench = bench(|_| {}).await;
    let mut form = switches_untouched();
    form.retain(|(name, _)| *name != "revocation_ends");
    form.push(("revocation_ends", "grant"));
    command(&bench, "switches", &form).await;
    bench
        .sim
        .behaviour(|b| assert_eq!(b.revocation_ends, RevocationEnds::Grant));
    let shown = page(&bench).await;
    assert!(shown.contains("<option value=\"grant\" selected>"));
    assert_eq!(shown.matches(">changed</span>").count(), 1);
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
    happens("cancels Integration").await;
    assert_eq!(comes_back(&bench).await["error"], "error_missing_license");
    happens("buys Integration").await;
    happens("cancels the app").await;
    assert_eq!(
        comes_back(&bench).await["error"],
        "error_missing_app_license"
    );
    happens("buys the app").await;
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
        let start = Cast::default();
        assert_eq!(one, start.company(company::EXEMPEL));
        assert_eq!(other, start.company(company::ANDRA));
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
    let leaves = [("membership", "mia.many@1234567"), ("event", "leaves")];
    command(&bench, "people", &leaves).await;
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
async fn given_rights_licences_and_role_when_changed_and_back_then_the_person_is_as_before() {
    let bench = bench(|_| {}).await;
    let changes = async |event: &str| {
        let fields = [("membership", "anna.admin@1234567"), ("event", event)];
        command(&bench, "people", &fields).await;
    };
    for event in ["becomes user", "loses project", "is withdrawn Order"] {
        changes(event).await;
    }
    bench.sim.cast(|cast| {
        let anna = cast.membership(person::ADMIN, company::EXEMPEL).unwrap();
        assert_eq!(anna.role, Role::User);
        assert!(!anna.rights.contains(&Right::Projects) && anna.rights.len() == 5);
        assert!(!anna.licences.contains(&Licence::Order) && anna.licences.len() == 7);
    });
    for event in [
        "becomes system administrator",
        "gets project",
        "is assigned Order",
    ] {
        changes(event).await;
    }
    bench.sim.cast(|cast| assert_eq!(*cast, Cast::default()));
}

#[tokio::test]
async fn given_a_scope_when_registered_and_removed_then_the_app_follows() {
    let bench = bench(|_| {}).await;
    let before = bench.sim.app();
    let scope = ("scope", "salary settings");
    command(&bench, "app", &[scope, ("event", "register")]).await;
    let scopes = bench.sim.app().scopes;
    assert!(
        scopes.contains("salary") && scopes.contains("settings") && scopes.contains("customer")
    );
    command(&bench, "app", &[scope, ("event", "unregister")]).await;
    assert_eq!(bench.sim.app(), before);
}

#[tokio::test]
async fn given_each_command_when_done_then_the_page_says_which() {
    let bench = bench(|_| {}).await;
    let mut told = Vec::new();
    for (name, fields) in [
        ("scenario", &[("scenario", "as-fortnox")][..]),
        ("switches", &switches_untouched()),
        ("clock", &[("amount", "1"), ("unit", "hours")]),
        (
            "companies",
            &[("company", "1234567"), ("event", "withdraw")],
        ),
        (
            "people",
            &[("membership", "anna.admin@1234567"), ("event", "leaves")],
        ),
        ("app", &[("scope", "salary"), ("event", "register")]),
    ] {
        told.push(command(&bench, name, fields).await);
    }
    let told: Vec<&str> = told.iter().map(String::as_str).collect();
    assert!(are_different(&told), "{told:?}");
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
        &[
            ("command", "people"),
            ("membership", "anna.admin"),
            ("event", "leaves"),
        ],
        &[
            ("command", "people"),
            ("membership", "anna.admin@1234568"),
            ("event", "leaves"),
        ],
        &[
            ("command", "people"),
            ("membership", "nobody@1234567"),
            ("event", "leaves"),
        ],
        &[
            ("command", "people"),
            ("membership", "anna.admin@1234567"),
            ("event", "flies"),
        ],
        &[("command", "app"), ("scope", " "), ("event", "register")],
        &[("command", "app"), ("scope", "salary"), ("event", "")],
        &lifetime,
    ] {
        let reply = post(&bench, &[], form).await;
        assert_eq!(reply.status, 400, "{form:?}");
        assert!(reply.body.contains("Nothing was changed"));
    }
    assert_eq!(now(&page(&bench).await), "Everything as Fortnox does it");
    assert_eq!(bench.sim.clock().now(), NOW);
}
