//! The component's edge: exports call the core, effects call the imports.

use crate::contract::{
    Access, ApiRequest, App, Authorization, Descriptor, Entry, Error, Explanation, Guest,
    HttpError, Level, Precondition, Receipt, Report, Request, Response, Setting, StorageError,
    Token, Version, http, log, random, registration, storage, wall_clock,
};
use crate::effects::Effects;

/// The host's imports.
struct Host;

impl Effects for Host {
    fn registration(&self) -> Option<App> {
        registration::current()
    }

    fn now(&self) -> u64 {
        wall_clock::now().seconds
    }

    fn random(&self) -> [u8; 32] {
        // Words, because a list could come short and this cannot.
        let words = std::iter::repeat_with(random::get_random_u64);
        let mut bytes = [0; 32];
        for (word, slot) in words.zip(bytes.chunks_exact_mut(8)) {
            slot.copy_from_slice(&word.to_ne_bytes());
        }
        bytes
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

struct Component;

impl Guest for Component {
    fn describe(locale: String) -> Descriptor {
        crate::describe(&locale)
    }

    fn explain(code: String, locale: String) -> Option<Explanation> {
        crate::explain(&code, &locale)
    }

    fn configure(settings: Vec<Setting>, locale: String) -> Result<(), Error> {
        crate::configure(&Host, &settings, &locale)
    }

    fn begin_authorize() -> Result<Authorization, Error> {
        crate::begin_authorize(&Host)
    }

    fn handle_callback(query: String, binding: String) -> Result<(), Error> {
        crate::handle_callback(&Host, &query, &binding)
    }

    fn status(locale: String) -> Result<Report, Error> {
        crate::status(&Host, &locale)
    }

    fn set_enabled(enabled: bool) -> Result<(), Error> {
        crate::set_enabled(&Host, enabled)
    }

    fn remove(locale: String) -> Result<Receipt, Error> {
        crate::remove(&Host, &locale)
    }

    fn access_token(refused: Option<String>) -> Result<Token, Error> {
        crate::access_token(&Host, refused.as_deref())
    }

    fn call(request: ApiRequest) -> Result<Response, Error> {
        crate::call(&Host, &request)
    }

    fn check_access() -> Result<Vec<Access>, Error> {
        crate::check_access(&Host)
    }

    fn maintain() -> Result<u64, Error> {
        crate::maintain(&Host)
    }

    fn diagnostics() -> Result<String, Error> {
        crate::diagnostics(&Host)
    }
}

/// The generated glue between the component's exports and [`Component`].
#[allow(unsafe_code)]
mod glue {
    use super::Component;
    use crate::contract::generated;

    generated::export!(Component with_types_in generated);
}
