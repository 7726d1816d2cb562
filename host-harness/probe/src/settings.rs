//! The one setting, and the cell it is kept in.

use crate::{
    contract::{Error, Precondition, Problem, Setting, StorageError},
    effects::Effects,
};

/// Whether a check waits for the host to be killed.
pub(crate) const KILL: &str = "kill";
const CELL: &str = "settings";

/// Replaces the settings; `kill` is `false` when left out.
///
/// # Errors
///
/// `invalid-settings` for another key or a value that is no toggle's; `storage`
/// when the cell cannot be written.
pub fn configure(effects: &dyn Effects, settings: &[Setting]) -> Result<(), Box<Error>> {
    let problem = |key: &String, code: &str, message: &str| Problem {
        key: key.clone(),
        code: code.to_owned(),
        message: message.to_owned(),
    };
    let problems: Vec<_> = (settings.iter())
        .filter_map(|(key, value)| match (key.as_str(), value.as_str()) {
            (KILL, "true" | "false") => None,
            (KILL, _) => Some(problem(key, "not-a-toggle", "This is true or false.")),
            _ => Some(problem(key, "unknown", "There is no such setting.")),
        })
        .collect();
    if !problems.is_empty() {
        return Err(Box::new(Error::InvalidSettings(problems)));
    }
    let kill = (settings.iter()).any(|(_, value)| value == "true");
    let value = if kill { "true" } else { "false" };
    let put = effects.put(CELL, value.as_bytes(), &Precondition::Always);
    put.map(drop)
        .map_err(|_| Box::new(Error::Storage("settings-not-written".to_owned())))
}

/// The value of `kill`.
pub(crate) fn kill(effects: &dyn Effects) -> Result<bool, StorageError> {
    match effects.get(CELL) {
        Ok(entry) => Ok(entry.value == b"true"),
        Err(StorageError::Missing(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
