//! `simulate`: the provider's look-alike alone, for calls from other terminals.

use fortnox_simulator::{Setup, Simulator};
use host_harness::Registration;

use crate::arguments::{Common, Simulate};
use crate::configuration;
use crate::failure::Failure;
use crate::show;

/// Runs until interrupted.
///
/// # Errors
///
/// [`Failure::Simulator`].
pub async fn run(common: &Common, arguments: Simulate) -> Result<(), Failure> {
    let simulator = Simulator::start(Setup {
        listen: arguments.listen,
        ..Setup::default()
    })
    .await?;
    simulator.set_redirect_uri(arguments.redirect_uri.as_str());
    let registration = registration(&simulator, arguments.redirect_uri.as_str());
    let text = match common.json {
        true => configuration::json(&registration).to_string(),
        false => format!(
            "# The simulator listens at {}. A configuration for it:\n\n{}\n\
         # Who can log in, and what goes wrong: {}\n\
         # Log in as anna.admin (system administrator) or ulf.user. Stop with Ctrl-C.",
            simulator.address(),
            configuration::text(&registration),
            simulator.control_page(),
        ),
    };
    show::line(&mut std::io::stdout(), &text);
    interrupted().await;
    simulator.stop().await;
    Ok(())
}

/// Waits for Ctrl-C.
pub async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// How a host is registered there, coming back to this redirect URI.
pub fn registration(simulator: &Simulator, redirect_uri: &str) -> Registration {
    let (app, endpoints) = (simulator.app(), simulator.endpoints());
    let mut registration = Registration::new(
        app.client_id.as_str(),
        app.client_secret.expose(),
        redirect_uri,
        app.scopes.to_string().split(' '),
    );
    registration.endpoints = [
        ("authorize", &endpoints.authorize),
        ("token", &endpoints.token),
        ("revoke", &endpoints.revoke),
        ("api", &endpoints.api),
    ]
    .map(|(name, url)| (name.to_owned(), url.to_string()))
    .to_vec();
    registration
}
