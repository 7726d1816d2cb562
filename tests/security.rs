//! One named test, or more, for each security line of the design: `s04_…` is
//! line S04. All go through the component in its sandbox, a real host and a
//! real provider or a scripted one. Line S41 has a program of its own, `canary`.

#[path = "security/authorization_request.rs"]
mod authorization_request;
#[path = "security/callback.rs"]
mod callback;
#[path = "security/company.rs"]
mod company;
#[path = "security/expiry.rs"]
mod expiry;
#[path = "security/registration.rs"]
mod registration;
#[path = "security/removal.rs"]
mod removal;
#[path = "security/renewal.rs"]
mod renewal;
#[path = "security/state.rs"]
mod state;
#[path = "security/token_request.rs"]
mod token_request;
#[path = "security/token_response.rs"]
mod token_response;

use host_harness::Connection;
use tests::{World, refusal};

/// Hands in a callback that must change nothing and ask nobody.
async fn turned_away(world: &World, connection: &Connection, query: &str, binding: &str) -> String {
    let before = world.footprint();
    let handled = connection.handle_callback(query, binding).await;
    assert_eq!(world.footprint(), before, "{query}");
    refusal(handled)
}
