//! A registration as a configuration file has it, in TOML and in JSON.

use host_harness::Registration;
use secrecy::ExposeSecret as _;
use serde_json::{Map, Value, json};

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

/// The same as one object.
pub fn json(registration: &Registration) -> Value {
    let members = |pairs: &[(String, String)]| -> Map<String, Value> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| (name.clone(), json!(value)))
            .collect()
    };
    json!({
        "registration": {
            "client_id": registration.client_id,
            "client_secret": registration.client_secret.expose_secret(),
            "redirect_uri": registration.redirect_uri,
            "scopes": registration.scopes,
            "options": members(&registration.options),
        },
        "endpoints": members(&registration.endpoints),
    })
}
