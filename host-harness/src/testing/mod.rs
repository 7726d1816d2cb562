//! What the tests of several modules share.

mod guest;
mod parts;

pub(crate) use guest::{Guest, encode};
pub(crate) use parts::*;
