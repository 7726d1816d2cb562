//! `harness`: tries, drives and demonstrates integration plugins.
//!
//! Every command builds the same host that an embedding system would build, from
//! the same library; the program adds a configuration file, a simulator of the
//! provider, and words on a terminal.

mod arguments;
mod assemble;
mod calls;
mod configuration;
mod conformance;
mod demo;
mod failure;
mod json;
mod keep;
mod kit;
mod mail;
mod notices;
mod serve;
mod show;
mod simulate;
mod walk;
mod web;

use std::process::ExitCode;

use clap::Parser as _;
use tracing_subscriber::EnvFilter;

use arguments::{Arguments, Command, Demo, Single};
use failure::Failure;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(filter())
        .with_writer(std::io::stderr)
        .init();
    let json = arguments.common.json;
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print(json);
            ExitCode::FAILURE
        }
    }
}

/// What `RUST_LOG` asks for. The compiler inside speaks only when it is named:
/// at `trace` it says gigabytes.
fn filter() -> EnvFilter {
    let Ok(asked) = std::env::var(EnvFilter::DEFAULT_ENV) else {
        return EnvFilter::new("off");
    };
    EnvFilter::builder().parse_lossy(format!(
        "cranelift_codegen=warn,cranelift_frontend=warn,regalloc2=warn,wasmtime=warn,\
         wasmtime_internal_cranelift=warn,{asked}"
    ))
}

async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { common, command } = arguments;
    match command.unwrap_or_else(|| Command::Demo(Demo::default())) {
        Command::Demo(demo) => demo::run(&common, &demo).await,
        Command::Walk => walk::run(&common).await,
        Command::Simulate(simulate) => simulate::run(&common, simulate).await,
        Command::Serve => serve::run(&common).await,
        Command::Kit(kit) => kit::run(&common, &kit).await,
        Command::Conformance(conformance) => conformance::run(&common, &conformance),
        Command::Single(Single::Maintain { all: true }) => keep::round(&common).await,
        Command::Single(call) => calls::run(&common, call).await,
    }
}
