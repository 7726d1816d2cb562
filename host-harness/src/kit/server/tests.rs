use std::collections::BTreeSet;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::*;

/// Sends a request on a connection of its own; what came back until it closed.
async fn raw(address: SocketAddr, request: &str) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    Ok(bytes)
}

async fn get(address: SocketAddr, target: &str) -> String {
    let request = format!("GET {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    let bytes = raw(address, &request).await.unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").unwrap().1
}

#[tokio::test]
async fn given_an_id_when_requests_come_on_all_ports_then_they_are_counted() {
    let server = Server::start().await.unwrap();
    let ports = BTreeSet::from([
        server.address().port(),
        server.authorization().port(),
        server.elsewhere().port(),
    ]);
    assert_eq!(ports.len(), 3);
    assert_eq!(
        body(&get(server.address(), "/api/answer?id=r.a&size=5").await),
        "r.ar."
    );
    get(server.elsewhere(), "/answer?id=r.a").await;
    get(server.authorization(), "/answer?id=r.a").await;
    get(server.address(), "/answer?id=other.a").await;
    assert_eq!(
        body(&get(server.address(), "/seen?run=r").await),
        r#"{"r.a":{"count":3,"scheme":"","name":"","secret":false}}"#
    );
}

#[tokio::test]
async fn given_credentials_when_told_of_then_the_secret_is_not() {
    let server = Server::start().await.unwrap();
    for (id, value) in [
        ("r.b", "Bearer t.0-k"),
        ("r.c", "Basic YXBwOmtpdC1zZWNyZXQ="),
    ] {
        let request = format!(
            "POST /echo?id={id} HTTP/1.1\r\nauthorization: {value}\r\nconnection: close\r\n\r\n"
        );
        raw(server.address(), &request).await.unwrap();
    }
    let seen = get(server.address(), "/seen?run=r").await;
    assert!(
        seen.contains(r#""scheme":"bearer","name":"t.0-k","secret":false"#),
        "{seen}"
    );
    assert!(
        seen.contains(r#""scheme":"basic","name":"app","secret":true"#),
        "{seen}"
    );
    assert!(!seen.contains("kit-secret"), "{seen}");
}

#[tokio::test]
async fn given_one_connection_when_requests_follow_each_other_then_each_is_answered() {
    let server = Server::start().await.unwrap();
    let request = "PUT /echo?id=r HTTP/1.1\r\nX-Kit-Ask: a\r\ncontent-length: 2\r\n\r\n\u{1}z\
                   GET /answer?size=3 HTTP/1.0\r\n\r\n";
    let bytes = raw(server.address(), request).await.unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let told = "x-kit-method: PUT\r\nx-kit-ask: a\r\nx-kit-body: 017a\r\n\
                x-kit-part: one\r\nx-kit-part: two\r\n";
    assert!(text.contains(told), "{text}");
    assert!(
        bytes
            .windows(256)
            .any(|bytes| bytes.iter().copied().eq(0..=255))
    );
    assert!(text.ends_with("\r\n\r\nkit"), "{text}");
}

#[tokio::test]
async fn given_a_status_or_a_redirect_when_asked_for_then_it_is_answered() {
    let server = Server::start().await.unwrap();
    let refusal = get(server.address(), "/answer?status=400").await;
    assert!(refusal.starts_with("HTTP/1.1 400 "), "{refusal}");
    let redirect = get(server.address(), "/redirect?to=r.to").await;
    assert!(redirect.starts_with("HTTP/1.1 302 "), "{redirect}");
    let location = format!("location: http://{}/answer?id=r.to\r\n", server.address());
    assert!(redirect.contains(&location), "{redirect}");
    assert!(
        get(server.address(), "/nothing")
            .await
            .starts_with("HTTP/1.1 404 ")
    );
}

#[tokio::test]
async fn given_a_request_when_it_shall_be_reset_closed_or_broken_off_then_it_is() {
    let server = Server::start().await.unwrap();
    let post = |target: &str| format!("POST {target} HTTP/1.1\r\ncontent-length: 1\r\n\r\nx");
    let error = raw(server.address(), &post("/reset?id=r.r"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(
        raw(server.address(), &post("/close?id=r.c")).await.unwrap(),
        b""
    );
    let part = raw(server.address(), &post("/break?id=r.b&size=6"))
        .await
        .unwrap();
    let part = String::from_utf8_lossy(&part);
    assert!(part.contains("content-length: 13\r\n\r\nr.br.b"), "{part}");
    let seen = get(server.address(), "/seen?run=r").await;
    assert_eq!(seen.matches(r#""count":1"#).count(), 3, "{seen}");
}

#[tokio::test]
async fn given_a_wait_or_a_slow_answer_when_asked_for_then_it_takes_its_time() {
    let server = Server::start().await.unwrap();
    for (target, expected) in [("/wait?ms=120", "ok"), ("/slow?size=3", "kkk")] {
        let begin = std::time::Instant::now();
        assert_eq!(body(&get(server.address(), target).await), expected);
        assert!(begin.elapsed() >= Duration::from_millis(120), "{target}");
    }
}

#[tokio::test]
async fn given_a_hold_when_the_client_goes_then_it_is_told_once() {
    let server = Server::start().await.unwrap();
    assert_eq!(body(&get(server.address(), "/held").await), "");
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    stream
        .write_all(b"GET /hold?run=r HTTP/1.1\r\n\r\n")
        .await
        .unwrap();
    server.holding().await;
    drop(stream);
    server.released().await;
    assert_eq!(body(&get(server.address(), "/held").await), "r");
    assert_eq!(body(&get(server.address(), "/held").await), "");
}

#[tokio::test]
async fn given_what_is_out_of_bounds_when_it_comes_then_the_connection_is_closed() {
    let server = Server::start().await.unwrap();
    let large = format!("GET / HTTP/1.1\r\nx: {}", "x".repeat(32 * 1024));
    for request in [
        "GET / HTTP/1.1\r\ncontent-length: 99999999\r\n\r\n",
        "POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n",
        "GET\r\n\r\n",
        &large,
    ] {
        // What it did not read any more may reset the connection.
        let answer = raw(server.address(), request).await;
        assert!(answer.map_or(true, |bytes| bytes.is_empty()));
    }
    let id = "x".repeat(97);
    get(server.address(), &format!("/answer?id={id}")).await;
    get(server.address(), "/answer?id=a%22").await;
    assert_eq!(
        body(&get(server.address(), &format!("/seen?run={id}")).await),
        "{}"
    );
    for number in 0..1100 {
        get(server.address(), &format!("/answer?id=r.{number}")).await;
    }
    let seen = get(server.address(), "/seen?run=r").await;
    assert_eq!(seen.matches("count").count(), 1024);
    assert!(!seen.contains(r#""r.75""#) && seen.contains(r#""r.1099""#));
}

#[tokio::test]
async fn given_a_server_when_dropped_then_nobody_is_served_any_more() {
    let server = Server::start().await.unwrap();
    let address = server.address();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(b"GET /answer?size=1 HTTP/1.1\r\n\r\n")
        .await
        .unwrap();
    assert!(stream.read(&mut [0; 512]).await.unwrap() > 0);
    drop(server);
    assert!(matches!(stream.read(&mut [0; 1]).await, Ok(0) | Err(_)));
    assert!(TcpStream::connect(address).await.is_err());
}
