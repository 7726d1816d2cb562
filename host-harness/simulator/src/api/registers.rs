//! `/3/customers` and its like: list, read, create, update.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use super::listing::Page;
use super::record::Draft;
use super::refusal::ApiRefusal;
use super::register::Register;
use crate::answer::{self, JSON, Members};
use crate::params::Params;
use crate::state::{Shared, World};

pub(super) fn router(register: &'static Register) -> Router<Shared> {
    let list =
        async move |State(shared): State<Shared>, headers: HeaderMap, RawQuery(query): RawQuery| {
            let query = Params::of_query(&query.unwrap_or_default());
            list(register, &mut shared.world(), &headers, &query)
        };
    let create = async move |State(shared): State<Shared>, headers: HeaderMap, body: Bytes| {
        create(register, &mut shared.world(), &headers, &body)
    };
    let read = async move |State(shared): State<Shared>,
                           headers: HeaderMap,
                           Path(number): Path<String>| {
        read(register, &mut shared.world(), &headers, &number)
    };
    let update = async move |State(shared): State<Shared>,
                             headers: HeaderMap,
                             Path(number): Path<String>,
                             body: Bytes| {
        update(register, &mut shared.world(), &headers, &number, &body)
    };
    let path = register.right.path();
    Router::new()
        .route(path, get(list).post(create))
        .route(&format!("{path}/{{number}}"), get(read).put(update))
}

fn list(
    register: &'static Register,
    world: &mut World,
    headers: &HeaderMap,
    query: &Params,
) -> Response {
    let listed = world.authorize(register, headers).and_then(|tenant| {
        let page = Page::read(query)?;
        Ok(page.of(register, world.records.all(register, tenant)))
    });
    respond(world, StatusCode::OK, listed)
}

fn read(
    register: &'static Register,
    world: &mut World,
    headers: &HeaderMap,
    number: &str,
) -> Response {
    let found = world.authorize(register, headers).and_then(|tenant| {
        let record = world.records.find(register, tenant, number)?;
        Ok(one(register, record.whole(register)))
    });
    respond(world, StatusCode::OK, found)
}

fn create(
    register: &'static Register,
    world: &mut World,
    headers: &HeaderMap,
    body: &[u8],
) -> Response {
    let created = world.authorize(register, headers).and_then(|tenant| {
        let draft = Draft::read(register, body)?;
        let record = world.records.create(register, tenant, draft)?;
        Ok(one(register, record))
    });
    respond(world, StatusCode::CREATED, created)
}

fn update(
    register: &'static Register,
    world: &mut World,
    headers: &HeaderMap,
    number: &str,
    body: &[u8],
) -> Response {
    let updated = world.authorize(register, headers).and_then(|tenant| {
        let draft = Draft::read(register, body)?;
        let record = world.records.update(register, tenant, number, draft)?;
        Ok(one(register, record))
    });
    respond(world, StatusCode::OK, updated)
}

fn one(register: &Register, record: Value) -> Members {
    let mut members = Members::new();
    members.set(register.one, record);
    members
}

fn respond(world: &World, status: StatusCode, members: Result<Members, ApiRefusal>) -> Response {
    match members {
        Ok(members) => answer::answer(status, JSON, members.to_ascii_json()),
        Err(refusal) => refusal.answer(&world.behaviour),
    }
}
