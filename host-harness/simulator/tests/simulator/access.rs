//! Every refusal of access by a register, and what helps against it.

use fortnox_simulator::behaviour::{ApiError, ApiErrorStyle, Shape};
use fortnox_simulator::cast::{Licence, Right, company, person};
use fortnox_simulator::visitor::Reply;
use http::Method;
use serde_json::json as value;

use crate::rest::{SCOPES, error, get, is, post, token, token_of, unlimited};
use crate::support::{Bench, bench, header, json};

const SERVICE: [(&str, &str); 2] = [SCOPES, ("account_type", "service")];

/// Which registers answer with 200.
async fn open(bench: &Bench, token: &str) -> Vec<Right> {
    let mut open = Vec::new();
    for right in Right::ALL {
        if get(bench, token, right.path()).await.status == 200 {
            open.push(right);
        }
    }
    open
}

fn all_but(closed: &[Right]) -> Vec<Right> {
    let mut open = Right::ALL.to_vec();
    open.retain(|right| !closed.contains(right));
    open
}

/// Status, media type and body.
fn whole(reply: &Reply) -> (u16, Option<&str>, &str) {
    let media_type = header(&reply.headers, "content-type");
    (reply.status.as_u16(), media_type, &reply.body)
}

const JSON: Option<&str> = Some("application/json");

#[tokio::test]
async fn given_a_bad_token_or_no_scope_when_asked_then_401_and_2000663() {
    let bench = unlimited(|_| {}).await;
    let reply = get(&bench, "x", "customers").await;
    assert_eq!(whole(&reply), (401, JSON, r#"{"message":"unauthorized"}"#));
    let only = [("scope", "customer")];
    let token = token_of(&bench, person::ADMIN, company::EXEMPEL, &only).await;
    assert_eq!(get(&bench, &token, "customers").await.status, 200);
    let reply = get(&bench, &token, "projects").await;
    let words = "Har inte behörighet för scope";
    assert_eq!(error(&reply, Shape::Lower), is(400, 2_000_663, words));
}

#[tokio::test]
async fn given_other_words_for_a_bad_token_when_asked_then_told_in_them() {
    let bench = unlimited(|_| {}).await;
    for (token_error, code) in [
        (ApiError::login_invalid(), 2_000_310),
        (ApiError::login_missing(), 2_000_311),
        (ApiError::login_invalid_v2(), 2_004_054),
    ] {
        bench.sim.behaviour(|b| b.rest.token_error = token_error);
        for path in ["customers", "companyinformation"] {
            let reply = get(&bench, "x", path).await;
            let (status, told, _) = error(&reply, Shape::Lower);
            assert_eq!((status, told), (401, code));
        }
    }
}

#[tokio::test]
async fn given_a_person_without_rights_when_asked_then_each_register_in_its_own_words() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    for (right, shape, expected) in [
        (
            Right::Customers,
            Shape::Lower,
            is(400, 2_001_538, "Saknar behörighet för kundregister"),
        ),
        (
            Right::Projects,
            Shape::Capital,
            is(403, 2_999_999, "Saknar behörighet för projektregister"),
        ),
        (
            Right::Invoices,
            Shape::Lower,
            is(400, 2_001_339, "Saknar behörighet för kundfakturor"),
        ),
        (
            Right::InvoicePayments,
            Shape::Lower,
            is(400, 2_003_330, "Saknar behörighet för inbetalningar"),
        ),
        (
            Right::Suppliers,
            Shape::Capital,
            is(403, 2_003_275, "Saknar behörighet för leverantörsregister."),
        ),
        (
            Right::SupplierInvoices,
            Shape::Capital,
            is(403, 2_000_664, "Saknar behörighet för leverantörsfakturor"),
        ),
    ] {
        // A system administrator is no exception.
        bench.sim.take_right(person::ADMIN, company::EXEMPEL, right);
        let reply = get(&bench, &token, right.path()).await;
        assert_eq!(error(&reply, shape), expected);
        assert_eq!(open(&bench, &token).await, all_but(&[right]));
        let new = value!({"Customer": {"Name": "A"}});
        let posted = post(&bench, &token, right.path(), new).await;
        assert_eq!(posted.status, reply.status);
        bench.sim.give_right(person::ADMIN, company::EXEMPEL, right);
        assert_eq!(open(&bench, &token).await, Right::ALL);
    }
}

#[tokio::test]
async fn given_a_person_without_rights_when_somebody_else_or_a_service_account_asks_then_served() {
    let bench = unlimited(|_| {}).await;
    let rightless = person::USER_WITHOUT_RIGHTS;
    let without = token_of(&bench, rightless, company::EXEMPEL, &[SCOPES]).await;
    let has = [Right::Invoices, Right::InvoicePayments];
    assert_eq!(open(&bench, &without).await, has);
    for (login, changes) in [
        (person::USER, &[SCOPES][..]),
        (person::CONSULTANT, &[SCOPES]),
        (person::ADMIN, &SERVICE),
    ] {
        let token = token_of(&bench, login, company::EXEMPEL, changes).await;
        // Of a person's rights, a service account needs none.
        if changes == SERVICE {
            for right in Right::ALL {
                bench.sim.take_right(login, company::EXEMPEL, right);
            }
        }
        assert_eq!(open(&bench, &token).await, Right::ALL, "{login}");
    }
    bench.sim.cast(|cast| {
        cast.person_mut(rightless).unwrap().memberships.clear();
    });
    // Who left holds no licence in the company, which is told first.
    let reply = get(&bench, &without, "customers").await;
    assert_eq!(error(&reply, Shape::Lower).1, 2_001_101);
}

#[tokio::test]
async fn given_a_licence_that_lapsed_when_asked_then_2001101_and_without_integration_2001103() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    let tenant = company::EXEMPEL;
    let service = token_of(&bench, person::ADMIN, tenant, &SERVICE).await;
    bench.sim.cancel_licence(tenant, Licence::Kundfaktura);
    // Either of two is enough.
    assert_eq!(open(&bench, &token).await, Right::ALL);
    bench.sim.cancel_licence(tenant, Licence::Order);
    let words = "Det finns ingen aktiv licens för önskat scope";
    for token in [&token, &service] {
        let closed = [Right::Customers, Right::Invoices];
        assert_eq!(open(&bench, token).await, all_but(&closed));
        let reply = get(&bench, token, "customers").await;
        assert_eq!(error(&reply, Shape::Lower), is(400, 2_001_101, words));
    }
    bench.sim.buy_licence(tenant, Licence::Order);
    assert_eq!(open(&bench, &token).await, Right::ALL);
    let words = "Api-licens saknas.";
    bench.sim.cancel_licence(tenant, Licence::Integration);
    let reply = get(&bench, &service, "projects").await;
    assert_eq!(error(&reply, Shape::Lower), is(400, 2_001_103, words));
    bench.sim.buy_licence(tenant, Licence::Integration);
    bench.sim.cancel_app(tenant);
    let reply = get(&bench, &token, "projects").await;
    assert_eq!(error(&reply, Shape::Lower), is(400, 2_001_103, words));
    bench.sim.buy_app(tenant);
    assert_eq!(open(&bench, &token).await, Right::ALL);
}

#[tokio::test]
async fn given_a_person_without_a_module_when_asked_then_the_person_s_licence_counts() {
    let bench = unlimited(|_| {}).await;
    let tenant = company::EXEMPEL;
    let token = token(&bench).await;
    let other = token_of(&bench, person::USER, tenant, &[SCOPES]).await;
    let service = token_of(&bench, person::ADMIN, tenant, &SERVICE).await;
    let module = Licence::Bokforing;
    bench.sim.withdraw_licence(person::ADMIN, tenant, module);
    let closed = [Right::Suppliers, Right::SupplierInvoices];
    assert_eq!(open(&bench, &token).await, all_but(&closed));
    let reply = get(&bench, &token, "supplierinvoices").await;
    assert_eq!(error(&reply, Shape::Lower).1, 2_001_101);
    for served in [&other, &service] {
        assert_eq!(open(&bench, served).await, Right::ALL);
    }
    bench.sim.assign_licence(person::ADMIN, tenant, module);
    assert_eq!(open(&bench, &token).await, Right::ALL);
    // An assignment alone is no licence.
    bench.sim.cancel_licence(tenant, module);
    bench.sim.assign_licence(person::ADMIN, tenant, module);
    assert_eq!(open(&bench, &token).await, all_but(&closed));
}

#[tokio::test]
async fn given_other_styles_when_refused_then_status_shape_media_type_and_words_follow() {
    let bench = unlimited(|b| {
        b.rest.licence_error.style = ApiErrorStyle::capital(403);
        b.rest.validation_error = ApiErrorStyle::capital(422);
        b.rest.not_found_error = ApiErrorStyle::lower(404);
        let no = ApiError::new(ApiErrorStyle::capital(403), 7, "Nej.");
        b.rest.right_errors.insert(Right::Customers, no);
    })
    .await;
    let token = token(&bench).await;
    let reply = get(&bench, &token, "projects/1").await;
    assert_eq!(error(&reply, Shape::Lower).0, 404);
    let reply = get(&bench, &token, "projects?page=0").await;
    assert_eq!(error(&reply, Shape::Capital).0, 422);
    let tenant = company::EXEMPEL;
    bench
        .sim
        .take_right(person::ADMIN, tenant, Right::Customers);
    let reply = get(&bench, &token, "customers").await;
    assert_eq!(error(&reply, Shape::Capital), is(403, 7, "Nej."));
    for (shape, media_type, body) in [
        (
            Shape::Service,
            JSON,
            r#"{"error":"7","id":"0f0e0d0c-0b0a-4908-8706-050403020100","message":"Nej."}"#,
        ),
        (Shape::Message, Some("text/plain"), r#"{"message":"Nej."}"#),
        (Shape::Empty, JSON, ""),
        (Shape::Empty, None, ""),
    ] {
        bench.sim.behaviour(|b| {
            let mut error = b.rest.right_error(Right::Customers);
            error.style.shape = shape;
            error.style.media_type = media_type.map(str::to_owned);
            b.rest.right_errors.insert(Right::Customers, error);
        });
        let reply = get(&bench, &token, "customers").await;
        assert_eq!(whole(&reply), (403, media_type, body));
    }
    bench.sim.cancel_licence(tenant, Licence::Bokforing);
    let reply = get(&bench, &token, "supplierinvoices").await;
    assert_eq!(error(&reply, Shape::Capital).0, 403);
}

#[tokio::test]
async fn given_a_register_closed_by_a_switch_when_asked_then_nobody_is_served_but_by_the_others() {
    let bench = unlimited(|b| {
        let error = ApiError::new(ApiErrorStyle::empty(403), 0, "");
        b.rest.refused.insert(Right::Projects, error);
    })
    .await;
    let token = token(&bench).await;
    let service = token_of(&bench, person::ADMIN, company::EXEMPEL, &SERVICE).await;
    for token in [&token, &service] {
        assert_eq!(open(&bench, token).await, all_but(&[Right::Projects]));
        let reply = get(&bench, token, "projects").await;
        assert_eq!(whole(&reply), (403, None, ""));
    }
    // A bad token is told first.
    assert_eq!(get(&bench, "x", "projects").await.status, 401);
}

#[tokio::test]
async fn given_scopes_when_unregistered_then_tokens_stay_and_new_consents_cannot_have_them() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    bench.sim.unregister_scope("project");
    assert_eq!(open(&bench, &token).await, Right::ALL);
    let refused = bench.authorize(&[SCOPES]).await;
    let url = refused.location().unwrap();
    assert!(url.query().unwrap().contains("error=invalid_scope"));
    bench.sim.register_scope("project");
    let again = bench.authorize(&[SCOPES]).await.location().unwrap();
    assert!(!again.query().unwrap_or_default().contains("error"));
}

#[tokio::test]
async fn given_a_lock_when_set_and_lifted_then_consents_stop_and_go_on() {
    let bench = bench(|_| {}).await;
    bench.sim.lock(company::EXEMPEL);
    bench.sim.cast(|cast| {
        let locked = |tenant| cast.company(tenant).unwrap().locked;
        assert!(locked(company::EXEMPEL) && !locked(company::ANDRA));
    });
    bench.sim.unlock(company::EXEMPEL);
    bench.code().await;
}

#[tokio::test]
async fn given_requests_when_served_refused_or_unknown_then_the_ledger_tells_each() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    get(&bench, &token, "customers?limit=1").await;
    bench
        .sim
        .take_right(person::ADMIN, company::EXEMPEL, Right::Customers);
    post(&bench, &token, "customers", value!({})).await;
    get(&bench, "x", "projects/1").await;
    bench.company(&token).await;
    let ledger = bench.sim.ledger();
    let requests = ledger.api_requests().into_iter();
    let told: Vec<_> = requests
        .map(|it| (&it.method, it.path.as_str(), it.tenant, it.status, it.code))
        .collect();
    let tenant = Some(company::EXEMPEL);
    let post_refused = Some(2_001_538);
    assert_eq!(
        told,
        [
            (&Method::GET, "/3/customers", tenant, Some(200), None),
            (
                &Method::POST,
                "/3/customers",
                tenant,
                Some(400),
                post_refused
            ),
            (&Method::GET, "/3/projects/1", None, Some(401), None),
            (
                &Method::GET,
                "/3/companyinformation",
                tenant,
                Some(200),
                None
            ),
        ]
    );
    assert_eq!(ledger.api_requests()[0].query.as_deref(), Some("limit=1"));
}

#[tokio::test]
async fn given_nobody_of_that_name_when_changed_then_nothing_happens() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    bench
        .sim
        .take_right("nobody", company::EXEMPEL, Right::Customers);
    bench
        .sim
        .take_right(person::ADMIN, company::ANDRA, Right::Customers);
    let listed = json(&get(&bench, &token, "customers").await);
    assert_eq!(listed["MetaInformation"]["@TotalResources"], 0);
}
