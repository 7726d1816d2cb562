//! Servers below HTTP: one that passes everything on and can close on whoever
//! asks, and one that never ends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::scripted;

/// Passes everything on, and keeps connections open.
pub struct Relay {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
    closes: Arc<AtomicBool>,
    server: JoinHandle<()>,
}

impl Relay {
    /// In front of the server at this address.
    pub async fn to(server: SocketAddr) -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, closes) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let connections = Arc::<AtomicUsize>::default();
        let (counting, closing) = (asked.clone(), closes.clone());
        let accepted = connections.clone();
        let server = tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                accepted.fetch_add(1, Ordering::SeqCst);
                let behind = TcpStream::connect(server).await.unwrap();
                tokio::spawn(pass_on(client, behind, counting.clone(), closing.clone()));
            }
        });
        Relay {
            address,
            asked,
            connections,
            closes,
            server,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Requests so far.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Connections so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Whether it closes a connection as soon as it is asked something on it.
    pub fn close_when_asked(&self, closes: bool) {
        self.closes.store(closes, Ordering::SeqCst);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn pass_on(
    mut client: TcpStream,
    mut behind: TcpStream,
    asked: Arc<AtomicUsize>,
    closes: Arc<AtomicBool>,
) {
    loop {
        let request = scripted::read(&mut client).await;
        if request.is_empty() {
            return;
        }
        asked.fetch_add(1, Ordering::SeqCst);
        if closes.load(Ordering::SeqCst) {
            return;
        }
        behind.write_all(request.as_bytes()).await.unwrap();
        let answer = answer(&mut behind).await;
        // The client may have gone.
        client.write_all(&answer).await.ok();
    }
}

/// One answer, whose length the simulator always states.
async fn answer(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let (_, rest) = head.split_once("content-length: ").unwrap();
            let length: usize = rest.lines().next().unwrap().trim().parse().unwrap();
            if bytes.len() >= head.len() + 4 + length {
                return bytes;
            }
        }
        if stream.read_buf(&mut bytes).await.unwrap() == 0 {
            return bytes;
        }
    }
}

/// Answers with a body that has no end.
pub struct Endless {
    address: SocketAddr,
    sent: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl Endless {
    /// Begins each answer like this; what follows are chunks of `x`.
    pub async fn start(head: &'static str) -> Endless {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let sent: Arc<AtomicUsize> = Arc::default();
        let counting = sent.clone();
        let server = tokio::spawn(async move {
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                scripted::read(&mut client).await;
                let chunk = format!("400\r\n{}\r\n", "x".repeat(1024));
                client.write_all(head.as_bytes()).await.unwrap();
                while client.write_all(chunk.as_bytes()).await.is_ok() {
                    counting.fetch_add(chunk.len(), Ordering::SeqCst);
                }
            }
        });
        Endless {
            address,
            sent,
            server,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Bytes that were taken off it so far.
    pub fn sent(&self) -> usize {
        self.sent.load(Ordering::SeqCst)
    }
}

impl Drop for Endless {
    fn drop(&mut self) {
        self.server.abort();
    }
}
