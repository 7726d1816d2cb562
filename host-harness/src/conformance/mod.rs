//! Conformance scripts: whole conversations between a host and a plugin, which
//! a host in any language can replay.
//!
//! A script holds everything: what the host calls, what the component asks of
//! its imports meanwhile, what it is answered, and what the call returns. It
//! holds for a component that makes exactly these import calls, in this order,
//! with these arguments, and returns exactly this result. So a replay needs no
//! storage, no network and no clock, and proves that a host passes every value
//! of the contract as it is.
//!
//! [`Player`] makes one call with the imports answered by anybody; [`replay`] lets
//! a [`Script`] answer them. The format is described beside the scripts, in
//! `tests/conformance`.

mod difference;
mod player;
mod replay;
mod script;
mod value;

pub use player::{Imports, PlayError, Player};
pub use replay::{Deviation, replay};
pub use script::{ImportCall, Script, Step};
pub use value::ValueError;
