//! Pauses of the whole deployment: what one company's request has learnt of the
//! client's own standing spares all others the same answer.
//!
//! Only requests with the client's credentials count, because their answers
//! concern the client: 429 (RFC 6585 section 4), and `invalid_client` (RFC 6749
//! section 5.2), which says that the secret is wrong. The first wrong answers in a
//! row hold nobody back: whoever runs the host may just be mending it, with people
//! at their browsers. A request that is held back is `limited`, with a time that
//! differs from caller to caller, so that they do not come back all at once.

use crate::random::{self, Random};
use bytes::Bytes;
use http::{StatusCode, header::RETRY_AFTER};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// The first pause where the server does not say; each further one is twice as
/// long.
const FIRST: Duration = Duration::from_secs(30);
/// So many `invalid_client` in a row pause nobody.
const BORNE: u32 = 2;
/// The longest pause, whoever asks for it.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// The pause of one client, if there is one.
#[derive(Debug, Default)]
pub(super) struct Pause(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    until: Option<Instant>,
    /// How often in a row it was refused.
    refusals: u32,
    /// How often in a row it paused.
    pauses: u32,
}

impl Pause {
    /// For how long nothing may be sent; none when it may.
    pub(super) fn remaining(&self, random: &dyn Random) -> Option<Duration> {
        let until = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .until?;
        let left = until.checked_duration_since(Instant::now())?;
        if left.is_zero() {
            return None;
        }
        // Up to half as long again, each a different time.
        let share = random::array::<2>(random).map_or(0, u16::from_le_bytes);
        Some(left + left * u32::from(share) / u32::from(u16::MAX) / 2)
    }

    /// Learns from an answer to a request with the client's credentials.
    pub(super) fn learn(&self, response: &http::Response<Bytes>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if is_client_refused(response) {
            state.refusals = state.refusals.saturating_add(1);
            if state.refusals <= BORNE {
                return;
            }
        } else if response.status() != StatusCode::TOO_MANY_REQUESTS {
            *state = State::default();
            return;
        }
        let doubled = FIRST * 2_u32.saturating_pow(state.pauses.min(8));
        let pause = asked_for(response).unwrap_or(doubled).min(LONGEST);
        state.pauses = state.pauses.saturating_add(1);
        state.until = Some(Instant::now() + pause);
    }
}

fn is_client_refused(response: &http::Response<Bytes>) -> bool {
    let told = [StatusCode::UNAUTHORIZED, StatusCode::BAD_REQUEST];
    let body = || serde_json::from_slice(response.body()).ok();
    let body = told.contains(&response.status()).then(body).flatten();
    body.is_some_and(|body: serde_json::Value| {
        body.get("error")
            .is_some_and(|error| error == "invalid_client")
    })
}

/// `Retry-After` in seconds (RFC 9110 section 10.2.3).
fn asked_for(response: &http::Response<Bytes>) -> Option<Duration> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    let seconds: u64 = text.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Counting;

    fn response(
        status: u16,
        retry_after: Option<&str>,
        body: &'static str,
    ) -> http::Response<Bytes> {
        let mut builder = http::Response::builder().status(status);
        if let Some(text) = retry_after {
            builder = builder.header(RETRY_AFTER, text);
        }
        builder.body(Bytes::from_static(body.as_bytes())).unwrap()
    }

    const INVALID_CLIENT: &str = r#"{"error":"invalid_client"}"#;

    #[tokio::test(start_paused = true)]
    async fn given_an_answer_about_the_client_when_learnt_then_all_pause_ever_longer() {
        for (status, body, borne) in [
            (429, "", 0),
            (401, INVALID_CLIENT, 2),
            (400, INVALID_CLIENT, 2),
        ] {
            let pause = Pause::default();
            for _ in 0..borne {
                pause.learn(&response(status, None, body));
                assert!(pause.remaining(&Counting::new()).is_none());
            }
            for seconds in [30, 60, 120, 240, 480, 900, 900] {
                pause.learn(&response(status, None, body));
                assert!(pause.remaining(&Counting::new()).is_some());
                tokio::time::advance(Duration::from_secs(seconds) - Duration::from_millis(1)).await;
                assert!(pause.remaining(&Counting::new()).is_some(), "{seconds}");
                tokio::time::advance(Duration::from_millis(1)).await;
                assert!(pause.remaining(&Counting::new()).is_none(), "{seconds}");
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn given_a_time_that_the_server_asks_for_when_learnt_then_it_is_kept_within_bounds() {
        for (text, seconds) in [("7", 7), ("0", 1), ("1000000", 900), ("soon", 30)] {
            let pause = Pause::default();
            pause.learn(&response(429, Some(text), ""));
            tokio::time::advance(Duration::from_secs(seconds) - Duration::from_millis(1)).await;
            assert!(pause.remaining(&Counting::new()).is_some(), "{text}");
            tokio::time::advance(Duration::from_millis(1)).await;
            assert!(pause.remaining(&Counting::new()).is_none(), "{text}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn given_any_other_answer_when_learnt_then_the_pause_is_over() {
        for (status, body) in [
            (200, ""),
            (400, r#"{"error":"invalid_grant"}"#),
            (401, r#"{"error":"error_missing_app_license"}"#),
            (401, "<html>"),
            (500, INVALID_CLIENT),
        ] {
            let pause = Pause::default();
            pause.learn(&response(401, None, INVALID_CLIENT));
            pause.learn(&response(401, None, INVALID_CLIENT));
            pause.learn(&response(429, None, ""));
            pause.learn(&response(status, None, body));
            assert!(
                pause.remaining(&Counting::new()).is_none(),
                "{status} {body}"
            );
            // And the next ones are first ones again.
            pause.learn(&response(401, None, INVALID_CLIENT));
            assert!(pause.remaining(&Counting::new()).is_none());
            pause.learn(&response(429, None, ""));
            tokio::time::advance(FIRST).await;
            assert!(
                pause.remaining(&Counting::new()).is_none(),
                "{status} {body}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn given_many_who_are_held_back_when_told_then_they_come_back_at_different_times() {
        let pause = Pause::default();
        pause.learn(&response(429, Some("100"), ""));
        let random = crate::SystemRandom;
        let times: Vec<_> = (0..200)
            .map(|_| pause.remaining(&random).unwrap().as_secs())
            .collect();
        assert!(times.iter().all(|time| (100..=150).contains(time)));
        let spread = times.iter().max().unwrap() - times.iter().min().unwrap();
        assert!(spread >= 40, "{spread}");
    }
}
