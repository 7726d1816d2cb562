//! Plays the fault matrix and prints it, row by row.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser;
use tests::faults::seed::Seed;
use tests::faults::{self, Row, process};

/// Plays the fault matrix: what can go wrong around a renewal, against a real
/// host, a real database and the simulator, judged by the simulator's ledger.
#[derive(Parser)]
#[command(name = "faults")]
struct Arguments {
    /// Only these rows, such as `12,39b`.
    #[arg(long, value_delimiter = ',', value_name = "ROWS")]
    rows: Vec<String>,
    /// Plays each row with so many seeds.
    #[arg(long, default_value_t = 1, value_name = "N")]
    seeds: u64,
    /// The first seed; the one that a failure names replays it.
    #[arg(long, default_value_t = 1, value_name = "SEED")]
    seed: u64,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    if process::serve_if_asked() {
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::parse();
    let all = faults::rows();
    let unknown = |number: &&String| !all.iter().any(|row| row.number == **number);
    if let Some(number) = arguments.rows.iter().find(unknown) {
        eprintln!("there is no row {number}");
        return ExitCode::from(2);
    }
    let runtime = tokio::runtime::Runtime::new();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    // A row that does not hold is told in its own line.
    std::panic::set_hook(Box::new(|_| {}));
    let asked = |row: &&Row| {
        arguments.rows.is_empty() || arguments.rows.iter().any(|number| number == row.number)
    };
    let mut failed = 0;
    if !arguments.json {
        println!("row   where     fault; outcome; the ledger's verdict");
    }
    for row in all.iter().filter(asked) {
        for seed in arguments.seed..arguments.seed.saturating_add(arguments.seeds) {
            if !arguments.json {
                print!("{:<5} {:<9} {}", row.number, row.place, row.fault);
                let _ = std::io::stdout().flush();
            }
            let played = runtime.block_on(faults::play(*row, Seed(seed)));
            failed += u32::from(played.is_err());
            if arguments.json {
                println!("{}", json(row, seed, &played));
            } else {
                match played {
                    Ok(outcome) => println!("; {}; {}", outcome.words, outcome.verdict),
                    Err(why) => println!(
                        "\n      DOES NOT HOLD with --rows {} --seed {seed}: {why}",
                        row.number
                    ),
                }
            }
        }
    }
    match failed {
        0 => ExitCode::SUCCESS,
        _ => {
            eprintln!("{failed} did not hold");
            ExitCode::FAILURE
        }
    }
}

fn json(row: &Row, seed: u64, played: &Result<faults::Outcome, String>) -> serde_json::Value {
    let mut line = serde_json::json!({
        "row": row.number,
        "fault": row.fault,
        "where": row.place.to_string(),
        "seed": seed,
        "ok": played.is_ok(),
    });
    match played {
        Ok(outcome) => {
            line["outcome"] = outcome.words.as_str().into();
            line["ledger"] = outcome.verdict.to_string().into();
        }
        Err(why) => line["why"] = why.as_str().into(),
    }
    line
}
