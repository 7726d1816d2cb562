//! What most tests begin with: a company that has got so far, and what Fortnox
//! answers on the way. Every secret holds the word `canary`.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::FakeHost;
use crate::contract::{Setting, StorageError};
use crate::{Authorization, Error, begin_authorize, configure, handle_callback};

/// An authorization code.
pub(crate) const CODE: &str = "canary-code";
/// What every access token ends with.
pub(crate) const ACCESS: &str = "canary-access";
/// The refresh token of [`token_answer`].
pub(crate) const REFRESH: &str = "canary-refresh";
/// Tenant id of the company that people connect.
pub(crate) const COMPANY: &str = "1234567";

/// An access token with these claims.
pub(crate) fn claims(payload: &Value) -> String {
    let payload = BASE64_URL_SAFE_NO_PAD.encode(payload.to_string());
    format!("eyJhbGciOiJIUzI1NiJ9.{payload}.{ACCESS}")
}

/// A token answer of Fortnox' shape to a request for these scopes.
pub(crate) fn token_answer(scopes: &str) -> Value {
    json!({
        "access_token": claims(&json!({"tenantId": 1_234_567, "userId": "2"})),
        "expires_in": 3600,
        "token_type": "bearer",
        "scope": scopes,
        "refresh_token": REFRESH,
    })
}

/// The company information of a company.
pub(crate) fn company_information(tenant_id: &str) -> String {
    json!({"CompanyInformation": {
        "CompanyName": "Exempel AB",
        "OrganizationNumber": "556000-0000",
        "DatabaseNumber": tenant_id.parse::<u64>().unwrap(),
        "City": "Växjö",
    }})
    .to_string()
}

/// The scopes of the initial settings.
pub(crate) const SCOPES: &str = "companyinformation customer project";

impl FakeHost {
    /// A company that has saved these settings.
    pub(crate) fn configured(settings: &[(&str, &str)]) -> FakeHost {
        let host = FakeHost::new();
        host.configure(settings).unwrap();
        host
    }

    /// A company whose administrator is at Fortnox.
    pub(crate) fn begun(settings: &[(&str, &str)]) -> (FakeHost, Authorization) {
        let host = FakeHost::configured(settings);
        let authorization = host.begin();
        (host, authorization)
    }

    /// A company with a grant and a fresh log; `account` is its kind.
    pub(crate) fn connected(account: &str) -> FakeHost {
        let (host, authorization) = FakeHost::begun(&[("account", account)]);
        host.grants();
        host.come_back(&authorization).unwrap();
        host.log.borrow_mut().clear();
        host.sent.borrow_mut().clear();
        host
    }

    /// A call that broke off between the answer and the grant.
    pub(crate) fn cut_off() -> (FakeHost, Authorization) {
        let (host, authorization) = FakeHost::begun(&[]);
        host.answer(200, &token_answer(SCOPES).to_string());
        host.answer(200, &company_information(COMPANY));
        host.interfere(|_| None);
        host.interfere(|_| Some(StorageError::Unavailable("scripted".into())));
        host.come_back(&authorization).unwrap_err();
        host.log.borrow_mut().clear();
        host.sent.borrow_mut().clear();
        (host, authorization)
    }

    /// Saves these settings.
    pub(crate) fn configure(&self, settings: &[(&str, &str)]) -> Result<(), Error> {
        let given: Vec<Setting> = settings
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        configure(self, &given, "en")
    }

    /// Somebody presses Authorize.
    pub(crate) fn begin(&self) -> Authorization {
        begin_authorize(self).unwrap()
    }

    /// The browser comes back with a code.
    pub(crate) fn come_back(&self, authorization: &Authorization) -> Result<(), Error> {
        self.come_back_with(authorization, &format!("code={CODE}"))
    }

    /// The right browser comes back with the right `state` and this.
    pub(crate) fn come_back_with(
        &self,
        authorization: &Authorization,
        query: &str,
    ) -> Result<(), Error> {
        let state = authorization.state.secret();
        let query = format!("{query}&state={state}");
        handle_callback(self, &query, authorization.binding.secret())
    }

    /// Fortnox will grant what was asked for and tell the company.
    pub(crate) fn grants(&self) {
        self.answer(200, &token_answer(SCOPES).to_string());
        self.answer(200, &company_information(COMPANY));
    }

    /// Changes a cell behind the plugin's back.
    pub(crate) fn edit(&self, key: &str, edit: impl FnOnce(&mut Value)) {
        let mut cell = self.cell(key).unwrap();
        edit(&mut cell);
        self.write(key, cell.to_string().as_bytes());
    }

    /// The next write but `skip` fails before anything is written.
    pub(crate) fn refuse_write(&self, skip: usize) {
        for _ in 0..skip {
            self.interfere(|_| None);
        }
        self.interfere(|_| Some(StorageError::Unavailable("scripted".into())));
    }

    /// The next write happens, and its answer is lost.
    pub(crate) fn put_in_doubt(&self) {
        self.interfere(|host| {
            host.lost_answer.set(true);
            None
        });
    }

    /// The last line of the log.
    pub(crate) fn last_line(&self) -> String {
        let log = self.log.borrow();
        log.last().map(|(.., line)| line.clone()).unwrap()
    }

    /// Form fields of a request that was sent, in its own order.
    pub(crate) fn form(&self, request: usize) -> Vec<(String, String)> {
        let sent = self.sent.borrow();
        form_urlencoded::parse(&sent[request].body)
            .into_owned()
            .collect()
    }

    /// Addresses of the requests that were sent.
    pub(crate) fn visited(&self) -> Vec<String> {
        let sent = self.sent.borrow();
        sent.iter().map(|request| request.uri.to_string()).collect()
    }
}

/// What a caller is told: `ok`, or the error as text.
pub(crate) fn outcome<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.to_string(),
    }
}
