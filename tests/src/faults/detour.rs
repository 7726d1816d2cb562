//! Transports that lead the requests for tokens elsewhere than to the provider.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use host_harness::{ReqwestOptions, ReqwestTransport, Transport, TransportError};

/// The path of the simulator's token endpoint.
const TOKEN: &str = "/oauth-v1/token";

/// The real transport, but requests for tokens go to another server, in the
/// clear, whatever their address says.
pub struct Detour {
    inner: ReqwestTransport,
    to: SocketAddr,
}

impl Detour {
    /// To the server at this address.
    pub fn to(address: SocketAddr) -> Arc<Detour> {
        Arc::new(Detour {
            inner: plain(),
            to: address,
        })
    }
}

#[async_trait::async_trait]
impl Transport for Detour {
    async fn send(
        &self,
        mut request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        if request.uri().path() == TOKEN {
            let there = format!("http://{}{TOKEN}", self.to);
            *request.uri_mut() = there.parse().unwrap();
        }
        self.inner.send(request, timeout).await
    }
}

/// The real transport, but the next request for tokens fails with this error,
/// before it is sent or after it was carried out.
pub struct Failing {
    inner: ReqwestTransport,
    error: Mutex<Option<TransportError>>,
    carried_out: bool,
}

impl Failing {
    /// Nothing reaches the provider.
    pub fn before(error: TransportError) -> Arc<Failing> {
        Failing::with(error, false)
    }

    /// The provider acts, and its answer is lost.
    pub fn after(error: TransportError) -> Arc<Failing> {
        Failing::with(error, true)
    }

    fn with(error: TransportError, carried_out: bool) -> Arc<Failing> {
        Arc::new(Failing {
            inner: plain(),
            error: Mutex::new(Some(error)),
            carried_out,
        })
    }
}

#[async_trait::async_trait]
impl Transport for Failing {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let fails = request.uri().path() == TOKEN;
        let error = match fails {
            true => self.error.lock().unwrap().take(),
            false => None,
        };
        match error {
            None => self.inner.send(request, timeout).await,
            Some(error) => {
                if self.carried_out {
                    self.inner.send(request, timeout).await?;
                }
                Err(error)
            }
        }
    }
}

fn plain() -> ReqwestTransport {
    ReqwestTransport::new(ReqwestOptions::default()).unwrap()
}
