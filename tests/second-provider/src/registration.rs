//! The operator's registration, checked before anyone is sent away with it.

use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::contract::{App, Error};
use crate::effects::Effects;

/// The scope that `GET me` needs.
pub const ORGANIZATION: &str = "organization";
/// The scope of the area `entries`.
pub const ENTRIES: &str = "entries";

/// Where Ledgerly is. Names under `.example` lead nowhere (RFC 2606), so the
/// registration has to name other endpoints before anything can be tried.
pub const ORIGINS: [&str; 2] = [
    "https://id.ledgerly.example",
    "https://api.ledgerly.example",
];
const OWN: [(&str, &str); 4] = [
    ("authorize", "https://id.ledgerly.example/authorize"),
    ("token", "https://id.ledgerly.example/token"),
    ("revoke", "https://id.ledgerly.example/revoke"),
    ("api", "https://api.ledgerly.example/v1"),
];

/// A registration that can be used. It holds no secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    pub client_id: String,
    pub redirect_uri: String,
    pub scopes: Vec<String>,
    pub authorize: String,
    pub token: String,
    /// None where the server has no revocation endpoint.
    pub revoke: Option<String>,
    /// The API root, without a slash at its end.
    pub api: String,
    /// What the callback must name (RFC 9207), if anything.
    pub issuer: Option<String>,
}

impl Registration {
    /// What the host hands out, if it can be used.
    ///
    /// # Errors
    /// [`Cause::RegistrationUnusable`].
    pub fn read(effects: &impl Effects) -> Result<Registration, Error> {
        let app = effects.registration();
        let registration = app.and_then(Registration::of);
        Ok(registration.ok_or(Cause::RegistrationUnusable)?)
    }

    fn of(app: App) -> Option<Registration> {
        let named: Vec<(&str, &str)> = (app.endpoints.iter())
            .map(|(name, url)| (name.as_str(), url.as_str()))
            .collect();
        let own = !named.iter().any(|(name, _)| *name != "issuer");
        // Nothing of one server may go to another: all are its own, or none is.
        let of = |wanted| {
            let urls: &[(&str, &str)] = if own { &OWN } else { &named };
            let url = urls.iter().find(|(name, _)| *name == wanted)?.1;
            Some(url.to_owned())
        };
        let issuer = named.iter().find(|(name, _)| *name == "issuer");
        let registration = Registration {
            authorize: of("authorize")?,
            token: of("token")?,
            revoke: of("revoke"),
            api: of("api")?.trim_end_matches('/').to_owned(),
            issuer: issuer.map(|(_, url)| (*url).to_owned()),
            client_id: app.client_id,
            redirect_uri: app.redirect_uri,
            scopes: app.scopes,
        };
        let urls = [
            Some(&registration.authorize),
            Some(&registration.token),
            Some(&registration.api),
            Some(&registration.redirect_uri),
            registration.revoke.as_ref(),
        ];
        let sound = urls.into_iter().flatten().all(|url| is_usable(url));
        Some(registration).filter(|it| sound && !it.client_id.is_empty())
    }

    /// Whether every scope may be requested.
    ///
    /// # Errors
    /// [`Cause::ScopeNotRegistered`].
    pub fn carries(&self, scopes: &[&str]) -> Result<(), Cause> {
        let registered = |scope: &&str| self.scopes.iter().any(|it| it == scope);
        match scopes.iter().all(registered) {
            true => Ok(()),
            false => Err(Cause::ScopeNotRegistered),
        }
    }
}

/// Absolute `https` without userinfo and fragment, or `http` with a loopback IP
/// literal. The host parses it for good.
fn is_usable(url: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"#\\".contains(&byte);
    let (rest, loopback_only) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (rest, false),
        (_, Some(rest)) => (rest, true),
        _ => return false,
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let bare = authority.trim_start_matches('[').trim_end_matches(']');
    let address = (authority.parse::<SocketAddr>().map(|it| it.ip())).or(bare.parse::<IpAddr>());
    let loopback = address.is_ok_and(|address| address.is_loopback());
    url.bytes().all(plain)
        && !authority.is_empty()
        && !authority.contains('@')
        && (loopback || !loopback_only)
}
