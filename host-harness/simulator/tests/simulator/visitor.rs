//! The visitor.

use fortnox_simulator::cast::{company, person};
use fortnox_simulator::visitor::{Decision, Ending, Page, VisitError, Visitor};

use crate::support::bench;

#[tokio::test]
async fn given_a_page_to_close_at_when_it_comes_then_closed() {
    let bench = bench(|_| {}).await;
    for (login, page) in [
        (person::ADMIN, Page::Login),
        (person::CONSULTANT, Page::Agency),
        (person::CONSULTANT, Page::Company),
        (person::MANY, Page::Company),
        (person::ADMIN, Page::Consent),
    ] {
        let decision = Decision::CloseAt(page);
        let ending = bench.visit(&[], login, company::EXEMPEL, decision).await;
        assert_eq!(ending, Ending::Closed);
    }
}

#[tokio::test]
async fn given_a_page_that_does_not_come_when_closing_at_it_then_an_error() {
    let bench = bench(|_| {}).await;
    let url = bench.authorize_url(&[]);
    let decision = Decision::CloseAt(Page::Company);
    let mut visitor = Visitor::new().unwrap();
    let error = visitor
        .journey(&url, person::ADMIN, company::EXEMPEL, decision)
        .await;
    assert!(matches!(error, Err(VisitError::NotShown(Page::Company))));
}

#[tokio::test]
async fn given_a_company_not_on_offer_when_picking_then_an_error() {
    let bench = bench(|_| {}).await;
    let url = bench.authorize_url(&[]);
    for login in [person::MANY, person::ADMIN] {
        let mut visitor = Visitor::new().unwrap();
        let error = visitor
            .journey(&url, login, company::SMALL, Decision::Approve)
            .await;
        assert!(matches!(error, Err(VisitError::NotOffered(company::SMALL))));
    }
}

#[tokio::test]
async fn given_an_error_page_when_it_comes_then_it_is_the_ending() {
    let bench = bench(|_| {}).await;
    let changes = [("client_id", "Nobody123456")];
    let ending = bench
        .visit(&changes, person::ADMIN, company::EXEMPEL, Decision::Approve)
        .await;
    assert!(matches!(ending, Ending::Page { status, .. } if status == 400));
}

#[tokio::test]
async fn given_an_address_beyond_this_machine_when_visited_then_nothing_is_dialled() {
    let mut visitor = Visitor::new().unwrap();
    for url in [
        "http://localhost:1/",
        "https://127.0.0.1:1/",
        "http://192.0.2.1/",
    ] {
        let error = visitor.get(&url.parse().unwrap()).await;
        assert!(matches!(error, Err(VisitError::NotLoopback(_))));
    }
}

#[tokio::test]
async fn given_a_callback_on_the_simulator_s_own_origin_when_reached_then_returned() {
    let bench = bench(|_| {}).await;
    let uri = bench.sim.endpoints().api.join("callback").unwrap();
    bench.sim.set_redirect_uri(uri.as_str());
    let changes = [("redirect_uri", uri.as_str())];
    let ending = bench
        .visit(&changes, person::ADMIN, company::EXEMPEL, Decision::Approve)
        .await;
    assert!(matches!(ending, Ending::Returned(url) if url.path() == "/callback"));
}

#[tokio::test]
async fn given_one_browser_when_it_authorizes_twice_then_both_journeys_end() {
    let bench = bench(|_| {}).await;
    let url = bench.authorize_url(&[]);
    let mut visitor = Visitor::new().unwrap();
    for login in [person::ADMIN, person::USER] {
        let ending = visitor
            .journey(&url, login, company::EXEMPEL, Decision::Approve)
            .await;
        assert!(matches!(ending, Ok(Ending::Returned(_))));
    }
}
