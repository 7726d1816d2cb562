//! The advice works: whoever carries it out is rid of the finding, and whoever
//! authorizes again where that is said not to help is not.

use std::time::Duration;

use fortnox_simulator::behaviour::{ApiError, ApiErrorStyle, CannedAnswer};
use fortnox_simulator::cast::{Licence, Right, company, person};
use fortnox_simulator::deck::{Card, Fault, Moment, Requests};
use fortnox_simulator::visitor::Decision;
use fortnox_simulator::{Scopes, Secret};
use host_harness::contract::{Finding, Stage};
use host_harness::{CallError, Connection};
use tests::{World, settings};

/// One company whose access is looked at.
struct Story {
    world: World,
    connection: Connection,
    login: &'static str,
}

const COMPANY: &str = "Nordlys Bygg AS";

impl Story {
    /// A person's grant for all areas, checked and good.
    async fn person() -> Story {
        Story::begin("user", person::USER).await
    }

    /// A service account, checked and good.
    async fn service() -> Story {
        Story::begin("service", person::ADMIN).await
    }

    async fn begin(account: &str, login: &'static str) -> Story {
        let story = Story::unauthorized(account, login).await;
        story.authorize().await.unwrap();
        story.connection.set_enabled(true).await.unwrap();
        assert_eq!(story.codes().await, Vec::<String>::new());
        story
    }

    /// Configured, and nobody has approved yet.
    async fn unauthorized(account: &str, login: &'static str) -> Story {
        let world = World::start().await;
        // Missing modules show at their registers alone.
        world
            .simulator
            .behaviour(|behaviour| behaviour.modules_needed_for_tokens = false);
        let connection = world.company(COMPANY);
        let story = Story {
            world,
            connection,
            login,
        };
        story.choose(account, &[]).await;
        story
    }

    /// Saves settings for all areas but these.
    async fn choose(&self, account: &str, without: &[&str]) {
        let areas = [
            "customers",
            "projects",
            "invoices",
            "payments",
            "supplier-invoices",
        ];
        let value = |area: &str| {
            if without.contains(&area) {
                "false"
            } else {
                "true"
            }
        };
        let mut chosen: Vec<(&str, &str)> = areas.map(|area| (area, value(area))).to_vec();
        chosen.extend([("account", account), ("language", "en")]);
        let saved = self.connection.configure(settings(&chosen), "en").await;
        saved.unwrap();
    }

    /// Somebody authorizes, and the access is checked.
    async fn authorize(&self) -> Result<(), CallError> {
        self.authorize_as(self.login).await
    }

    async fn authorize_as(&self, login: &str) -> Result<(), CallError> {
        let journey = self
            .world
            .journey(&self.connection, login, Decision::Approve);
        let outcome = journey.await;
        self.check().await;
        outcome
    }

    /// Somebody looks whether it works now.
    async fn check(&self) {
        // What it says is in the findings, too.
        let _ = self.connection.check_access().await;
    }

    async fn findings(&self) -> Vec<Finding> {
        let findings = self.connection.status("en").await.unwrap().findings;
        for finding in &findings {
            let code = &finding.code;
            assert!(!finding.remedies.is_empty(), "{code} has no way out");
            for remedy in &finding.remedies {
                assert!(
                    !remedy.step.is_empty() && !remedy.place.is_empty(),
                    "{code}"
                );
            }
        }
        findings
    }

    async fn codes(&self) -> Vec<String> {
        let findings = self.findings().await.into_iter();
        findings.map(|finding| finding.code).collect()
    }

    /// The finding stands, for this area if it is for one, and says so of
    /// authorizing again.
    async fn stands(&self, code: &str, area: Option<&str>, reauthorize_helps: bool) {
        let findings = self.findings().await;
        let finding = findings.iter().find(|finding| finding.code == code);
        let finding = finding.unwrap_or_else(|| panic!("no {code} in {findings:?}"));
        assert_eq!(finding.area.as_deref(), area, "{code}");
        assert_eq!(finding.reauthorize_helps, reauthorize_helps, "{code}");
    }

    async fn is_gone(&self, code: &str) {
        let codes = self.codes().await;
        assert!(
            !codes.contains(&code.to_owned()),
            "{code} stands: {codes:?}"
        );
    }

    /// Authorizing again does not help, as was said.
    async fn authorizing_is_in_vain(&self, code: &str, area: Option<&str>) {
        self.stands(code, area, false).await;
        let _ = self.authorize().await;
        self.stands(code, area, false).await;
    }

    /// Authorizing again helps, as was said.
    async fn authorizing_helps(&self, code: &str, area: Option<&str>) {
        self.stands(code, area, true).await;
        self.authorize().await.unwrap();
        self.is_gone(code).await;
    }
}

const REGISTERS: [(Right, &str); 5] = [
    (Right::Customers, "customers"),
    (Right::Projects, "projects"),
    (Right::Invoices, "invoices"),
    (Right::InvoicePayments, "payments"),
    (Right::SupplierInvoices, "supplier-invoices"),
];

#[tokio::test]
async fn given_a_missing_right_when_it_is_given_then_it_clears_and_not_before() {
    for (right, area) in REGISTERS {
        let story = Story::person().await;
        let simulator = &story.world.simulator;
        simulator.take_right(person::USER, company::EXEMPEL, right);
        story.check().await;
        story
            .authorizing_is_in_vain("right-missing", Some(area))
            .await;
        assert_eq!(story.codes().await.len(), 1, "the other areas go on");
        simulator.give_right(person::USER, company::EXEMPEL, right);
        story.check().await;
        story.is_gone("right-missing").await;
    }
}

#[tokio::test]
async fn given_a_missing_right_when_a_service_account_is_used_then_it_clears() {
    let story = Story::person().await;
    let simulator = &story.world.simulator;
    simulator.take_right(person::USER, company::EXEMPEL, Right::Customers);
    story.check().await;
    story
        .stands("right-missing", Some("customers"), false)
        .await;
    let finding = story.findings().await.remove(0);
    let service = finding
        .remedies
        .iter()
        .find(|it| it.step.contains("service account"));
    assert!(service.is_some(), "{finding:?}");
    // As it says: removed, added again, approved by a system administrator.
    story.connection.remove("en").await.unwrap();
    story.choose("service", &[]).await;
    story.authorize_as(person::ADMIN).await.unwrap();
    assert_eq!(story.codes().await, Vec::<String>::new());
}

#[tokio::test]
async fn given_a_missing_module_when_it_is_bought_then_it_clears_and_not_before() {
    for story in [Story::person().await, Story::service().await] {
        let simulator = &story.world.simulator;
        let modules = [Licence::Kundfaktura, Licence::Order];
        for module in modules {
            simulator.cancel_licence(company::EXEMPEL, module);
        }
        story.check().await;
        let code = "area-licence-missing";
        story.authorizing_is_in_vain(code, Some("customers")).await;
        simulator.buy_licence(company::EXEMPEL, modules[0]);
        story.check().await;
        story.is_gone(code).await;
    }
}

#[tokio::test]
async fn given_a_module_that_a_person_lacks_when_it_is_assigned_or_not_chosen_then_it_clears() {
    let story = Story::person().await;
    let simulator = &story.world.simulator;
    simulator.withdraw_licence(person::USER, company::EXEMPEL, Licence::Bokforing);
    story.check().await;
    let code = "area-licence-missing";
    story
        .authorizing_is_in_vain(code, Some("supplier-invoices"))
        .await;
    // Either way out is one.
    story.choose("user", &["supplier-invoices"]).await;
    story.is_gone(code).await;
    story.choose("user", &[]).await;
    story.stands(code, Some("supplier-invoices"), false).await;
    simulator.assign_licence(person::USER, company::EXEMPEL, Licence::Bokforing);
    story.check().await;
    story.is_gone(code).await;
}

#[tokio::test]
async fn given_no_licence_to_integrate_when_it_is_bought_then_it_clears_and_not_before() {
    let story = Story::person().await;
    let simulator = &story.world.simulator;
    simulator.cancel_licence(company::EXEMPEL, Licence::Integration);
    story.check().await;
    let code = "integration-licence-missing";
    story.authorizing_is_in_vain(code, None).await;
    // Renewing is refused for it, too.
    story.world.pass(Duration::from_secs(3600));
    story.check().await;
    story.stands(code, None, false).await;
    simulator.buy_licence(company::EXEMPEL, Licence::Integration);
    story.check().await;
    story.is_gone(code).await;
}

#[tokio::test]
async fn given_a_scope_that_was_withheld_when_it_is_granted_then_it_clears_and_not_before() {
    let story = Story::unauthorized("user", person::USER).await;
    let only = |scopes: Option<&str>| {
        let scopes = scopes.map(Scopes::parse);
        let change =
            |behaviour: &mut fortnox_simulator::behaviour::Behaviour| behaviour.grant_only = scopes;
        story.world.simulator.behaviour(change);
    };
    only(Some(
        "companyinformation project invoice payment supplierinvoice",
    ));
    story.authorize().await.unwrap();
    let code = "scope-withheld";
    story.authorizing_is_in_vain(code, Some("customers")).await;
    only(None);
    story.authorize().await.unwrap();
    story.is_gone(code).await;
}

#[tokio::test]
async fn given_an_area_that_is_chosen_later_when_authorized_again_then_it_is_covered() {
    let story = Story::unauthorized("user", person::USER).await;
    story.choose("user", &["invoices"]).await;
    story.authorize().await.unwrap();
    story.choose("user", &[]).await;
    story
        .authorizing_helps("scope-missing", Some("invoices"))
        .await;
}

#[tokio::test]
async fn given_an_area_that_the_app_may_not_ask_for_when_it_is_registered_then_it_clears() {
    let story = Story::person().await;
    let mut registration = story.world.registration();
    registration.scopes.retain(|scope| scope != "customer");
    let narrow = story
        .world
        .another(Some(registration))
        .build()
        .await
        .unwrap();
    let story = Story {
        connection: narrow.connection(COMPANY).unwrap(),
        ..story
    };
    let code = "scope-not-registered";
    story.authorizing_is_in_vain(code, Some("customers")).await;
    let report = story.connection.status("en").await.unwrap();
    let actions = format!("{:?}", report.actions);
    assert!(!actions.contains("uthorize"), "{actions}");
    let whole = story.world.another(Some(story.world.registration()));
    let story = Story {
        connection: whole.build().await.unwrap().connection(COMPANY).unwrap(),
        ..story
    };
    story.is_gone(code).await;
}

#[tokio::test]
async fn given_registers_that_refuse_when_the_reason_is_gone_then_it_clears_and_not_before() {
    let style = || ApiErrorStyle::capital(403);
    let cases = [
        (
            ApiError::new(
                ApiErrorStyle::lower(400),
                2_000_663,
                "Har inte behörighet för scope",
            ),
            "scope-refused",
            Some("customers"),
        ),
        (
            ApiError::new(style(), 2_999_998, "Åtkomst nekad."),
            "area-refused",
            Some("customers"),
        ),
        (
            ApiError::new(ApiErrorStyle::empty(403), 0, ""),
            "area-refused",
            Some("customers"),
        ),
        (ApiError::unauthorized(), "token-refused", None),
    ];
    for (error, code, area) in cases {
        let story = Story::person().await;
        let simulator = &story.world.simulator;
        let registers = match area {
            Some(_) => &[Right::Customers][..],
            None => &Right::ALL[..],
        };
        let refused = registers.iter().map(|right| (*right, error.clone()));
        simulator.behaviour(|it| it.rest.refused = refused.collect());
        story.check().await;
        story.authorizing_is_in_vain(code, area).await;
        simulator.behaviour(|it| it.rest.refused.clear());
        story.check().await;
        story.is_gone(code).await;
    }
}

#[tokio::test]
async fn given_a_company_that_is_locked_when_it_is_unlocked_then_authorizing_works() {
    let story = Story::unauthorized("user", person::USER).await;
    let simulator = &story.world.simulator;
    simulator.behaviour(|behaviour| behaviour.every_company_locked = true);
    story.authorize().await.unwrap_err();
    story.authorizing_is_in_vain("empty-callback", None).await;
    simulator.behaviour(|behaviour| behaviour.every_company_locked = false);
    story.authorize().await.unwrap();
    assert_eq!(story.codes().await, Vec::<String>::new());
}

#[tokio::test]
async fn given_a_licence_that_stops_the_consent_when_it_is_bought_then_authorizing_works() {
    let story = Story::unauthorized("user", person::USER).await;
    let simulator = &story.world.simulator;
    simulator.cancel_licence(company::EXEMPEL, Licence::Integration);
    story.authorize().await.unwrap_err();
    let code = "integration-licence-missing";
    story.authorizing_is_in_vain(code, None).await;
    simulator.buy_licence(company::EXEMPEL, Licence::Integration);
    story.authorize().await.unwrap();
    story.is_gone(code).await;

    let story = Story::unauthorized("user", person::USER).await;
    let simulator = &story.world.simulator;
    simulator.cancel_app(company::EXEMPEL);
    story.authorize().await.unwrap_err();
    let code = "app-licence-missing";
    story.authorizing_is_in_vain(code, None).await;
    simulator.buy_app(company::EXEMPEL);
    story.authorize().await.unwrap();
    story.is_gone(code).await;
}

#[tokio::test]
async fn given_somebody_who_may_not_approve_a_service_account_when_an_administrator_does_then_it_works()
 {
    let story = Story::unauthorized("service", person::USER).await;
    story.authorize().await.unwrap_err();
    let code = "not-system-administrator";
    story.stands(code, None, true).await;
    let finding = story.findings().await.remove(0);
    assert!(finding.remedies[0].step.contains("system administrator"));
    story.authorize_as(person::ADMIN).await.unwrap();
    story.is_gone(code).await;
    // The other way out is an account of the person's own.
    let story = Story::unauthorized("service", person::USER).await;
    story.authorize().await.unwrap_err();
    story.choose("user", &[]).await;
    story.authorize().await.unwrap();
    story.is_gone(code).await;
}

#[tokio::test]
async fn given_an_app_without_service_accounts_when_the_operator_allows_them_then_it_works() {
    let story = Story::unauthorized("service", person::ADMIN).await;
    let simulator = &story.world.simulator;
    simulator.change_app(|app| app.service_accounts = false);
    story.authorize().await.unwrap_err();
    let code = "service-account-not-allowed";
    story.authorizing_is_in_vain(code, None).await;
    simulator.change_app(|app| app.service_accounts = true);
    story.authorize().await.unwrap();
    story.is_gone(code).await;
}

#[tokio::test]
async fn given_a_secret_that_fortnox_does_not_know_when_the_operator_mends_it_then_it_clears() {
    let story = Story::person().await;
    let simulator = &story.world.simulator;
    let right = simulator.app().client_secret;
    simulator.change_app(|app| app.client_secret = Secret::new("another"));
    story.world.pass(Duration::from_secs(3600));
    story.check().await;
    let code = "client-credentials-refused";
    story.authorizing_is_in_vain(code, None).await;
    let report = story.connection.status("en").await.unwrap();
    let actions = format!("{:?}", report.actions);
    assert!(!actions.contains("Reauthorize"), "{actions}");
    simulator.change_app(|app| app.client_secret = right);
    // The host lets a client rest that was refused three times.
    let fresh = story.world.another(Some(story.world.registration()));
    let story = Story {
        connection: fresh.build().await.unwrap().connection(COMPANY).unwrap(),
        ..story
    };
    story.check().await;
    story.is_gone(code).await;
}

#[tokio::test]
async fn given_a_grant_that_has_ended_when_authorized_again_then_it_lives() {
    // Withdrawn.
    let story = Story::person().await;
    story.world.simulator.withdraw_consent(company::EXEMPEL);
    story.world.pass(Duration::from_secs(3600));
    story.check().await;
    story.authorizing_helps("grant-refused", None).await;
    let story = Story::service().await;
    story.world.simulator.withdraw_consent(company::EXEMPEL);
    story.world.pass(Duration::from_secs(3600));
    story.check().await;
    story.authorizing_helps("consent-withdrawn", None).await;
    // Too old.
    let story = Story::person().await;
    story.world.pass(Duration::from_secs(46 * 86_400));
    story.check().await;
    story.authorizing_helps("grant-expired", None).await;
    // Soon too old.
    let story = Story::person().await;
    story.world.pass(Duration::from_secs(44 * 86_400));
    story.authorizing_helps("grant-expiring", None).await;
}

#[tokio::test]
async fn given_a_host_that_does_not_maintain_when_it_does_then_it_clears_and_not_before() {
    let story = Story::person().await;
    story.world.pass(Duration::from_secs(19 * 86_400));
    story.authorizing_is_in_vain("maintain-stopped", None).await;
    story.connection.maintain().await.unwrap();
    story.is_gone("maintain-stopped").await;
}

#[tokio::test]
async fn given_a_person_who_declines_when_they_approve_then_it_clears() {
    let story = Story::unauthorized("user", person::USER).await;
    let journey = story
        .world
        .journey(&story.connection, person::USER, Decision::Cancel);
    journey.await.unwrap_err();
    story.authorizing_helps("user-declined", None).await;
}

#[tokio::test]
async fn given_fortnox_out_of_order_when_it_works_again_then_it_clears_by_itself() {
    let story = Story::person().await;
    let answer = http::Response::builder()
        .status(503)
        .body(Vec::new())
        .unwrap();
    let when = Moment::BeforeProcessing;
    story
        .world
        .simulator
        .deal(Card::new(Requests::Token, Fault::Answer { when, answer }));
    story.world.pass(Duration::from_secs(3600));
    story.check().await;
    let code = "provider-failing";
    story.stands(code, None, false).await;
    // Whether anything was spent is unknown: the claim runs out first.
    story.world.pass(Duration::from_secs(90));
    story.connection.access_token(None).await.unwrap();
    story.is_gone(code).await;
}

#[tokio::test]
async fn given_a_company_that_was_not_told_when_it_is_asked_again_then_it_is_known() {
    let story = Story::unauthorized("user", person::USER).await;
    let silent = |answer: Option<CannedAnswer>| {
        let change = |it: &mut fortnox_simulator::behaviour::Behaviour| {
            it.companyinformation_answer = answer
        };
        story.world.simulator.behaviour(change);
    };
    silent(Some(CannedAnswer {
        status: 500,
        content_type: None,
        body: Vec::new(),
    }));
    story.authorize().await.unwrap();
    story.connection.set_enabled(true).await.unwrap();
    story.stands("organization-unread", None, true).await;
    silent(None);
    story.world.pass(Duration::from_secs(3600));
    story.connection.access_token(None).await.unwrap();
    story.is_gone("organization-unread").await;
    let report = story.connection.status("en").await.unwrap();
    assert_eq!(report.stage, Stage::Authorized);
}
