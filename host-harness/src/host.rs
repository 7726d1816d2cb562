//! A loaded plugin and what it may use: built once, shared by every company.

use crate::{
    call::{self, Call},
    changes::Changes,
    clock::{Clock, SystemClock},
    connection::Connection,
    contract::{Access, Descriptor, Explanation, bindings::PluginPre},
    error::{CallError, HostError},
    flights::Flights,
    http::{
        Transport,
        exchange::Exchanges,
        policy::{OriginError, Policy},
    },
    limits::Limits,
    load::{self, LoadError},
    log::{CompanyLog, NoLog, Sink},
    queue::Queues,
    random::{Random, SystemRandom},
    registration::Registration,
    sandbox::Budget,
    secret::Token,
    storage::{KeyRing, RouteKey, Storage, vault::Vaults},
    under_way::UnderWay,
};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// A plugin, compiled and linked to the host's capabilities.
///
/// Cloning is cheap and shares everything. All methods need a tokio runtime.
#[derive(Clone)]
pub struct Host(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) plugin: PluginPre<Call>,
    pub(crate) limits: Limits,
    /// The plugin's own name for itself, part of every scope.
    pub(crate) id: String,
    pub(crate) registration: Option<Arc<Registration>>,
    pub(crate) exchanges: Exchanges,
    pub(crate) vaults: Vaults,
    pub(crate) log: Arc<Sink>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) queues: Queues,
    /// Calls for access tokens.
    pub(crate) tokens: Flights<(String, Option<[u8; 32]>), Token>,
    /// Checks of what a grant may do, by company.
    pub(crate) checks: Flights<String, Vec<Access>>,
    pub(crate) under_way: UnderWay,
}

impl Host {
    /// Begins with the bytes of a component file.
    pub fn builder(component: impl Into<Vec<u8>>) -> HostBuilder {
        HostBuilder::new(Plugin::File(component.into()), Limits::default())
    }

    /// Begins another host with the same plugin, compiled already, and the same
    /// limits: for a second registration at the same provider, or a registration
    /// that has changed. Nothing else is shared.
    pub fn another(&self) -> HostBuilder {
        let Inner { plugin, limits, .. } = &*self.0;
        HostBuilder::new(Plugin::Compiled(Box::new(plugin.clone())), limits.clone())
    }

    /// The plugin's stable identifier, as its descriptor gives it.
    pub fn plugin_id(&self) -> &str {
        &self.0.id
    }

    /// The contract that the plugin was made for, such as `erp:integration@0.1.0`.
    pub fn contract(&self) -> String {
        load::contract(&self.0.plugin)
    }

    /// The connection of a company. Nothing is stored before the first call
    /// that stores something.
    ///
    /// # Errors
    ///
    /// [`HostError::Company`] when the name cannot be used.
    pub fn connection(&self, company: &str) -> Result<Connection, HostError> {
        Connection::new(self.clone(), company)
    }

    /// The connection that a callback belongs to, by the `state` in the
    /// redirect's query, or by the browser's binding when the query has none.
    /// None when nobody is known to wait for it.
    ///
    /// This only finds the way. Whether the callback is genuine is for
    /// [`Connection::handle_callback`] to decide.
    ///
    /// # Errors
    ///
    /// [`HostError::Storage`] when the storage cannot be read.
    pub async fn connection_for_callback(
        &self,
        query: &str,
        binding: &str,
    ) -> Result<Option<Connection>, HostError> {
        let state = url::form_urlencoded::parse(query.as_bytes())
            .find(|(name, value)| name == "state" && !value.is_empty());
        let by = match state {
            Some((_, state)) => RouteKey::State(hash(&state)),
            None if !binding.is_empty() => RouteKey::Binding(hash(binding)),
            None => return Ok(None),
        };
        let company = self.0.vaults.storage.find_route(&self.0.id, by).await?;
        company.map(|company| self.connection(&company)).transpose()
    }

    /// Waits until nothing is under way: no call, no exchange, and no answer that
    /// is still to be stored. Before a process ends, call this after the last
    /// call was made; what is under way for a company may otherwise be lost. It
    /// takes as long as the longest exchange, and longer while the storage does
    /// not write: give it a limit.
    pub async fn finish(&self) {
        self.0.under_way.none().await;
    }

    /// How many entries the company log did not keep: it failed, or it took
    /// longer than a second.
    pub fn log_entries_dropped(&self) -> u64 {
        self.0.log.dropped()
    }

    /// What the plugin is, in the language of `locale` (BCP 47).
    ///
    /// # Errors
    ///
    /// [`CallError::Crashed`] or [`CallError::Host`].
    pub async fn describe(&self, locale: &str) -> Result<Descriptor, CallError> {
        let Inner {
            plugin,
            limits,
            random,
            ..
        } = &*self.0;
        describe(plugin, limits, random, locale).await
    }

    /// A cause code in the words of `locale` (BCP 47); none for a code that the
    /// plugin does not know.
    ///
    /// # Errors
    ///
    /// [`CallError::Crashed`] or [`CallError::Host`].
    pub async fn explain(
        &self,
        code: &str,
        locale: &str,
    ) -> Result<Option<Explanation>, CallError> {
        let Inner {
            plugin,
            limits,
            random,
            ..
        } = &*self.0;
        let (code, locale) = (code.to_owned(), locale.to_owned());
        call::run(
            plugin,
            limits,
            without_capabilities(limits, random),
            |plugin, store| {
                Box::pin(async move { plugin.call_explain(store, &code, &locale).await })
            },
        )
        .await
    }
}

async fn describe(
    plugin: &PluginPre<Call>,
    limits: &Limits,
    random: &Arc<dyn Random>,
    locale: &str,
) -> Result<Descriptor, CallError> {
    let locale = locale.to_owned();
    call::run(
        plugin,
        limits,
        without_capabilities(limits, random),
        |plugin, store| Box::pin(async move { plugin.call_describe(store, &locale).await }),
    )
    .await
}

fn without_capabilities(limits: &Limits, random: &Arc<dyn Random>) -> Call {
    Call {
        budget: Budget::new(limits.clone()),
        random: random.clone(),
        capabilities: None,
    }
}

/// How routes name a secret.
pub(crate) fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Why a [`Host`] cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A capability without a default was not given.
    #[error("the host was given no {0}")]
    Missing(&'static str),
    /// The file is not a plugin.
    #[error("the plugin cannot be loaded")]
    Load(#[from] LoadError),
    /// The plugin does not tell what it is.
    #[error("the plugin does not describe itself")]
    Describe(#[source] CallError),
    /// Another plugin than the operator expects.
    #[error("the plugin calls itself {found:?}, and {expected:?} is expected")]
    OtherPlugin {
        /// What the operator expects.
        expected: String,
        /// What it calls itself.
        found: String,
    },
    /// The plugin's identifier is not 1 to 64 of `a-z`, `0-9`, `-` and `.`.
    #[error("the plugin's identifier {0:?} is not 1 to 64 of a-z, 0-9, - and .")]
    Identifier(String),
    /// The plugin asks for an origin that it does not get.
    #[error(transparent)]
    Origin(#[from] OriginError),
}

/// Gathers a plugin's capabilities; see [`Host::builder`].
///
/// Storage, key ring and transport have to be given. Without a registration the
/// plugin learns that there is none; without a log, entries go to `tracing`
/// alone; clock and random numbers are the system's.
#[must_use]
pub struct HostBuilder {
    plugin: Plugin,
    id: Option<String>,
    origins: Option<Vec<String>>,
    registration: Option<Arc<Registration>>,
    storage: Option<Arc<dyn Storage>>,
    key_ring: Option<KeyRing>,
    transport: Option<Arc<dyn Transport>>,
    log: Arc<dyn CompanyLog>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    limits: Limits,
}

enum Plugin {
    File(Vec<u8>),
    Compiled(Box<PluginPre<Call>>),
}

impl HostBuilder {
    fn new(plugin: Plugin, limits: Limits) -> Self {
        Self {
            plugin,
            id: None,
            origins: None,
            registration: None,
            storage: None,
            key_ring: None,
            transport: None,
            log: Arc::new(NoLog),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            limits,
        }
    }

    /// The identifier that the plugin must have. It is part of the name of every
    /// connection: a plugin that calls itself like another would find the other's
    /// cells. State it for plugins that are not your own.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// The origins that the operator grants, such as `https://api.example`; a
    /// plugin that asks for another is refused. Without this it gets what it asks
    /// for, and the client's credentials may go there: state it for plugins that
    /// are not your own. Endpoints of the registration take the place of both.
    pub fn origins(mut self, origins: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.origins = Some(origins.into_iter().map(Into::into).collect());
        self
    }

    /// The operator's registration at the provider.
    pub fn registration(mut self, registration: Registration) -> Self {
        self.registration = Some(Arc::new(registration));
        self
    }

    /// Where connections and their cells are kept.
    pub fn storage(mut self, storage: Arc<dyn Storage>) -> Self {
        self.storage = Some(storage);
        self
    }

    /// The keys under which cells are sealed.
    pub fn key_ring(mut self, key_ring: KeyRing) -> Self {
        self.key_ring = Some(key_ring);
        self
    }

    /// What sends HTTP requests.
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// Where the companies' log is kept.
    pub fn log(mut self, log: Arc<dyn CompanyLog>) -> Self {
        self.log = log;
        self
    }

    /// The time of day.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The source of secure random bytes.
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// What one call may use. Of a plugin compiled already, the stack stays.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Compiles the plugin and asks it what it is. Takes a second or so.
    ///
    /// # Errors
    ///
    /// [`BuildError`].
    pub async fn build(self) -> Result<Host, BuildError> {
        let storage = self.storage.ok_or(BuildError::Missing("storage"))?;
        let key_ring = self.key_ring.ok_or(BuildError::Missing("key ring"))?;
        let transport = self.transport.ok_or(BuildError::Missing("transport"))?;
        let plugin = match self.plugin {
            Plugin::Compiled(plugin) => *plugin,
            Plugin::File(component) => compile(component, self.limits.clone()).await?,
        };

        let limits = self.limits;
        let descriptor = describe(&plugin, &limits, &self.random, "en")
            .await
            .map_err(BuildError::Describe)?;
        if !is_identifier(&descriptor.id) {
            return Err(BuildError::Identifier(descriptor.id));
        }
        if let Some(expected) = self.id
            && expected != descriptor.id
        {
            let found = descriptor.id;
            return Err(BuildError::OtherPlugin { expected, found });
        }
        let endpoints = self
            .registration
            .as_ref()
            .map(|app| app.endpoints.as_slice());
        let policy = Policy::new(
            descriptor.origins.iter().map(|origin| origin.url.as_str()),
            self.origins.as_deref(),
            endpoints.unwrap_or_default(),
        )?;
        let under_way = UnderWay::default();
        Ok(Host(Arc::new(Inner {
            plugin,
            id: descriptor.id,
            exchanges: Exchanges::new(
                policy,
                transport,
                self.registration.clone(),
                limits.clone(),
                self.random.clone(),
                under_way.clone(),
            ),
            registration: self.registration,
            vaults: Vaults {
                storage,
                key_ring,
                random: self.random.clone(),
                value_limit: limits.value,
                cell_limit: limits.cells,
                changes: Changes::default(),
            },
            log: Arc::new(Sink::new(self.log)),
            clock: self.clock,
            random: self.random,
            queues: Queues::default(),
            tokens: Flights::default(),
            checks: Flights::default(),
            under_way,
            limits,
        })))
    }
}

async fn compile(component: Vec<u8>, limits: Limits) -> Result<PluginPre<Call>, LoadError> {
    tokio::task::spawn_blocking(move || load::load(&component, &limits))
        .await
        .unwrap_or_else(|error| Err(LoadError::Runtime(error.to_string())))
}

fn is_identifier(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && (id.bytes()).all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'))
}
