//! TLS in front of the simulator, with certificates made for the occasion.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use host_harness::{ReqwestOptions, ReqwestTransport};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// An authority that signs certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// Another each time.
    pub fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Authority(CertifiedIssuer::self_signed(params, key).unwrap())
    }

    /// The certificate to trust.
    pub fn root(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    /// What a server with this name or address shows; expired or not.
    pub fn certify(&self, name: &str, expired: bool) -> Shown {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        if expired {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let configuration = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into());
        Shown(Arc::new(configuration.unwrap()))
    }
}

impl Default for Authority {
    fn default() -> Self {
        Authority::new()
    }
}

/// A certificate with its key.
#[derive(Clone)]
pub struct Shown(Arc<ServerConfig>);

/// A server on loopback that ends TLS and passes everything on.
pub struct Front {
    address: SocketAddr,
    shown: Arc<Mutex<Shown>>,
    greeted: Arc<AtomicUsize>,
    server: JoinHandle<()>,
}

impl Front {
    /// In front of the server at this address.
    pub async fn of(server: SocketAddr, shown: Shown) -> Front {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shown = Arc::new(Mutex::new(shown));
        let greeted: Arc<AtomicUsize> = Arc::default();
        let (showing, counting) = (shown.clone(), greeted.clone());
        let server = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let acceptor = TlsAcceptor::from(showing.lock().unwrap().0.clone());
                let counting = counting.clone();
                tokio::spawn(async move {
                    let Ok(mut client) = acceptor.accept(stream).await else {
                        return;
                    };
                    counting.fetch_add(1, Ordering::SeqCst);
                    let mut behind = TcpStream::connect(server).await.unwrap();
                    // Either may go first.
                    tokio::io::copy_bidirectional(&mut client, &mut behind)
                        .await
                        .ok();
                });
            }
        });
        Front {
            address,
            shown,
            greeted,
            server,
        }
    }

    /// The address of a path here.
    pub fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    /// Shows another certificate from now on.
    pub fn show(&self, shown: Shown) {
        *self.shown.lock().unwrap() = shown;
    }

    /// How many clients have accepted the certificate.
    pub fn greeted(&self) -> usize {
        self.greeted.load(Ordering::SeqCst)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// The real transport, which trusts these authorities besides the system's.
pub fn trusting(authorities: &[&Authority]) -> Arc<ReqwestTransport> {
    let roots = authorities.iter().map(|authority| authority.root());
    let options = ReqwestOptions {
        extra_roots: roots.collect(),
        ..ReqwestOptions::default()
    };
    Arc::new(ReqwestTransport::new(options).unwrap())
}
