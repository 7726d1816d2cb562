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
    Action, Condition, Descriptor, Finding, Grant, Kind, Problem as Fault, Report, Setting,
    Severity, Stage, Verdict,
};
use secrecy::{ExposeSecret, SecretString};

use super::badge::Badge;
use super::company_log::{self, Line};
use super::explain::{Cause, Explainer, Provider, spoken};
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

/// A finding in words.
struct Told {
    /// The message of its severity.
    severity: &'static str,
    tone: &'static str,
    /// The area it concerns; may be empty.
    area: String,
    cause: Cause,
    since: u64,
    /// Whether authorizing again can clear it.
    authorize: bool,
}

/// Access to one area in words.
struct Reach {
    label: String,
    /// The message of the verdict.
    verdict: &'static str,
    tone: &'static str,
    provider: Provider,
    checked: Option<u64>,
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

/// Why the latest journey failed, in the words of the report where it has any.
async fn failure(explainer: &Explainer<'_>, report: &Report) -> Option<Cause> {
    let code = report.attempt.as_ref()?.failure.as_ref()?;
    let known = report.findings.iter().find(|finding| finding.code == *code);
    Some(match known {
        Some(finding) => explainer.finding(finding),
        None => explainer.code(code).await,
    })
}

/// What else a person should know.
async fn findings(
    explainer: &Explainer<'_>,
    descriptor: &Descriptor,
    report: &Report,
    failure: Option<&Cause>,
) -> Vec<Told> {
    let label = |key: &String| {
        let field = descriptor.form.iter().find(|field| field.key == *key);
        field.map_or_else(|| key.clone(), |field| field.label.clone())
    };
    let is_told = |code: &str| failure.is_some_and(|failure| failure.code == code);
    let findings = report
        .findings
        .iter()
        .filter(|finding| !is_told(&finding.code));
    let mut told: Vec<Told> = Vec::new();
    for finding in findings {
        let area = finding.area.as_ref().map(label).unwrap_or_default();
        let cause = explainer.finding(finding);
        // The same of several areas is told once.
        let same = told
            .iter_mut()
            .find(|told| !told.area.is_empty() && !area.is_empty() && told.cause == cause);
        match same {
            Some(told) => told.area = format!("{}, {area}", told.area),
            None => told.push(tell(finding, area, cause)),
        }
    }
    let condition = report.grant.as_ref().map(|grant| &grant.condition);
    if let Some(Condition::InDoubt(code) | Condition::Ended(code)) = condition
        && !told.iter().any(|told| told.cause.code == *code)
        && !is_told(code)
    {
        told.insert(
            0,
            Told {
                severity: "severity-error",
                tone: "bad",
                area: String::new(),
                cause: explainer.code(code).await,
                since: 0,
                authorize: matches!(condition, Some(Condition::Ended(_))),
            },
        );
    }
    told
}

fn tell(finding: &Finding, area: String, cause: Cause) -> Told {
    let (severity, tone) = match finding.severity {
        Severity::Info => ("severity-info", "quiet"),
        Severity::Warning => ("severity-warning", "warn"),
        Severity::Error => ("severity-error", "bad"),
    };
    Told {
        severity,
        tone,
        area,
        cause,
        since: finding.since,
        authorize: finding.reauthorize_helps,
    }
}

fn reach(report: &Report) -> Vec<Reach> {
    let areas = report.access.iter().map(|access| {
        let (verdict, tone) = match access.verdict {
            Verdict::Unchecked => ("verdict-unchecked", "quiet"),
            Verdict::Granted => ("verdict-granted", "good"),
            Verdict::MissingScope => ("verdict-missing-scope", "bad"),
            Verdict::MissingLicence => ("verdict-missing-licence", "bad"),
            Verdict::MissingRight => ("verdict-missing-right", "bad"),
            Verdict::Unknown => ("verdict-unknown", "bad"),
        };
        let label = if access.label.is_empty() {
            &access.area
        } else {
            &access.label
        };
        Reach {
            label: label.clone(),
            verdict,
            tone,
            provider: Provider {
                code: access.provider_code.clone(),
                message: access.provider_message.clone(),
            },
            checked: access.checked,
        }
    });
    areas.collect()
}
