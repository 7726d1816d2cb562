//! Access tokens: HS256 JWTs with the claims of real ones, in their order, and
//! of their size (RFC 7519; R: two expired tokens in public repositories).
//!
//! No key is published, so a client can read them but not verify them.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use flate2::{Compression, write::GzEncoder};
use ring::hmac;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::cast::TenantId;
use crate::scope::Scopes;

const HEADER: &str = r#"{"typ":"JWT","alg":"HS256"}"#;

/// What an access token says, apart from the constants.
pub(crate) struct Subject<'a> {
    pub(crate) user: u32,
    pub(crate) tenant: TenantId,
    pub(crate) client_id: &'a str,
    pub(crate) scopes: &'a Scopes,
    pub(crate) rights: Vec<String>,
    pub(crate) roles: Option<&'a [&'a str]>,
    pub(crate) id: String,
    pub(crate) issued: u64,
    pub(crate) expires: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Claims<'a> {
    user_id: u32,
    tenant_id: TenantId,
    client_id: &'a str,
    rights_as_json: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<&'a [&'a str]>,
    scopes: &'a Scopes,
    authsource: &'a str,
    id: &'a str,
    jti: &'a str,
    iss: &'a str,
    aud: &'a str,
    sub: String,
    exp: u64,
    iat: u64,
    #[serde(rename = "token_type")]
    token_type: &'a str,
    scope: String,
}

/// The token could not be written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JwtError {
    #[error("the claims could not be written as JSON")]
    Json(#[from] serde_json::Error),
    #[error("the rights could not be compressed")]
    Gzip(#[from] std::io::Error),
}

pub(crate) fn sign(subject: &Subject<'_>, key: &hmac::Key) -> Result<String, JwtError> {
    let claims = Claims {
        user_id: subject.user,
        tenant_id: subject.tenant,
        client_id: subject.client_id,
        rights_as_json: rights_as_json(&subject.rights)?,
        roles: subject.roles,
        scopes: subject.scopes,
        authsource: "OAUTH2",
        id: &subject.id,
        jti: &subject.id,
        iss: "https://api.fortnox.se/oauth2",
        aud: subject.client_id,
        sub: format!("{}@{}", subject.user, subject.tenant),
        exp: subject.expires,
        iat: subject.issued,
        token_type: "bearer",
        scope: subject.scopes.to_string(),
    };
    let header = URL_SAFE_NO_PAD.encode(HEADER);
    let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims)?);
    let signed = format!("{header}.{payload}");
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(key, signed.as_bytes()));
    Ok(format!("{signed}.{signature}"))
}

/// Base64 of gzip of a JSON array.
fn rights_as_json(rights: &[String]) -> Result<String, JwtError> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(&serde_json::to_vec(rights)?)?;
    Ok(STANDARD.encode(gzip.finish()?))
}

/// Right names in the manner of the real ones: the registers a user has rights
/// to, filled up to `count` with invented ones.
pub(crate) fn right_names<'a>(
    registers: impl Iterator<Item = &'a str>,
    count: usize,
) -> Vec<String> {
    registers
        .map(|register| format!("registry.{register}"))
        .chain((0..).map(invented_right))
        .take(count)
        .collect()
}

/// The words are drawn by hash, so that the names compress no better than real
/// ones and a token has its real size.
fn invented_right(number: u64) -> String {
    const AREAS: [&str; 6] = ["bf", "oof", "registry", "salary", "archive", "settings"];
    const WORDS: [&str; 16] = [
        "account", "bank", "voucher", "order", "offer", "article", "price", "period", "report",
        "currency", "term", "unit", "label", "template", "series", "stock",
    ];
    let digest = Sha256::digest(number.to_be_bytes());
    let mut digits = digest.iter().map(|byte| usize::from(*byte));
    let mut draw = |from: &[&'static str]| {
        let at = digits.next().unwrap_or_default();
        from.iter().cycle().nth(at).copied().unwrap_or_default()
    };
    let area = draw(&AREAS);
    let words = [draw(&WORDS), draw(&WORDS), draw(&WORDS)].concat();
    format!("{area}.{words}{number}")
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn token(rights: usize) -> (String, hmac::Key) {
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"key");
        let subject = Subject {
            user: 2,
            tenant: TenantId(1_234_567),
            client_id: "AbCdEf123456",
            scopes: &Scopes::parse("customer project"),
            rights: right_names(["customer"].into_iter(), rights),
            roles: Some(&[]),
            id: "0".repeat(40),
            issued: 1000,
            expires: 4600,
        };
        (sign(&subject, &key).unwrap(), key)
    }

    fn claims(token: &str) -> String {
        let payload = token.split('.').nth(1).unwrap();
        String::from_utf8(URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
    }

    #[test]
    fn given_a_token_when_its_signature_is_checked_then_it_verifies() {
        let (token, key) = token(1);
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        assert!(hmac::verify(&key, signed.as_bytes(), &signature).is_ok());
    }

    #[test]
    fn given_the_default_rights_when_signed_then_about_three_kilobytes() {
        let size = token(180).0.len();
        assert!((2_600..=3_400).contains(&size), "{size}");
    }

    #[test]
    fn given_a_token_when_read_then_the_claims_are_fortnox_s_in_order() {
        let text = claims(&token(1).0);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["sub"], "2@1234567");
        assert_eq!(value["tenantId"], 1_234_567);
        assert_eq!(value["scopes"], serde_json::json!(["customer", "project"]));
        assert_eq!(value["scope"], "customer project");
        assert_eq!(value["roles"], serde_json::json!([]));
        assert_eq!(value["id"], value["jti"]);
        assert_eq!(
            value["exp"].as_u64().unwrap() - value["iat"].as_u64().unwrap(),
            3600
        );
        let tail = r#""exp":4600,"iat":1000,"token_type":"bearer","scope":"customer project"}"#;
        assert!(text.ends_with(tail), "{text}");
    }

    #[test]
    fn given_rights_when_unpacked_then_the_names_are_there() {
        let value: serde_json::Value = serde_json::from_str(&claims(&token(3).0)).unwrap();
        let packed = STANDARD
            .decode(value["rightsAsJson"].as_str().unwrap())
            .unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(packed.as_slice())
            .read_to_string(&mut text)
            .unwrap();
        let names: Vec<String> = serde_json::from_str(&text).unwrap();
        assert_eq!((names.len(), names[0].as_str()), (3, "registry.customer"));
    }
}
