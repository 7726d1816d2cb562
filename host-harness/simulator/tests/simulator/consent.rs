//! From login to the way back.

use std::time::Duration;

use fortnox_simulator::cast::{Licence, Role, company, person};
use fortnox_simulator::visitor::{Decision, Ending, Page, Visitor};
use fortnox_simulator::{Scopes, TenantId};

use crate::support::{Bench, bench, query, returned};

/// The error a person runs into, by parameter name.
async fn refused(
    bench: &Bench,
    changes: &[(&str, &str)],
    login: &str,
    company: TenantId,
) -> (String, String) {
    let url = returned(
        bench
            .visit(changes, login, company, Decision::Approve)
            .await,
    );
    let query = query(&url);
    assert_eq!(query.get("state").map(String::as_str), Some("the-state"));
    assert!(!query.contains_key("code"));
    (query["error"].clone(), query["error_description"].clone())
}

/// The HTML of one page.
async fn html(bench: &Bench, login: &str, at: Page) -> String {
    let mut visitor = Visitor::new().unwrap();
    let mut reply = visitor.get(&bench.authorize_url(&[])).await.unwrap();
    let place = reply.location().unwrap();
    reply = visitor.get(&place).await.unwrap();
    if at > Page::Login {
        let fields = [("page", "login"), ("login", login)];
        visitor.post(&place, &fields).await.unwrap();
        reply = visitor.get(&place).await.unwrap();
    }
    reply.body
}

const SERVICE: &[(&str, &str)] = &[("account_type", "service")];

#[tokio::test]
async fn given_an_administrator_when_approving_then_code_and_state_come_back() {
    let bench = bench(|_| {}).await;
    for changes in [&[][..], SERVICE] {
        let ending = bench
            .visit(changes, person::ADMIN, company::EXEMPEL, Decision::Approve)
            .await;
        let url = returned(ending);
        assert!(url.as_str().starts_with("http://127.0.0.1:9/callback?"));
        let query = query(&url);
        let names: Vec<&str> = query.keys().map(String::as_str).collect();
        assert_eq!(names, ["code", "state"]);
        assert_eq!(query["state"], "the-state");
    }
}

#[tokio::test]
async fn given_a_person_when_cancelling_then_access_denied() {
    let bench = bench(|_| {}).await;
    let ending = bench
        .visit(&[], person::USER, company::EXEMPEL, Decision::Cancel)
        .await;
    let query = query(&returned(ending));
    assert_eq!(query["error"], "access_denied");
    assert_eq!(
        query["error_description"],
        "The user denied access to your application"
    );
    assert_eq!(query["state"], "the-state");
}

#[tokio::test]
async fn given_someone_not_administrator_when_asked_for_a_service_account_then_refused() {
    let bench = bench(|_| {}).await;
    for login in [person::USER, person::CONSULTANT] {
        let (error, _) = refused(&bench, SERVICE, login, company::EXEMPEL).await;
        assert_eq!(error, "error_missing_system_admin_right");
        let ending = bench
            .visit(&[], login, company::EXEMPEL, Decision::Approve)
            .await;
        assert!(query(&returned(ending)).contains_key("code"));
    }
}

#[tokio::test]
async fn given_missing_licences_when_logged_in_then_the_licence_is_named() {
    let bench = bench(|_| {}).await;
    for (login, tenant, code) in [
        (
            person::WITHOUT_INTEGRATION,
            company::WITHOUT_INTEGRATION,
            "error_missing_license",
        ),
        (
            person::WITHOUT_APP,
            company::WITHOUT_APP,
            "error_missing_app_license",
        ),
    ] {
        for changes in [&[][..], SERVICE] {
            assert_eq!(refused(&bench, changes, login, tenant).await.0, code);
        }
    }
}

#[tokio::test]
async fn given_a_module_not_bought_when_its_scope_is_asked_for_then_a_licence_is_missing() {
    let bench = bench(|_| {}).await;
    let scope = [("scope", "customer supplierinvoice")];
    let (error, text) = refused(&bench, &scope, person::SMALL, company::SMALL).await;
    assert_eq!(error, "error_missing_license");
    assert!(text.to_lowercase().contains("missing license"));
    assert!(text.contains("not have enough licenses"));
    let ending = bench
        .visit(&[], person::SMALL, company::SMALL, Decision::Approve)
        .await;
    assert!(query(&returned(ending)).contains_key("code"));
}

#[tokio::test]
async fn given_modules_that_tokens_do_not_need_when_one_is_missing_then_the_consent_passes() {
    let bench = bench(|b| b.modules_needed_for_tokens = false).await;
    let scope = [("scope", "customer supplierinvoice")];
    let ending = bench
        .visit(&scope, person::SMALL, company::SMALL, Decision::Approve)
        .await;
    let code = query(&returned(ending))["code"].clone();
    assert_eq!(bench.exchange(&code).await.status, 200);
    bench
        .sim
        .cancel_licence(company::SMALL, Licence::Integration);
    let (error, _) = refused(&bench, &scope, person::SMALL, company::SMALL).await;
    assert_eq!(error, "error_missing_license");
}

#[tokio::test]
async fn given_a_module_that_a_person_is_not_assigned_when_authorizing_then_only_a_service_account_helps()
 {
    let bench = bench(|_| {}).await;
    let tenant = company::EXEMPEL;
    for licence in [Licence::Kundfaktura, Licence::Order] {
        bench.sim.withdraw_licence(person::ADMIN, tenant, licence);
    }
    let (error, _) = refused(&bench, &[], person::ADMIN, tenant).await;
    assert_eq!(error, "error_missing_license");
    bench.code_for(SERVICE).await;
    bench
        .sim
        .assign_licence(person::ADMIN, tenant, Licence::Order);
    bench.code().await;
}

#[tokio::test]
async fn given_a_person_without_licence_when_authorizing_then_only_a_service_account_helps() {
    let bench = bench(|_| {}).await;
    let login = person::ADMIN_WITHOUT_LICENCE;
    let (error, _) = refused(&bench, &[], login, company::EXEMPEL).await;
    assert_eq!(error, "error_missing_license");
    let ending = bench
        .visit(SERVICE, login, company::EXEMPEL, Decision::Approve)
        .await;
    assert!(query(&returned(ending)).contains_key("code"));
}

#[tokio::test]
async fn given_a_locked_company_when_logged_in_then_the_callback_is_bare() {
    let bench = bench(|_| {}).await;
    let ending = bench
        .visit(&[], person::LOCKED, company::LOCKED, Decision::Approve)
        .await;
    assert_eq!(returned(ending).as_str(), "http://127.0.0.1:9/callback");
}

#[tokio::test]
async fn given_every_company_locked_when_logged_in_then_the_callback_is_bare() {
    let bench = bench(|b| b.every_company_locked = true).await;
    let ending = bench
        .visit(&[], person::ADMIN, company::EXEMPEL, Decision::Approve)
        .await;
    assert_eq!(returned(ending).as_str(), "http://127.0.0.1:9/callback");
}

#[tokio::test]
async fn given_a_right_taken_while_the_page_is_open_when_approving_then_refused() {
    let bench = bench(|_| {}).await;
    let mut visitor = Visitor::new().unwrap();
    let start = visitor.get(&bench.authorize_url(SERVICE)).await.unwrap();
    let place = start.location().unwrap();
    let login = [("page", "login"), ("login", person::ADMIN)];
    visitor.post(&place, &login).await.unwrap();
    bench
        .sim
        .set_role(person::ADMIN, company::EXEMPEL, Role::User);
    let approve = [("page", "consent"), ("decision", "approve")];
    let reply = visitor.post(&place, &approve).await.unwrap();
    let error = query(&reply.location().unwrap())["error"].clone();
    assert_eq!(error, "error_missing_system_admin_right");
}

#[tokio::test]
async fn given_an_issuer_and_extras_when_returning_then_they_come_along_on_both_outcomes() {
    let bench = bench(|b| {
        b.callback_issuer = Some("https://issuer.example".to_owned());
        b.callback_extra
            .insert("locale".to_owned(), "sv".to_owned());
    })
    .await;
    for decision in [Decision::Approve, Decision::Cancel] {
        let ending = bench
            .visit(&[], person::ADMIN, company::EXEMPEL, decision)
            .await;
        let query = query(&returned(ending));
        assert_eq!(query["iss"], "https://issuer.example");
        assert_eq!(query["locale"], "sv");
    }
}

#[tokio::test]
async fn given_any_state_when_approved_then_it_comes_back_unmodified_unless_switched() {
    let bench = bench(|_| {}).await;
    let state = "a+b/c==&d <e> å";
    let visit = async || {
        let changes = [("state", state)];
        let ending = bench
            .visit(&changes, person::ADMIN, company::EXEMPEL, Decision::Approve)
            .await;
        query(&returned(ending))["state"].clone()
    };
    assert_eq!(visit().await, state);
    bench.sim.behaviour(|b| b.state_plus_becomes_space = true);
    assert_eq!(visit().await, "a b/c==&d <e> å");
}

#[tokio::test]
async fn given_a_narrower_grant_when_approved_then_the_token_has_only_those_scopes() {
    let bench = bench(|b| b.grant_only = Some(Scopes::parse("customer invoice"))).await;
    assert_eq!(bench.tokens().await["scope"], "customer");
}

#[tokio::test]
async fn given_a_redirect_uri_with_a_query_when_returning_then_the_query_is_kept() {
    let bench = bench(|_| {}).await;
    let uri = "http://127.0.0.1:9/callback?tenant=%C3%A5";
    bench.sim.set_redirect_uri(uri);
    let changes = [("redirect_uri", uri)];
    let ending = bench
        .visit(&changes, person::ADMIN, company::EXEMPEL, Decision::Approve)
        .await;
    let url = returned(ending);
    assert!(
        url.as_str()
            .starts_with("http://127.0.0.1:9/callback?tenant=%C3%A5&code=")
    );
}

#[tokio::test]
async fn given_a_redirect_uri_that_no_header_can_hold_when_returning_then_a_page_says_so() {
    let bench = bench(|_| {}).await;
    let uri = "http://127.0.0.1:9/callback\u{1}";
    bench.sim.set_redirect_uri(uri);
    let changes = [("redirect_uri", uri)];
    for decision in [Decision::Approve, Decision::Cancel] {
        let ending = bench
            .visit(&changes, person::ADMIN, company::EXEMPEL, decision)
            .await;
        let Ending::Page { status, body } = ending else {
            panic!("{ending:?}");
        };
        assert_eq!(status, 500);
        assert!(body.contains("tillbaka till programmet"));
    }
}

#[tokio::test]
async fn given_several_companies_when_picking_then_the_tokens_are_for_that_one() {
    let bench = bench(|_| {}).await;
    for (login, tenant) in [
        (person::MANY, company::TWIN_TWO),
        (person::CONSULTANT, company::ANDRA),
    ] {
        let ending = bench.visit(&[], login, tenant, Decision::Approve).await;
        let code = query(&returned(ending))["code"].clone();
        let tokens = crate::support::json(&bench.exchange(&code).await);
        let reply = bench
            .company(tokens["access_token"].as_str().unwrap())
            .await;
        let information = crate::support::json(&reply);
        assert_eq!(
            information["CompanyInformation"]["DatabaseNumber"],
            tenant.0
        );
    }
}

#[tokio::test]
async fn given_the_pages_when_read_then_they_are_swedish_labelled_and_marked_as_a_simulator() {
    let bench = bench(|_| {}).await;
    let login = html(&bench, person::MANY, Page::Login).await;
    assert!(login.contains("<label for=\"user\">Användarnamn</label>"));
    let picker = html(&bench, person::MANY, Page::Company).await;
    assert!(picker.contains("Välj företag") && picker.contains("Tvilling AB"));
    let consent = html(&bench, person::ADMIN, Page::Consent).await;
    for text in [
        "Företagsinformation",
        "Kund",
        "Godkänn &amp; aktivera",
        "Avbryt",
        "Exempel AB",
    ] {
        assert!(consent.contains(text), "{text}");
    }
    for page in [login, picker, consent] {
        assert!(page.contains("<html lang=\"sv\">") && page.contains("inte Fortnox"));
        assert!(!page.contains("<script"));
    }
}

#[tokio::test]
async fn given_a_company_named_as_markup_when_shown_then_escaped() {
    let bench = bench(|_| {}).await;
    bench.sim.cast(|cast| {
        cast.company_mut(company::EXEMPEL).unwrap().name = "<img src=x>".to_owned();
    });
    for (login, page) in [
        (person::MANY, Page::Company),
        (person::ADMIN, Page::Consent),
    ] {
        let html = html(&bench, login, page).await;
        assert!(html.contains("img src=x") && !html.contains("<img"));
    }
}

#[tokio::test]
async fn given_an_unknown_login_when_sent_then_the_login_page_says_so() {
    let bench = bench(|_| {}).await;
    let ending = bench
        .visit(&[], "no<body>", company::EXEMPEL, Decision::Approve)
        .await;
    let Ending::Page { status, body } = ending else {
        panic!("{ending:?}");
    };
    assert_eq!(status, 200);
    assert!(body.contains("role=\"alert\"") && body.contains("no&#60;body&#62;"));
}

#[tokio::test]
async fn given_the_login_list_when_a_name_is_pressed_then_logged_in_as_that_person() {
    let bench = bench(|_| {}).await;
    let login = html(&bench, person::ADMIN, Page::Login).await;
    for (value, name) in [("anna.admin", "Anna Admin"), ("siv.small", "Siv Små")] {
        let start = format!("<button name=\"login\" value=\"{value}\"");
        let button = login.split(&start).nth(1).unwrap();
        let text = button.split_once('>').unwrap().1;
        assert!(text.starts_with(&format!("{name}</button>")));
    }
    bench.sim.cast(|cast| {
        for company in &cast.companies {
            assert!(login.contains(&company.name), "{}", company.name);
        }
    });
    for role in ["systemadministratör", "användare", "byråkonsult"] {
        assert!(login.contains(&format!("({role})")), "{role}");
    }
    // Each form says which page it is from, or it would be taken for an old one.
    let hidden = "<input type=\"hidden\" name=\"page\" value=\"login\">";
    assert_eq!(
        login.matches("<form").count(),
        login.matches(hidden).count()
    );
}

#[tokio::test]
async fn given_an_abandoned_journey_when_another_starts_then_forgotten_after_an_hour() {
    let bench = bench(|_| {}).await;
    let mut visitor = Visitor::new().unwrap();
    let place = visitor.get(&bench.authorize_url(&[])).await.unwrap();
    let place = place.location().unwrap();
    for (seconds, status) in [(3599, 200), (1, 404)] {
        bench.sim.clock().advance(Duration::from_secs(seconds));
        bench.authorize(&[]).await;
        assert_eq!(visitor.get(&place).await.unwrap().status, status);
    }
}

#[tokio::test]
async fn given_another_browser_when_opening_the_page_then_not_found() {
    let bench = bench(|_| {}).await;
    let start = bench.authorize(&[]).await;
    let mut stranger = Visitor::new().unwrap();
    let place = start.location().unwrap();
    assert_eq!(stranger.get(&place).await.unwrap().status, 404);
    let login = [("page", "login"), ("login", person::ADMIN)];
    assert_eq!(stranger.post(&place, &login).await.unwrap().status, 404);
}

#[tokio::test]
async fn given_a_finished_journey_when_its_form_is_sent_again_then_not_found() {
    let bench = bench(|_| {}).await;
    let mut visitor = Visitor::new().unwrap();
    let place = visitor
        .get(&bench.authorize_url(&[]))
        .await
        .unwrap()
        .location()
        .unwrap();
    let login = [("page", "login"), ("login", person::ADMIN)];
    visitor.post(&place, &login).await.unwrap();
    // A form of an earlier page changes nothing.
    let stale = visitor.post(&place, &login).await.unwrap();
    assert_eq!(stale.location(), Some(place.clone()));
    let approve = [("page", "consent"), ("decision", "approve")];
    assert_eq!(visitor.post(&place, &approve).await.unwrap().status, 302);
    assert_eq!(visitor.post(&place, &approve).await.unwrap().status, 404);
}

#[tokio::test]
async fn given_a_company_out_of_reach_when_posted_then_the_picker_stays() {
    let bench = bench(|_| {}).await;
    let mut visitor = Visitor::new().unwrap();
    let place = visitor
        .get(&bench.authorize_url(&[]))
        .await
        .unwrap()
        .location()
        .unwrap();
    let login = [("page", "login"), ("login", person::MANY)];
    visitor.post(&place, &login).await.unwrap();
    let pick = [("page", "company"), ("company", "1234576")];
    let reply = visitor.post(&place, &pick).await.unwrap();
    assert_eq!(reply.location(), Some(place.clone()));
    assert!(
        visitor
            .get(&place)
            .await
            .unwrap()
            .body
            .contains("Välj företag")
    );
}

#[tokio::test]
async fn given_the_login_form_sent_twice_when_a_consultant_logs_in_then_the_agency_page_stays() {
    let bench = bench(|_| {}).await;
    let mut visitor = Visitor::new().unwrap();
    let start = visitor.get(&bench.authorize_url(&[])).await.unwrap();
    let place = start.location().unwrap();
    let login = [("page", "login"), ("login", person::CONSULTANT)];
    for _ in 0..2 {
        visitor.post(&place, &login).await.unwrap();
    }
    let page = visitor.get(&place).await.unwrap().body;
    assert!(page.contains("Digital byrå") && !page.contains("Välj företag"));
}
