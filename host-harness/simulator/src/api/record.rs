//! The records of all companies, in the order in which they were made.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::refusal::ApiRefusal;
use super::register::Register;
use crate::cast::{Right, TenantId};

/// Fields that were written and checked.
pub(super) struct Draft {
    number: Option<String>,
    fields: Map<String, Value>,
}

impl Draft {
    /// Reads `{"Customer":{…}}` and its like.
    pub(super) fn read(register: &'static Register, body: &[u8]) -> Result<Self, ApiRefusal> {
        let body: Value = serde_json::from_slice(body).map_err(|_| ApiRefusal::NotJson)?;
        let given = body.get(register.one).and_then(Value::as_object);
        let mut draft = Self {
            number: None,
            fields: Map::new(),
        };
        for (name, value) in given.ok_or(ApiRefusal::data(register.one))? {
            if !register.has(name) {
                return Err(ApiRefusal::FieldName(name.clone()));
            }
            if name == register.number {
                draft.number = Some(number(value).ok_or(ApiRefusal::data(register.number))?);
                continue;
            }
            check(register, name, value)?;
            draft.fields.insert(name.clone(), value.clone());
        }
        Ok(draft)
    }
}

/// Text or a whole number that can stand in a path (?: which characters may).
fn number(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.as_u64()?.to_string(),
        _ => return None,
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (!text.is_empty() && text.bytes().all(fits)).then_some(text)
}

fn check(register: &Register, name: &str, value: &Value) -> Result<(), ApiRefusal> {
    if value.is_object() || value.is_array() {
        return Err(ApiRefusal::data(name));
    }
    match register.choice {
        Some((field, values)) if field == name => {
            let known = value.as_str().is_some_and(|text| values.contains(&text));
            known.then_some(()).ok_or(ApiRefusal::data(field))
        }
        _ => Ok(()),
    }
}

/// One customer, project and so on.
pub(super) struct Record {
    pub(super) number: String,
    fields: Map<String, Value>,
}

impl Record {
    /// Every field of the register, null where nothing was written.
    pub(super) fn whole(&self, register: &Register) -> Value {
        self.shown(
            register,
            [register.required].iter().chain(register.fields).copied(),
        )
    }

    /// What a list shows of it.
    pub(super) fn listed(&self, register: &Register) -> Value {
        self.shown(register, register.listed.iter().copied())
    }

    /// The address is Fortnox's own, as on the wire (R).
    fn shown(&self, register: &Register, fields: impl Iterator<Item = &'static str>) -> Value {
        let field = |name: &str| self.fields.get(name).cloned().unwrap_or_default();
        let mut shown: Map<String, Value> =
            fields.map(|name| (name.to_owned(), field(name))).collect();
        let path = register.right.path();
        let url = format!("https://api.fortnox.se{path}/{}", self.number);
        shown.insert("@url".to_owned(), url.into());
        shown.insert(register.number.to_owned(), self.number.as_str().into());
        Value::Object(shown)
    }

    fn has_required(&self, register: &Register) -> bool {
        match self.fields.get(register.required) {
            Some(Value::String(text)) => !text.trim().is_empty(),
            // Such as the invoice that a payment is for.
            Some(Value::Number(_)) => true,
            _ => false,
        }
    }
}

/// What all companies hold.
#[derive(Default)]
pub(crate) struct Records(BTreeMap<(TenantId, Right), Vec<Record>>);

impl Records {
    pub(super) fn all(&self, register: &'static Register, tenant: TenantId) -> &[Record] {
        let found = self.0.get(&(tenant, register.right));
        found.map_or(&[], Vec::as_slice)
    }

    pub(super) fn find(
        &self,
        register: &'static Register,
        tenant: TenantId,
        number: &str,
    ) -> Result<&Record, ApiRefusal> {
        let mut all = self.all(register, tenant).iter();
        all.find(|record| record.number == number)
            .ok_or(ApiRefusal::NotFound(register))
    }

    /// A new record, numbered by the client or else by the register.
    pub(super) fn create(
        &mut self,
        register: &'static Register,
        tenant: TenantId,
        draft: Draft,
    ) -> Result<Value, ApiRefusal> {
        let all = self.0.entry((tenant, register.right)).or_default();
        let number = draft.number.unwrap_or_else(|| next_number(all));
        if all.iter().any(|record| record.number == number) {
            return Err(ApiRefusal::NumberTaken(register, number));
        }
        let mut fields = draft.fields;
        if let Some((field, value)) = register.preset {
            fields
                .entry(field.to_owned())
                .or_insert_with(|| value.into());
        }
        let record = Record { number, fields };
        if !record.has_required(register) {
            return Err(ApiRefusal::data(register.required));
        }
        let shown = record.whole(register);
        all.push(record);
        Ok(shown)
    }

    /// Writes the fields that are given; the number stays (?).
    pub(super) fn update(
        &mut self,
        register: &'static Register,
        tenant: TenantId,
        number: &str,
        draft: Draft,
    ) -> Result<Value, ApiRefusal> {
        let all = self.0.entry((tenant, register.right)).or_default();
        let record = all.iter_mut().find(|record| record.number == number);
        let record = record.ok_or(ApiRefusal::NotFound(register))?;
        if draft.number.is_some_and(|given| given != number) {
            return Err(ApiRefusal::data(register.number));
        }
        let mut updated = Record {
            number: number.to_owned(),
            fields: record.fields.clone(),
        };
        updated.fields.extend(draft.fields);
        if !updated.has_required(register) {
            return Err(ApiRefusal::data(register.required));
        }
        *record = updated;
        Ok(record.whole(register))
    }
}

fn next_number(all: &[Record]) -> String {
    let numbers = all
        .iter()
        .filter_map(|record| record.number.parse::<u64>().ok());
    numbers
        .max()
        .unwrap_or_default()
        .saturating_add(1)
        .to_string()
}
