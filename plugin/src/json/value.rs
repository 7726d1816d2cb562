//! A JSON document (RFC 8259), read and written.
//!
//! Guarantees: a number stays as it was written, so that nobody's precision is
//! lost; members stay in their order, those that are repeated, too; what is
//! nested deeper than [`DEPTH`] is refused. Values may be secrets and are not
//! shown.

mod skip;

use std::borrow::Cow;
use std::fmt;

use hifijson::token::Lex as _;
use hifijson::value::parse_bounded;
use hifijson::{Error, Expect, SliceLexer, str::LexAlloc as _};

/// How deep values may be nested.
const DEPTH: usize = 128;

/// Members of an object, in order; of a name that is repeated the last counts
/// where only one can.
pub type Members = Vec<(String, Value)>;

/// A value and all that is in it.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// As it is written.
    Number(String),
    /// Without its escapes.
    String(String),
    /// `[…]`.
    Array(Vec<Value>),
    /// `{…}`.
    Object(Members),
}

/// The value as the library has it.
type Borrowed<'a> = hifijson::value::Value<&'a str, Cow<'a, str>>;

impl Value {
    /// A whole document; none where it is not.
    pub fn parse(document: &[u8]) -> Option<Value> {
        let mut lexer = SliceLexer::new(document);
        let value: Result<_, Error> = lexer.exactly_one(SliceLexer::ws_peek, |next, lexer| {
            parse_bounded(DEPTH, next, lexer)
        });
        value.ok().map(Value::from)
    }

    /// The members of these names as far as an object is undamaged, and whether it
    /// was whole. What is in others may be nested as deep as it likes, and be no
    /// text: nobody reads it.
    pub fn parse_members(document: &[u8], names: &[&str]) -> (Members, bool) {
        let mut members = Vec::new();
        let mut lexer = SliceLexer::new(document);
        let read = lexer.exactly_one(SliceLexer::ws_peek, |next, lexer| {
            let begins = lexer.expect(|_| Some(next), b'{');
            begins.ok_or(Expect::Value)?;
            lexer.seq(b'}', SliceLexer::ws_peek, |next, lexer| {
                let begins = lexer.expect(|_| Some(next), b'"');
                begins.ok_or(Expect::String)?;
                let name = lexer.str_string()?;
                let next = skip::colon(lexer)?;
                if !names.contains(&name.as_ref()) {
                    return skip::value(next, lexer);
                }
                let value = parse_bounded(DEPTH, next, lexer)?;
                members.push((name.into_owned(), value.into()));
                Ok(())
            })
        });
        (members, read.is_ok())
    }

    /// A member of an object.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let members = self.as_object()?;
        let found = members.iter().rfind(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    /// Its members, where it is an object.
    pub fn as_object(&self) -> Option<&Members> {
        match self {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The text, where it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, where it is a whole one that is not negative.
    pub fn as_u64(&self) -> Option<u64> {
        match self {
            Value::Number(number) => number.parse().ok(),
            _ => None,
        }
    }

    /// The document, as short as it can be.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        self.append_to(&mut text);
        text
    }

    fn append_to(&self, text: &mut String) {
        match self {
            Value::Null => text.push_str("null"),
            Value::Bool(true) => text.push_str("true"),
            Value::Bool(false) => text.push_str("false"),
            Value::Number(number) => text.push_str(number),
            Value::String(string) => append_string(string, text),
            Value::Array(values) => {
                let mut separator = '[';
                for value in values {
                    text.push(std::mem::replace(&mut separator, ','));
                    value.append_to(text);
                }
                text.push_str(if values.is_empty() { "[]" } else { "]" });
            }
            Value::Object(members) => {
                let mut separator = '{';
                for (name, value) in members {
                    text.push(std::mem::replace(&mut separator, ','));
                    append_string(name, text);
                    text.push(':');
                    value.append_to(text);
                }
                text.push_str(if members.is_empty() { "{}" } else { "}" });
            }
        }
    }
}

/// RFC 8259 section 7.
fn append_string(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        if matches!(character, '"' | '\\') {
            text.push('\\');
        }
        if character.is_ascii_control() {
            text.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            text.push(character);
        }
    }
    text.push('"');
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<Borrowed<'_>> for Value {
    fn from(value: Borrowed<'_>) -> Value {
        match value {
            Borrowed::Null => Value::Null,
            Borrowed::Bool(value) => Value::Bool(value),
            Borrowed::Number((number, _)) => Value::Number(number.to_owned()),
            Borrowed::String(string) => Value::String(string.into_owned()),
            Borrowed::Array(values) => Value::Array(values.into_iter().map(Value::from).collect()),
            Borrowed::Object(members) => {
                let owned =
                    |(name, value): (Cow<'_, str>, _)| (name.into_owned(), Value::from(value));
                Value::Object(members.into_iter().map(owned).collect())
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::String(text.to_owned())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Value {
        Value::Number(number.to_string())
    }
}

#[cfg(test)]
mod tests;
