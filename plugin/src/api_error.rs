//! An error of the API, in any of the shapes it comes in.
//!
//! Guarantees: the body decides, not its media type; members are found in every
//! casing; a body without sense gives empty words. Sources: Fortnox, Errors
//! (`ErrorInformation`, in JSON or XML); the gateway answers `{"message":…}`
//! alone, newer services `{"error":…,"message":…}`, and the authorization server
//! `{"error":…,"error_description":…}`.

use crate::json::Value;
use crate::provider_text::Words;

/// The words of an error, less the secrets that were `sent` and may come back.
pub fn words(body: &[u8], sent: &[&str]) -> Words {
    // Bytes that are not UTF-8 spoil only the words they stand in.
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}');
    match Value::parse(text.as_bytes()) {
        Some(body) => of_json(&body, sent),
        None => of_xml(text, sent),
    }
}

fn of_json(body: &Value, sent: &[&str]) -> Words {
    let inner = member(body, "errorinformation").filter(|inner| inner.as_object().is_some());
    // Inside `ErrorInformation` the member `error` is a mere 1.
    let code = match inner {
        Some(inner) => text(inner, &["code"]),
        None => text(body, &["code", "error"]),
    };
    let message = text(inner.unwrap_or(body), &["message", "error_description"]);
    Words::without(sent, code, message)
}

/// The first of these members that says something.
fn text<'a>(error: &'a Value, names: &[&str]) -> &'a str {
    let texts = names.iter().filter_map(|name| match member(error, name)? {
        Value::String(text) | Value::Number(text) => Some(text.as_str()),
        _ => None,
    });
    let mut told = texts.filter(|text| !text.is_empty());
    told.next().unwrap_or_default()
}

/// A member by its name in any casing.
fn member<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    let mut members = object.as_object()?.iter();
    let found = members.find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

/// `<ErrorInformation><Error>1</Error><Message>…</Message><Code>…</Code>…`.
fn of_xml(text: &str, sent: &[&str]) -> Words {
    let lower = text.to_ascii_lowercase();
    if !lower.contains("<errorinformation") {
        return Words::default();
    }
    let element = |name: &str| {
        let (opening, closing) = (format!("<{name}>"), format!("</{name}>"));
        let start = lower.find(&opening)?.checked_add(opening.len())?;
        let end = lower.get(start..)?.find(&closing)?.checked_add(start)?;
        text.get(start..end)
    };
    Words::without(
        sent,
        element("code").unwrap_or_default(),
        element("message").unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn given_an_error_in_each_shape_and_casing_when_read_then_code_and_message_are_found() {
        for (body, code, message) in [
            (
                r#"{"ErrorInformation":{"Error":1,"Message":"Saknar å","Code":2000663}}"#,
                "2000663",
                "Saknar å",
            ),
            (
                r#"{"ErrorInformation":{"error":1,"message":"Saknar \u00e5","code":"2000663"}}"#,
                "2000663",
                "Saknar å",
            ),
            (
                r#"{"errorInformation":{"ERROR":1,"MESSAGE":"a","CODE":7}}"#,
                "7",
                "a",
            ),
            (r#"{"ErrorInformation":{"Error":1,"Message":"a"}}"#, "", "a"),
            (r#"{"message":"unauthorized"}"#, "", "unauthorized"),
            (
                r#"{"error":"forbidden","id":"x-1","message":"no"}"#,
                "forbidden",
                "no",
            ),
            (
                r#"{"error":"invalid_token","error_description":"old"}"#,
                "invalid_token",
                "old",
            ),
            ("\u{feff}{\"message\":\"a\"}", "", "a"),
            (
                "<ErrorInformation><Error>1</Error><Message>Saknar å</Message><Code>2001538</Code></ErrorInformation>",
                "2001538",
                "Saknar å",
            ),
            (
                "<?xml version=\"1.0\"?><errorinformation x=\"1\"><CODE>1</CODE></errorinformation>",
                "1",
                "",
            ),
            (r#"{"ErrorInformation":[],"message":"a"}"#, "", "a"),
            (r#"{"ErrorInformation":{"Message":{},"Code":[1]}}"#, "", ""),
            ("", "", ""),
            ("[]", "", ""),
            ("\"text\"", "", ""),
            ("<html><Message>a</Message></html>", "", ""),
            ("<ErrorInformation><Code>1", "", ""),
        ] {
            assert_eq!(
                words(body.as_bytes(), &[]),
                Words::new(code, message),
                "{body}"
            );
        }
    }

    #[test]
    fn given_bytes_that_are_not_utf_8_when_read_then_only_their_place_is_spoilt() {
        let body = b"{\"ErrorInformation\":{\"Message\":\"beh\xf6righet\",\"Code\":2000663}}";
        assert_eq!(words(body, &[]), Words::new("2000663", "beh righet"));
    }

    #[test]
    fn given_an_answer_that_echoes_the_token_when_read_then_it_is_taken_out() {
        for body in [
            r#"{"message":"bad token canary-token"}"#,
            "<ErrorInformation><Message>bad token canary-token</Message></ErrorInformation>",
        ] {
            let words = words(body.as_bytes(), &["canary-token"]);
            assert_eq!(words.message, "bad token [...]");
        }
    }

    proptest! {
        #[test]
        fn given_any_body_when_read_then_it_is_read(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = words(&body, &[]);
        }

        #[test]
        fn given_any_text_in_xml_when_read_then_it_is_read(text in "\\PC{0,60}") {
            let body = format!("<ErrorInformation>{text}<Code>1</Code><Message>{text}</ErrorInformation>");
            let _ = words(body.as_bytes(), &[]);
        }
    }
}
