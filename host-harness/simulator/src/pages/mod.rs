//! The HTML that people see, without scripts. Templates escape whatever comes
//! from outside, so that no name or error text becomes markup.

mod document;
mod message;
mod stage;

pub(crate) use document::{document, style};
pub(crate) use message::{over, refused, unreachable};
pub(crate) use stage::stage;
