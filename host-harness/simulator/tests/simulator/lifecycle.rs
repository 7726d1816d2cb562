//! Starting and stopping.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use fortnox_simulator::cast::{company, person};
use fortnox_simulator::visitor::{Decision, Ending, Visitor};
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
async fn given_any_loopback_address_when_started_there_then_a_whole_journey_works() {
    for ip in [
        IpAddr::from([127, 0, 0, 2]),
        IpAddr::from(Ipv6Addr::LOCALHOST),
    ] {
        let setup = Setup {
            listen: SocketAddr::new(ip, 0),
            ..Setup::default()
        };
        let simulator = Simulator::start(setup).await.unwrap();
        assert_eq!(simulator.address().ip(), ip);
        let endpoints = simulator.endpoints();
        let mut url = endpoints.authorize.clone();
        url.query_pairs_mut().extend_pairs([
            ("client_id", "SimKlient123"),
            ("response_type", "code"),
            ("scope", "customer"),
            ("state", "s"),
        ]);
        let mut visitor = Visitor::new().unwrap();
        let ending = visitor
            .journey(&url, person::ADMIN, company::EXEMPEL, Decision::Approve)
            .await
            .unwrap();
        assert!(matches!(ending, Ending::Returned(back) if back.port() == Some(9)));
        let page = visitor.get(simulator.control_page()).await.unwrap();
        assert_eq!(page.status, 200);
        let endpoints = [&endpoints.token, &endpoints.revoke, &endpoints.api];
        assert!(endpoints.iter().all(|it| it.origin() == url.origin()));
    }
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

#[tokio::test(start_paused = true)]
async fn given_a_request_under_way_when_stopping_then_answered_first() {
    let mut setup = Setup::default();
    setup.behaviour.token_answer_delay = 5;
    let simulator = Simulator::start(setup).await.unwrap();
    let url = simulator.endpoints().token.clone();
    let request = tokio::spawn(async move { Visitor::new().unwrap().post(&url, &[]).await });
    while simulator.ledger().entries().is_empty() && !request.is_finished() {
        tokio::task::yield_now().await;
    }
    let before = tokio::time::Instant::now();
    simulator.stop().await;
    // On the test's own clock, which leaps while nothing else goes on.
    assert!(before.elapsed().as_secs() >= 5);
    assert_eq!(request.await.unwrap().unwrap().status, 401);
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
