//! Dealing cards to requests, and doing what they say.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

use super::{Delivery, Fault, GrantType, Moment, Requests, ResetAt, Until};
use crate::params::Params;
use crate::state::Shared;
use crate::wire::{Cut, Line};
use crate::{answer, api, revoke, token};

/// Longest request body, as axum's own extractors have it.
const MOST: usize = 2 * 1024 * 1024;

/// Stands before every endpoint that cards can wait for, and announces each
/// answer to its connection.
pub(crate) async fn play(
    State(shared): State<Shared>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MOST).await else {
        let text = "text/plain; charset=UTF-8";
        return answer::answer(StatusCode::PAYLOAD_TOO_LARGE, text, String::new());
    };
    let request = Whole { parts, body };
    let fault = shared.world().deck.draw(&request.kinds());
    let (response, cut) = match fault {
        None => (next.run(request.again()).await, None),
        // A task of its own goes on when the client does not.
        Some(fault) => tokio::spawn(suffer(fault, shared, request, next))
            .await
            .unwrap_or_else(|error| (answer::internal(&error), None)),
    };
    line.announce(&response, cut);
    response
}

async fn suffer(
    fault: Fault,
    shared: Shared,
    request: Whole,
    next: Next,
) -> (Response, Option<Cut>) {
    let processed = async || next.clone().run(request.again()).await;
    match fault {
        Fault::Delay { when, until } => {
            if when == Moment::BeforeProcessing {
                until.wait().await;
            }
            let response = processed().await;
            if when == Moment::AfterProcessing {
                until.wait().await;
            }
            (response, None)
        }
        Fault::Reset(ResetAt::BeforeProcessing) => {
            request.is_not_processed(&shared);
            (Response::default(), Some(Cut::Reset { answer_bytes: 0 }))
        }
        Fault::Reset(ResetAt::AnswerByte(answer_bytes)) => {
            (processed().await, Some(Cut::Reset { answer_bytes }))
        }
        Fault::Truncate { body_bytes } => (processed().await, Some(Cut::Close { body_bytes })),
        Fault::TruncateAfter { member } => {
            let (parts, body) = processed().await.into_parts();
            let body = to_bytes(body, MOST).await.unwrap_or_default();
            let cut = end_of_value(&body, member).map(|body_bytes| Cut::Close { body_bytes });
            (Response::from_parts(parts, Body::from(body)), cut)
        }
        Fault::Twice { answer } => {
            let (first, second) = (processed().await, processed().await);
            match answer {
                Delivery::First => (first, None),
                Delivery::Second => (second, None),
            }
        }
        Fault::Answer { when, answer } => {
            match when {
                Moment::BeforeProcessing => request.is_not_processed(&shared),
                Moment::AfterProcessing => drop(processed().await),
            }
            (answer.map(Body::from), None)
        }
    }
}

/// Where the text that is a member's value ends, its quote included. Tokens need
/// no escapes.
fn end_of_value(body: &[u8], member: &str) -> Option<usize> {
    let text = std::str::from_utf8(body).ok()?;
    let begin = format!("\"{member}\":\"");
    let start = text.find(&begin)?.saturating_add(begin.len());
    let length = text.get(start..)?.find('"')?;
    Some(start.saturating_add(length).saturating_add(1))
}

impl Until {
    async fn wait(&self) {
        match self {
            Self::Elapsed(time) => tokio::time::sleep(*time).await,
            Self::Opened(gate) => gate.pass().await,
        }
    }
}

/// A request that was read to its end and can be delivered more than once.
struct Whole {
    parts: Parts,
    body: Bytes,
}

impl Whole {
    fn again(&self) -> Request {
        Request::from_parts(self.parts.clone(), Body::from(self.body.clone()))
    }

    fn form(&self) -> Params {
        Params::of_form(&self.parts.headers, &self.body)
    }

    fn kinds(&self) -> Vec<Requests> {
        match self.parts.uri.path() {
            token::PATH => {
                let form = self.form();
                let grant_type = form.get("grant_type").and_then(GrantType::parse);
                let grant = grant_type.map(Requests::Grant);
                [Requests::Token].into_iter().chain(grant).collect()
            }
            revoke::PATH => vec![Requests::Revoke],
            _ => vec![Requests::Api],
        }
    }

    /// Tells the ledger of a request that its endpoint never sees.
    fn is_not_processed(&self, shared: &Shared) {
        let mut world = shared.world();
        match self.parts.uri.path() {
            token::PATH => token::not_processed(&mut world, &self.parts.headers, &self.form()),
            revoke::PATH => {}
            _ => api::not_processed(&mut world, &self.parts),
        }
    }
}
