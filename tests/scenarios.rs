//! The simulator's scenarios lead to the causes that its control page promises.

use std::time::Duration;

use fortnox_simulator::cast::person;
use fortnox_simulator::scenario;
use fortnox_simulator::visitor::{Decision, Ending};
use secrecy::ExposeSecret as _;
use tests::{World, settings};

#[tokio::test]
async fn every_scenario_leads_to_the_cause_it_names() {
    for scenario in scenario::ALL {
        // The one that waits for twenty seconds of real time; its row of the
        // cause table has a test of its own.
        if scenario.id == "no-answer" {
            continue;
        }
        let world = World::with(|registration| {
            if scenario.id == "other-issuer" {
                let issuer = ("issuer".to_owned(), "http://127.0.0.1:9/".to_owned());
                registration.endpoints.push(issuer);
            }
        })
        .await;
        world.simulator.play(scenario);
        let account = match scenario.id {
            "service-account-not-allowed" => "service",
            _ => "user",
        };
        let decision = match scenario.id {
            "state-lost" => Decision::Cancel,
            _ => Decision::Approve,
        };
        let connection = world.company("a");
        let chosen = settings(&[("account", account), ("customers", "true")]);
        connection.configure(chosen, "en").await.unwrap();
        let begun = connection.begin_authorize().await.unwrap();
        match world.send(&begun, person::ADMIN, decision).await {
            Ending::Returned(url) => {
                let query = url.query().unwrap_or_default();
                let binding = begun.binding.expose_secret();
                let _ = connection.handle_callback(query, binding).await;
            }
            _ => world.pass(Duration::from_secs(601)),
        }
        // What it says is in the findings, too.
        let _ = connection.check_access().await;
        let findings = connection.status("en").await.unwrap().findings;
        let codes: Vec<&str> = findings.iter().map(|it| it.code.as_str()).collect();
        match scenario.cause {
            Some(cause) => assert!(codes.contains(&cause), "{scenario:?}: {codes:?}"),
            None => assert!(codes.is_empty(), "{scenario:?}: {codes:?}"),
        }
    }
}
