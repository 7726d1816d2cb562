//! The fault matrix, a test for each row.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use tests::faults::seed::Seed;
use tests::faults::{self, process};

fn main() -> ExitCode {
    if process::serve_if_asked() {
        return ExitCode::SUCCESS;
    }
    let trials = faults::rows().into_iter().map(|row| {
        let name = format!("row {}: {} ({})", row.number, row.fault, row.place);
        Trial::test(name, move || {
            let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
            let played = runtime.block_on(faults::play(row, Seed(1)));
            played.map(|_| ()).map_err(Failed::from)
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
