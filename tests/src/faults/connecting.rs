//! Faults on the way to a connection: names and certificates.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use host_harness::{ReqwestOptions, ReqwestTransport, Resolver};
use tokio::net::TcpListener;

use super::case::Case;
use super::detour::Detour;
use super::seed::Seed;
use super::tls::{Authority, Front, trusting};
use super::{Outcome, Row, row};
use crate::{World, refusal, set_endpoint};

pub(super) const ROWS: &[Row] = &[
    row!("41", Wire, "a certificate that does not hold", certificate),
    row!("42", Wire, "a name that leads inward", inward),
];

const TOKEN: &str = "/oauth-v1/token";

async fn certificate(seed: Seed) -> Outcome {
    let world = World::start().await;
    let (authority, stranger) = (Authority::new(), Authority::new());
    let right = authority.certify("127.0.0.1", false);
    let front = Front::of(world.simulator.address(), right.clone()).await;
    let mut registration = world.registration();
    set_endpoint(&mut registration, "token", front.url(TOKEN));
    let builder = world.another(Some(registration));
    let host = builder.transport(trusting(&[&authority])).build().await;
    let case = Case::person_at(world, host.unwrap(), seed).await;
    let (requests, greeted) = (case.requests(), front.greeted());
    assert_eq!(greeted, 1, "the code was exchanged behind the certificate");
    for wrong in [
        stranger.certify("127.0.0.1", false),
        authority.certify("127.0.0.1", true),
        authority.certify("apps.fortnox.se", false),
        authority.certify("127.0.0.2", false),
    ] {
        front.show(wrong);
        let refused = refusal(case.token().await);
        assert_eq!(refused, "unavailable(provider-unreachable)");
        assert_eq!(case.requests(), requests, "it was sent");
        assert_eq!(front.greeted(), greeted, "it was accepted");
        assert_eq!(case.condition().await, "good");
    }
    front.show(right);
    case.token().await.expect("nobody has to wait");
    case.alive("not sent; renewed behind the right one", 0)
        .await
}

/// Names lead where they are told.
struct Leads(IpAddr, AtomicUsize);

#[async_trait::async_trait]
impl Resolver for Leads {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        self.1.fetch_add(1, Ordering::SeqCst);
        Ok(vec![self.0])
    }
}

async fn inward(mut seed: Seed) -> Outcome {
    let inward = ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "fd00::1"];
    let inward: IpAddr = seed.one_of(&inward).parse().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let world = World::start().await;
    let mut registration = world.registration();
    let url = format!("https://provider.example:{port}{TOKEN}");
    set_endpoint(&mut registration, "token", url);
    // As long as the name leads to the provider.
    let detour = Detour::to(world.simulator.address());
    let host = world.another(Some(registration.clone())).transport(detour);
    let case = Case::person_at(world, host.build().await.unwrap(), seed).await;

    let resolver = Arc::new(Leads(inward, AtomicUsize::new(0)));
    let options = ReqwestOptions {
        resolver: resolver.clone(),
        ..ReqwestOptions::default()
    };
    let transport = Arc::new(ReqwestTransport::new(options).unwrap());
    let host = case.world.another(Some(registration)).transport(transport);
    let host = case.at(host).await;
    let requests = case.requests();
    for asked in 1..=2 {
        let refused = refusal(case.other_token(&host, None).await);
        assert_eq!(refused, "unavailable(provider-unreachable)");
        assert_eq!(resolver.1.load(Ordering::SeqCst), asked, "resolved once");
    }
    assert_eq!(case.requests(), requests);
    assert!(nobody_came(&listener).await, "it was dialled");
    assert_eq!(case.condition().await, "good");
    let words = format!("{inward} is not dialled; then renewed");
    case.alive(words, 0).await
}

/// Whether no connection waits to be accepted.
async fn nobody_came(listener: &TcpListener) -> bool {
    let come = std::future::poll_fn(|context| {
        std::task::Poll::Ready(listener.poll_accept(context).is_ready())
    });
    !come.await
}
