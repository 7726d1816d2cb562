//! Mail by SMTP (RFC 5321), encrypted unless the server is on this machine.
//!
//! Without the TLS that was asked for nothing is said: neither the password nor
//! the message.

use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{AsyncSmtpTransport, Error};
use lettre::{AsyncTransport as _, Message, Tokio1Executor};
use secrecy::{ExposeSecret as _, SecretString};

use super::{DeliveryError, Outbox};

/// For each step of the conversation.
const STEP: Duration = Duration::from_secs(20);
/// For the conversation as a whole.
const WHOLE: Duration = Duration::from_secs(60);

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314 section 3.3).
    Implicit,
    /// TLS before anything is said (RFC 3207); required.
    StartTls,
    /// None; only towards this machine.
    None,
}

/// Who the server knows this host as.
#[derive(Debug)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password.
    pub password: SecretString,
}

/// A server, as it was configured.
#[derive(Debug)]
pub struct Server {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// None where it asks for none.
    pub login: Option<Login>,
    /// How this host names itself: the domain it sends from.
    pub hello: String,
}

/// Speaks to one server, anew for each message.
pub struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl Smtp {
    /// Prepares everything; nobody is spoken to yet.
    ///
    /// # Errors
    ///
    /// When TLS cannot be set up.
    pub fn new(server: &Server) -> Result<Self, Error> {
        Ok(Self::with_tls(server, tls(server)?))
    }

    pub(super) fn with_tls(server: &Server, tls: Tls) -> Self {
        let mut builder =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host.as_str())
                .port(server.port)
                .tls(tls)
                .hello_name(ClientId::Domain(server.hello.clone()))
                .timeout(Some(STEP));
        if let Some(Login { user, password }) = &server.login {
            let password = password.expose_secret().to_owned();
            builder = builder.credentials(Credentials::new(user.clone(), password));
        }
        Self(builder.build())
    }
}

fn tls(server: &Server) -> Result<Tls, Error> {
    let parameters = || TlsParameters::new_rustls(server.host.clone());
    Ok(match server.security {
        Security::Implicit => Tls::Wrapper(parameters()?),
        Security::StartTls => Tls::Required(parameters()?),
        Security::None => Tls::None,
    })
}

#[async_trait::async_trait]
impl Outbox for Smtp {
    async fn deliver(&self, message: &Message) -> Result<(), DeliveryError> {
        let conversation = self.0.send(message.clone());
        match tokio::time::timeout(WHOLE, conversation).await {
            Ok(sent) => sent.map(|_| ()).map_err(Into::into),
            Err(_) => Err(DeliveryError::Timeout(WHOLE)),
        }
    }
}
