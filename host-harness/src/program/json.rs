//! The contract's values as JSON, in the contract's own names.
//!
//! The generated types are spelled as Rust wants them; here every member and
//! every case is spelled as in the WIT, in kebab-case, and text stays as it is.
//! A case without a value is its name, one with a value an object of one member.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::value::Serializer as Plain;
use serde_json::{Error, Map, Value};

/// A value of the contract as JSON.
///
/// # Errors
///
/// What the value's own `Serialize` says; the contract's types never fail.
pub fn of(value: &impl Serialize) -> Result<Value, Error> {
    value.serialize(Contract)
}

/// `NotSent` and `renew_by` as `not-sent` and `renew-by`.
fn kebab(name: &str) -> String {
    let mut kebab = String::with_capacity(name.len() + 4);
    for character in name.chars() {
        if character.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        match character {
            '_' => kebab.push('-'),
            other => kebab.extend(other.to_lowercase()),
        }
    }
    kebab
}

struct Contract;

/// Elements of a list or tuple, and the case they belong to.
struct List {
    case: Option<&'static str>,
    elements: Vec<Value>,
}

/// Members of a record or map, and the case they belong to.
struct Object {
    case: Option<&'static str>,
    members: Map<String, Value>,
    key: String,
}

fn list(case: Option<&'static str>) -> Result<List, Error> {
    let elements = Vec::new();
    Ok(List { case, elements })
}

fn object(case: Option<&'static str>) -> Result<Object, Error> {
    let (members, key) = (Map::new(), String::new());
    Ok(Object { case, members, key })
}

fn cased(case: Option<&'static str>, value: Value) -> Value {
    match case {
        Some(case) => Value::Object(Map::from_iter([(kebab(case), value)])),
        None => value,
    }
}

/// What JSON has already.
macro_rules! plain {
    ($($method:ident: $type:ty),* $(,)?) => {
        $(fn $method(self, value: $type) -> Result<Value, Error> {
            Plain.$method(value)
        })*
    };
}

impl Serializer for Contract {
    type Ok = Value;
    type Error = Error;
    type SerializeSeq = List;
    type SerializeTuple = List;
    type SerializeTupleStruct = List;
    type SerializeTupleVariant = List;
    type SerializeMap = Object;
    type SerializeStruct = Object;
    type SerializeStructVariant = Object;

    plain! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32,
        serialize_i64: i64, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32,
        serialize_u64: u64, serialize_f32: f32, serialize_f64: f64, serialize_char: char,
        serialize_str: &str, serialize_bytes: &[u8], serialize_unit_struct: &'static str,
    }

    fn serialize_none(self) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Error> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        case: &'static str,
    ) -> Result<Value, Error> {
        Ok(Value::String(kebab(case)))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        case: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        Ok(cased(Some(case), value.serialize(self)?))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List, Error> {
        list(None)
    }

    fn serialize_tuple(self, _: usize) -> Result<List, Error> {
        list(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List, Error> {
        list(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        case: &'static str,
        _: usize,
    ) -> Result<List, Error> {
        list(Some(case))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object, Error> {
        object(None)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object, Error> {
        object(None)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        case: &'static str,
        _: usize,
    ) -> Result<Object, Error> {
        object(Some(case))
    }
}

macro_rules! list {
    ($($trait:ident $method:ident),* $(,)?) => {
        $(impl $trait for List {
            type Ok = Value;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.elements.push(of(&value)?);
                Ok(())
            }

            fn end(self) -> Result<Value, Error> {
                Ok(cased(self.case, Value::Array(self.elements)))
            }
        })*
    };
}
list! {
    SerializeSeq serialize_element, SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field, SerializeTupleVariant serialize_field,
}

macro_rules! object {
    ($($trait:ident),* $(,)?) => {
        $(impl $trait for Object {
            type Ok = Value;
            type Error = Error;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Error> {
                self.members.insert(kebab(name), of(&value)?);
                Ok(())
            }

            fn end(self) -> Result<Value, Error> {
                Ok(cased(self.case, Value::Object(self.members)))
            }
        })*
    };
}
object! { SerializeStruct, SerializeStructVariant }

impl SerializeMap for Object {
    type Ok = Value;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key = match of(&key)? {
            Value::String(text) => text,
            other => other.to_string(),
        };
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let key = std::mem::take(&mut self.key);
        self.members.insert(key, of(&value)?);
        Ok(())
    }

    fn end(self) -> Result<Value, Error> {
        Ok(Value::Object(self.members))
    }
}

#[cfg(test)]
mod tests {
    use host_harness::contract::{
        Action, Condition, Error as Refusal, Finding, Kind, Receipt, Remedy, Retry, Severity,
    };
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_the_contracts_and_text_stays() {
        let finding = Finding {
            code: "Some_Code".into(),
            severity: Severity::Warning,
            area: None,
            title: "A Title".into(),
            detail: String::new(),
            remedies: vec![Remedy {
                who: host_harness::contract::Actor::ProviderAdministrator,
                step: "Do_It".into(),
                place: String::new(),
            }],
            reauthorize_helps: true,
            provider_code: "2000663".into(),
            provider_message: String::new(),
            since: 7,
        };
        assert_eq!(
            of(&finding).unwrap(),
            json!({
                "code": "Some_Code", "severity": "warning", "area": null, "title": "A Title",
                "detail": "", "reauthorize-helps": true, "provider-code": "2000663",
                "provider-message": "", "since": 7,
                "remedies": [{"who": "provider-administrator", "step": "Do_It", "place": ""}],
            })
        );
        assert_eq!(of(&Action::CheckAccess).unwrap(), json!("check-access"));
    }

    #[test]
    fn a_case_with_a_value_is_an_object_of_one_member() {
        let pause = Retry {
            reason: "busy".into(),
            after: 5,
        };
        assert_eq!(
            of(&Refusal::Unavailable(pause)).unwrap(),
            json!({"unavailable": {"reason": "busy", "after": 5}})
        );
        assert_eq!(
            of(&Condition::InDoubt("renewal-lost".into())).unwrap(),
            json!({"in-doubt": "renewal-lost"})
        );
        assert_eq!(of(&Kind::Toggle).unwrap(), json!("toggle"));
        let receipt = Receipt {
            revoked: false,
            remaining: Vec::new(),
        };
        assert_eq!(
            of(&Some(receipt)).unwrap(),
            json!({"revoked": false, "remaining": []})
        );
        assert_eq!(of(&("a_b", 1)).unwrap(), json!(["a_b", 1]));
    }

    #[test]
    fn what_is_json_already_stays_as_it_is() {
        let value = json!({"Key_One": [1, -2, 1.5, null, true, "Two_Three"]});
        assert_eq!(of(&value).unwrap(), value);
    }
}
