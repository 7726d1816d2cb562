//! The page over real HTTP, against a real plugin and the simulator, and the
//! parts that unit tests share.

mod any_plugin;
mod approval;
mod browser;
mod callback;
mod company_log;
mod forms;
mod frames;
mod languages;
mod pages;
mod parts;
pub mod plugin;
pub mod time;
mod waiting;
mod world;
