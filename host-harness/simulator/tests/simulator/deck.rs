//! The fault deck: each fault really happens, once, and the ledger knows.

use std::io::ErrorKind;
use std::time::Duration;

use fortnox_simulator::Secret;
use fortnox_simulator::deck::{
    Card, Delivery, Fault, Gate, GrantType, Moment, Requests, ResetAt, Until,
};
use fortnox_simulator::ledger::{Kind, Outcome};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{BASIC, Bench, bench, header, json, text};

const REFRESH: Requests = Requests::Grant(GrantType::RefreshToken);

/// A bench, and a live refresh token.
async fn with_token() -> (Bench, Secret) {
    let bench = bench(|_| {}).await;
    let token = Secret::new(text(&bench.tokens().await, "refresh_token"));
    (bench, token)
}

fn lay(bench: &Bench, fault: Fault) {
    bench.sim.deal(Card::new(REFRESH, fault));
}

/// Sends a refresh over a connection of its own.
async fn send(bench: &Bench, token: &Secret) -> TcpStream {
    let body = format!("grant_type=refresh_token&refresh_token={}", token.expose());
    let request = format!(
        "POST /oauth-v1/token HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: {BASIC}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(bench.sim.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

/// Everything that arrives, and how it ends.
async fn receive(mut stream: TcpStream) -> (String, Option<ErrorKind>) {
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes).await;
    let end = end.err().map(|error| error.kind());
    (String::from_utf8(bytes).unwrap(), end)
}

fn undelivered(bench: &Bench, token: &Secret) -> usize {
    let ledger = bench.sim.ledger();
    let grant = ledger.origin(token).unwrap().grant.unwrap();
    ledger.undelivered(grant).len()
}

#[tokio::test]
async fn given_a_gate_before_processing_when_it_is_closed_then_nothing_is_done_yet() {
    let (bench, token) = with_token().await;
    let gate = Gate::closed();
    let until = Until::Opened(gate.clone());
    let when = Moment::BeforeProcessing;
    lay(&bench, Fault::Delay { when, until });
    let waiting = send(&bench, &token).await;
    gate.arrived(1).await;
    assert_eq!(bench.sim.ledger().times_presented(&token), 0);
    gate.open();
    assert!(receive(waiting).await.0.starts_with("HTTP/1.1 200"));
    assert_eq!(bench.sim.ledger().times_spent(&token), 1);
    assert_eq!(undelivered(&bench, &token), 0);
}

#[tokio::test]
async fn given_a_gate_after_processing_when_it_is_closed_then_spent_and_not_delivered_yet() {
    let (bench, token) = with_token().await;
    let gate = Gate::closed();
    let until = Until::Opened(gate.clone());
    let when = Moment::AfterProcessing;
    lay(&bench, Fault::Delay { when, until });
    let waiting = send(&bench, &token).await;
    gate.arrived(1).await;
    assert_eq!(bench.sim.ledger().times_spent(&token), 1);
    assert_eq!(undelivered(&bench, &token), 1);
    // Others are served meanwhile.
    assert_eq!(bench.refresh(token.expose()).await.status, 400);
    gate.open();
    assert!(receive(waiting).await.0.starts_with("HTTP/1.1 200"));
    assert_eq!(undelivered(&bench, &token), 0);
}

#[tokio::test(start_paused = true)]
async fn given_a_client_that_left_when_the_delay_is_over_then_spent_and_never_delivered() {
    for when in [Moment::BeforeProcessing, Moment::AfterProcessing] {
        let (bench, token) = with_token().await;
        let until = Until::Elapsed(Duration::from_secs(60));
        lay(&bench, Fault::Delay { when, until });
        let impatient = send(&bench, &token).await;
        while bench.sim.cards_left() > 0 {
            tokio::task::yield_now().await;
        }
        drop(impatient);
        // On the test's own clock, which leaps while nothing else goes on.
        tokio::time::sleep(Duration::from_secs(120)).await;
        assert_eq!(bench.sim.ledger().times_spent(&token), 1, "{when:?}");
        assert_eq!(undelivered(&bench, &token), 1, "{when:?}");
    }
}

#[tokio::test]
async fn given_a_reset_before_processing_when_sent_then_rst_and_the_token_still_lives() {
    let (bench, token) = with_token().await;
    lay(&bench, Fault::Reset(ResetAt::BeforeProcessing));
    let (bytes, end) = receive(send(&bench, &token).await).await;
    assert_eq!(
        (bytes.as_str(), end),
        ("", Some(ErrorKind::ConnectionReset))
    );
    let ledger = bench.sim.ledger();
    let outcome = ledger.token_requests().last().unwrap().outcome;
    assert_eq!(outcome, Outcome::NotProcessed);
    assert_eq!(ledger.times_spent(&token), 0);
    assert_eq!(bench.refresh(token.expose()).await.status, 200);
}

#[tokio::test]
async fn given_a_reset_at_a_byte_of_the_answer_when_sent_then_rst_there_and_the_successor_lost() {
    for bytes in [0, 1, 40, 300] {
        let (bench, token) = with_token().await;
        lay(&bench, Fault::Reset(ResetAt::AnswerByte(bytes)));
        let (arrived, end) = receive(send(&bench, &token).await).await;
        assert_eq!(arrived.len(), bytes);
        assert_eq!(end, Some(ErrorKind::ConnectionReset), "{bytes}");
        assert_eq!(undelivered(&bench, &token), 1, "{bytes}");
        assert_eq!(bench.sim.cards_left(), 0);
    }
}

#[tokio::test]
async fn given_a_truncation_when_sent_then_a_polite_end_with_the_length_unfulfilled() {
    for body_bytes in [0, 1, 100] {
        let (bench, token) = with_token().await;
        lay(&bench, Fault::Truncate { body_bytes });
        let (arrived, end) = receive(send(&bench, &token).await).await;
        assert_eq!(end, None, "{body_bytes}");
        let (head, body) = arrived.split_once("\r\n\r\n").unwrap();
        assert_eq!(body.len(), body_bytes);
        let announced = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        assert!(announced.unwrap().parse::<usize>().unwrap() > body_bytes);
        assert_eq!(undelivered(&bench, &token), 1, "{body_bytes}");
    }
}

#[tokio::test]
async fn given_a_cut_at_the_very_end_when_sent_then_whole_and_delivered_and_one_before_it_not() {
    let (bench, token) = with_token().await;
    let (whole, _) = receive(send(&bench, &token).await).await;
    let body = whole.split_once("\r\n\r\n").unwrap().1.len();
    for (body_bytes, lost) in [(body, 0), (body + 1, 0), (body - 1, 1)] {
        for reset in [false, true] {
            // The same seed makes an answer of the same length.
            let (bench, token) = with_token().await;
            let answer_bytes = whole.len() - body + body_bytes;
            lay(
                &bench,
                match reset {
                    true => Fault::Reset(ResetAt::AnswerByte(answer_bytes)),
                    false => Fault::Truncate { body_bytes },
                },
            );
            let (arrived, _) = receive(send(&bench, &token).await).await;
            assert_eq!(arrived.len(), whole.len() - lost);
            assert_eq!(undelivered(&bench, &token), lost);
        }
    }
}

#[tokio::test]
async fn given_two_deliveries_when_old_tokens_are_dead_then_the_client_sees_either_answer() {
    for (answer, status) in [(Delivery::First, 200), (Delivery::Second, 400)] {
        let (bench, token) = with_token().await;
        lay(&bench, Fault::Twice { answer });
        assert_eq!(bench.refresh(token.expose()).await.status, status);
        let ledger = bench.sim.ledger();
        assert_eq!(ledger.times_presented(&token), 2);
        assert_eq!(ledger.times_spent(&token), 1);
        assert_eq!(ledger.reuses().len(), 1);
        let lost = usize::from(answer == Delivery::Second);
        assert_eq!(undelivered(&bench, &token), lost);
    }
}

#[tokio::test]
async fn given_an_answer_of_the_deck_when_dealt_then_sent_with_its_headers_and_done_or_not() {
    for (when, spent) in [(Moment::BeforeProcessing, 0), (Moment::AfterProcessing, 1)] {
        let (bench, token) = with_token().await;
        let answer = http::Response::builder()
            .status(503)
            .header("content-type", "text/html")
            .header("retry-after", "120")
            .header("location", "https://elsewhere.example/")
            .body(b"<h1>".to_vec())
            .unwrap();
        lay(&bench, Fault::Answer { when, answer });
        let reply = bench.refresh(token.expose()).await;
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (503, "<h1>"));
        assert_eq!(header(&reply.headers, "content-type"), Some("text/html"));
        assert_eq!(header(&reply.headers, "retry-after"), Some("120"));
        let location = header(&reply.headers, "location");
        assert_eq!(location, Some("https://elsewhere.example/"));
        let ledger = bench.sim.ledger();
        assert_eq!(ledger.times_spent(&token), spent);
        assert_eq!(ledger.times_presented(&token), 1);
        assert_eq!(undelivered(&bench, &token), spent);
    }
}

fn unavailable() -> Fault {
    let mut answer = http::Response::new(Vec::new());
    *answer.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
    let when = Moment::BeforeProcessing;
    Fault::Answer { when, answer }
}

#[tokio::test]
async fn given_cards_for_each_kind_of_request_when_dealt_then_each_meets_its_own_once() {
    let bench = bench(|_| {}).await;
    for requests in [
        Requests::Api,
        Requests::Revoke,
        REFRESH,
        Requests::Grant(GrantType::ClientCredentials),
    ] {
        bench.sim.deal(Card::new(requests, unavailable()));
    }
    let tokens = bench.tokens().await;
    let (access, refresh) = (
        text(&tokens, "access_token"),
        text(&tokens, "refresh_token"),
    );
    assert_eq!(bench.sim.cards_left(), 4);
    for status in [503, 200] {
        assert_eq!(bench.company(access).await.status, status);
        let credentials = [("grant_type", "client_credentials")];
        assert_eq!(bench.token(&credentials).await.status == 503, status == 503);
    }
    assert_eq!(bench.refresh(refresh).await.status, 503);
    let next = json(&bench.refresh(refresh).await);
    let form = [("token", text(&next, "refresh_token"))];
    for status in [503, 200] {
        assert_eq!(bench.revoke(&form).await.status, status);
    }
    assert_eq!(bench.sim.cards_left(), 0);
}

#[tokio::test]
async fn given_a_write_to_a_register_when_it_meets_a_fault_then_made_or_not_by_its_moment() {
    for (when, made) in [(Moment::BeforeProcessing, 0), (Moment::AfterProcessing, 1)] {
        let bench = bench(|_| {}).await;
        let tokens = bench.tokens().await;
        let token = text(&tokens, "access_token");
        let answer = http::Response::new(Vec::new());
        let fault = Fault::Answer { when, answer };
        bench.sim.deal(Card::new(Requests::Api, fault));
        let new = serde_json::json!({"Customer": {"Name": "A"}});
        let reply = bench
            .api(token, http::Method::POST, "customers", Some(new))
            .await;
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, ""));
        let ledger = bench.sim.ledger();
        let [request] = ledger.api_requests()[..] else {
            panic!("{ledger:?}");
        };
        // What was carried out, which the other answer does not show.
        assert_eq!(request.status, (made == 1).then_some(201));
        let listed = bench.api(token, http::Method::GET, "customers", None).await;
        let meta = &json(&listed)["MetaInformation"];
        assert_eq!(meta["@TotalResources"], made, "{when:?}");
    }
}

#[tokio::test]
async fn given_one_gate_for_two_requests_when_opened_then_both_go_on_and_later_ones_at_once() {
    let (bench, token) = with_token().await;
    let gate = Gate::closed();
    for _ in 0..3 {
        let until = Until::Opened(gate.clone());
        let when = Moment::BeforeProcessing;
        lay(&bench, Fault::Delay { when, until });
    }
    let first = send(&bench, &token).await;
    gate.arrived(1).await;
    let second = send(&bench, &token).await;
    gate.arrived(2).await;
    assert_eq!(bench.sim.ledger().times_presented(&token), 0);
    gate.open();
    let answers = [receive(first).await.0, receive(second).await.0];
    let issued = answers
        .iter()
        .filter(|it| it.starts_with("HTTP/1.1 200"))
        .count();
    assert_eq!(issued, 1);
    assert_eq!(bench.refresh(token.expose()).await.status, 400);
    assert_eq!(bench.sim.cards_left(), 0);
}

#[tokio::test]
async fn given_a_card_for_the_third_request_when_it_comes_then_that_one_meets_it() {
    let bench = bench(|_| {}).await;
    bench
        .sim
        .deal(Card::new(Requests::Token, unavailable()).letting_pass(2));
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(bench.refresh("x").await.status.as_u16());
    }
    assert_eq!(statuses, [400, 400, 503, 400]);
}

#[tokio::test]
async fn given_two_answers_over_one_connection_when_delivered_then_both_are_known() {
    let bench = bench(|_| {}).await;
    let first = bench.tokens().await;
    bench.refresh(text(&first, "refresh_token")).await;
    let ledger = bench.sim.ledger();
    assert_eq!(ledger.delivered(Kind::RefreshToken).len(), 2);
    assert_eq!(
        ledger.delivered(Kind::RefreshToken),
        ledger.minted(Kind::RefreshToken)
    );
}
