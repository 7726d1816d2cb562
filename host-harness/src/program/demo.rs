//! `demo`: the provider's look-alike and the sample page in one process.
//!
//! Without `--data` everything is kept in a folder that goes with the program.
//! The two listen at different loopback addresses, so that they are two sites to
//! a browser, as in life: cookies are not shared, and the way back is cross-site.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use fortnox_simulator::{App, Setup, Simulator, StartError};
use host_harness::{
    Database, Host, KeyRing, SqliteInvitations, SqliteLog, SqliteStorage, SystemClock, SystemRandom,
};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;
use url::Url;

use crate::arguments::{Common, Demo};
use crate::assemble::{make_private_folder, plugin, with_transport};
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::keep::keeper;
use crate::serve::{listen, run_site};
use crate::show;
use crate::simulate::registration;
use crate::web::{Address, Site};

const PAGE: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8180);
const SIMULATOR: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2)), 8181);

/// Runs until interrupted.
///
/// # Errors
///
/// [`Failure`].
pub async fn run(common: &Common, demo: &Demo) -> Result<(), Failure> {
    let simulator = start_simulator(demo.simulator).await?;
    let (listener, listening) = listen_somewhere(demo.listen).await?;
    let redirect_uri = format!("http://{listening}/callback");
    simulator.set_redirect_uri(redirect_uri.as_str());

    let temporary = TempDir::new().map_err(|source| Failure::Path {
        path: std::env::temp_dir(),
        source,
    })?;
    let folder = match &common.data {
        Some(folder) => {
            make_private_folder(folder)?;
            folder.as_path()
        }
        None => temporary.path(),
    };
    let database = Database::open(folder.join("demo.db")).await?;
    let log = SqliteLog::new(database.clone());
    let invitations = SqliteInvitations::new(database.clone());
    let storage = Arc::new(SqliteStorage::new(database.clone()));
    let key_file = folder.join("demo.keys");
    let key_ring = KeyRing::open_or_create(key_file, &*storage, &SystemRandom).await?;
    let builder = Host::builder(plugin(common)?)
        .registration(registration(&simulator, &redirect_uri))
        .storage(storage)
        .key_ring(key_ring)
        .log(Arc::new(log.clone()));
    let host = with_transport(builder)?.build().await?;

    let address = Address::of(&redirect_uri, host.plugin_id())?;
    let mail = Configuration::default().mail(folder)?;
    let keeper = keeper(&host, database, mail, Some(&address))?;
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    let mut site = Site::new(host, log, invitations, address, clock, random);
    let control = format!("http://{}/", simulator.address());
    site.simulator = Url::parse(&control).ok();
    announce(common, &format!("http://{listening}/"), &control, folder);
    // Dropped, the simulator stops; browsers may keep connections to it open.
    run_site(listener, site, keeper, listening).await
}

fn announce(common: &Common, page: &str, simulator: &str, folder: &Path) {
    let out = &mut std::io::stdout();
    let outbox = folder.join("outbox").display().to_string();
    if common.json {
        let line = json!({"page": page, "simulator": simulator});
        show::line(out, &line.to_string());
        return;
    }
    show::line(
        out,
        &format!(
            "The page:      {page}
The simulator: {simulator}  (stands in for the provider)

Open the page, sign in as Kari, choose the integration and press Save.
At the simulator log in as anna.admin (a system administrator), or as
ulf.user to see a service account refused. Cancel, or close the window, to
see what then helps. Maja's company and Kari's do not see each other.
Mail to whoever is named for error notices is written to {outbox}.

Nothing leaves this machine. Stop with Ctrl-C."
        ),
    );
}

async fn start_simulator(asked: Option<SocketAddr>) -> Result<Simulator, StartError> {
    let start = async |listen| {
        let app = App {
            name: "Demo ERP".to_owned(),
            ..App::default()
        };
        Simulator::start(Setup {
            listen,
            app,
            ..Setup::default()
        })
        .await
    };
    if let Some(address) = asked {
        return start(address).await;
    }
    // Not every system has more than one loopback address, and ports are taken.
    for address in [SIMULATOR, free(SIMULATOR)] {
        if let Ok(simulator) = start(address).await {
            return Ok(simulator);
        }
    }
    start(free(PAGE)).await
}

async fn listen_somewhere(asked: Option<SocketAddr>) -> Result<(TcpListener, SocketAddr), Failure> {
    match asked {
        Some(address) => listen(address).await,
        None => match listen(PAGE).await {
            Ok(found) => Ok(found),
            Err(_) => listen(free(PAGE)).await,
        },
    }
}

fn free(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip(), 0)
}
