//! Builds a package of this workspace as a component: for build scripts, which
//! take this file in as a module.
//!
//! The component lies in the output directory of whoever builds it.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

const TARGET: &str = "wasm32-wasip2";
/// Built with this profile and no other, so that what is tested is what ships.
const PROFILE: &str = "plugin";

/// Builds a package, whose sources are in `folder`; `root` is the workspace's.
///
/// # Errors
///
/// What is missing, and how to mend it.
pub fn build(root: &str, package: &str, folder: &str) -> Result<PathBuf, String> {
    let shared = ["wit", "Cargo.toml", "Cargo.lock", "rust-toolchain.toml"];
    for input in shared.into_iter().chain([folder]) {
        println!("cargo::rerun-if-changed={root}/{input}");
    }
    ensure_target()?;
    // A directory of its own: the outer build holds the lock of the usual one.
    let directory = Path::new(&variable("OUT_DIR")?).join("component");
    let status = Command::new(variable("CARGO")?)
        // The component alone: with the native library beside it, cargo would
        // silently leave out link-time optimisation.
        .args(["rustc", "--lib", "--crate-type", "cdylib"])
        .args(["--locked", "--package", package])
        .args(["--target", TARGET, "--profile", PROFILE])
        .args(["--manifest-path", &format!("{root}/Cargo.toml")])
        // Nothing is loaded beside it, so that its code need not be movable; and
        // its addresses are written as short as they are.
        .args(["--", "-C", "relocation-model=static"])
        .args(["-C", "link-arg=--compress-relocations"])
        .env("CARGO_TARGET_DIR", &directory)
        // What is meant for the outer build would change or break this one.
        .env_remove("RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", nameless_paths(root)?)
        .env_remove("CARGO_BUILD_TARGET")
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("RUSTDOCFLAGS")
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if !status.success() {
        return Err(format!(
            "{package} did not build; see above, or run `cargo build -p {package}`"
        ));
    }
    let file = format!("{}.wasm", package.replace('-', "_"));
    Ok(directory.join(TARGET).join(PROFILE).join(file))
}

/// Flags that keep the paths of this machine out of the component: the same sources
/// make the same bytes wherever they lie.
fn nameless_paths(root: &str) -> Result<String, String> {
    let root = Path::new(root).canonicalize();
    let root = root.map_err(|error| format!("the workspace cannot be found: {error}"))?;
    let home = || env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo"));
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home);
    let remap = |path: &Path, name| format!("--remap-path-prefix={}={name}", path.display());
    let mut flags = vec![remap(&root, "source")];
    flags.extend(cargo.map(|path| remap(&path, "cargo")));
    Ok(flags.join("\u{1f}"))
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

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("cargo did not set {name}"))
}
