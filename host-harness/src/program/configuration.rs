//! The configuration file.
//!
//! Every member is checked while reading; one that is not known is refused, so
//! that a slip of the pen does not become a default.

mod mail;
mod text;

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use host_harness::{BasicDialect, HostBuilder, Limits, Registration};
use secrecy::SecretString;
use serde::Deserialize;
use url::{Host, Url};

use mail::MailTable;
pub use mail::{Mail, MailError};
pub use text::{json, text};

/// Where the sample page listens unless told otherwise.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8180);

/// The file as a whole.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Configuration {
    plugin: PluginTable,
    registration: Option<RegistrationTable>,
    endpoints: Endpoints,
    storage: Storage,
    limits: LimitsTable,
    listen: Listen,
    mail: MailTable,
}

/// What is expected of the plugin's file; see [`HostBuilder::id`] and
/// [`HostBuilder::origins`].
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PluginTable {
    id: Option<String>,
    origins: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RegistrationTable {
    client_id: String,
    client_secret: Option<SecretString>,
    client_secret_env: Option<String>,
    redirect_uri: String,
    scopes: Vec<String>,
    #[serde(default)]
    basic: Basic,
    #[serde(default)]
    pkce: Pkce,
    /// Whatever else a plugin takes.
    #[serde(default)]
    options: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Basic {
    #[default]
    Raw,
    Form,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Pkce {
    #[default]
    On,
    Off,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Endpoints {
    authorize: Option<String>,
    token: Option<String>,
    revoke: Option<String>,
    api: Option<String>,
    issuer: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Storage {
    url: Option<String>,
    key_file: Option<PathBuf>,
}

/// The limits that operators have reason to change; see [`Limits`].
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitsTable {
    memory_mib: Option<usize>,
    cpu_ms: Option<u64>,
    http_timeout_s: Option<u64>,
    deadline_s: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Listen {
    address: Option<SocketAddr>,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigurationError {
    /// The file cannot be read.
    #[error("the configuration {path} cannot be read")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is not a configuration; the message never shows its content,
    /// which may hold the client secret.
    #[error("the configuration {path} is not valid: {message} (line {line})")]
    Syntax {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        message: String,
        /// Where, from 1; 0 when unknown.
        line: usize,
    },
    /// Neither `client_secret` nor `client_secret_env`, or both.
    #[error("[registration] takes either client_secret or client_secret_env")]
    Secret,
    /// The variable named by `client_secret_env` is not set.
    #[error("the environment has no variable {0}, which client_secret_env names")]
    SecretVariable(String),
    /// A storage that this program does not know.
    #[error("[storage] url must be sqlite: and the path of a file")]
    StorageUrl,
    /// See [`MailError`].
    #[error(transparent)]
    Mail(#[from] MailError),
}

impl Configuration {
    /// Reads a file; without one, everything is default and nothing registered.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`].
    pub fn read(path: Option<&Path>) -> Result<Self, ConfigurationError> {
        let Some(path) = path else {
            return Ok(Self::default());
        };
        let text = fs::read_to_string(path).map_err(|source| ConfigurationError::Read {
            path: path.to_owned(),
            source,
        })?;
        toml::from_str(&text).map_err(|error| ConfigurationError::Syntax {
            path: path.to_owned(),
            message: harmless(error.message()).to_owned(),
            line: error.span().map_or(0, |span| {
                let before = text.get(..span.start).unwrap_or_default();
                before.matches('\n').count() + 1
            }),
        })
    }

    /// Tells the builder what is expected of the plugin.
    pub fn expect(&self, mut builder: HostBuilder) -> HostBuilder {
        if let Some(id) = &self.plugin.id {
            builder = builder.id(id);
        }
        if let Some(origins) = &self.plugin.origins {
            builder = builder.origins(origins);
        }
        builder
    }

    /// The registration, if there is one.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::Secret`] and [`ConfigurationError::SecretVariable`].
    pub fn registration(&self) -> Result<Option<Registration>, ConfigurationError> {
        let Some(table) = &self.registration else {
            return Ok(None);
        };
        let secret = match (&table.client_secret, &table.client_secret_env) {
            (Some(secret), None) => secret.clone(),
            (None, Some(name)) => env::var(name)
                .map(SecretString::from)
                .map_err(|_| ConfigurationError::SecretVariable(name.clone()))?,
            _ => return Err(ConfigurationError::Secret),
        };
        let mut registration = Registration::new(
            table.client_id.as_str(),
            secret,
            table.redirect_uri.as_str(),
            table.scopes.iter().cloned(),
        );
        registration.basic = match table.basic {
            Basic::Raw => BasicDialect::Raw,
            Basic::Form => BasicDialect::Form,
        };
        registration.options.extend(table.options.clone());
        if matches!(table.pkce, Pkce::Off) {
            registration.options.push(("pkce".into(), "off".into()));
        }
        let endpoints = &self.endpoints;
        let named = [
            ("authorize", &endpoints.authorize),
            ("token", &endpoints.token),
            ("revoke", &endpoints.revoke),
            ("api", &endpoints.api),
            ("issuer", &endpoints.issuer),
        ];
        registration.endpoints = named
            .into_iter()
            .filter_map(|(name, url)| Some((name.to_owned(), url.clone()?)))
            .collect();
        Ok(Some(registration))
    }

    /// The database file.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::StorageUrl`].
    pub fn database(&self, data: &Path) -> Result<PathBuf, ConfigurationError> {
        match &self.storage.url {
            None => Ok(data.join("harness.db")),
            Some(url) => url
                .strip_prefix("sqlite:")
                .filter(|path| {
                    !path.is_empty() && !path.starts_with("//") && !path.starts_with(':')
                })
                .map(PathBuf::from)
                .ok_or(ConfigurationError::StorageUrl),
        }
    }

    /// The file with the sealing keys.
    pub fn key_file(&self, data: &Path) -> PathBuf {
        let file = self.storage.key_file.clone();
        file.unwrap_or_else(|| data.join("sealing.keys"))
    }

    /// What one call of the plugin may use.
    pub fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        let table = &self.limits;
        if let Some(mib) = table.memory_mib {
            limits.memory = mib.saturating_mul(1024 * 1024);
        }
        if let Some(milliseconds) = table.cpu_ms {
            limits.cpu = Duration::from_millis(milliseconds);
        }
        if let Some(seconds) = table.http_timeout_s {
            limits.http_timeout = Duration::from_secs(seconds);
        }
        if let Some(seconds) = table.deadline_s {
            limits.deadline = Duration::from_secs(seconds);
        }
        limits
    }

    /// Who notices come from, and which way they go out.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::Mail`].
    pub fn mail(&self, data: &Path) -> Result<Mail, ConfigurationError> {
        Ok(self.mail.read(data)?)
    }

    /// Where the sample page listens: as told, else at the redirect URI itself
    /// where that is on this machine.
    pub fn listen(&self) -> SocketAddr {
        let registration = self.registration.as_ref();
        let redirect_uri = || on_this_machine(&registration?.redirect_uri);
        let address = self.listen.address.or_else(redirect_uri);
        address.unwrap_or(LISTEN)
    }
}

/// The loopback address of a URL without TLS.
fn on_this_machine(url: &str) -> Option<SocketAddr> {
    let url = Url::parse(url).ok().filter(|url| url.scheme() == "http")?;
    let address = match url.host()? {
        Host::Ipv4(address) => IpAddr::from(address),
        Host::Ipv6(address) => IpAddr::from(address),
        Host::Domain(_) => return None,
    };
    let port = url.port_or_known_default()?;
    (address.is_loopback()).then(|| SocketAddr::new(address, port))
}

/// What the parser says of names; what it says of values shows them.
fn harmless(message: &str) -> &str {
    let of_names = ["unknown field", "missing field", "duplicate key"];
    if of_names.iter().any(|name| message.starts_with(name)) {
        message
    } else {
        "a value of the wrong kind, or not TOML"
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use secrecy::ExposeSecret as _;

    use super::*;

    const WHOLE: &str = r#"
        [plugin]
        id = "test"
        origins = ["https://api.example"]
        [registration]
        client_id = "id"
        client_secret = "s3cret"
        redirect_uri = "http://127.0.0.1:8180/callback"
        scopes = ["customer"]
        basic = "form"
        pkce = "off"
        [endpoints]
        token = "http://127.0.0.1:8181/token"
        issuer = "http://127.0.0.1:8181"
        [storage]
        url = "sqlite:other.db"
        key_file = "other.keys"
        [limits]
        memory_mib = 16
        cpu_ms = 100
        http_timeout_s = 30
        deadline_s = 60
        [listen]
        address = "127.0.0.1:1"
    "#;

    fn read(text: &str) -> Result<Configuration, ConfigurationError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Configuration::read(Some(file.path()))
    }

    #[test]
    fn a_whole_file_is_read() {
        let configuration = read(WHOLE).unwrap();
        let registration = configuration.registration().unwrap().unwrap();
        assert_eq!(registration.client_secret.expose_secret(), "s3cret");
        assert_eq!(registration.basic, BasicDialect::Form);
        assert_eq!(registration.options, [("pkce".into(), "off".into())]);
        let endpoints = [
            ("token".into(), "http://127.0.0.1:8181/token".into()),
            ("issuer".into(), "http://127.0.0.1:8181".into()),
        ];
        assert_eq!(registration.endpoints, endpoints);
        let data = Path::new("data");
        assert_eq!(configuration.database(data).unwrap(), Path::new("other.db"));
        assert_eq!(configuration.key_file(data), Path::new("other.keys"));
        assert_eq!(configuration.listen().port(), 1);
        let expected = Limits {
            memory: 16 * 1024 * 1024,
            cpu: Duration::from_millis(100),
            http_timeout: Duration::from_secs(30),
            deadline: Duration::from_secs(60),
            ..Limits::default()
        };
        assert_eq!(configuration.limits(), expected);
        assert_eq!(Configuration::default().limits(), Limits::default());
    }

    #[test]
    fn the_page_listens_where_it_is_told_or_where_browsers_come_back() {
        let without = WHOLE.split("[listen]").next().unwrap();
        let listen = |redirect_uri: &str| {
            let text = without.replace("http://127.0.0.1:8180/callback", redirect_uri);
            read(&text).unwrap().listen().to_string()
        };
        assert_eq!(listen("http://127.0.0.1:8194/callback"), "127.0.0.1:8194");
        assert_eq!(listen("http://[::1]:8194/callback"), "[::1]:8194");
        for elsewhere in [
            "https://127.0.0.1/cb",
            "https://erp.example/cb",
            "http://10.0.0.1/",
        ] {
            assert_eq!(listen(elsewhere), "127.0.0.1:8180", "{elsewhere}");
        }
    }

    #[test]
    fn without_a_file_nothing_is_registered_and_data_are_in_the_data_folder() {
        let configuration = Configuration::read(None).unwrap();
        assert!(configuration.registration().unwrap().is_none());
        let data = Path::new("data");
        assert_eq!(
            configuration.database(data).unwrap(),
            data.join("harness.db")
        );
        assert_eq!(configuration.key_file(data), data.join("sealing.keys"));
    }

    #[test]
    fn an_unknown_member_and_a_wrong_value_are_refused_with_their_line() {
        let wrong = [
            ("[registration]\nclientid = \"x\"", 2),
            ("\n[storag]", 2),
            (&WHOLE.replace("\"form\"", "\"both\""), 10),
        ];
        for (text, expected) in wrong {
            match read(text) {
                Err(ConfigurationError::Syntax { line, .. }) => assert_eq!(line, expected),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_broken_file_does_not_show_its_secret() {
        for broken in ["\"s3cret", "53232", "[\"s3cret\"]", "{ s3cret = 1 }"] {
            let error = read(&WHOLE.replace("\"s3cret\"", broken)).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(
                !shown.contains("s3cret") && !shown.contains("53232"),
                "{shown}"
            );
        }
        let configuration = read(WHOLE).unwrap();
        assert!(!format!("{configuration:?}").contains("s3cret"));
    }

    #[test]
    fn exactly_one_source_of_the_secret_is_taken() {
        let both = WHOLE.replace("basic =", "client_secret_env = \"X\"\nbasic =");
        let neither = WHOLE.replace("client_secret = \"s3cret\"", "");
        for text in [both, neither] {
            let error = read(&text).unwrap().registration().unwrap_err();
            assert!(matches!(error, ConfigurationError::Secret));
        }
        let absent = WHOLE.replace(
            "client_secret = \"s3cret\"",
            "client_secret_env = \"HARNESS_NO_SUCH_VARIABLE\"",
        );
        let error = read(&absent).unwrap().registration().unwrap_err();
        assert!(matches!(error, ConfigurationError::SecretVariable(_)));
    }

    #[test]
    fn another_storage_than_sqlite_is_refused() {
        for url in [
            "postgres://x",
            "sqlite:",
            "file",
            "sqlite://x",
            "sqlite::memory:",
        ] {
            let text = format!("[storage]\nurl = \"{url}\"");
            let error = read(&text).unwrap().database(Path::new("d")).unwrap_err();
            assert!(matches!(error, ConfigurationError::StorageUrl), "{url}");
        }
    }
}
