//! The registers: `/3/customers` and its like.

use std::time::Duration;

use fortnox_simulator::behaviour::{RateLimit, Shape};
use fortnox_simulator::cast::{Right, company, person};
use http::Method;
use serde_json::{Value, json as value};

use crate::rest::{SCOPES, error, get, is, post, put, token, token_of, unlimited};
use crate::support::{bench, header, json, text};

#[tokio::test]
async fn given_empty_registers_when_listed_then_the_envelope_of_nothing() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    for (path, many) in [
        ("customers", "Customers"),
        ("projects?limit=1", "Projects"),
        ("invoices?limit=1", "Invoices"),
        ("invoicepayments?limit=1", "InvoicePayments"),
        ("suppliers", "Suppliers"),
        ("supplierinvoices?limit=1", "SupplierInvoices"),
    ] {
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
async fn given_an_invoice_and_its_payment_when_created_then_read_and_listed() {
    let bench = unlimited(|_| {}).await;
    let token = token(&bench).await;
    let new = value!({"Invoice": {"CustomerNumber": "1", "Total": 1250}});
    let invoice = json(&post(&bench, &token, "invoices", new).await);
    assert_eq!(invoice["Invoice"]["DocumentNumber"], "1");
    assert_eq!(invoice["Invoice"]["Currency"], "SEK");
    let new = value!({"InvoicePayment": {"InvoiceNumber": 1, "Amount": 1250}});
    let created = post(&bench, &token, "invoicepayments", new).await;
    assert_eq!(created.status, 201);
    let read = get(&bench, &token, "invoicepayments/1").await;
    assert_eq!(read.body, created.body);
    let listed = json(&get(&bench, &token, "invoicepayments").await);
    let payment = &listed["InvoicePayments"][0];
    assert_eq!(payment["InvoiceNumber"], 1);
    let url = "https://api.fortnox.se/3/invoicepayments/1";
    assert_eq!(payment["@url"], url);
    let without = value!({"InvoicePayment": {"Amount": 1250}});
    let reply = post(&bench, &token, "invoicepayments", without).await;
    assert_eq!(error(&reply, Shape::Lower).1, 2_001_392);
}

#[tokio::test]
async fn given_each_register_when_named_then_its_path_leads_there_and_its_scope_opens_it() {
    let bench = unlimited(|_| {}).await;
    for right in Right::ALL {
        let scope = [("scope", right.scope())];
        let token = token_of(&bench, person::ADMIN, company::EXEMPEL, &scope).await;
        for other in Right::ALL {
            let status = get(&bench, &token, other.path()).await.status;
            let expected = if other == right { 200 } else { 400 };
            assert_eq!(status, expected, "{right:?} {other:?}");
        }
    }
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
        assert_eq!(error(&reply, Shape::Lower), expected, "{query}");
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
        (
            "invoices/9",
            2_000_434,
            "Kan inte hitta fakturan.",
            value!({"Invoice": {}}),
        ),
        (
            "supplierinvoices/9",
            2_000_422,
            "Kan inte hitta leverantörsfakturan.",
            value!({"SupplierInvoice": {}}),
        ),
    ] {
        let read = get(&bench, &token, path).await;
        let updated = put(&bench, &token, path, body).await;
        for reply in [read, updated] {
            assert_eq!(error(&reply, Shape::Capital), is(404, code, message));
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
    assert_eq!(error(&taken, Shape::Lower), is(400, 2_000_637, words));
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
        assert_eq!(error(&reply, Shape::Lower).1, code, "{body}");
    }
    for fields in [value!({"Name": null}), value!({"CustomerNumber": "2"})] {
        let reply = put(&bench, &token, "customers/1", value!({"Customer": fields})).await;
        assert_eq!(error(&reply, Shape::Lower).1, 2_001_392);
    }
    let status = value!({"Project": {"Description": "P", "Status": "LOST"}});
    let reply = post(&bench, &token, "projects", status).await;
    assert_eq!(error(&reply, Shape::Lower).1, 2_001_392);
    let url = bench.sim.endpoints().api.join("3/customers").unwrap();
    let bearer = format!("Bearer {token}");
    let reply = bench
        .send(Method::POST, url, &[("authorization", &bearer)], Some(&[]))
        .await;
    assert_eq!(error(&reply, Shape::Lower).1, 2_002_115);
    let listed = json(&get(&bench, &token, "customers").await);
    assert_eq!(listed["MetaInformation"]["@TotalResources"], 1);
    assert_eq!(listed["Customers"][0]["Name"], "A");
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
