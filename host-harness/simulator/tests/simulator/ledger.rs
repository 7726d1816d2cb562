//! What the ledger tells of a journey.

use fortnox_simulator::cast::{company, person};
use fortnox_simulator::ledger::{ClientAuth, Event, Holder, Kind, Outcome};
use fortnox_simulator::visitor::{Decision, Page};
use fortnox_simulator::{Refusal, Scopes};

use crate::support::{BASIC, CALLBACK, NOW, VERIFIER, bench, json, service_consent, text};

#[tokio::test]
async fn given_a_whole_life_when_over_then_the_ledger_has_it_in_order() {
    let bench = bench(|_| {}).await;
    let code = bench.code().await;
    let first = json(&bench.exchange(&code).await);
    let second = json(&bench.refresh(text(&first, "refresh_token")).await);
    bench
        .revoke(&[("token", text(&second, "refresh_token"))])
        .await;

    let ledger = bench.sim.ledger();
    let names = ledger.entries().iter().map(|entry| match &entry.event {
        Event::Consented { .. } => "consented",
        Event::Withdrawn { .. } => "withdrawn",
        Event::Minted {
            kind: Kind::Code, ..
        } => "code minted",
        Event::Minted {
            kind: Kind::AccessToken,
            ..
        } => "access minted",
        Event::Minted {
            kind: Kind::RefreshToken,
            ..
        } => "refresh minted",
        Event::Spent {
            kind: Kind::Code, ..
        } => "code spent",
        Event::Spent { .. } => "refresh spent",
        Event::Delivered {
            kind: Kind::RefreshToken,
            ..
        } => "refresh delivered",
        Event::Delivered { .. } => "access delivered",
        Event::Revoked { .. } => "revoked",
        Event::TokenRequest(_) => "request",
        Event::ApiRequest(_) => "api request",
    });
    let names: Vec<&str> = names.collect();
    assert_eq!(
        names,
        [
            "consented",
            "code minted",
            "code spent",
            "access minted",
            "refresh minted",
            "request",
            "access delivered",
            "refresh delivered",
            "refresh spent",
            "access minted",
            "refresh minted",
            "request",
            "access delivered",
            "refresh delivered",
            "revoked",
        ]
    );
    assert!(ledger.entries().iter().all(|entry| entry.at == NOW));
    assert_eq!(ledger.spent(Kind::Code)[0].expose(), code);
    assert_eq!(
        ledger.spent(Kind::RefreshToken)[0].expose(),
        text(&first, "refresh_token")
    );
    assert_eq!(ledger.minted(Kind::AccessToken).len(), 2);
    let Event::Consented { consent, .. } = ledger.entries()[0].event else {
        panic!("no consent");
    };
    assert_eq!(consent.to_string(), "1");
    assert_eq!(
        ledger.entries()[0].event,
        Event::Consented {
            consent,
            tenant: company::EXEMPEL,
            holder: Holder::Person {
                login: person::ADMIN.to_owned(),
                user: 1,
            },
            scopes: Scopes::parse("companyinformation customer"),
        }
    );
}

#[tokio::test]
async fn given_token_requests_when_made_then_what_came_along_is_written_down() {
    let bench = bench(|_| {}).await;
    let code = bench.code().await;
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    bench.token(&exchange).await;
    service_consent(&bench).await;
    let headers = [("authorization", BASIC), ("TenantId", "1234567")];
    bench
        .token_with(&headers, &[("grant_type", "client_credentials")])
        .await;
    bench
        .token_with(
            &[],
            &[("grant_type", "refresh_token"), ("refresh_token", "x")],
        )
        .await;

    let ledger = bench.sim.ledger();
    let [exchange, credentials, refresh] = ledger.token_requests()[..] else {
        panic!("{ledger:?}");
    };
    assert_eq!(exchange.grant_type.as_deref(), Some("authorization_code"));
    assert_eq!(
        exchange.presented.as_ref().map(|code| code.expose()),
        Some(code.as_str())
    );
    assert!(exchange.code_verifier && !credentials.code_verifier);
    let plain = ClientAuth::Basic {
        raw: true,
        form: true,
    };
    assert_eq!(exchange.client_auth, plain);
    assert_eq!(
        (exchange.outcome, &exchange.tenant_id),
        (Outcome::Issued, &None)
    );
    assert_eq!(credentials.tenant_id.as_deref(), Some("1234567"));
    assert_eq!(refresh.client_auth, ClientAuth::Absent);
    assert_eq!(refresh.outcome, Outcome::Refused(Refusal::InvalidClient));
}

#[tokio::test]
async fn given_an_abandoned_journey_when_asked_then_the_ledger_is_empty() {
    let bench = bench(|_| {}).await;
    for page in [Page::Login, Page::Consent] {
        bench
            .visit(
                &[],
                person::ADMIN,
                company::EXEMPEL,
                Decision::CloseAt(page),
            )
            .await;
    }
    assert!(bench.sim.ledger().entries().is_empty());
}

#[tokio::test]
async fn given_a_ledger_when_debugged_then_no_value_shows() {
    let bench = bench(|_| {}).await;
    let code = bench.code().await;
    let tokens = json(&bench.exchange(&code).await);
    bench.refresh(text(&tokens, "refresh_token")).await;
    let shown = format!(
        "{:?} {:?} {:?}",
        bench.sim.ledger(),
        bench.sim,
        bench.sim.app()
    );
    let secrets = [
        code.as_str(),
        text(&tokens, "access_token"),
        text(&tokens, "refresh_token"),
        "SimHemlig1",
    ];
    for secret in secrets {
        assert!(!shown.contains(secret));
    }
}
