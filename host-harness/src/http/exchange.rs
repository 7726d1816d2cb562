//! One exchange, in the order that the contract promises.
//!
//! Policy, then the place for the answer, then the guard as late as possible,
//! then the request, then the answer is kept, and only then does the guest
//! learn of it. The whole runs in a task of its own: neither a trap, nor a
//! deadline, nor a browser that went away interrupts an exchange, because an
//! answer that is lost may be a grant that is lost.

use super::{
    pause::Pause,
    policy::Policy,
    request::{self, Allowed},
    transport::{Part, Transport, TransportError},
};
use crate::{
    contract::bindings::erp::integration::{http as contract, storage},
    limits::Limits,
    random::Random,
    registration::Registration,
    storage::{ConnectionId, Precondition, StorageError, vault::Vault},
    under_way::UnderWay,
};
use bytes::Bytes;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use zeroize::Zeroizing;

/// Bytes of the largest answer that is kept: ten times what real ones have.
const KEPT: usize = 64 * 1024;

const FIRST_RETRY: Duration = Duration::from_secs(1);
const LAST_RETRY: Duration = Duration::from_secs(60);

/// Sends the requests of one plugin.
#[derive(Clone)]
pub(crate) struct Exchanges {
    policy: Arc<Policy>,
    transport: Arc<dyn Transport>,
    registration: Option<Arc<Registration>>,
    limits: Limits,
    random: Arc<dyn Random>,
    pause: Arc<Pause>,
    reservations: Arc<Mutex<HashSet<Place>>>,
    under_way: UnderWay,
}

/// Where an answer is kept.
type Place = (ConnectionId, String);

impl Exchanges {
    pub(crate) fn new(
        policy: Policy,
        transport: Arc<dyn Transport>,
        registration: Option<Arc<Registration>>,
        limits: Limits,
        random: Arc<dyn Random>,
        under_way: UnderWay,
    ) -> Self {
        Self {
            policy: Arc::new(policy),
            transport,
            registration,
            limits,
            random,
            pause: Arc::default(),
            reservations: Arc::default(),
            under_way,
        }
    }

    /// Sends one request for the scope of `vault`. Dropping the future does not
    /// stop the exchange.
    pub(crate) async fn send(
        &self,
        request: contract::Request,
        vault: Vault,
    ) -> Result<contract::Response, contract::Error> {
        let registration = self.registration.as_deref();
        let allowed = request::check(request, &self.policy, registration, &self.limits)
            .map_err(|reason| contract::Error::Denied(reason.into()))?;
        let this = self.clone();
        let under_way = self.under_way.clone();
        let exchange = under_way.spawn(async move { this.run(allowed, vault).await });
        exchange
            .await
            .unwrap_or_else(|_| Err(contract::Error::NoAnswer("the exchange broke off".into())))
    }

    async fn run(
        &self,
        allowed: Allowed,
        vault: Vault,
    ) -> Result<contract::Response, contract::Error> {
        let keep = match &allowed.keep {
            Some(key) => Some(self.reserve(key, &vault).await?),
            None => None,
        };
        if let Some(guard) = &allowed.guard {
            check_guard(guard, &vault).await?;
        }
        if allowed.as_client
            && let Some(pause) = self.pause.remaining(&*self.random)
        {
            let milliseconds = u32::try_from(pause.as_millis()).unwrap_or(u32::MAX);
            return Err(contract::Error::Limited(milliseconds.max(1)));
        }
        let origin = allowed.request.uri().authority().map(ToString::to_string);
        let answer = self.transport.send(allowed.request, allowed.timeout).await;
        match &answer {
            Ok(response) => tracing::debug!(origin, status = response.status().as_u16(), "http"),
            Err(error) => tracing::debug!(origin, %error, "http"),
        }
        let (mut response, mut broken) = match answer {
            Ok(response) => (response, None),
            Err(TransportError::BrokenOff(Part(response), reason)) => (*response, Some(reason)),
            Err(TransportError::NotSent(reason)) => return Err(contract::Error::NotSent(reason)),
            Err(TransportError::NoAnswer(reason)) => return Err(contract::Error::NoAnswer(reason)),
        };
        if allowed.as_client {
            self.pause.learn(&response);
        }
        if allowed.as_client
            && let Some(registration) = &self.registration
        {
            // A server that echoes them must not tell the guest.
            registration.redact(&mut response);
        }
        if keep.is_some() && response.body().len() > KEPT {
            response.body_mut().truncate(KEPT);
            broken = broken.or_else(|| Some("its body is too large".to_owned()));
        }
        // A part may hold the one thing that comes only once.
        if let Some(reservation) = keep
            && response.status().is_success()
            && !(broken.is_some() && response.body().is_empty())
        {
            let body = response.body().clone();
            keep_answer(reservation, body, vault, &self.under_way).await;
        }
        match broken {
            None => Ok(told(response)),
            Some(reason) => Err(contract::Error::NoAnswer(reason)),
        }
    }

    /// Takes the place for an answer, which must be empty and not be taken by
    /// another exchange of this process, nor by an answer not yet stored.
    async fn reserve(&self, key: &str, vault: &Vault) -> Result<Reservation, contract::Error> {
        let not_sent = |reason: &str| Err(contract::Error::NotSent(reason.into()));
        let Some(id) = vault.id() else {
            return not_sent("there is no connection to keep the answer in");
        };
        let place = (id.clone(), key.to_owned());
        let Some(reservation) = Reservation::take(&self.reservations, place) else {
            return not_sent("an answer under this key is still on its way");
        };
        match vault.get(key).await {
            Err(storage::Error::Missing(_)) => match vault.has_room(key).await {
                Ok(()) => Ok(reservation),
                Err(_) => not_sent("there is no room for the answer"),
            },
            Err(storage::Error::TooLarge(reason)) => Err(contract::Error::Denied(reason)),
            Err(_) => not_sent("the place for the answer cannot be read"),
            Ok(_) => not_sent("an answer is kept under this key"),
        }
    }
}

async fn check_guard(guard: &contract::Guard, vault: &Vault) -> Result<(), contract::Error> {
    let reason = match vault.get(&guard.key).await {
        Ok(entry) if entry.version != guard.version => "the guard's cell has changed",
        Ok(entry) if entry.age > u64::from(guard.max_age) => "the guard's cell is too old",
        Ok(_) => return Ok(()),
        Err(_) => "the guard's cell cannot be read",
    };
    Err(contract::Error::NotSent(reason.into()))
}

/// Keeps the answer before anybody learns of it. If that fails, the answer is
/// not held back, and a task goes on trying.
async fn keep_answer(reservation: Reservation, body: Bytes, vault: Vault, under_way: &UnderWay) {
    let Err(error) = try_keep(&reservation, &body, &vault).await else {
        return;
    };
    tracing::error!(
        error = &error as &dyn std::error::Error,
        "an answer is not stored yet"
    );
    // A copy that is wiped: the response's own goes the guest's way.
    let body = Zeroizing::new(body.to_vec());
    under_way.spawn(async move {
        let mut pause = FIRST_RETRY;
        loop {
            tokio::time::sleep(pause).await;
            if try_keep(&reservation, &body, &vault).await.is_ok() {
                return;
            }
            pause = (pause * 2).min(LAST_RETRY);
        }
    });
}

/// Ok also when there is nothing left to try: another value is there, which may
/// be this one after a write in doubt, or the connection is gone.
async fn try_keep(
    reservation: &Reservation,
    body: &[u8],
    vault: &Vault,
) -> Result<(), StorageError> {
    let (_, key) = &reservation.place;
    match vault.write(key, body, &Precondition::Absent).await {
        Ok(_) | Err(StorageError::Conflict | StorageError::Gone) => Ok(()),
        Err(error) => Err(error),
    }
}

/// A place that no other exchange of this process takes until this is dropped.
struct Reservation {
    places: Arc<Mutex<HashSet<Place>>>,
    place: Place,
}

impl Reservation {
    fn take(places: &Arc<Mutex<HashSet<Place>>>, place: Place) -> Option<Self> {
        let free = (places.lock())
            .unwrap_or_else(PoisonError::into_inner)
            .insert(place.clone());
        free.then(|| Self {
            places: places.clone(),
            place,
        })
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.remove(&self.place);
    }
}

fn told(response: http::Response<Bytes>) -> contract::Response {
    let headers = response.headers().iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.as_str().to_owned(), value.into_owned())
    });
    contract::Response {
        status: response.status().as_u16(),
        headers: headers.collect(),
        body: response.into_body().into(),
    }
}

#[cfg(test)]
mod tests;
