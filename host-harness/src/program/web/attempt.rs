//! The journeys to the provider that a session began.
//!
//! A callback is accepted only for what the same session began, and a session is
//! one signed-in person's: so nobody can finish another's journey, not even a
//! colleague's, and nobody can be made to finish a stranger's.

use std::time::Duration;

use axum::http::HeaderMap;
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use tokio::sync::watch;
use url::form_urlencoded;

use super::binding::Binding;

/// More than one person has open at a time; beyond, the oldest is forgotten.
const MOST: usize = 8;

/// One journey.
pub struct Attempt {
    state: State,
    /// How its browser is known.
    pub binding: Binding,
    /// Unix time; the callback is of no use later.
    expires: Duration,
    /// How far it has come.
    pub phase: Phase,
}

/// How far a journey has come.
#[derive(Clone)]
pub enum Phase {
    /// The callback may come. What has come already and could not be used yet,
    /// for no fault of its own, is kept for another try.
    Open(Option<Kept>),
    /// The exchange is under way; the sender is gone when it has ended.
    Exchanging(watch::Receiver<()>),
    /// The callback has been used.
    Over,
}

/// A callback kept for another try.
#[derive(Clone)]
pub struct Kept {
    /// The query.
    pub query: SecretString,
    /// The binding that came with it.
    pub binding: SecretString,
}

/// The hash of a `state`: the session keeps no secret of the provider's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State([u8; 32]);

impl State {
    /// Of the authorization request.
    pub fn of(state: &str) -> Self {
        Self(Sha256::digest(state.as_bytes()).into())
    }
}

/// The journeys of one session, the newest last.
#[derive(Default)]
pub struct Attempts(Vec<Attempt>);

impl Attempts {
    /// Notes that a journey began; returns how its browser will be known, and the
    /// binding of a journey that was forgotten for it.
    pub fn begin(&mut self, state: &str, expires: Duration) -> (Binding, Option<Binding>) {
        let state = State::of(state);
        let binding = Binding::of(&state.0);
        let forgotten = (self.0.len() >= MOST).then(|| self.0.remove(0).binding);
        self.0.push(Attempt {
            state,
            binding: binding.clone(),
            expires,
            phase: Phase::Open(None),
        });
        (binding, forgotten)
    }

    /// The journey that a callback belongs to: by the `state` in its query, or,
    /// when the provider sent none, the newest open one of which the browser
    /// holds the binding.
    pub fn of_callback(&self, query: &str, headers: &HeaderMap) -> Option<State> {
        let state = form_urlencoded::parse(query.as_bytes())
            .find(|(name, value)| name == "state" && !value.is_empty());
        let mut newest = self.0.iter().rev();
        let found = match state {
            Some((_, state)) => {
                let state = State::of(&state);
                newest.find(|attempt| attempt.state == state)
            }
            None => newest.find(|attempt| {
                matches!(attempt.phase, Phase::Open(_))
                    && attempt.binding.brought(headers).is_some()
            }),
        };
        found.map(|attempt| attempt.state)
    }

    /// A journey of this session.
    pub fn get_mut(&mut self, state: State) -> Option<&mut Attempt> {
        self.0.iter_mut().find(|attempt| attempt.state == state)
    }

    /// The newest exchange that is under way.
    pub fn exchanging(&self) -> Option<watch::Receiver<()>> {
        self.0
            .iter()
            .rev()
            .find_map(|attempt| match &attempt.phase {
                // One that broke off has ended, too.
                Phase::Exchanging(end) if end.has_changed().is_ok() => Some(end.clone()),
                _ => None,
            })
    }

    /// The newest journey whose callback was kept for another try.
    pub fn kept(&self) -> Option<(State, Kept)> {
        self.0
            .iter()
            .rev()
            .find_map(|attempt| match &attempt.phase {
                Phase::Open(Some(kept)) => Some((attempt.state, kept.clone())),
                _ => None,
            })
    }

    /// The lines that take away the bindings of journeys that are over.
    pub fn spent(&self) -> Vec<String> {
        let over = self
            .0
            .iter()
            .filter(|attempt| matches!(attempt.phase, Phase::Over));
        over.map(|attempt| attempt.binding.take_away()).collect()
    }

    /// Forgets what nobody can come back from any more.
    pub fn forget_expired(&mut self, now: Duration) {
        self.0.retain(|attempt| {
            now < attempt.expires || matches!(attempt.phase, Phase::Exchanging(_))
        });
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;

    use super::*;

    const LATER: Duration = Duration::from_secs(600);

    fn headers(attempts: &[&Binding]) -> HeaderMap {
        let pairs = attempts.iter().map(|binding| {
            let line = binding.give("b");
            (COOKIE, line.split(';').next().unwrap().parse().unwrap())
        });
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, value);
        }
        headers
    }

    #[test]
    fn given_two_journeys_when_one_comes_back_then_it_is_found_by_its_state() {
        let mut attempts = Attempts::default();
        attempts.begin("one", LATER);
        attempts.begin("two", LATER);
        let none = HeaderMap::new();
        let found = |query| attempts.of_callback(query, &none);
        assert_eq!(found("code=x&state=one"), Some(State::of("one")));
        assert_eq!(found("state=two"), Some(State::of("two")));
        assert_eq!(found("state=three&code=x"), None);
        assert_eq!(found("code=x"), None, "no binding, no state");
    }

    #[test]
    fn given_a_bare_callback_when_the_browser_holds_bindings_then_the_newest_open_is_meant() {
        let mut attempts = Attempts::default();
        let (one, _) = attempts.begin("one", LATER);
        let (two, _) = attempts.begin("two", LATER);
        let both = headers(&[&one, &two]);
        assert_eq!(attempts.of_callback("", &both), Some(State::of("two")));
        assert_eq!(
            attempts.of_callback("state=", &headers(&[&one])),
            Some(State::of("one"))
        );
        attempts.get_mut(State::of("two")).unwrap().phase = Phase::Over;
        assert_eq!(attempts.of_callback("", &both), Some(State::of("one")));
        assert_eq!(attempts.spent(), [two.take_away()]);
    }

    #[test]
    fn given_journeys_when_expired_or_too_many_then_they_are_forgotten() {
        let mut attempts = Attempts::default();
        let (oldest, _) = attempts.begin("0", LATER);
        for number in 1..MOST {
            assert_eq!(attempts.begin(&number.to_string(), LATER).1, None);
        }
        assert_eq!(attempts.begin("one too many", LATER).1, Some(oldest));
        let none = HeaderMap::new();
        assert_eq!(attempts.of_callback("state=0", &none), None);
        assert!(attempts.of_callback("state=1", &none).is_some());
        let (_sender, end) = watch::channel(());
        attempts.get_mut(State::of("2")).unwrap().phase = Phase::Exchanging(end);
        attempts.forget_expired(LATER);
        assert_eq!(attempts.of_callback("state=1", &none), None);
        assert!(
            attempts.exchanging().is_some(),
            "what runs is not forgotten"
        );
    }
}
