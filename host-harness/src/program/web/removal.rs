//! Removing: first what it will do, then what is left to do by hand.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use host_harness::HostError;
use host_harness::contract::{Descriptor, Explanation};

use super::csrf::Posted;
use super::explain::{Explainer, Way, spoken};
use super::frame::Frame;
use super::invitation;
use super::page::page;
use super::place::Place;
use super::problem::Problem;
use super::sign_in::to;
use super::site::Site;
use super::visit::SignedIn;

#[derive(Template)]
#[template(path = "removal.html")]
struct Ask<'a> {
    frame: &'a Frame<'a>,
    name: &'a str,
    /// The language of what the plugin says.
    spoken: &'a str,
    /// What the plugin says it does.
    explanation: Option<Explanation>,
    ways: Vec<Way>,
}

#[derive(Template)]
#[template(path = "removed.html")]
struct Done<'a> {
    frame: &'a Frame<'a>,
    name: &'a str,
    revoked: bool,
    ways: Vec<Way>,
}

/// Asks. The cells are not read: a connection that cannot be read can be removed.
pub async fn ask(State(site): State<Arc<Site>>, person: SignedIn) -> Result<Response, Problem> {
    let (descriptor, frame) = named(&site, &person, Place::Removal, "removal-title").await?;
    let explainer = Explainer {
        site: &site,
        frame: &frame,
        descriptor: &descriptor,
    };
    let explanation = explainer.explanation("remove").await;
    let remedies = explanation
        .as_ref()
        .map(|found| explainer.ways(&found.remedies));
    let template = Ask {
        frame: &frame,
        name: &descriptor.name,
        spoken: spoken(&descriptor, frame.lang()),
        ways: remedies.unwrap_or_default(),
        explanation,
    };
    page(StatusCode::OK, &template)
}

/// Removes.
pub async fn remove(State(site): State<Arc<Site>>, posted: Posted) -> Result<Response, Problem> {
    let person = posted.signed_in()?;
    let connection = person.connection(&site)?;
    let (company, actor) = (person.person.company, person.person.name);
    let forgotten = invitation::forget(&site, company, actor, person.visit.locale).await;
    forgotten.map_err(HostError::from)?;
    let receipt = connection.remove(person.visit.locale.tag()).await?;
    site.sessions.with(person.session, |session| {
        session.receipt = Some(receipt);
        session.notice = None;
    });
    Ok(to(&site, Place::Removed))
}

/// The receipt of the last removal in this session.
pub async fn done(State(site): State<Arc<Site>>, person: SignedIn) -> Result<Response, Problem> {
    let receipt = site
        .sessions
        .with(person.session, |session| session.receipt.clone());
    let Some(receipt) = receipt.flatten() else {
        return Ok(to(&site, Place::Integrations));
    };
    let (descriptor, frame) = named(&site, &person, Place::Removed, "removed-title").await?;
    let explainer = Explainer {
        site: &site,
        frame: &frame,
        descriptor: &descriptor,
    };
    let template = Done {
        frame: &frame,
        name: &descriptor.name,
        revoked: receipt.revoked,
        ways: explainer.ways(&receipt.remaining),
    };
    page(StatusCode::OK, &template)
}

async fn named<'a>(
    site: &'a Site,
    person: &'a SignedIn,
    place: Place,
    title: &str,
) -> Result<(Descriptor, Frame<'a>), Problem> {
    let locale = person.visit.locale;
    let descriptor = site.host.describe(locale.tag()).await?;
    let title = site
        .words
        .message(locale, title, &[("name", &descriptor.name)]);
    Ok((descriptor, Frame::new(site, &person.visit, place, title)))
}
