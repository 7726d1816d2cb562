//! What a request asks the server to do, by the last segment of its path.
//!
//! | path | query | what it does |
//! | --- | --- | --- |
//! | `answer` | `status`, `size` | answers with so many bytes of [`filled`], with a `retry-after` where it is 503 |
//! | `echo` | | tells method, body and the header `x-kit-ask`; the body is every byte there is |
//! | `redirect` | `to`, `status` | leads to `answer` with that id |
//! | `reset` | | reads the request and resets the connection |
//! | `close` | | reads the request and closes the connection |
//! | `break` | `size` | promises twice as many bytes as it sends, and closes |
//! | `slow` | `size` | answers a byte at a time |
//! | `wait` | `ms` | answers after so many milliseconds |
//! | `hold` | `run` | does not answer, so that the host can be killed |
//! | `held` | | the run whose hold broke off, once; else nothing |
//! | `seen` | `run` | how often each id of the run came, and as whom |

use std::{fmt::Write as _, time::Duration};

use super::{ledger::Ledger, request::Request};

const SIZE: u64 = 256 * 1024;
const SLOWEST: u64 = 200;
const LONGEST: u64 = 10_000;

/// What the server does about a request.
#[derive(Debug)]
pub(super) enum Act {
    Answer(Vec<u8>),
    Wait(Duration, Vec<u8>),
    /// So many bytes, one by one.
    Slow(u64),
    /// These bytes, and the end of the connection.
    BreakOff(Vec<u8>),
    Close,
    Reset,
    Hold {
        run: String,
        answer: Vec<u8>,
    },
}

pub(super) fn choose(request: &Request, ledger: &Ledger) -> Act {
    let id = request.id("id").unwrap_or_default();
    let size = request.number("size").unwrap_or(32).min(SIZE);
    let ok = || answer(200, "", b"ok");
    match request.behaviour.as_str() {
        "answer" => {
            let status = request.number("status").unwrap_or(200).clamp(200, 599);
            let headers = if status == 503 {
                "retry-after: 7\r\n"
            } else {
                ""
            };
            Act::Answer(answer(status, headers, &filled(id, size)))
        }
        "echo" => Act::Answer(echo(request)),
        "redirect" => {
            let (host, to) = (request.header("host"), request.id("to"));
            let (host, to) = (host.unwrap_or_default(), to.unwrap_or_default());
            let location = format!("location: http://{host}/answer?id={to}\r\n");
            let status = request.number("status").unwrap_or(302).clamp(300, 399);
            Act::Answer(answer(status, &location, b""))
        }
        "reset" => Act::Reset,
        "close" => Act::Close,
        "break" => {
            let head = format!("HTTP/1.1 200 x\r\ncontent-length: {}\r\n\r\n", size * 2 + 1);
            Act::BreakOff([head.as_bytes(), &filled(id, size)].concat())
        }
        "slow" => Act::Slow(size.min(SLOWEST)),
        "wait" => {
            let time = request.number("ms").unwrap_or_default().min(LONGEST);
            Act::Wait(Duration::from_millis(time), ok())
        }
        "hold" => Act::Hold {
            run: request.id("run").unwrap_or_default().to_owned(),
            answer: ok(),
        },
        "held" => {
            let run = ledger.take_broken_off().unwrap_or_default();
            Act::Answer(answer(200, "", run.as_bytes()))
        }
        "seen" => {
            let text = ledger.tell(request.id("run").unwrap_or_default());
            Act::Answer(answer(
                200,
                "content-type: application/json\r\n",
                text.as_bytes(),
            ))
        }
        _ => Act::Answer(answer(404, "", b"no such behaviour")),
    }
}

/// A body that only this id has: the id over and over.
fn filled(id: &str, size: u64) -> Vec<u8> {
    let text = if id.is_empty() { "kit" } else { id };
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    text.bytes().cycle().take(size).collect()
}

fn echo(request: &Request) -> Vec<u8> {
    let mut body = String::new();
    for byte in request.body.iter().take(512) {
        // Writing to a string does not fail.
        let _ = write!(body, "{byte:02x}");
    }
    let (method, ask) = (&request.method, request.header("x-kit-ask"));
    let headers = format!(
        "x-kit-method: {method}\r\nx-kit-ask: {}\r\nx-kit-body: {body}\r\n\
         x-kit-part: one\r\nx-kit-part: two\r\n",
        ask.unwrap_or_default()
    );
    let every: Vec<u8> = (0..=u8::MAX).collect();
    answer(200, &headers, &every)
}

fn answer(status: u64, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status} x\r\n{headers}content-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}
