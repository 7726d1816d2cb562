//! A Fortnox look-alike on loopback: login, consent, tokens and identity, for
//! tests and demonstrations.
//!
//! Start one in-process, point a client at its [`Endpoints`], send a
//! [`visitor::Visitor`] through the pages, and read the [`ledger`] to see what
//! the client really did. Single requests go wrong as the [`deck`] says. What Fortnox does for certain is built in; what is
//! unknown or may change is a switch of [`Behaviour`]; rights, licences, locks
//! and the app's scopes come and go by calls on [`Simulator`]. People turn the
//! switches on the control page at `/`, by named [`scenario`]s or one by one.
//!
//! ```no_run
//! use fortnox_simulator::cast::{company, person};
//! use fortnox_simulator::visitor::{Decision, Ending, Visitor};
//! use fortnox_simulator::{Setup, Simulator};
//!
//! # async fn demo() -> Result<(), Box<dyn std::error::Error>> {
//! let simulator = Simulator::start(Setup::default()).await?;
//! simulator.set_redirect_uri("http://127.0.0.1:8080/callback");
//! let mut url = simulator.endpoints().authorize.clone();
//! url.query_pairs_mut()
//!     .append_pair("client_id", &simulator.app().client_id)
//!     .append_pair("response_type", "code")
//!     .append_pair("scope", "companyinformation")
//!     .append_pair("state", "xyz");
//!
//! let mut visitor = Visitor::new()?;
//! let ending = visitor
//!     .journey(&url, person::ADMIN, company::EXEMPEL, Decision::Approve)
//!     .await?;
//! if let Ending::Returned(callback) = ending {
//!     println!("{callback}");
//! }
//! # Ok(())
//! # }
//! ```

mod answer;
mod api;
mod app;
mod authorize;
pub mod behaviour;
mod book;
pub mod cast;
mod clock;
mod control;
pub mod deck;
mod eligibility;
mod issue;
mod journey;
mod jwt;
pub mod ledger;
mod pages;
mod params;
mod profile;
mod random;
mod redirect;
mod refusal;
mod remedies;
mod revoke;
pub mod scenario;
mod scene;
mod scope;
mod secret;
mod simulator;
mod state;
mod token;
pub mod visitor;
mod wire;

pub use app::App;
pub use behaviour::Behaviour;
pub use cast::{Cast, TenantId};
pub use clock::Clock;
pub use profile::Profile;
pub use random::NoRandomness;
pub use refusal::Refusal;
pub use scope::Scopes;
pub use secret::Secret;
pub use simulator::{Endpoints, Setup, Simulator, StartError};
