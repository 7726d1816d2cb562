//! One company's connection through the plugin.
//!
//! The methods are the exports of the contract. Each call is a task of its own:
//! dropping its future, because a browser went away, does not interrupt it. The
//! calls that change something run one at a time per company; `status`,
//! `access_token` and `call` never wait for them, and those who ask for a token, or
//! for a check, at the same time share one answer.

use crate::{
    call::{self, Call, Capabilities},
    contract::{
        Access, ApiRequest, ApiResponse, Error, Receipt, Report, Setting,
        bindings::exports::erp::integration::integration::Guest,
    },
    error::{CallError, HostError},
    host::{Host, hash},
    log::one_line,
    queue::Turn,
    sandbox::Budget,
    secret::{Authorization, Token},
    storage::{Route, StorageError, vault::Vault},
};
use futures_util::{FutureExt, future::BoxFuture};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest as _, Sha256};
use wasmtime::Store;

const NAME_LENGTH: usize = 256;

/// A company and a plugin. Cheap to make and to clone.
#[derive(Clone)]
pub struct Connection {
    host: Host,
    company: String,
    actor: Option<String>,
}

impl Connection {
    pub(crate) fn new(host: Host, company: &str) -> Result<Self, HostError> {
        let fits = (1..=NAME_LENGTH).contains(&company.len());
        if !fits || company.chars().any(char::is_control) {
            return Err(HostError::Company);
        }
        Ok(Self {
            host,
            company: company.to_owned(),
            actor: None,
        })
    }

    /// The same connection, with the name of who acts, for the company log.
    #[must_use]
    pub fn acting_as(mut self, actor: &str) -> Self {
        self.actor = Some(one_line(actor, NAME_LENGTH));
        self
    }

    /// The company's name.
    pub fn company(&self) -> &str {
        &self.company
    }

    /// Replaces all settings; one left out gets its initial value. `locale` is
    /// for the words about problems.
    ///
    /// # Errors
    ///
    /// [`CallError`]; with [`Error::InvalidSettings`] nothing was stored.
    pub async fn configure(&self, settings: Vec<Setting>, locale: &str) -> Result<(), CallError> {
        let (this, locale) = (self.clone(), locale.to_owned());
        self.to_its_end(async move {
            let _turn = this.turn().await;
            let vault = this.vault_or_new().await?;
            this.call(vault, |plugin, store| {
                Box::pin(async move { plugin.call_configure(store, &settings, &locale).await })
            })
            .await
        })
        .await
    }

    /// Opens an attempt, and remembers by which secrets its callback will be
    /// found. One that was open before is over.
    ///
    /// # Errors
    ///
    /// [`CallError`]; nobody must be sent away then.
    pub async fn begin_authorize(&self) -> Result<Authorization, CallError> {
        let this = self.clone();
        self.to_its_end(async move {
            let _turn = this.turn().await;
            let vault = this.vault_or_new().await?;
            let authorization = this.call(vault.clone(), |plugin, store| {
                Box::pin(async move { plugin.call_begin_authorize(store).await })
            });
            let authorization = Authorization::from(authorization.await?);
            this.remember_route(&vault, &authorization).await?;
            Ok(authorization)
        })
        .await
    }

    /// Ends the attempt with what the provider sent back: the redirect's raw
    /// query without `?`, and the binding that the browser brought, empty when
    /// it brought none.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn handle_callback(&self, query: &str, binding: &str) -> Result<(), CallError> {
        let this = self.clone();
        let (query, binding) = (SecretString::from(query), SecretString::from(binding));
        self.to_its_end(async move {
            let _turn = this.turn().await;
            let vault = this.vault().await?;
            this.call(vault, |plugin, store| {
                Box::pin(async move {
                    let (query, binding) = (query.expose_secret(), binding.expose_secret());
                    plugin.call_handle_callback(store, query, binding).await
                })
            })
            .await
        })
        .await
    }

    /// Where the connection stands, in the language of `locale`. Asks nobody.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn status(&self, locale: &str) -> Result<Report, CallError> {
        let (this, locale) = (self.clone(), locale.to_owned());
        self.to_its_end(async move {
            let vault = this.vault().await?;
            this.call(vault, |plugin, store| {
                Box::pin(async move { plugin.call_status(store, &locale).await })
            })
            .await
        })
        .await
    }

    /// Switches the connection on or off.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn set_enabled(&self, enabled: bool) -> Result<(), CallError> {
        let this = self.clone();
        self.to_its_end(async move {
            let _turn = this.turn().await;
            let vault = this.vault_or_new().await?;
            this.call(vault, |plugin, store| {
                Box::pin(async move { plugin.call_set_enabled(store, enabled).await })
            })
            .await
        })
        .await
    }

    /// Revokes the grant and forgets the connection: every cell, its data key
    /// and its route are erased, and later writes of this scope are refused. A
    /// company that is added again gets a new scope. A connection whose data key
    /// is lost can be removed, too; nothing is revoked then.
    ///
    /// # Errors
    ///
    /// [`CallError`]; with [`HostError::Storage`] the plugin is done but the
    /// cells may still be there: call again.
    pub async fn remove(&self, locale: &str) -> Result<Receipt, CallError> {
        let (this, locale) = (self.clone(), locale.to_owned());
        self.to_its_end(async move {
            let _turn = this.turn().await;
            let inner = &*this.host.0;
            let vault = inner.vaults.find_to_remove(&this.company, &inner.id).await;
            let vault = vault.map_err(HostError::from)?;
            let receipt = this.call(vault.clone(), |plugin, store| {
                Box::pin(async move { plugin.call_remove(store, &locale).await })
            });
            let receipt = receipt.await?;
            if let Some(id) = vault.id() {
                let storage = &inner.vaults.storage;
                storage.erase(id).await.map_err(HostError::from)?;
            }
            Ok(receipt)
        })
        .await
    }

    /// A token that is valid for at least another minute. `refused` is a value
    /// that the provider has just answered with 401.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn access_token(&self, refused: Option<SecretString>) -> Result<Token, CallError> {
        let value = refused.as_ref().map(ExposeSecret::expose_secret);
        let hash = value.map(|value| Sha256::digest(value.as_bytes()).into());
        let question = (self.company.clone(), hash);
        let call = || self.clone().fetch_token(refused.clone()).boxed();
        self.host.0.tokens.share(question, call).await
    }

    async fn fetch_token(self, refused: Option<SecretString>) -> Result<Token, CallError> {
        let this = self.clone();
        self.to_its_end(async move {
            let vault = this.vault().await?;
            let token = this.call(vault, |plugin, store| {
                Box::pin(async move {
                    let refused = refused.as_ref().map(ExposeSecret::expose_secret);
                    plugin.call_access_token(store, refused).await
                })
            });
            Ok(token.await?.into())
        })
        .await
    }

    /// Calls the provider's API; the access token never leaves the sandbox. An
    /// error of the API is a result, too, unless it refuses the access
    /// ([`Error::Forbidden`]) or wants a pause ([`Error::Unavailable`]).
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn call_api(&self, request: ApiRequest) -> Result<ApiResponse, CallError> {
        let this = self.clone();
        self.to_its_end(async move {
            let vault = this.vault().await?;
            this.call(vault, |plugin, store| {
                Box::pin(async move { plugin.call_call(store, &request).await })
            })
            .await
        })
        .await
    }

    /// Asks the provider what the grant may do, area by area. What was learned is
    /// in [`status`](Self::status), too.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn check_access(&self) -> Result<Vec<Access>, CallError> {
        let call = || self.clone().fetch_access().boxed();
        let company = self.company.clone();
        self.host.0.checks.share(company, call).await
    }

    async fn fetch_access(self) -> Result<Vec<Access>, CallError> {
        let this = self.clone();
        self.to_its_end(async move {
            let vault = this.vault().await?;
            this.call(vault, |plugin, store| {
                Box::pin(async move { plugin.call_check_access(store).await })
            })
            .await
        })
        .await
    }

    /// A support bundle as JSON, without secrets.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn diagnostics(&self) -> Result<String, CallError> {
        let vault = self.vault().await?;
        self.call(vault, |plugin, store| {
            Box::pin(async move { plugin.call_diagnostics(store).await })
        })
        .await
    }

    /// Renews what would otherwise die of age, and takes up what broke off;
    /// returns the Unix second of the next useful call.
    ///
    /// # Errors
    ///
    /// [`CallError`].
    pub async fn maintain(&self) -> Result<u64, CallError> {
        let this = self.clone();
        self.to_its_end(async move {
            let _turn = this.turn().await;
            let vault = this.vault().await?;
            this.call(vault, |plugin, store| {
                Box::pin(async move { plugin.call_maintain(store).await })
            })
            .await
        })
        .await
    }

    /// Runs a call as a task of its own, which goes on when this future is
    /// dropped.
    async fn to_its_end<T: Send + 'static>(
        &self,
        call: impl Future<Output = Result<T, CallError>> + Send + 'static,
    ) -> Result<T, CallError> {
        match self.host.0.under_way.spawn(call).await {
            Ok(result) => result,
            Err(error) => Err(HostError::Runtime(error.to_string()).into()),
        }
    }

    async fn turn(&self) -> Turn {
        self.host.0.queues.turn(&self.company).await
    }

    async fn vault(&self) -> Result<Vault, HostError> {
        let host = &*self.host.0;
        Ok(host.vaults.find(&self.company, &host.id).await?)
    }

    async fn vault_or_new(&self) -> Result<Vault, HostError> {
        let host = &*self.host.0;
        Ok(host.vaults.find_or_create(&self.company, &host.id).await?)
    }

    async fn remember_route(
        &self,
        vault: &Vault,
        authorization: &Authorization,
    ) -> Result<(), HostError> {
        let route = Route {
            state: hash(authorization.state.expose_secret()),
            binding: hash(authorization.binding.expose_secret()),
        };
        let id = vault.id().ok_or(StorageError::Gone)?;
        Ok(self.host.0.vaults.storage.set_route(id, &route).await?)
    }

    async fn call<T>(
        &self,
        vault: Vault,
        export: impl Send
        + for<'a> FnOnce(
            &'a Guest,
            &'a mut Store<Call>,
        ) -> BoxFuture<'a, wasmtime::Result<Result<T, Error>>>,
    ) -> Result<T, CallError> {
        let host = &*self.host.0;
        let call = Call {
            budget: Budget::new(host.limits.clone()),
            random: host.random.clone(),
            capabilities: Some(Capabilities {
                company: self.company.clone(),
                plugin: host.id.clone(),
                actor: self.actor.clone(),
                vault,
                exchanges: host.exchanges.clone(),
                registration: host.registration.clone(),
                log: host.log.clone(),
                clock: host.clock.clone(),
                log_message: host.limits.log_message,
            }),
        };
        let answer = call::run(&host.plugin, &host.limits, call, export).await?;
        answer.map_err(CallError::Refused)
    }
}

#[cfg(test)]
mod tests;
