//! What a plugin hands out that must not be seen: printed, these say nothing.

use crate::contract::bindings::exports::erp::integration::integration as contract;
use secrecy::SecretString;

/// Where to send the browser, and what to keep for its return.
#[derive(Debug, Clone)]
pub struct Authorization {
    /// The authorization request (RFC 6749 section 4.1.1); holds the state.
    pub url: SecretString,
    /// The callback carries it as the query parameter `state`.
    pub state: SecretString,
    /// For the browser that began: a cookie (`__Host-`, `HttpOnly`,
    /// `SameSite=Lax`) that comes back with the callback.
    pub binding: SecretString,
    /// Unix seconds; the callback is accepted until then.
    pub expires: u64,
}

impl From<contract::Authorization> for Authorization {
    fn from(authorization: contract::Authorization) -> Self {
        Self {
            url: authorization.url.into(),
            state: authorization.state.into(),
            binding: authorization.binding.into(),
            expires: authorization.expires,
        }
    }
}

/// An access token (RFC 6750).
#[derive(Debug, Clone)]
pub struct Token {
    /// The token.
    pub value: SecretString,
    /// Unix seconds; invalid from then.
    pub expires: u64,
    /// Unix seconds; until then the value may be handed out without asking
    /// again, unless another export is called in between.
    pub renew: u64,
}

impl From<contract::Token> for Token {
    fn from(token: contract::Token) -> Self {
        Self {
            value: token.value.into(),
            expires: token.expires,
            renew: token.renew,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_secrets_when_printed_then_they_are_not_seen() {
        let authorization = Authorization::from(contract::Authorization {
            url: "https://s3cret".into(),
            state: "s3cret".into(),
            binding: "s3cret".into(),
            expires: 1,
        });
        let value = "s3cret".into();
        let token = Token::from(contract::Token {
            value,
            expires: 1,
            renew: 1,
        });
        assert!(!format!("{authorization:?}{token:?}").contains("s3cret"));
    }
}
