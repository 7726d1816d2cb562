//! Client authentication: a Basic header in one of two dialects (RFC 7617, RFC
//! 6749 section 2.3.1), or, by a switch, the body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::app::App;
use crate::behaviour::{BasicDialect, Behaviour};
use crate::ledger::ClientAuth;
use crate::params::Params;
use crate::state::World;

/// How the client authenticated, and what its credentials would be right as.
pub(super) fn read(app: &App, headers: &HeaderMap, form: &Params) -> ClientAuth {
    let Some(header) = headers.get(AUTHORIZATION) else {
        let in_body = form.get("client_id") == Some(&app.client_id)
            && form.get("client_secret") == Some(app.client_secret.expose());
        return if in_body {
            ClientAuth::Body
        } else {
            ClientAuth::Absent
        };
    };
    let Some((id, secret)) = header.to_str().ok().and_then(basic) else {
        return ClientAuth::Unreadable;
    };
    let is_right =
        |id: &str, secret: &str| id == app.client_id && secret == app.client_secret.expose();
    ClientAuth::Basic {
        raw: is_right(&id, &secret),
        form: is_right(&form_decoded(&id), &form_decoded(&secret)),
    }
}

/// Whether that is enough for what the simulator demands.
pub(super) fn is_accepted(auth: ClientAuth, behaviour: &Behaviour) -> bool {
    match auth {
        ClientAuth::Absent | ClientAuth::Unreadable => false,
        ClientAuth::Body => behaviour.credentials_in_body,
        ClientAuth::Basic { raw, form } => match behaviour.basic {
            BasicDialect::Raw => raw,
            BasicDialect::Form => form,
        },
    }
}

/// Both at once, for the revocation endpoint.
pub(crate) fn is_client(world: &World, headers: &HeaderMap, form: &Params) -> bool {
    is_accepted(read(&world.app, headers, form), &world.behaviour)
}

/// Splits at the first colon, as an id cannot hold one.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// One value, so that `&` and `=` in it stay what they are.
fn form_decoded(text: &str) -> String {
    let guarded = format!("v={}", text.replace('&', "%26"));
    let mut pairs = form_urlencoded::parse(guarded.as_bytes());
    pairs
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn read_header(header: &str) -> ClientAuth {
        let app = App {
            client_secret: Secret::new("a+/:%&="),
            ..App::default()
        };
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, header.parse().unwrap());
        read(&app, &headers, &Params::of_query(""))
    }

    fn basic_header(credentials: &str) -> String {
        format!("Basic {}", STANDARD.encode(credentials))
    }

    #[test]
    fn given_an_awkward_secret_when_sent_raw_then_right_as_raw_only() {
        let auth = read_header(&basic_header("SimKlient123:a+/:%&="));
        assert_eq!(
            auth,
            ClientAuth::Basic {
                raw: true,
                form: false
            }
        );
    }

    #[test]
    fn given_an_awkward_secret_when_sent_form_encoded_then_right_as_form_only() {
        let auth = read_header(&basic_header("SimKlient123:a%2B%2F%3A%25%26%3D"));
        assert_eq!(
            auth,
            ClientAuth::Basic {
                raw: false,
                form: true
            }
        );
    }

    #[test]
    fn given_another_scheme_or_broken_base64_when_read_then_unreadable() {
        assert_eq!(read_header("Bearer abc"), ClientAuth::Unreadable);
        assert_eq!(read_header("Basic %%%"), ClientAuth::Unreadable);
    }
}
