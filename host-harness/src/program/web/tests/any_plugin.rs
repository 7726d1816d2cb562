//! The integration's page for plugins that nobody has seen: hostile words, no
//! words, unknown codes and keys, and every stage.

use axum::body::to_bytes;
use host_harness::contract::{
    Access, Action, Actor, Attempt, Choice, Condition, Descriptor, Finding, Grant, Kind,
    Organization, Problem, Remedy, Report, Severity, Stage, Verdict,
};

use super::plugin::{self, field};
use super::world::World;
use crate::web::integration::{Rejected, compose};
use crate::web::locale::Locale;
use crate::web::people::PEOPLE;
use crate::web::session::Who;
use crate::web::visit::{SignedIn, Visit, browser};

const HOSTILE: &str = "</title><script>alert(1)</script>\"' onfocus='x' {{ 7*7 }} \u{202e}&amp;";

async fn drawn(world: &World, descriptor: &Descriptor, report: &Report) -> String {
    let (session, _) = world.site.sessions.begin(Who::Person(&PEOPLE[0])).unwrap();
    let visit = Visit {
        locale: Locale::Nb,
        session: browser(&world.site, session),
        departed: false,
    };
    let person = SignedIn {
        visit,
        session,
        person: &PEOPLE[0],
    };
    let problem = |key: &str| Problem {
        key: key.into(),
        code: HOSTILE.into(),
        message: HOSTILE.into(),
    };
    let rejected = Rejected {
        settings: vec![
            ("a".into(), HOSTILE.into()),
            (HOSTILE.into(), HOSTILE.into()),
        ],
        problems: vec![problem("a"), problem(HOSTILE)],
    };
    let mut pages = String::new();
    for rejected in [Rejected::default(), rejected] {
        let page = compose(&world.site, &person, descriptor, report, rejected)
            .await
            .unwrap();
        let body = to_bytes(page.into_body(), usize::MAX).await.unwrap();
        pages += std::str::from_utf8(&body).unwrap();
    }
    pages
}

fn hostile_descriptor(text: &str) -> Descriptor {
    let choices = |count: usize| {
        let choice = |number| Choice {
            value: format!("{text}{number}"),
            label: text.into(),
        };
        Kind::Choice((0..count).map(choice).collect())
    };
    let kinds = [
        Kind::Toggle,
        Kind::Text,
        Kind::Email,
        Kind::Number,
        Kind::Secret,
        choices(0),
        choices(2),
        choices(9),
    ];
    let fields = kinds.into_iter().enumerate().flat_map(|(number, kind)| {
        [false, true].map(|locked| {
            let mut field = field(&format!("{text}{number}{locked}"), kind.clone());
            field.section = text.into();
            field.label = text.into();
            field.help = text.into();
            field.initial = text.into();
            field.required = true;
            field.locked = locked;
            field
        })
    });
    Descriptor {
        name: text.into(),
        version: text.into(),
        vendor: text.into(),
        homepage: "javascript:alert(1)".into(),
        summary: text.into(),
        icon: text.into(),
        form: fields.collect(),
        ..plugin::descriptor()
    }
}

fn hostile_report(text: &str, stage: Stage) -> Report {
    let remedy = |who| Remedy {
        who,
        step: text.into(),
        place: text.into(),
    };
    let actors = [
        Actor::Administrator,
        Actor::ProviderAdministrator,
        Actor::Operator,
        Actor::Provider,
    ];
    let finding = |severity, area: Option<&str>| Finding {
        code: text.into(),
        severity,
        area: area.map(Into::into),
        title: text.into(),
        detail: text.into(),
        remedies: actors.map(remedy).to_vec(),
        reauthorize_helps: true,
        provider_code: text.into(),
        provider_message: text.into(),
        since: u64::MAX,
    };
    let verdicts = [
        Verdict::Unchecked,
        Verdict::Granted,
        Verdict::MissingScope,
        Verdict::MissingLicence,
        Verdict::MissingRight,
        Verdict::Unknown,
    ];
    let access = verdicts.map(|verdict| Access {
        area: text.into(),
        label: text.into(),
        verdict,
        provider_code: text.into(),
        provider_message: text.into(),
        checked: Some(u64::MAX),
    });
    Report {
        stage,
        headline: text.into(),
        enabled: true,
        settings: vec![(text.into(), text.into())],
        attempt: Some(Attempt {
            started: u64::MAX,
            expires: u64::MAX,
            failure: Some("no-such-cause".into()),
        }),
        grant: Some(Grant {
            account: text.into(),
            holder: text.into(),
            organization: Some(Organization {
                id: text.into(),
                name: text.into(),
                number: text.into(),
            }),
            scopes: vec![text.into()],
            granted: u64::MAX,
            renewed: 0,
            renew_by: Some(u64::MAX),
            condition: Condition::Ended("another-unknown-cause".into()),
        }),
        access: access.to_vec(),
        findings: vec![
            finding(Severity::Error, Some(text)),
            finding(Severity::Warning, None),
            finding(Severity::Info, Some("unknown-area")),
        ],
        actions: vec![
            Action::CheckAccess,
            Action::Remove,
            Action::Disable,
            Action::Reauthorize,
            Action::Authorize,
            Action::Enable,
            Action::Configure,
        ],
    }
}

const STAGES: [Stage; 6] = [
    Stage::Unconfigured,
    Stage::Unauthorized,
    Stage::Authorizing,
    Stage::Failed,
    Stage::Authorized,
    Stage::Attention,
];

#[tokio::test(flavor = "multi_thread")]
async fn given_hostile_words_in_every_text_when_drawn_then_none_is_markup() {
    let world = World::new().await;
    for stage in STAGES {
        let descriptor = hostile_descriptor(HOSTILE);
        let page = drawn(&world, &descriptor, &hostile_report(HOSTILE, stage)).await;
        assert!(!page.contains("<script"), "{page}");
        assert!(!page.contains("onfocus='"), "an attribute was left: {page}");
        assert!(!page.contains("javascript:"), "{page}");
        assert_eq!(page.matches("</title>").count(), 2, "{page}");
        assert!(page.contains("no-such-cause") && page.contains("another-unknown-cause"));
        assert!(
            page.contains("Det finnes ingen forklaring"),
            "a code never stands alone"
        );
        // It does not speak Norwegian, and so English.
        assert!(page.contains("<html lang=\"nb\">"));
        assert!(page.contains("<p class=\"lead\" lang=\"en\">"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn given_no_words_at_all_when_drawn_then_there_is_still_a_page() {
    let world = World::new().await;
    let mut report = hostile_report("", Stage::Attention);
    drawn(&world, &hostile_descriptor(""), &report).await;
    report.grant = None;
    report.attempt = None;
    drawn(&world, &plugin::descriptor(), &report).await;
    let nothing = drawn(&world, &plugin::descriptor(), &plugin::report()).await;
    for form in [
        "/save\"",
        "/authorize\"",
        "/enable\"",
        "/disable\"",
        "/remove\"",
        "/check-access\"",
        "/invite\"",
        "/withdraw\"",
    ] {
        assert!(
            !nothing.contains(form),
            "only what is offered is offered: {form}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn given_access_of_each_verdict_when_drawn_then_each_area_is_a_row_with_words() {
    let world = World::new().await;
    let mut report = hostile_report("x", Stage::Attention);
    for (number, access) in report.access.iter_mut().enumerate() {
        access.label = format!("Area {number}");
        access.provider_message = format!("Words {number}");
        access.provider_code = format!("200{number}");
        access.checked = (number > 0).then_some(1_773_490_000);
    }
    let page = drawn(&world, &plugin::descriptor(), &report).await;
    let rows: Vec<&str> = page
        .split("<th role=\"rowheader\"")
        .skip(1)
        .take(6)
        .collect();
    let verdicts = [
        "Ikke kontrollert ennå",
        "Virker",
        "Ikke med i godkjenningen",
        "Selskapet mangler lisensen",
        "Brukeren mangler rettigheten",
        "Nektet",
    ];
    for (number, (row, verdict)) in rows.iter().zip(verdicts).enumerate() {
        let when = if number > 0 {
            "14. mars 2026 kl. 13:06"
        } else {
            "Aldri"
        };
        let (words, code) = (format!("Words {number}"), format!("200{number}"));
        for text in [verdict, when, &words, &code, "<svg class=\"mark\""] {
            assert!(row.contains(text), "{text}: {row}");
        }
    }
    assert!(page.contains("/check-access\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn given_findings_when_drawn_then_authorizing_is_offered_only_where_it_helps() {
    let world = World::new().await;
    let descriptor = plugin::descriptor();
    let mut report = hostile_report("x", Stage::Attention);
    report.attempt = None;
    report.actions = vec![Action::Reauthorize];
    if let Some(grant) = &mut report.grant {
        grant.condition = Condition::Good;
    }
    let forms = |page: &str| {
        let (page, _) = page.split_once("</html>").unwrap();
        let cards = page.split("<section class=\"cause").skip(1);
        let inside = cards.filter(|card| {
            card.split("</section>")
                .next()
                .unwrap()
                .contains("/authorize\"")
        });
        (inside.count(), page.matches("/authorize\"").count())
    };
    for (number, finding) in report.findings.iter_mut().enumerate() {
        finding.title = format!("Finding {number}");
        finding.reauthorize_helps = number == 1;
    }
    assert_eq!(forms(&drawn(&world, &descriptor, &report).await), (1, 1));
    for finding in &mut report.findings {
        finding.reauthorize_helps = false;
    }
    assert_eq!(forms(&drawn(&world, &descriptor, &report).await), (0, 1));
    report.actions.clear();
    report.findings[0].reauthorize_helps = true;
    let page = drawn(&world, &descriptor, &report).await;
    assert_eq!(forms(&page), (0, 0), "only what is offered is offered");
}

#[tokio::test(flavor = "multi_thread")]
async fn given_what_is_offered_when_drawn_then_the_first_is_the_blue_button() {
    let world = World::new().await;
    let mut report = plugin::report();
    let descriptor = Descriptor {
        form: vec![field("a", Kind::Toggle)],
        ..plugin::descriptor()
    };
    let blue = |page: &str| {
        let (_, rest) = page.split_once("<button class=\"button primary\"").unwrap();
        let (_, text) = rest.split_once('>').unwrap();
        text.split('<').next().unwrap().to_owned()
    };
    let offers = [
        (vec![Action::Authorize, Action::Configure], "Autoriser"),
        (vec![Action::Configure, Action::Reauthorize], "Lagre"),
        (
            vec![Action::Reauthorize, Action::Configure],
            "Autoriser på nytt",
        ),
    ];
    for (actions, expected) in offers {
        report.actions = actions;
        assert_eq!(blue(&drawn(&world, &descriptor, &report).await), expected);
    }
}
