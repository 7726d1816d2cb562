//! Examining the parts of a host in Rust.

use super::{PROBE, Server, server::SECRET};
use crate::{
    contract::Access,
    error::CallError,
    host::{BuildError, Host, HostBuilder},
    registration::Registration,
};

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum ExamineError {
    /// The parts make no host.
    #[error(transparent)]
    Build(#[from] Box<BuildError>),
    /// The probe could not be called.
    #[error(transparent)]
    Call(#[from] Box<CallError>),
}

/// Examines a host's storage, transport and randomness: one record a duty, where
/// `granted` is kept, `unknown` is broken, with words, and `unchecked` could not be
/// tried. `parts` adds them to a builder that has everything else.
///
/// # Errors
///
/// [`ExamineError`] when the probe does not run on these parts.
pub async fn examine(
    server: &Server,
    parts: impl FnOnce(HostBuilder) -> HostBuilder,
) -> Result<Vec<Access>, ExamineError> {
    let builder = Host::builder(PROBE).registration(registration(server));
    let host = parts(builder).build().await.map_err(Box::new)?;
    let connection = host.connection("kit").map_err(CallError::from);
    let connection = connection.map_err(Box::new)?;
    connection
        .configure(Vec::new(), "en")
        .await
        .map_err(Box::new)?;
    let records = connection.check_access().await.map_err(Box::new)?;
    host.finish().await;
    Ok(records)
}

/// The registration with which a host finds the server.
pub fn registration(server: &Server) -> Registration {
    let endpoint = |name: &str| {
        let origin = match name {
            "api" => server.address(),
            _ => server.authorization(),
        };
        (name.to_owned(), format!("http://{origin}/{name}"))
    };
    let mut registration = Registration::new(
        "kit-client",
        SECRET,
        "http://127.0.0.1/callback",
        Vec::<String>::new(),
    );
    registration.endpoints = ["authorize", "token", "revoke", "api"]
        .map(endpoint)
        .to_vec();
    registration.options = vec![(
        "elsewhere".to_owned(),
        format!("http://{}/", server.elsewhere()),
    )];
    registration
}
