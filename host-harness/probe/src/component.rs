//! The component's edge: exports call the core, effects call the imports.

use std::time::Duration;

use crate::contract::{
    self, Access, ApiRequest, App, Descriptor, Entry, Error, Explanation, Guest, HttpError, Level,
    Precondition, Receipt, Report, Request, Response, Setting, StorageError, Token, Version, http,
    log, random, registration, storage, wall_clock,
};
use crate::effects::Effects;

/// The host's imports.
struct Host;

impl Effects for Host {
    fn registration(&self) -> Option<App> {
        registration::current()
    }

    fn now(&self) -> Duration {
        let now = wall_clock::now();
        Duration::new(now.seconds, now.nanoseconds)
    }

    fn random(&self) -> u64 {
        random::get_random_u64()
    }

    fn send(&self, request: &Request) -> Result<Response, HttpError> {
        http::send(request)
    }

    fn get(&self, key: &str) -> Result<Entry, StorageError> {
        storage::get(key)
    }

    fn put(&self, key: &str, value: &[u8], when: &Precondition) -> Result<Version, StorageError> {
        storage::put(key, value, when)
    }

    fn delete(&self, key: &str, when: &Precondition) -> Result<(), StorageError> {
        storage::delete(key, when)
    }

    fn log(&self, level: Level, event: &str, message: &str) {
        log::log(level, event, message);
    }
}

/// What has nothing to do with checking a host.
fn not_in_the_kit<T>() -> Result<T, Error> {
    Err(Error::Rejected("not-in-the-kit".to_owned()))
}

struct Component;

impl Guest for Component {
    fn describe(_locale: String) -> Descriptor {
        crate::describe()
    }

    fn explain(_code: String, _locale: String) -> Option<Explanation> {
        None
    }

    fn configure(settings: Vec<Setting>, _locale: String) -> Result<(), Error> {
        crate::configure(&Host, &settings).map_err(|error| *error)
    }

    fn status(_locale: String) -> Result<Report, Error> {
        crate::status(&Host).map_err(|error| *error)
    }

    fn check_access() -> Result<Vec<Access>, Error> {
        Ok(crate::check_access(&Host))
    }

    fn begin_authorize() -> Result<contract::Authorization, Error> {
        not_in_the_kit()
    }

    fn handle_callback(_query: String, _binding: String) -> Result<(), Error> {
        not_in_the_kit()
    }

    fn set_enabled(_enabled: bool) -> Result<(), Error> {
        not_in_the_kit()
    }

    fn remove(_locale: String) -> Result<Receipt, Error> {
        not_in_the_kit()
    }

    fn access_token(_refused: Option<String>) -> Result<Token, Error> {
        not_in_the_kit()
    }

    fn call(_request: ApiRequest) -> Result<Response, Error> {
        not_in_the_kit()
    }

    fn maintain() -> Result<u64, Error> {
        not_in_the_kit()
    }

    fn diagnostics() -> Result<String, Error> {
        not_in_the_kit()
    }
}

/// The generated glue between the component's exports and [`Component`].
#[allow(unsafe_code)]
mod glue {
    use super::{Component, contract::generated};

    generated::export!(Component with_types_in generated);
}
