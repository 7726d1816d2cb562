//! What most stories begin with, and what the provider answers on the way.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tests::recorder::{Exchange, Recorder};

/// An hour of the access token.
pub const HOUR: u64 = 3600;

/// Settings as they are given to `configure`.
pub fn settings(pairs: &[(&str, &str)]) -> Value {
    json!(pairs)
}

/// A token answer, of so manieth renewal.
pub fn tokens(number: u32) -> Exchange {
    let payload = json!({ "tenantId": 1_234_567, "userId": "2" }).to_string();
    let payload = BASE64_URL_SAFE_NO_PAD.encode(payload);
    Exchange::Answer(
        200,
        json!({
            "access_token": format!("eyJhbGciOiJIUzI1NiJ9.{payload}.signature-{number}"),
            "expires_in": HOUR,
            "token_type": "bearer",
            "scope": "companyinformation customer project",
            "refresh_token": format!("refresh-token-{number}"),
        }),
    )
}

/// The company's own information, in a text that is not ASCII.
pub fn company() -> Exchange {
    Exchange::Answer(
        200,
        json!({ "CompanyInformation": {
            "CompanyName": "Åkeri & Söner AB",
            "OrganizationNumber": "556000-0000",
            "DatabaseNumber": 1_234_567,
        } }),
    )
}

/// An error of the token endpoint (RFC 6749 section 5.2).
pub fn refused(status: u16, error: &str) -> Exchange {
    Exchange::Answer(status, json!({ "error": error }))
}

/// An error of the API.
pub fn api_error(status: u16, code: u32, message: &str) -> Exchange {
    let information = json!({ "error": 1, "message": message, "code": code });
    Exchange::Answer(status, json!({ "ErrorInformation": information }))
}

/// A register with nothing in it.
pub fn register() -> Exchange {
    Exchange::Answer(200, json!({ "MetaInformation": {} }))
}

/// A company that has saved settings with this account.
pub fn configured(story: &mut Recorder<'_>, account: &str) {
    let settings = settings(&[("account", account)]);
    let result = story.call("configure", [settings, json!("en")]);
    assert_eq!(result, json!({ "ok": null }));
}

/// Begins an authorization; its state and binding.
pub fn begun(story: &mut Recorder<'_>) -> (String, String) {
    let result = story.call("begin-authorize", []);
    let text = |name: &str| result["ok"][name].as_str().unwrap().to_owned();
    (text("state"), text("binding"))
}

/// A company that is connected and switched on.
pub fn connected(story: &mut Recorder<'_>, account: &str) {
    configured(story, account);
    let (state, binding) = begun(story);
    let network = &mut story.host().network;
    network.extend([tokens(1), company()]);
    let query = json!(format!("code=conformance-code&state={state}"));
    let result = story.call("handle-callback", [query, json!(binding)]);
    assert_eq!(result, json!({ "ok": null }));
    let result = story.call("set-enabled", [json!(true)]);
    assert_eq!(result, json!({ "ok": null }));
}

/// Asks for an access token; the result.
pub fn token(story: &mut Recorder<'_>) -> Value {
    story.call("access-token", [Value::Null])
}

/// The case of a result's error.
pub fn case(result: &Value) -> &str {
    let error = &result["err"];
    let name = error.as_object().and_then(|error| error.keys().next());
    name.map_or("ok", String::as_str)
}

/// The cause code of an error that is one.
pub fn cause(result: &Value) -> &str {
    let payload = &result["err"][case(result)];
    payload["reason"]
        .as_str()
        .or(payload.as_str())
        .unwrap_or("")
}
