//! Whoever may go to the provider for a company: one of its people, or a guest
//! whom they gave a link. Authorizing, the way back and the wait are the same for
//! both; a person can do more, and a guest nothing else.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Redirect, Response};
use host_harness::{Connection, HostError, InvitationKey};

use super::place::Place;
use super::session::{Key, Who};
use super::site::Site;
use super::visit::Visit;

/// Who goes.
#[derive(Clone, Debug)]
pub struct Traveller {
    /// The visit.
    pub visit: Visit,
    /// The session.
    pub session: Key,
    /// The page on which the outcome is told.
    pub home: Place,
    /// What a guest goes by.
    pub invitation: Option<InvitationKey>,
    /// The company they go for.
    pub company: String,
    /// What the company log calls them.
    pub actor: String,
}

impl Traveller {
    /// Whoever visits, if they may go.
    pub fn of(visit: &Visit) -> Option<Self> {
        let browser = visit.session.as_ref()?;
        let (home, invitation, company, actor) = match &browser.who {
            Who::Nobody => return None,
            Who::Person(person) => (Place::Integration, None, person.company, person.name),
            Who::Guest(guest) => (
                Place::Approval,
                Some(guest.invitation),
                guest.company.as_str(),
                guest.actor.as_str(),
            ),
        };
        Some(Self {
            session: browser.key,
            home,
            invitation,
            company: company.to_owned(),
            actor: actor.to_owned(),
            visit: visit.clone(),
        })
    }

    /// Whether they still may: the invitation of a guest can be withdrawn.
    pub async fn is_welcome(&self, site: &Site) -> bool {
        let Some(invitation) = self.invitation else {
            return true;
        };
        let found = site.invitations.find(invitation, site.now()).await;
        found.is_ok_and(|found| found.is_some())
    }

    /// The connection of the company.
    ///
    /// # Errors
    ///
    /// [`HostError::Company`].
    pub fn connection(&self, site: &Site) -> Result<Connection, HostError> {
        let connection = site.host.connection(&self.company)?;
        Ok(connection.acting_as(&self.actor))
    }
}

impl FromRequestParts<Arc<Site>> for Traveller {
    type Rejection = Response;

    /// Whoever may not go is sent to sign in, a guest to the end of their link.
    async fn from_request_parts(parts: &mut Parts, site: &Arc<Site>) -> Result<Self, Response> {
        let Ok::<_, Infallible>(visit) = Visit::from_request_parts(parts, site).await;
        let elsewhere = match visit.departed {
            true => Place::Approval,
            false => Place::SignIn,
        };
        let elsewhere = || Redirect::to(&elsewhere.path(site.host.plugin_id()));
        Traveller::of(&visit).ok_or_else(|| elsewhere().into_response())
    }
}
