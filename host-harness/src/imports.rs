//! The host functions: what a plugin imports, each over one capability.
//!
//! Every function books itself first; whatever is beyond a limit ends the call.
//! In a call without capabilities (`describe`, `explain`) all of them end the
//! call, save the seed that the standard library of a guest may draw.

use crate::{
    call::{Call, Capabilities},
    contract::bindings::{
        erp::integration::{http, log, registration, storage},
        wasi::{
            clocks::wall_clock::{self, Datetime},
            random::random as secure_random,
        },
    },
    error::Crash,
    log::{Entry, Level, one_line},
    random,
};
use wasmtime::{Result, StoreContextMut, component::Linker};

const EVENT_LENGTH: usize = 100;
/// Not in the world, but the standard library of guests imports it.
pub(crate) const INSECURE_SEED: &str = "wasi:random/insecure-seed@0.2.6";

/// Links every host function.
pub(crate) fn link(linker: &mut Linker<Call>) -> Result<()> {
    crate::contract::bindings::Plugin::add_to_linker::<_, wasmtime::component::HasSelf<_>>(
        linker,
        |call| call,
    )?;
    linker.instance(INSECURE_SEED)?.func_wrap(
        "insecure-seed",
        |mut store: StoreContextMut<'_, Call>, (): ()| {
            let call = store.data_mut();
            call.budget.host_call()?;
            let seed = u128::from_le_bytes(random::array(&*call.random)?);
            Ok(((seed as u64, (seed >> 64) as u64),))
        },
    )
}

impl Call {
    /// Books one call of a host function.
    fn book(&mut self) -> Result<&mut Capabilities> {
        self.budget.host_call()?;
        match &mut self.capabilities {
            Some(capabilities) => Ok(capabilities),
            None => Err(Crash::Limit("an import in a call that has none").into()),
        }
    }
}

impl registration::Host for Call {
    async fn current(&mut self) -> Result<Option<registration::App>> {
        let registration = self.book()?.registration.as_deref();
        Ok(registration.map(crate::registration::Registration::app))
    }
}

impl http::Host for Call {
    async fn send(
        &mut self,
        request: http::Request,
    ) -> Result<Result<http::Response, http::Error>> {
        let capabilities = self.book()?;
        let (exchanges, vault) = (capabilities.exchanges.clone(), capabilities.vault.clone());
        self.budget.http_request()?;
        Ok(exchanges.send(request, vault).await)
    }
}

impl storage::Host for Call {
    async fn get(&mut self, key: String) -> Result<Result<storage::Entry, storage::Error>> {
        Ok(self.book()?.vault.get(&key).await)
    }

    async fn put(
        &mut self,
        key: String,
        value: Vec<u8>,
        when: storage::Precondition,
    ) -> Result<Result<storage::Version, storage::Error>> {
        let value = zeroize::Zeroizing::new(value);
        Ok(self.book()?.vault.put(&key, &value, when).await)
    }

    async fn delete(
        &mut self,
        key: String,
        when: storage::Precondition,
    ) -> Result<Result<(), storage::Error>> {
        Ok(self.book()?.vault.delete(&key, when).await)
    }
}

impl log::Host for Call {
    async fn log(&mut self, level: log::Level, context: String, message: String) -> Result<()> {
        self.book()?;
        let fits = self.budget.log_entry();
        let Some(capabilities) = self.capabilities.as_ref().filter(|_| fits) else {
            return Ok(());
        };
        let entry = Entry {
            time: capabilities.clock.now(),
            level: level.into(),
            event: one_line(&context, EVENT_LENGTH),
            message: one_line(&message, capabilities.log_message),
            actor: capabilities.actor.clone(),
            company: capabilities.company.clone(),
            plugin: capabilities.plugin.clone(),
        };
        capabilities.log.append(entry).await;
        Ok(())
    }
}

impl From<log::Level> for Level {
    fn from(level: log::Level) -> Self {
        match level {
            log::Level::Trace => Self::Trace,
            log::Level::Debug => Self::Debug,
            log::Level::Info => Self::Info,
            log::Level::Warn => Self::Warn,
            log::Level::Error => Self::Error,
            log::Level::Critical => Self::Critical,
        }
    }
}

impl wall_clock::Host for Call {
    async fn now(&mut self) -> Result<Datetime> {
        let now = self.book()?.clock.now();
        Ok(Datetime {
            seconds: now.as_secs(),
            nanoseconds: now.subsec_nanos(),
        })
    }

    async fn resolution(&mut self) -> Result<Datetime> {
        self.book()?;
        Ok(Datetime {
            seconds: 0,
            nanoseconds: 1,
        })
    }
}

impl secure_random::Host for Call {
    async fn get_random_bytes(&mut self, len: u64) -> Result<Vec<u8>> {
        self.book()?;
        let mut bytes = vec![0; self.budget.random(len)?];
        self.random.fill(&mut bytes)?;
        Ok(bytes)
    }

    async fn get_random_u64(&mut self) -> Result<u64> {
        self.book()?;
        self.budget.random(8)?;
        Ok(u64::from_le_bytes(random::array(&*self.random)?))
    }
}
