//! The value against `serde_json`, which reads and writes the same language.

use proptest::prelude::*;
use serde_json::Value as Reference;

use super::*;

/// Any document with whole numbers, of which the reference loses none.
fn document() -> impl Strategy<Value = Reference> {
    let leaf = prop_oneof![
        Just(Reference::Null),
        any::<bool>().prop_map(Reference::from),
        any::<u64>().prop_map(Reference::from),
        any::<i64>().prop_map(Reference::from),
        any::<String>().prop_map(Reference::from),
        "[\\x00-\\x7f]{0,8}".prop_map(Reference::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Reference::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..5)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Texts that are nearly JSON.
fn nearly() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[\\[\\]{},:\"\\\\ntrue0-9.eE+ -]{0,3}",
        Just("\"a\"".to_owned()),
        Just("\\u00e5".to_owned()),
        Just("null".to_owned()),
        Just("{\"a\":".to_owned()),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn given_a_document_when_read_and_written_then_it_is_the_same(reference in document()) {
        for text in [reference.to_string(), serde_json::to_string_pretty(&reference).unwrap()] {
            let value = Value::parse(text.as_bytes()).unwrap();
            let written: Reference = serde_json::from_str(&value.to_text()).unwrap();
            prop_assert_eq!(&written, &reference);
            prop_assert!(Value::parse(value.to_text().as_bytes()) == Some(value));
        }
    }

    #[test]
    fn given_any_text_when_read_then_both_take_it_or_neither(text in nearly()) {
        let reference = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        // The reference does not look into the texts it ignores.
        let torn = text.contains("\\u");
        prop_assert!(torn || Value::parse(text.as_bytes()).is_some() == reference, "{}", text);
    }

    #[test]
    fn given_a_document_cut_off_when_read_then_the_members_before_are_there(
        members in proptest::collection::vec(("[a-z]{1,3}", document()), 1..5),
        rest in 0..100usize,
    ) {
        let written: Vec<String> = members
            .iter()
            .map(|(name, value)| format!("{}:{value}", Reference::from(name.as_str())))
            .collect();
        let whole = format!("{{{}}}", written.join(","));
        let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        let (read, is_whole) = Value::parse_members(whole.as_bytes(), &names);
        prop_assert!(is_whole);
        prop_assert_eq!(read.len(), members.len());

        let end = whole.len() * rest / 100;
        let (before, is_whole) = Value::parse_members(&whole.as_bytes()[..end], &names);
        prop_assert!(!is_whole);
        prop_assert!(before.len() <= members.len());
        // A number at the very end may have lost some digits.
        let certain = before.len().saturating_sub(1);
        prop_assert!(before[..certain] == read[..certain]);
    }
}

proptest! {
    #[test]
    fn given_any_text_when_passed_over_then_it_is_whole_where_the_reference_takes_it(text in nearly()) {
        let document = format!("{{\"a\":{text}}}");
        let reference = serde_json::from_str::<serde::de::IgnoredAny>(&document).is_ok();
        let (_, is_whole) = Value::parse_members(document.as_bytes(), &[]);
        prop_assert_eq!(is_whole, reference, "{}", text);
    }
}

#[test]
fn given_a_number_when_kept_then_it_is_as_it_was_written() {
    for number in ["0", "-0", "1e400", "0.10", "18446744073709551616", "1E+2"] {
        let document = format!("[{number}]");
        let value = Value::parse(document.as_bytes()).unwrap();
        assert_eq!(value.to_text(), document);
    }
    let whole = |text: &str| Value::parse(text.as_bytes()).unwrap().as_u64();
    assert_eq!(whole("18446744073709551615"), Some(u64::MAX));
    for other in ["18446744073709551616", "-1", "1.0", "1e1", "\"1\"", "null"] {
        assert_eq!(whole(other), None, "{other}");
    }
}

#[test]
fn given_a_name_twice_when_asked_for_then_the_last_counts_and_both_stay() {
    let value = Value::parse(br#"{"a":1,"b":2,"a":3}"#).unwrap();
    assert_eq!(value.get("a").and_then(Value::as_u64), Some(3));
    assert_eq!(value.to_text(), r#"{"a":1,"b":2,"a":3}"#);
}

#[test]
fn given_values_nested_too_deeply_when_read_then_they_are_refused() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Value::parse(nested(DEPTH).as_bytes()).is_some());
    assert!(Value::parse(nested(DEPTH + 1).as_bytes()).is_none());
    let document = format!("{{\"a\":1,\"b\":{}}}", nested(100_000));
    let read = |names: &[&str]| {
        let (members, is_whole) = Value::parse_members(document.as_bytes(), names);
        (members.len(), is_whole)
    };
    assert_eq!(read(&["a", "b"]), (1, false));
    assert_eq!(read(&["a"]), (1, true));
}

#[test]
fn given_control_characters_when_written_then_they_are_escaped() {
    let text = Value::from("\u{0}\n\u{1f}\u{7f}\"\\å").to_text();
    assert_eq!(text, r#""\u0000\u000a\u001f\u007f\"\\å""#);
}

#[test]
fn given_a_value_when_shown_then_its_content_is_not() {
    assert_eq!(format!("{:?}", Value::from("canary")), "[redacted]");
}
