//! Starting and stopping.

use std::net::SocketAddr;

use fortnox_simulator::visitor::Visitor;
use fortnox_simulator::{Setup, Simulator, StartError};

use crate::support::bench;

#[tokio::test]
async fn given_an_address_beyond_this_machine_when_starting_then_refused() {
    let setup = Setup {
        listen: SocketAddr::from(([0, 0, 0, 0], 0)),
        ..Setup::default()
    };
    let error = Simulator::start(setup).await.unwrap_err();
    assert!(matches!(error, StartError::NotLoopback(_)));
}

#[tokio::test]
async fn given_a_taken_address_when_starting_then_the_error_names_it() {
    let first = Simulator::start(Setup::default()).await.unwrap();
    let setup = Setup {
        listen: first.address(),
        ..Setup::default()
    };
    let error = Simulator::start(setup).await.unwrap_err();
    assert!(error.to_string().contains(&first.address().to_string()));
}

#[tokio::test]
async fn given_a_running_simulator_when_stopped_then_nobody_answers() {
    let simulator = Simulator::start(Setup::default()).await.unwrap();
    let url = simulator.endpoints().authorize.clone();
    assert!(Visitor::new().unwrap().get(&url).await.is_ok());
    simulator.stop().await;
    assert!(Visitor::new().unwrap().get(&url).await.is_err());
}

#[tokio::test]
async fn given_the_endpoints_when_read_then_fortnox_s_paths() {
    let bench = bench(|_| {}).await;
    let endpoints = bench.sim.endpoints();
    let paths = [
        &endpoints.authorize,
        &endpoints.token,
        &endpoints.revoke,
        &endpoints.api,
    ];
    let paths = paths.map(url::Url::path);
    assert_eq!(
        paths,
        ["/oauth-v1/auth", "/oauth-v1/token", "/oauth-v1/revoke", "/"]
    );
}

#[tokio::test]
async fn given_a_seed_when_run_twice_then_the_same_codes() {
    assert_eq!(
        bench(|_| {}).await.code().await,
        bench(|_| {}).await.code().await
    );
}
