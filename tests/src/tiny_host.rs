//! A host as somebody might write it in an afternoon: cells in memory over a disk
//! that survives it, HTTP over plain sockets, and, if asked to, one mistake.
//!
//! It answers a component's imports in the form of the conformance scripts.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use host_harness::Registration;
use host_harness::conformance::Imports;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use url::Url;

/// What a host can do wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// A put under `absent` overwrites.
    IgnoresAbsent,
    /// A put under `unchanged` overwrites whatever is there.
    IgnoresUnchanged,
    /// A guard that is too old holds.
    IgnoresGuardAge,
    /// A put returns, and is written to disk when the call is over.
    WritesLater,
    /// No cell ever ages.
    AgeIsZero,
    /// The answer is returned and not kept.
    LosesKeep,
    /// The answer is kept after it was returned.
    KeepsLater,
    /// A redirect is followed.
    FollowsRedirect,
    /// Of an origin only the host counts.
    IgnoresPort,
    /// A request on a connection that was reset is made once more.
    RepeatsAfterReset,
    /// Whatever went wrong, nothing was sent.
    CallsResetNotSent,
    /// The client's secret goes wherever requests may go.
    IsClientEverywhere,
}

/// What survives the host.
pub type Disk = Arc<Mutex<BTreeMap<String, Cell>>>;

/// The host's process, as far as others see it.
#[derive(Debug, Default)]
pub struct Process {
    killed: AtomicBool,
    /// The connection in use.
    wire: Mutex<Option<TcpStream>>,
}

impl Process {
    /// Ends it at once, in the middle of whatever it does.
    pub fn kill(&self) {
        self.killed.store(true, Ordering::SeqCst);
        if let Some(wire) = &*self.wire.lock().unwrap() {
            wire.shutdown(Shutdown::Both).unwrap();
        }
    }
}

/// One cell.
#[derive(Clone, Debug)]
pub struct Cell {
    value: Vec<u8>,
    version: String,
    written: Instant,
}

/// The host, for one connection.
pub struct TinyHost {
    mistake: Option<Mistake>,
    disk: Disk,
    /// What is not on the disk yet.
    cache: BTreeMap<String, Option<Cell>>,
    /// What will be kept with the next request.
    late: Option<(String, Vec<u8>)>,
    registration: Registration,
    process: Arc<Process>,
}

/// What became of a request.
enum Failure {
    /// Nothing of it left.
    NotSent(io::Error),
    /// This much of the answer came.
    NoAnswer(Option<(u16, Vec<u8>)>),
}

struct Answer {
    status: u16,
    headers: Fields,
    body: Vec<u8>,
}

impl TinyHost {
    /// A host on this disk, registered like this.
    pub fn new(mistake: Option<Mistake>, disk: Disk, registration: Registration) -> Self {
        Self {
            mistake,
            disk,
            cache: BTreeMap::new(),
            late: None,
            registration,
            process: Arc::default(),
        }
    }

    /// What it takes to kill it.
    pub fn process(&self) -> Arc<Process> {
        self.process.clone()
    }

    /// Writes down what was put off; a call is over.
    pub fn end_call(&mut self) {
        let mut disk = self.disk.lock().unwrap();
        for (key, cell) in std::mem::take(&mut self.cache) {
            match cell {
                Some(cell) => disk.insert(key, cell),
                None => disk.remove(&key),
            };
        }
    }

    fn makes(&self, mistake: Mistake) -> bool {
        self.mistake == Some(mistake)
    }

    fn cell(&self, key: &str) -> Option<Cell> {
        match self.cache.get(key) {
            Some(cell) => cell.clone(),
            None => self.disk.lock().unwrap().get(key).cloned(),
        }
    }

    fn set(&mut self, key: &str, cell: Option<Cell>) {
        self.cache.insert(key.to_owned(), cell);
        if !self.makes(Mistake::WritesLater) {
            self.end_call();
        }
    }

    fn write(&mut self, key: &str, value: Vec<u8>) -> String {
        let version = format!("{:x}", secret());
        let cell = Cell {
            value,
            version: version.clone(),
            written: Instant::now(),
        };
        self.set(key, Some(cell));
        version
    }

    fn age(&self, cell: &Cell) -> u64 {
        match self.makes(Mistake::AgeIsZero) {
            true => 0,
            false => u64::try_from(cell.written.elapsed().as_millis()).unwrap(),
        }
    }

    fn get(&self, key: &str) -> Value {
        match self.cell(key) {
            None => json!({ "err": { "missing": key } }),
            Some(cell) => json!({ "ok": {
                "value": { "base64": BASE64_STANDARD.encode(&cell.value) },
                "version": cell.version,
                "age": self.age(&cell),
            } }),
        }
    }

    fn holds(&self, key: &str, when: &Value) -> bool {
        let version = self.cell(key).map(|cell| cell.version);
        match when.as_str() {
            Some("always") => true,
            Some("absent") => version.is_none() || self.makes(Mistake::IgnoresAbsent),
            _ => {
                let expected = when["unchanged"].as_str();
                version.as_deref() == expected || self.makes(Mistake::IgnoresUnchanged)
            }
        }
    }

    fn put(&mut self, key: &str, value: &Value, when: &Value) -> Value {
        match self.holds(key, when) {
            true => json!({ "ok": self.write(key, bytes(value)) }),
            false => json!({ "err": { "conflict": key } }),
        }
    }

    fn delete(&mut self, key: &str, when: &Value) -> Value {
        if !self.holds(key, when) {
            return json!({ "err": { "conflict": key } });
        }
        self.set(key, None);
        json!({ "ok": null })
    }

    fn send(&mut self, request: &Value) -> Value {
        if let Some((key, body)) = self.late.take() {
            self.write(&key, body);
        }
        let error = |case: &str, why: &str| json!({ "err": { case: why } });
        let url = Url::parse(request["uri"].as_str().unwrap()).unwrap();
        if !self.is_granted(&url) || has_reserved_header(request) {
            return error("denied", "policy");
        }
        let keep = request["keep"].as_str();
        if keep.is_some_and(|key| self.cell(key).is_some()) {
            return error("not-sent", "the kept cell is taken");
        }
        if !request["guard"].is_null() && !self.is_guarded(&request["guard"]) {
            return error("not-sent", "the guard does not hold");
        }
        let mut answer = self.exchange(&url, request);
        if self.makes(Mistake::RepeatsAfterReset) && matches!(answer, Err(Failure::NoAnswer(None)))
        {
            answer = self.exchange(&url, request);
        }
        if self.makes(Mistake::FollowsRedirect)
            && let Ok(Answer { headers, .. }) = &answer
            && let Some((_, location)) = headers.iter().find(|(name, _)| name == "location")
        {
            answer = self.exchange(&url.join(location).unwrap(), request);
        }
        match answer {
            Ok(answer) => {
                if let Some(key) = keep {
                    self.keep(key, answer.status, &answer.body);
                }
                json!({ "ok": {
                    "status": answer.status,
                    "headers": answer.headers,
                    "body": { "base64": BASE64_STANDARD.encode(&answer.body) },
                } })
            }
            Err(Failure::NotSent(why)) => error("not-sent", &why.to_string()),
            Err(Failure::NoAnswer(part)) => {
                if let (Some(key), Some((status, part))) = (keep, part) {
                    self.keep(key, status, &part);
                }
                match self.makes(Mistake::CallsResetNotSent) {
                    true => error("not-sent", "reset"),
                    false => error("no-answer", "reset"),
                }
            }
        }
    }

    fn exchange(&self, url: &Url, request: &Value) -> Result<Answer, Failure> {
        let authorization = match &request["authorization"] {
            Value::String(case) if case == "client" => {
                let credentials = self.credentials(url);
                credentials.map(|credentials| format!("Basic {credentials}"))
            }
            Value::Object(case) => Some(format!("Bearer {}", case["bearer"].as_str().unwrap())),
            _ => None,
        };
        exchange(&self.process, url, request, authorization)
    }

    fn keep(&mut self, key: &str, status: u16, body: &[u8]) {
        if !(200..300).contains(&status) || self.makes(Mistake::LosesKeep) {
            return;
        }
        if self.makes(Mistake::KeepsLater) {
            self.late = Some((key.to_owned(), body.to_vec()));
            return;
        }
        self.write(key, body.to_vec());
    }

    fn is_granted(&self, url: &Url) -> bool {
        let is_plain = url.username().is_empty() && url.password().is_none();
        let mut endpoints = self.registration.endpoints.iter();
        let is_granted = endpoints.any(|(_, endpoint)| {
            let granted = Url::parse(endpoint).unwrap();
            let port = url.port() == granted.port() || self.makes(Mistake::IgnoresPort);
            url.scheme() == granted.scheme() && url.host() == granted.host() && port
        });
        is_plain && is_granted
    }

    /// HTTP Basic credentials where the client may show them.
    fn credentials(&self, url: &Url) -> Option<String> {
        let mut endpoints = self.registration.endpoints.iter();
        let is_authorization_server = endpoints.any(|(name, endpoint)| {
            let named = ["token", "revoke"].contains(&name.as_str());
            named && Url::parse(endpoint).unwrap().origin() == url.origin()
        });
        let secret = self.registration.client_secret.expose_secret();
        let pair = format!("{}:{secret}", self.registration.client_id);
        let shown = is_authorization_server || self.makes(Mistake::IsClientEverywhere);
        shown.then(|| BASE64_STANDARD.encode(pair))
    }

    fn is_guarded(&self, guard: &Value) -> bool {
        let Some(cell) = self.cell(guard["key"].as_str().unwrap()) else {
            return false;
        };
        let is_young = self.age(&cell) <= guard["max-age"].as_u64().unwrap();
        let is_same = guard["version"] == cell.version.as_str();
        is_same && (is_young || self.makes(Mistake::IgnoresGuardAge))
    }
}

impl Imports for TinyHost {
    fn answer(&mut self, import: &str, arguments: Vec<Value>) -> Result<Option<Value>, String> {
        if self.process.killed.load(Ordering::SeqCst) {
            return Err("killed".to_owned());
        }
        let key = arguments
            .first()
            .and_then(Value::as_str)
            .unwrap_or_default();
        let now = std::time::UNIX_EPOCH.elapsed().unwrap();
        Ok(Some(match (import, arguments.as_slice()) {
            ("registration.current", []) => json!({
                "client-id": self.registration.client_id,
                "redirect-uri": self.registration.redirect_uri,
                "scopes": self.registration.scopes,
                "endpoints": self.registration.endpoints,
                "options": self.registration.options,
            }),
            ("http.send", [request]) => self.send(request),
            ("storage.get", [_]) => self.get(key),
            ("storage.put", [_, value, when]) => self.put(key, value, when),
            ("storage.delete", [_, when]) => self.delete(key, when),
            ("log.log", _) => return Ok(None),
            ("wall-clock.now", []) => {
                json!({ "seconds": now.as_secs(), "nanoseconds": now.subsec_nanos() })
            }
            ("random.get-random-u64", []) => json!(secret()),
            ("random.get-random-bytes", [length]) => {
                let bytes: Vec<u8> = (0..length.as_u64().unwrap())
                    .map(|_| secret() as u8)
                    .collect();
                json!({ "base64": BASE64_STANDARD.encode(bytes) })
            }
            _ => return Err(format!("nobody answers {import}")),
        }))
    }
}

/// A number that nobody guesses.
fn secret() -> u64 {
    let mut bytes = [0; 8];
    host_harness::Random::fill(&host_harness::SystemRandom, &mut bytes).unwrap();
    u64::from_le_bytes(bytes)
}

fn bytes(value: &Value) -> Vec<u8> {
    match value["base64"].as_str() {
        Some(encoded) => BASE64_STANDARD.decode(encoded).unwrap(),
        None => value.as_str().unwrap().as_bytes().to_vec(),
    }
}

fn has_reserved_header(request: &Value) -> bool {
    let reserved = [
        "authorization",
        "host",
        "content-length",
        "user-agent",
        "connection",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    let mut headers = request["headers"].as_array().unwrap().iter();
    headers.any(|field| {
        let name = field[0].as_str().unwrap().to_ascii_lowercase();
        reserved.contains(&name.as_str()) || name.starts_with("proxy-")
    })
}

/// One request on a connection of its own.
fn exchange(
    process: &Process,
    url: &Url,
    request: &Value,
    authorization: Option<String>,
) -> Result<Answer, Failure> {
    let until = Instant::now() + Duration::from_millis(request["timeout"].as_u64().unwrap());
    let address: SocketAddr = url.socket_addrs(|| None).map_err(Failure::NotSent)?[0];
    let left = |until: Instant| until.saturating_duration_since(Instant::now());
    let mut stream = TcpStream::connect_timeout(&address, left(until)).map_err(Failure::NotSent)?;
    *process.wire.lock().unwrap() = stream.try_clone().ok();
    let path = &url[url::Position::BeforePath..];
    let body = bytes(&request["body"]);
    let mut head = format!(
        "{} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n",
        request["method"].as_str().unwrap(),
        body.len()
    );
    for field in request["headers"].as_array().unwrap() {
        head += &format!(
            "{}: {}\r\n",
            field[0].as_str().unwrap(),
            field[1].as_str().unwrap()
        );
    }
    if let Some(authorization) = authorization {
        head += &format!("authorization: {authorization}\r\n");
    }
    head += "\r\n";
    let lost = |_| Failure::NoAnswer(None);
    stream.write_all(head.as_bytes()).map_err(lost)?;
    stream.write_all(&body).map_err(lost)?;
    let mut read = Vec::new();
    let mut portion = [0; 4096];
    loop {
        let wait = left(until);
        if wait.is_zero() {
            return Err(Failure::NoAnswer(part(&read)));
        }
        stream.set_read_timeout(Some(wait)).map_err(lost)?;
        match stream.read(&mut portion) {
            Ok(0) | Err(_) => return whole(&read).ok_or_else(|| Failure::NoAnswer(part(&read))),
            Ok(length) => read.extend_from_slice(&portion[..length]),
        }
        if let Some(answer) = whole(&read) {
            return Ok(answer);
        }
    }
}

type Fields = Vec<(String, String)>;

/// Status, headers, and the body so far.
fn head(read: &[u8]) -> Option<(u16, Fields, &[u8])> {
    let end = read.windows(4).position(|window| window == b"\r\n\r\n")?;
    let text = String::from_utf8_lossy(&read[..end]).into_owned();
    let mut lines = text.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let fields = lines.filter_map(|line| line.split_once(':'));
    let fields = fields.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    Some((status, fields.collect(), &read[end + 4..]))
}

fn part(read: &[u8]) -> Option<(u16, Vec<u8>)> {
    let (status, _, body) = head(read)?;
    (!body.is_empty()).then(|| (status, body.to_vec()))
}

fn whole(read: &[u8]) -> Option<Answer> {
    let (status, headers, body) = head(read)?;
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length?.1.parse().ok()?;
    (body.len() >= length).then(|| Answer {
        status,
        body: body[..length].to_vec(),
        headers,
    })
}
