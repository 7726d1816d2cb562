//! A process of the host that is killed or suspended at a named point of a
//! renewal.

use std::sync::Arc;

use fortnox_simulator::deck::{Card, Fault, Gate, GrantType, Moment, Requests, Until};
use fortnox_simulator::ledger::Kind;
use host_harness::{Database, SqliteStorage};
use secrecy::ExposeSecret as _;

use super::case::{COMPANY, Case};
use super::point::Point;
use super::process::{Got, HostProcess, tell_time};
use super::seed::Seed;
use super::torn::Torn;
use super::{Outcome, Row, referee, row};
use crate::{OneTime, refusal, stored};

pub(super) const ROWS: &[Row] = &[
    row!("1", Host, "killed before the claim is written", unclaimed),
    row!(
        "2",
        Host,
        "killed between claim and connection",
        unconnected
    ),
    row!(
        "3",
        Host,
        "killed between connection and first byte",
        unsent
    ),
    row!("4", Host, "killed before the answer came", unanswered),
    row!("5", Host, "killed between answer and save", unsaved),
    row!("6", Host, "killed in the middle of the save", half_saved),
    row!("7", Host, "killed before the caller was told", untold),
    row!(
        "8",
        Host,
        "killed while the answer was being kept",
        half_kept
    ),
    row!(
        "9",
        Host,
        "killed while a kept answer was taken in",
        half_taken
    ),
    row!(
        "10",
        Host,
        "suspended between claim and request",
        asleep_before
    ),
    row!(
        "11",
        Host,
        "suspended between answer and save",
        asleep_after
    ),
];

/// A case, one of whose processes was killed at a point.
async fn killed(seed: Seed, point: Point) -> Case {
    let case = Case::person(seed).await;
    let mut process = HostProcess::start(&case);
    process.go_to(point);
    process.kill();
    case
}

async fn unclaimed(seed: Seed) -> Outcome {
    let case = killed(seed, Point::BeforeClaim).await;
    assert_eq!(case.renewals(), 0);
    case.token().await.expect("nobody stands in the way");
    assert_eq!(case.renewals(), 1);
    case.alive("not spent; the next caller renews", 0).await
}

async fn unconnected(seed: Seed) -> Outcome {
    not_sent(killed(seed, Point::BeforeSend).await).await
}

async fn unsent(seed: Seed) -> Outcome {
    not_sent(killed(seed, Point::Connected).await).await
}

async fn not_sent(case: Case) -> Outcome {
    let waiting = refusal(case.token().await);
    assert_eq!(waiting, "unavailable(renewal-under-way)");
    assert_eq!(case.renewals(), 0);
    case.claim_runs_out();
    case.token().await.expect("the claim has run out");
    assert_eq!(case.renewals(), 1);
    case.alive("the claim ran out, the next caller renewed", 0)
        .await
}

/// Kills a process whose request is carried out, and whose answer is held.
async fn killed_unanswered(case: &Case, grant_type: GrantType) {
    let gate = Gate::closed();
    let fault = Fault::Delay {
        when: Moment::AfterProcessing,
        until: Until::Opened(gate.clone()),
    };
    case.lay(Card::new(Requests::Grant(grant_type), fault));
    let mut process = HostProcess::start(case);
    process.go(Point::Nowhere, 1);
    gate.arrived(1).await;
    process.kill();
    gate.open();
}

async fn unanswered(seed: Seed) -> Outcome {
    let service = Case::service(seed).await;
    killed_unanswered(&service, GrantType::ClientCredentials).await;
    service.token().await.expect("there is nothing to lose");
    service.alive("healed", 0).await;

    let person = Case::person(seed).await;
    killed_unanswered(&person, GrantType::RefreshToken).await;
    person.is_lost().await;
    let words = "a service account heals at once; a person's grant ends: renewal-lost";
    person.ended("renewal-lost", words, 1).await
}

async fn unsaved(seed: Seed) -> Outcome {
    let kept = killed(seed, Point::BeforeSave).await;
    assert!(kept.answer_is_kept());
    kept.token().await.expect("the kept answer");
    assert_eq!(kept.renewals(), 1);
    kept.alive("taken in", 0).await;

    // Kept for as long as its access token lasts, it is good for one more renewal.
    let old = killed(seed, Point::BeforeSave).await;
    old.token_ends();
    let token = old.token().await.expect("the kept refresh token");
    referee::lasts(&old.world.simulator, token.value.expose_secret());
    assert_eq!(old.renewals(), 2);
    old.alive("taken in, and renewed at once", 0).await;

    let unkept = killed(seed, Point::AfterAnswer).await;
    assert!(!unkept.answer_is_kept());
    unkept.is_lost().await;
    let words = "kept, it is taken in at once; not yet kept, the grant ends: renewal-lost";
    unkept.ended("renewal-lost", words, 1).await
}

/// Goes on with the database as it would be if the latest transaction had been
/// cut off.
async fn cut_off(case: &mut Case) -> Torn {
    let mut seed = case.seed;
    let torn = Torn::copy(&case.world.file, &mut seed);
    let time = Arc::new(OneTime(case.world.simulator.clock().clone()));
    let database = Database::open(torn.file()).await.unwrap();
    let host = case.world.another(Some(case.world.registration()));
    let host = host.storage(Arc::new(SqliteStorage::with_clock(database, time)));
    case.connection = host.build().await.unwrap().connection(COMPANY).unwrap();
    torn
}

async fn half_saved(seed: Seed) -> Outcome {
    let mut case = killed(seed, Point::AfterSave).await;
    let whole = stored::cells(&case.world.file);
    let torn = cut_off(&mut case).await;
    let cut = stored::cells(&torn.file());
    let same = |key: &str| {
        let one = |cells: &[stored::StoredCell]| cells.iter().find(|cell| cell.key == key).cloned();
        one(&whole) == one(&cut)
    };
    assert!(!same("grant") && same("settings"), "the cut struck nothing");
    case.token().await.expect("the kept answer");
    assert_eq!(case.renewals(), 1);
    case.alive("the old generation, and the kept answer taken in", 0)
        .await
}

async fn untold(seed: Seed) -> Outcome {
    let case = killed(seed, Point::AfterSave).await;
    let token = case.token().await.expect("the saved token");
    let newest = case.world.simulator.ledger().minted(Kind::AccessToken);
    assert_eq!(
        newest.last().map(|newest| newest.expose()),
        Some(token.value.expose_secret())
    );
    assert_eq!(case.renewals(), 1);
    case.alive("the next caller gets the new token", 0).await
}

async fn half_kept(seed: Seed) -> Outcome {
    let mut case = killed(seed, Point::BeforeSave).await;
    assert!(case.answer_is_kept());
    let torn = cut_off(&mut case).await;
    let cells = stored::cells(&torn.file());
    assert!(!cells.iter().any(|cell| cell.key.starts_with("answer-")));
    case.is_lost().await;
    case.ended("renewal-lost", "ignored; ended: renewal-lost", 1)
        .await
}

/// The first process dies with its answer kept, the second while it takes it in.
async fn half_taken(mut seed: Seed) -> Outcome {
    // Without a claim of its own, its first write is the save.
    let point = seed.one_of(&[Point::BeforeClaim, Point::AfterClaim]);
    let case = Case::person(seed).await;
    let [mut first, mut second] = [(); 2].map(|()| HostProcess::start(&case));
    first.go_to(Point::BeforeSave);
    first.kill();
    second.go_to(point);
    second.kill();
    assert!(case.answer_is_kept());
    case.token().await.expect("the kept answer");
    assert_eq!(case.renewals(), 1);
    case.token_ends();
    case.token().await.expect("the next renewal");
    assert!(!case.answer_is_kept(), "an old answer stays");
    let words = format!("taken in once; the second died at {point:?}");
    case.alive(words, 0).await
}

/// Nobody else comes first, then somebody does.
async fn asleep_before(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let mut process = HostProcess::start(&case);

    process.go_to(Point::AfterClaim);
    process.suspend();
    case.claim_runs_out();
    tell_time(&case);
    process.wake();
    process.go_on();
    let late = Got::Refused("unavailable(provider-unreachable)".to_owned());
    assert_eq!(process.result(), late);
    assert_eq!(case.renewals(), 0, "a stale claim was acted upon");
    // It has given up its claim: nobody has to wait.
    case.token().await.expect("the next caller renews");
    assert_eq!(case.renewals(), 1);

    case.token_ends();
    tell_time(&case);
    process.go_to(Point::AfterClaim);
    process.suspend();
    case.claim_runs_out();
    tell_time(&case);
    let other = case.token().await.expect("somebody takes the claim over");
    process.wake();
    process.go_on();
    let adopted = Got::Token(other.value.expose_secret().to_owned());
    assert_eq!(process.result(), adopted);
    assert_eq!(case.renewals(), 2, "a lost claim was acted upon");
    case.alive("awake, it sends nothing", 0).await
}

/// The others find the grant in doubt, then ended, then the answer kept.
async fn asleep_after(seed: Seed) -> Outcome {
    let case = Case::person(seed).await;
    let mut process = HostProcess::start(&case);
    for ended in [false, true] {
        process.go_to(Point::AfterAnswer);
        process.suspend();
        if ended {
            case.is_lost().await;
        } else {
            case.claim_runs_out();
            let doubt = refusal(case.token().await);
            assert_eq!(doubt, "unavailable(renewal-under-way)");
            assert_eq!(case.condition().await, "in-doubt(renewal-lost)");
        }
        tell_time(&case);
        process.wake();
        process.go_on();
        let late = process.result();
        assert_eq!(case.condition().await, "good");
        let token = case.token().await.expect("the late save heals");
        assert_eq!(late, Got::Token(token.value.expose_secret().to_owned()));
        case.token_ends();
        tell_time(&case);
    }
    process.go_to(Point::BeforeSave);
    process.suspend();
    let token = case.token().await.expect("the kept answer");
    process.wake();
    process.go_on();
    let late = process.result();
    assert_eq!(late, Got::Token(token.value.expose_secret().to_owned()));
    assert_eq!(case.renewals(), 5, "three renewals and two probes");
    case.alive("a late save heals doubt and end", 2).await
}
