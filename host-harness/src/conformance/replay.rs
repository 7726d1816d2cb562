//! A component held against a script.

use super::{
    difference::difference,
    player::{Imports, PlayError, Player},
    script::{ImportCall, Script, Step},
};
use serde_json::{Value, json};

/// Where a component leaves its script. Steps and import calls count from 1.
#[derive(Debug, thiserror::Error)]
pub enum Deviation {
    /// An import call is another than expected, or one too many.
    #[error("step {step}, {call}: import call {number}: {difference}")]
    Import {
        /// Which step.
        step: usize,
        /// Its export.
        call: String,
        /// Which import call of it.
        number: usize,
        /// How it differs.
        difference: String,
    },
    /// The call ended, and import calls are left.
    #[error("step {step}, {call}: {expected} is not called")]
    Missing {
        /// Which step.
        step: usize,
        /// Its export.
        call: String,
        /// The first import call that is left.
        expected: String,
    },
    /// The result is another.
    #[error("step {step}, {call}: the result differs at {difference}")]
    Result {
        /// Which step.
        step: usize,
        /// Its export.
        call: String,
        /// How it differs.
        difference: String,
    },
    /// The call could not be made, or did not end well.
    #[error("step {step}, {call}: {source}")]
    Play {
        /// Which step.
        step: usize,
        /// Its export.
        call: String,
        /// Why.
        source: PlayError,
    },
}

/// Replays a script on a component. Blocks until it has ended.
///
/// # Errors
///
/// The first [`Deviation`].
pub fn replay(player: &Player, script: &Script) -> Result<(), Deviation> {
    for (step, script) in (1..).zip(&script.steps) {
        play(player, step, script)?;
    }
    Ok(())
}

fn play(player: &Player, step: usize, script: &Step) -> Result<(), Deviation> {
    let call = || script.call.clone();
    let imports = Scripted {
        expected: script.imports.clone(),
        made: 0,
        left: None,
    };
    let (result, imports) = player.call(&script.call, &script.arguments, imports);
    if let Some((number, difference)) = imports.left {
        let call = call();
        return Err(Deviation::Import {
            step,
            call,
            number,
            difference,
        });
    }
    let result = result.map_err(|source| Deviation::Play {
        step,
        call: call(),
        source,
    })?;
    if let Some(next) = imports.expected.get(imports.made) {
        let expected = next.import.clone();
        return Err(Deviation::Missing {
            step,
            call: call(),
            expected,
        });
    }
    match difference(&script.result, &result) {
        None => Ok(()),
        Some(difference) => Err(Deviation::Result {
            step,
            call: call(),
            difference,
        }),
    }
}

/// Answers as the script has it, until the component leaves it.
struct Scripted {
    expected: Vec<ImportCall>,
    made: usize,
    /// At which import call the script was left, and how.
    left: Option<(usize, String)>,
}

impl Imports for Scripted {
    fn answer(&mut self, import: &str, arguments: Vec<Value>) -> Result<Option<Value>, String> {
        let expected = self.expected.get(self.made);
        self.made += 1;
        let found = json!({ "import": import, "arguments": arguments });
        let differs = match expected {
            None => Some(format!("{import} is called, and nothing more is expected")),
            Some(expected) => {
                let call = json!({ "import": expected.import, "arguments": expected.arguments });
                difference(&call, &found)
            }
        };
        match (differs, expected) {
            (Some(differs), _) => {
                self.left = Some((self.made, differs.clone()));
                Err(differs)
            }
            (None, expected) => Ok(expected.and_then(|expected| expected.answer.clone())),
        }
    }
}
