//! Where two JSON values differ, for people.

use serde_json::Value;

/// Longer values are cut.
const SHOWN: usize = 200;

/// The first place at which the second value is not the first; none when they
/// are the same.
pub(super) fn difference(expected: &Value, found: &Value) -> Option<String> {
    let mut path = String::new();
    let (expected, found) = deepest(expected, found, &mut path)?;
    let place = if path.is_empty() { "here" } else { &path };
    Some(format!(
        "{place}: expected {}, found {}",
        shown(expected),
        shown(found)
    ))
}

type Pair<'a> = (Option<&'a Value>, Option<&'a Value>);

fn deepest<'a>(expected: &'a Value, found: &'a Value, path: &mut String) -> Option<Pair<'a>> {
    match (expected, found) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys());
            first(path, names, |name| {
                let step = format!(".{name}");
                (step, (one.get(name), other.get(name)))
            })
        }
        (Value::Array(one), Value::Array(other)) => {
            let numbers = 0..one.len().max(other.len());
            first(path, numbers, |number| {
                let step = format!("[{number}]");
                (step, (one.get(number), other.get(number)))
            })
        }
        _ => (expected != found).then_some((Some(expected), Some(found))),
    }
}

fn first<'a, K>(
    path: &mut String,
    mut keys: impl Iterator<Item = K>,
    pair: impl Fn(K) -> (String, Pair<'a>),
) -> Option<Pair<'a>> {
    keys.find_map(|key| {
        let (step, pair) = pair(key);
        let length = path.len();
        path.push_str(&step);
        let found = match pair {
            (Some(one), Some(other)) => deepest(one, other, path),
            pair => Some(pair),
        };
        if found.is_none() {
            path.truncate(length);
        }
        found
    })
}

fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else {
        return "nothing".to_owned();
    };
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn given_two_values_when_compared_then_the_first_place_that_differs_is_named() {
        let expected = json!({"a": [1, {"b": null}], "c": "x"});
        let differs = |found: Value| difference(&expected, &found);
        assert_eq!(differs(expected.clone()), None);
        for (found, told) in [
            (
                json!({"a": [1, {"b": 2}], "c": "x"}),
                ".a[1].b: expected null, found 2",
            ),
            (
                json!({"a": [1], "c": "x"}),
                ".a[1]: expected {\"b\":null}, found nothing",
            ),
            (
                json!({"a": [1, {"b": null}], "c": "x", "d": 0}),
                ".d: expected nothing, found 0",
            ),
            (
                json!({"a": [1, {"b": null}], "c": "y"}),
                ".c: expected \"x\", found \"y\"",
            ),
        ] {
            assert_eq!(differs(found).as_deref(), Some(told));
        }
        let told = difference(&json!(1), &json!("1"));
        assert_eq!(told.as_deref(), Some("here: expected 1, found \"1\""));
        let long = "å".repeat(300);
        let told = difference(&json!(1), &json!(long)).unwrap();
        assert!(told.ends_with('…') && told.chars().count() < 300, "{told}");
    }
}
