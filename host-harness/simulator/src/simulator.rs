//! Starting, steering and stopping a simulator.

use std::net::SocketAddr;

use axum::routing::{get, post};
use axum::{Router, middleware};
use ring::hmac;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;

use crate::api::{self, Rates, Records};
use crate::app::App;
use crate::behaviour::Behaviour;
use crate::book::Book;
use crate::cast::{Cast, TenantId};
use crate::clock::Clock;
use crate::deck::{self, Card, Deck};
use crate::journey::{self, Journeys};
use crate::ledger::Ledger;
use crate::random::{NoRandomness, Random};
use crate::scenario::Scenario;
use crate::scene::Scene;
use crate::state::{Shared, World};
use crate::wire::{Line, Wire};
use crate::{authorize, control, pages, revoke, token};

/// What a simulator starts with. The default is the whole default cast and app
/// on a free loopback port.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Where to listen; must be a loopback address. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// The registered client.
    pub app: App,
    /// People and companies.
    pub cast: Cast,
    /// The switches.
    pub behaviour: Behaviour,
    /// The time.
    pub clock: Clock,
    /// A seed makes codes and tokens the same in every run; none makes them
    /// unpredictable.
    pub seed: Option<u64>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            app: App::default(),
            cast: Cast::default(),
            behaviour: Behaviour::default(),
            clock: Clock::default(),
            seed: None,
        }
    }
}

/// The simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// It knows no passwords, so it is for this machine only.
    #[error("{0} is not a loopback address")]
    NotLoopback(SocketAddr),
    /// The address is taken, or the system said no.
    #[error("cannot listen at {address}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// No randomness to start from.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// The bound address makes no URL.
    #[error("the address makes no URL")]
    Address(#[from] url::ParseError),
}

/// Where the simulator's endpoints are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// Authorization endpoint.
    pub authorize: Url,
    /// Token endpoint.
    pub token: Url,
    /// Revocation endpoint.
    pub revoke: Url,
    /// Root of the REST API; paths below it start with `3/`.
    pub api: Url,
}

impl Endpoints {
    fn at(address: SocketAddr) -> Result<Self, url::ParseError> {
        let api = Url::parse(&format!("http://{address}/"))?;
        Ok(Self {
            authorize: api.join("oauth-v1/auth")?,
            token: api.join("oauth-v1/token")?,
            revoke: api.join("oauth-v1/revoke")?,
            api,
        })
    }
}

/// A running simulator. It stops when this is dropped; [`Simulator::stop`] waits
/// for requests under way.
#[derive(Debug)]
pub struct Simulator {
    shared: Shared,
    clock: Clock,
    address: SocketAddr,
    endpoints: Endpoints,
    /// Dropping it is the signal to stop.
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Simulator {
    /// Binds the address and serves it on the current Tokio runtime.
    ///
    /// # Errors
    ///
    /// See [`StartError`].
    pub async fn start(setup: Setup) -> Result<Self, StartError> {
        let Setup {
            listen,
            app,
            cast,
            behaviour,
            clock,
            seed,
        } = setup;
        if !listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(listen));
        }
        let mut random = Random::new(seed)?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, &random.bytes());
        let shared = Shared::new(World {
            opening: Scene {
                app: app.clone(),
                cast: cast.clone(),
                behaviour: Behaviour::default(),
            },
            app,
            cast,
            behaviour,
            clock: clock.clone(),
            random,
            key,
            ledger: Ledger::default(),
            deck: Deck::default(),
            journeys: Journeys::default(),
            book: Book::default(),
            rates: Rates::default(),
            records: Records::default(),
        });
        let cannot_listen = |source| StartError::Listen {
            address: listen,
            source,
        };
        let listener = TcpListener::bind(listen).await.map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        let (stop, stopped) = oneshot::channel();
        let endpoints = Endpoints::at(address)?;
        let own = endpoints.api.origin().ascii_serialization();
        let router = router(shared.clone()).merge(control::router(shared.clone(), own));
        let wire = Wire::new(listener, shared.clone());
        let server = tokio::spawn(async move {
            let service = router.into_make_service_with_connect_info::<Line>();
            let serving = axum::serve(wire, service).with_graceful_shutdown(async {
                let _: Result<(), _> = stopped.await;
            });
            if let Err(error) = serving.await {
                tracing::error!(%error, "the simulator stopped");
            }
        });
        Ok(Self {
            shared,
            clock,
            address,
            endpoints,
            stop,
            server,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its endpoints.
    pub fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// The control page, where people turn the switches.
    pub fn control_page(&self) -> &Url {
        &self.endpoints.api
    }

    /// Its clock, which may be moved.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The registered client, as it is now.
    pub fn app(&self) -> App {
        self.shared.world().app.clone()
    }

    /// Changes the registration, as in the Developer Portal. Codes and tokens of
    /// another client id become a foreign client's.
    pub fn change_app(&self, change: impl FnOnce(&mut App)) {
        change(&mut self.shared.world().app);
    }

    /// Registers a redirect URI: hosts know their port only once they listen. It
    /// stays registered in every scenario.
    pub fn set_redirect_uri(&self, uri: impl Into<String>) {
        let uri = uri.into();
        let mut world = self.shared.world();
        world.opening.app.redirect_uri = Some(uri.clone());
        world.app.redirect_uri = Some(uri);
    }

    /// Sets the scene: app, people, companies and behaviour become what the
    /// scenario makes of those at the start. Consents, tokens and time stay.
    pub fn play(&self, scenario: &Scenario) {
        self.shared.world().play(scenario);
    }

    /// Turns switches.
    pub fn behaviour(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.shared.world().behaviour);
    }

    /// Changes people and companies: rights, licences, locks, names.
    pub fn cast(&self, change: impl FnOnce(&mut Cast)) {
        change(&mut self.shared.world().cast);
    }

    /// The ledger as it is now.
    pub fn ledger(&self) -> Ledger {
        self.shared.world().ledger.clone()
    }

    /// Lays a card on the deck: the request it waits for goes wrong, once.
    pub fn deal(&self, card: Card) {
        self.shared.world().deck.lay(card);
    }

    /// How many cards still wait for their request; none once every fault has
    /// happened or begun.
    pub fn cards_left(&self) -> usize {
        self.shared.world().deck.left()
    }

    /// The customer removes the integration under "Hantera integrationer": every
    /// consent of the company ends.
    pub fn withdraw_consent(&self, tenant: TenantId) {
        self.shared.world().withdraw(tenant);
    }

    /// Stops, once requests under way are answered.
    pub async fn stop(self) {
        drop(self.stop);
        if let Err(error) = self.server.await {
            tracing::error!(%error, "the simulator's task failed");
        }
    }
}

fn router(shared: Shared) -> Router {
    let with_faults = Router::new()
        .route(token::PATH, post(token::token))
        .route(revoke::PATH, post(revoke::revoke))
        .merge(api::router(shared.clone()))
        .route_layer(middleware::from_fn_with_state(shared.clone(), deck::play));
    Router::new()
        .route(
            "/oauth-v1/auth",
            get(authorize::begin).post(authorize::misdirected),
        )
        .route(
            "/oauth-v1/auth/{journey}",
            get(journey::show).post(journey::submit),
        )
        .route("/simulator.css", get(pages::style))
        .merge(with_faults)
        .with_state(shared)
}
