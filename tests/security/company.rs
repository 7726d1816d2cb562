//! Which company a grant is for, and whose it is.

use fortnox_simulator::behaviour::CannedAnswer;
use fortnox_simulator::cast::{TenantId, company, person};
use fortnox_simulator::ledger::Kind;
use fortnox_simulator::visitor::Decision;
use host_harness::contract::Stage;
use host_harness::{CallError, Connection};
use secrecy::ExposeSecret as _;
use tests::{World, query, refusal, stored};

/// A journey of Mia, who may act for several companies.
async fn journey_to(
    world: &World,
    connection: &Connection,
    tenant: TenantId,
) -> Result<(), CallError> {
    let begun = connection.begin_authorize().await.unwrap();
    let approve = Decision::Approve;
    let ending = world.send_to(&begun, person::MANY, tenant, approve).await;
    let binding = begun.binding.expose_secret();
    connection.handle_callback(&query(&ending), binding).await
}

async fn token(connection: &Connection) -> String {
    let token = connection.access_token(None).await.unwrap();
    token.value.expose_secret().to_owned()
}

#[tokio::test]
async fn s27_another_company_is_refused_and_the_old_grant_stays_in_use() {
    let world = World::start().await;
    for account in ["user", "service"] {
        let connection = world.configured(account, account).await;
        let joined = journey_to(&world, &connection, company::TWIN_ONE).await;
        joined.unwrap();
        connection.set_enabled(true).await.unwrap();
        let before = token(&connection).await;
        // The twin has the same name and organisation number.
        for tenant in [company::ANDRA, company::TWIN_TWO] {
            let moved = journey_to(&world, &connection, tenant).await;
            assert_eq!(refusal(moved), "callback-rejected(another-organization)");
        }
        assert_eq!(token(&connection).await, before);
        let report = connection.status("en").await.unwrap();
        let organization = report.grant.unwrap().organization.unwrap();
        assert_eq!(organization.id, company::TWIN_ONE.to_string());
        assert_eq!(report.stage, Stage::Authorized);
        journey_to(&world, &connection, company::TWIN_ONE)
            .await
            .unwrap();
        assert_ne!(token(&connection).await, before);
    }
    let revoked = world.simulator.ledger().revoked(Kind::RefreshToken);
    assert!(revoked.is_empty(), "only removal revokes");
}

#[tokio::test]
async fn s27_what_is_left_of_a_refused_company_is_not_taken_up_later() {
    let world = World::start().await;
    let connection = world.configured("acme", "user").await;
    journey_to(&world, &connection, company::EXEMPEL)
        .await
        .unwrap();
    let begun = connection.begin_authorize().await.unwrap();
    let approve = Decision::Approve;
    let ending = world.send_to(&begun, person::MANY, company::ANDRA, approve);
    let query = query(&ending.await);
    let binding = begun.binding.expose_secret();
    for expected in [
        "callback-rejected(another-organization)",
        "callback-rejected(state-rejected)",
    ] {
        let handled = connection.handle_callback(&query, binding).await;
        assert_eq!(refusal(handled), expected);
    }
    let keys: Vec<_> = stored::cells(&world.file);
    assert!(!keys.iter().any(|cell| cell.key.starts_with("answer-")));
}

#[tokio::test]
async fn s27_a_company_that_cannot_be_read_does_not_replace_one_that_could() {
    let world = World::start().await;
    let connection = world.configured("acme", "user").await;
    journey_to(&world, &connection, company::EXEMPEL)
        .await
        .unwrap();
    connection.set_enabled(true).await.unwrap();
    let before = token(&connection).await;
    world.simulator.behaviour(|behaviour| {
        behaviour.companyinformation_answer = Some(CannedAnswer {
            status: 500,
            content_type: None,
            body: Vec::new(),
        });
    });
    let again = journey_to(&world, &connection, company::EXEMPEL).await;
    assert_eq!(refusal(again), "callback-rejected(organization-unverified)");
    assert_eq!(token(&connection).await, before);
}

#[tokio::test]
async fn s27_a_company_that_was_never_read_is_compared_by_the_tokens_hint() {
    let world = World::start().await;
    let unreadable = CannedAnswer {
        status: 500,
        content_type: None,
        body: Vec::new(),
    };
    world
        .simulator
        .behaviour(|b| b.companyinformation_answer = Some(unreadable));
    let connection = world.configured("acme", "user").await;
    journey_to(&world, &connection, company::EXEMPEL)
        .await
        .unwrap();
    world
        .simulator
        .behaviour(|b| b.companyinformation_answer = None);
    let moved = journey_to(&world, &connection, company::ANDRA).await;
    assert_eq!(refusal(moved), "callback-rejected(another-organization)");
}

/// Two companies of the host may share one at the provider, each with a grant
/// of its own, and both logs tell which one it is.
#[tokio::test]
async fn s27_one_organization_may_serve_two_companies_and_both_logs_say_so() {
    let world = World::start().await;
    let mut tokens = Vec::new();
    for name in ["one", "two"] {
        let connection = world.configured(name, "user").await;
        journey_to(&world, &connection, company::EXEMPEL)
            .await
            .unwrap();
        connection.set_enabled(true).await.unwrap();
        tokens.push(token(&connection).await);
        let entries = world.entries(name).await;
        let connected = entries
            .iter()
            .find(|entry| entry.event == "authorization.succeeded");
        assert!(connected.unwrap().message.contains("Exempel AB"));
        assert_eq!(connected.unwrap().actor.as_deref(), Some("tester"));
    }
    assert_ne!(tokens[0], tokens[1]);
}

#[tokio::test]
async fn s47_a_callback_handed_to_another_company_connects_neither() {
    let world = World::start().await;
    let one = world.configured("one", "user").await;
    let two = world.configured("two", "user").await;
    let (for_one, binding_one) = world.approved(&one).await;
    let (for_two, binding_two) = world.approved(&two).await;
    let before = world.footprint();
    for (connection, query, binding) in [
        (&two, &for_one, &binding_one),
        (&two, &for_one, &binding_two),
        (&two, &for_two, &binding_one),
        (&one, &for_two, &binding_two),
    ] {
        let handled = connection.handle_callback(query, binding).await;
        assert_eq!(refusal(handled), "callback-rejected(state-rejected)");
    }
    assert_eq!(world.footprint(), before);
    one.handle_callback(&for_one, &binding_one).await.unwrap();
    two.handle_callback(&for_two, &binding_two).await.unwrap();
}

#[tokio::test]
async fn s47_nothing_in_a_callback_or_a_setting_names_the_company() {
    let world = World::start().await;
    let one = world.configured("one", "user").await;
    world.configured("two", "user").await;
    let (query, binding) = world.approved(&one).await;
    let claiming = format!("{query}&company=two&tenant=two&connection=two&tenantId=1234568");
    one.handle_callback(&claiming, &binding).await.unwrap();
    let report = one.status("en").await.unwrap();
    assert_eq!(report.stage, Stage::Authorized);
    let organization = report.grant.unwrap().organization.unwrap();
    assert_eq!(organization.id, company::EXEMPEL.to_string());
    let two = world.company("two").status("en").await.unwrap();
    assert_eq!(two.stage, Stage::Unauthorized);

    let foreign = tests::settings(&[("account", "user"), ("company", "two")]);
    let configured = one.configure(foreign, "en").await;
    assert_eq!(refusal(configured), "invalid-settings(company: unknown)");
}

#[tokio::test]
async fn s47_a_sealed_cell_of_another_company_does_not_open() {
    let world = World::start().await;
    let one = world.authorized("one").await;
    let two = world.authorized("two").await;
    for connection in [&one, &two] {
        connection.set_enabled(true).await.unwrap();
    }
    let own = token(&one).await;
    stored::transplant(&world.file, "grant", "one", "two");
    let stolen = refusal(two.access_token(None).await);
    assert!(stolen.starts_with("storage("), "{stolen}");
    // Not even all of them, together with the key that opens them.
    stored::transplant(&world.file, "settings", "one", "two");
    stored::transplant_data_key(&world.file, "one", "two");
    assert!(two.access_token(None).await.is_err());
    assert!(two.status("en").await.is_err());
    assert_eq!(token(&one).await, own);
}

#[tokio::test]
async fn s38_a_token_is_released_to_its_own_company_only() {
    let world = World::start().await;
    let one = world.configured("one", "user").await;
    let two = world.configured("two", "user").await;
    journey_to(&world, &one, company::EXEMPEL).await.unwrap();
    for connection in [&one, &two] {
        connection.set_enabled(true).await.unwrap();
    }
    let none = two.access_token(None).await;
    assert_eq!(refusal(none), "authorization-required(unauthorized)");
    // Naming the other's token as refused gives and takes nothing.
    let ones = token(&one).await;
    let probed = two.access_token(Some(ones.clone().into())).await;
    assert_eq!(refusal(probed), "authorization-required(unauthorized)");

    journey_to(&world, &two, company::ANDRA).await.unwrap();
    assert_ne!(token(&two).await, ones);
    assert_eq!(token(&one).await, ones);
    let probed = two.access_token(Some(ones.into())).await.unwrap();
    assert_eq!(probed.value.expose_secret(), token(&two).await);
    let unknown = world.company("three").access_token(None).await;
    assert_eq!(refusal(unknown), "rejected(unconfigured)");
}
