//! A simulator that stands still in time, and a client for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fortnox_simulator::cast::{company, person};
use fortnox_simulator::visitor::{Decision, Ending, Reply, Visitor};
use fortnox_simulator::{Behaviour, Clock, Setup, Simulator, TenantId};
use http::{HeaderMap, Method};
use serde_json::Value;
use url::Url;

pub(crate) const NOW: u64 = 1_800_000_000;
pub(crate) const CALLBACK: &str = "http://127.0.0.1:9/callback";
/// Base64 of the default app's `SimKlient123:SimHemlig1`.
pub(crate) const BASIC: &str = "Basic U2ltS2xpZW50MTIzOlNpbUhlbWxpZzE=";
/// RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) struct Bench {
    pub(crate) sim: Simulator,
    http: reqwest::Client,
}

/// Starts with these switches turned.
pub(crate) async fn bench(change: impl FnOnce(&mut Behaviour)) -> Bench {
    let mut setup = Setup {
        clock: Clock::fixed(NOW),
        seed: Some(1),
        ..Setup::default()
    };
    change(&mut setup.behaviour);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    let http = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    let sim = Simulator::start(setup).await.unwrap();
    Bench { sim, http }
}

impl Bench {
    /// A good authorization URL with parameters replaced, or left out by "-".
    pub(crate) fn authorize_url(&self, changes: &[(&str, &str)]) -> Url {
        let mut parameters = BTreeMap::from([
            ("client_id", "SimKlient123"),
            ("response_type", "code"),
            ("scope", "companyinformation customer"),
            ("state", "the-state"),
            ("redirect_uri", CALLBACK),
            ("access_type", "offline"),
        ]);
        parameters.extend(changes.iter().copied());
        parameters.retain(|_, value| *value != "-");
        let mut url = self.sim.endpoints().authorize.clone();
        url.query_pairs_mut().extend_pairs(parameters);
        url
    }

    /// A journey in a fresh browser.
    pub(crate) async fn visit(
        &self,
        changes: &[(&str, &str)],
        login: &str,
        company: TenantId,
        decision: Decision,
    ) -> Ending {
        let url = self.authorize_url(changes);
        let mut visitor = Visitor::new().unwrap();
        visitor
            .journey(&url, login, company, decision)
            .await
            .unwrap()
    }

    /// What the authorization endpoint says before anybody logs in.
    pub(crate) async fn authorize(&self, changes: &[(&str, &str)]) -> Reply {
        let url = self.authorize_url(changes);
        Visitor::new().unwrap().get(&url).await.unwrap()
    }

    /// The administrator of Exempel AB approves.
    pub(crate) async fn code_for(&self, changes: &[(&str, &str)]) -> String {
        let ending = self
            .visit(changes, person::ADMIN, company::EXEMPEL, Decision::Approve)
            .await;
        query(&returned(ending))["code"].clone()
    }

    pub(crate) async fn code(&self) -> String {
        self.code_for(&[]).await
    }

    pub(crate) async fn exchange(&self, code: &str) -> Reply {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
        ];
        self.token(&form).await
    }

    /// The token answer after a consent.
    pub(crate) async fn tokens(&self) -> Value {
        json(&self.exchange(&self.code().await).await)
    }

    pub(crate) async fn refresh(&self, token: &str) -> Reply {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
            .await
    }

    /// A request with good client authentication.
    pub(crate) async fn token(&self, form: &[(&str, &str)]) -> Reply {
        self.token_with(&[("authorization", BASIC)], form).await
    }

    pub(crate) async fn token_with(
        &self,
        headers: &[(&str, &str)],
        form: &[(&str, &str)],
    ) -> Reply {
        let url = self.sim.endpoints().token.clone();
        self.send(Method::POST, url, headers, Some(form)).await
    }

    pub(crate) async fn revoke(&self, form: &[(&str, &str)]) -> Reply {
        let url = self.sim.endpoints().revoke.clone();
        self.send(Method::POST, url, &[("authorization", BASIC)], Some(form))
            .await
    }

    pub(crate) async fn company(&self, access_token: &str) -> Reply {
        let url = self
            .sim
            .endpoints()
            .api
            .join("3/companyinformation")
            .unwrap();
        let bearer = format!("Bearer {access_token}");
        self.send(Method::GET, url, &[("authorization", &bearer)], None)
            .await
    }

    /// A request to the REST API below `/3/`, with JSON where there is a body.
    pub(crate) async fn api(
        &self,
        access_token: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Reply {
        let url = self.sim.endpoints().api.join("3/").unwrap();
        let url = url.join(path).unwrap();
        let mut request = self.http.request(method, url.clone());
        request = request.header("authorization", format!("Bearer {access_token}"));
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        reply(url, request).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        url: Url,
        headers: &[(&str, &str)],
        form: Option<&[(&str, &str)]>,
    ) -> Reply {
        let mut request = self.http.request(method, url.clone());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(form) = form {
            let body = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(form)
                .finish();
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body);
        }
        reply(url, request).await
    }
}

async fn reply(url: Url, request: reqwest::RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    Reply {
        url,
        status: response.status(),
        headers: response.headers().clone(),
        body: response.text().await.unwrap(),
    }
}

/// A service account's consent at Exempel AB; the code is not exchanged.
pub(crate) async fn service_consent(bench: &Bench) {
    bench.code_for(&[("account_type", "service")]).await;
}

pub(crate) fn returned(ending: Ending) -> Url {
    match ending {
        Ending::Returned(url) => url,
        other => panic!("not returned: {other:?}"),
    }
}

/// The parameters of a callback.
pub(crate) fn query(url: &Url) -> BTreeMap<String, String> {
    url.query_pairs().into_owned().collect()
}

pub(crate) fn json(reply: &Reply) -> Value {
    serde_json::from_str(&reply.body).unwrap()
}

/// What an access token says.
pub(crate) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

pub(crate) fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap()
}

pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

/// Status, `error` and `error_description` of a direct refusal.
pub(crate) fn refused(reply: &Reply) -> (u16, String, String) {
    let body = json(reply);
    let member = |name| text(&body, name).to_owned();
    (
        reply.status.as_u16(),
        member("error"),
        member("error_description"),
    )
}

pub(crate) fn refusal(status: u16, error: &str, description: &str) -> (u16, String, String) {
    (status, error.to_owned(), description.to_owned())
}
