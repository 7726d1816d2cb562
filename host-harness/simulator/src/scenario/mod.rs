//! Named situations for demonstrations and tests by hand: one table, each row a
//! change to the simulator as it started.

mod table;

use std::fmt;

use crate::scene::Scene;

pub use table::{ALL, AS_FORTNOX};

/// A situation that every journey meets until another one is chosen. A replaced
/// token answer is given once; after it everything is as usual again.
pub struct Scenario {
    /// Its name in forms.
    pub id: &'static str,
    /// What is wrong, in a few words.
    pub name: &'static str,
    /// What a client sees then.
    pub client_sees: &'static str,
    /// The cause, by its code, under which the plugin should file it; none where
    /// the authorization succeeds.
    pub cause: Option<&'static str>,
    /// Under which heading it stands.
    pub heading: Heading,
    change: fn(&mut Scene),
}

/// Where on its way a journey meets a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// The journey succeeds.
    Success,
    /// The app's registration stops it.
    App,
    /// The company stops it.
    Company,
    /// The browser comes back oddly, or with less than was asked for.
    WayBack,
    /// The code is not exchanged properly.
    Exchange,
    /// Something goes wrong once the tokens are there.
    Afterwards,
    /// The grant stands, and the registers refuse it.
    Registers,
}

impl Heading {
    /// All of them, in the order of a journey.
    pub const ALL: [Self; 7] = [
        Self::Success,
        Self::App,
        Self::Company,
        Self::WayBack,
        Self::Exchange,
        Self::Afterwards,
        Self::Registers,
    ];
}

impl fmt::Debug for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scenario({})", self.id)
    }
}

impl Scenario {
    /// The one with this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        ALL.iter().copied().find(|scenario| scenario.id == id)
    }

    /// The scene that this scenario makes of another.
    pub(crate) fn on(&self, mut scene: Scene) -> Scene {
        (self.change)(&mut scene);
        scene
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::App;
    use crate::behaviour::Behaviour;
    use crate::cast::Cast;

    fn opening() -> Scene {
        Scene {
            app: App::default(),
            cast: Cast::default(),
            behaviour: Behaviour::default(),
        }
    }

    #[test]
    fn given_any_two_scenarios_when_compared_then_id_name_and_scene_differ() {
        for (at, one) in ALL.iter().enumerate() {
            for other in &ALL[at + 1..] {
                assert_ne!(one.id, other.id);
                assert_ne!(one.name, other.name);
                assert_ne!(one.on(opening()), other.on(opening()), "{one:?} {other:?}");
            }
            assert_eq!(Scenario::find(one.id).map(|found| found.id), Some(one.id));
        }
    }

    #[test]
    fn given_the_headings_when_walked_then_they_hold_all_scenarios_in_order() {
        let by_heading: Vec<&str> = Heading::ALL
            .iter()
            .flat_map(|heading| {
                ALL.iter()
                    .filter(move |scenario| scenario.heading == *heading)
            })
            .map(|scenario| scenario.id)
            .collect();
        let all: Vec<&str> = ALL.iter().map(|scenario| scenario.id).collect();
        assert_eq!(by_heading, all);
    }
}
