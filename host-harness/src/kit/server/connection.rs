//! One connection: requests one after the other, as long as both sides like.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time,
};

use super::{
    Shared,
    behaviour::{self, Act},
    request::Request,
};

/// A connection on which nothing comes is closed.
const IDLE: Duration = Duration::from_secs(60);
/// How long a hold lasts, for somebody to kill the host.
const HOLD: Duration = Duration::from_secs(30);
/// Between the bytes of a slow answer.
const TRICKLE: Duration = Duration::from_millis(50);

/// Serves a connection. What goes wrong on it concerns nobody else.
pub(super) async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    let Ok(_permit) = shared.connections.acquire().await else {
        return;
    };
    stream.set_nodelay(true).ok();
    let mut buffer = Vec::new();
    while let Ok(Ok(Some(request))) =
        time::timeout(IDLE, Request::read(&mut stream, &mut buffer)).await
    {
        shared.ledger.note(&request);
        let act = behaviour::choose(&request, &shared.ledger);
        match perform(&mut stream, act, &shared).await {
            Ok(true) if request.keep_alive => {}
            Ok(_) | Err(_) => return,
        }
    }
}

/// Whether the connection can be used again.
async fn perform(stream: &mut TcpStream, act: Act, shared: &Shared) -> std::io::Result<bool> {
    match act {
        Act::Answer(answer) => {
            stream.write_all(&answer).await?;
            Ok(true)
        }
        Act::Wait(time, answer) => {
            time::sleep(time).await;
            stream.write_all(&answer).await?;
            Ok(true)
        }
        Act::Slow(length) => {
            let head = format!("HTTP/1.1 200 x\r\ncontent-length: {length}\r\n\r\n");
            stream.write_all(head.as_bytes()).await?;
            for _ in 0..length {
                time::sleep(TRICKLE).await;
                stream.write_all(b"k").await?;
            }
            Ok(true)
        }
        Act::BreakOff(part) => {
            stream.write_all(&part).await?;
            // Not a reset, which could take back what was sent.
            stream.shutdown().await?;
            Ok(false)
        }
        Act::Close => Ok(false),
        Act::Reset => {
            stream.set_zero_linger()?;
            Ok(false)
        }
        Act::Hold { run, answer } => {
            let _held = Held::new(shared);
            // Nothing more is to come, so that reading ends with the client.
            let gone = async { while stream.read(&mut [0; 64]).await.is_ok_and(|n| n > 0) {} };
            if time::timeout(HOLD, gone).await.is_ok() {
                shared.ledger.break_off(&run);
                return Ok(false);
            }
            stream.write_all(&answer).await?;
            Ok(false)
        }
    }
}

/// Counts one hold for as long as it lasts, however it ends.
struct Held<'a>(&'a Shared);

impl<'a> Held<'a> {
    fn new(shared: &'a Shared) -> Self {
        shared.holds.send_modify(|count| *count += 1);
        Self(shared)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.holds.send_modify(|count| *count -= 1);
    }
}
