//! The way back from the provider (RFC 6749 section 4.1.2).
//!
//! Guarantees: a `HEAD`, a prefetch or a prerender never touches the attempt. A
//! callback is accepted only in the session that began it, which is one signed-in
//! person's or one guest's; anything else leaves the attempt as it is, is counted, and is told
//! apart from nothing. The exchange runs to its end whatever the browser does, and
//! whatever comes of a callback, the browser is sent to an address without code and
//! state. A callback that failed for no fault of its own is kept in the session for
//! another try.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::header::{CACHE_CONTROL, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use host_harness::contract::Error;
use host_harness::{CallError, Connection};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::watch;
use url::form_urlencoded;

use super::attempt::{Kept, Phase, State};
use super::exchange;
use super::headers::tell_nobody;
use super::invitation;
use super::notice::Notice;
use super::place::Place;
use super::problem::Problem;
use super::session::Key;
use super::sign_in::to;
use super::site::Site;
use super::throttle::Source;
use super::traveller::Traveller;
use super::visit::Visit;

/// One request at the callback's path.
pub struct Return<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its address, with the query that is never shown.
    pub uri: &'a Uri,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Whence it came.
    pub client: IpAddr,
}

/// Takes the browser back, and sends it on to a clean address.
pub async fn take(site: &Arc<Site>, visit: &Visit, back: Return<'_>) -> Response {
    let mut response = match *back.method {
        Method::GET if !is_navigation(back.headers) => not_now(),
        Method::GET => accept(site, visit, back)
            .await
            .unwrap_or_else(|problem| turn_away(site, &problem)),
        Method::HEAD => StatusCode::NO_CONTENT.into_response(),
        _ => Problem::Method("GET, HEAD").into_response(),
    };
    tell_nobody(response.headers_mut());
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Whether a person's browser comes back: the page itself is asked for, and now.
/// Browsers that say nothing of it are believed (Fetch Metadata, W3C).
fn is_navigation(headers: &HeaderMap) -> bool {
    let says = |name, expected| headers.get(name).is_none_or(|value| value == expected);
    says("sec-fetch-mode", "navigate")
        && says("sec-fetch-dest", "document")
        && !is_speculative(headers)
}

/// Whether a browser only looks ahead (`Sec-Purpose`, Fetch standard; `Purpose`
/// and `X-Moz` before it).
fn is_speculative(headers: &HeaderMap) -> bool {
    let names = ["sec-purpose", "purpose", "x-purpose", "x-moz"];
    let values = names.iter().flat_map(|name| headers.get_all(*name));
    let mut values = values.map(|value| value.as_bytes().to_ascii_lowercase());
    values.any(|value| {
        let ahead = ["prefetch", "prerender", "preview"];
        ahead.iter().any(|word| {
            value
                .windows(word.len())
                .any(|part| part == word.as_bytes())
        })
    })
}

/// No success, so that no browser shows it when the person comes for real.
fn not_now() -> Response {
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

async fn accept(site: &Arc<Site>, visit: &Visit, back: Return<'_>) -> Result<Response, Problem> {
    let query = back.uri.query().unwrap_or_default();
    if visit.departed {
        return Ok(to(site, Place::Approval));
    }
    let Some((traveller, state)) = own(site, visit, query, back.headers) else {
        return Err(foreign(site, visit, back.client));
    };
    // Without its state a return is anybody's link; with it, it is genuine.
    let counted = Source::Session(traveller.session);
    if !has(query, "state")
        && let Some(wait) = site.throttle.wait(&[counted])
    {
        return Err(Problem::TooMany(wait));
    }
    let brought = site.sessions.with(traveller.session, |session| {
        let attempt = session.attempts.get_mut(state)?;
        attempt
            .binding
            .brought(back.headers)
            .map(SecretString::from)
    });
    let callback = Kept {
        query: query.into(),
        binding: brought.flatten().unwrap_or_default(),
    };
    redeem(site, &traveller, state, callback).await
}

/// The page behind the fixed address says why; nothing of the callback is in it.
fn turn_away(site: &Site, problem: &Problem) -> Response {
    tracing::warn!(?problem, "a callback was turned away");
    Redirect::to(&Place::TurnedAway.path(site.host.plugin_id())).into_response()
}

/// The journey of this session that a callback belongs to.
fn own(site: &Site, visit: &Visit, query: &str, headers: &HeaderMap) -> Option<(Traveller, State)> {
    let traveller = Traveller::of(visit)?;
    let state = site.sessions.with(traveller.session, |session| {
        session.attempts.of_callback(query, headers)
    })?;
    Some((traveller, state?))
}

/// Somebody else's, an old one, or made up: the attempt is left alone.
fn foreign(site: &Site, visit: &Visit, client: IpAddr) -> Problem {
    let session = visit.session.as_ref();
    let session = session.map(|browser| Source::Session(browser.key));
    let sources: Vec<_> = session
        .into_iter()
        .chain([Source::address(client)])
        .collect();
    if let Some(wait) = site.throttle.wait(&sources) {
        return Problem::TooMany(wait);
    }
    site.throttle.failed(&sources);
    Problem::NotYours
}

/// Hands in a callback once, and waits for it a little while.
///
/// # Errors
///
/// [`Problem`] when the company cannot have a connection.
pub async fn redeem(
    site: &Arc<Site>,
    traveller: &Traveller,
    state: State,
    callback: Kept,
) -> Result<Response, Problem> {
    let connection = traveller.connection(site)?;
    let (under, end) = watch::channel(());
    let begun = site.sessions.with(traveller.session, |session| {
        let attempt = session.attempts.get_mut(state)?;
        let open = matches!(attempt.phase, Phase::Open(_));
        if open {
            attempt.phase = Phase::Exchanging(end.clone());
        }
        Some(open)
    });
    match begun.flatten() {
        Some(true) => {}
        // A reload: it is under way, or over.
        Some(false) => return Ok(onwards(site, traveller)),
        None => return Err(Problem::SignedOut),
    }
    let task = {
        let (site, traveller) = (site.clone(), traveller.clone());
        async move {
            let turn = site.exchanges.turn(&traveller.company).await;
            let end = exchange(&site, &traveller, &connection, &callback).await;
            drop(turn);
            if end == End::Granted
                && let Err(error) = connection.check_access().await
            {
                tracing::warn!(%error, "access was not checked");
            }
            conclude(&site, traveller.session, state, callback, end);
            drop(under);
        }
    };
    site.exchanges.run(task);
    // Whether it has ended by now or not: both have a page.
    let _ = tokio::time::timeout(site.patience.callback, exchange::ended(end)).await;
    Ok(onwards(site, traveller))
}

/// Hands in a callback. Nobody takes back meanwhile what allows it: see
/// [`Exchanges::turn`](super::exchange::Exchanges::turn).
async fn exchange(
    site: &Site,
    traveller: &Traveller,
    connection: &Connection,
    callback: &Kept,
) -> End {
    if !traveller.is_welcome(site).await {
        return End::Again;
    }
    let (query, binding) = (&callback.query, &callback.binding);
    let result = connection.handle_callback(query.expose_secret(), binding.expose_secret());
    match End::of(result.await) {
        End::Failed(code) => {
            let query = query.expose_secret();
            match is_conclusive(query) && is_over(connection, &code).await {
                true => End::Failed(code),
                false => End::Refused(code),
            }
        }
        End::Granted => {
            settle(site, traveller).await;
            End::Granted
        }
        end => end,
    }
}

/// Hands in the return that was kept because nothing could be saved.
///
/// # Errors
///
/// As [`redeem`].
pub async fn resume(site: &Arc<Site>, traveller: &Traveller) -> Result<Response, Problem> {
    let kept = site
        .sessions
        .with(traveller.session, |session| session.attempts.kept());
    match kept.flatten() {
        Some((state, callback)) => redeem(site, traveller, state, callback).await,
        None => Ok(to(site, traveller.home)),
    }
}

/// Where the browser goes: to wait, or to see how it ended.
pub fn onwards(site: &Site, traveller: &Traveller) -> Response {
    let seen = site.sessions.with(traveller.session, |session| {
        (
            session.attempts.exchanging().is_some(),
            session.attempts.spent(),
        )
    });
    let (waiting, spent) = seen.unwrap_or_default();
    let place = if waiting {
        Place::Waiting
    } else {
        traveller.home
    };
    let mut response = Redirect::to(&place.path(site.host.plugin_id())).into_response();
    for line in spent {
        if let Ok(line) = HeaderValue::try_from(line) {
            response.headers_mut().append(SET_COOKIE, line);
        }
    }
    response
}

/// How an exchange ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// Access was granted.
    Granted,
    /// The attempt is over.
    Failed(String),
    /// The callback did not count; a genuine one still may come.
    Refused(String),
    /// The same callback can still succeed.
    Again,
}

impl End {
    fn of(result: Result<(), CallError>) -> Self {
        let refusal = match result {
            Ok(()) => return End::Granted,
            Err(CallError::Refused(refusal)) => refusal,
            Err(error) => {
                tracing::error!(%error, "a callback was not handled");
                return End::Again;
            }
        };
        match refusal {
            Error::Storage(_) | Error::Unavailable(_) => End::Again,
            Error::CallbackRejected(code)
            | Error::Misconfigured(code)
            | Error::AuthorizationRequired(code)
            | Error::Rejected(code)
            | Error::Other(code) => End::Failed(code),
            Error::Forbidden(finding) => End::Failed(finding.code),
            Error::Provider(error) => End::Failed(error.code),
            Error::InvalidSettings(_) => End::Failed(String::new()),
        }
    }
}

/// Whether a callback can decide a journey: it has the state, and a code or an
/// error (RFC 6749 sections 4.1.2 and 4.1.2.1). After any other the provider may
/// still send the browser back properly; it could be a link of anybody's.
fn is_conclusive(query: &str) -> bool {
    has(query, "state") && (has(query, "code") || has(query, "error"))
}

fn has(query: &str, name: &str) -> bool {
    form_urlencoded::parse(query.as_bytes())
        .any(|(found, value)| found == name && !value.is_empty())
}

/// Whether the callback that was refused for this cause ended the journey, by the
/// plugin's own report.
async fn is_over(connection: &Connection, code: &str) -> bool {
    let report = connection.status("en").await;
    report.is_ok_and(|report| {
        let attempt = report.attempt;
        attempt.is_none_or(|attempt| attempt.failure.as_deref() == Some(code))
    })
}

/// What follows once access is granted: a guest's link is used up, and one that
/// somebody else was given has nothing left to open.
async fn settle(site: &Site, traveller: &Traveller) {
    let settled = match traveller.invitation {
        Some(invitation) => site.invitations.set_used(invitation, site.now()).await,
        None => {
            let Traveller { company, actor, .. } = traveller;
            let locale = traveller.visit.locale;
            invitation::forget(site, company, actor, locale).await
        }
    };
    if let Err(error) = settled {
        tracing::error!(%error, "an invitation was not ended");
    }
}

/// Writes the end of an exchange into the session that began it.
fn conclude(site: &Site, session: Key, state: State, callback: Kept, end: End) {
    if matches!(end, End::Failed(_) | End::Refused(_)) {
        site.throttle.failed(&[Source::Session(session)]);
    }
    site.sessions.with(session, |session| {
        let (phase, notice) = match end {
            End::Granted => (Phase::Over, Some(Notice::Granted)),
            End::Failed(code) => (Phase::Over, Some(Notice::Refused(code))),
            End::Refused(code) => (Phase::Open(None), Some(Notice::Refused(code))),
            End::Again => (Phase::Open(Some(callback)), None),
        };
        if let Some(attempt) = session.attempts.get_mut(state) {
            attempt.phase = phase;
        }
        session.notice = notice;
    });
}

#[cfg(test)]
mod tests {
    use host_harness::Crash;
    use host_harness::contract::Retry;

    use super::*;

    #[test]
    fn given_a_browser_that_looks_ahead_when_asked_then_it_is_known() {
        let says = |name: &'static str, value: &str| {
            is_speculative(&HeaderMap::from_iter([(
                axum::http::HeaderName::from_static(name),
                value.parse().unwrap(),
            )]))
        };
        assert!(says("sec-purpose", "prefetch"));
        assert!(says("sec-purpose", "prefetch;prerender"));
        assert!(says("sec-purpose", "prefetch;anonymous-client-ip"));
        assert!(says("purpose", "Prefetch"));
        assert!(says("x-moz", "prefetch"));
        assert!(says("x-purpose", "preview"));
        assert!(!says("sec-fetch-mode", "navigate"));
        assert!(!is_speculative(&HeaderMap::new()));
    }

    #[test]
    fn given_a_request_when_it_is_not_for_the_page_itself_then_it_is_no_navigation() {
        let says = |pairs: &[(&'static str, &str)]| {
            let headers = pairs.iter().map(|(name, value)| {
                let name = axum::http::HeaderName::from_static(name);
                (name, value.parse().unwrap())
            });
            is_navigation(&headers.collect())
        };
        assert!(says(&[]));
        let page = [
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        assert!(says(&page));
        for dest in ["iframe", "image", "empty", ""] {
            assert!(!says(&[page[0], ("sec-fetch-dest", dest)]), "{dest}");
        }
        for mode in ["cors", "no-cors", "same-origin"] {
            assert!(!says(&[("sec-fetch-mode", mode), page[1]]), "{mode}");
        }
    }

    #[test]
    fn given_a_callback_when_state_or_answer_is_missing_then_it_decides_nothing() {
        for query in ["code=c&state=s", "state=s&error=e"] {
            assert!(is_conclusive(query), "{query}");
        }
        for query in ["", "state=s", "code=c", "error=e&state=", "code=&state=s"] {
            assert!(!is_conclusive(query), "{query}");
        }
    }

    #[test]
    fn given_an_outcome_when_judged_then_only_what_is_over_ends_the_attempt() {
        let refused = |error| End::of(Err(CallError::Refused(error)));
        let rejected = |code: &str| refused(Error::CallbackRejected(code.into()));
        assert_eq!(End::of(Ok(())), End::Granted);
        assert_eq!(rejected("any"), End::Failed("any".into()));
        assert_eq!(refused(Error::Storage("s".into())), End::Again);
        let retry = Retry {
            reason: "r".into(),
            after: 1,
        };
        assert_eq!(refused(Error::Unavailable(retry)), End::Again);
        assert_eq!(End::of(Err(Crash::Trap.into())), End::Again);
        assert_eq!(
            refused(Error::Misconfigured("m".into())),
            End::Failed("m".into())
        );
    }
}
