//! Builds the workspace's plugin along, when the feature `plugin` asks for it.
//!
//! The component lies in this package's output directory; its path becomes the
//! compile-time variable `PLUGIN_COMPONENT_FILE`. Setting `PLUGIN_COMPONENT` to
//! a file uses that one instead, for a released plugin or for work offline.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

const PACKAGE: &str = "fortnox-plugin";
const TARGET: &str = "wasm32-wasip2";
/// Built with this profile and no other, so that what is tested is what ships.
const PROFILE: &str = "plugin";

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_PLUGIN").is_none() {
        return ExitCode::SUCCESS;
    }
    match component() {
        Ok(file) => {
            println!("cargo::rustc-env=PLUGIN_COMPONENT_FILE={}", file.display());
            ExitCode::SUCCESS
        }
        Err(message) => {
            println!("cargo::error={message}");
            ExitCode::FAILURE
        }
    }
}

fn component() -> Result<PathBuf, String> {
    println!("cargo::rerun-if-env-changed=PLUGIN_COMPONENT");
    if let Some(given) = env::var_os("PLUGIN_COMPONENT").filter(|given| !given.is_empty()) {
        let file = Path::new(&given).canonicalize();
        let file =
            file.map_err(|error| format!("PLUGIN_COMPONENT={}: {error}", given.display()))?;
        println!("cargo::rerun-if-changed={}", file.display());
        return Ok(file);
    }
    for input in [
        "../wit",
        "../plugin",
        "../Cargo.toml",
        "../Cargo.lock",
        "../rust-toolchain.toml",
    ] {
        println!("cargo::rerun-if-changed={input}");
    }
    ensure_target()?;
    build()
}

/// Adds the target's standard library where rustup can.
fn ensure_target() -> Result<(), String> {
    if has_target()? {
        return Ok(());
    }
    println!("cargo::warning=adding the target {TARGET} with rustup");
    let added = Command::new("rustup")
        .args(["target", "add", TARGET])
        .status();
    if added.is_ok_and(|status| status.success()) && has_target()? {
        return Ok(());
    }
    Err(format!(
        "the compiler lacks the target {TARGET}; install it with `rustup target add {TARGET}` \
         or your system's package of Rust's standard library for it, \
         or set PLUGIN_COMPONENT to a built plugin"
    ))
}

fn has_target() -> Result<bool, String> {
    let output = Command::new(variable("RUSTC")?)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .map_err(|error| format!("the compiler cannot be asked for its targets: {error}"))?;
    let directory = String::from_utf8_lossy(&output.stdout);
    Ok(output.status.success() && Path::new(directory.trim()).is_dir())
}

fn build() -> Result<PathBuf, String> {
    // A directory of its own: the outer build holds the lock of the usual one.
    let directory = Path::new(&variable("OUT_DIR")?).join("component");
    let status = Command::new(variable("CARGO")?)
        // The component alone: with the native library beside it, cargo would
        // silently leave out link-time optimisation.
        .args(["rustc", "--lib", "--crate-type", "cdylib"])
        .args(["--locked", "--package", PACKAGE])
        .args(["--target", TARGET, "--profile", PROFILE])
        .args(["--manifest-path", "../Cargo.toml"])
        .env("CARGO_TARGET_DIR", &directory)
        // What is meant for the outer build would change or break this one.
        .env("RUSTFLAGS", "")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("RUSTDOCFLAGS")
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !status.success() {
        return Err(format!(
            "the plugin did not build; see above, or run `cargo build -p {PACKAGE}`"
        ));
    }
    let file = format!("{}.wasm", PACKAGE.replace('-', "_"));
    Ok(directory.join(TARGET).join(PROFILE).join(file))
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("cargo did not set {name}"))
}
