//! One run of the checks: what they share, and what is put off to its end.
//!
//! Hosts limit the requests of a call. So an exchange that several checks look
//! at is made once, and the server is asked what it saw once, when all checks
//! have run: a check leaves a [`Claim`] about it.

use std::{
    cell::{OnceCell, RefCell},
    time::Duration,
};

use crate::{
    check::{Lapse, Told as _},
    contract::{
        App, Entry, HttpError, Precondition, Request, RequestAuthorization, Response, StorageError,
        Version,
    },
    durability::Survivors,
    effects::Effects,
    keep::Kept,
    storage::Aged,
    tally::{Seen, Tally},
};

/// What must be true of what the server saw of one request.
pub(crate) struct Claim {
    id: String,
    judge: Judge,
}

type Judge = Box<dyn Fn(&Seen) -> Result<(), Lapse>>;

/// One run.
pub(crate) struct Trial<'a> {
    pub(crate) effects: &'a dyn Effects,
    pub(crate) app: Option<App>,
    /// Begins every identifier, so that runs do not mix.
    pub(crate) run: String,
    pub(crate) shared: Shared,
    claims: RefCell<Vec<Claim>>,
    cells: RefCell<Vec<String>>,
}

/// What is done once and looked at by several checks.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) aged: Once<Aged>,
    pub(crate) whole: Once<Answer>,
    pub(crate) reset: Once<Answer>,
    pub(crate) refusal: Once<Answer>,
    pub(crate) kept: Once<Kept>,
    pub(crate) survivors: Once<Survivors>,
}

/// What `http.send` answers.
pub(crate) type Answer = Result<Response, HttpError>;

/// Something done once, if it could be done.
pub(crate) struct Once<T>(OnceCell<Result<T, Lapse>>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(OnceCell::new())
    }
}

impl<T> Once<T> {
    pub(crate) fn get(&self, make: impl FnOnce() -> Result<T, Lapse>) -> Result<&T, Lapse> {
        self.0.get_or_init(make).as_ref().map_err(Clone::clone)
    }
}

impl<'a> Trial<'a> {
    pub(crate) fn new(effects: &'a dyn Effects) -> Self {
        Self {
            effects,
            app: effects.registration(),
            run: format!("{:016x}", effects.random()),
            shared: Shared::default(),
            claims: RefCell::default(),
            cells: RefCell::default(),
        }
    }

    // ---- cells

    /// The key of a cell of this name, which does not exist, and will not when
    /// the run is over.
    pub(crate) fn cell(&self, name: &str) -> Result<String, Lapse> {
        let key = format!("kit-{name}");
        self.cells.borrow_mut().push(key.clone());
        let deleted = self.effects.delete(&key, &Precondition::Always);
        deleted.map_err(|error| not_possible("delete a cell", &error.code(), error.text()))?;
        Ok(key)
    }

    /// A put that is not what is checked.
    pub(crate) fn put(&self, key: &str, value: &[u8]) -> Result<Version, Lapse> {
        let put = self.effects.put(key, value, &Precondition::Always);
        put.map_err(|error| not_possible("put a cell", &error.code(), error.text()))
    }

    /// A get that is not what is checked.
    pub(crate) fn get(&self, key: &str) -> Result<Entry, Lapse> {
        let entry = self.effects.get(key);
        entry.map_err(|error| not_possible("get a cell it has", &error.code(), error.text()))
    }

    /// Whether there is a cell.
    pub(crate) fn exists(&self, key: &str) -> Result<bool, Lapse> {
        match self.effects.get(key) {
            Ok(_) => Ok(true),
            Err(StorageError::Missing(_)) => Ok(false),
            Err(error) => Err(not_possible("get a cell", &error.code(), error.text())),
        }
    }

    /// Deletes the cells of this run. One that stays is deleted by the next.
    pub(crate) fn clean(&self) {
        for key in self.cells.take() {
            let _ = self.effects.delete(&key, &Precondition::Always);
        }
    }

    // ---- requests

    /// The identifier of a request in this run.
    pub(crate) fn id(&self, name: &str) -> String {
        format!("{}.{name}", self.run)
    }

    /// Where the server does what `behaviour` says; the query names the request.
    pub(crate) fn uri(&self, behaviour: &str, name: &str) -> Result<String, Lapse> {
        self.uri_at("api", behaviour, name)
    }

    /// The same at another endpoint.
    pub(crate) fn uri_at(
        &self,
        endpoint: &str,
        behaviour: &str,
        name: &str,
    ) -> Result<String, Lapse> {
        let endpoint = self.endpoint(endpoint)?;
        Ok(format!("{endpoint}/{behaviour}?id={}", self.id(name)))
    }

    /// An endpoint of the registration.
    pub(crate) fn endpoint(&self, name: &str) -> Result<&str, Lapse> {
        let endpoints = self.app.as_ref().map(|app| &app.endpoints);
        named(endpoints, name).ok_or_else(|| {
            let words =
                format!("The registration has no endpoint `{name}`, which is the server's.");
            Lapse::untried("no-server", words)
        })
    }

    /// An option of the registration.
    pub(crate) fn option(&self, name: &str) -> Result<&str, Lapse> {
        let options = self.app.as_ref().map(|app| &app.options);
        named(options, name).ok_or_else(|| {
            Lapse::untried(
                "no-option",
                format!("The registration has no option `{name}`."),
            )
        })
    }

    /// Sends what the host has to send: anything but an answer means that the
    /// check cannot be tried.
    pub(crate) fn answered(&self, request: &Request) -> Result<Response, Lapse> {
        let answer = self.effects.send(request);
        answer.map_err(|error| not_possible("send a plain request", &error.code(), error.text()))
    }

    /// Lets time pass, by the server: a plugin cannot sleep.
    pub(crate) fn wait(&self, time: Duration) -> Result<(), Lapse> {
        let uri = format!("{}&ms={}", self.uri("wait", "wait")?, time.as_millis());
        self.answered(&get(uri)).map(drop)
    }

    /// Sends what the host must not send: the answer is the one that `refusal`
    /// recognizes, and the server never sees the request.
    pub(crate) fn unsent(
        &self,
        name: &str,
        request: &Request,
        refusal: fn(&HttpError) -> bool,
        what: &'static str,
        duty: &'static str,
    ) -> Result<(), Lapse> {
        let answer = self.effects.send(request);
        let code = answer.code();
        if !answer.is_err_and(|error| refusal(&error)) {
            let words = format!("To {what} the host answered `{code}`. {duty}");
            return Err(Lapse::fails(code, words));
        }
        self.claim(name, move |seen| match seen.count {
            0 => Ok(()),
            _ => {
                let words = format!(
                    "To {what} the host answered `{code}`, and yet the request came to the \
                     server. {duty}"
                );
                Err(Lapse::fails("sent", words))
            }
        });
        Ok(())
    }

    /// What the server saw of this run so far.
    pub(crate) fn tally(&self) -> Result<Tally, Lapse> {
        let uri = format!("{}/seen?run={}", self.endpoint("api")?, self.run);
        let answer = self.answered(&get(uri))?;
        let words = "The server did not tell what it saw; is it the kit's own?";
        Tally::parse(&answer.body).ok_or_else(|| Lapse::untried("no-tally", words))
    }

    // ---- claims

    /// Judges what the server saw of a request when the run is over.
    pub(crate) fn claim(&self, name: &str, judge: impl Fn(&Seen) -> Result<(), Lapse> + 'static) {
        self.claims.borrow_mut().push(Claim {
            id: self.id(name),
            judge: Box::new(judge),
        });
    }

    /// The claims since the last time.
    pub(crate) fn take_claims(&self) -> Vec<Claim> {
        self.claims.take()
    }
}

impl Claim {
    pub(crate) fn hold(&self, tally: &Tally) -> Result<(), Lapse> {
        (self.judge)(&tally.seen(&self.id))
    }
}

/// For [`Trial::unsent`].
pub(crate) fn denied(error: &HttpError) -> bool {
    matches!(error, HttpError::Denied(_))
}

/// For [`Trial::unsent`].
pub(crate) fn not_sent(error: &HttpError) -> bool {
    matches!(error, HttpError::NotSent(_))
}

/// A plain request.
pub(crate) fn get(uri: String) -> Request {
    Request {
        method: "GET".to_owned(),
        uri,
        headers: Vec::new(),
        authorization: RequestAuthorization::None,
        body: Vec::new(),
        timeout: 15_000,
        guard: None,
        keep: None,
    }
}

/// The host could not do what a check needs before it begins.
fn not_possible(what: &str, code: &str, text: &str) -> Lapse {
    Lapse::untried(code, format!("The host could not {what}: {code} {text:?}."))
}

fn named<'a>(pairs: Option<&'a Vec<(String, String)>>, name: &str) -> Option<&'a str> {
    let mut pairs = pairs?.iter().filter(|(candidate, _)| candidate == name);
    let value = pairs.next().map(|(_, value)| value.trim_end_matches('/'));
    value.filter(|value| !value.is_empty())
}
