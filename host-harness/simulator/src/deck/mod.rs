//! The fault deck: single requests that go wrong, as scripted.
//!
//! A [`Card`] waits for its request and is dealt to it once; several cards are
//! dealt in the order in which they were laid, one to a request. What a fault
//! asks for happens even when the client has gone away meanwhile, as at a real
//! server.

mod gate;
mod play;

use std::time::Duration;

pub use gate::Gate;
pub(crate) use play::play;

/// One fault, and the request that meets it.
#[derive(Clone)]
pub struct Card {
    requests: Requests,
    letting_pass: usize,
    fault: Fault,
}

impl Card {
    /// The next such request meets this fault.
    pub fn new(requests: Requests, fault: Fault) -> Self {
        Self {
            requests,
            letting_pass: 0,
            fault,
        }
    }

    /// Lets this many such requests pass first, counted from the moment when the
    /// card is laid, whatever other cards do to them.
    #[must_use]
    pub fn letting_pass(mut self, requests: usize) -> Self {
        self.letting_pass = requests;
        self
    }
}

/// Which requests a card waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requests {
    /// Any at the token endpoint.
    Token,
    /// Those at the token endpoint with this grant type.
    Grant(GrantType),
    /// Any at the revocation endpoint.
    Revoke,
    /// Any at the REST API.
    Api,
}

/// The grant types that are offered (RFC 6749 sections 4.1, 4.4 and 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantType {
    /// `authorization_code`.
    AuthorizationCode,
    /// `refresh_token`.
    RefreshToken,
    /// `client_credentials`.
    ClientCredentials,
}

impl GrantType {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "authorization_code" => Some(Self::AuthorizationCode),
            "refresh_token" => Some(Self::RefreshToken),
            "client_credentials" => Some(Self::ClientCredentials),
            _ => None,
        }
    }
}

/// What happens to a request or its answer.
#[derive(Clone)]
pub enum Fault {
    /// It is held up.
    Delay {
        /// Before or after it is carried out.
        when: Moment,
        /// For how long.
        until: Until,
    },
    /// The connection is reset: TCP RST, nothing polite.
    Reset(ResetAt),
    /// The connection is closed politely after this many bytes of the body, with
    /// the announced length unfulfilled. A body that is no longer than this goes
    /// out whole.
    Truncate {
        /// Bytes of the body that are sent.
        body_bytes: usize,
    },
    /// As [`Truncate`](Fault::Truncate), right after the text that is the value
    /// of this member of the body, its closing quote included, wherever it
    /// stands. A body without such a member goes out whole.
    TruncateAfter {
        /// The name of a member that occurs once.
        member: &'static str,
    },
    /// The request is carried out twice, as by a proxy that delivers it twice.
    Twice {
        /// Whose answer the client is given; the other is lost.
        answer: Delivery,
    },
    /// Another answer is given: any status, headers and body.
    Answer {
        /// Whether the request is carried out first.
        when: Moment,
        /// What is sent; `Content-Length` is added.
        answer: http::Response<Vec<u8>>,
    },
}

/// On which side of the processing something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Nothing is carried out yet; where the fault ends the request, nothing is.
    BeforeProcessing,
    /// All is carried out, and nothing is sent yet.
    AfterProcessing,
}

/// How long a delay lasts.
#[derive(Clone)]
pub enum Until {
    /// For a time on the machine's clock, which is not the simulator's.
    Elapsed(Duration),
    /// Until the gate is opened.
    Opened(Gate),
}

/// Where a connection is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetAt {
    /// The request is read and not carried out.
    BeforeProcessing,
    /// It is carried out, and this many bytes of the answer are sent, head
    /// included; 0 is before the first. An answer that is no longer than this
    /// goes out whole.
    AnswerByte(usize),
}

/// One of two deliveries of the same request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The earlier.
    First,
    /// The later.
    Second,
}

/// The cards that are not dealt yet, in order.
#[derive(Default)]
pub(crate) struct Deck(Vec<Card>);

impl Deck {
    pub(crate) fn lay(&mut self, card: Card) {
        self.0.push(card);
    }

    pub(crate) fn left(&self) -> usize {
        self.0.len()
    }

    /// The fault of a request to which all of these apply.
    fn draw(&mut self, request: &[Requests]) -> Option<Fault> {
        let mut due = None;
        for (at, card) in self.0.iter_mut().enumerate() {
            if !request.contains(&card.requests) {
                continue;
            }
            match card.letting_pass.checked_sub(1) {
                Some(left) => card.letting_pass = left,
                None => due = due.or(Some(at)),
            }
        }
        due.map(|at| self.0.remove(at).fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(requests: Requests, body_bytes: usize) -> Card {
        Card::new(requests, Fault::Truncate { body_bytes })
    }

    fn drawn(deck: &mut Deck, request: &[Requests]) -> Option<usize> {
        match deck.draw(request)? {
            Fault::Truncate { body_bytes } => Some(body_bytes),
            _ => None,
        }
    }

    #[test]
    fn given_cards_for_the_same_requests_when_drawn_then_one_each_and_in_order() {
        let mut deck = Deck::default();
        for number in 1..=2 {
            deck.lay(card(Requests::Token, number));
        }
        assert_eq!(drawn(&mut deck, &[Requests::Revoke]), None);
        assert_eq!(deck.left(), 2);
        let faults = [(); 3].map(|()| drawn(&mut deck, &[Requests::Token]));
        assert_eq!(faults, [Some(1), Some(2), None]);
        assert_eq!(deck.left(), 0);
    }

    #[test]
    fn given_a_card_that_lets_requests_pass_when_drawn_then_it_counts_those_of_other_cards_too() {
        let mut deck = Deck::default();
        deck.lay(card(Requests::Grant(GrantType::RefreshToken), 3).letting_pass(2));
        deck.lay(card(Requests::Token, 1));
        let refresh = [Requests::Token, Requests::Grant(GrantType::RefreshToken)];
        let code = [
            Requests::Token,
            Requests::Grant(GrantType::AuthorizationCode),
        ];
        assert_eq!(drawn(&mut deck, &refresh), Some(1));
        assert_eq!(drawn(&mut deck, &code), None);
        assert_eq!(drawn(&mut deck, &refresh), None);
        assert_eq!(drawn(&mut deck, &refresh), Some(3));
    }
}
