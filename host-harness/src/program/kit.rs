//! `kit`: the probe, and the server that it needs, for hosts in any language.

use std::{fs, io};

use host_harness::kit::{PROBE, Server, registration};
use serde_json::json;

use crate::arguments::{Common, Kit};
use crate::configuration;
use crate::failure::Failure;
use crate::show;
use crate::simulate::interrupted;

/// Runs until interrupted, and says when the host is to be killed.
///
/// # Errors
///
/// [`Failure::Path`], [`Failure::Listen`].
pub async fn run(common: &Common, kit: &Kit) -> Result<(), Failure> {
    fs::write(&kit.probe, PROBE).map_err(|source| Failure::Path {
        path: kit.probe.clone(),
        source,
    })?;
    let server = Server::start().await.map_err(|source| Failure::Listen {
        address: "127.0.0.1".to_owned(),
        source,
    })?;
    let registration = registration(&server);
    let out = &mut io::stdout();
    match common.json {
        true => show::line(out, &configuration::json(&registration).to_string()),
        false => {
            let probe = kit.probe.display();
            show::line(out, &configuration::text(&registration));
            show::line(
                out,
                &format!(
                    "# The probe is {probe}. Load it with this registration, call configure without\n\
                     # settings, then check-access: `granted` is a duty kept, `unknown` one broken.\n\
                     # Durability: configure kill=true, check-access, kill the host when it is said here,\n\
                     # start it again on the same storage, check-access. Stop with Ctrl-C."
                ),
            );
        }
    }
    tokio::select! {
        () = interrupted() => {}
        () = announce(common, &server) => {}
    }
    Ok(())
}

/// Says so each time that a host is to be killed.
async fn announce(common: &Common, server: &Server) {
    loop {
        server.holding().await;
        let text = match common.json {
            true => json!({ "holding": true }).to_string(),
            false => "# The probe waits: kill the host's process now.".to_owned(),
        };
        show::line(&mut io::stdout(), &text);
        server.released().await;
    }
}
