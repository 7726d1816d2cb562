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
use super::problem::Problem;
use super::session::{Key, Who};
use super::site::Site;
use super::traveller::Traveller;

/// Who asks.
#[derive(Clone, Debug)]
pub struct Visit {
    /// In which language.
    pub locale: Locale,
    /// In which session; none before the first form was drawn.
    pub session: Option<Browser>,
    /// A guest until now, whose invitation does not hold any more.
    pub departed: bool,
}

/// A browser with a session.
#[derive(Clone, Debug)]
pub struct Browser {
    /// The session.
    pub key: Key,
    /// For its forms.
    pub token: Token,
    /// Whose it is.
    pub who: Who,
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
    /// Looks at the cookies and languages of a request. A guest whose invitation
    /// does not hold any more is nobody, and their session over. What a page asks
    /// for by itself does not keep a session alive.
    pub async fn find(site: &Site, headers: &HeaderMap, by_itself: bool) -> Self {
        let key = site.sessions.find(headers);
        let mut session = key.and_then(|key| browser(site, key));
        let mut departed = false;
        if let Some(Browser {
            key,
            who: Who::Guest(guest),
            ..
        }) = &session
        {
            match guest.is_welcome(site).await {
                Ok(true) => {}
                Ok(false) => {
                    site.sessions.end(*key);
                    session = None;
                    departed = true;
                }
                Err(error) => {
                    tracing::error!(%error, "an invitation cannot be read");
                    session = None;
                }
            }
        }
        if let Some(browser) = session.as_ref().filter(|_| !by_itself) {
            site.sessions.with(browser.key, |_| ());
        }
        Self {
            locale: Locale::of(headers),
            session,
            departed,
        }
    }

    /// The visit that was found before this request came here.
    pub fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or(Self {
            locale: Locale::En,
            session: None,
            departed: false,
        })
    }

    /// Who it is, if anybody is signed in.
    pub fn signed_in(&self) -> Option<SignedIn> {
        let session = self.session.as_ref()?;
        match session.who {
            Who::Person(person) => Some(SignedIn {
                visit: self.clone(),
                session: session.key,
                person,
            }),
            Who::Nobody | Who::Guest(_) => None,
        }
    }
}

/// The browser of a session.
pub fn browser(site: &Site, key: Key) -> Option<Browser> {
    site.sessions.look(key, |session| Browser {
        key,
        token: session.token.clone(),
        who: session.who.clone(),
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

    /// The same person, on the way to the provider.
    ///
    /// # Errors
    ///
    /// [`Problem::SignedOut`].
    pub fn traveller(&self) -> Result<Traveller, Problem> {
        Traveller::of(&self.visit).ok_or(Problem::SignedOut)
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
