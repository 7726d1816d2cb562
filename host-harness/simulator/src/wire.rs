//! The connections themselves: an answer that carries tokens is *delivered* once
//! its last byte was handed to the connection, and the ledger is told so before
//! anybody can have read that byte and asked. An answer that is to break off does
//! so at the very byte.
//!
//! An answer is announced to its connection before it is written; a connection
//! serves one request at a time.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::HttpBody as _;
use axum::extract::connect_info::Connected;
use axum::response::Response;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use crate::ledger::{Event, Kind};
use crate::secret::Secret;
use crate::state::Shared;

/// The tokens that a response's body holds, as an extension of it.
#[derive(Clone)]
pub(crate) struct Carried(pub(crate) Vec<(Kind, Secret)>);

/// Where an answer breaks off, unless it ends there or earlier.
#[derive(Clone, Copy)]
pub(crate) enum Cut {
    /// By TCP RST, after this many bytes of the answer.
    Reset { answer_bytes: usize },
    /// By a polite close, after this many bytes of the body.
    Close { body_bytes: usize },
}

/// A listener whose connections keep an eye on what they send.
pub(crate) struct Wire {
    listener: TcpListener,
    shared: Shared,
}

impl Wire {
    pub(crate) fn new(listener: TcpListener, shared: Shared) -> Self {
        Self { listener, shared }
    }
}

impl Listener for Wire {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.listener).await;
        let connection = Connection {
            stream,
            line: Line::default(),
            shared: self.shared.clone(),
        };
        (connection, peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Where the handlers announce to a connection what it will send next.
#[derive(Clone, Default)]
pub(crate) struct Line(Arc<Mutex<Option<Announced>>>);

impl Connected<IncomingStream<'_, Wire>> for Line {
    fn connect_info(stream: IncomingStream<'_, Wire>) -> Self {
        stream.io().line.clone()
    }
}

impl Line {
    pub(crate) fn announce(&self, response: &Response, cut: Option<Cut>) {
        let carried = response.extensions().get::<Carried>();
        *self.lock() = Some(Announced {
            carried: carried.map_or_else(Vec::new, |carried| carried.0.clone()),
            body: response.body().size_hint().exact(),
            cut,
            sent: Vec::new(),
        });
    }

    fn lock(&self) -> MutexGuard<'_, Option<Announced>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer on its way out.
struct Announced {
    carried: Vec<(Kind, Secret)>,
    /// Bytes of the body; none when that is unknown.
    body: Option<u64>,
    cut: Option<Cut>,
    sent: Vec<u8>,
}

impl Announced {
    /// How many of the next bytes go out before the cut.
    fn room(&self, next: &[u8]) -> usize {
        let cut = match self.cut {
            None => None,
            Some(Cut::Reset { answer_bytes }) => Some(answer_bytes),
            Some(Cut::Close { body_bytes }) => end_of_head(&[&self.sent, next].concat())
                .map(|head| head.saturating_add(body_bytes)),
        };
        let room = cut.map(|cut| cut.saturating_sub(self.sent.len()));
        room.map_or(next.len(), |room| room.min(next.len()))
    }

    /// Whether its last byte is sent.
    fn is_whole(&self) -> bool {
        let body = self.body.and_then(|bytes| usize::try_from(bytes).ok());
        let end = end_of_head(&self.sent).zip(body);
        end.is_some_and(|(head, body)| self.sent.len() >= head.saturating_add(body))
    }
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    const END: &[u8] = b"\r\n\r\n";
    let at = bytes.windows(END.len()).position(|window| window == END)?;
    Some(at + END.len())
}

/// A connection that knows what it is sending.
pub(crate) struct Connection {
    stream: TcpStream,
    line: Line,
    shared: Shared,
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let Self {
            stream,
            line,
            shared,
        } = self.get_mut();
        let mut line = line.lock();
        let Some(answer) = line.as_mut() else {
            return Pin::new(stream).poll_write(cx, bytes);
        };
        let room = answer.room(bytes);
        if room == 0 && !bytes.is_empty() {
            if let Some(Cut::Reset { .. }) = answer.cut {
                stream.set_zero_linger()?;
            }
            // The server drops the connection for it.
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let bytes = bytes.get(..room).unwrap_or(bytes);
        // Held over the write, so that who has read the answer finds it in the
        // ledger.
        let mut world = shared.world();
        let written = ready!(Pin::new(&mut *stream).poll_write(cx, bytes))?;
        answer.sent.extend(bytes.iter().take(written));
        if answer.is_whole() {
            ready!(Pin::new(stream).poll_flush(cx))?;
            for (kind, value) in answer.carried.drain(..) {
                world.record(Event::Delivered { kind, value });
            }
            *line = None;
        }
        Poll::Ready(Ok(written))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
