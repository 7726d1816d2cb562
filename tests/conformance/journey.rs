//! The journey to the provider and back, and what can go wrong on it.

use serde_json::{Value, json};
use tests::recorder::{Exchange, Recorder};

use super::world::{
    api_error, begun, case, cause, company, configured, connected, refused, token, tokens,
};
use crate::Story;

pub const STORIES: &[Story] = &[
    (
        "authorize",
        "From nothing to an access token, and away again.",
        authorize,
    ),
    (
        "callbacks",
        "A return that does not fit is turned away and changes nothing; the right one still comes through.",
        callbacks,
    ),
    (
        "declined",
        "The provider's own reasons end the attempt, each under its cause; a bare return does not.",
        declined,
    ),
    (
        "exchange-kept",
        "An exchange that broke off after the answer goes on from what the host has kept, without a second request.",
        exchange_kept,
    ),
    (
        "exchange-errors",
        "What can become of the request that redeems the code.",
        exchange_errors,
    ),
    (
        "reauthorize",
        "A second authorization keeps the first grant until the new one is proven, and refuses another company.",
        reauthorize,
    ),
    (
        "organization-unread",
        "A grant whose company could not be read is kept, and identified at the next occasion.",
        organization_unread,
    ),
    (
        "remove",
        "Removing revokes what there is and erases it, also when the provider cannot be reached.",
        remove,
    ),
];

fn come_back(story: &mut Recorder<'_>, query: &str, binding: &str) -> Value {
    story.call("handle-callback", [json!(query), json!(binding)])
}

fn authorize(story: &mut Recorder<'_>) {
    connected(story, "user");
    story.call("status", [json!("sv")]);
    assert_eq!(case(&token(story)), "ok");
    story.call("diagnostics", []);
    story.call("set-enabled", [json!(false)]);
    assert_eq!(cause(&token(story)), "disabled");
    story
        .host()
        .network
        .push_back(Exchange::Answer(200, json!({})));
    story.call("remove", [json!("sv")]);
}

fn callbacks(story: &mut Recorder<'_>) {
    configured(story, "user");
    let (state, binding) = begun(story);
    let query = format!("code=c&state={state}");
    for (query, binding) in [
        ("", binding.as_str()),
        ("code=c&state=guess", &binding),
        (&query, ""),
        (&query, "another-browser"),
        (&format!("{query}&state=twice"), &binding),
        ("code=%zz&state", &binding),
    ] {
        let result = come_back(story, query, binding);
        assert_eq!(case(&result), "callback-rejected");
    }
    story.host().network.extend([tokens(1), company()]);
    assert_eq!(case(&come_back(story, &query, &binding)), "ok");
    let used = come_back(story, &query, &binding);
    assert_eq!(cause(&used), "state-rejected");
    let (state, binding) = begun(story);
    story.host().pass(601);
    let late = come_back(story, &format!("code=c&state={state}"), &binding);
    assert_eq!(cause(&late), "state-rejected");
    story.call("status", [json!("en")]);
}

fn declined(story: &mut Recorder<'_>) {
    configured(story, "service");
    for (error, expected) in [
        ("access_denied", "user-declined"),
        (
            "error_missing_system_admin_right",
            "not-system-administrator",
        ),
        ("error_missing_license", "integration-licence-missing"),
        ("unheard_of", "provider-refused"),
    ] {
        let (state, binding) = begun(story);
        let query = format!("error={error}&error_description=why+%C3%A5&state={state}");
        let result = come_back(story, &query, &binding);
        assert_eq!(cause(&result), expected);
    }
    story.call("status", [json!("nb")]);
    let (_, binding) = begun(story);
    come_back(story, "", &binding);
    story.call("status", [json!("en")]);
}

fn exchange_kept(story: &mut Recorder<'_>) {
    configured(story, "user");
    let (state, binding) = begun(story);
    let query = format!("code=c&state={state}");
    story.host().network.extend([tokens(1), company()]);
    let full = json!({ "unavailable": "full" });
    story.host().fail("storage.put", "grant", 0, full);
    let result = come_back(story, &query, &binding);
    assert_eq!(case(&result), "storage");
    story.host().network.push_back(company());
    assert_eq!(case(&come_back(story, &query, &binding)), "ok");
    let (state, binding) = begun(story);
    let part = r#"{"access_token":"opaque-2","refresh_token":"refresh-token-2","expires_in":3600,"scope":"companyinformation customer project","tok"#;
    story
        .host()
        .network
        .push_back(Exchange::BreaksOff(json!(part)));
    let query = format!("code=c&state={state}");
    // The person is there, and can start again.
    let result = come_back(story, &query, &binding);
    assert_eq!(cause(&result), "provider-silent");
    story.call("status", [json!("en")]);
}

fn exchange_errors(story: &mut Recorder<'_>) {
    configured(story, "user");
    for exchange in [
        Exchange::None(json!({ "denied": "policy" })),
        Exchange::None(json!({ "limited": 5000 })),
        Exchange::None(json!({ "not-sent": "no route" })),
        Exchange::None(json!({ "no-answer": "reset" })),
        Exchange::None(json!({ "other": "who knows" })),
        refused(400, "invalid_grant"),
        refused(401, "invalid_client"),
        refused(400, "redirect_uri_mismatch"),
        Exchange::Answer(503, json!("<html>")),
        Exchange::Answer(200, json!({ "base64": "gICA/w==" })),
    ] {
        let (state, binding) = begun(story);
        story.host().network.push_back(exchange);
        let result = come_back(story, &format!("code=c&state={state}"), &binding);
        assert_ne!(case(&result), "ok");
    }
    story.call("status", [json!("en")]);
}

fn reauthorize(story: &mut Recorder<'_>) {
    connected(story, "user");
    let (state, binding) = begun(story);
    story.call("status", [json!("en")]);
    assert_eq!(case(&token(story)), "ok");
    let other = Exchange::Answer(
        200,
        json!({ "CompanyInformation": { "CompanyName": "Other", "DatabaseNumber": 7 } }),
    );
    story.host().network.extend([tokens(2), other]);
    let query = format!("code=c&state={state}");
    assert_ne!(case(&come_back(story, &query, &binding)), "ok");
    story.call("status", [json!("en")]);
    assert_eq!(case(&token(story)), "ok");
    let (state, binding) = begun(story);
    story.host().network.extend([tokens(3), company()]);
    let query = format!("code=c&state={state}");
    assert_eq!(case(&come_back(story, &query, &binding)), "ok");
    story.call("status", [json!("en")]);
}

fn organization_unread(story: &mut Recorder<'_>) {
    configured(story, "user");
    let (state, binding) = begun(story);
    story
        .host()
        .network
        .extend([tokens(1), api_error(500, 1, "oj")]);
    let query = format!("code=c&state={state}");
    assert_eq!(case(&come_back(story, &query, &binding)), "ok");
    story.call("status", [json!("en")]);
    story.call("set-enabled", [json!(true)]);
    story.host().network.push_back(company());
    assert_eq!(case(&token(story)), "ok");
    story.call("status", [json!("en")]);
}

fn remove(story: &mut Recorder<'_>) {
    connected(story, "service");
    let gone = Exchange::None(json!({ "no-answer": "timeout" }));
    story.host().network.push_back(gone);
    let full = json!({ "unavailable": "full" });
    story.host().fail("storage.put", "grant", 0, full);
    let result = story.call("remove", [json!("en")]);
    assert_eq!(case(&result), "storage");
    let result = story.call("remove", [json!("en")]);
    assert_eq!(case(&result), "ok");
}
