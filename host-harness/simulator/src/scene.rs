//! The three things that can be arranged: the registered app, people and
//! companies, and how the provider behaves.

use crate::app::App;
use crate::behaviour::Behaviour;
use crate::cast::Cast;

/// An arrangement of the simulator.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scene {
    pub(crate) app: App,
    pub(crate) cast: Cast,
    pub(crate) behaviour: Behaviour,
}
