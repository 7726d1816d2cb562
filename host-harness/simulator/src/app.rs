//! The integration as it is registered in the Developer Portal.

use crate::scope::Scopes;
use crate::secret::Secret;

/// One registered client (RFC 6749 section 2; Fortnox: Developer Portal).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct App {
    /// What people see on the consent page.
    pub name: String,
    /// Public id; 12 characters `[A-Za-z0-9]` in Fortnox's samples.
    pub client_id: String,
    /// The secret of the Basic header.
    pub client_secret: Secret,
    /// The one redirect URI, compared as text. None is the portal's field left
    /// empty: then any URI is accepted.
    pub redirect_uri: Option<String>,
    /// The scopes that may be asked for.
    pub scopes: Scopes,
    /// Whether the app may be authorized as a service account.
    pub service_accounts: bool,
}

impl Default for App {
    /// An app with the scopes of a project system, allowed to use service
    /// accounts, whose redirect URI nobody listens at.
    fn default() -> Self {
        Self {
            name: "Projektsystemet".to_owned(),
            client_id: "SimKlient123".to_owned(),
            client_secret: Secret::new("SimHemlig1"),
            redirect_uri: Some("http://127.0.0.1:9/callback".to_owned()),
            scopes: Scopes::parse(
                "companyinformation customer project invoice payment supplierinvoice supplier bookkeeping profile",
            ),
            service_accounts: true,
        }
    }
}
