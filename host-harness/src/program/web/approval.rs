//! What a guest sees: the link, the one authorization, and its outcome.
//!
//! Guarantees: looking at a link consumes nothing, since mail programs and their
//! scanners look at links before people do; only the form on its page does, once.
//! What it begins is a session of a new id that can do this one authorization. The
//! session ends once access is granted and the guest has been told, and with the
//! invitation. A link that opens nothing does not tell why.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use host_harness::contract::{Descriptor, Explanation, Kind, Organization, Report, Stage};
use host_harness::{HostError, Invitation, InvitationKey};

use super::action;
use super::callback::{self, onwards};
use super::csrf::Posted;
use super::explain::{Cause, Explainer, spoken};
use super::frame::Frame;
use super::guest::Guest;
use super::journal::{self, Deed};
use super::locale::Locale;
use super::notice::Notice;
use super::page::page;
use super::people::Person;
use super::place::Place;
use super::problem::{self, Problem};
use super::session::Who;
use super::sign_in::{to, with_cookie};
use super::site::Site;
use super::traveller::Traveller;
use super::visit::{Visit, browser};

/// The code by which a plugin tells beforehand what authorizing asks of a person.
const AUTHORIZE: &str = "authorize";

#[derive(Template)]
#[template(path = "invited.html")]
struct Invited<'a> {
    frame: &'a Frame<'a>,
    name: &'a str,
    invitation: &'a Invitation,
    /// What it is about, in the plugin's words.
    areas: Vec<String>,
    /// What to expect at the provider.
    about: Option<Explanation>,
    /// The language of what the plugin says.
    spoken: &'a str,
    /// Who is signed in in this browser, and will not be afterwards.
    signed_in: Option<&'static Person>,
    /// Where the form is sent.
    path: &'a str,
}

#[derive(Template)]
#[template(path = "approval.html")]
struct Approval<'a> {
    frame: &'a Frame<'a>,
    name: &'a str,
    company: &'a str,
    outcome: Outcome,
    /// What to expect at the provider.
    about: Option<Explanation>,
    /// The language of what the plugin says.
    spoken: &'a str,
}

/// How far the guest has come.
enum Outcome {
    /// At the provider, or back without an answer.
    Open,
    /// The answer has come, and could not be stored yet.
    Kept,
    /// It did not succeed; why.
    Failed(Cause),
    /// Access is granted; to which of the provider's companies, and whether all that
    /// was asked for works.
    Granted(Option<Organization>, bool),
}

/// The page of a link. Whoever has no session yet gets one, for the form's token.
pub async fn look(
    State(site): State<Arc<Site>>,
    Path(secret): Path<String>,
    visit: Visit,
) -> Result<Response, Problem> {
    let key = InvitationKey::of(&secret);
    let current = visit.session.as_ref().map(|browser| &browser.who);
    if matches!(current, Some(Who::Guest(guest)) if guest.invitation == key) {
        return Ok(to(&site, Place::Approval));
    }
    let invitation = unopened(&site, key).await?.ok_or(Problem::LinkOver)?;
    let signed_in = visit.signed_in().map(|found| found.person);
    let (visit, begun) = match visit.session {
        Some(_) => (visit, None),
        None => {
            let (key, line) = site.sessions.begin(Who::Nobody)?;
            let session = browser(&site, key);
            (Visit { session, ..visit }, Some(line))
        }
    };
    let lang = visit.locale.tag();
    let descriptor = site.host.describe(lang).await?;
    let name = descriptor.name.clone();
    let connection = site.host.connection(&invitation.company)?;
    let areas = areas(&descriptor, &connection.status(lang).await?);
    let path = format!("{}/{secret}", Place::Approval.path(site.host.plugin_id()));
    let title = site
        .words
        .message(visit.locale, "approval-title", &[("name", &name)]);
    let frame = Frame::new(&site, &visit, Place::Approval, title).switched_at(&path);
    let explainer = Explainer {
        site: &site,
        frame: &frame,
        descriptor: &descriptor,
    };
    let template = Invited {
        about: explainer.explanation(AUTHORIZE).await,
        spoken: spoken(&descriptor, lang),
        frame: &frame,
        name: &name,
        invitation: &invitation,
        areas,
        signed_in,
        path: &path,
    };
    Ok(with_cookie(page(StatusCode::OK, &template)?, begun))
}

/// An invitation that can still be opened.
async fn unopened(site: &Site, key: InvitationKey) -> Result<Option<Invitation>, Problem> {
    let found = site.invitations.find(key, site.now()).await;
    let found = found.map_err(HostError::from)?;
    Ok(found.filter(|invitation| invitation.opened.is_none()))
}

/// What is switched on in the settings.
fn areas(descriptor: &Descriptor, report: &Report) -> Vec<String> {
    let is_on = |key: &str| {
        let mut settings = report.settings.iter();
        settings.any(|(found, value)| found == key && value == "true")
    };
    let toggles = descriptor
        .form
        .iter()
        .filter(|field| matches!(field.kind, Kind::Toggle) && is_on(&field.key));
    toggles.map(|field| field.label.clone()).collect()
}

/// Opens the link, in this browser, and goes on to the provider.
pub async fn open(
    State(site): State<Arc<Site>>,
    Path(secret): Path<String>,
    posted: Result<Posted, Problem>,
) -> Result<Response, Problem> {
    let path = || format!("{}/{secret}", Place::Approval.path(site.host.plugin_id()));
    let posted = match posted {
        // The link lay open for a while; nothing of it is used yet.
        Err(Problem::SignedOut) => return Ok(Redirect::to(&path()).into_response()),
        posted => posted?,
    };
    if let Some(tag) = posted.field("language") {
        let locale = Locale::from_tag(tag).ok_or(Problem::NotAForm)?;
        let response = Redirect::to(&path()).into_response();
        return Ok(with_cookie(response, Some(locale.keep())));
    }
    let opened = site
        .invitations
        .consume(InvitationKey::of(&secret), site.now());
    let opened = opened.await.map_err(HostError::from)?;
    let invitation = opened.ok_or(Problem::LinkOver)?;
    let Visit {
        locale, session, ..
    } = posted.visit;
    let language = journal::language_of(&site, &invitation.company, locale).await;
    let guest = guest(&site, &invitation, language);
    let deed = Deed {
        company: &guest.company,
        actor: &guest.actor,
        event: "invitation.opened",
        message: "journal-opened",
        values: &[("name", &invitation.guest)],
    };
    journal::note(&site, language, deed).await;
    let (key, line) = site.sessions.begin(Who::Guest(Arc::new(guest)))?;
    if let Some(before) = session {
        site.sessions.end(before.key);
    }
    let visit = Visit {
        locale,
        session: browser(&site, key),
        departed: false,
    };
    let traveller = Traveller::of(&visit).ok_or(Problem::Internal)?;
    let response = match action::leave(&site, &traveller).await {
        Ok(response) => response,
        // For the new session: the guest can start again.
        Err(problem) => problem::draw(&site, &visit, problem.into_response()).await,
    };
    Ok(with_cookie(response, Some(line)))
}

fn guest(site: &Site, invitation: &Invitation, language: Locale) -> Guest {
    let values = [("name", invitation.guest.as_str())];
    Guest {
        invitation: invitation.key,
        company: invitation.company.clone(),
        name: invitation.guest.clone(),
        actor: site.words.message(language, "journal-guest", &values),
    }
}

/// Where the guest's authorization stands.
pub async fn show(State(site): State<Arc<Site>>, visit: Visit) -> Result<Response, Problem> {
    let (traveller, guest) = guest_of(&visit)?;
    let told = site.sessions.with(traveller.session, |session| {
        let attempts = &session.attempts;
        let (exchanging, kept) = (attempts.exchanging().is_some(), attempts.kept().is_some());
        (session.notice.clone(), exchanging, kept)
    });
    let (notice, exchanging, kept) = told.unwrap_or_default();
    if exchanging {
        return Ok(onwards(&site, &traveller));
    }
    let descriptor = site.host.describe(visit.locale.tag()).await?;
    let granted = notice == Some(Notice::Granted);
    // Once told, nothing more can be done with it.
    let seen = match granted {
        true => Visit {
            session: None,
            ..visit.clone()
        },
        false => visit.clone(),
    };
    let title = match granted {
        true => "approval-granted",
        false => "approval-title",
    };
    let title = site
        .words
        .message(visit.locale, title, &[("name", &descriptor.name)]);
    let frame = Frame::new(&site, &seen, Place::Approval, title);
    let explainer = Explainer {
        site: &site,
        frame: &frame,
        descriptor: &descriptor,
    };
    let outcome = match notice {
        Some(Notice::Granted) => {
            let connection = traveller.connection(&site)?;
            let report = connection.status(visit.locale.tag()).await?;
            let works = report.stage != Stage::Attention;
            Outcome::Granted(report.grant.and_then(|grant| grant.organization), works)
        }
        Some(Notice::Refused(code)) => Outcome::Failed(explainer.code(&code).await),
        _ if kept => Outcome::Kept,
        _ => Outcome::Open,
    };
    let template = Approval {
        frame: &frame,
        name: &descriptor.name,
        company: &guest.company,
        outcome,
        about: explainer.explanation(AUTHORIZE).await,
        spoken: spoken(&descriptor, frame.lang()),
    };
    let response = page(StatusCode::OK, &template)?;
    if granted {
        site.sessions.end(traveller.session);
    }
    Ok(response)
}

/// Goes to the provider once more.
pub async fn start(State(site): State<Arc<Site>>, posted: Posted) -> Result<Response, Problem> {
    let (traveller, guest) = guest_of(&posted.visit)?;
    let invitation = site.invitations.find(guest.invitation, site.now()).await;
    let invitation = invitation.map_err(HostError::from)?;
    if invitation.is_none_or(|invitation| invitation.used.is_some()) {
        return Ok(to(&site, Place::Approval));
    }
    action::leave(&site, &traveller).await
}

/// Hands in the return that was kept because nothing could be saved.
pub async fn resume(State(site): State<Arc<Site>>, posted: Posted) -> Result<Response, Problem> {
    let (traveller, _) = guest_of(&posted.visit)?;
    callback::resume(&site, &traveller).await
}

/// The guest of a visit; to everybody else there is nothing here.
fn guest_of(visit: &Visit) -> Result<(Traveller, Arc<Guest>), Problem> {
    let browser = visit.session.as_ref();
    let Some(Who::Guest(guest)) = browser.map(|browser| &browser.who) else {
        return Err(Problem::LinkOver);
    };
    let traveller = Traveller::of(visit).ok_or(Problem::LinkOver)?;
    Ok((traveller, guest.clone()))
}
