//! Who is signed in: sessions kept on the server, found by a cookie.
//!
//! Guarantees: an id is 256 random bits and kept as a hash only; signing in and
//! out gives a new one, so that an id from before is worth nothing (session
//! fixation); one that is not used for [`IDLE`] is gone; their number is limited,
//! and visitors who are not signed in never push out those who are.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use host_harness::contract::Receipt;
use host_harness::{Clock, Random, RandomError};
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};

use super::attempt::Attempts;
use super::cookie;
use super::csrf::Token;
use super::guest::Guest;
use super::notice::Notice;
use super::people::Person;

const COOKIE: &str = "__Host-session";
/// A session that is not used for so long is over.
pub const IDLE: Duration = Duration::from_secs(30 * 60);
/// So many sessions of each kind are kept; beyond, the one unused longest goes.
const MOST: usize = 10_000;

/// Names a session within the server: the hash of its id.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

impl Key {
    fn of(id: &str) -> Self {
        Self(Sha256::digest(id.as_bytes()).into())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// Whose session it is.
#[derive(Clone, Debug)]
pub enum Who {
    /// Nobody has signed in yet.
    Nobody,
    /// Somebody who is signed in.
    Person(&'static Person),
    /// Somebody who has opened a link, and can do one authorization.
    Guest(Arc<Guest>),
}

/// What the server remembers of one browser.
pub struct Session {
    /// Whose it is.
    pub who: Who,
    /// What every form of this session carries.
    pub token: Token,
    /// The journeys to the provider that this session began.
    pub attempts: Attempts,
    /// What the next page tells, once.
    pub notice: Option<Notice>,
    /// What the last removal left to do.
    pub receipt: Option<Receipt>,
    /// A link that was just made, until it has been shown.
    pub link: Option<SecretString>,
    seen: Duration,
}

/// All sessions.
pub struct Sessions {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    all: Mutex<HashMap<Key, Session>>,
}

impl Sessions {
    /// Nobody has come yet.
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self {
            clock,
            random,
            all: Mutex::default(),
        }
    }

    /// Begins a session; the line sets its cookie.
    ///
    /// # Errors
    ///
    /// [`RandomError`]; then nothing has begun.
    pub fn begin(&self, who: Who) -> Result<(Key, String), RandomError> {
        let id = self.secret()?;
        let session = Session {
            token: Token::new(self.secret()?),
            attempts: Attempts::default(),
            notice: None,
            receipt: None,
            link: None,
            seen: self.clock.now(),
            who,
        };
        let key = Key::of(&id);
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut all, is_known(&session), session.seen);
        all.insert(key, session);
        Ok((key, cookie::set(COOKIE, &id, None)))
    }

    /// 256 secure random bits, in 43 characters.
    ///
    /// # Errors
    ///
    /// [`RandomError`].
    pub fn secret(&self) -> Result<String, RandomError> {
        let mut bytes = [0; 32];
        self.random.fill(&mut bytes)?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The session of this browser.
    pub fn find(&self, headers: &HeaderMap) -> Option<Key> {
        let key = Key::of(cookie::read(headers, COOKIE)?);
        self.look(key, |_| key)
    }

    /// Looks at a session, which does not keep it alive; none once it is over.
    pub fn look<T>(&self, key: Key, see: impl FnOnce(&Session) -> T) -> Option<T> {
        self.alive(key, |session, _| see(session))
    }

    /// Uses a session, which keeps it alive; none once it is over. Times are the
    /// clock's.
    pub fn with<T>(&self, key: Key, change: impl FnOnce(&mut Session) -> T) -> Option<T> {
        self.alive(key, |session, now| {
            session.seen = now;
            session.attempts.forget_expired(now);
            change(session)
        })
    }

    fn alive<T>(&self, key: Key, act: impl FnOnce(&mut Session, Duration) -> T) -> Option<T> {
        let now = self.clock.now();
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let session = all.get_mut(&key)?;
        if is_over(session, now) {
            all.remove(&key);
            return None;
        }
        Some(act(session, now))
    }

    /// Ends a session, whatever it held.
    pub fn end(&self, key: Key) {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&key);
    }
}

fn is_over(session: &Session, now: Duration) -> bool {
    now.saturating_sub(session.seen) >= IDLE
}

fn is_known(session: &Session) -> bool {
    !matches!(session.who, Who::Nobody)
}

/// Room for one more of its kind.
fn make_room(all: &mut HashMap<Key, Session>, known: bool, now: Duration) {
    if all.len() < MOST {
        return;
    }
    all.retain(|_, session| !is_over(session, now));
    let of_kind = |session: &Session| is_known(session) == known;
    if all.values().filter(|session| of_kind(session)).count() >= MOST {
        let kind = all.iter().filter(|(_, session)| of_kind(session));
        let oldest = kind.min_by_key(|(_, session)| session.seen);
        if let Some(oldest) = oldest.map(|(key, _)| *key) {
            all.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE as COOKIE_HEADER;
    use host_harness::SystemRandom;

    use super::super::people::PEOPLE;
    use super::super::tests::time::Standing;
    use super::*;

    fn sessions() -> (Arc<Standing>, Sessions) {
        let clock = Arc::new(Standing::default());
        (clock.clone(), Sessions::new(clock, Arc::new(SystemRandom)))
    }

    fn browser(line: &str) -> HeaderMap {
        let pair = line.split(';').next().unwrap();
        HeaderMap::from_iter([(COOKIE_HEADER, pair.parse().unwrap())])
    }

    #[test]
    fn given_a_session_when_its_cookie_comes_then_it_is_found_and_no_other() {
        let (_, sessions) = sessions();
        let (key, line) = sessions.begin(Who::Person(&PEOPLE[0])).unwrap();
        let (other, _) = sessions.begin(Who::Person(&PEOPLE[0])).unwrap();
        assert_ne!(key, other);
        assert_eq!(sessions.find(&browser(&line)), Some(key));
        assert_eq!(sessions.find(&browser("__Host-session=guess")), None);
        assert_eq!(sessions.find(&HeaderMap::new()), None);
        let id = line.split(['=', ';']).nth(1).unwrap();
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(id).unwrap().len(), 32);
        assert!(!line.contains("Max-Age"), "{line}");
    }

    #[test]
    fn given_a_session_when_idle_too_long_then_it_is_over() {
        let (clock, sessions) = sessions();
        let (key, _) = sessions.begin(Who::Nobody).unwrap();
        clock.advance(IDLE - Duration::from_secs(1));
        assert!(sessions.with(key, |_| ()).is_some(), "and used again");
        clock.advance(IDLE - Duration::from_secs(1));
        assert!(sessions.with(key, |_| ()).is_some());
        clock.advance(IDLE - Duration::from_secs(1));
        assert!(sessions.look(key, |_| ()).is_some(), "and only looked at");
        clock.advance(Duration::from_secs(1));
        assert!(sessions.with(key, |_| ()).is_none());
    }

    #[test]
    fn given_a_session_when_ended_then_its_cookie_is_worth_nothing() {
        let (_, sessions) = sessions();
        let (key, line) = sessions.begin(Who::Nobody).unwrap();
        sessions.end(key);
        assert_eq!(sessions.find(&browser(&line)), None);
    }

    #[test]
    fn given_a_flood_of_visitors_when_full_then_those_signed_in_stay() {
        let (clock, sessions) = sessions();
        let (signed_in, _) = sessions.begin(Who::Person(&PEOPLE[0])).unwrap();
        let (first, _) = sessions.begin(Who::Nobody).unwrap();
        clock.advance(Duration::from_secs(1));
        for _ in 0..MOST {
            sessions.begin(Who::Nobody).unwrap();
        }
        assert!(sessions.with(signed_in, |_| ()).is_some());
        assert!(sessions.with(first, |_| ()).is_none());
        assert_eq!(sessions.all.lock().unwrap().len(), MOST + 1);
    }
}
