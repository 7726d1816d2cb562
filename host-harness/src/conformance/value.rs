//! Values of the contract in JSON, each in exactly one way.
//!
//! A record is an object with the contract's member names; a case without
//! payload is its name, one with a payload an object of one member; an option
//! is `null` or its value; a result is `{"ok": …}` or `{"err": …}`, with `null`
//! where there is no payload; bytes are a string when they are UTF-8, else
//! `{"base64": …}` (RFC 4648 section 4).

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};
use wasmtime::component::{Type, Val};

/// A value that is not of its type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// The JSON does not fit.
    #[error("{found} is no {wanted}")]
    Unfit {
        /// What there is, shortened.
        found: String,
        /// What the contract has there.
        wanted: &'static str,
    },
    /// A record lacks a member.
    #[error("the member {0} is missing")]
    Missing(String),
    /// A record or variant has no such member or case.
    #[error("there is no member or case {0}")]
    Unknown(String),
    /// A type that does not occur in the contract.
    #[error("the contract knows no value of this type: {0}")]
    Foreign(String),
}

const BASE64: &str = "base64";
const SHOWN: usize = 60;

/// A value of this type, out of JSON.
pub(super) fn from_json(ty: &Type, value: &Value) -> Result<Val, ValueError> {
    let unfit = |wanted| ValueError::Unfit {
        found: value.to_string().chars().take(SHOWN).collect(),
        wanted,
    };
    let number = || value.as_u64().ok_or_else(|| unfit("unsigned integer"));
    let too_large = |_| unfit("number of this size");
    Ok(match ty {
        Type::Bool => Val::Bool(value.as_bool().ok_or_else(|| unfit("bool"))?),
        Type::U8 => Val::U8(number()?.try_into().map_err(too_large)?),
        Type::U16 => Val::U16(number()?.try_into().map_err(too_large)?),
        Type::U32 => Val::U32(number()?.try_into().map_err(too_large)?),
        Type::U64 => Val::U64(number()?),
        Type::String => Val::String(value.as_str().ok_or_else(|| unfit("string"))?.to_owned()),
        Type::List(list) => match list.ty() {
            Type::U8 => Val::List(bytes(value)?.into_iter().map(Val::U8).collect()),
            element => {
                let items = value.as_array().ok_or_else(|| unfit("list"))?;
                let items = items.iter().map(|item| from_json(&element, item));
                Val::List(items.collect::<Result<_, _>>()?)
            }
        },
        Type::Tuple(tuple) => {
            let items = value.as_array().ok_or_else(|| unfit("tuple"))?;
            if items.len() != tuple.types().len() {
                return Err(unfit("tuple of this length"));
            }
            let items = tuple.types().zip(items);
            let items = items.map(|(ty, item)| from_json(&ty, item));
            Val::Tuple(items.collect::<Result<_, _>>()?)
        }
        Type::Record(record) => {
            let members = value.as_object().ok_or_else(|| unfit("record"))?;
            let known = |name: &String| record.fields().any(|field| field.name == name);
            if let Some(name) = members.keys().find(|name| !known(name)) {
                return Err(ValueError::Unknown(name.clone()));
            }
            let fields = record.fields().map(|field| {
                let value = members.get(field.name);
                let value = value.ok_or_else(|| ValueError::Missing(field.name.to_owned()))?;
                Ok((field.name.to_owned(), from_json(&field.ty, value)?))
            });
            Val::Record(fields.collect::<Result<_, _>>()?)
        }
        Type::Variant(variant) => {
            let (name, payload) = case(value).ok_or_else(|| unfit("case"))?;
            let mut cases = variant.cases();
            let found = cases.find(|case| case.name == name);
            let found = found.ok_or_else(|| ValueError::Unknown(name.to_owned()))?;
            let payload = payload_from_json(found.ty.as_ref(), payload)?;
            Val::Variant(name.to_owned(), payload)
        }
        Type::Enum(names) => {
            let name = value.as_str().ok_or_else(|| unfit("case"))?;
            let known = names.names().any(|known| known == name);
            match known {
                true => Val::Enum(name.to_owned()),
                false => return Err(ValueError::Unknown(name.to_owned())),
            }
        }
        Type::Option(option) => Val::Option(match value {
            Value::Null => None,
            value => Some(Box::new(from_json(&option.ty(), value)?)),
        }),
        Type::Result(result) => match case(value).ok_or_else(|| unfit("result"))? {
            ("ok", payload) => Val::Result(Ok(payload_from_json(result.ok().as_ref(), payload)?)),
            ("err", payload) => {
                Val::Result(Err(payload_from_json(result.err().as_ref(), payload)?))
            }
            (other, _) => return Err(ValueError::Unknown(other.to_owned())),
        },
        other => return Err(ValueError::Foreign(format!("{other:?}"))),
    })
}

/// A value of this type, in JSON.
pub(super) fn to_json(ty: &Type, value: &Val) -> Result<Value, ValueError> {
    let foreign = || ValueError::Foreign(format!("{ty:?}"));
    Ok(match (ty, value) {
        (Type::Bool, Val::Bool(value)) => json!(value),
        (Type::U8, Val::U8(value)) => json!(value),
        (Type::U16, Val::U16(value)) => json!(value),
        (Type::U32, Val::U32(value)) => json!(value),
        (Type::U64, Val::U64(value)) => json!(value),
        (Type::String, Val::String(value)) => json!(value),
        (Type::List(list), Val::List(items)) => match list.ty() {
            Type::U8 => text(items)?,
            element => {
                let items = items.iter().map(|item| to_json(&element, item));
                Value::Array(items.collect::<Result<_, _>>()?)
            }
        },
        (Type::Tuple(tuple), Val::Tuple(items)) => {
            let items = tuple.types().zip(items);
            let items = items.map(|(ty, item)| to_json(&ty, item));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        (Type::Record(record), Val::Record(members)) => {
            let members = record.fields().zip(members);
            let members = members
                .map(|(field, (name, value))| Ok((name.clone(), to_json(&field.ty, value)?)));
            Value::Object(members.collect::<Result<Map<_, _>, ValueError>>()?)
        }
        (Type::Variant(variant), Val::Variant(name, payload)) => {
            let found = variant.cases().find(|case| case.name == name);
            let ty = found.ok_or_else(foreign)?.ty;
            match (ty, payload) {
                (Some(ty), Some(payload)) => json!({ name: to_json(&ty, payload)? }),
                _ => json!(name),
            }
        }
        (Type::Enum(_), Val::Enum(name)) => json!(name),
        (Type::Option(_), Val::Option(None)) => Value::Null,
        (Type::Option(option), Val::Option(Some(value))) => to_json(&option.ty(), value)?,
        (Type::Result(result), Val::Result(value)) => {
            let (name, ty, payload) = match value {
                Ok(payload) => ("ok", result.ok(), payload),
                Err(payload) => ("err", result.err(), payload),
            };
            let payload = match (ty, payload) {
                (Some(ty), Some(payload)) => to_json(&ty, payload)?,
                _ => Value::Null,
            };
            json!({ name: payload })
        }
        _ => return Err(foreign()),
    })
}

/// The name of a case, and its payload where it has one.
fn case(value: &Value) -> Option<(&str, Option<&Value>)> {
    match value {
        Value::String(name) => Some((name, None)),
        Value::Object(members) => {
            let mut members = members.iter();
            let (name, payload) = members.next()?;
            members.next().is_none().then_some((name, Some(payload)))
        }
        _ => None,
    }
}

fn payload_from_json(
    ty: Option<&Type>,
    payload: Option<&Value>,
) -> Result<Option<Box<Val>>, ValueError> {
    match (ty, payload) {
        (Some(ty), Some(payload)) => Ok(Some(Box::new(from_json(ty, payload)?))),
        (None, None | Some(Value::Null)) => Ok(None),
        (Some(_), None) => Err(ValueError::Missing("payload".to_owned())),
        (None, Some(payload)) => Err(ValueError::Unfit {
            found: payload.to_string().chars().take(SHOWN).collect(),
            wanted: "case without payload",
        }),
    }
}

fn bytes(value: &Value) -> Result<Vec<u8>, ValueError> {
    let encoded = value.get(BASE64).and_then(Value::as_str);
    let bytes = match (value, encoded) {
        (Value::String(text), _) => Some(text.clone().into_bytes()),
        (_, Some(encoded)) => BASE64_STANDARD.decode(encoded).ok(),
        _ => None,
    };
    bytes.ok_or_else(|| ValueError::Unfit {
        found: value.to_string().chars().take(SHOWN).collect(),
        wanted: "list of bytes",
    })
}

fn text(items: &[Val]) -> Result<Value, ValueError> {
    let bytes = items.iter().map(|item| match item {
        Val::U8(byte) => Ok(*byte),
        other => Err(ValueError::Foreign(format!("{other:?}"))),
    });
    let bytes = bytes.collect::<Result<Vec<u8>, _>>()?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => Value::String(text),
        Err(error) => json!({ BASE64: BASE64_STANDARD.encode(error.as_bytes()) }),
    })
}
