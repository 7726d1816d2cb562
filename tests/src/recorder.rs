//! Records conformance scripts: a host in memory that answers a component's
//! imports by the contract, and writes the whole conversation down.
//!
//! Cells, versions, ages and random numbers follow from the calls alone, so that
//! the same story makes the same script every time.

use std::collections::{BTreeMap, VecDeque};

use host_harness::conformance::{ImportCall, Imports, Player, Script, Step};
use serde_json::{Value, json};

/// A story on its way.
pub struct Recorder<'a> {
    player: &'a Player,
    host: Option<Memory>,
    script: Script,
}

impl<'a> Recorder<'a> {
    /// A story about this, on a registered host without cells.
    pub fn new(player: &'a Player, about: &str) -> Self {
        let script = Script {
            about: about.to_owned(),
            steps: Vec::new(),
        };
        let host = Some(Memory::new());
        Self {
            player,
            host,
            script,
        }
    }

    /// The host, to change what it will answer.
    pub fn host(&mut self) -> &mut Memory {
        self.host.as_mut().unwrap()
    }

    /// Calls an export; returns its result.
    pub fn call<const N: usize>(&mut self, export: &str, arguments: [Value; N]) -> Value {
        let host = self.host.take().unwrap();
        let (result, mut host) = self.player.call(export, &arguments, host);
        let result = result.unwrap_or_else(|error| panic!("{export}: {error}"));
        self.script.steps.push(Step {
            call: export.to_owned(),
            arguments: arguments.to_vec(),
            imports: std::mem::take(&mut host.made),
            result: result.clone(),
        });
        self.host = Some(host);
        result
    }

    /// The script, once everything that was prepared has happened.
    pub fn end(self) -> Script {
        let host = self.host.unwrap();
        let about = &self.script.about;
        assert!(host.network.is_empty(), "{about}: an answer is left");
        assert!(host.faults.is_empty(), "{about}: a fault is left");
        self.script
    }
}

/// A host in memory. Public members may be changed between two calls.
pub struct Memory {
    /// What `registration.current` answers.
    pub registration: Value,
    /// Unix seconds.
    pub now: u64,
    /// The storage's own clock, in milliseconds.
    pub storage_clock: u64,
    /// What becomes of the requests to come.
    pub network: VecDeque<Exchange>,
    faults: Vec<Fault>,
    cells: BTreeMap<String, Cell>,
    versions: u64,
    random: u64,
    made: Vec<ImportCall>,
}

struct Cell {
    value: Value,
    version: String,
    written: u64,
}

struct Fault {
    import: &'static str,
    key: String,
    /// So many such calls are left alone before.
    skip: usize,
    answer: Value,
    happens: bool,
}

/// What becomes of a request.
pub enum Exchange {
    /// It is answered.
    Answer(u16, Value),
    /// It is answered, with these header fields.
    With(u16, Vec<(&'static str, &'static str)>, Value),
    /// There is no answer; a case of `http.error`.
    None(Value),
    /// The answer breaks off after this part of its body.
    BreaksOff(Value),
}

impl Memory {
    fn new() -> Self {
        let scopes = "companyinformation customer project invoice payment supplierinvoice";
        Self {
            registration: json!({
                "client-id": "conformance-client",
                "redirect-uri": "https://erp.example/callback",
                "scopes": scopes.split(' ').collect::<Vec<_>>(),
                "endpoints": [],
                "options": [],
            }),
            now: 1_800_000_000,
            storage_clock: 0,
            network: VecDeque::new(),
            faults: Vec::new(),
            cells: BTreeMap::new(),
            versions: 0,
            random: 0,
            made: Vec::new(),
        }
    }

    /// Time goes by, on both clocks.
    pub fn pass(&mut self, seconds: u64) {
        self.now += seconds;
        self.storage_clock += seconds * 1000;
    }

    /// After `skip` such calls, one is answered with this error, and nothing happens.
    pub fn fail(&mut self, import: &'static str, key: &str, skip: usize, error: Value) {
        self.fault(import, key, skip, error, false);
    }

    /// After `skip` such calls, one happens, and is answered with this error.
    pub fn lose_answer(&mut self, import: &'static str, key: &str, skip: usize, error: Value) {
        self.fault(import, key, skip, error, true);
    }

    fn fault(&mut self, import: &'static str, key: &str, skip: usize, error: Value, happens: bool) {
        self.faults.push(Fault {
            import,
            key: key.to_owned(),
            skip,
            answer: json!({ "err": error }),
            happens,
        });
    }

    /// The fault that is due at a call.
    fn due(&mut self, import: &str, key: Option<&str>) -> Option<Fault> {
        let mut faults = self.faults.iter_mut();
        let index = faults.position(|it| it.import == import && Some(it.key.as_str()) == key)?;
        let fault = &mut self.faults[index];
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        Some(self.faults.remove(index))
    }

    /// Changes a cell behind the component's back.
    pub fn edit(&mut self, key: &str, edit: impl FnOnce(&mut Value)) {
        let text = self.cells[key].value.as_str().unwrap();
        let mut value = serde_json::from_str(text).unwrap();
        edit(&mut value);
        self.write(key, json!(value.to_string()));
    }

    /// Writes a cell behind the component's back.
    pub fn write(&mut self, key: &str, value: Value) -> String {
        self.versions += 1;
        let version = format!("v{}", self.versions);
        let cell = Cell {
            value,
            version: version.clone(),
            written: self.storage_clock,
        };
        self.cells.insert(key.to_owned(), cell);
        version
    }

    fn get(&self, key: &str) -> Value {
        match self.cells.get(key) {
            None => json!({ "err": { "missing": key } }),
            Some(cell) => json!({ "ok": {
                "value": cell.value,
                "version": cell.version,
                "age": self.storage_clock - cell.written,
            } }),
        }
    }

    /// Whether a precondition holds.
    fn holds(&self, key: &str, when: &Value) -> bool {
        let version = self.cells.get(key).map(|cell| cell.version.as_str());
        match when.as_str() {
            Some("always") => true,
            Some("absent") => version.is_none(),
            _ => version.is_some() && version == when["unchanged"].as_str(),
        }
    }

    fn put(&mut self, key: &str, value: &Value, when: &Value) -> Value {
        if !self.holds(key, when) {
            return json!({ "err": { "conflict": key } });
        }
        json!({ "ok": self.write(key, value.clone()) })
    }

    fn delete(&mut self, key: &str, when: &Value) -> Value {
        if !self.holds(key, when) {
            return json!({ "err": { "conflict": key } });
        }
        self.cells.remove(key);
        json!({ "ok": null })
    }

    fn send(&mut self, request: &Value) -> Result<Value, String> {
        let keep = request["keep"].as_str().map(str::to_owned);
        if keep
            .as_ref()
            .is_some_and(|key| self.cells.contains_key(key))
        {
            return Ok(json!({ "err": { "not-sent": "the kept cell is taken" } }));
        }
        if !request["guard"].is_null() && !self.is_guarded(&request["guard"]) {
            return Ok(json!({ "err": { "not-sent": "the guard does not hold" } }));
        }
        let exchange = self.network.pop_front();
        let exchange = exchange.ok_or_else(|| format!("nothing is prepared for {request}"))?;
        Ok(match exchange {
            Exchange::None(error) => json!({ "err": error }),
            Exchange::BreaksOff(part) => {
                if let Some(key) = keep {
                    self.write(&key, part);
                }
                json!({ "err": { "no-answer": "the answer broke off" } })
            }
            Exchange::Answer(status, body) => self.answer(status, &[], &body, keep),
            Exchange::With(status, headers, body) => self.answer(status, &headers, &body, keep),
        })
    }

    fn answer(
        &mut self,
        status: u16,
        headers: &[(&str, &str)],
        body: &Value,
        keep: Option<String>,
    ) -> Value {
        let body = match body {
            // Raw bytes, or text as it is.
            Value::String(_) => body.clone(),
            bytes if bytes.get("base64").is_some() => body.clone(),
            body => json!(body.to_string()),
        };
        if let Some(key) = keep
            && (200..300).contains(&status)
        {
            self.write(&key, body.clone());
        }
        json!({ "ok": { "status": status, "headers": headers, "body": body } })
    }

    fn is_guarded(&self, guard: &Value) -> bool {
        let key = guard["key"].as_str().unwrap_or_default();
        let unchanged = json!({ "unchanged": guard["version"] });
        let age = self.get(key)["ok"]["age"].as_u64();
        self.holds(key, &unchanged) && age <= guard["max-age"].as_u64()
    }

    fn effect(&mut self, import: &str, arguments: &[Value]) -> Result<Option<Value>, String> {
        let key = arguments
            .first()
            .and_then(Value::as_str)
            .unwrap_or_default();
        Ok(Some(match (import, arguments) {
            ("registration.current", []) => self.registration.clone(),
            ("http.send", [request]) => self.send(request)?,
            ("storage.get", [_]) => self.get(key),
            ("storage.put", [_, value, when]) => self.put(key, value, when),
            ("storage.delete", [_, when]) => self.delete(key, when),
            ("log.log", [_, _, _]) => return Ok(None),
            ("wall-clock.now", []) => json!({ "seconds": self.now, "nanoseconds": 0 }),
            // Small, because not every language reads larger numbers out of JSON.
            ("random.get-random-u64", []) => {
                self.random += 1;
                json!(self.random)
            }
            _ => return Err(format!("nobody answers {import}")),
        }))
    }
}

impl Imports for Memory {
    fn answer(&mut self, import: &str, arguments: Vec<Value>) -> Result<Option<Value>, String> {
        let key = arguments.first().and_then(Value::as_str);
        let fault = self.due(import, key);
        let answer = match fault {
            None => self.effect(import, &arguments)?,
            Some(fault) => {
                if fault.happens {
                    self.effect(import, &arguments)?;
                }
                Some(fault.answer)
            }
        };
        self.made.push(ImportCall {
            import: import.to_owned(),
            arguments,
            answer: answer.clone(),
        });
        Ok(answer)
    }
}
