//! The grant at work: calls of the API, checks, and refusals of one area.

use serde_json::{Value, json};
use tests::recorder::{Exchange, Recorder};

use super::world::{api_error, case, connected, register, token, tokens};
use crate::Story;

pub const STORIES: &[Story] = &[
    (
        "call",
        "A call goes out with the token inside; any answer but a refusal of the access comes back as it was.",
        call,
    ),
    (
        "call-refused",
        "A refusal for want of right, licence or scope is told once, stands, and goes when it is gone.",
        refused,
    ),
    (
        "call-token-refused",
        "A token that the API refuses is renewed, and the call made once more.",
        token_refused,
    ),
    (
        "check-access",
        "One read an area, what was learned in status, and nothing forgotten when an area cannot be asked.",
        check_access,
    ),
];

fn api_call(story: &mut Recorder<'_>, method: &str, path: &str, body: Value) -> Value {
    let request = json!({
        "method": method,
        "path": path,
        "headers": [["accept", "application/json"]],
        "body": body,
        "timeout": 10_000,
    });
    story.call("call", [request])
}

fn call(story: &mut Recorder<'_>) {
    connected(story, "user");
    let pdf = json!({ "base64": "JVBERi0xLjcK/v8A" });
    let headers = vec![
        ("Content-Type", "application/pdf"),
        ("X-Two", "a"),
        ("x-two", "b"),
    ];
    story
        .host()
        .network
        .push_back(Exchange::With(200, headers, pdf.clone()));
    let result = api_call(story, "GET", "3/customers?limit=1", json!(""));
    assert_eq!(result["ok"]["body"], pdf);
    story
        .host()
        .network
        .push_back(api_error(404, 2_000_433, "Kunde saknas"));
    let result = api_call(story, "POST", "3/customers", pdf);
    assert_eq!(result["ok"]["status"], 404);
    let result = api_call(story, "GE T", "3/customers", json!(""));
    assert_eq!(case(&result), "rejected");
    let silent = Exchange::None(json!({ "no-answer": "timeout" }));
    story.host().network.push_back(silent);
    let result = api_call(story, "PUT", "3/customers/1", json!("{}"));
    assert_eq!(case(&result), "unavailable");
    let limited = Exchange::With(429, vec![("retry-after", "3")], json!(""));
    story.host().network.push_back(limited);
    let result = api_call(story, "DELETE", "3/customers/1", json!(""));
    assert_eq!(case(&result), "unavailable");
}

fn refused(story: &mut Recorder<'_>) {
    connected(story, "user");
    for (code, message) in [
        (2_001_538, "Saknar behörighet för kundregister"),
        (2_001_538, "Saknar behörighet för kundregister"),
        (2_001_101, "Det finns ingen aktiv licens för önskat scope"),
        (2_000_663, "Har inte behörighet för scope"),
        (2_999_999, "Något helt nytt"),
    ] {
        story
            .host()
            .network
            .push_back(api_error(403, code, message));
        let result = api_call(story, "GET", "3/customers", json!(""));
        assert_eq!(case(&result), "forbidden");
    }
    story.call("status", [json!("sv")]);
    story.host().network.push_back(register());
    assert_eq!(
        case(&api_call(story, "GET", "3/customers", json!(""))),
        "ok"
    );
    story.call("status", [json!("en")]);
}

fn token_refused(story: &mut Recorder<'_>) {
    connected(story, "user");
    let refused = || api_error(401, 2_000_311, "unauthorized");
    story
        .host()
        .network
        .extend([refused(), tokens(2), register()]);
    assert_eq!(case(&api_call(story, "GET", "3/projects", json!(""))), "ok");
    story
        .host()
        .network
        .extend([refused(), tokens(3), refused()]);
    api_call(story, "GET", "3/projects", json!(""));
    story.call("status", [json!("en")]);
    token(story);
}

fn check_access(story: &mut Recorder<'_>) {
    connected(story, "user");
    let right = api_error(403, 2_001_538, "Saknar behörighet för projekt");
    story.host().network.extend([register(), right]);
    assert_eq!(case(&story.call("check-access", [])), "ok");
    story.call("status", [json!("nb")]);
    let failing = || Exchange::Answer(503, json!("out of order"));
    story.host().network.extend([failing(), failing()]);
    assert_eq!(case(&story.call("check-access", [])), "unavailable");
    story.call("set-enabled", [json!(false)]);
    story.host().network.extend([register(), register()]);
    assert_eq!(case(&story.call("check-access", [])), "ok");
    story.call("status", [json!("en")]);
}
