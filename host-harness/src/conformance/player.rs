//! One call of a component, with its imports answered by anybody.

use super::value::{ValueError, from_json, to_json};
use crate::{
    call::classify,
    error::{CallError, Crash},
    imports::INSECURE_SEED,
    limits::Limits,
    load::{self, EXPORT, LoadError},
    sandbox::Budget,
};
use serde_json::Value;
use wasmtime::{
    Engine, Store, StoreContextMut, UpdateDeadline,
    component::{
        Component, Linker, Val,
        types::{ComponentFunc, ComponentItem},
    },
};

/// Answers what a component asks.
pub trait Imports: Send + 'static {
    /// The answer to a call of an import, such as `storage.get`; none where the
    /// function has no result.
    ///
    /// # Errors
    ///
    /// Whatever ends the call: the component is not told.
    fn answer(&mut self, import: &str, arguments: Vec<Value>) -> Result<Option<Value>, String>;
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum PlayError {
    /// The contract has no such function.
    #[error("the contract has no function {0}")]
    NoExport(String),
    /// The arguments, or an answer, are not of the contract's types.
    #[error("{place}: {source}")]
    Value {
        /// Of which function.
        place: String,
        /// What is wrong.
        source: ValueError,
    },
    /// Too many arguments, or too few.
    #[error("{place} takes {wanted} arguments, and there are {found}")]
    Arguments {
        /// Which function.
        place: String,
        /// How many it takes.
        wanted: usize,
        /// How many there are.
        found: usize,
    },
    /// An import was not answered.
    #[error("{0}")]
    Unanswered(String),
    /// The component crashed.
    #[error(transparent)]
    Crashed(#[from] Crash),
    /// The runtime failed.
    #[error("the runtime failed: {0}")]
    Runtime(String),
}

/// A component on which single calls are made.
pub struct Player {
    engine: Engine,
    component: Component,
    limits: Limits,
}

/// What a call works on.
struct Stage<I> {
    budget: Budget,
    imports: I,
}

/// Ends a call from within an import.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
struct Stop(PlayError);

impl Player {
    /// Loads a component, with all that a host checks of it.
    ///
    /// # Errors
    ///
    /// [`LoadError`] for what is no plugin of this contract.
    pub fn new(component: &[u8], limits: &Limits) -> Result<Self, LoadError> {
        let plugin = load::load(component, limits)?;
        let pre = plugin.instance_pre();
        Ok(Self {
            engine: pre.engine().clone(),
            component: pre.component().clone(),
            limits: limits.clone(),
        })
    }

    /// Calls an export in a fresh instance; returns its result, and the imports
    /// as they are afterwards. Blocks until the call has ended.
    pub fn call<I: Imports>(
        &self,
        export: &str,
        arguments: &[Value],
        imports: I,
    ) -> (Result<Value, PlayError>, I) {
        let stage = Stage {
            budget: Budget::new(self.limits.clone()),
            imports,
        };
        let mut store = Store::new(&self.engine, stage);
        store.limiter(|stage| &mut stage.budget);
        store.set_hostcall_fuel(self.limits.host_call_bytes);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut store| {
            store.data_mut().budget.tick()?;
            // Nobody else waits for this thread.
            Ok(UpdateDeadline::Continue(1))
        });
        let result = self.run(&mut store, export, arguments);
        (result, store.into_data().imports)
    }

    fn run<I: Imports>(
        &self,
        store: &mut Store<Stage<I>>,
        export: &str,
        arguments: &[Value],
    ) -> Result<Value, PlayError> {
        let linker = self.linker()?;
        let instance = linker.instantiate(&mut *store, &self.component);
        let instance = instance.map_err(|error| ended(&error))?;
        let no_export = || PlayError::NoExport(export.to_owned());
        let interface = instance.get_export_index(&mut *store, None, EXPORT);
        let interface = interface.ok_or_else(no_export)?;
        let index = instance.get_export_index(&mut *store, Some(&interface), export);
        let function = index.and_then(|index| instance.get_func(&mut *store, index));
        let function = function.ok_or_else(no_export)?;
        let ty = function.ty(&*store);
        let arguments = values(export, &ty, arguments)?;
        let mut results = vec![Val::Bool(false); ty.results().len()];
        let called = function.call(&mut *store, &arguments, &mut results);
        called.map_err(|error| ended(&error))?;
        let result = ty.results().zip(&results).next();
        let Some((ty, value)) = result else {
            return Ok(Value::Null);
        };
        to_json(&ty, value).map_err(|source| PlayError::Value {
            place: export.to_owned(),
            source,
        })
    }

    fn linker<I: Imports>(&self) -> Result<Linker<Stage<I>>, PlayError> {
        let runtime = |error: wasmtime::Error| PlayError::Runtime(format!("{error:#}"));
        let mut linker = Linker::new(&self.engine);
        for (name, item) in self.component.component_type().imports(&self.engine) {
            let ComponentItem::ComponentInstance(interface) = item.ty else {
                continue;
            };
            let mut instance = linker.instance(name).map_err(runtime)?;
            if name == INSECURE_SEED {
                let seed = |_: StoreContextMut<'_, Stage<I>>, (): ()| Ok(((0_u64, 0_u64),));
                instance.func_wrap("insecure-seed", seed).map_err(runtime)?;
                continue;
            }
            for (function, _) in interface.exports(&self.engine) {
                let import = format!("{}.{function}", short(name));
                let answer = move |mut store: StoreContextMut<'_, Stage<I>>,
                                   ty: ComponentFunc,
                                   arguments: &[Val],
                                   results: &mut [Val]| {
                    let stage = store.data_mut();
                    stage.budget.host_call()?;
                    Ok(answer(&mut stage.imports, &import, &ty, arguments, results)
                        .map_err(Stop)?)
                };
                instance.func_new(function, answer).map_err(runtime)?;
            }
        }
        Ok(linker)
    }
}

/// The interface without package and version.
fn short(name: &str) -> &str {
    let name = name.split_once('/').map_or(name, |(_, name)| name);
    name.split_once('@').map_or(name, |(name, _)| name)
}

fn answer(
    imports: &mut impl Imports,
    import: &str,
    ty: &ComponentFunc,
    arguments: &[Val],
    results: &mut [Val],
) -> Result<(), PlayError> {
    let unfit = |source| PlayError::Value {
        place: import.to_owned(),
        source,
    };
    let arguments = ty.params().zip(arguments);
    let arguments = arguments.map(|((_, ty), value)| to_json(&ty, value).map_err(unfit));
    let arguments = arguments.collect::<Result<_, _>>()?;
    let answered = imports.answer(import, arguments);
    let answered = answered.map_err(PlayError::Unanswered)?;
    if let Some((ty, result)) = ty.results().zip(results).next() {
        *result = from_json(&ty, &answered.unwrap_or_default()).map_err(unfit)?;
    }
    Ok(())
}

fn values(place: &str, ty: &ComponentFunc, arguments: &[Value]) -> Result<Vec<Val>, PlayError> {
    let wanted = ty.params().len();
    if wanted != arguments.len() {
        return Err(PlayError::Arguments {
            place: place.to_owned(),
            wanted,
            found: arguments.len(),
        });
    }
    let values = ty.params().zip(arguments).map(|((name, ty), value)| {
        from_json(&ty, value).map_err(|source| PlayError::Value {
            place: format!("{place}, {name}"),
            source,
        })
    });
    values.collect()
}

/// What ended a call.
fn ended(error: &wasmtime::Error) -> PlayError {
    match error.downcast_ref::<Stop>() {
        Some(Stop(PlayError::Unanswered(why))) => PlayError::Unanswered(why.clone()),
        Some(Stop(other)) => PlayError::Unanswered(other.to_string()),
        None => match classify(error) {
            CallError::Crashed(crash) => crash.into(),
            other => PlayError::Runtime(other.to_string()),
        },
    }
}
