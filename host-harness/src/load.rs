//! From the bytes of a file to a component of this contract, or the reason why
//! they are none.

use crate::{
    call::Call,
    contract::{PACKAGE, VERSION, bindings::PluginPre},
    imports::{self, INSECURE_SEED},
    limits::Limits,
    sandbox,
};
use wasmtime::{
    Engine,
    component::{Component, Linker},
};

/// The interface that a plugin exports.
pub(crate) const EXPORT: &str = "erp:integration/integration@0.1.0";
const IMPORTS: [&str; 7] = [
    "erp:integration/registration@0.1.0",
    "erp:integration/http@0.1.0",
    "erp:integration/storage@0.1.0",
    "erp:integration/log@0.1.0",
    "wasi:clocks/wall-clock@0.2.6",
    "wasi:random/random@0.2.6",
    INSECURE_SEED,
];

/// Why a file is not a plugin that this host can run.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Larger than [`Limits::COMPONENT`].
    #[error(
        "the file is too large; a plugin has at most {} bytes",
        Limits::COMPONENT
    )]
    TooLarge,
    /// Not WebAssembly.
    #[error("the file is not WebAssembly")]
    NotWasm,
    /// A core module. It has to be made a component, for example by building
    /// for the target `wasm32-wasip2`.
    #[error("the file is a core module, not a component; build it for wasm32-wasip2")]
    CoreModule,
    /// The file ends early, as after a broken download.
    #[error("the file is cut short")]
    Truncated,
    /// The file is a component, but an invalid one, or one that uses what this
    /// host has switched off.
    #[error("the component is not valid here: {0}")]
    Invalid(String),
    /// A plugin for another version of the contract.
    #[error("the plugin is for {found}; this host speaks {PACKAGE}@{VERSION}")]
    OtherVersion {
        /// The name of the interface it exports.
        found: String,
    },
    /// A component for something else.
    #[error(
        "the component is for another world (missing exports: {missing:?}; imports that this host does not have: {extra:?})"
    )]
    OtherWorld {
        /// Exports of the contract that it lacks.
        missing: Vec<String>,
        /// Imports that are not of the contract.
        extra: Vec<String>,
    },
    /// The names fit, the types do not.
    #[error("the plugin's types are not those of {PACKAGE}@{VERSION}: {0}")]
    OtherTypes(String),
    /// The runtime cannot be set up on this machine.
    #[error("the WebAssembly runtime cannot be set up: {0}")]
    Runtime(String),
}

/// Compiles and links a component.
pub(crate) fn load(bytes: &[u8], limits: &Limits) -> Result<PluginPre<Call>, LoadError> {
    check_frame(bytes)?;
    let runtime = |error: wasmtime::Error| LoadError::Runtime(format!("{error:#}"));
    let engine = sandbox::engine(limits).map_err(runtime)?;
    let component = Component::from_binary(&engine, bytes)
        .map_err(|error| LoadError::Invalid(format!("{error:#}")))?;
    check_world(&engine, &component)?;
    let mut linker = Linker::new(&engine);
    imports::link(&mut linker).map_err(runtime)?;
    let types = |error: wasmtime::Error| LoadError::OtherTypes(format!("{error:#}"));
    let instance = linker.instantiate_pre(&component).map_err(types)?;
    PluginPre::new(instance).map_err(types)
}

/// The package of the contract that a plugin was made for, with its version, such
/// as `erp:integration@0.1.0`: the name of the interface it exports.
pub(crate) fn contract(plugin: &PluginPre<Call>) -> String {
    let component = plugin.instance_pre().component();
    let world = component.component_type();
    let exports = world.exports(plugin.engine());
    let mut versions = exports.filter_map(|(name, _)| {
        let (_, version) = name.split_once('@').filter(|_| compatible(name, EXPORT))?;
        Some(format!("{PACKAGE}@{version}"))
    });
    versions.next().unwrap_or_default()
}

/// Preamble and section lengths, so that a wrong file is told from a broken one.
fn check_frame(bytes: &[u8]) -> Result<(), LoadError> {
    if bytes.len() > Limits::COMPONENT {
        return Err(LoadError::TooLarge);
    }
    let rest = bytes.strip_prefix(b"\0asm").ok_or(LoadError::NotWasm)?;
    let (version, mut rest) = rest.split_first_chunk::<4>().ok_or(LoadError::Truncated)?;
    match version {
        [_, _, 0, 0] => return Err(LoadError::CoreModule),
        [_, _, 1, 0] => {}
        _ => return Err(LoadError::NotWasm),
    }
    while let Some((_id, section)) = rest.split_first() {
        let (length, content) = leb128(section).ok_or(LoadError::Truncated)?;
        rest = content.get(length..).ok_or(LoadError::Truncated)?;
    }
    Ok(())
}

/// An unsigned number of at most five bytes, and what follows it.
fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, bytes.get(index + 1..)?));
        }
    }
    None
}

fn check_world(engine: &Engine, component: &Component) -> Result<(), LoadError> {
    let world = component.component_type();
    let exports: Vec<_> = world.exports(engine).map(|(name, _)| name).collect();
    let prefix = format!("{PACKAGE}/integration@");
    let exported = |known: &str| exports.iter().any(|name| compatible(name, known));
    if let Some(found) = exports.iter().find(|name| name.starts_with(&prefix))
        && !exported(EXPORT)
    {
        let found = (*found).to_owned();
        return Err(LoadError::OtherVersion { found });
    }
    let extra: Vec<_> = (world.imports(engine))
        .map(|(name, _)| name.to_owned())
        .filter(|name| !IMPORTS.iter().any(|known| compatible(name, known)))
        .collect();
    let missing: Vec<_> = [EXPORT]
        .into_iter()
        .filter(|known| !exported(known))
        .map(str::to_owned)
        .collect();
    if missing.is_empty() && extra.is_empty() {
        return Ok(());
    }
    Err(LoadError::OtherWorld { missing, extra })
}

/// Whether two interface names differ at most in a part of the version that
/// compatible changes raise: the patch below 1.0, the minor part too from then.
fn compatible(name: &str, known: &str) -> bool {
    fn track(name: &str) -> Option<(&str, &str)> {
        let (interface, version) = name.split_once('@')?;
        let (major, rest) = version.split_once('.')?;
        let (minor, _) = rest.split_once('.')?;
        let kept = if major == "0" {
            major.len() + 1 + minor.len()
        } else {
            major.len()
        };
        Some((interface, version.get(..kept)?))
    }
    name == known || track(name).is_some_and(|track_| track(known) == Some(track_))
}

#[cfg(test)]
mod tests;
