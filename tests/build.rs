//! Builds the second provider as a component; its path becomes the compile-time
//! variable `SECOND_PROVIDER_FILE`.

#[path = "../host-harness/build/component.rs"]
mod component;

use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../host-harness/build");
    match component::build("..", "second-provider", "tests/second-provider") {
        Ok(file) => {
            println!("cargo::rustc-env=SECOND_PROVIDER_FILE={}", file.display());
            ExitCode::SUCCESS
        }
        Err(message) => {
            println!("cargo::error={message}");
            ExitCode::FAILURE
        }
    }
}
