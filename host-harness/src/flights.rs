//! One call for all who ask the same at the same time.
//!
//! Whoever asks first makes the call; whoever asks before it has ended shares
//! its result. Nothing outlives the call: the next one to ask asks anew.

use crate::{
    contract,
    error::{CallError, Crash},
    secret::Token,
};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// The company, and the hash of a refused value if there is one.
type Question = (String, Option<[u8; 32]>);

/// Calls for access tokens that are under way.
#[derive(Default)]
pub(crate) struct Flights(Mutex<HashMap<Question, Shared<BoxFuture<'static, Answer>>>>);

/// What several callers can be told.
#[derive(Clone)]
enum Answer {
    Token(Token),
    Refused(contract::Error),
    Crashed(Crash),
    /// The host failed: each finds out for itself why.
    AskAgain,
}

impl Flights {
    /// The result of `call`, or of one that asks the same and is under way.
    pub(crate) async fn share(
        &self,
        company: &str,
        refused: Option<&str>,
        call: impl Fn() -> BoxFuture<'static, Result<Token, CallError>>,
    ) -> Result<Token, CallError> {
        let hash = refused.map(|value| Sha256::digest(value.as_bytes()).into());
        let question = (company.to_owned(), hash);
        let flight = {
            let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            flights.retain(|_, flight| flight.peek().is_none());
            let flight = flights.entry(question).or_insert_with(|| {
                let call = call();
                async move { Answer::from(call.await) }.boxed().shared()
            });
            flight.clone()
        };
        match flight.await {
            Answer::Token(token) => Ok(token),
            Answer::Refused(error) => Err(CallError::Refused(error)),
            Answer::Crashed(crash) => Err(crash.into()),
            Answer::AskAgain => call().await,
        }
    }
}

impl From<Result<Token, CallError>> for Answer {
    fn from(result: Result<Token, CallError>) -> Self {
        match result {
            Ok(token) => Self::Token(token),
            Err(CallError::Refused(error)) => Self::Refused(error),
            Err(CallError::Crashed(crash)) => Self::Crashed(crash),
            Err(CallError::Host(_)) => Self::AskAgain,
        }
    }
}

#[cfg(test)]
#[expect(
    clippy::result_large_err,
    reason = "the error that callers get, as it is"
)]
mod tests {
    use super::*;
    use crate::error::HostError;
    use futures_util::future::join_all;
    use secrecy::ExposeSecret;
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use tokio::sync::Semaphore;

    type Outcome = fn(u32) -> Result<Token, CallError>;

    /// Sixteen who ask before the first call has ended; what they are told, and
    /// how many calls it took.
    async fn crowd(
        flights: &Flights,
        refused: Option<&str>,
        outcome: Outcome,
    ) -> (Vec<String>, u32) {
        let (calls, gate) = (AtomicU32::new(0), Semaphore::new(0));
        let (calls, gate) = (Arc::new(calls), Arc::new(gate));
        let call = || {
            let (calls, gate) = (calls.clone(), gate.clone());
            async move {
                let number = calls.fetch_add(1, Ordering::SeqCst) + 1;
                let _pass = gate.acquire().await;
                outcome(number)
            }
            .boxed()
        };
        let all = join_all((0..16).map(|_| flights.share("acme", refused, call)));
        let (told, ()) = tokio::join!(all, async { gate.add_permits(16) });
        let told = told.into_iter().map(|told| match told {
            Ok(token) => token.value.expose_secret().to_owned(),
            Err(error) => error.to_string(),
        });
        (told.collect(), calls.load(Ordering::SeqCst))
    }

    fn token(number: u32) -> Result<Token, CallError> {
        Ok(Token {
            value: number.to_string().into(),
            expires: 0,
            renew: 0,
        })
    }

    #[tokio::test]
    async fn given_many_who_ask_the_same_when_one_is_answered_then_all_are_and_the_next_asks_anew()
    {
        let flights = Flights::default();
        let (told, calls) = crowd(&flights, None, token).await;
        assert!(told.iter().all(|told| told == "1"));
        assert_eq!(calls, 1);
        let (told, calls) = crowd(&flights, None, |number| token(number + 1)).await;
        assert!(told.iter().all(|told| told == "2"));
        assert_eq!(calls, 1);
    }

    #[tokio::test]
    async fn given_a_refusal_or_a_crash_when_many_ask_then_all_hear_of_it_once() {
        let flights = Flights::default();
        let refused = |_| Err(CallError::Refused(contract::Error::Rejected("x".into())));
        assert_eq!(crowd(&flights, None, refused).await.1, 1);
        let crashed = |_| Err(Crash::Trap.into());
        let (told, calls) = crowd(&flights, Some("old"), crashed).await;
        assert!(told.iter().all(|told| told.contains("trapped")));
        assert_eq!(calls, 1);
    }

    #[tokio::test]
    async fn given_a_host_that_fails_when_many_ask_then_each_learns_why() {
        let failed = |_| Err(HostError::Company.into());
        let (told, calls) = crowd(&Flights::default(), None, failed).await;
        assert!(told.iter().all(|told| told == "the host failed"));
        assert_eq!(calls, 17);
    }

    #[tokio::test]
    async fn given_other_companies_or_refused_values_when_asking_then_nothing_is_shared() {
        let flights = Flights::default();
        let ask = async |company, refused, number| {
            let call = || async move { token(number) }.boxed();
            let token = flights.share(company, refused, call).await;
            token.unwrap().value.expose_secret().to_owned()
        };
        let (one, two, three) = tokio::join!(
            ask("acme", None, 1),
            ask("other", None, 2),
            ask("acme", Some("old"), 3)
        );
        assert_eq!((one, two, three), ("1".into(), "2".into(), "3".into()));
    }
}
