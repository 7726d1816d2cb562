//! The authorization server of `node/provider.mjs`: a process of its own that
//! ends with its owner, a person who visits it, and questions put to it past
//! the plugin.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;
use fortnox_simulator::visitor::{Reply, Visitor};
use host_harness::{Authorization, ReqwestOptions, ReqwestTransport, Transport as _};
use http::StatusCode;
use serde_json::{Value, json};
use tests::{REDIRECT_URI, authorize_url};
use url::Url;

/// How the server is set up.
#[derive(Clone, Copy)]
pub struct Setup {
    /// The client's secret.
    pub secret: &'static str,
    /// What the client may ask for.
    pub scope: &'static str,
    /// Whether a request without a code challenge is refused.
    pub pkce: bool,
    /// Whether the client may ask by its own credentials.
    pub services: bool,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            // Read as form-encoded it is another one.
            secret: "s3cret+/:%26&",
            scope: "companyinformation customer project",
            pkce: false,
            services: true,
        }
    }
}

/// The client at the server.
pub const CLIENT_ID: &str = "fortnox-app";

/// The server. Dropping it ends it.
pub struct Provider {
    process: Child,
    setup: Setup,
    /// Its addresses, by the names of the contract.
    pub endpoints: BTreeMap<String, String>,
}

impl Provider {
    /// Starts a server on ports of its own.
    pub fn start(setup: Setup) -> Provider {
        let node = std::env::var_os("TESTS_NODE")
            .expect("TESTS_NODE names no Node: tests/run installs it, and oidc-provider with it");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/node/provider.mjs");
        let client = json!({
            "client_id": CLIENT_ID,
            "client_secret": setup.secret,
            "redirect_uri": REDIRECT_URI,
            "scope": setup.scope,
            "pkce": setup.pkce,
            "services": setup.services,
        });
        let mut process = Command::new(node)
            .args([script, &client.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Node does not start");
        let mut line = String::new();
        let output = process.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        let endpoints = serde_json::from_str(&line)
            .expect("oidc-provider does not start: is it installed? tests/run does that");
        Provider {
            process,
            setup,
            endpoints,
        }
    }

    /// The answer to spending a refresh token: the status, and the error.
    pub async fn refresh(&self, token: &str) -> (StatusCode, Option<String>) {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        let answer = self.post("token", &form).await;
        let body: Value = serde_json::from_slice(answer.body()).unwrap();
        let error = body["error"].as_str().map(str::to_owned);
        (answer.status(), error)
    }

    /// Ends a grant past the plugin, as a person does who withdraws it: this
    /// server ends all that came of it, access tokens included.
    pub async fn withdraw(&self, token: &str) {
        let answer = self.post("revoke", &[("token", token)]).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }

    /// Posts a form to one of its endpoints, as the client.
    async fn post(&self, endpoint: &str, form: &[(&str, &str)]) -> http::Response<Bytes> {
        let encoded = |text: &str| -> String {
            url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
        };
        let credentials = format!("{}:{}", encoded(CLIENT_ID), encoded(self.setup.secret));
        let basic = format!("Basic {}", BASE64_STANDARD.encode(credentials));
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = http::Request::post(&self.endpoints[endpoint])
            .header("authorization", basic)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.into());
        send(request.unwrap()).await
    }

    /// The status that a bearer of this access token gets at the API.
    pub async fn call(&self, token: &str) -> StatusCode {
        let url = format!("{}/3/companyinformation", self.endpoints["api"]);
        let request = http::Request::get(url).header("authorization", format!("Bearer {token}"));
        send(request.body(Bytes::new()).unwrap()).await.status()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        // Its input is closed before it is waited for, and that ends it.
        self.process.wait().unwrap();
    }
}

async fn send(request: http::Request<Bytes>) -> http::Response<Bytes> {
    let transport = ReqwestTransport::new(ReqwestOptions::default()).unwrap();
    transport
        .send(request, Duration::from_secs(10))
        .await
        .unwrap()
}

/// What a person does at the server.
#[derive(Clone, Copy)]
pub enum Decision {
    /// Logs in for the company, and approves.
    Approve(&'static str),
    /// Cancels.
    Cancel,
}

/// Goes from the authorization URL back to the client; the query that the
/// browser brings along.
pub async fn visit(browser: &mut Visitor, begun: &Authorization, decision: Decision) -> String {
    let start = authorize_url(begun);
    let reply = browser.get(&start).await.unwrap();
    let returned = match follow(browser, &start, reply).await {
        Arrival::Returned(url) => url,
        Arrival::Asked(page) => {
            let fields: &[(&str, &str)] = match decision {
                Decision::Approve(login) => &[("login", login), ("decision", "approve")],
                Decision::Cancel => &[("decision", "cancel")],
            };
            let reply = browser.post(&page, fields).await.unwrap();
            match follow(browser, &start, reply).await {
                Arrival::Returned(url) => url,
                Arrival::Asked(page) => panic!("asked again: {page}"),
            }
        }
    };
    assert!(returned.as_str().starts_with(REDIRECT_URI), "{returned}");
    returned.query().unwrap_or_default().to_owned()
}

enum Arrival {
    /// At a page that asks something.
    Asked(Url),
    /// Out of the server.
    Returned(Url),
}

async fn follow(browser: &mut Visitor, start: &Url, mut reply: Reply) -> Arrival {
    while let Some(location) = reply.location() {
        if location.origin() != start.origin() {
            return Arrival::Returned(location);
        }
        reply = browser.get(&location).await.unwrap();
    }
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    Arrival::Asked(reply.url)
}
