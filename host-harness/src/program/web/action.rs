//! What can be done with a connection: save the settings, go to the provider,
//! switch on and off, and hand in a kept return once more.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use host_harness::CallError;
use host_harness::contract::{Action, Error, Report, Setting};
use secrecy::ExposeSecret as _;
use url::{Host, Url};

use super::binding::is_cookie_value;
use super::callback;
use super::csrf::Posted;
use super::form::Form;
use super::frame::Frame;
use super::headers::tell_nobody;
use super::integration::{self, Rejected};
use super::notice::Notice;
use super::page::page;
use super::place::Place;
use super::problem::Problem;
use super::sign_in::to;
use super::site::Site;
use super::traveller::Traveller;
use super::visit::SignedIn;

/// The field of a form that holds the settings.
const WITH_SETTINGS: &str = "with-settings";

/// Saves the settings. Goes on to the provider only when nobody has granted
/// access yet, or when what was granted does not cover the settings.
pub async fn save(State(site): State<Arc<Site>>, posted: Posted) -> Result<Response, Problem> {
    let person = posted.signed_in()?;
    if let Some(rejected) = configure(&site, &person, &posted).await? {
        return integration::draw(&site, &person, rejected).await;
    }
    let connection = person.connection(&site)?;
    let after = connection.status(person.visit.locale.tag()).await?;
    if is_short_of_access(&after) {
        return leave(&site, &person.traveller()?).await;
    }
    Ok(back(&site, &person, Notice::Saved))
}

/// Configures with the settings of a form, unless they are stored already;
/// returns what was rejected of them.
async fn configure(
    site: &Site,
    person: &SignedIn,
    posted: &Posted,
) -> Result<Option<Rejected>, Problem> {
    let locale = person.visit.locale.tag();
    let connection = person.connection(site)?;
    let descriptor = site.host.describe(locale).await?;
    let before = connection.status(locale).await?;
    let locked = before.grant.is_some();
    let settings = Form::read(&descriptor, &before.settings, locked, |name| {
        posted.field(name)
    });
    if is_same(&settings, &before.settings) {
        return Ok(None);
    }
    match connection.configure(settings.clone(), locale).await {
        Ok(()) => Ok(None),
        Err(CallError::Refused(Error::InvalidSettings(problems))) => {
            Ok(Some(Rejected { settings, problems }))
        }
        Err(error) => Err(error.into()),
    }
}

/// The order is nobody's concern. A secret is never reported, so that a new one
/// always differs.
fn is_same(sent: &[Setting], stored: &[Setting]) -> bool {
    sent.len() == stored.len() && sent.iter().all(|setting| stored.contains(setting))
}

/// Whether somebody has to go to the provider for the settings to work, and can.
fn is_short_of_access(report: &Report) -> bool {
    let can = |action| report.actions.contains(&action);
    match &report.grant {
        None => can(Action::Authorize),
        Some(_) => {
            let mut findings = report.findings.iter();
            // Nobody is sent there in vain.
            let helps = findings.any(|it| it.area.is_some() && it.reauthorize_helps);
            can(Action::Reauthorize) && helps
        }
    }
}

/// Begins a journey to the provider, with the settings as they stand in the form:
/// what somebody has just chosen must not be lost on the way.
pub async fn authorize(State(site): State<Arc<Site>>, posted: Posted) -> Result<Response, Problem> {
    let person = posted.signed_in()?;
    if posted.field(WITH_SETTINGS).is_some()
        && let Some(rejected) = configure(&site, &person, &posted).await?
    {
        return integration::draw(&site, &person, rejected).await;
    }
    leave(&site, &person.traveller()?).await
}

/// Switches on.
pub async fn enable(State(site): State<Arc<Site>>, posted: Posted) -> Result<Response, Problem> {
    let person = posted.signed_in()?;
    let connection = person.connection(&site)?;
    connection.set_enabled(true).await?;
    if let Err(error) = connection.check_access().await {
        tracing::warn!(%error, "access was not checked");
    }
    Ok(back(&site, &person, Notice::Enabled))
}

/// Switches off.
pub async fn disable(State(site): State<Arc<Site>>, posted: Posted) -> Result<Response, Problem> {
    let person = posted.signed_in()?;
    person.connection(&site)?.set_enabled(false).await?;
    Ok(back(&site, &person, Notice::Disabled))
}

/// Hands in the return that was kept because nothing could be saved.
pub async fn resume(State(site): State<Arc<Site>>, posted: Posted) -> Result<Response, Problem> {
    let person = posted.signed_in()?;
    callback::resume(&site, &person.traveller()?).await
}

/// Asks the provider what the grant may do.
pub async fn check_access(
    State(site): State<Arc<Site>>,
    posted: Posted,
) -> Result<Response, Problem> {
    let person = posted.signed_in()?;
    person.connection(&site)?.check_access().await?;
    Ok(back(&site, &person, Notice::Checked))
}

#[derive(Template)]
#[template(path = "leave.html")]
struct Leave<'a> {
    frame: &'a Frame<'a>,
    name: &'a str,
    address: &'a str,
}

/// The page that leads to the provider. It is no redirect: browsers hold a form's
/// redirects against `form-action`, whichever hosts the provider then leads over.
///
/// # Errors
///
/// [`Problem`] when there is no way to the provider; nobody is sent away then.
pub async fn leave(site: &Site, traveller: &Traveller) -> Result<Response, Problem> {
    let authorization = traveller.connection(site)?.begin_authorize().await?;
    let address = authorization.url.expose_secret();
    let binding = authorization.binding.expose_secret();
    if !is_web_address(address) || !is_cookie_value(binding) {
        return Err(Problem::NoWay);
    }
    let expires = Duration::from_secs(authorization.expires);
    let lines = site.sessions.with(traveller.session, |session| {
        session.notice = None;
        let state = authorization.state.expose_secret();
        let (own, forgotten) = session.attempts.begin(state, expires);
        let forgotten = forgotten.map(|binding| binding.take_away());
        [Some(own.give(binding)), forgotten]
    });
    let lines = lines.ok_or(Problem::SignedOut)?;
    let locale = traveller.visit.locale;
    let name = site.host.describe(locale.tag()).await?.name;
    let title = site
        .words
        .message(locale, "leave-title", &[("name", &name)]);
    let frame = Frame::new(site, &traveller.visit, traveller.home, title);
    let template = Leave {
        frame: &frame,
        name: &name,
        address,
    };
    let mut response = page(StatusCode::OK, &template)?;
    for line in lines.into_iter().flatten() {
        let line = HeaderValue::try_from(line).map_err(|_| Problem::NoWay)?;
        response.headers_mut().append(SET_COOKIE, line);
    }
    tell_nobody(response.headers_mut());
    Ok(response)
}

/// An address that a browser may be sent to: over TLS, or on this machine.
fn is_web_address(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else {
        return false;
    };
    let is_here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_here)
}

fn back(site: &Site, person: &SignedIn, notice: Notice) -> Response {
    site.sessions
        .with(person.session, |session| session.notice = Some(notice));
    to(site, Place::Integration)
}

#[cfg(test)]
mod tests {
    use host_harness::contract::{Condition, Finding, Grant, Severity};

    use super::super::tests::plugin;
    use super::*;

    #[test]
    fn given_an_address_when_it_is_no_web_address_then_nobody_is_sent_there() {
        for address in [
            "https://a.example/x?state=1",
            "http://127.0.0.2:1/",
            "http://[::1]/",
        ] {
            assert!(is_web_address(address), "{address}");
        }
        for address in [
            "javascript:alert(1)",
            "data:text/html,x",
            "http://a.example/",
            "/x",
            "",
        ] {
            assert!(!is_web_address(address), "{address}");
        }
    }

    #[test]
    fn given_settings_when_compared_then_their_order_does_not_count() {
        let settings = |pairs: &[(&str, &str)]| -> Vec<Setting> {
            let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
            pairs.iter().map(owned).collect()
        };
        let stored = settings(&[("a", "1"), ("b", "2")]);
        assert!(is_same(&settings(&[("b", "2"), ("a", "1")]), &stored));
        for other in [
            settings(&[]),
            settings(&[("a", "1")]),
            settings(&[("a", "1"), ("b", "3")]),
            settings(&[("a", "1"), ("b", "2"), ("secret", "new")]),
        ] {
            assert!(!is_same(&other, &stored));
        }
    }

    #[test]
    fn given_a_report_when_saved_then_only_missing_access_leads_to_the_provider() {
        let mut report = plugin::report();
        report.actions = vec![Action::Authorize, Action::Reauthorize];
        assert!(is_short_of_access(&report), "nobody has granted anything");
        report.grant = Some(Grant {
            account: String::new(),
            holder: String::new(),
            organization: None,
            scopes: vec![],
            granted: 0,
            renewed: 0,
            renew_by: None,
            condition: Condition::Good,
        });
        let finding = |area: Option<&str>, helps| Finding {
            code: "a".into(),
            severity: Severity::Error,
            area: area.map(Into::into),
            title: String::new(),
            detail: String::new(),
            remedies: vec![],
            reauthorize_helps: helps,
            provider_code: String::new(),
            provider_message: String::new(),
            since: 0,
        };
        report.findings = vec![finding(Some("a"), false), finding(None, true)];
        assert!(!is_short_of_access(&report), "nobody is sent in vain");
        report.findings.push(finding(Some("b"), true));
        assert!(is_short_of_access(&report));
        report.actions = vec![Action::Configure];
        assert!(!is_short_of_access(&report), "it is not on offer");
    }
}
