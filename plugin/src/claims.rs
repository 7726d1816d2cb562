//! What an access token tells about itself.
//!
//! A hint and nothing more: Fortnox signs with a key it does not publish, so
//! the claims cannot be verified (Fortnox, Client credentials). They are never
//! used to allow anything, and a token that tells nothing is as good as any.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use oauth2::AccessToken;

use crate::json::Value;

/// Longest number that is believed.
const MAX_DIGITS: usize = 20;

/// The claims of interest, digits only.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// Fortnox' number for the organization.
    pub tenant_id: Option<String>,
    /// Fortnox' number for the user within the organization.
    pub user_id: Option<String>,
}

impl Claims {
    /// The claims of a token; nothing where it cannot be read.
    pub fn of(token: &AccessToken) -> Claims {
        let payload = token.secret().split('.').nth(1).unwrap_or_default();
        let payload = BASE64_URL_SAFE_NO_PAD
            .decode(payload.trim_end_matches('='))
            .ok()
            .and_then(|json| Value::parse(&json))
            .unwrap_or_default();
        Claims {
            tenant_id: payload.get("tenantId").and_then(digits),
            user_id: payload.get("userId").and_then(digits),
        }
    }
}

/// A number written as number or as text.
pub fn digits(value: &Value) -> Option<String> {
    let text = match value {
        Value::Number(text) | Value::String(text) => text,
        _ => return None,
    };
    let fits = (1..=MAX_DIGITS).contains(&text.len());
    (fits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.clone())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn token(payload: &str) -> AccessToken {
        let payload = BASE64_URL_SAFE_NO_PAD.encode(payload);
        AccessToken::new(format!("e30.{payload}.c2ln"))
    }

    #[test]
    fn numbers_are_read_as_number_or_text() {
        let expected = Claims {
            tenant_id: Some("1234567".into()),
            user_id: Some("2".into()),
        };
        assert_eq!(
            Claims::of(&token(r#"{"tenantId":1234567,"userId":"2"}"#)),
            expected
        );
    }

    #[test]
    fn whatever_is_not_a_number_is_no_claim() {
        let odd = [
            "-1", "1.5", "1e9", "[1]", "null", "true", r#""12x""#, r#""""#, r#"" 1""#,
        ];
        for value in odd {
            let claims = Claims::of(&token(&format!(r#"{{"tenantId":{value}}}"#)));
            assert_eq!(claims, Claims::default(), "{value}");
        }
        let long = "9".repeat(21);
        let claims = Claims::of(&token(&format!(r#"{{"tenantId":"{long}"}}"#)));
        assert_eq!(claims, Claims::default());
        for opaque in ["", "opaque", "a.b.c", "..", "e30.!.x", "a.e30"] {
            assert_eq!(
                Claims::of(&AccessToken::new(opaque.into())),
                Claims::default()
            );
        }
    }

    proptest! {
        #[test]
        fn no_token_makes_it_panic(text in "\\PC{0,200}") {
            let _ = Claims::of(&AccessToken::new(text));
        }
    }
}
