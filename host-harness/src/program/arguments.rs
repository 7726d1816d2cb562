//! The command line.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand};
use host_harness::Level;

/// Tries, drives and demonstrates integration plugins.
#[derive(Debug, Parser)]
#[command(name = "harness", version, about)]
pub struct Arguments {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, Args)]
pub struct Common {
    /// Configuration file (TOML); the README describes it
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where database and sealing keys are kept [default: data; of the demo, a
    /// folder that goes with it]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// A plugin file instead of the built-in one
    #[arg(long, global = true, value_name = "FILE")]
    pub plugin: Option<PathBuf>,
    /// The company whose connection is meant
    #[arg(long, global = true, value_name = "NAME", default_value = "demo")]
    pub company: String,
    /// Language of what is shown (BCP 47)
    #[arg(long, global = true, value_name = "TAG", default_value = "en")]
    pub locale: String,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    pub json: bool,
}

impl Common {
    /// Where data are kept by commands that keep them.
    pub fn data(&self) -> &Path {
        self.data.as_deref().unwrap_or(Path::new("data"))
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the sample page, with the simulator as the provider (the default)
    Demo(Demo),
    /// Play the whole journey against the simulator, each step checked
    Walk,
    /// Run the simulator of the provider alone
    Simulate(Simulate),
    /// Show the sample page, with the provider of the configuration
    Serve,
    /// Replay conformance scripts on the plugin
    Conformance(Conformance),
    /// Serve the kit: write the probe, and be the server that it needs
    Kit(Kit),
    #[command(flatten)]
    Single(Single),
}

#[derive(Debug, Default, Args)]
pub struct Demo {
    /// Where the page listens; port 0 takes a free one [default: 127.0.0.1:8180,
    /// or a free port]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Loopback address of the simulator [default: 127.0.0.2:8181, or a free one]
    #[arg(long, value_name = "ADDRESS")]
    pub simulator: Option<SocketAddr>,
}

#[derive(Debug, Args)]
pub struct Conformance {
    /// Scripts, as in `tests/conformance`
    #[arg(required = true, value_name = "SCRIPT")]
    pub scripts: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Kit {
    /// Where the probe is written, to be loaded like any plugin
    #[arg(long, value_name = "FILE", default_value = "host_probe.wasm")]
    pub probe: PathBuf,
}

#[derive(Debug, Args)]
pub struct Simulate {
    /// Loopback address to listen at; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8181")]
    pub listen: SocketAddr,
    /// The redirect URI that the app is registered with
    #[arg(
        long,
        value_name = "URI",
        default_value = "http://127.0.0.1:8180/callback"
    )]
    pub redirect_uri: String,
}

/// One call of the plugin on one connection.
#[derive(Debug, Subcommand)]
pub enum Single {
    /// What the plugin is, and the settings it takes
    Describe,
    /// A cause code in words
    Explain {
        /// Such as user-declined
        code: String,
    },
    /// Replace all settings
    Configure {
        /// Settings; one left out gets its initial value
        #[arg(value_name = "KEY=VALUE", value_parser = setting)]
        settings: Vec<(String, String)>,
    },
    /// Open an authorization attempt: where to send the browser, and its binding
    BeginAuthorize,
    /// End the attempt with what the browser came back with
    HandleCallback {
        /// The redirect's query string, without the question mark; - reads it
        /// from standard input, where no other user of the machine sees it
        query: String,
        /// The binding that `begin-authorize` printed; in the variable, no other user
        /// of the machine sees it
        #[arg(
            long,
            value_name = "B",
            default_value = "",
            allow_hyphen_values = true,
            env = "HARNESS_BINDING",
            hide_env_values = true
        )]
        binding: String,
    },
    /// Where the connection stands
    Status,
    /// Switch the connection on
    Enable,
    /// Switch the connection off
    Disable,
    /// Ask the provider what the grant may do, area by area
    CheckAccess,
    /// Print a valid access token
    AccessToken,
    /// Call the provider's API, with the access token added in the sandbox
    Call {
        /// GET, POST, PUT, PATCH or DELETE
        method: String,
        /// Path and query below the API root, such as 3/customers
        path: String,
        /// A JSON body; - reads it from standard input
        #[arg(long, value_name = "JSON")]
        body: Option<String>,
    },
    /// Renew what is due, and print the Unix second of the next useful call
    Maintain {
        /// Every connection that is due, with notices by mail: for a timer where
        /// nothing serves
        #[arg(long)]
        all: bool,
    },
    /// Print a support bundle as JSON, without secrets
    Diagnostics,
    /// Revoke the grant and forget the connection
    Remove,
    /// The company log, newest first
    Log {
        /// At most so many entries
        #[arg(long, value_name = "N", default_value_t = 50)]
        limit: u32,
        /// Nothing below this level: trace, debug, info, warn, error, critical
        #[arg(long, value_name = "LEVEL", value_parser = level, default_value = "trace")]
        level: Level,
        /// Events whose code begins so, such as authorization.
        #[arg(long, value_name = "PREFIX", default_value = "")]
        event: String,
        /// Entries with all these words
        #[arg(long, value_name = "WORDS", default_value = "")]
        text: String,
    },
}

fn level(name: &str) -> Result<Level, String> {
    Level::from_name(name).ok_or_else(|| "there is no such level".to_owned())
}

fn setting(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .ok_or_else(|| "a setting is written KEY=VALUE".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn without_a_command_none_is_chosen_and_options_have_defaults() {
        let arguments = Arguments::parse_from(["harness"]);
        assert!(arguments.command.is_none());
        assert_eq!(arguments.common.company, "demo");
    }

    #[test]
    fn a_setting_is_split_at_its_first_equals_sign() {
        assert_eq!(setting("a=b=c").unwrap(), ("a".into(), "b=c".into()));
        assert_eq!(setting("a=").unwrap(), ("a".into(), String::new()));
        assert!(setting("a").is_err());
    }
}
