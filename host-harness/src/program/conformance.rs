//! `conformance`: replays scripts on a plugin.

use std::fs;
use std::io;
use std::path::Path;

use host_harness::conformance::{Player, Script, replay};
use host_harness::{BuildError, Limits};
use serde_json::json;

use crate::arguments::{Common, Conformance};
use crate::assemble::plugin;
use crate::failure::Failure;
use crate::show;

/// Replays every script, and prints a line for each.
///
/// # Errors
///
/// [`Failure::Conformance`] when one did not hold; nothing is replayed when one
/// cannot be read.
pub fn run(common: &Common, conformance: &Conformance) -> Result<(), Failure> {
    let paths = &conformance.scripts;
    let scripts: Vec<Script> = paths
        .iter()
        .map(|path| read(path))
        .collect::<Result<_, _>>()?;
    let player = Player::new(&plugin(common)?, &Limits::default()).map_err(BuildError::from)?;
    let mut failed = 0;
    for (path, script) in paths.iter().zip(&scripts) {
        let deviation = replay(&player, script).err().map(|it| it.to_string());
        failed += usize::from(deviation.is_some());
        let name = path.display().to_string();
        let line = match (common.json, deviation) {
            (true, deviation) => {
                json!({ "script": name, "ok": deviation.is_none(), "deviation": deviation })
                    .to_string()
            }
            (false, None) => format!("ok      {name}"),
            (false, Some(deviation)) => format!("FAILED  {name}: {deviation}"),
        };
        show::line(&mut io::stdout(), &line);
    }
    match failed {
        0 => Ok(()),
        failed => Err(Failure::Conformance {
            failed,
            all: paths.len(),
        }),
    }
}

fn read(path: &Path) -> Result<Script, Failure> {
    let text = fs::read_to_string(path).map_err(|source| Failure::Path {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_str(&text).map_err(|source| Failure::Script {
        path: path.to_owned(),
        source,
    })
}
