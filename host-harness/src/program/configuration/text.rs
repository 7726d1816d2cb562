//! A registration as a configuration file has it.

use host_harness::Registration;
use secrecy::ExposeSecret as _;

/// The text of the tables `[registration]` and `[endpoints]`.
pub fn text(registration: &Registration) -> String {
    let lines = |pairs: &[(String, String)]| -> String {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| format!("{name} = {value:?}\n"))
            .collect()
    };
    let options = match registration.options.as_slice() {
        [] => String::new(),
        options => format!("[registration.options]\n{}\n", lines(options)),
    };
    format!(
        "[registration]\nclient_id = {:?}\nclient_secret = {:?}\nredirect_uri = {:?}\n\
         scopes = {:?}\n\n{options}[endpoints]\n{}",
        registration.client_id,
        registration.client_secret.expose_secret(),
        registration.redirect_uri,
        registration.scopes,
        lines(&registration.endpoints),
    )
}
