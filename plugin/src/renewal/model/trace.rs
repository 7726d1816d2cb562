//! A path of the search in words: step by step, who did what.

use stateright::Path;

use super::action::Action;
use super::host::{Ending, Host};
use super::server::{Grace, Reply};
use super::world::World;

/// The steps, one a line. States sort their hosts; here each keeps its name.
pub(super) fn told(path: Path<World, Action>) -> Vec<String> {
    let mut names = ['A', 'B', 'C'];
    let mut steps = Vec::new();
    for (before, action) in path.into_vec() {
        let Some(action) = action else { break };
        let mut after = before.clone();
        after.act(action);
        steps.push(step(&before, action, &after, &names));
        let mut hosts: Vec<(Host, char)> = after.hosts.into_iter().zip(names).collect();
        hosts.sort_by_key(|(host, _)| *host);
        for (place, (_, name)) in names.iter_mut().zip(hosts) {
            *place = name;
        }
    }
    steps
}

fn step(before: &World, action: Action, after: &World, names: &[char; 3]) -> String {
    let host = |at: usize, did: &str| format!("host {}: {did}", names[at]);
    match action {
        Action::Look(at) => host(at, &leads(after.hosts[at])),
        Action::LookLate(at, _) => host(
            at,
            "read the grant before it changed, and a kept answer after",
        ),
        Action::Step(at) => host(at, &stepped(before, at, after)),
        Action::FailToSend(at) => host(at, "cannot reach the server; certainly nothing was sent"),
        Action::Process(at, grace) => {
            let Host::Answered { reply, .. } = after.hosts[at] else {
                return host(at, "its request arrives");
            };
            format!("server: {} of host {}", processed(reply, grace), names[at])
        }
        Action::Copy(at) => host(at, "its request is copied on the way"),
        Action::Crash(at) => host(at, "crashes"),
        Action::StoreAndCrash(at) => host(at, "stores the new generation and crashes"),
        Action::Lose(at) => host(at, "hears no answer; its claim stays"),
        Action::ProcessStray(..) => "server: processes a request that nobody waits for".into(),
        Action::DropStray(_) => "a request that nobody waits for never arrives".into(),
        Action::ComeDue => "time: the access token is due for renewal".into(),
        Action::RunOut => "time: the access token is over".into(),
        Action::GrowOld => aged(before),
        Action::Exchange => "callback: the code of a new consent is exchanged".into(),
        Action::KeepConsent => "callback: its answer is kept".into(),
        Action::StoreConsent => "callback: the new consent is stored, or given back".into(),
        Action::LoseConsent => "callback: crashes before its answer is kept".into(),
        Action::MarkRemoving => "removal: marks the grant".into(),
        Action::Revoke => "removal: revokes what is stored and kept".into(),
        Action::Erase => "removal: the host erases the connection".into(),
    }
}

fn aged(before: &World) -> String {
    let in_flight = match before.is_in_flight() {
        true => ", while a request under it is in flight",
        false => "",
    };
    format!("time: the claim or doubt comes of age{in_flight}")
}

fn processed(reply: Reply, grace: Grace) -> &'static str {
    match (reply, grace) {
        (Reply::Granted(_), Grace::Over) => "takes the refresh token",
        (Reply::Granted(_), Grace::Lasts) => "takes the refresh token, again within its grace,",
        (Reply::Refused, _) => "refuses the refresh token",
    }
}

fn leads(host: Host) -> String {
    match host {
        Host::Decided { takeover: false } => "reads the grant and decides to spend".into(),
        Host::Decided { takeover: true } => {
            "reads the grant and decides to take the old claim over".into()
        }
        Host::Holding { .. } => "reads the grant and finds a kept answer".into(),
        Host::Ending { .. } => "reads the grant: the doubt has lasted".into(),
        Host::Asking { .. } => "asks with the client's own credentials".into(),
        other => format!("{other:?}"),
    }
}

fn stepped(before: &World, at: usize, after: &World) -> String {
    match (before.hosts[at], after.hosts[at]) {
        (Host::Decided { .. }, _) => "claims the grant".into(),
        (Host::Claimed { .. }, Host::Sent { .. }) => {
            "finds its guard as claimed; its request leaves".into()
        }
        (Host::Claimed { .. }, _) => "is held back by its guard, or by a kept answer".into(),
        (Host::Unsent, _) => "gives its claim up".into(),
        (Host::Answered { .. }, Host::Holding { .. }) => "keeps the answer".into(),
        (Host::Answered { .. }, _) => "hears the refusal".into(),
        (Host::Holding { .. }, _) => match before.grant == after.grant {
            true => "finds another grant there; drops its answer, or gives it back".into(),
            false => "stores the new generation".into(),
        },
        (Host::Refused { .. }, Host::Ending { held }) => match held {
            Ending::Doubt => "looks again: nothing has come; in doubt".into(),
            Ending::Lost | Ending::Refused => "looks again: nothing has come; over".into(),
        },
        (Host::Refused { .. }, _) => "looks again: somebody else has moved on".into(),
        (Host::Ending { held }, _) => match held {
            Ending::Doubt => "writes: in doubt".into(),
            Ending::Lost => "writes: ended, renewal-lost".into(),
            Ending::Refused => "writes: ended, grant-refused".into(),
        },
        (Host::Asking { .. }, _) => "is answered".into(),
        (host @ (Host::Idle | Host::Sent { .. }), _) => format!("{host:?}"),
    }
}
