//! Inviting somebody else to approve: the administrator's side of a link.
//!
//! The link is shown once, on the page after it was made; what is stored opens
//! nothing. A new one replaces the one before, and it can be withdrawn; both wait
//! for a return that is being handed in, and tell where they were too late.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use host_harness::contract::{Action, Report};
use host_harness::storage::StorageError;
use host_harness::{HostError, Invitation, InvitationKey};
use secrecy::SecretString;

use super::csrf::Posted;
use super::guest::GuestName;
use super::journal::{self, Deed};
use super::locale::Locale;
use super::notice::Notice;
use super::place::Place;
use super::problem::Problem;
use super::sign_in::to;
use super::site::Site;
use super::visit::SignedIn;

/// Seconds for which a link opens something.
pub const LIFETIME: u64 = 7 * 24 * 3600;

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has opened it yet.
    Waiting,
    /// It was opened, and access not granted yet.
    Opened,
    /// Access was granted through it.
    Used,
    /// It is too old.
    Expired,
}

impl Standing {
    /// Of an invitation.
    pub fn of(invitation: &Invitation, now: u64) -> Self {
        match invitation {
            Invitation { used: Some(_), .. } => Self::Used,
            Invitation { expires, .. } if *expires <= now => Self::Expired,
            Invitation {
                opened: Some(_), ..
            } => Self::Opened,
            _ => Self::Waiting,
        }
    }

    /// Whether the link can still do something.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Waiting | Self::Opened)
    }
}

/// Whether there is anything that somebody could be invited to.
pub fn is_offered(report: &Report) -> bool {
    let actions = &report.actions;
    actions.contains(&Action::Authorize) || actions.contains(&Action::Reauthorize)
}

/// The invitation of a person's company, whatever has become of it.
///
/// # Errors
///
/// [`HostError::Storage`].
pub async fn current(site: &Site, person: &SignedIn) -> Result<Option<Invitation>, HostError> {
    let (company, plugin) = (person.person.company, site.host.plugin_id());
    Ok(site.invitations.of(company, plugin).await?)
}

/// Makes a link for whom the form names.
pub async fn invite(State(site): State<Arc<Site>>, posted: Posted) -> Result<Response, Problem> {
    let person = posted.signed_in()?;
    let home = to(&site, Place::Integration);
    let Some(name) = posted.field("guest").and_then(GuestName::parse) else {
        site.sessions.with(person.session, |session| {
            session.notice = Some(Notice::Nameless);
        });
        return Ok(home);
    };
    let connection = person.connection(&site)?;
    let before = standing(&site, &person).await?;
    let _turn = site.exchanges.turn(person.person.company).await;
    let now = standing(&site, &person).await?;
    if now == Some(Standing::Used) && before != now {
        return Ok(too_late(&site, &person));
    }
    let report = connection.status(person.visit.locale.tag()).await?;
    if !is_offered(&report) {
        return Ok(home);
    }
    let secret = site.sessions.secret()?;
    let now = site.now();
    let invitation = Invitation {
        key: InvitationKey::of(&secret),
        company: person.person.company.to_owned(),
        plugin: site.host.plugin_id().to_owned(),
        guest: name.as_str().to_owned(),
        inviter: person.person.name.to_owned(),
        created: now,
        expires: now.saturating_add(LIFETIME),
        opened: None,
        used: None,
    };
    let put = site.invitations.put(invitation).await;
    put.map_err(HostError::from)?;
    let link = format!(
        "{}{}/{secret}",
        site.address.origin,
        Place::Approval.path(site.host.plugin_id())
    );
    site.sessions.with(person.session, |session| {
        session.notice = Some(Notice::Invited);
        session.link = Some(SecretString::from(link));
    });
    let deed = Deed {
        company: person.person.company,
        actor: person.person.name,
        event: "invitation.created",
        message: "journal-invited",
        values: &[("name", name.as_str())],
    };
    journal::note(&site, journal::language(&report), deed).await;
    Ok(home)
}

/// Withdraws the link; a guest who has opened it can do nothing more. Where the
/// guest's return is being handed in, its end is awaited: it may be too late.
pub async fn withdraw(State(site): State<Arc<Site>>, posted: Posted) -> Result<Response, Problem> {
    let person = posted.signed_in()?;
    let _turn = site.exchanges.turn(person.person.company).await;
    if standing(&site, &person).await? == Some(Standing::Used) {
        return Ok(too_late(&site, &person));
    }
    let (company, actor) = (person.person.company, person.person.name);
    let withdrawn = forget(&site, company, actor, person.visit.locale).await;
    withdrawn.map_err(HostError::from)?;
    site.sessions.with(person.session, |session| {
        session.notice = Some(Notice::Withdrawn);
        session.link = None;
    });
    Ok(to(&site, Place::Integration))
}

/// Where the company's link stands.
async fn standing(site: &Site, person: &SignedIn) -> Result<Option<Standing>, HostError> {
    let current = current(site, person).await?;
    Ok(current.map(|it| Standing::of(&it, site.now())))
}

/// Access has been granted through the link that somebody wanted gone.
fn too_late(site: &Site, person: &SignedIn) -> Response {
    site.sessions.with(person.session, |session| {
        session.notice = Some(Notice::UsedBefore);
        session.link = None;
    });
    to(site, Place::Integration)
}

/// Withdraws whatever link a company has, and tells its log who did. The locale
/// is for a company whose language is not known.
///
/// # Errors
///
/// [`StorageError`]; the link may still open something then.
pub async fn forget(
    site: &Site,
    company: &str,
    actor: &str,
    locale: Locale,
) -> Result<(), StorageError> {
    let plugin = site.host.plugin_id();
    let withdrawn = site.invitations.withdraw(company, plugin).await?;
    let Some(invitation) = withdrawn.filter(|it| Standing::of(it, site.now()).is_live()) else {
        return Ok(());
    };
    let language = journal::language_of(site, company, locale).await;
    let deed = Deed {
        company,
        actor,
        event: "invitation.withdrawn",
        message: "journal-withdrawn",
        values: &[("name", &invitation.guest)],
    };
    journal::note(site, language, deed).await;
    Ok(())
}
