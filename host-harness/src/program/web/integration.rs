//! The integration's page: where the connection stands, what can be done, and the
//! settings. Everything on it but the frame's words comes from the plugin; only
//! what its report offers is offered.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use host_harness::Invitation;
use host_harness::contract::{
    Action, Condition, Descriptor, Grant, Kind, Problem as Fault, Report, Setting, Stage,
};
use secrecy::{ExposeSecret, SecretString};

use super::access::{Reach, reach};
use super::badge::Badge;
use super::company_log::{self, Line};
use super::explain::{Cause, Explainer, spoken};
use super::findings::{Told, failure, findings};
use super::form::{Control, Form};
use super::frame::Frame;
use super::icon::Icon;
use super::invitation::{self, Standing};
use super::locale::Locale;
use super::notice::Notice;
use super::page::page;
use super::place::Place;
use super::problem::Problem;
use super::site::Site;
use super::visit::SignedIn;

/// Entries of the company log beside the connection.
const NEWEST: u32 = 6;

/// What was just tried with the settings, and did not fit.
#[derive(Default)]
pub struct Rejected {
    /// As they were sent.
    pub settings: Vec<Setting>,
    /// What is wrong with them.
    pub problems: Vec<Fault>,
}

/// The invitation in words.
struct Asked {
    invitation: Invitation,
    standing: Standing,
}

#[derive(Template)]
#[template(path = "integration.html")]
struct Page<'a> {
    frame: &'a Frame<'a>,
    descriptor: &'a Descriptor,
    /// The language of what the plugin says.
    spoken: &'a str,
    /// Only an address that is one.
    homepage: Option<&'a str>,
    icon: Icon,
    badge: Badge,
    report: &'a Report,
    notice: Option<Notice>,
    /// A refusal that the report does not hold.
    refused: Option<Cause>,
    /// A return that is kept for another try.
    kept: bool,
    /// Why the latest journey failed.
    failure: Option<Cause>,
    told: Vec<Told>,
    reach: Vec<Reach>,
    form: Option<Form>,
    /// Who else was asked to approve.
    asked: Option<Asked>,
    /// A link that was just made.
    link: Option<SecretString>,
    /// The newest of the company log.
    lines: Vec<Line>,
}

impl Page<'_> {
    fn can(&self, action: Action) -> bool {
        self.report.actions.contains(&action)
    }

    fn is_first(&self, action: &Action) -> bool {
        self.report.actions.first() == Some(action)
    }

    fn grant(&self) -> Option<&Grant> {
        self.report.grant.as_ref()
    }

    /// When the return of an open journey is accepted at the latest.
    fn awaited(&self) -> Option<u64> {
        let attempt = self.report.attempt.as_ref()?;
        attempt.failure.is_none().then_some(attempt.expires)
    }

    /// There is access, and something about it that a person should see.
    fn is_partial(&self) -> bool {
        self.report.stage == Stage::Attention
    }

    /// The link to be shown, once.
    fn link(&self) -> Option<&str> {
        self.link.as_ref().map(ExposeSecret::expose_secret)
    }

    /// Whether a link is out.
    fn is_asked(&self) -> bool {
        let asked = self.asked.as_ref();
        asked.is_some_and(|asked| asked.standing.is_live())
    }

    /// Whether somebody can be sent to the provider from here.
    fn can_authorize(&self) -> bool {
        invitation::is_offered(self.report)
    }

    /// Whether that stands where the reason for it does.
    fn is_offered_above(&self) -> bool {
        self.can_authorize() && self.told.iter().any(|told| told.authorize)
    }

    /// Saving leads to the provider.
    fn leads_away(&self) -> bool {
        self.grant().is_none() && self.can(Action::Authorize)
    }

    /// The tone of the panel.
    fn tone(&self) -> &'static str {
        match self.report.stage {
            Stage::Failed => "bad",
            Stage::Attention => "warn",
            Stage::Authorized => "good",
            _ => "quiet",
        }
    }
}

/// The page.
pub async fn show(State(site): State<Arc<Site>>, person: SignedIn) -> Result<Response, Problem> {
    draw(&site, &person, Rejected::default()).await
}

/// The page, with what was rejected of the settings.
///
/// # Errors
///
/// [`Problem`] when the connection cannot be read.
pub async fn draw(site: &Site, person: &SignedIn, rejected: Rejected) -> Result<Response, Problem> {
    let locale = person.visit.locale.tag();
    let descriptor = site.host.describe(locale).await?;
    let report = person.connection(site)?.status(locale).await?;
    compose(site, person, &descriptor, &report, rejected).await
}

/// Draws whatever a plugin says.
///
/// # Errors
///
/// [`Problem::Internal`].
pub(super) async fn compose(
    site: &Site,
    person: &SignedIn,
    descriptor: &Descriptor,
    report: &Report,
    rejected: Rejected,
) -> Result<Response, Problem> {
    let told = site.sessions.with(person.session, |session| {
        let kept = session.attempts.kept().is_some();
        (session.notice.take(), kept, session.link.take())
    });
    let (notice, kept, link) = told.unwrap_or_default();

    let faulty = !rejected.problems.is_empty();
    let badge = Badge::of(report);
    let frame = frame(site, person, descriptor, &badge, faulty);
    let explainer = Explainer {
        site,
        frame: &frame,
        descriptor,
    };
    let failure = failure(&explainer, report).await;
    let refused = match &notice {
        Some(Notice::Refused(code)) if failure.as_ref().is_none_or(|known| known.code != *code) => {
            Some(explainer.code(code).await)
        }
        _ => None,
    };
    let told = findings(&explainer, descriptor, report, failure.as_ref()).await;
    let invitation = invitation::current(site, person).await?;
    let asked = invitation.map(|invitation| Asked {
        standing: Standing::of(&invitation, site.now()),
        invitation,
    });
    let template = Page {
        homepage: Some(descriptor.homepage.as_str()).filter(|url| url.starts_with("https://")),
        icon: Icon::of(descriptor),
        badge,
        notice,
        refused,
        kept,
        failure,
        told,
        reach: reach(report),
        asked,
        link,
        lines: company_log::newest(site, person, NEWEST).await,
        form: form(descriptor, report, &rejected, person.visit.locale),
        spoken: spoken(descriptor, frame.lang()),
        frame: &frame,
        descriptor,
        report,
    };
    let status = if faulty {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    page(status, &template)
}

fn frame<'a>(
    site: &'a Site,
    person: &'a SignedIn,
    descriptor: &Descriptor,
    badge: &Badge,
    faulty: bool,
) -> Frame<'a> {
    let words = |id, values: &[(&str, &str)]| site.words.message(person.visit.locale, id, values);
    let stage = words(badge.id, &[]);
    let values = [("name", descriptor.name.as_str()), ("stage", &stage)];
    let id = if faulty {
        "integration-title-error"
    } else {
        "integration-title"
    };
    Frame::new(site, &person.visit, Place::Integration, words(id, &values))
}

fn form(
    descriptor: &Descriptor,
    report: &Report,
    rejected: &Rejected,
    locale: Locale,
) -> Option<Form> {
    let offered = report.actions.contains(&Action::Configure);
    let settings = if !rejected.problems.is_empty() {
        rejected.settings.clone()
    } else if report.settings.is_empty() {
        preset(descriptor, locale)
    } else {
        report.settings.clone()
    };
    let locked = report.grant.is_some();
    offered.then(|| Form::draw(descriptor, &settings, locked, &rejected.problems))
}

/// Before anybody has chosen: the company's language, which means the same in
/// every plugin, is most likely the one that its administrator reads.
fn preset(descriptor: &Descriptor, locale: Locale) -> Vec<Setting> {
    let mut fields = descriptor.form.iter();
    let offered = fields.any(|field| match &field.kind {
        Kind::Choice(choices) if field.key == "language" => {
            choices.iter().any(|choice| choice.value == locale.tag())
        }
        _ => false,
    });
    let language = ("language".to_owned(), locale.tag().to_owned());
    offered.then_some(language).into_iter().collect()
}
