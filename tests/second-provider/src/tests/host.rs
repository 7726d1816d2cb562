//! A host in memory: cells with versions and ages, a scripted network, and one
//! clock.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};

use crate::contract::{
    App, Entry, HttpError, Level, Precondition, Request, Response, StorageError, Version,
};
use crate::effects::Effects;

/// Value, version, and when it was written.
type StoredCell = (Vec<u8>, u64, u64);

/// A host for one connection.
pub struct MemoryHost {
    pub app: Option<App>,
    /// Unix seconds.
    pub now: Cell<u64>,
    /// Answers to come, in order; a request beyond them fails the test.
    pub network: RefCell<VecDeque<Result<Response, HttpError>>>,
    pub sent: RefCell<Vec<Request>>,
    /// Whether storage can be written.
    pub writable: Cell<bool>,
    pub cells: RefCell<BTreeMap<String, StoredCell>>,
    pub log: RefCell<Vec<String>>,
    counter: Cell<u64>,
}

impl MemoryHost {
    pub fn new() -> MemoryHost {
        MemoryHost {
            app: Some(App {
                client_id: "app-1".into(),
                redirect_uri: "https://erp.example/callback".into(),
                scopes: vec!["organization".into(), "entries".into()],
                endpoints: vec![],
                options: vec![],
            }),
            now: Cell::new(1_800_000_000),
            network: RefCell::default(),
            sent: RefCell::default(),
            writable: Cell::new(true),
            cells: RefCell::default(),
            log: RefCell::default(),
            counter: Cell::new(0),
        }
    }

    /// Scripts the answer to the next request.
    pub fn answer(&self, status: u16, body: &str) {
        let (headers, body) = (vec![], body.into());
        let response = Response {
            status,
            headers,
            body,
        };
        self.network.borrow_mut().push_back(Ok(response));
    }

    /// Time goes by, in seconds.
    pub fn pass(&self, seconds: u64) {
        self.now.set(self.now.get() + seconds);
    }

    /// How many requests went to this path.
    pub fn count(&self, path: &str) -> usize {
        let sent = self.sent.borrow();
        sent.iter()
            .filter(|request| request.uri.ends_with(path))
            .count()
    }

    fn check(&self, key: &str, when: &Precondition) -> Result<(), StorageError> {
        let version = self.get(key).map(|entry| entry.version).ok();
        let holds = match when {
            _ if !self.writable.get() => return Err(StorageError::Unavailable("full".into())),
            Precondition::Always => true,
            Precondition::Absent => version.is_none(),
            Precondition::Unchanged(expected) => version.as_ref() == Some(expected),
        };
        holds
            .then_some(())
            .ok_or(StorageError::Conflict(key.into()))
    }

    fn write(&self, key: &str, value: &[u8]) -> Version {
        self.counter.set(self.counter.get() + 1);
        let cell = (value.to_vec(), self.counter.get(), self.now.get());
        self.cells.borrow_mut().insert(key.into(), cell);
        self.counter.get().to_string()
    }
}

impl Effects for MemoryHost {
    fn registration(&self) -> Option<App> {
        self.app.clone()
    }

    fn now(&self) -> u64 {
        self.now.get()
    }

    fn random(&self) -> [u8; 32] {
        self.counter.set(self.counter.get() + 1);
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&self.counter.get().to_be_bytes());
        bytes
    }

    fn send(&self, request: &Request) -> Result<Response, HttpError> {
        if let Some(guard) = &request.guard {
            let unchanged = Precondition::Unchanged(guard.version.clone());
            self.check(&guard.key, &unchanged).expect("the guard holds");
        }
        self.sent.borrow_mut().push(request.clone());
        let answer = self.network.borrow_mut().pop_front();
        let answer = answer.expect("an answer is scripted");
        if let (Some(keep), Ok(answer)) = (&request.keep, &answer)
            && answer.status < 300
        {
            self.write(keep, &answer.body);
        }
        answer
    }

    fn get(&self, key: &str) -> Result<Entry, StorageError> {
        let cells = self.cells.borrow();
        let found = cells.get(key).ok_or(StorageError::Missing(key.into()));
        found.map(|(value, version, written)| Entry {
            value: value.clone(),
            version: version.to_string(),
            age: (self.now.get() - written) * 1000,
        })
    }

    fn put(&self, key: &str, value: &[u8], when: &Precondition) -> Result<Version, StorageError> {
        self.check(key, when)?;
        Ok(self.write(key, value))
    }

    fn delete(&self, key: &str, when: &Precondition) -> Result<(), StorageError> {
        self.check(key, when)?;
        self.cells.borrow_mut().remove(key);
        Ok(())
    }

    fn log(&self, _: Level, event: &str, message: &str) {
        self.log.borrow_mut().push(format!("{event}: {message}"));
    }
}
