//! Keeping a grant alive: claims, guards, kept answers, and what is never spent
//! twice.

use serde_json::{Value, json};
use tests::recorder::{Exchange, Recorder};

use super::world::{HOUR, case, cause, connected, refused, token, tokens};
use crate::Story;

pub const STORIES: &[Story] = &[
    (
        "renewal",
        "A refresh token is spent once: claimed, guarded, kept, saved, and the kept answer deleted.",
        renewal,
    ),
    (
        "renewal-answer-kept",
        "An answer that could not be saved is taken in from what the host has kept, and nothing is spent again.",
        answer_kept,
    ),
    (
        "renewal-lost-answer",
        "Without an answer the claim is left; whoever takes it over is the one probe, and a refusal then is a doubt.",
        lost_answer,
    ),
    (
        "renewal-foreign-claim",
        "While somebody else renews, the old token serves as long as it lasts, and nobody else spends.",
        foreign_claim,
    ),
    (
        "renewal-guard",
        "A request that the guard or a kept answer holds back is never made by another way.",
        guard,
    ),
    (
        "renewal-refused",
        "A refusal ends the grant at the first spend; a refused client or a limit does not.",
        refusals,
    ),
    (
        "renewal-storage",
        "What cannot be saved is not spent, and a save in doubt is read back.",
        storage,
    ),
    (
        "renewal-service",
        "A service account asks in its tenant's name, and may repeat that.",
        service,
    ),
    (
        "refused-token",
        "An access token that the provider has refused is renewed once.",
        refused_token,
    ),
    (
        "maintain",
        "An idle grant is kept alive from its fourteenth day, and until then nobody is asked.",
        maintain,
    ),
];

fn renewal(story: &mut Recorder<'_>) {
    connected(story, "user");
    // Four fifths of its life: renewed while the old one lasts.
    story.host().pass(HOUR * 4 / 5);
    story.host().network.push_back(tokens(2));
    assert_eq!(case(&token(story)), "ok");
    story.host().pass(HOUR);
    story.host().network.push_back(tokens(3));
    assert_eq!(case(&token(story)), "ok");
    story.call("status", [json!("en")]);
}

fn answer_kept(story: &mut Recorder<'_>) {
    connected(story, "user");
    story.host().pass(HOUR);
    story.host().network.push_back(tokens(2));
    // The claim is saved, and what came of it is not.
    let full = json!({ "unavailable": "full" });
    story.host().fail("storage.put", "grant", 1, full);
    assert_ne!(case(&token(story)), "ok");
    story.host().pass(30);
    assert_eq!(case(&token(story)), "ok");
    // Of an answer that breaks off the refresh token counts, and is spent in turn.
    story.host().pass(HOUR);
    let part = r#"{"refresh_token":"refresh-token-3","access_token":"opaque-3","expires_in":3600,"#;
    let part = Exchange::BreaksOff(json!(part));
    story.host().network.extend([part, tokens(4)]);
    assert_eq!(case(&token(story)), "ok");
    story.call("status", [json!("en")]);
}

/// The grant as somebody else has claimed it.
fn claim(story: &mut Recorder<'_>) -> Value {
    let mut claimed = Value::Null;
    story.host().edit("grant", |grant| {
        grant["claim"] = json!("of-another-host-000000000000000000");
        claimed = json!(grant.to_string());
    });
    claimed
}

fn lost_answer(story: &mut Recorder<'_>) {
    connected(story, "user");
    story.host().pass(HOUR);
    let lost = || Exchange::None(json!({ "no-answer": "reset" }));
    story.host().network.push_back(lost());
    assert_eq!(case(&token(story)), "unavailable");
    story.host().pass(30);
    assert_eq!(case(&token(story)), "unavailable");
    story.host().pass(60);
    story
        .host()
        .network
        .push_back(refused(400, "invalid_grant"));
    token(story);
    story.call("status", [json!("en")]);
    story.host().pass(601);
    token(story);
    story.call("status", [json!("en")]);
}

fn foreign_claim(story: &mut Recorder<'_>) {
    connected(story, "user");
    story.host().pass(HOUR * 4 / 5);
    claim(story);
    assert_eq!(case(&token(story)), "ok");
    story.host().pass(HOUR / 5);
    claim(story);
    assert_eq!(case(&token(story)), "unavailable");
    story.host().pass(91);
    story.host().network.push_back(tokens(2));
    assert_eq!(case(&token(story)), "ok");
}

fn guard(story: &mut Recorder<'_>) {
    connected(story, "user");
    story.host().pass(HOUR);
    let held = Exchange::None(json!({ "not-sent": "the guard does not hold" }));
    story.host().network.push_back(held);
    token(story);
    story.host().pass(91);
    story.host().network.push_back(tokens(2));
    assert_eq!(case(&token(story)), "ok");
}

fn refusals(story: &mut Recorder<'_>) {
    connected(story, "user");
    story.host().pass(HOUR);
    for exchange in [
        refused(401, "invalid_client"),
        Exchange::None(json!({ "limited": 30_000 })),
        Exchange::None(json!({ "denied": "policy" })),
        Exchange::With(429, vec![("Retry-After", "7")], json!("slow down")),
        Exchange::Answer(502, json!("<html>bad gateway</html>")),
    ] {
        story.host().network.push_back(exchange);
        assert_ne!(case(&token(story)), "ok");
        story.host().pass(91);
    }
    story
        .host()
        .network
        .push_back(refused(400, "invalid_grant"));
    token(story);
    story.host().pass(601);
    let ended = token(story);
    assert!(case(&ended) != "ok", "{ended}");
    story.call("status", [json!("sv")]);
}

fn storage(story: &mut Recorder<'_>) {
    connected(story, "user");
    story.host().pass(HOUR);
    let full = json!({ "unavailable": "full" });
    story.host().fail("storage.put", "grant", 0, full);
    assert_eq!(case(&token(story)), "storage");
    let conflict = json!({ "conflict": "grant" });
    story.host().fail("storage.put", "grant", 0, conflict);
    story.host().network.push_back(tokens(2));
    assert_eq!(case(&token(story)), "ok");
}

fn service(story: &mut Recorder<'_>) {
    connected(story, "service");
    story.host().pass(HOUR);
    let lost = Exchange::None(json!({ "no-answer": "reset" }));
    story.host().network.push_back(lost);
    assert_eq!(case(&token(story)), "unavailable");
    story.host().network.push_back(tokens(2));
    assert_eq!(case(&token(story)), "ok");
    story.call("status", [json!("en")]);
}

fn refused_token(story: &mut Recorder<'_>) {
    connected(story, "user");
    let first = token(story);
    let value = first["ok"]["value"].clone();
    story.host().network.push_back(tokens(2));
    let second = story.call("access-token", [value.clone()]);
    assert_ne!(second["ok"]["value"], value);
    let again = story.call("access-token", [value]);
    assert_eq!(again, second);
    assert_eq!(cause(&again), "");
}

fn maintain(story: &mut Recorder<'_>) {
    connected(story, "user");
    let next = story.call("maintain", []);
    let next = next["ok"].as_u64().unwrap();
    let wait = next - story.host().now;
    story.host().pass(wait);
    story.host().network.push_back(tokens(2));
    story.call("maintain", []);
    story.call("maintain", []);
    story.call("status", [json!("en")]);
}
