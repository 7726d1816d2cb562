//! The server that a host under test talks to.
//!
//! It listens on three ports of the loopback address and does what a request's
//! last path segment says, in particular what well-behaved servers never do. It
//! counts requests by the `id` of their query, and tells only how often each
//! came and as whom: credentials stay with it. Connections are kept open,
//! because clients repeat requests where they used one before. Whatever comes
//! in is bounded, and everything ends when the server is dropped.

mod behaviour;
mod connection;
mod ledger;
mod request;
#[cfg(test)]
mod tests;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use ledger::Ledger;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::JoinHandle,
};

/// The client's, at hosts that are registered here.
pub(super) const SECRET: &str = "kit-secret";
/// More than any host needs; one that opens more has to wait.
const CONNECTIONS: usize = 64;
/// After an accept that failed, so that a lack of descriptors does not make it spin.
const PAUSE: Duration = Duration::from_millis(50);

/// A running server.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    authorization: SocketAddr,
    elsewhere: SocketAddr,
    holding: watch::Receiver<usize>,
    listeners: [JoinHandle<()>; 3],
}

impl Server {
    /// Listens on three free ports of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// The system's, when there is no port to be had.
    pub async fn start() -> io::Result<Self> {
        let api = TcpListener::bind("127.0.0.1:0").await?;
        let authorization = TcpListener::bind("127.0.0.1:0").await?;
        let elsewhere = TcpListener::bind("127.0.0.1:0").await?;
        let (holds, holding) = watch::channel(0);
        let shared = Arc::new(Shared {
            ledger: Ledger::default(),
            holds,
            connections: Semaphore::new(CONNECTIONS),
        });
        let listen = |listener| tokio::spawn(accept(listener, shared.clone()));
        Ok(Self {
            address: api.local_addr()?,
            authorization: authorization.local_addr()?,
            elsewhere: elsewhere.local_addr()?,
            holding,
            listeners: [listen(api), listen(authorization), listen(elsewhere)],
        })
    }

    /// The origin of the API, which a host grants: the endpoint `api` of its
    /// registration.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The origin of the authorization server, which it grants, too, and which alone
    /// sees the client's secret: the endpoints `authorize`, `token` and `revoke`.
    #[must_use]
    pub fn authorization(&self) -> SocketAddr {
        self.authorization
    }

    /// The origin that it must refuse: option `elsewhere` of its registration.
    #[must_use]
    pub fn elsewhere(&self) -> SocketAddr {
        self.elsewhere
    }

    /// Returns when a host waits to be killed, at once if one does already.
    pub async fn holding(&self) {
        self.holds(|count| count > 0).await;
    }

    /// Returns when no host waits to be killed, at once if none does.
    pub async fn released(&self) {
        self.holds(|count| count == 0).await;
    }

    async fn holds(&self, reached: impl Fn(usize) -> bool) {
        let mut holding = self.holding.clone();
        // The sender is gone only when the runtime shuts down: nothing changes.
        if holding.wait_for(|count| reached(*count)).await.is_err() {
            std::future::pending().await
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for listener in &self.listeners {
            listener.abort();
        }
    }
}

/// What the connections have in common.
#[derive(Debug)]
struct Shared {
    ledger: Ledger,
    /// How many requests are held.
    holds: watch::Sender<usize>,
    connections: Semaphore,
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Aborts what it serves when this task is aborted.
    let mut served = tokio::task::JoinSet::new();
    loop {
        while served.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                served.spawn(connection::serve(stream, shared.clone()));
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}
