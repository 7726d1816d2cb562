//! Who asks, and in which language: found once per request, before any page.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use axum::response::{IntoResponse as _, Redirect, Response};
use host_harness::{Connection, HostError};

use super::csrf::Token;
use super::locale::Locale;
use super::people::Person;
use super::place::Place;
use super::session::Key;
use super::site::Site;

/// Who asks.
#[derive(Clone, Debug)]
pub struct Visit {
    /// In which language.
    pub locale: Locale,
    /// In which session; none before the first form was drawn.
    pub session: Option<Browser>,
}

/// A browser with a session.
#[derive(Clone, Debug)]
pub struct Browser {
    /// The session.
    pub key: Key,
    /// For its forms.
    pub token: Token,
    /// Who is signed in.
    pub person: Option<&'static Person>,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The visit.
    pub visit: Visit,
    /// The session.
    pub session: Key,
    /// Who it is.
    pub person: &'static Person,
}

impl Visit {
    /// Looks at the cookies and languages of a request.
    pub fn find(site: &Site, headers: &HeaderMap) -> Self {
        let session = site
            .sessions
            .find(headers)
            .and_then(|key| browser(site, key));
        Self {
            locale: Locale::of(headers),
            session,
        }
    }

    /// The visit that was found before this request came here.
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or(Self {
            locale: Locale::En,
            session: None,
        })
    }

    /// Who it is, if anybody is signed in.
    pub fn signed_in(&self) -> Option<SignedIn> {
        let session = self.session.as_ref()?;
        Some(SignedIn {
            visit: self.clone(),
            session: session.key,
            person: session.person?,
        })
    }
}

/// The browser of a session.
pub fn browser(site: &Site, key: Key) -> Option<Browser> {
    site.sessions.with(key, |session| Browser {
        key,
        token: session.token.clone(),
        person: session.person,
    })
}

impl SignedIn {
    /// The connection of this person's company.
    ///
    /// # Errors
    ///
    /// [`HostError::Company`].
    pub fn connection(&self, site: &Site) -> Result<Connection, HostError> {
        let connection = site.host.connection(self.person.company)?;
        Ok(connection.acting_as(self.person.name))
    }
}

impl FromRequestParts<Arc<Site>> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Site>) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions))
    }
}

impl FromRequestParts<Arc<Site>> for SignedIn {
    type Rejection = Response;

    /// Whoever is not signed in is sent to do so.
    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Response> {
        let visit = Visit::of(&parts.extensions);
        visit
            .signed_in()
            .ok_or_else(|| Redirect::to(&Place::SignIn.path(site.host.plugin_id())).into_response())
    }
}
