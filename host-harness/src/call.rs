//! One call of a plugin: a store of its own, made for it and dropped after it.
//!
//! Nothing of one call is left for the next, so that nothing of one company can
//! be. [`Call`] is all the host functions see; they are in `imports`.

use crate::{
    clock::Clock,
    contract::bindings::{PluginPre, exports::erp::integration::integration::Guest},
    error::{CallError, Crash, HostError},
    http::exchange::Exchanges,
    limits::Limits,
    log::Sink,
    random::{Random, RandomError},
    registration::Registration,
    sandbox::Budget,
    storage::vault::Vault,
};
use futures_util::future::BoxFuture;
use std::sync::Arc;
use wasmtime::{Store, Trap};

/// The state behind the host functions of one call.
pub(crate) struct Call {
    pub(crate) budget: Budget,
    pub(crate) random: Arc<dyn Random>,
    /// None in a call that may use no import.
    pub(crate) capabilities: Option<Capabilities>,
}

/// What a call on behalf of a company may use.
pub(crate) struct Capabilities {
    pub(crate) company: String,
    pub(crate) plugin: String,
    pub(crate) actor: Option<String>,
    pub(crate) vault: Vault,
    pub(crate) exchanges: Exchanges,
    pub(crate) registration: Option<Arc<Registration>>,
    pub(crate) log: Arc<Sink>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) log_message: usize,
}

/// Instantiates the plugin and calls one of its exports.
pub(crate) async fn run<T>(
    plugin: &PluginPre<Call>,
    limits: &Limits,
    call: Call,
    export: impl for<'a> FnOnce(&'a Guest, &'a mut Store<Call>) -> BoxFuture<'a, wasmtime::Result<T>>,
) -> Result<T, CallError> {
    let mut store = Store::new(plugin.engine(), call);
    store.limiter(|call| &mut call.budget);
    store.set_hostcall_fuel(limits.host_call_bytes);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut store| Ok(store.data_mut().budget.tick()?));
    let result = tokio::time::timeout(limits.deadline, async {
        let instance = plugin.instantiate_async(&mut store).await?;
        export(instance.erp_integration_integration(), &mut store).await
    });
    match result.await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(classify(&error)),
        Err(_) => Err(Crash::Deadline.into()),
    }
}

/// What ended the call. A guest's own words stay out of it.
pub(crate) fn classify(error: &wasmtime::Error) -> CallError {
    if let Some(crash) = error.downcast_ref::<Crash>() {
        return (*crash).into();
    }
    if let Some(error) = error.downcast_ref::<RandomError>() {
        return HostError::from(error.clone()).into();
    }
    let crash = match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => Crash::Stack,
        Some(Trap::Interrupt) => Crash::Deadline,
        Some(_) | None => Crash::Trap,
    };
    crash.into()
}

#[cfg(test)]
mod tests;
