//! `[mail]`: who notices come from, and which way they go out.

use std::env;
use std::net::IpAddr;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};

use lettre::address::AddressError;
use lettre::message::Mailbox;
use secrecy::SecretString;
use serde::Deserialize;
use url::Host;

use crate::mail::{Login, Security, Server, Way};

/// Of the messages that only become files.
const NOBODY: &str = "noreply@localhost";

/// The table; without a server, messages become files.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MailTable {
    from: Option<String>,
    folder: Option<PathBuf>,
    server: Option<String>,
    port: Option<NonZeroU16>,
    tls: Option<TlsName>,
    user: Option<String>,
    password: Option<SecretString>,
    password_env: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TlsName {
    StartTls,
    Implicit,
    None,
}

/// Who notices come from, and which way they go out.
#[derive(Debug)]
pub struct Mail {
    /// Who they come from.
    pub from: Mailbox,
    /// Which way.
    pub way: Way,
}

/// Why `[mail]` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// A server wants to know whom mail comes from.
    #[error("[mail] with a server needs from")]
    NoSender,
    /// The sender is nobody.
    #[error("[mail] from is not an address such as ERP <noreply@erp.example>")]
    Sender(#[source] AddressError),
    /// Two ways at once.
    #[error("[mail] takes either server or folder")]
    TwoWays,
    /// Something about a server, and no server.
    #[error("[mail] {0} is of use only with server")]
    NoServer(&'static str),
    /// Not a name or an address.
    #[error("[mail] server is not the name or the address of a host")]
    Server,
    /// Mail would go over a network as anyone can read it.
    #[error("[mail] tls = \"none\" is only for a server at a loopback address, such as 127.0.0.1")]
    Unprotected,
    /// A user without a password, or the other way round, or two passwords.
    #[error("[mail] takes user with either password or password_env, or none of them")]
    Login,
    /// The variable named by `password_env` is not set.
    #[error("the environment has no variable {0}, which password_env names")]
    PasswordVariable(String),
}

impl MailTable {
    pub(super) fn read(&self, data: &Path) -> Result<Mail, MailError> {
        let from = match (&self.from, &self.server) {
            (Some(from), _) => from.parse().map_err(MailError::Sender)?,
            (None, Some(_)) => return Err(MailError::NoSender),
            (None, None) => NOBODY.parse().map_err(MailError::Sender)?,
        };
        let way = match (&self.server, &self.folder) {
            (Some(_), Some(_)) => return Err(MailError::TwoWays),
            (Some(server), None) => Way::Server(self.server(server, &from)?),
            (None, folder) => {
                self.nothing_of_a_server()?;
                let outbox = || data.join("outbox");
                Way::Folder(folder.clone().unwrap_or_else(outbox))
            }
        };
        Ok(Mail { from, way })
    }

    fn server(&self, server: &str, from: &Mailbox) -> Result<Server, MailError> {
        // An IPv6 address stands without brackets, as in `listen` it cannot.
        let address = server.parse::<IpAddr>().ok();
        if address.is_none() {
            Host::parse(server).map_err(|_| MailError::Server)?;
        }
        let (security, port) = match self.tls.unwrap_or(TlsName::StartTls) {
            TlsName::StartTls => (Security::StartTls, 587),
            TlsName::Implicit => (Security::Implicit, 465),
            TlsName::None if address.is_some_and(|address| address.is_loopback()) => {
                (Security::None, 25)
            }
            TlsName::None => return Err(MailError::Unprotected),
        };
        Ok(Server {
            host: server.to_owned(),
            port: self.port.map_or(port, NonZeroU16::get),
            security,
            login: self.login()?,
            hello: from.email.domain().to_owned(),
        })
    }

    fn login(&self) -> Result<Option<Login>, MailError> {
        let password = match (&self.password, &self.password_env) {
            (Some(password), None) => Some(password.clone()),
            (None, Some(name)) => {
                let unset = |_| MailError::PasswordVariable(name.clone());
                Some(env::var(name).map(SecretString::from).map_err(unset)?)
            }
            (None, None) => None,
            (Some(_), Some(_)) => return Err(MailError::Login),
        };
        match (self.user.clone(), password) {
            (Some(user), Some(password)) => Ok(Some(Login { user, password })),
            (None, None) => Ok(None),
            _ => Err(MailError::Login),
        }
    }

    fn nothing_of_a_server(&self) -> Result<(), MailError> {
        let given = [
            ("port", self.port.is_some()),
            ("tls", self.tls.is_some()),
            ("user", self.user.is_some()),
            ("password", self.password.is_some()),
            ("password_env", self.password_env.is_some()),
        ];
        match given.into_iter().find(|(_, is_given)| *is_given) {
            Some((name, _)) => Err(MailError::NoServer(name)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn read(text: &str) -> Result<Mail, MailError> {
        toml::from_str::<MailTable>(text)
            .unwrap()
            .read(Path::new("data"))
    }

    const SERVER: &str = "from = \"ERP <noreply@erp.example>\"\nserver = \"smtp.erp.example\"\n";

    #[test]
    fn without_a_server_messages_become_files() {
        for (text, expected) in [
            ("", "data/outbox"),
            ("folder = \"elsewhere\"", "elsewhere"),
            ("from = \"a@b.example\"", "data/outbox"),
        ] {
            match read(text).unwrap().way {
                Way::Folder(folder) => assert_eq!(folder, Path::new(expected)),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(read("").unwrap().from.to_string(), NOBODY);
    }

    #[test]
    fn a_server_is_spoken_to_over_tls_unless_it_is_on_this_machine() {
        let ipv6 = "from = \"a@b.example\"\nserver = \"::1\"\n";
        for (text, security, port) in [
            (SERVER.to_owned(), Security::StartTls, 587),
            (
                format!("{SERVER}tls = \"starttls\""),
                Security::StartTls,
                587,
            ),
            (
                format!("{SERVER}tls = \"implicit\""),
                Security::Implicit,
                465,
            ),
            (format!("{SERVER}port = 2525"), Security::StartTls, 2525),
            (format!("{ipv6}tls = \"none\""), Security::None, 25),
        ] {
            match read(&text).unwrap().way {
                Way::Server(server) => {
                    assert_eq!((server.security, server.port), (security, port), "{text}");
                    assert!(server.login.is_none());
                }
                other => panic!("{other:?}"),
            }
        }
        for server in [
            "smtp.erp.example",
            "localhost",
            "10.0.0.1",
            "127.0.0.1.example",
        ] {
            let text = SERVER.replace("smtp.erp.example", server) + "tls = \"none\"";
            assert!(
                matches!(read(&text), Err(MailError::Unprotected)),
                "{server}"
            );
        }
    }

    #[test]
    fn a_login_is_whole_or_absent_and_its_password_is_not_shown() {
        let text = format!("{SERVER}user = \"u\"\npassword = \"s3cret\"");
        let mail = read(&text).unwrap();
        assert!(!format!("{mail:?}").contains("s3cret"));
        let Way::Server(Server { login, hello, .. }) = mail.way else {
            panic!("no server");
        };
        let Login { user, password } = login.unwrap();
        assert_eq!((user.as_str(), password.expose_secret()), ("u", "s3cret"));
        assert_eq!(hello, "erp.example");
        for lacking in [
            "user = \"u\"",
            "password = \"p\"",
            "user = \"u\"\npassword = \"p\"\npassword_env = \"X\"",
        ] {
            let read = read(&format!("{SERVER}{lacking}"));
            assert!(matches!(read, Err(MailError::Login)), "{lacking}");
        }
        let absent = "user = \"u\"\npassword_env = \"HARNESS_NO_SUCH_VARIABLE\"";
        let read = read(&format!("{SERVER}{absent}"));
        assert!(matches!(read, Err(MailError::PasswordVariable(_))));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let error = |text: &str| read(text).unwrap_err().to_string();
        assert!(error("server = \"a.example\"").contains("needs from"));
        assert!(error("from = \"nobody\"").contains("from is not"));
        assert!(error("from = \"a@b.example\\r\\nBcc: c@d.example\"").contains("from is not"));
        assert!(error(&format!("{SERVER}folder = \"x\"")).contains("either"));
        for server in ["", "a b", "http://a.example", "a.example:25"] {
            let text = SERVER.replace("smtp.erp.example", server);
            assert!(error(&text).contains("server is not"), "{server}");
        }
        for alone in [
            "port = 1",
            "tls = \"none\"",
            "user = \"u\"",
            "password = \"p\"",
            "password_env = \"P\"",
        ] {
            assert!(error(alone).contains("only with server"), "{alone}");
        }
        for wrong in [
            "port = 0",
            "port = 70000",
            "tls = \"maybe\"",
            "sever = \"x\"",
        ] {
            assert!(toml::from_str::<MailTable>(wrong).is_err(), "{wrong}");
        }
    }
}
