//! `/3/customers` and `/3/projects`.

use std::time::Duration;

use fortnox_simulator::behaviour::{ApiErrorStyle, Casing, RateLimit, RightError};
use fortnox_simulator::cast::{Licence, company, person};
use fortnox_simulator::visitor::{Decision, Reply};
use fortnox_simulator::{Behaviour, TenantId};
use http::Method;
use serde_json::{Value, json as value};

use crate::support::{Bench, bench, header, json, query, returned, text};

const SCOPES: (&str, &str) = ("scope", "companyinformation customer project");

/// A bench without a rate limit, which a clock that stands still never frees.
async fn unlimited(change: impl FnOnce(&mut Behaviour)) -> Bench {
    bench(|b| {
        b.rest.rate_limit = None;
        change(b);
    })
    .await
}

/// An access token of this person in this company.
async fn token_of(
    bench: &Bench,
    login: &str,
    tenant: TenantId,
    changes: &[(&str, &str)],
) -> String {
    let ending = bench.visit(changes, login, tenant, Decision::Approve).await;
    let code = query(&returned(ending))["code"].clone();
    let tokens = json(&bench.exchange(&code).await);
    text(&tokens, "access_token").to_owned()
}

async fn token(bench: &Bench) -> String {
    token_of(bench, person::ADMIN, company::EXEMPEL, &[SCOPES]).await
}

async fn get(bench: &Bench, token: &str, path: &str) -> Reply {
    bench.api(token, Method::GET, path, None).await
}

async fn post(bench: &Bench, token: &str, path: &str, body: Value) -> Reply {
    bench.api(token, Method::POST, path, Some(body)).await
}

async fn put(bench: &Bench, token: &str, path: &str, body: Value) -> Reply {
    bench.api(token, Method::PUT, path, Some(body)).await
}

/// Status, code and text of an API error in this casing.
fn error(reply: &Reply, casing: Casing) -> (u16, u64, String) {
    let [error, message, code] = match casing {
        Casing::Lower => ["error", "message", "code"],
        Casing::Capital => ["Error", "Message", "Code"],
    };
    let body = json(reply);
    let information = &body["ErrorInformation"];
    assert_eq!(information[error], 1, "{body}");
    (
        reply.status.as_u16(),
        information[code].as_u64().unwrap(),
        text(information, message).to_owned(),
    )
}

fn is(status: u16, code: u64, message: &str) -> (u16, u64, String) {
    (status, code, message.to_owned())
}

#[tokio::test]
async fn given_empty_registers_when_listed_then_the_envelope_of_nothing() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    for (path, many) in [("customers", "Customers"), ("projects?limit=1", "Projects")] {
        let reply = get(&bench, &token, path).await;
        assert_eq!(reply.status, 200);
        let media_type = header(&reply.headers, "content-type");
        assert_eq!(media_type, Some("application/json"));
        let meta = value!({"@TotalResources": 0, "@TotalPages": 0, "@CurrentPage": 1});
        let empty = value!({"MetaInformation": meta, many: []});
        assert_eq!(json(&reply), empty);
        assert!(reply.body.starts_with(r#"{"MetaInformation":"#));
    }
}

#[tokio::test]
async fn given_a_customer_when_created_read_and_updated_then_it_holds_what_was_written() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    let new = value!({"Customer": {"CustomerNumber": "K-7", "Name": "Åkes Rör", "City": "Växjö"}});
    let created = post(&bench, &token, "customers", new).await;
    assert_eq!(created.status, 201);
    assert!(created.body.is_ascii());
    let read = get(&bench, &token, "customers/K-7").await;
    assert_eq!((read.status.as_u16(), &read.body), (200, &created.body));
    let customer = &json(&read)["Customer"];
    assert_eq!(customer["@url"], "https://api.fortnox.se/3/customers/K-7");
    assert_eq!(customer["CustomerNumber"], "K-7");
    assert_eq!(customer["Name"], "Åkes Rör");
    assert_eq!(customer["Email"], Value::Null);

    let change = value!({"Customer": {"CustomerNumber": "K-7", "Email": "a@example.com"}});
    let updated = put(&bench, &token, "customers/K-7", change).await;
    assert_eq!(updated.status, 200);
    let customer = &json(&get(&bench, &token, "customers/K-7").await)["Customer"];
    assert_eq!(customer["Email"], "a@example.com");
    assert_eq!(customer["City"], "Växjö");
    assert_eq!(*customer, json(&updated)["Customer"]);
}

#[tokio::test]
async fn given_a_project_when_created_without_number_then_the_next_one_and_ongoing() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    let named = |number: Value| value!({"Project": {"ProjectNumber": number, "Description": "P"}});
    for number in [value!("A"), value!(41)] {
        let reply = post(&bench, &token, "projects", named(number)).await;
        assert_eq!(reply.status, 201);
    }
    let new = value!({"Project": {"Description": "P", "StartDate": "2027-01-15"}});
    let reply = post(&bench, &token, "projects", new).await;
    let project = &json(&reply)["Project"];
    assert_eq!(project["ProjectNumber"], "42");
    assert_eq!(project["Status"], "ONGOING");
    assert_eq!(project["StartDate"], "2027-01-15");
    assert_eq!(project["@url"], "https://api.fortnox.se/3/projects/42");
    let done = value!({"Project": {"Status": "COMPLETED"}});
    let reply = put(&bench, &token, "projects/42", done).await;
    assert_eq!(json(&reply)["Project"]["Status"], "COMPLETED");
}

#[tokio::test]
async fn given_many_records_when_listed_then_page_by_page_and_only_the_company_s_own() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    for number in 1..=5 {
        let new = value!({"Customer": {"Name": format!("Kund {number}")}});
        assert_eq!(post(&bench, &token, "customers", new).await.status, 201);
    }
    let numbers = async |query: &str| {
        let body = json(&get(&bench, &token, &format!("customers?{query}")).await);
        let listed = body["Customers"].as_array().unwrap().clone();
        let meta = &body["MetaInformation"];
        assert_eq!(meta["@TotalResources"], 5);
        let numbers = listed
            .iter()
            .map(|it| text(it, "CustomerNumber").to_owned());
        (
            numbers.collect::<Vec<_>>().join(" "),
            meta["@TotalPages"].as_u64().unwrap(),
            meta["@CurrentPage"].as_u64().unwrap(),
        )
    };
    let page = |numbers: &str, pages, current| (numbers.to_owned(), pages, current);
    assert_eq!(numbers("").await, page("1 2 3 4 5", 1, 1));
    assert_eq!(numbers("limit=2").await, page("1 2", 3, 1));
    assert_eq!(numbers("limit=2&page=3").await, page("5", 3, 3));
    assert_eq!(numbers("limit=500&page=2").await, page("", 1, 2));
    let listed = json(&get(&bench, &token, "customers?limit=1").await);
    let customer = &listed["Customers"][0];
    assert_eq!(customer["Name"], "Kund 1");
    assert_eq!(customer.get("VATNumber"), None);

    let other = token_of(&bench, person::MANY, company::ANDRA, &[SCOPES]).await;
    let listed = json(&get(&bench, &other, "customers").await);
    assert_eq!(listed["MetaInformation"]["@TotalResources"], 0);
    assert_eq!(get(&bench, &other, "customers/1").await.status, 404);
}

#[tokio::test]
async fn given_numbers_out_of_bounds_when_listing_then_2000588() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    for query in ["limit=0", "limit=501", "limit=x", "page=0", "page=-1"] {
        let reply = get(&bench, &token, &format!("projects?{query}")).await;
        let expected = is(400, 2_000_588, "Ogiltig parameter i anropet.");
        assert_eq!(error(&reply, Casing::Lower), expected, "{query}");
    }
}

#[tokio::test]
async fn given_no_such_record_when_read_or_updated_then_404_in_capitals() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    for (path, code, message, body) in [
        (
            "customers/9",
            2_000_433,
            "Kan inte hitta kunden.",
            value!({"Customer": {}}),
        ),
        (
            "projects/9",
            2_001_161,
            "Kan inte hitta projektet.",
            value!({"Project": {}}),
        ),
    ] {
        let read = get(&bench, &token, path).await;
        let updated = put(&bench, &token, path, body).await;
        for reply in [read, updated] {
            assert_eq!(error(&reply, Casing::Capital), is(404, code, message));
        }
    }
}

#[tokio::test]
async fn given_a_record_that_makes_no_sense_when_written_then_refused_and_nothing_changes() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    let first = value!({"Customer": {"CustomerNumber": "1", "Name": "A"}});
    assert_eq!(
        post(&bench, &token, "customers", first.clone())
            .await
            .status,
        201
    );
    let taken = post(&bench, &token, "customers", first).await;
    let words = "Kundnummer 1 används redan.";
    assert_eq!(error(&taken, Casing::Lower), is(400, 2_000_637, words));
    for (body, code) in [
        (value!("x"), 2_001_392),
        (value!({"Project": {}}), 2_001_392),
        (value!({"Customer": {"Name": " "}}), 2_001_392),
        (value!({"Customer": {}}), 2_001_392),
        (value!({"Customer": {"Name": {"a": 1}}}), 2_001_392),
        (
            value!({"Customer": {"Name": "B", "CustomerNumber": "a/b"}}),
            2_001_392,
        ),
        (
            value!({"Customer": {"Name": "B", "CustomerNumber": ""}}),
            2_001_392,
        ),
        (
            value!({"Customer": {"Name": "B", "Colour": "red"}}),
            2_001_399,
        ),
    ] {
        let reply = post(&bench, &token, "customers", body.clone()).await;
        assert_eq!(error(&reply, Casing::Lower).1, code, "{body}");
    }
    for fields in [value!({"Name": null}), value!({"CustomerNumber": "2"})] {
        let reply = put(&bench, &token, "customers/1", value!({"Customer": fields})).await;
        assert_eq!(error(&reply, Casing::Lower).1, 2_001_392);
    }
    let status = value!({"Project": {"Description": "P", "Status": "LOST"}});
    let reply = post(&bench, &token, "projects", status).await;
    assert_eq!(error(&reply, Casing::Lower).1, 2_001_392);
    let url = bench.sim.endpoints().api.join("3/customers").unwrap();
    let bearer = format!("Bearer {token}");
    let reply = bench
        .send(Method::POST, url, &[("authorization", &bearer)], Some(&[]))
        .await;
    assert_eq!(error(&reply, Casing::Lower).1, 2_002_115);
    let listed = json(&get(&bench, &token, "customers").await);
    assert_eq!(listed["MetaInformation"]["@TotalResources"], 1);
    assert_eq!(listed["Customers"][0]["Name"], "A");
}

#[tokio::test]
async fn given_a_bad_token_or_no_scope_when_asked_then_401_and_2000663() {
    let bench = unlimited(|_| {}).await;
    let reply = get(&bench, "x", "customers").await;
    let unauthorized = (401, r#"{"message":"unauthorized"}"#);
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), unauthorized);
    let only = [("scope", "customer")];
    let token = token_of(&bench, person::ADMIN, company::EXEMPEL, &only).await;
    assert_eq!(get(&bench, &token, "customers").await.status, 200);
    let reply = get(&bench, &token, "projects").await;
    let words = "Har inte behörighet för scope";
    assert_eq!(error(&reply, Casing::Lower), is(400, 2_000_663, words));
}

#[tokio::test]
async fn given_a_person_without_rights_when_asked_then_each_register_in_its_own_words() {
    let bench = unlimited(|_| {}).await;
    let rightless = person::USER_WITHOUT_RIGHTS;
    let without = token_of(&bench, rightless, company::EXEMPEL, &[SCOPES]).await;
    let customers = get(&bench, &without, "customers").await;
    let words = "Saknar behörighet för kundregister";
    assert_eq!(error(&customers, Casing::Lower), is(400, 2_001_538, words));
    let projects = get(&bench, &without, "projects").await;
    let words = "Saknar behörighet för projektregister.";
    assert_eq!(error(&projects, Casing::Capital), is(403, 2_003_275, words));
    let new = value!({"Customer": {"Name": "A"}});
    assert_eq!(post(&bench, &without, "customers", new).await.status, 400);

    let service = [SCOPES, ("account_type", "service")];
    for (login, changes) in [
        (person::USER, &[SCOPES][..]),
        (person::CONSULTANT, &[SCOPES]),
        (person::ADMIN, &service),
    ] {
        let token = token_of(&bench, login, company::EXEMPEL, changes).await;
        for path in ["customers", "projects"] {
            assert_eq!(get(&bench, &token, path).await.status, 200, "{login}");
        }
    }
    bench.sim.cast(|cast| {
        cast.person_mut(rightless).unwrap().memberships.clear();
    });
    // Who left holds no licence in the company, which is told first.
    let reply = get(&bench, &without, "customers").await;
    assert_eq!(error(&reply, Casing::Lower).1, 2_001_101);
}

#[tokio::test]
async fn given_a_licence_that_lapsed_when_asked_then_2001101_and_without_integration_2001103() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    bench.sim.cast(|cast| {
        let company = cast.company_mut(company::EXEMPEL).unwrap();
        company.licences = [Licence::Bokforing].into();
    });
    let words = "Det finns ingen aktiv licens för önskat scope";
    let reply = get(&bench, &token, "customers").await;
    assert_eq!(error(&reply, Casing::Lower), is(400, 2_001_101, words));
    // Bookkeeping is enough for projects.
    assert_eq!(get(&bench, &token, "projects").await.status, 200);
    bench.sim.cast(|cast| {
        let company = cast.company_mut(company::EXEMPEL).unwrap();
        company.integration_licence = false;
    });
    let reply = get(&bench, &token, "projects").await;
    let words = "Api-licens saknas.";
    assert_eq!(error(&reply, Casing::Lower), is(400, 2_001_103, words));
}

#[tokio::test]
async fn given_other_styles_when_refused_then_status_casing_and_words_follow() {
    let bench = unlimited(|b| {
        let style = |status| ApiErrorStyle {
            status,
            casing: Casing::Capital,
        };
        b.rest.licence_error = style(403);
        b.rest.validation_error = style(422);
        b.rest.not_found_error = ApiErrorStyle {
            status: 404,
            casing: Casing::Lower,
        };
        b.rest.customer_right_error = RightError {
            style: style(403),
            code: 7,
            message: "Nej.".to_owned(),
        };
        b.rest.rights_withheld = ["customer"].into_iter().collect();
    })
    .await;
    let token = token(&bench).await;
    let reply = get(&bench, &token, "customers").await;
    assert_eq!(error(&reply, Casing::Capital), is(403, 7, "Nej."));
    let reply = get(&bench, &token, "projects/1").await;
    assert_eq!(error(&reply, Casing::Lower).0, 404);
    let reply = get(&bench, &token, "projects?page=0").await;
    assert_eq!(error(&reply, Casing::Capital).0, 422);
    let withheld = ["project"].into_iter().collect();
    bench.sim.behaviour(|b| b.rest.licences_withheld = withheld);
    let reply = get(&bench, &token, "projects").await;
    assert_eq!(error(&reply, Casing::Capital).0, 403);
}

#[tokio::test]
async fn given_25_requests_in_5_seconds_when_one_more_comes_then_429_for_that_company_alone() {
    let bench = bench(|_| {}).await;
    let token = token(&bench).await;
    let other = token_of(&bench, person::MANY, company::ANDRA, &[SCOPES]).await;
    for number in 0..25 {
        // All endpoints count together.
        let path = ["companyinformation", "customers", "projects"][number % 3];
        assert_eq!(get(&bench, &token, path).await.status, 200, "{number}");
    }
    let limited = get(&bench, &token, "projects").await;
    assert_eq!(
        (limited.status.as_u16(), limited.body.as_str()),
        (429, "{}")
    );
    let media_type = header(&limited.headers, "content-type");
    assert_eq!(media_type, Some("application/json"));
    assert_eq!(header(&limited.headers, "retry-after"), None);
    assert_eq!(get(&bench, &other, "projects").await.status, 200);
    // A new token is no way around it.
    let again = token_of(&bench, person::ADMIN, company::EXEMPEL, &[SCOPES]).await;
    assert_eq!(get(&bench, &again, "projects").await.status, 429);

    bench
        .sim
        .behaviour(|b| b.rest.rate_limit_retry_after = Some(3));
    bench.sim.clock().advance(Duration::from_secs(4));
    let limited = get(&bench, &token, "projects").await;
    assert_eq!(header(&limited.headers, "retry-after"), Some("3"));
    bench.sim.clock().advance(Duration::from_secs(1));
    assert_eq!(get(&bench, &token, "projects").await.status, 200);

    bench.sim.behaviour(|b| {
        b.rest.rate_limit = Some(RateLimit {
            requests: 1,
            seconds: 60,
        });
    });
    assert_eq!(get(&bench, &token, "projects").await.status, 429);
    bench.sim.behaviour(|b| b.rest.rate_limit = None);
    assert_eq!(get(&bench, &token, "projects").await.status, 200);
}
