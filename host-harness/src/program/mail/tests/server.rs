//! A mail server for one conversation, which does as it is told.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// How the server behaves.
#[derive(Clone)]
pub struct Manners {
    /// What it says it can do.
    pub offers: Vec<&'static str>,
    /// Its answer to a recipient.
    pub recipient: &'static str,
    /// Its answer to the message.
    pub message: &'static str,
    /// What it shows under TLS.
    pub shown: Option<Arc<ServerConfig>>,
    /// TLS from the first byte.
    pub implicit: bool,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            offers: vec![],
            recipient: "250 ok",
            message: "250 ok",
            shown: None,
            implicit: false,
        }
    }
}

/// What the server was told.
#[derive(Debug, Default)]
pub struct Heard {
    /// Every line but those of the message.
    pub lines: Vec<String>,
    /// The message as it came, dots and all.
    pub message: String,
}

/// A certificate for 127.0.0.1 that signs itself: to show, and to trust.
pub fn certificate() -> (Arc<ServerConfig>, Vec<u8>) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivatePkcs8KeyDer::from(key.serialize_der());
    let shown = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .unwrap();
    (Arc::new(shown), certificate.der().to_vec())
}

/// Listens; what it hears of its one client is known once that has gone.
pub async fn listen(manners: Manners) -> (u16, JoinHandle<Heard>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut heard = Heard::default();
        let acceptor = manners.shown.clone().map(TlsAcceptor::from);
        match acceptor {
            Some(acceptor) if manners.implicit => {
                if let Ok(stream) = acceptor.accept(stream).await {
                    talk(stream, &manners, &mut heard, true).await;
                }
            }
            acceptor => {
                let upgraded = talk(stream, &manners, &mut heard, true).await;
                if let (Some(stream), Some(acceptor)) = (upgraded, acceptor)
                    && let Ok(stream) = acceptor.accept(stream).await
                {
                    talk(stream, &manners, &mut heard, false).await;
                }
            }
        }
        heard
    });
    (port, heard)
}

/// Speaks until the client goes, or wants TLS: then the stream is handed back.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    manners: &Manners,
    heard: &mut Heard,
    greets: bool,
) -> Option<S> {
    let mut stream = BufReader::new(stream);
    if greets {
        stream.write_all(b"220 here\r\n").await.ok()?;
    }
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        heard.lines.push(line.clone());
        let verb = line.split([' ', ':']).next().unwrap().to_owned();
        let answer = match verb.as_str() {
            "EHLO" => {
                let mut lines = vec!["here"];
                lines.extend(&manners.offers);
                let last = lines.pop().unwrap();
                let before = lines.iter().map(|line| format!("250-{line}\r\n"));
                format!("{}250 {last}", before.collect::<String>())
            }
            "AUTH" => "235 ok".to_owned(),
            "RCPT" => manners.recipient.to_owned(),
            "DATA" => "354 go on".to_owned(),
            "QUIT" => "221 bye".to_owned(),
            _ => "250 ok".to_owned(),
        };
        stream.write_all(answer.as_bytes()).await.ok()?;
        stream.write_all(b"\r\n").await.ok()?;
        stream.flush().await.ok()?;
        match verb.as_str() {
            "STARTTLS" => return Some(stream.into_inner()),
            "DATA" => {
                while !heard.message.ends_with("\r\n.\r\n") {
                    if stream.read_line(&mut heard.message).await.ok()? == 0 {
                        return None;
                    }
                }
                let answer = format!("{}\r\n", manners.message);
                stream.write_all(answer.as_bytes()).await.ok()?;
                stream.flush().await.ok()?;
            }
            _ => {}
        }
    }
}
