//! Whole calls: scopes, turns, routes, removal and the log.

use crate::{
    CallError, Connection, Host, HostError,
    contract::Error,
    log::Level,
    storage::Storage,
    testing::{Disk, Guest, RememberedLog, Scripted, StoppedClock},
    {Clock, Transport, TransportError},
};
use bytes::Bytes;
use secrecy::ExposeSecret;
use std::{sync::Arc, time::Duration};
use tokio::sync::Notify;

const TOKEN: &str = r#"{"refresh_token":"r"}"#;

/// `configure` writes the first setting's value into the cell `mark`, `status`
/// refuses with what is there, `begin-authorize` gives fixed secrets, `remove`
/// is done at once, and `handle-callback` sends a request whose answer is kept.
fn plugin() -> Guest {
    let mut guest = Guest::new();
    let mark = guest.text("mark");
    let none = guest.text("none");
    guest.export(
        "configure",
        &format!(
            "(call $put {mark}
                (i32.load (i32.add (local.get 0) (i32.const 8)))
                (i32.load (i32.add (local.get 0) (i32.const 12)))
                (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 600))
             (if (i32.load8_u (i32.const 600)) (then (unreachable)))
             (call $ok)"
        ),
    );
    guest.export(
        "status",
        &format!(
            "(call $get {mark} (i32.const 600))
             (if (i32.load8_u (i32.const 600)) (then (return (call $rejected {none}))))
             (call $rejected (i32.load (i32.const 608)) (i32.load (i32.const 612)))"
        ),
    );
    guest.export("set-enabled", "(call $ok)");
    guest.export(
        "remove",
        "(i64.store (i32.const 520) (i64.const 1))
        (i64.store (i32.const 528) (i64.const 0)) (call $ok)",
    );
    let authorization = [
        guest.store(520, "https://id.example/auth?state=st4te"),
        guest.store(528, "st4te"),
        guest.store(536, "b1nding"),
    ];
    guest.export(
        "begin-authorize",
        &format!("{} (call $ok)", authorization.concat()),
    );
    let request = [
        guest.store(700, "POST"),
        guest.store(708, "https://api.example/token"),
        // keep: some("mark")
        "(i32.store (i32.const 772) (i32.const 1))".to_owned(),
        guest.store(776, "mark"),
    ];
    guest.export(
        "handle-callback",
        &format!(
            "{} (call $send (i32.const 700) (i32.const 600)) (call $ok)",
            request.concat()
        ),
    );
    let event = guest.text("token.asked\u{1b}[2J");
    let message = guest.text("line one\r\nline two");
    guest.export(
        "access-token",
        &format!("(call $log (i32.const 3) {event} {message}) (call $rejected {none})"),
    );
    guest
}

async fn host(disk: &Disk) -> Host {
    disk.host(plugin().component()).build().await.unwrap()
}

fn setting(value: &str) -> Vec<(String, String)> {
    vec![("mark".into(), value.into())]
}

/// What `status` found.
async fn found(connection: &Connection) -> String {
    match connection.status("en").await.unwrap_err() {
        CallError::Refused(Error::Rejected(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn given_two_companies_when_both_store_then_each_finds_its_own() {
    let disk = Disk::new().await;
    let host = host(&disk).await;
    let (one, two) = (
        host.connection("one").unwrap(),
        host.connection("two").unwrap(),
    );
    one.configure(setting("first"), "en").await.unwrap();
    assert_eq!(found(&two).await, "none");
    two.configure(setting("second"), "en").await.unwrap();
    assert_eq!(
        (found(&one).await, found(&two).await),
        ("first".into(), "second".into())
    );
}

#[tokio::test]
async fn given_a_company_never_seen_when_only_read_or_called_back_then_nothing_is_stored() {
    let disk = Disk::new().await;
    let connection = host(&disk).await.connection("acme").unwrap();
    assert_eq!(found(&connection).await, "none");
    connection.access_token(None).await.unwrap_err();
    connection
        .handle_callback("code=c&state=s", "b")
        .await
        .unwrap();
    connection.remove("en").await.unwrap();
    assert!(disk.storage.find("acme", "test").await.unwrap().is_none());
}

#[tokio::test]
async fn given_a_removed_connection_when_added_again_then_it_is_a_new_scope() {
    let disk = Disk::new().await;
    let connection = host(&disk).await.connection("acme").unwrap();
    connection.configure(setting("old"), "en").await.unwrap();
    let before = disk.storage.find("acme", "test").await.unwrap().unwrap();
    let receipt = connection.remove("en").await.unwrap();
    assert!(receipt.revoked);
    assert!(disk.storage.find("acme", "test").await.unwrap().is_none());
    assert_eq!(found(&connection).await, "none");
    connection.set_enabled(true).await.unwrap();
    let after = disk.storage.find("acme", "test").await.unwrap().unwrap();
    assert_ne!(before, after);
    assert_eq!(found(&connection).await, "none");
}

#[tokio::test]
async fn given_an_attempt_when_its_callback_comes_then_state_or_binding_lead_to_the_company() {
    let disk = Disk::new().await;
    let host = host(&disk).await;
    let connection = host.connection("acme").unwrap();
    let authorization = connection.begin_authorize().await.unwrap();
    assert_eq!(authorization.state.expose_secret(), "st4te");
    for (query, binding, expected) in [
        ("code=c&state=st4te", "", Some("acme")),
        ("state=st4te&error=access_denied", "other", Some("acme")),
        ("code=c&state=other", "b1nding", None),
        ("", "b1nding", Some("acme")),
        ("state=&code=c", "b1nding", Some("acme")),
        ("code=c", "other", None),
        ("", "", None),
    ] {
        let found = host.connection_for_callback(query, binding).await.unwrap();
        assert_eq!(
            found.as_ref().map(Connection::company),
            expected,
            "{query} {binding}"
        );
    }
}

#[tokio::test]
async fn given_a_plugin_that_gives_no_binding_when_a_callback_has_none_either_then_it_finds_nobody()
{
    let disk = Disk::new().await;
    let mut guest = plugin();
    let authorization = [
        guest.store(520, "https://id.example/auth?state=st4te"),
        guest.store(528, "st4te"),
        guest.store(536, ""),
    ];
    guest.export(
        "begin-authorize",
        &format!("{} (call $ok)", authorization.concat()),
    );
    let host = disk.host(guest.component()).build().await.unwrap();
    let connection = host.connection("acme").unwrap();
    connection.begin_authorize().await.unwrap();
    for query in ["", "code=c", "state="] {
        let found = host.connection_for_callback(query, "").await.unwrap();
        assert!(found.is_none(), "{query}");
    }
}

#[tokio::test]
async fn given_a_name_that_cannot_be_one_when_asked_for_then_there_is_no_connection() {
    let disk = Disk::new().await;
    let host = host(&disk).await;
    for name in ["", "a\nb", "a\0", &"x".repeat(257)] {
        assert!(
            matches!(host.connection(name), Err(HostError::Company)),
            "{name:?}"
        );
    }
    host.connection("Åkeri & Söner AB").unwrap();
}

#[tokio::test]
async fn given_an_actor_when_the_plugin_logs_then_the_entry_is_one_clean_line_with_the_hosts_facts()
{
    let disk = Disk::new().await;
    let log = Arc::new(RememberedLog::default());
    let host = disk
        .host(plugin().component())
        .log(log.clone())
        .build()
        .await
        .unwrap();
    let connection = host.connection("acme").unwrap();
    connection
        .clone()
        .acting_as("anna")
        .access_token(None)
        .await
        .unwrap_err();
    connection.access_token(None).await.unwrap_err();
    let entries = log.0.lock().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].level, Level::Warn);
    assert_eq!(entries[0].event, r"token.asked\u{1b}[2J");
    assert_eq!(entries[0].message, r"line one\r\nline two");
    assert_eq!(entries[0].actor.as_deref(), Some("anna"));
    assert_eq!(entries[1].actor, None);
    assert_eq!(entries[0].time, StoppedClock.now());
    assert_eq!(
        (entries[0].company.as_str(), entries[0].plugin.as_str()),
        ("acme", "test")
    );
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
        Ok(http::Response::new(Bytes::from_static(TOKEN.as_bytes())))
    }
}

#[tokio::test]
async fn given_a_call_under_way_when_its_caller_is_gone_then_it_ends_and_the_next_waits_for_its_turn()
 {
    let disk = Disk::new().await;
    let transport = Arc::new(Held::default());
    let builder = disk.host(plugin().component()).transport(transport.clone());
    let connection = builder.build().await.unwrap().connection("acme").unwrap();
    connection.set_enabled(true).await.unwrap();
    let calling = connection.clone();
    let caller = tokio::spawn(async move { calling.handle_callback("code=c", "").await });
    transport.asked.notified().await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());

    // Reading does not wait.
    assert_eq!(found(&connection).await, "none");
    // Changing does: it finds the answer kept, then replaces it.
    let next = connection.configure(setting("next"), "en");
    tokio::pin!(next);
    tokio::select! {
        biased;
        _ = &mut next => panic!("it did not wait"),
        () = tokio::task::yield_now() => {}
    }
    assert_eq!(found(&connection).await, "none");
    transport.go.notify_one();
    next.await.unwrap();
    assert_eq!(found(&connection).await, "next");
}

#[tokio::test]
async fn given_an_exchange_under_way_when_the_call_ends_early_then_its_answer_is_kept() {
    let disk = Disk::new().await;
    let transport = Arc::new(Held::default());
    let limits = crate::Limits {
        deadline: Duration::from_secs(1),
        ..crate::Limits::default()
    };
    let builder = disk
        .host(plugin().component())
        .transport(transport.clone())
        .limits(limits);
    let connection = builder.build().await.unwrap().connection("acme").unwrap();
    connection.set_enabled(true).await.unwrap();
    let calling = connection.clone();
    let caller = tokio::spawn(async move { calling.handle_callback("code=c", "").await });
    transport.asked.notified().await;
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(2)).await;
    let error = caller.await.unwrap().unwrap_err();
    assert!(
        matches!(error, CallError::Crashed(crate::Crash::Deadline)),
        "{error:?}"
    );
    tokio::time::resume();

    transport.go.notify_one();
    while found(&connection).await == "none" {
        tokio::task::yield_now().await;
    }
    assert_eq!(found(&connection).await, TOKEN);
}

#[tokio::test]
async fn given_a_plugin_that_does_not_describe_itself_well_when_building_then_it_is_refused() {
    let disk = Disk::new().await;
    for (id, origin) in [
        ("", "https://api.example"),
        ("Test", "https://api.example"),
        ("../x", "https://api.example"),
        ("test", "http://api.example"),
        ("test", "http://127.0.0.1:80"),
    ] {
        let mut guest = Guest::new();
        guest.described_as(id, origin);
        assert!(
            disk.host(guest.component()).build().await.is_err(),
            "{id} {origin}"
        );
    }
}

#[tokio::test]
async fn given_what_the_operator_expects_when_the_plugin_is_another_then_it_is_refused() {
    let disk = Disk::new().await;
    let builder = || disk.host(Guest::new().component());
    assert!(builder().id("test").build().await.is_ok());
    let Err(error) = builder().id("other").build().await else {
        panic!("it was built");
    };
    assert_eq!(
        error.to_string(),
        r#"the plugin calls itself "test", and "other" is expected"#
    );
    let granted = ["https://api.example", "https://id.example"];
    assert!(builder().origins(granted).build().await.is_ok());
    let Err(error) = builder().origins(["https://id.example"]).build().await else {
        panic!("it was built");
    };
    assert_eq!(
        error.to_string(),
        r#"the plugin asks for "https://api.example", which the operator does not grant"#
    );
}

#[tokio::test]
async fn given_a_data_key_that_is_lost_when_removing_then_everything_is_erased() {
    let disk = Disk::new().await;
    let connection = host(&disk).await.connection("acme").unwrap();
    connection.configure(setting("old"), "en").await.unwrap();
    disk.database
        .execute("UPDATE connection SET wrapped_key = x'00'")
        .await;
    let error = connection.status("en").await.unwrap_err();
    assert!(
        matches!(error, CallError::Host(HostError::Storage(_))),
        "{error:?}"
    );
    connection.remove("en").await.unwrap();
    assert!(disk.storage.is_empty().await.unwrap());
    connection.configure(setting("new"), "en").await.unwrap();
    assert_eq!(found(&connection).await, "new");
}

#[tokio::test]
async fn given_a_descriptor_when_asked_for_then_it_is_the_plugins() {
    let disk = Disk::new().await;
    let host = disk
        .host(plugin().component())
        .transport(Scripted::answering(200, ""))
        .build()
        .await
        .unwrap();
    let descriptor = host.describe("sv").await.unwrap();
    assert_eq!((descriptor.id.as_str(), host.plugin_id()), ("test", "test"));
    assert_eq!(descriptor.origins[0].url, "https://api.example");
}

#[cfg(feature = "plugin")]
#[tokio::test]
async fn given_the_plugin_built_along_when_loaded_then_it_describes_itself() {
    let disk = Disk::new().await;
    let host = disk.host(crate::PLUGIN.to_vec()).build().await.unwrap();
    let descriptor = host.describe("en").await.unwrap();
    assert_eq!(descriptor.id, host.plugin_id());
    host.connection("acme").unwrap().status("en").await.unwrap();
}
