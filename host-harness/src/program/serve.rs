//! `serve`: the sample page against the endpoints of the configuration.

use std::net::SocketAddr;
use std::sync::Arc;

use host_harness::{Keeper, SqliteInvitations, SystemClock, SystemRandom};
use tokio::net::TcpListener;

use crate::arguments::Common;
use crate::assemble::{Assembly, assemble};
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::keep::keeper;
use crate::web::{self, Address, Site};
use crate::{show, simulate};

/// Runs until interrupted.
///
/// # Errors
///
/// [`Failure`].
pub async fn run(common: &Common) -> Result<(), Failure> {
    let configuration = Configuration::read(common.config.as_deref())?;
    let registration = configuration
        .registration()?
        .ok_or(Failure::NothingToServe)?;
    let mail = configuration.mail(common.data())?;
    let Assembly {
        host,
        log,
        database,
    } = assemble(common, &configuration).await?;
    let address = Address::of(&registration.redirect_uri, host.plugin_id())?;
    let invitations = SqliteInvitations::new(database.clone());
    let keeper = keeper(&host, database, mail, Some(&address))?;
    let (listener, listening) = listen(configuration.listen()).await?;
    let text = format!(
        "Open {}/ in a browser.
Listening at {listening}. Returns are taken at {}.
Stop with Ctrl-C.",
        address.origin, registration.redirect_uri
    );
    show::line(&mut std::io::stdout(), &text);
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    let site = Site::new(host, log, invitations, address, clock, random);
    run_site(listener, site, keeper, listening).await
}

/// Listens at an address.
///
/// # Errors
///
/// [`Failure::Listen`].
pub async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let cannot = |source| Failure::Listen {
        address: address.to_string(),
        source,
    };
    let listener = TcpListener::bind(address).await.map_err(cannot)?;
    let bound = listener.local_addr().map_err(cannot)?;
    Ok((listener, bound))
}

/// Serves and keeps connections alive until interrupted, and to the end of what
/// is under way; interrupted once more, it ends at once.
///
/// # Errors
///
/// [`Failure::Listen`].
pub async fn run_site(
    listener: TcpListener,
    site: Site,
    keeper: Keeper,
    address: SocketAddr,
) -> Result<(), Failure> {
    let served = web::serve(listener, Arc::new(site), simulate::interrupted());
    // The page ends last: it waits for what either has begun.
    let kept = async {
        keeper.run(simulate::interrupted()).await;
        std::future::pending::<()>().await;
    };
    let twice = async {
        simulate::interrupted().await;
        simulate::interrupted().await;
    };
    tokio::select! {
        served = served => served.map_err(|source| Failure::Listen {
            address: address.to_string(),
            source,
        }),
        () = kept => Ok(()),
        () = twice => Ok(()),
    }
}
