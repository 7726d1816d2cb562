//! A transport that stops before or after an exchange until it is let go, so
//! that a test can do something else in between.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use host_harness::{ReqwestOptions, ReqwestTransport, Transport, TransportError};
use tokio::sync::Semaphore;

/// On which side of the server the exchange stops.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Nothing has been sent.
    Before,
    /// The server has acted, and the host does not know yet.
    After,
}

/// Stops exchanges with one path; all others pass.
pub struct Gate {
    inner: ReqwestTransport,
    path: String,
    side: Side,
    arrived: Semaphore,
    open: Semaphore,
}

impl Gate {
    /// A closed gate.
    pub fn new(path: &str, side: Side) -> Arc<Gate> {
        Arc::new(Gate {
            inner: ReqwestTransport::new(ReqwestOptions::default()).unwrap(),
            path: path.to_owned(),
            side,
            arrived: Semaphore::new(0),
            open: Semaphore::new(0),
        })
    }

    /// Waits until an exchange stands at the gate.
    pub async fn arrival(&self) {
        self.arrived.acquire().await.unwrap().forget();
    }

    /// Lets one exchange pass.
    pub fn let_go(&self) {
        self.open.add_permits(1);
    }

    async fn wait(&self) {
        self.arrived.add_permits(1);
        self.open.acquire().await.unwrap().forget();
    }
}

#[async_trait::async_trait]
impl Transport for Gate {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let stops = request.uri().path() == self.path;
        if stops && self.side == Side::Before {
            self.wait().await;
        }
        let answer = self.inner.send(request, timeout).await;
        if stops && self.side == Side::After {
            self.wait().await;
        }
        answer
    }
}
