//! The control page.

mod commands;
mod shown;

use std::collections::BTreeSet;

use fortnox_simulator::visitor::Reply;
use http::Method;

use crate::support::{Bench, header};

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

/// Sends a form as the page itself does, and is back on it; what it then says.
async fn command(bench: &Bench, command: &str, fields: &[(&str, &str)]) -> String {
    let mut form = vec![("command", command)];
    form.extend(fields);
    let reply = post(bench, &[("sec-fetch-site", "same-origin")], &form).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let place = header(&reply.headers, "location").unwrap();
    assert_eq!(place, format!("/?done={command}#{command}"));
    let url = bench.sim.control_page().join(place).unwrap();
    let shown = bench.send(Method::GET, url, &[], None).await.body;
    let statuses = texts_after(&shown, "role=\"status\">");
    assert_eq!(statuses.len(), 1);
    statuses.concat()
}

/// The texts that follow a mark.
fn texts_after<'a>(page: &'a str, mark: &str) -> Vec<&'a str> {
    let parts = page.split(mark).skip(1);
    parts.filter_map(|part| part.split('<').next()).collect()
}

fn are_different(texts: &[&str]) -> bool {
    let different: BTreeSet<&str> = texts.iter().map(|text| text.trim()).collect();
    different.len() == texts.len() && !different.contains("")
}

/// What the page says is played now.
fn now(page: &str) -> &str {
    texts_after(page, "Now: <strong>").pop().unwrap()
}
