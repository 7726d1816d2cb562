//! What a script is made of.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// One conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// What it shows, for people.
    pub about: String,
    /// The calls, in order, one at least; each runs in an instance of its own.
    #[serde(deserialize_with = "some")]
    pub steps: Vec<Step>,
}

/// One call of the component.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The export, such as `begin-authorize`.
    pub call: String,
    /// Its arguments.
    pub arguments: Vec<Value>,
    /// What the component asks meanwhile, in order.
    pub imports: Vec<ImportCall>,
    /// What it returns.
    pub result: Value,
}

/// One call of an import.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportCall {
    /// Interface and function, such as `storage.get`.
    pub import: String,
    /// Its arguments.
    pub arguments: Vec<Value>,
    /// What it is answered; none where the function has no result.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "present"
    )]
    pub answer: Option<Value>,
}

/// A script without a step would hold, and show nothing.
fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Step>, D::Error> {
    let steps = Vec::deserialize(deserializer)?;
    match steps.is_empty() {
        true => Err(D::Error::invalid_length(0, &"one step at least")),
        false => Ok(steps),
    }
}

/// An answer that is there is one, also when it is `null`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
