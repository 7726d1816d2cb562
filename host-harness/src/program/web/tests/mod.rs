//! The parts that unit tests share.

pub mod plugin;
pub mod time;
