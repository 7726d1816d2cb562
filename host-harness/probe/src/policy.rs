//! Checks of the host's policy: where requests may go, what a plugin may not
//! say, and as whom a request goes out.

use crate::{
    check::Lapse,
    contract::{HttpError, Request, RequestAuthorization},
    http,
    trial::{Trial, denied, get},
};

const ORIGINS: &str = "http: the host must allow only the exact origins it granted (scheme, host \
                       and port); anything else is `denied`.";
const HEADERS: &str = "http.request.headers: `authorization`, `host`, `content-length`, \
                       `user-agent` and hop-by-hop fields are `denied`.";
/// Of fields that the host sets, and of hop-by-hop fields (RFC 9110 section
/// 7.6.1); with the names in a case of their own.
const RESERVED: [(&str, &str); 3] = [
    ("Host", "elsewhere.invalid"),
    ("CONTENT-LENGTH", "1"),
    ("connection", "close"),
];

pub(crate) fn port(trial: &Trial<'_>) -> Result<(), Lapse> {
    let elsewhere = trial.option("elsewhere")?;
    let uri = format!("{elsewhere}/answer?id={}", trial.id("port"));
    let what = "a request to another port of a granted host";
    trial.unsent("port", &get(uri), denied, what, ORIGINS)
}

pub(crate) fn host(trial: &Trial<'_>) -> Result<(), Lapse> {
    let uri = trial.uri("answer", "host")?;
    let named = uri.replacen("://127.0.0.1:", "://localhost:", 1);
    if named == uri {
        let words = "The endpoint `api` is not on 127.0.0.1, where the kit's server is.";
        return Err(Lapse::untried("no-server", words));
    }
    let what = "a request to another name of a granted host";
    trial.unsent("host", &get(named), denied, what, ORIGINS)
}

pub(crate) fn userinfo(trial: &Trial<'_>) -> Result<(), Lapse> {
    // Begins as the granted origin does, and leads to the other one.
    let (scheme, granted) = parts(trial.endpoint("api")?)?;
    let (_, elsewhere) = parts(trial.option("elsewhere")?)?;
    let id = trial.id("userinfo");
    let uri = format!("{scheme}://{granted}@{elsewhere}/answer?id={id}");
    let what = "a request that has the granted origin as userinfo and leads elsewhere";
    trial.unsent("userinfo", &get(uri), denied, what, ORIGINS)
}

/// Scheme and authority of a URL.
fn parts(url: &str) -> Result<(&str, &str), Lapse> {
    let (scheme, rest) = url.split_once("://").ok_or_else(|| {
        Lapse::untried("no-server", "The server's addresses are no absolute URLs.")
    })?;
    Ok((scheme, rest.split('/').next().unwrap_or(rest)))
}

pub(crate) fn header_authorization(trial: &Trial<'_>) -> Result<(), Lapse> {
    header(trial, "Authorization", "Bearer kit")
}

pub(crate) fn header_reserved(trial: &Trial<'_>) -> Result<(), Lapse> {
    let mut outcomes = RESERVED.map(|(name, value)| (name, header(trial, name, value)));
    // The first lapse, with the name of its header.
    for (name, outcome) in &mut outcomes {
        if let Err(lapse) = outcome {
            lapse.seen = format!("{}-{}", name.to_ascii_lowercase(), lapse.seen);
            return Err(lapse.clone());
        }
    }
    Ok(())
}

fn header(trial: &Trial<'_>, name: &str, value: &str) -> Result<(), Lapse> {
    let id = format!("header-{}", name.to_ascii_lowercase());
    let request = Request {
        headers: vec![(name.to_owned(), value.to_owned())],
        ..get(trial.uri("answer", &id)?)
    };
    let what = "a request with a header that is not the plugin's to set";
    trial.unsent(&id, &request, denied, what, HEADERS)
}

pub(crate) fn bearer(trial: &Trial<'_>) -> Result<(), Lapse> {
    http::answered(trial)?;
    let token = http::token(trial);
    trial.claim("whole", move |seen| {
        if seen.scheme == "bearer" && seen.name == token {
            return Ok(());
        }
        let words = "The bearer token did not come to the server as it is. \
                     http.authorization.bearer: RFC 6750 section 2.1.";
        Err(Lapse::fails(credential(&seen.scheme), words))
    });
    Ok(())
}

pub(crate) fn client(trial: &Trial<'_>) -> Result<(), Lapse> {
    let request = Request {
        method: "POST".to_owned(),
        authorization: RequestAuthorization::Client,
        ..get(trial.uri_at("token", "answer", "client")?)
    };
    if let Err(HttpError::Denied(text)) = trial.effects.send(&request) {
        let words = format!(
            "The host denied a request as the client, {text:?}. http.authorization.client: the \
             host adds the registered client id and secret."
        );
        return Err(Lapse::fails("denied", words));
    }
    let app = trial.app.as_ref();
    let id = app.map(|app| app.client_id.clone()).unwrap_or_default();
    trial.claim("client", move |seen| {
        if seen.count == 0 {
            return Err(http::not_reached());
        }
        if seen.scheme == "basic" && seen.name == id && seen.secret {
            return Ok(());
        }
        let words = "The registered client id and secret did not come to the server as HTTP \
                     Basic credentials. http.authorization.client: the host adds them.";
        Err(Lapse::fails(credential(&seen.scheme), words))
    });
    Ok(())
}

pub(crate) fn client_only(trial: &Trial<'_>) -> Result<(), Lapse> {
    if parts(trial.endpoint("token")?)? == parts(trial.endpoint("api")?)? {
        let words = "The endpoints `token` and `api` have one origin; the kit's server has two.";
        return Err(Lapse::untried("one-origin", words));
    }
    // Denied or sent as nobody: the contract leaves that to the host.
    let _ = trial.effects.send(&Request {
        method: "POST".to_owned(),
        authorization: RequestAuthorization::Client,
        ..get(trial.uri("answer", "client-only")?)
    });
    let uri = trial.uri_at("token", "answer", "client-nobody")?;
    let _ = trial.effects.send(&get(uri));
    for (name, what) in [
        (
            "client-only",
            "to the origin of `api`, with a request as the client",
        ),
        ("client-nobody", "with a request as nobody"),
    ] {
        trial.claim(name, move |seen| match seen.scheme.as_str() {
            "" => Ok(()),
            scheme => {
                let words = format!(
                    "Credentials came {what}. http.authorization.client: where the operator has \
                     named the token and revocation endpoints, only towards their origins; \
                     `none` is none."
                );
                Err(Lapse::fails(scheme, words))
            }
        });
    }
    Ok(())
}

fn credential(scheme: &str) -> String {
    match scheme {
        "" => "no-credential".to_owned(),
        scheme => format!("other-{scheme}"),
    }
}
