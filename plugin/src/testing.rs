//! A host in memory, for tests: cells with versions and ages, a scripted
//! network, a clock and random numbers under control.

mod canary;
mod given;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use crate::contract::{App, HttpError, Level, Precondition, StorageError, Version};
use crate::effects::{Effects, Entry, Request, Response, header};

pub(crate) use given::{
    ACCESS, CODE, COMPANY, REFRESH, SCOPES, claims, company_information, outcome, token_answer,
};

/// What the network does with one request.
type Exchange = Box<dyn FnOnce(&FakeHost, &Request) -> Result<Response, HttpError>>;

/// What the storage does before one write; an error is returned instead of it.
type Interference = Box<dyn FnOnce(&FakeHost) -> Option<StorageError>>;

/// Something that happens in another process.
type Event = Box<dyn FnOnce(&FakeHost)>;

/// Value, version, and the storage's time of the write.
type StoredCell = (Vec<u8>, u64, u64);

/// A host for one connection.
pub(crate) struct FakeHost {
    pub(crate) app: RefCell<Option<App>>,
    /// Wall time in Unix seconds.
    pub(crate) now: Cell<u64>,
    /// The storage's own clock, in seconds since anything; ages come from it.
    storage_clock: Cell<u64>,
    pub(crate) cells: RefCell<BTreeMap<String, StoredCell>>,
    /// Answers to come, in order; a request beyond them fails the test.
    pub(crate) network: RefCell<VecDeque<Exchange>>,
    /// Requests that were sent, in order.
    pub(crate) sent: RefCell<Vec<Request>>,
    /// What happens before the next `put`, in order; then nothing special.
    pub(crate) interference: RefCell<VecDeque<Interference>>,
    /// Whether the answer to the write under way gets lost.
    lost_answer: Cell<bool>,
    /// What happens between the last write and the next request.
    before_send: RefCell<VecDeque<Event>>,
    /// Keys that cannot be read.
    pub(crate) unreadable: RefCell<BTreeSet<String>>,
    /// What every `delete` answers instead of deleting.
    pub(crate) undeletable: RefCell<Option<StorageError>>,
    /// Level, event and message.
    pub(crate) log: RefCell<Vec<(Level, String, String)>>,
    counter: Cell<u64>,
}

impl FakeHost {
    /// A registered host without cells, at an arbitrary moment.
    pub(crate) fn new() -> FakeHost {
        let scopes = [
            "companyinformation",
            "customer",
            "project",
            "invoice",
            "payment",
            "supplierinvoice",
        ];
        FakeHost {
            app: RefCell::new(Some(App {
                client_id: "AbCdEf123456".into(),
                redirect_uri: "https://erp.example/callback".into(),
                scopes: scopes.map(str::to_owned).to_vec(),
                endpoints: vec![],
                options: vec![],
            })),
            now: Cell::new(1_800_000_000),
            storage_clock: Cell::new(5_000_000),
            cells: RefCell::default(),
            network: RefCell::default(),
            sent: RefCell::default(),
            interference: RefCell::default(),
            lost_answer: Cell::new(false),
            before_send: RefCell::default(),
            unreadable: RefCell::default(),
            undeletable: RefCell::default(),
            log: RefCell::default(),
            counter: Cell::new(0),
        }
    }

    /// The operator names all endpoints, this one of them otherwise than Fortnox.
    pub(crate) fn elsewhere(&self, endpoint: &str, url: &str) {
        let own = [
            ("authorize", "https://apps.fortnox.se/oauth-v1/auth"),
            ("token", "https://apps.fortnox.se/oauth-v1/token"),
            ("revoke", "https://apps.fortnox.se/oauth-v1/revoke"),
            ("api", "https://api.fortnox.se/"),
        ];
        let mut app = self.app.borrow_mut();
        let endpoints = &mut app.as_mut().unwrap().endpoints;
        *endpoints = own.map(|(name, url)| (name.into(), url.into())).to_vec();
        endpoints.retain(|(name, _)| name != endpoint);
        endpoints.push((endpoint.to_owned(), url.to_owned()));
    }

    /// Scripts the answer to the next request.
    pub(crate) fn answer(&self, status: u16, body: &str) {
        let response = response(status, &[], body);
        self.exchange(move |_, _| Ok(response));
    }

    /// Scripts what happens at the next request.
    pub(crate) fn exchange(
        &self,
        exchange: impl FnOnce(&FakeHost, &Request) -> Result<Response, HttpError> + 'static,
    ) {
        self.network.borrow_mut().push_back(Box::new(exchange));
    }

    /// Scripts what happens before the next write.
    pub(crate) fn interfere(
        &self,
        interference: impl FnOnce(&FakeHost) -> Option<StorageError> + 'static,
    ) {
        self.interference
            .borrow_mut()
            .push_back(Box::new(interference));
    }

    /// Scripts what happens just before the next request, before the host looks
    /// at its guard.
    pub(crate) fn before_send(&self, event: impl FnOnce(&FakeHost) + 'static) {
        self.before_send.borrow_mut().push_back(Box::new(event));
    }

    /// Time goes by, on every clock.
    pub(crate) fn pass(&self, seconds: u64) {
        self.now.set(self.now.get() + seconds);
        self.storage_clock.set(self.storage_clock.get() + seconds);
    }

    /// Somebody sets the wall clock; the storage's own goes on as before.
    pub(crate) fn set_clock(&self, by: i64) {
        self.now.set(self.now.get().checked_add_signed(by).unwrap());
    }

    /// The storage cannot read this cell any more.
    pub(crate) fn unreadable(&self, key: &str) {
        self.unreadable.borrow_mut().insert(key.to_owned());
    }

    /// A cell as JSON.
    pub(crate) fn cell(&self, key: &str) -> Option<serde_json::Value> {
        let cells = self.cells.borrow();
        let (value, ..) = cells.get(key)?;
        Some(serde_json::from_slice(value).unwrap())
    }

    /// Writes a cell behind the plugin's back.
    pub(crate) fn write(&self, key: &str, value: &[u8]) {
        let version = self.next();
        self.cells.borrow_mut().insert(
            key.to_owned(),
            (value.to_vec(), version, self.storage_clock.get()),
        );
    }

    /// Event codes of the log, in order.
    pub(crate) fn events(&self) -> Vec<String> {
        self.log
            .borrow()
            .iter()
            .map(|(_, event, _)| event.clone())
            .collect()
    }

    /// Everything of the cells, for a comparison.
    pub(crate) fn snapshot(&self) -> BTreeMap<String, StoredCell> {
        self.cells.borrow().clone()
    }

    fn next(&self) -> u64 {
        self.counter.set(self.counter.get() + 1);
        self.counter.get()
    }

    fn check(&self, key: &str, when: &Precondition) -> Result<(), StorageError> {
        let version = self
            .cells
            .borrow()
            .get(key)
            .map(|(_, version, _)| version.to_string());
        let holds = match when {
            Precondition::Always => true,
            Precondition::Absent => version.is_none(),
            Precondition::Unchanged(expected) => version.as_ref() == Some(expected),
        };
        holds
            .then_some(())
            .ok_or_else(|| StorageError::Conflict(key.to_owned()))
    }
}

/// An answer.
pub(crate) fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response {
    let headers = headers.iter();
    Response {
        status: status.try_into().unwrap(),
        headers: headers
            .map(|(name, value)| header(name, value).unwrap())
            .collect(),
        body: body.into(),
    }
}

/// The value of a request's only header of this name.
pub(crate) fn sent_header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    let mut values = request.headers.iter().filter(|(known, _)| known == name);
    let value = values.next().map(|(_, value)| value.as_str());
    assert_eq!(values.next(), None, "{name} is there twice");
    value
}

impl Effects for FakeHost {
    fn registration(&self) -> Option<App> {
        self.app.borrow().clone()
    }

    fn now(&self) -> u64 {
        self.now.get()
    }

    fn random(&self) -> [u8; 32] {
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        bytes
    }

    fn send(&self, request: Request) -> Result<Response, HttpError> {
        let event = self.before_send.borrow_mut().pop_front();
        if let Some(event) = event {
            event(self);
        }
        let exchange = self.network.borrow_mut().pop_front();
        let exchange = exchange.unwrap_or_else(|| panic!("nothing scripted for {request:?}"));
        let keep = request.keep.clone();
        if let Some(keep) = &keep
            && self.cells.borrow().contains_key(keep)
        {
            return Err(HttpError::NotSent("the kept cell is taken".into()));
        }
        if let Some(guard) = &request.guard {
            let unchanged = Precondition::Unchanged(guard.version.clone());
            let limit = Duration::from_millis(guard.max_age.into());
            let fresh = self.get(&guard.key).is_ok_and(|cell| cell.age <= limit);
            if !fresh || self.check(&guard.key, &unchanged).is_err() {
                return Err(HttpError::NotSent("the guard does not hold".into()));
            }
        }
        let answer = exchange(self, &request);
        self.sent.borrow_mut().push(request);
        if let (Ok(response), Some(keep)) = (&answer, keep)
            && response.status.is_success()
        {
            self.write(&keep, &response.body);
        }
        answer
    }

    fn get(&self, key: &str) -> Result<Entry, StorageError> {
        if self.unreadable.borrow().contains(key) {
            return Err(StorageError::Unavailable("scripted".into()));
        }
        let cells = self.cells.borrow();
        let (value, version, written) = cells
            .get(key)
            .ok_or_else(|| StorageError::Missing(key.to_owned()))?;
        Ok(Entry {
            value: value.clone(),
            version: version.to_string(),
            age: Duration::from_secs(self.storage_clock.get() - written),
        })
    }

    fn put(&self, key: &str, value: &[u8], when: Precondition) -> Result<Version, StorageError> {
        let interference = self.interference.borrow_mut().pop_front();
        if let Some(error) = interference.and_then(|interference| interference(self)) {
            return Err(error);
        }
        self.check(key, &when)?;
        self.write(key, value);
        if self.lost_answer.take() {
            return Err(StorageError::InDoubt("scripted".into()));
        }
        Ok(self.counter.get().to_string())
    }

    fn delete(&self, key: &str, when: Precondition) -> Result<(), StorageError> {
        if let Some(error) = self.undeletable.borrow().clone() {
            return Err(error);
        }
        self.check(key, &when)?;
        self.cells.borrow_mut().remove(key);
        Ok(())
    }

    fn log(&self, level: Level, event: &str, message: &str) {
        self.log
            .borrow_mut()
            .push((level, event.to_owned(), message.to_owned()));
    }
}
