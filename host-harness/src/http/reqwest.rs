//! The ready transport: `reqwest` with everything automatic switched off.
//!
//! TLS 1.2 or later by rustls with the operating system's trust store; a
//! connection per request, so that no request meets a connection that the
//! server is just closing; no redirect, retry, proxy, cookie or decompression.
//! A name is resolved once, each of its addresses must be on the public
//! internet, and the connection goes to one of the addresses that were checked.

mod patience;

use super::{
    address::is_global,
    transport::{Part, Transport, TransportError},
};
use bytes::{Bytes, BytesMut};
use patience::{Patience, watched};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::{ClientConfig, RootCertStore, pki_types::CertificateDer};
use rustls_platform_verifier::Verifier;
use std::{
    error::Error as _,
    io,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::Arc,
    time::Duration,
};

/// Why an exchange broke off whose time is over.
const OVER: &str = "its time is over";

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const HEADERS: usize = 256;
const HEADER_BYTES: usize = 32 * 1024;

/// Looks up the addresses of a name; replaced in tests.
#[async_trait::async_trait]
pub trait Resolver: Send + Sync + 'static {
    /// All addresses of `name`.
    ///
    /// # Errors
    ///
    /// When there are none, or they cannot be looked up.
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait::async_trait]
impl Resolver for SystemResolver {
    async fn resolve(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// What can be chosen about a [`ReqwestTransport`].
pub struct ReqwestOptions {
    /// Looks up names.
    pub resolver: Arc<dyn Resolver>,
    /// Bytes of an answer's body; a larger one is cut off.
    pub body_limit: usize,
    /// Certificates of authorities to trust besides the operating system's.
    pub extra_roots: Vec<CertificateDer<'static>>,
    /// How the host names itself.
    pub user_agent: String,
}

impl Default for ReqwestOptions {
    fn default() -> Self {
        Self {
            resolver: Arc::new(SystemResolver),
            body_limit: 1024 * 1024,
            extra_roots: Vec::new(),
            user_agent: concat!("erp-integration-host/", env!("CARGO_PKG_VERSION")).into(),
        }
    }
}

/// Why the transport cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be set up")]
pub struct ReqwestError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// A [`Transport`] over `reqwest`. Cloning shares it.
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    body_limit: usize,
}

impl ReqwestTransport {
    /// A transport with these options.
    ///
    /// # Errors
    ///
    /// [`ReqwestError`] when TLS cannot be set up.
    pub fn new(options: ReqwestOptions) -> Result<Self, ReqwestError> {
        let failed = |error: reqwest::Error| ReqwestError(error.into());
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(options.extra_roots)?)
            .dns_resolver(Arc::new(CheckedResolver(options.resolver)))
            .user_agent(options.user_agent)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .no_proxy()
            .referer(false)
            .pool_max_idle_per_host(0)
            .http1_only()
            .http1_max_headers(HEADERS)
            .connect_timeout(CONNECT_TIMEOUT)
            .build()
            .map_err(failed)?;
        Ok(Self {
            client,
            body_limit: options.body_limit,
        })
    }
}

fn tls(extra_roots: Vec<CertificateDer<'static>>) -> Result<ClientConfig, ReqwestError> {
    let failed = |error: rustls::Error| ReqwestError(error.into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(failed)?;
    let config = match Verifier::new_with_extra_roots(extra_roots, provider) {
        Ok(verifier) => builder
            .dangerous() // the name of the way to any verifier, this one included
            .with_custom_certificate_verifier(Arc::new(verifier)),
        Err(error) => {
            // A machine without a trust store still serves loopback addresses.
            tracing::warn!(%error, "no trust store: every https connection will be refused");
            builder.with_root_certificates(RootCertStore::empty())
        }
    };
    Ok(config.with_no_client_auth())
}

#[async_trait::async_trait]
impl Transport for ReqwestTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        timeout: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        check_literal(request.uri())?;
        let (request, taken) = watched(request);
        let request = reqwest::Request::try_from(request).map_err(not_sent)?;
        let mut patience = pin!(Patience::new(timeout, taken));
        let answer = patience.for_(self.client.execute(request)).await;
        let answer = answer.ok_or_else(|| TransportError::NoAnswer(OVER.into()))?;
        let mut answer = answer.map_err(|error| {
            if error.is_connect() || error.is_builder() {
                not_sent(error)
            } else {
                no_answer(error)
            }
        })?;

        let headers = std::mem::take(answer.headers_mut());
        let size: usize = headers
            .iter()
            .map(|(name, value)| name.as_str().len() + value.len())
            .sum();
        let mut body = BytesMut::new();
        let broken = loop {
            match patience.for_(answer.chunk()).await {
                None => break Some(OVER.to_owned()),
                Some(Ok(None)) if size > HEADER_BYTES => {
                    break Some("its headers are too large".to_owned());
                }
                Some(Ok(None)) => break None,
                Some(Ok(Some(chunk))) => {
                    let room = self.body_limit.saturating_sub(body.len());
                    body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
                    if chunk.len() > room {
                        break Some("its body is too large".to_owned());
                    }
                }
                Some(Err(error)) => break Some(causes(error)),
            }
        };
        let mut response = http::Response::new(body.freeze());
        *response.status_mut() = answer.status();
        if size <= HEADER_BYTES {
            *response.headers_mut() = headers;
        }
        match broken {
            None => Ok(response),
            Some(reason) => Err(TransportError::BrokenOff(Part(Box::new(response)), reason)),
        }
    }
}

/// An address in the URI itself is not resolved, so it is checked here: on the
/// public internet, or loopback.
fn check_literal(uri: &http::Uri) -> Result<(), TransportError> {
    let host = uri.host().unwrap_or_default();
    match host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>()
    {
        Ok(address) if !address.is_loopback() && !is_global(address) => Err(
            TransportError::NotSent(format!("the address {address} is not public")),
        ),
        _ => Ok(()),
    }
}

struct CheckedResolver(Arc<dyn Resolver>);

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.0.clone();
        Box::pin(async move {
            let addresses = resolver.resolve(name.as_str()).await?;
            if let Some(address) = addresses.iter().find(|address| !is_global(**address)) {
                return Err(format!("a name resolves to {address}, which is not public").into());
            }
            // Port 0 becomes the port of the URI.
            let addresses = addresses
                .into_iter()
                .map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

fn not_sent(error: reqwest::Error) -> TransportError {
    TransportError::NotSent(causes(error))
}

fn no_answer(error: reqwest::Error) -> TransportError {
    TransportError::NoAnswer(causes(error))
}

/// The chain of causes without the URI, whose query may be secret.
fn causes(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests;
