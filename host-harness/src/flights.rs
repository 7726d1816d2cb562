//! One call for all who ask the same at the same time.
//!
//! Whoever asks first makes the call; whoever asks before it has ended shares
//! its result. It goes on, and ends, also when all who asked have gone. Nothing
//! outlives the call: the next one to ask asks anew.

use crate::{
    contract,
    error::{CallError, Crash},
};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

/// Calls that are under way, by the question that each answers.
pub(crate) struct Flights<Q, T>(Mutex<HashMap<Q, Flight<T>>>);

type Flight<T> = Shared<BoxFuture<'static, Answer<T>>>;

impl<Q, T> Default for Flights<Q, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// What several callers can be told.
#[derive(Clone)]
enum Answer<T> {
    Told(T),
    Refused(contract::Error),
    Crashed(Crash),
    /// The host failed: each finds out for itself why.
    AskAgain,
}

impl<Q: Eq + Hash, T: Clone + Send + Sync + 'static> Flights<Q, T> {
    /// The result of `call`, or of one that asks the same and is under way.
    pub(crate) async fn share(
        &self,
        question: Q,
        call: impl Fn() -> BoxFuture<'static, Result<T, CallError>>,
    ) -> Result<T, CallError> {
        let flight = {
            let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            flights.retain(|_, flight| flight.peek().is_none());
            let flight = flights.entry(question).or_insert_with(|| {
                let call = call();
                let flight = async move { Answer::from(call.await) }.boxed().shared();
                tokio::spawn(flight.clone());
                flight
            });
            flight.clone()
        };
        match flight.await {
            Answer::Told(told) => Ok(told),
            Answer::Refused(error) => Err(CallError::Refused(error)),
            Answer::Crashed(crash) => Err(crash.into()),
            Answer::AskAgain => call().await,
        }
    }
}

impl<T> From<Result<T, CallError>> for Answer<T> {
    fn from(result: Result<T, CallError>) -> Self {
        match result {
            Ok(told) => Self::Told(told),
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
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use tokio::sync::Semaphore;

    type Outcome = fn(u32) -> Result<u32, CallError>;

    /// Sixteen who ask before the first call has ended; what they are told, and
    /// how many calls it took.
    async fn crowd(
        flights: &Flights<&'static str, u32>,
        question: &'static str,
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
        let all = join_all((0..16).map(|_| flights.share(question, call)));
        let (told, ()) = tokio::join!(all, async { gate.add_permits(16) });
        let told = told.into_iter().map(|told| match told {
            Ok(number) => number.to_string(),
            Err(error) => error.to_string(),
        });
        (told.collect(), calls.load(Ordering::SeqCst))
    }

    #[tokio::test]
    async fn given_many_who_ask_the_same_when_one_is_answered_then_all_are_and_the_next_asks_anew()
    {
        let flights = Flights::default();
        let (told, calls) = crowd(&flights, "q", Ok).await;
        assert!(told.iter().all(|told| told == "1"));
        assert_eq!(calls, 1);
        let (told, calls) = crowd(&flights, "q", |number| Ok(number + 1)).await;
        assert!(told.iter().all(|told| told == "2"));
        assert_eq!(calls, 1);
    }

    #[tokio::test]
    async fn given_a_refusal_or_a_crash_when_many_ask_then_all_hear_of_it_once() {
        let flights = Flights::default();
        let refused = |_| Err(CallError::Refused(contract::Error::Rejected("x".into())));
        assert_eq!(crowd(&flights, "q", refused).await.1, 1);
        let crashed = |_| Err(Crash::Trap.into());
        let (told, calls) = crowd(&flights, "q", crashed).await;
        assert!(told.iter().all(|told| told.contains("trapped")));
        assert_eq!(calls, 1);
    }

    #[tokio::test]
    async fn given_a_host_that_fails_when_many_ask_then_each_learns_why() {
        let failed = |_| Err(HostError::Company.into());
        let (told, calls) = crowd(&Flights::default(), "q", failed).await;
        assert!(told.iter().all(|told| told == "the host failed"));
        assert_eq!(calls, 17);
    }

    #[tokio::test]
    async fn given_nobody_who_waits_any_more_when_the_call_has_ended_then_the_next_asks_anew() {
        let flights = Flights::default();
        let gate = Arc::new(Semaphore::new(0));
        let slow = || {
            let gate = gate.clone();
            let call = async move {
                let _pass = gate.acquire().await;
                Ok::<u32, CallError>(1)
            };
            call.boxed()
        };
        assert!(flights.share("q", slow).now_or_never().is_none());
        gate.add_permits(1);
        let flight = flights.0.lock().unwrap()["q"].clone();
        while flight.peek().is_none() {
            tokio::task::yield_now().await;
        }
        drop(flight);
        let told = flights.share("q", || async { Ok(2) }.boxed()).await;
        assert_eq!(told.unwrap(), 2);
    }

    #[tokio::test]
    async fn given_other_questions_when_asking_then_nothing_is_shared() {
        let flights = Flights::default();
        let ask = async |question, number| {
            let call = || async move {
                tokio::task::yield_now().await;
                Ok::<u32, CallError>(number)
            };
            let call = || call().boxed();
            flights.share(question, call).await.unwrap()
        };
        let told = tokio::join!(ask("a", 1), ask("b", 2), ask("a", 3));
        assert_eq!(told, (1, 2, 1));
    }
}
