//! The order of an exchange, over a scripted transport and a real storage.

use super::*;
use crate::{
    changes::Changes,
    contract::bindings::erp::integration::storage::Precondition as When,
    storage::{Cell, Route, RouteKey, Scope, SqliteStorage, Storage, Version, vault::Vaults},
    testing::{Counting, Disk, Scripted},
};
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::Notify;

const ANSWER: &str = r#"{"access_token":"a"}"#;

fn exchanges(transport: Arc<dyn Transport>) -> Exchanges {
    let policy = Policy::new(["https://id.example"], None, &[]).unwrap();
    let registration = Registration::new("id", "secret", "https://host.example/cb", ["a"]);
    Exchanges::new(
        policy,
        transport,
        Some(Arc::new(registration)),
        Limits::default(),
        Arc::new(Counting::new()),
        UnderWay::default(),
    )
}

fn request() -> contract::Request {
    contract::Request {
        method: "POST".into(),
        uri: "https://id.example/token".into(),
        headers: Vec::new(),
        authorization: contract::Authorization::Client,
        body: b"grant_type=refresh_token".to_vec(),
        timeout: 20_000,
        guard: None,
        keep: None,
    }
}

fn keeping(key: &str) -> contract::Request {
    contract::Request {
        keep: Some(key.into()),
        ..request()
    }
}

fn guarded(version: &str) -> contract::Request {
    let (key, version) = ("grant".into(), version.into());
    let guard = Some(contract::Guard {
        key,
        version,
        max_age: 60_000,
    });
    contract::Request { guard, ..request() }
}

async fn vault(disk: &Disk, storage: Arc<dyn Storage>) -> Vault {
    let (key_ring, random) = (disk.key_ring.clone(), disk.random.clone());
    let vaults = Vaults {
        storage,
        key_ring,
        random,
        value_limit: 128 * 1024,
        cell_limit: 64,
        changes: Changes::default(),
    };
    vaults.find_or_create("acme", "p").await.unwrap()
}

async fn parts() -> (Disk, Vault) {
    let disk = Disk::new().await;
    let vault = vault(&disk, disk.storage.clone()).await;
    (disk, vault)
}

#[tokio::test]
async fn given_an_allowed_request_when_sent_then_it_carries_the_credentials_and_the_answer_is_whole()
 {
    let (_disk, vault) = parts().await;
    let transport = Scripted::new(|_| {
        let answer = http::Response::builder()
            .status(400)
            .header("X-A", "1")
            .header("x-a", "2");
        Ok(answer.body(Bytes::from_static(b"no")).unwrap())
    });
    let answer = exchanges(transport.clone())
        .send(request(), vault)
        .await
        .unwrap();
    assert_eq!(
        (answer.status, answer.body.as_slice()),
        (400, b"no".as_slice())
    );
    let fields = [("x-a", "1"), ("x-a", "2")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(answer.headers, fields);
    let sent = transport.sent.lock().unwrap();
    assert_eq!(sent[0].headers()["authorization"], "Basic aWQ6c2VjcmV0");
    assert_eq!(sent[0].body().as_ref(), b"grant_type=refresh_token");
}

#[tokio::test]
async fn given_a_request_elsewhere_when_sent_then_it_is_denied_and_nothing_goes_out() {
    let (_disk, vault) = parts().await;
    let transport = Scripted::answering(200, ANSWER);
    let request = contract::Request {
        uri: "https://evil.example/".into(),
        ..request()
    };
    let answer = exchanges(transport.clone()).send(request, vault).await;
    assert!(matches!(answer, Err(contract::Error::Denied(_))));
    assert_eq!(transport.count(), 0);
}

#[tokio::test]
async fn given_a_good_answer_when_it_is_to_be_kept_then_it_is_stored_before_it_is_told() {
    let (_disk, vault) = parts().await;
    let exchanges = exchanges(Scripted::answering(201, ANSWER));
    exchanges
        .send(keeping("answer-a-1"), vault.clone())
        .await
        .unwrap();
    assert_eq!(
        vault.get("answer-a-1").await.unwrap().value,
        ANSWER.as_bytes()
    );
}

#[tokio::test]
async fn given_a_refusal_when_it_was_to_be_kept_then_nothing_is_stored() {
    let (_disk, vault) = parts().await;
    for status in [400, 302, 500] {
        let exchanges = exchanges(Scripted::answering(status, ANSWER));
        exchanges
            .send(keeping("answer"), vault.clone())
            .await
            .unwrap();
        vault.get("answer").await.unwrap_err();
    }
}

#[tokio::test]
async fn given_an_answer_already_kept_when_sent_again_then_nothing_goes_out() {
    let (_disk, vault) = parts().await;
    vault.put("answer", b"kept", When::Always).await.unwrap();
    let transport = Scripted::answering(200, ANSWER);
    let answer = exchanges(transport.clone())
        .send(keeping("answer"), vault.clone())
        .await;
    assert!(matches!(answer, Err(contract::Error::NotSent(_))));
    assert_eq!(transport.count(), 0);
    assert_eq!(vault.get("answer").await.unwrap().value, b"kept");
}

#[tokio::test]
async fn given_a_key_that_is_none_when_keeping_then_it_is_denied() {
    let (_disk, vault) = parts().await;
    let transport = Scripted::answering(200, ANSWER);
    let answer = exchanges(transport.clone())
        .send(keeping("../a"), vault)
        .await;
    assert!(matches!(answer, Err(contract::Error::Denied(_))));
    assert_eq!(transport.count(), 0);
}

#[tokio::test]
async fn given_no_connection_when_keeping_then_nothing_goes_out() {
    let disk = Disk::new().await;
    let (key_ring, random) = (disk.key_ring.clone(), disk.random.clone());
    let vaults = Vaults {
        storage: disk.storage.clone(),
        key_ring,
        random,
        value_limit: 1,
        cell_limit: 64,
        changes: Changes::default(),
    };
    let vault = vaults.find("acme", "p").await.unwrap();
    let transport = Scripted::answering(200, ANSWER);
    let answer = exchanges(transport.clone())
        .send(keeping("answer"), vault)
        .await;
    assert!(matches!(answer, Err(contract::Error::NotSent(_))));
    assert_eq!(transport.count(), 0);
}

#[tokio::test]
async fn given_a_guard_when_its_cell_is_as_claimed_then_the_request_goes_out() {
    let (disk, vault) = parts().await;
    let version = vault.put("grant", b"claim", When::Absent).await.unwrap();
    disk.clock.0.store(60_000, Ordering::Relaxed);
    let transport = Scripted::answering(200, ANSWER);
    exchanges(transport.clone())
        .send(guarded(&version), vault)
        .await
        .unwrap();
    assert_eq!(transport.count(), 1);
}

#[tokio::test]
async fn given_a_guard_when_its_cell_is_older_changed_or_missing_then_nothing_goes_out() {
    let (disk, vault) = parts().await;
    let transport = Scripted::answering(200, ANSWER);
    let exchanges = exchanges(transport.clone());
    let version = vault.put("grant", b"claim", When::Absent).await.unwrap();
    disk.clock.0.store(60_001, Ordering::Relaxed);
    let older = exchanges.send(guarded(&version), vault.clone()).await;
    vault.put("grant", b"other", When::Always).await.unwrap();
    let changed = exchanges.send(guarded(&version), vault.clone()).await;
    vault.delete("grant", When::Always).await.unwrap();
    let missing = exchanges.send(guarded(&version), vault.clone()).await;
    for answer in [older, changed, missing] {
        assert!(
            matches!(answer, Err(contract::Error::NotSent(_))),
            "{answer:?}"
        );
    }
    assert_eq!(transport.count(), 0);
}

#[tokio::test]
async fn given_transport_errors_when_told_then_not_sent_and_no_answer_stay_apart() {
    let (_disk, vault) = parts().await;
    let not_sent = Scripted::new(|_| Err(TransportError::NotSent("a".into())));
    let answer = exchanges(not_sent).send(request(), vault.clone()).await;
    assert!(matches!(answer, Err(contract::Error::NotSent(_))));
    let no_answer = Scripted::new(|_| Err(TransportError::NoAnswer("a".into())));
    let answer = exchanges(no_answer).send(request(), vault).await;
    assert!(matches!(answer, Err(contract::Error::NoAnswer(_))));
}

#[tokio::test]
async fn given_an_answer_that_breaks_off_when_it_was_to_be_kept_then_its_part_is_and_nobody_reads_it()
 {
    for (status, part, kept) in [
        (200, "{\"refresh_token\":\"r\",\"acc", true),
        (200, "", false),
        (400, "{\"error\":", false),
    ] {
        let (_disk, vault) = parts().await;
        let transport = Scripted::new(move |_| {
            let answer = http::Response::builder().status(status);
            let answer = answer.body(Bytes::from_static(part.as_bytes())).unwrap();
            Err(TransportError::BrokenOff(
                Part(Box::new(answer)),
                "a".into(),
            ))
        });
        let exchanges = exchanges(transport);
        let answer = exchanges.send(keeping("answer"), vault.clone()).await;
        assert!(matches!(answer, Err(contract::Error::NoAnswer(_))));
        let found = vault.get("answer").await.ok().map(|entry| entry.value);
        assert_eq!(found, kept.then(|| part.as_bytes().to_vec()), "{status}");
    }
}

#[tokio::test]
async fn given_a_transport_that_panics_when_sent_then_there_is_no_answer() {
    let (_disk, vault) = parts().await;
    let answer = exchanges(Scripted::new(|_| panic!("transport")))
        .send(request(), vault)
        .await;
    assert!(matches!(answer, Err(contract::Error::NoAnswer(_))));
}

/// Answers when it is told to.
#[derive(Default)]
struct Held {
    asked: Notify,
    go: Notify,
}

#[async_trait::async_trait]
impl Transport for Held {
    async fn send(
        &self,
        _: http::Request<Bytes>,
        _: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        self.asked.notify_one();
        self.go.notified().await;
        Ok(http::Response::new(Bytes::from_static(ANSWER.as_bytes())))
    }
}

#[tokio::test]
async fn given_an_exchange_under_way_when_the_caller_is_gone_then_the_answer_is_kept_all_the_same()
{
    let (_disk, vault) = parts().await;
    let transport = Arc::new(Held::default());
    let exchanges = exchanges(transport.clone());
    let (asking, scope) = (exchanges.clone(), vault.clone());
    let caller = tokio::spawn(async move { asking.send(keeping("answer"), scope).await });
    transport.asked.notified().await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());

    let second = exchanges.send(keeping("answer"), vault.clone()).await;
    assert!(
        matches!(second, Err(contract::Error::NotSent(_))),
        "its place is taken"
    );
    transport.go.notify_one();
    loop {
        match vault.get("answer").await {
            Ok(entry) => break assert_eq!(entry.value, ANSWER.as_bytes()),
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

#[tokio::test]
async fn given_a_connection_removed_meanwhile_when_the_answer_comes_then_it_is_not_stored() {
    let (disk, vault) = parts().await;
    let transport = Arc::new(Held::default());
    let (asking, scope) = (exchanges(transport.clone()), vault.clone());
    let caller = tokio::spawn(async move { asking.send(keeping("answer"), scope).await });
    transport.asked.notified().await;
    disk.storage.erase(vault.id().unwrap()).await.unwrap();
    transport.go.notify_one();
    assert_eq!(caller.await.unwrap().unwrap().body, ANSWER.as_bytes());
    vault.get("answer").await.unwrap_err();
}

#[tokio::test]
async fn given_a_server_that_echoes_the_credentials_when_it_answers_then_no_guest_reads_them() {
    let disk = Disk::new().await;
    let vault = vault(&disk, disk.storage.clone()).await;
    let transport = Scripted::new(|request| {
        let sent = request.headers()["authorization"].to_str().unwrap();
        let body = Bytes::from(format!("you sent {sent}"));
        Ok(http::Response::new(body))
    });
    let exchanges = exchanges(transport.clone());
    let answer = exchanges
        .send(keeping("answer"), vault.clone())
        .await
        .unwrap();
    assert_eq!(answer.body, b"you sent Basic [redacted]");
    assert_eq!(vault.get("answer").await.unwrap().value, answer.body);

    let bearer = contract::Request {
        authorization: contract::Authorization::Bearer("the-guests-own".into()),
        ..request()
    };
    let answer = exchanges.send(bearer, vault).await.unwrap();
    assert_eq!(answer.body, b"you sent Bearer the-guests-own");
}

#[tokio::test]
async fn given_no_room_for_one_more_cell_when_an_answer_is_to_be_kept_then_nothing_is_sent() {
    let disk = Disk::new().await;
    let vault = vault(&disk, disk.storage.clone()).await;
    for cell in 0..64 {
        vault
            .put(&format!("cell-{cell}"), b"", When::Absent)
            .await
            .unwrap();
    }
    let transport = Scripted::answering(200, ANSWER);
    let answer = exchanges(transport.clone())
        .send(keeping("answer"), vault)
        .await;
    assert!(matches!(answer, Err(contract::Error::NotSent(_))));
    assert_eq!(transport.count(), 0);
}

#[tokio::test]
async fn given_a_client_that_is_refused_when_others_ask_then_they_are_held_back_and_bearers_are_not()
 {
    let disk = Disk::new().await;
    let (one, two) = (
        vault(&disk, disk.storage.clone()).await,
        vault(&disk, disk.storage.clone()).await,
    );
    let transport = Scripted::answering(401, r#"{"error":"invalid_client"}"#);
    let exchanges = exchanges(transport.clone());
    for _ in 0..3 {
        let answer = exchanges.send(request(), one.clone()).await;
        assert_eq!(answer.unwrap().status, 401);
    }
    let held_back = exchanges.send(keeping("answer"), two.clone()).await;
    assert!(matches!(held_back, Err(contract::Error::Limited(20_000..))));
    assert_eq!(transport.count(), 3);
    let bearer = contract::Request {
        authorization: contract::Authorization::Bearer("t0ken".into()),
        ..request()
    };
    assert_eq!(exchanges.send(bearer, two).await.unwrap().status, 401);
}

/// A storage whose next writes fail.
struct Failing {
    inner: Arc<SqliteStorage>,
    failures: AtomicU32,
    tried: Notify,
}

#[async_trait::async_trait]
impl Storage for Failing {
    async fn find(&self, company: &str, plugin: &str) -> Result<Option<Scope>, StorageError> {
        self.inner.find(company, plugin).await
    }
    async fn create(
        &self,
        company: &str,
        plugin: &str,
        scope: Scope,
    ) -> Result<Scope, StorageError> {
        self.inner.create(company, plugin, scope).await
    }
    async fn get(&self, id: &ConnectionId, key: &str) -> Result<Option<Cell>, StorageError> {
        self.inner.get(id, key).await
    }
    async fn count(&self, id: &ConnectionId) -> Result<u32, StorageError> {
        self.inner.count(id).await
    }
    async fn put(
        &self,
        id: &ConnectionId,
        key: &str,
        version: &Version,
        sealed: Vec<u8>,
        when: &Precondition,
    ) -> Result<(), StorageError> {
        let fails = |left: u32| left.checked_sub(1);
        if self
            .failures
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, fails)
            .is_ok()
        {
            return Err(StorageError::Unavailable("full".into()));
        }
        let put = self.inner.put(id, key, version, sealed, when).await;
        self.tried.notify_one();
        put
    }
    async fn delete(
        &self,
        id: &ConnectionId,
        key: &str,
        when: &Precondition,
    ) -> Result<(), StorageError> {
        self.inner.delete(id, key, when).await
    }
    async fn erase(&self, id: &ConnectionId) -> Result<(), StorageError> {
        self.inner.erase(id).await
    }
    async fn set_route(&self, id: &ConnectionId, route: &Route) -> Result<(), StorageError> {
        self.inner.set_route(id, route).await
    }
    async fn find_route(&self, plugin: &str, by: RouteKey) -> Result<Option<String>, StorageError> {
        self.inner.find_route(plugin, by).await
    }
    async fn is_empty(&self) -> Result<bool, StorageError> {
        self.inner.is_empty().await
    }
}

#[tokio::test]
async fn given_a_storage_that_fails_when_keeping_then_the_answer_is_told_and_stored_in_the_end() {
    let disk = Disk::new().await;
    let storage = Arc::new(Failing {
        inner: disk.storage.clone(),
        failures: AtomicU32::new(3),
        tried: Notify::new(),
    });
    let vault = vault(&disk, storage.clone()).await;
    let transport = Scripted::answering(200, ANSWER);
    let exchanges = exchanges(transport.clone());
    tokio::time::pause();
    let answer = exchanges
        .send(keeping("answer"), vault.clone())
        .await
        .unwrap();
    assert_eq!(answer.body, ANSWER.as_bytes());

    // Not stored yet, and not spent over either.
    let second = exchanges.send(keeping("answer"), vault.clone()).await;
    assert!(matches!(second, Err(contract::Error::NotSent(_))));
    assert_eq!(transport.count(), 1);

    storage.tried.notified().await;
    assert_eq!(vault.get("answer").await.unwrap().value, ANSWER.as_bytes());
}

#[test]
fn given_a_place_when_taken_then_it_is_nobody_elses_until_it_is_given_back() {
    let places = &Arc::default();
    let place = |key: &str| (ConnectionId::from_stored("a"), key.to_owned());
    let taken = Reservation::take(places, place("answer")).unwrap();
    assert!(Reservation::take(places, place("answer")).is_none());
    assert!(Reservation::take(places, place("another")).is_some());
    drop(taken);
    assert!(Reservation::take(places, place("answer")).is_some());
}
