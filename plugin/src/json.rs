//! JSON as the cells have it, read and written by hand.
//!
//! Nothing is derived: the generated readers of two dozen types were a tenth of
//! the component. A member that is not there reads as `null` does.

mod value;

use oauth2::{AccessToken, RefreshToken};

pub use value::{Members, Value};

/// What can stand in a JSON document.
pub trait Json: Sized {
    /// What stands there; none where it is nothing of the kind.
    fn read(value: &Value) -> Option<Self>;

    /// As it stands in the document.
    fn write(&self) -> Value;
}

/// A member of an object.
pub fn member<T: Json>(object: &Value, name: &str) -> Option<T> {
    T::read(object.get(name).unwrap_or(&Value::Null))
}

/// A member that earlier versions did not write.
pub fn later<T: Json + Default>(object: &Value, name: &str) -> Option<T> {
    object.get(name).map_or_else(|| Some(T::default()), T::read)
}

/// An object with these members.
pub fn object(members: Vec<(&str, Value)>) -> Value {
    let named = |(name, value): (&str, Value)| (name.to_owned(), value);
    Value::Object(members.into_iter().map(named).collect())
}

impl Json for bool {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    fn write(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Json for u64 {
    fn read(value: &Value) -> Option<Self> {
        value.as_u64()
    }

    fn write(&self) -> Value {
        (*self).into()
    }
}

impl Json for String {
    fn read(value: &Value) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }

    fn write(&self) -> Value {
        self.as_str().into()
    }
}

impl Json for AccessToken {
    fn read(value: &Value) -> Option<Self> {
        String::read(value).map(AccessToken::new)
    }

    fn write(&self) -> Value {
        self.secret().write()
    }
}

impl Json for RefreshToken {
    fn read(value: &Value) -> Option<Self> {
        String::read(value).map(RefreshToken::new)
    }

    fn write(&self) -> Value {
        self.secret().write()
    }
}

impl<T: Json> Json for Option<T> {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::read(value).map(Some),
        }
    }

    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::write)
    }
}

impl<T: Json> Json for Vec<T> {
    fn read(value: &Value) -> Option<Self> {
        match value {
            Value::Array(items) => items.iter().map(T::read).collect(),
            _ => None,
        }
    }

    fn write(&self) -> Value {
        Value::Array(self.iter().map(T::write).collect())
    }
}

/// Values by name are an object.
impl<T: Json> Json for Vec<(String, T)> {
    fn read(value: &Value) -> Option<Self> {
        let members = value.as_object()?.iter();
        members
            .map(|(name, value)| Some((name.clone(), T::read(value)?)))
            .collect()
    }

    fn write(&self) -> Value {
        let members = self.iter();
        Value::Object(
            members
                .map(|(name, value)| (name.clone(), value.write()))
                .collect(),
        )
    }
}
