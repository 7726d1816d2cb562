//! Builds components of the workspace along: the plugin, when the feature `plugin`
//! asks for it, and the kit's probe, when `kit` does.
//!
//! Their paths become the compile-time variables `PLUGIN_COMPONENT_FILE` and
//! `PROBE_COMPONENT_FILE`. Setting `PLUGIN_COMPONENT` to a file uses that one as
//! the plugin instead, for a released one or for work offline.

#[path = "build/component.rs"]
mod component;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

const ROOT: &str = "..";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    let plugin = wanted("CARGO_FEATURE_PLUGIN", "PLUGIN_COMPONENT_FILE", plugin);
    let probe = wanted("CARGO_FEATURE_KIT", "PROBE_COMPONENT_FILE", || {
        component::build(ROOT, "host-probe", "host-harness/probe")
    });
    match plugin.and(probe) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("cargo::error={message}");
            ExitCode::FAILURE
        }
    }
}

/// Tells a component's path, where a feature asks for it.
fn wanted(
    feature: &str,
    variable: &str,
    build: impl FnOnce() -> Result<PathBuf, String>,
) -> Result<(), String> {
    if env::var_os(feature).is_some() {
        println!("cargo::rustc-env={variable}={}", build()?.display());
    }
    Ok(())
}

fn plugin() -> Result<PathBuf, String> {
    println!("cargo::rerun-if-env-changed=PLUGIN_COMPONENT");
    let Some(given) = env::var_os("PLUGIN_COMPONENT").filter(|given| !given.is_empty()) else {
        return component::build(ROOT, "fortnox-plugin", "plugin");
    };
    let file = Path::new(&given).canonicalize();
    let file = file.map_err(|error| format!("PLUGIN_COMPONENT={}: {error}", given.display()))?;
    println!("cargo::rerun-if-changed={}", file.display());
    Ok(file)
}
