//! The component's edge: exports call the core, effects call the imports.

use std::time::Duration;

use crate::contract::{
    self, Access, ApiRequest, ApiResponse, App, Descriptor, Explanation, Guest, HttpError, Level,
    Precondition, Receipt, Report, Setting, StorageError, Version, http, log, random, registration,
    storage, wall_clock,
};
use crate::effects::{Effects, Entry, Request, Response, header};

/// An eighth of the C library's, which is then not linked.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

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
        let mut bytes = [0; 32];
        for (word, slot) in
            std::iter::repeat_with(random::get_random_u64).zip(bytes.chunks_exact_mut(8))
        {
            slot.copy_from_slice(&word.to_ne_bytes());
        }
        bytes
    }

    fn send(&self, request: Request) -> Result<Response, HttpError> {
        let answer = http::send(&http::Request {
            method: request.method.as_str().to_owned(),
            uri: request.uri.to_string(),
            headers: request.headers,
            authorization: request.authorization,
            body: request.body,
            timeout: u32::try_from(request.timeout.as_millis()).unwrap_or(u32::MAX),
            guard: request.guard,
            keep: request.keep,
        })?;
        let status = answer
            .status
            .try_into()
            .map_err(|_| HttpError::NoAnswer("the status is no HTTP status".to_owned()))?;
        // What is no header is of no use to anybody.
        let headers = answer.headers.iter();
        let headers = headers.filter_map(|(name, value)| header(name, value));
        Ok(Response {
            status,
            headers: headers.collect(),
            body: answer.body,
        })
    }

    fn get(&self, key: &str) -> Result<Entry, StorageError> {
        let entry = storage::get(key)?;
        Ok(Entry {
            value: entry.value,
            version: entry.version,
            age: Duration::from_millis(entry.age),
        })
    }

    fn put(&self, key: &str, value: &[u8], when: Precondition) -> Result<Version, StorageError> {
        storage::put(key, value, &when)
    }

    fn delete(&self, key: &str, when: Precondition) -> Result<(), StorageError> {
        storage::delete(key, &when)
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

    fn configure(settings: Vec<Setting>, locale: String) -> Result<(), contract::Error> {
        Ok(crate::configure(&Host, &settings, &locale)?)
    }

    fn begin_authorize() -> Result<contract::Authorization, contract::Error> {
        let authorization = crate::begin_authorize(&Host)?;
        Ok(contract::Authorization {
            url: authorization.url,
            state: authorization.state.into_secret(),
            binding: authorization.binding.secret().to_owned(),
            expires: authorization.expires,
        })
    }

    fn handle_callback(query: String, binding: String) -> Result<(), contract::Error> {
        Ok(crate::handle_callback(&Host, &query, &binding)?)
    }

    fn status(locale: String) -> Result<Report, contract::Error> {
        Ok(crate::status(&Host, &locale)?)
    }

    fn set_enabled(enabled: bool) -> Result<(), contract::Error> {
        Ok(crate::set_enabled(&Host, enabled)?)
    }

    fn remove(locale: String) -> Result<Receipt, contract::Error> {
        Ok(crate::remove(&Host, &locale)?)
    }

    fn call(request: ApiRequest) -> Result<ApiResponse, contract::Error> {
        Ok(crate::call(&Host, &request)?)
    }

    fn check_access() -> Result<Vec<Access>, contract::Error> {
        Ok(crate::check_access(&Host)?)
    }

    fn diagnostics() -> Result<String, contract::Error> {
        Ok(crate::diagnostics(&Host)?)
    }

    fn maintain() -> Result<u64, contract::Error> {
        Ok(crate::maintain(&Host)?)
    }

    fn access_token(refused: Option<String>) -> Result<contract::Token, contract::Error> {
        let token = crate::access_token(&Host, refused.as_deref())?;
        Ok(contract::Token {
            value: token.value.into_secret(),
            expires: token.expires,
            renew: token.renew,
        })
    }
}

/// The generated glue between the component's exports and [`Component`].
#[allow(unsafe_code)]
mod glue {
    use super::{Component, contract::generated};

    generated::export!(Component with_types_in generated);
}
