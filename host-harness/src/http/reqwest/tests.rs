//! The real client against a server that says and does exactly what it is told.

use super::*;
use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What a server does with each connection after it has read the request.
#[derive(Clone)]
enum Deed {
    Say(Vec<u8>),
    /// Says, then resets the connection.
    SayAndReset(&'static str),
    /// Says, then keeps silent with the connection open.
    SayAndHold(&'static str),
    /// Says, then the same bytes for ever.
    SayForEver(&'static str, &'static [u8]),
}

struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn new(deed: Deed) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            connections: Arc::default(),
            requests: Arc::default(),
        };
        let (connections, requests) = (server.connections.clone(), server.requests.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, deed.clone(), requests.clone()));
            }
        });
        server
    }

    fn request(&self, method: &str, body: &'static str) -> http::Request<Bytes> {
        http::Request::builder()
            .method(method)
            .uri(format!("http://{}/token?code=s3cret", self.address))
            .header("authorization", "Basic x")
            .body(Bytes::from_static(body.as_bytes()))
            .unwrap()
    }

    async fn post(&self) -> Result<http::Response<Bytes>, TransportError> {
        transport()
            .send(self.request("POST", "a=b"), Duration::from_secs(20))
            .await
    }
}

async fn serve(mut stream: TcpStream, deed: Deed, requests: Arc<Mutex<Vec<String>>>) {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    // Every body of these tests is `a=b` or empty.
    while !text.contains("\r\n\r\n") || (text.starts_with("POST") && !text.ends_with("a=b")) {
        match stream.read(&mut buffer).await {
            Ok(length) if length > 0 => text.push_str(&String::from_utf8_lossy(&buffer[..length])),
            _ => return,
        }
    }
    requests.lock().unwrap().push(text);
    match deed {
        Deed::Say(bytes) => drop(stream.write_all(&bytes).await),
        Deed::SayAndReset(said) => {
            let _ = stream.write_all(said.as_bytes()).await;
            let _ = stream.flush().await;
            stream.set_zero_linger().unwrap();
        }
        Deed::SayAndHold(said) => {
            let _ = stream.write_all(said.as_bytes()).await;
            let _ = stream.read(&mut buffer).await;
        }
        Deed::SayForEver(said, more) => {
            let _ = stream.write_all(said.as_bytes()).await;
            while stream.write_all(more).await.is_ok() {}
        }
    }
}

/// Names lead nowhere but where a test says.
struct Fixed(Vec<&'static str>);

#[async_trait::async_trait]
impl Resolver for Fixed {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        Ok(self.0.iter().map(|text| text.parse().unwrap()).collect())
    }
}

fn transport() -> ReqwestTransport {
    resolving(vec![])
}

fn resolving(addresses: Vec<&'static str>) -> ReqwestTransport {
    let resolver = Arc::new(Fixed(addresses));
    ReqwestTransport::new(ReqwestOptions {
        resolver,
        ..ReqwestOptions::default()
    })
    .unwrap()
}

fn say(text: &str) -> Deed {
    Deed::Say(text.as_bytes().to_vec())
}

fn no_answer(answer: Result<http::Response<Bytes>, TransportError>) -> String {
    match answer {
        Err(TransportError::NoAnswer(reason) | TransportError::BrokenOff(_, reason)) => reason,
        other => panic!("{other:?}"),
    }
}

fn not_sent(answer: Result<http::Response<Bytes>, TransportError>) -> String {
    match answer {
        Err(TransportError::NotSent(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn given_an_answer_when_sent_then_status_headers_and_body_are_as_the_server_said() {
    let server = Server::new(say(
        "HTTP/1.1 401 No\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
    ));
    let server = server.await;
    let answer = server.post().await.unwrap();
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.headers()["content-type"], "text/html");
    assert_eq!(answer.body().as_ref(), b"abc", "and not decompressed");
}

#[tokio::test]
async fn given_a_request_when_sent_then_the_server_sees_it_once_and_nothing_the_host_did_not_mean()
{
    let server = Server::new(say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).await;
    server.post().await.unwrap();
    let requests = server.requests.lock().unwrap();
    let [request] = requests.as_slice() else {
        panic!("{} requests", requests.len());
    };
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    assert_eq!(lines.next(), Some("POST /token?code=s3cret HTTP/1.1"));
    let mut names: Vec<_> = lines
        .map(|line| line.split_once(':').unwrap().0.to_lowercase())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "accept",
            "authorization",
            "content-length",
            "host",
            "user-agent"
        ]
    );
    assert_eq!(body, "a=b");
}

#[tokio::test]
async fn given_two_requests_when_sent_then_each_has_a_connection_of_its_own() {
    let server = Server::new(say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).await;
    let transport = transport();
    for _ in 0..2 {
        let request = server.request("GET", "");
        transport
            .send(request, Duration::from_secs(20))
            .await
            .unwrap();
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn given_a_redirect_when_sent_then_it_is_the_answer_and_nobody_follows() {
    let elsewhere = Server::new(say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).await;
    for status in [301, 302, 303, 307, 308] {
        let text = format!(
            "HTTP/1.1 {status} Go\r\nLocation: http://{}/\r\nContent-Length: 0\r\n\r\n",
            elsewhere.address
        );
        let server = Server::new(say(&text)).await;
        assert_eq!(server.post().await.unwrap().status(), status);
        assert_eq!(server.connections.load(Ordering::SeqCst), 1);
    }
    assert_eq!(elsewhere.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn given_a_server_that_breaks_off_when_sent_then_there_is_no_answer_and_no_second_attempt() {
    for deed in [
        say(""),
        say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
        say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
        say("HTTP/1.1 200 O"),
        say("nonsense\r\n\r\n"),
        Deed::SayAndReset(""),
        Deed::SayAndReset("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
    ] {
        let server = Server::new(deed).await;
        let reason = no_answer(server.post().await);
        assert!(!reason.contains("s3cret"), "{reason}");
        assert_eq!(server.connections.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn given_an_answer_that_breaks_off_when_read_then_its_part_is_told_and_not_shown() {
    for deed in [
        say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
        say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"),
    ] {
        let server = Server::new(deed).await;
        let error = server.post().await.unwrap_err();
        assert!(!format!("{error:?} {error}").contains("abc"), "{error:?}");
        let TransportError::BrokenOff(Part(part), _) = error else {
            panic!("{error:?}");
        };
        assert_eq!(
            (part.status().as_u16(), &part.body()[..]),
            (200, &b"abc"[..])
        );
    }
}

#[tokio::test]
async fn given_a_silent_or_slow_server_when_the_time_is_over_then_there_is_no_answer() {
    for said in ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"] {
        let server = Server::new(Deed::SayAndHold(said)).await;
        let request = server.request("POST", "a=b");
        let reason = no_answer(transport().send(request, Duration::from_millis(50)).await);
        assert!(!reason.contains("s3cret"), "{reason}");
    }
}

#[tokio::test]
async fn given_an_endless_body_when_read_then_it_is_no_answer() {
    for head in [
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
    ] {
        let server = Server::new(Deed::SayForEver(head, &[b'x'; 1024])).await;
        assert_eq!(no_answer(server.post().await), "its body is too large");
    }
}

#[tokio::test]
async fn given_a_body_of_exactly_the_limit_when_read_then_it_is_an_answer() {
    let body = "x".repeat(ReqwestOptions::default().body_limit);
    let text = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let server = Server::new(say(&text)).await;
    assert_eq!(server.post().await.unwrap().body().len(), body.len());
}

#[tokio::test]
async fn given_too_many_or_too_large_headers_when_read_then_it_is_no_answer() {
    let many = format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(HEADERS + 1));
    let server = Server::new(say(&many)).await;
    no_answer(server.post().await);
    // Its body may hold what comes only once.
    let padding = "b".repeat(HEADER_BYTES);
    let large = format!("HTTP/1.1 200 OK\r\na: {padding}\r\ncontent-length: 4\r\n\r\nbody");
    let server = Server::new(say(&large)).await;
    match server.post().await {
        Err(TransportError::BrokenOff(Part(part), reason)) => {
            assert_eq!(reason, "its headers are too large");
            assert_eq!(part.body(), "body");
            assert!(part.headers().is_empty());
        }
        other => panic!("{other:?}"),
    }
    let endless = Server::new(Deed::SayForEver("HTTP/1.1 200 OK\r\na: ", b"bbbbbbbb")).await;
    no_answer(endless.post().await);
}

#[tokio::test]
async fn given_nobody_listening_when_sent_then_it_is_certain_that_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let request = http::Request::get(format!("http://{address}/?code=s3cret"));
    let request = request.body(Bytes::new()).unwrap();
    let reason = not_sent(transport().send(request, Duration::from_secs(20)).await);
    assert!(!reason.contains("s3cret"), "{reason}");
}

#[tokio::test]
async fn given_a_server_without_tls_when_https_is_asked_then_nothing_was_sent() {
    let server = Server::new(say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).await;
    let request = http::Request::get(format!("https://{}/", server.address));
    let request = request.body(Bytes::new()).unwrap();
    // The server waits for a request that never comes: the handshake fails
    // or the time is over, and neither is an answer.
    let answer = transport().send(request, Duration::from_millis(200)).await;
    answer.unwrap_err();
    assert!(server.requests.lock().unwrap().is_empty());
}

#[tokio::test]
async fn given_a_name_that_resolves_inward_when_sent_then_nothing_is_sent() {
    let server = Server::new(say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).await;
    for addresses in [
        vec!["127.0.0.1"],
        vec!["1.1.1.1", "127.0.0.1"],
        vec!["::ffff:127.0.0.1"],
        vec![],
    ] {
        let uri = format!("http://name.example:{}/", server.address.port());
        let request = http::Request::get(uri).body(Bytes::new()).unwrap();
        not_sent(
            resolving(addresses)
                .send(request, Duration::from_secs(20))
                .await,
        );
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn given_an_address_of_a_private_network_when_sent_then_nothing_is_sent() {
    for host in ["10.0.0.1", "169.254.169.254", "[fc00::1]", "0.0.0.0"] {
        let request = http::Request::get(format!("https://{host}/"))
            .body(Bytes::new())
            .unwrap();
        let reason = not_sent(transport().send(request, Duration::from_secs(20)).await);
        assert!(reason.contains("not public"), "{reason}");
    }
}
