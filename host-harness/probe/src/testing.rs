//! A host in memory, right in every way, with one fault at a time; and the
//! server behind it. Its clock stands still unless somebody waits.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    time::Duration,
};

use crate::{
    contract::{
        App, Entry, HttpError, Level, Precondition, Request, RequestAuthorization, Response,
        StorageError, Version,
    },
    effects::Effects,
    http::filled,
};

const OWN: &str = "http://127.0.0.1:1000";
const TOKEN: &str = "http://127.0.0.1:1001";
const ELSEWHERE: &str = "http://127.0.0.1:2000";

/// What a host can do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    IgnoresAbsent,
    IgnoresUnchanged,
    IgnoresMaxAge,
    PutsNotDurable,
    AgeIsZero,
    LosesKeep,
    KeepsLate,
    FollowsRedirects,
    AcceptsPorts,
    RepeatsPosts,
    CallsResetNotSent,
    // Beyond the eleven.
    DeletesUnconditionally,
    CountsVersions,
    AgeInSeconds,
    IgnoresGuardVersion,
    SendsNoGuarded,
    AcceptsAuthorization,
    AcceptsHopByHop,
    AcceptsUserinfo,
    AcceptsLocalhost,
    JoinsHeaders,
    TurnsBodiesIntoText,
    SendsNoBody,
    DropsBearer,
    HasNoClient,
    IsClientEverywhere,
    WaitsForever,
    ErrsOnRefusals,
    KeepsRefusals,
    KeepsOverCells,
    KeepsNoEmptyBody,
    DropsParts,
    AnswersParts,
    CapsValues,
    RepeatsGets,
    KeepsNotDurably,
    DeniesButSends,
    SendsWithoutCell,
    GuardsNoKeep,
    RepeatsClosed,
    CallsCloseNotSent,
    RepeatsSilent,
    CallsSilenceNotSent,
    RepeatsRefused,
    RepeatsFailed,
    CallsFailureNotSent,
    DropsRetryAfter,
    FollowsPosts,
    IsClientAlways,
    ShortensKeys,
    TrimsValues,
    CutsKept,
    CutsPuts,
    DeletesNothing,
    DeletesUnderAbsent,
    AgesAnew,
    VersionsAnew,
}

#[derive(Clone)]
struct Stored {
    value: Vec<u8>,
    version: Version,
    written: Duration,
    durable: bool,
}

#[derive(Default, Clone)]
struct Tally {
    count: u64,
    scheme: &'static str,
    name: String,
    secret: bool,
}

/// The host, the storage below it, and the server.
#[derive(Default)]
pub(crate) struct FakeHost {
    pub(crate) fault: Option<Fault>,
    /// Whether it is killed when the server holds a request.
    pub(crate) killed: Cell<bool>,
    pub(crate) requests: Cell<u32>,
    pub(crate) calls: Cell<u32>,
    pub(crate) log: RefCell<Vec<String>>,
    pub(crate) no_server: bool,
    cells: RefCell<BTreeMap<String, Stored>>,
    /// What the disk held when the host was killed.
    disk: RefCell<Option<BTreeMap<String, Stored>>>,
    late: RefCell<Vec<(String, Vec<u8>)>>,
    writes: Cell<u64>,
    runs: Cell<u64>,
    clock: Cell<Duration>,
    tally: RefCell<BTreeMap<String, Tally>>,
    held: RefCell<String>,
}

impl FakeHost {
    pub(crate) fn new(fault: Option<Fault>) -> Self {
        Self {
            fault,
            ..Self::default()
        }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// Starts it anew, if it was killed: with what was on the disk.
    pub(crate) fn restart(&self) {
        if let Some(mut disk) = self.disk.take() {
            for cell in disk.values_mut() {
                if self.has(Fault::AgesAnew) {
                    cell.written = self.clock.get();
                }
                if self.has(Fault::VersionsAnew) {
                    cell.version.push('a');
                }
            }
            self.cells.replace(disk);
        }
        self.killed.set(false);
    }

    /// The keys of the cells there are.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.cells.borrow().keys().cloned().collect()
    }

    fn count(&self) {
        self.calls.set(self.calls.get() + 1);
    }

    fn write(&self, key: &str, value: &[u8], durable: bool) -> Version {
        let mut number = self.writes.replace(self.writes.get() + 1);
        if self.has(Fault::CountsVersions) {
            let cells = self.cells.borrow();
            number = cells
                .get(key)
                .map_or(0, |cell| cell.version.parse().unwrap());
            number += 1;
        }
        let stored = Stored {
            value: value.to_vec(),
            version: number.to_string(),
            written: self.clock.get(),
            durable,
        };
        self.cells.borrow_mut().insert(key.to_owned(), stored);
        number.to_string()
    }

    fn shortened<'a>(&self, key: &'a str) -> &'a str {
        match self.has(Fault::ShortensKeys) {
            true => key.get(..48).unwrap_or(key),
            false => key,
        }
    }

    fn holds(&self, key: &str, when: &Precondition) -> Result<(), StorageError> {
        let cells = self.cells.borrow();
        let holds = match when {
            Precondition::Always => true,
            Precondition::Absent => !cells.contains_key(key),
            Precondition::Unchanged(version) => {
                cells.get(key).is_some_and(|cell| cell.version == *version)
            }
        };
        let conflict = || StorageError::Conflict("not as expected".to_owned());
        holds.then_some(()).ok_or_else(conflict)
    }

    fn age(&self, stored: &Stored) -> u64 {
        u64::try_from((self.clock.get() - stored.written).as_millis()).unwrap()
    }

    // ---- the host's side of an exchange

    fn policy(&self, request: &Request) -> Result<(), HttpError> {
        let denied = |text: &str| Err(HttpError::Denied(text.to_owned()));
        for (name, _) in &request.headers {
            let accepted = match name.to_ascii_lowercase().as_str() {
                "authorization" => self.has(Fault::AcceptsAuthorization),
                "connection" => self.has(Fault::AcceptsHopByHop),
                "host" | "content-length" => false,
                _ => true,
            };
            if !accepted {
                return denied("not yours to set");
            }
        }
        if request.authorization == RequestAuthorization::Client && self.has(Fault::HasNoClient) {
            return denied("no client");
        }
        let rest = |origin: &str| {
            (request.uri.strip_prefix(origin)).is_some_and(|rest| rest.starts_with('/'))
        };
        let allowed = rest(OWN)
            || rest(TOKEN)
            || self.has(Fault::AcceptsPorts) && rest(ELSEWHERE)
            || self.has(Fault::AcceptsUserinfo) && request.uri.contains('@')
            || self.has(Fault::AcceptsLocalhost) && request.uri.contains("localhost");
        if !allowed && self.has(Fault::DeniesButSends) {
            self.tally(request);
        }
        if allowed {
            Ok(())
        } else {
            denied("not granted")
        }
    }

    fn guard(&self, request: &Request) -> Result<(), HttpError> {
        let Some(guard) = &request.guard else {
            return Ok(());
        };
        if self.has(Fault::GuardsNoKeep) && request.keep.is_some() {
            return Ok(());
        }
        let cells = self.cells.borrow();
        let cell = cells.get(&guard.key);
        let current = cell.is_some_and(|cell| cell.version == guard.version)
            || self.has(Fault::IgnoresGuardVersion);
        let young = cell.is_some_and(|cell| self.age(cell) <= u64::from(guard.max_age))
            || self.has(Fault::IgnoresMaxAge);
        if cell.is_none() && self.has(Fault::SendsWithoutCell) {
            return Ok(());
        }
        if current && young && !self.has(Fault::SendsNoGuarded) {
            return Ok(());
        }
        Err(HttpError::NotSent("the guard does not hold".to_owned()))
    }

    fn keep(&self, key: &str, answer: &Served) {
        let (body, whole) = match answer {
            Served::Answer(answer) => match answer.status {
                200..=299 => (&answer.body, true),
                _ if self.has(Fault::KeepsRefusals) => (&answer.body, true),
                _ => return,
            },
            Served::Part(part) => (part, false),
            _ => return,
        };
        if self.has(Fault::LosesKeep)
            || whole && body.is_empty() && self.has(Fault::KeepsNoEmptyBody)
            || !whole && self.has(Fault::DropsParts)
        {
            return;
        }
        let body = match self.has(Fault::CutsKept) {
            true => &body[..body.len().min(4096)],
            false => body.as_slice(),
        };
        if self.has(Fault::KeepsLate) {
            self.late.borrow_mut().push((key.to_owned(), body.to_vec()));
        } else {
            self.write(key, body, !self.has(Fault::KeepsNotDurably));
        }
    }

    // ---- the server

    fn tally(&self, request: &Request) {
        let Some((_, id)) = request.uri.split_once("?id=") else {
            return;
        };
        let id = id.split('&').next().unwrap().to_owned();
        let mut tally = self.tally.borrow_mut();
        let seen = tally.entry(id).or_default();
        seen.count += 1;
        match &request.authorization {
            RequestAuthorization::Bearer(token) if !self.has(Fault::DropsBearer) => {
                (seen.scheme, seen.name) = ("bearer", token.clone());
            }
            RequestAuthorization::Client
                if request.uri.starts_with(TOKEN) || self.has(Fault::IsClientEverywhere) =>
            {
                (seen.scheme, seen.name, seen.secret) = ("basic", "kit".to_owned(), true);
            }
            _ if self.has(Fault::IsClientAlways) => {
                (seen.scheme, seen.name, seen.secret) = ("basic", "kit".to_owned(), true);
            }
            _ => {}
        }
    }

    fn serve(&self, request: &Request) -> Served {
        self.tally(request);
        let (path, query) = request.uri.split_once('?').unwrap_or((&request.uri, ""));
        let part = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value)
        };
        let number = |name: &str, else_: u64| part(name).map_or(else_, |n| n.parse().unwrap());
        let body = || {
            let size = usize::try_from(number("size", 32)).unwrap();
            filled(part("id").unwrap(), size)
        };
        let ok = |body: Vec<u8>| Served::answer(200, body);
        match path.rsplit('/').next().unwrap() {
            "answer" => {
                let status = u16::try_from(number("status", 200)).unwrap();
                let mut answer = Served::answer(status, body());
                if let Served::Answer(answer) = &mut answer
                    && status == 503
                    && !self.has(Fault::DropsRetryAfter)
                {
                    let field = ("retry-after".to_owned(), "7".to_owned());
                    answer.headers.push(field);
                }
                answer
            }
            "echo" => {
                let sent: &[u8] = if self.has(Fault::SendsNoBody) {
                    b""
                } else {
                    &request.body
                };
                let hex: String = sent.iter().map(|byte| format!("{byte:02x}")).collect();
                let ask = request.headers[0].1.clone();
                let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
                Served::Answer(Response {
                    status: 200,
                    headers: vec![
                        field("x-kit-method", &request.method),
                        field("x-kit-ask", &ask),
                        field("x-kit-body", &hex),
                        field("X-Kit-Part", "one"),
                        field("x-kit-part", "two"),
                    ],
                    body: (0..=u8::MAX).collect(),
                })
            }
            "redirect" => Served::Answer(Response {
                status: u16::try_from(number("status", 302)).unwrap(),
                headers: vec![(
                    "location".to_owned(),
                    format!("{OWN}/answer?id={}", part("to").unwrap()),
                )],
                body: Vec::new(),
            }),
            "reset" | "close" => Served::Nothing,
            "break" => Served::Part(body()),
            "slow" => Served::Slow(
                Duration::from_millis(50 * number("size", 32)),
                ok(body()).into(),
            ),
            "wait" => {
                let time = Duration::from_millis(number("ms", 0));
                Served::Slow(time, ok(Vec::new()).into())
            }
            "hold" => {
                if self.killed.get() {
                    let mut disk = self.cells.borrow().clone();
                    disk.retain(|_, cell| cell.durable);
                    self.disk.replace(Some(disk));
                    self.held.replace(part("run").unwrap().to_owned());
                }
                Served::Nothing
            }
            "held" if self.disk.borrow().is_some() => ok(Vec::new()),
            "held" => ok(self.held.take().into_bytes()),
            "seen" => {
                let run = format!("{}.", part("run").unwrap());
                let tally = self.tally.borrow();
                let entries = tally.iter().filter(|(id, _)| id.starts_with(&run));
                let entries: serde_json::Map<_, _> = entries
                    .map(|(id, seen)| {
                        let entry = serde_json::json!({
                            "count": seen.count,
                            "scheme": seen.scheme,
                            "name": seen.name,
                            "secret": seen.secret,
                        });
                        (id.clone(), entry)
                    })
                    .collect();
                ok(serde_json::to_vec(&entries).unwrap())
            }
            _ => Served::answer(404, Vec::new()),
        }
    }
}

/// What the server does about a request.
enum Served {
    Answer(Response),
    /// The end of the connection, before anything or after a part.
    Nothing,
    Part(Vec<u8>),
    Slow(Duration, Box<Served>),
}

impl Served {
    fn answer(status: u16, body: Vec<u8>) -> Self {
        Self::Answer(Response {
            status,
            headers: Vec::new(),
            body,
        })
    }
}

impl Effects for FakeHost {
    fn registration(&self) -> Option<App> {
        self.count();
        let pair = |name: &str, url: &str| (name.to_owned(), url.to_owned());
        (!self.no_server).then(|| App {
            client_id: "kit".to_owned(),
            redirect_uri: format!("{OWN}/callback"),
            scopes: Vec::new(),
            endpoints: vec![pair("token", TOKEN), pair("api", &format!("{OWN}/api/"))],
            options: vec![pair("elsewhere", ELSEWHERE)],
        })
    }

    fn now(&self) -> Duration {
        self.count();
        Duration::from_secs(1_800_000_000) + self.clock.get()
    }

    fn random(&self) -> u64 {
        self.count();
        self.runs.set(self.runs.get() + 1);
        self.runs.get()
    }

    fn send(&self, request: &Request) -> Result<Response, HttpError> {
        self.count();
        self.requests.set(self.requests.get() + 1);
        let no_answer = || HttpError::NoAnswer("the connection broke".to_owned());
        self.policy(request)?;
        if let Some(key) = &request.keep
            && self.cells.borrow().contains_key(key)
            && !self.has(Fault::KeepsOverCells)
        {
            return Err(HttpError::NotSent("an answer is kept".to_owned()));
        }
        self.guard(request)?;
        for (key, body) in self.late.take() {
            self.write(&key, &body, true);
        }
        let mut served = self.serve(request);
        if let Served::Slow(time, answer) = served {
            let timeout = Duration::from_millis(request.timeout.into());
            let waits = time <= timeout || self.has(Fault::WaitsForever) && request.method == "GET";
            let passed = if waits { time } else { timeout };
            self.clock.set(self.clock.get() + passed);
            served = if waits { *answer } else { Served::Nothing };
        }
        if let Served::Nothing = served {
            let post = request.method == "POST";
            let behaviour = request.uri.split('?').next().unwrap_or_default();
            let behaviour = behaviour.rsplit('/').next().unwrap_or_default();
            let (repeats, calls) = match behaviour {
                "reset" => (Fault::RepeatsPosts, Fault::CallsResetNotSent),
                "close" if post => (Fault::RepeatsClosed, Fault::CallsCloseNotSent),
                "wait" => (Fault::RepeatsSilent, Fault::CallsSilenceNotSent),
                _ => (Fault::RepeatsGets, Fault::WaitsForever),
            };
            if self.has(repeats) {
                self.serve(request);
            }
            if post && self.has(calls) {
                return Err(HttpError::NotSent("the connection broke".to_owned()));
            }
        }
        if let Served::Answer(Response { status, .. }) = &served {
            let repeats = match status {
                401 => self.has(Fault::RepeatsRefused),
                503 => self.has(Fault::RepeatsFailed),
                _ => false,
            };
            if repeats {
                self.serve(request);
            }
            if *status == 503 && self.has(Fault::CallsFailureNotSent) {
                return Err(HttpError::NotSent("not available".to_owned()));
            }
        }
        if let Some(key) = &request.keep {
            self.keep(key, &served);
        }
        let mut answer = match served {
            Served::Answer(answer) => answer,
            Served::Part(body) if self.has(Fault::AnswersParts) => Response {
                status: 200,
                headers: Vec::new(),
                body,
            },
            _ => return Err(no_answer()),
        };
        let follows = match answer.status {
            302 => self.has(Fault::FollowsRedirects),
            307 => self.has(Fault::FollowsPosts),
            _ => false,
        };
        if follows {
            let uri = answer.headers[0].1.clone();
            return self.send(&crate::trial::get(uri));
        }
        if (400..500).contains(&answer.status) && self.has(Fault::ErrsOnRefusals) {
            return Err(HttpError::Other("refused".to_owned()));
        }
        if self.has(Fault::JoinsHeaders) && answer.headers.len() > 3 {
            answer.headers.truncate(3);
            answer
                .headers
                .push(("x-kit-part".to_owned(), "one, two".to_owned()));
        }
        if self.has(Fault::TurnsBodiesIntoText) {
            answer.body = String::from_utf8_lossy(&answer.body)
                .into_owned()
                .into_bytes();
        }
        Ok(answer)
    }

    fn get(&self, key: &str) -> Result<Entry, StorageError> {
        self.count();
        let key = self.shortened(key);
        let cells = self.cells.borrow();
        let cell = cells.get(key);
        let cell = cell.ok_or_else(|| StorageError::Missing("no such cell".to_owned()))?;
        let age = match self.fault {
            Some(Fault::AgeIsZero) => 0,
            Some(Fault::AgeInSeconds) => self.age(cell) / 1000,
            _ => self.age(cell),
        };
        Ok(Entry {
            value: cell.value.clone(),
            version: cell.version.clone(),
            age,
        })
    }

    fn put(&self, key: &str, value: &[u8], when: &Precondition) -> Result<Version, StorageError> {
        self.count();
        let key = self.shortened(key);
        let value = match self.fault {
            Some(Fault::TrimsValues) => value.trim_ascii_end().strip_suffix(b"\0").unwrap_or(value),
            Some(Fault::CutsPuts) => &value[..value.len().min(4096)],
            _ => value,
        };
        let ignored = match when {
            Precondition::Always => true,
            Precondition::Absent => self.has(Fault::IgnoresAbsent),
            Precondition::Unchanged(_) => self.has(Fault::IgnoresUnchanged),
        };
        if !ignored {
            self.holds(key, when)?;
        }
        if self.has(Fault::CapsValues) && value.len() > 32 * 1024 {
            return Err(StorageError::TooLarge("too large".to_owned()));
        }
        Ok(self.write(key, value, !self.has(Fault::PutsNotDurable)))
    }

    fn delete(&self, key: &str, when: &Precondition) -> Result<(), StorageError> {
        self.count();
        let key = self.shortened(key);
        let exists = self.cells.borrow().contains_key(key);
        let ignored = match when {
            Precondition::Always => true,
            Precondition::Absent => self.has(Fault::DeletesUnderAbsent),
            Precondition::Unchanged(_) if exists => self.has(Fault::DeletesUnconditionally),
            Precondition::Unchanged(_) => self.has(Fault::DeletesNothing),
        };
        if !ignored {
            self.holds(key, when)?;
        }
        self.cells.borrow_mut().remove(key);
        Ok(())
    }

    fn log(&self, _level: Level, event: &str, message: &str) {
        self.count();
        self.log.borrow_mut().push(format!("{event} {message}"));
    }
}
