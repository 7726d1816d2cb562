//! The simulator's whole state behind one lock, which no request holds while it
//! waits for anything.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ring::hmac;

use crate::api::{Rates, Records};
use crate::app::App;
use crate::behaviour::Behaviour;
use crate::book::Book;
use crate::cast::Cast;
use crate::clock::Clock;
use crate::deck::Deck;
use crate::journey::Journeys;
use crate::ledger::{Event, Ledger};
use crate::random::Random;
use crate::scenario::{self, Scenario};
use crate::scene::Scene;

pub(crate) struct World {
    pub(crate) app: App,
    pub(crate) cast: Cast,
    pub(crate) behaviour: Behaviour,
    /// What scenarios start from: the app, people and companies at the start, and
    /// Fortnox's behaviour.
    pub(crate) opening: Scene,
    pub(crate) clock: Clock,
    pub(crate) random: Random,
    pub(crate) key: hmac::Key,
    pub(crate) ledger: Ledger,
    pub(crate) deck: Deck,
    pub(crate) journeys: Journeys,
    pub(crate) book: Book,
    pub(crate) rates: Rates,
    pub(crate) records: Records,
}

impl World {
    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// Sets the whole scene, whatever it was before. Consents, tokens and time
    /// stay as they are.
    pub(crate) fn play(&mut self, scenario: &Scenario) {
        let Scene {
            app,
            cast,
            behaviour,
        } = scenario.on(self.opening.clone());
        (self.app, self.cast, self.behaviour) = (app, cast, behaviour);
    }

    /// The scenario that the scene is, if it is one.
    pub(crate) fn playing(&self) -> Option<&'static Scenario> {
        let scene = Scene {
            app: self.app.clone(),
            cast: self.cast.clone(),
            behaviour: self.behaviour.clone(),
        };
        scenario::ALL
            .iter()
            .copied()
            .find(|scenario| scenario.on(self.opening.clone()) == scene)
    }

    pub(crate) fn record(&mut self, event: Event) {
        self.ledger.record(self.clock.now(), event);
    }
}

/// What every request handler is given.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared")
    }
}

impl Shared {
    pub(crate) fn new(world: World) -> Self {
        Self(Arc::new(Mutex::new(world)))
    }

    /// The state, also after a panic elsewhere: every change is whole before
    /// anything that can fail.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
