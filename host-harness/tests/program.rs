//! The program as people run it: arguments, output, exit status.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use fortnox_simulator::cast::{company, person};
use fortnox_simulator::visitor::{Decision, Ending, Visitor};
use fortnox_simulator::{Setup, Simulator};
use serde_json::Value;
use tempfile::TempDir;
use url::Url;

fn harness(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_harness"));
    command.current_dir(folder).env_remove("RUST_LOG");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    harness(folder).args(arguments).output().unwrap()
}

fn standard_error(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The JSON that a successful command printed.
fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", standard_error(output));
    json_of(output)
}

/// Writes a configuration for a simulator; the redirect URI goes to `listen`.
fn configure(folder: &Path, simulator: &Simulator, listen: &str) {
    let redirect_uri = format!("http://{listen}/callback");
    simulator.set_redirect_uri(redirect_uri.as_str());
    let (app, endpoints) = (simulator.app(), simulator.endpoints());
    let text = format!(
        "[registration]\nclient_id = {:?}\nclient_secret = {:?}\nredirect_uri = {redirect_uri:?}\n\
         scopes = [\"companyinformation\", \"customer\", \"project\"]\n\
         [endpoints]\nauthorize = \"{}\"\ntoken = \"{}\"\nrevoke = \"{}\"\napi = \"{}\"\n\
         [listen]\naddress = {listen:?}\n",
        app.client_id,
        app.client_secret.expose(),
        endpoints.authorize,
        endpoints.token,
        endpoints.revoke,
        endpoints.api,
    );
    std::fs::write(folder.join("harness.toml"), text).unwrap();
}

#[test]
fn walk_prints_one_object_a_step_and_all_hold() {
    let folder = TempDir::new().unwrap();
    let output = run(folder.path(), &["walk", "--json"]);
    assert!(output.status.success(), "{}", standard_error(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    let steps: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(steps.len() >= 40, "{} steps", steps.len());
    for step in steps {
        assert_eq!(step["ok"], true, "{step}");
        assert_eq!(step["expected"], step["seen"], "{step}");
        assert!(step["step"].is_string(), "{step}");
    }
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "a walk leaves nothing behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_command_the_demonstration_is_shown() {
    let folder = TempDir::new().unwrap();
    let mut child = harness(folder.path())
        .args(["--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let _server = Server(child);
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let announced: Value = serde_json::from_str(&line).unwrap();
    let address = |name: &str| -> Url { announced[name].as_str().unwrap().parse().unwrap() };
    assert_ne!(address("page").origin(), address("simulator").origin());
    let mut browser = Visitor::new().unwrap();
    let page = address("page").join("/sign-in").unwrap();
    let page = browser.get(&page).await.unwrap();
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains(address("simulator").as_str()),
        "one click away"
    );
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 0, "a demonstration leaves nothing behind");
}

#[test]
fn a_file_that_is_no_plugin_is_refused_in_words() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("empty.wasm", b"");
    write("text.wasm", b"not wasm at all");
    write("module.wasm", b"\0asm\x01\0\0\0");
    write("foreign.wasm", b"\0asm\x0d\0\x01\0");
    let half = host_harness::PLUGIN
        .get(..host_harness::PLUGIN.len() / 2)
        .unwrap();
    write("truncated.wasm", half);
    for name in [
        "missing.wasm",
        "empty.wasm",
        "text.wasm",
        "module.wasm",
        "foreign.wasm",
        "truncated.wasm",
    ] {
        let output = run(folder.path(), &["status", "--plugin", name]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        let text = standard_error(&output);
        assert!(text.starts_with("error: "), "{name}: {text}");
        assert!(!text.contains("panicked"), "{name}: {text}");
        println!("{name}: {text}");
    }
}

#[test]
fn a_wrong_command_line_or_configuration_is_refused_in_words() {
    let folder = TempDir::new().unwrap();
    let output = run(folder.path(), &["configure", "customers"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(standard_error(&output).contains("KEY=VALUE"));

    let output = run(folder.path(), &["status", "--config", "absent.toml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(standard_error(&output).contains("absent.toml cannot be read"));

    std::fs::write(folder.path().join("bad.toml"), "[registration]\nclient = 1").unwrap();
    let output = run(folder.path(), &["status", "--config", "bad.toml"]);
    assert_eq!(output.status.code(), Some(1));
    let text = standard_error(&output);
    assert!(text.contains("bad.toml is not valid"), "{text}");
    assert!(text.contains("unknown field `client`"), "{text}");

    for (expected, told) in [
        ("id = \"other\"", "\"other\" is expected"),
        ("origins = []", "the operator does not grant"),
    ] {
        let file = folder.path().join("plugin.toml");
        std::fs::write(file, format!("[plugin]\n{expected}")).unwrap();
        let text = standard_error(&run(
            folder.path(),
            &["describe", "--config", "plugin.toml"],
        ));
        assert!(text.contains(told), "{text}");
    }

    let output = run(folder.path(), &["serve"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(standard_error(&output).contains("--config FILE"));
}

#[test]
fn a_refusal_of_the_plugin_is_explained_in_the_language_asked_for() {
    let folder = TempDir::new().unwrap();
    let run = |arguments: &[&str]| run(folder.path(), arguments);
    let output = run(&["begin-authorize", "--locale", "sv"]);
    assert_eq!(output.status.code(), Some(1));
    let text = standard_error(&output);
    assert!(text.contains("not now: unconfigured"), "{text}");
    assert!(
        text.contains("Integrationen har inga inställningar"),
        "{text}"
    );

    let output = run(&["configure", "customers=perhaps", "colour=blue"]);
    let text = standard_error(&output);
    assert!(
        text.contains("customers: Choose yes or no. (invalid)"),
        "{text}"
    );
    assert!(
        text.contains("colour: There is no such setting. (unknown)"),
        "{text}"
    );

    assert!(run(&["configure"]).status.success());
    let output = run(&["begin-authorize"]);
    let text = standard_error(&output);
    assert!(
        text.contains("the operator has to act: unregistered"),
        "{text}"
    );
    let report = json(&run(&["status", "--json"]));
    assert_eq!(report["stage"], "unauthorized");
    assert_eq!(report["actions"][0], "configure");
    assert_eq!(report["findings"][0]["reauthorize-helps"], false);

    let output = run(&["begin-authorize", "--json", "--locale", "sv"]);
    assert!(!output.status.success());
    let told = json_of(&output);
    assert_eq!(
        told["error"],
        serde_json::json!({"misconfigured": "unregistered"})
    );
    assert_eq!(told["explanation"]["remedies"][0]["who"], "operator");
    let told = json_of(&run(&["configure", "customers=perhaps", "--json"]));
    assert_eq!(told["error"]["invalid-settings"][0]["key"], "customers");
    let told = json_of(&run(&["status", "--json", "--plugin", "nowhere"]));
    assert_eq!(told["error"]["failed"], "nowhere cannot be used");
    assert!(told["because"][0].is_string());
}

#[test]
fn describe_tells_for_which_contract_the_component_was_made() {
    let folder = TempDir::new().unwrap();
    let described = json(&run(folder.path(), &["describe", "--json"]));
    assert_eq!(described["contract"], "erp:integration@0.1.0");
    let described = run(folder.path(), &["describe"]);
    let text = String::from_utf8(described.stdout).unwrap();
    assert!(
        text.contains("contract      erp:integration@0.1.0"),
        "{text}"
    );
}

#[test]
fn conformance_scripts_are_replayed_and_the_first_difference_is_told() {
    let folder = TempDir::new().unwrap();
    let script = |name: &str, result: &str| {
        let text = format!(
            r#"{{ "about": "x", "steps": [ {{ "call": "begin-authorize", "arguments": [], "imports": [
                {{ "import": "storage.get", "arguments": ["settings"],
                   "answer": {{ "err": {{ "missing": "settings" }} }} }} ],
                "result": {{ "err": {{ "rejected": "{result}" }} }} }} ] }}"#
        );
        std::fs::write(folder.path().join(name), text).unwrap();
    };
    script("good.json", "unconfigured");
    script("bad.json", "other");
    let replayed = run(folder.path(), &["conformance", "good.json"]);
    assert!(replayed.status.success());
    let replayed = run(folder.path(), &["conformance", "bad.json", "good.json"]);
    assert_eq!(replayed.status.code(), Some(1));
    let text = String::from_utf8(replayed.stdout.clone()).unwrap();
    let told = r#"step 1, begin-authorize: the result differs at .err.rejected: expected "other""#;
    assert!(
        text.contains(told) && text.contains("ok      good.json"),
        "{text}"
    );
    assert!(standard_error(&replayed).contains("1 of 2 scripts did not hold"));

    for none in [r#"{"steps": 7}"#, r#"{"about": "x", "steps": []}"#] {
        std::fs::write(folder.path().join("none.json"), none).unwrap();
        let text = standard_error(&run(folder.path(), &["conformance", "none.json"]));
        assert!(
            text.contains("none.json is no conformance script"),
            "{text}"
        );
    }
}

#[test]
fn the_kit_examines_the_programs_own_host() {
    let folder = TempDir::new().unwrap();
    let mut kit = harness(folder.path());
    let mut kit = kit.arg("kit").stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(kit.stdout.take().unwrap()).lines();
    let mut told = String::new();
    while !told.contains("Stop with Ctrl-C") {
        told += &(lines.next().unwrap().unwrap() + "\n");
    }
    std::fs::write(folder.path().join("kit.toml"), told).unwrap();
    let call = |arguments: &[&str]| {
        let with = ["--config", "kit.toml", "--plugin", "host_probe.wasm"];
        run(folder.path(), &[&with[..], arguments].concat())
    };
    assert!(call(&["configure"]).status.success());
    let records = json(&call(&["check-access", "--json"]));
    kit.kill().unwrap();
    kit.wait().unwrap();
    let verdict = |area: &str| {
        let mut records = records.as_array().unwrap().iter();
        let record = records.find(|record| record["area"] == area);
        record.unwrap()["verdict"].clone()
    };
    for area in ["put-absent", "guard-age", "keep-first", "port-denied"] {
        assert_eq!(verdict(area), "granted", "{records:#}");
    }
    assert!(!records.to_string().contains("\"unknown\""), "{records:#}");
    assert_eq!(verdict("put-durable"), "unchecked");
}

#[test]
fn the_company_log_goes_to_standard_error_when_asked_for() {
    let folder = TempDir::new().unwrap();
    let mut command = harness(folder.path());
    command.args(["--company", "acme", "configure", "language=en"]);
    let output = command.env("RUST_LOG", "company=info").output().unwrap();
    let text = standard_error(&output);
    for part in ["settings.saved", "The settings were saved", "acme"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let quiet = run(folder.path(), &["--company", "acme", "configure"]);
    assert_eq!(standard_error(&quiet), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_single_calls_make_a_journey_from_one_terminal() {
    let simulator = Simulator::start(Setup::default()).await.unwrap();
    let folder = TempDir::new().unwrap();
    configure(folder.path(), &simulator, "127.0.0.1:9");
    let call = |arguments: &[&str]| {
        let mut all = vec!["--config", "harness.toml", "--company", "acme"];
        all.extend(arguments);
        run(folder.path(), &all)
    };

    let descriptor = json(&call(&["describe", "--json"]));
    assert_eq!(descriptor["id"], "fortnox");
    assert!(
        call(&[
            "configure",
            "account=user",
            "language=en",
            "notices=eva@example.com"
        ])
        .status
        .success()
    );
    let begun = json(&call(&["begin-authorize", "--json"]));
    let text = |name: &str| begun[name].as_str().unwrap().to_owned();
    let mut visitor = Visitor::new().unwrap();
    let url: Url = text("url").parse().unwrap();
    let ending = visitor.journey(&url, person::USER, company::EXEMPEL, Decision::Approve);
    let Ending::Returned(callback) = ending.await.unwrap() else {
        panic!("nobody came back");
    };

    // Neither secret is in a list of processes.
    let mut child = harness(folder.path())
        .args(["--config", "harness.toml", "--company", "acme"])
        .args(["handle-callback", "-"])
        .env("HARNESS_BINDING", text("binding"))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let query = callback.query().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(query.as_bytes())
        .unwrap();
    assert!(child.wait().unwrap().success());

    let report = json(&call(&["status", "--json"]));
    assert_eq!(report["stage"], "authorized");
    assert!(report["grant"]["renew-by"].is_u64());
    assert_eq!(report["grant"]["organization"]["name"], "Exempel AB");
    assert!(!call(&["access-token"]).status.success());
    assert!(call(&["enable"]).status.success());
    let token = json(&call(&["access-token", "--json"]));
    assert!(token["value"].as_str().unwrap().starts_with("eyJ"));
    let log = call(&["log", "--json"]);
    let newest = String::from_utf8(log.stdout).unwrap();
    let newest: Value = serde_json::from_str(newest.lines().next().unwrap()).unwrap();
    assert_eq!(newest["event"], "integration.enabled");
    assert!(newest["time"].as_str().unwrap().ends_with('Z'));
    let narrowed = |filter: &[&str]| {
        let log = call(&[&["log", "--json"][..], filter].concat());
        String::from_utf8(log.stdout).unwrap()
    };
    let succeeded = narrowed(&["--event", "authorization.", "--text", "EXEMPEL granted"]);
    assert_eq!(succeeded.lines().count(), 1, "{succeeded}");
    assert!(succeeded.contains("authorization.succeeded"), "{succeeded}");
    assert_eq!(narrowed(&["--level", "error"]), "");
    assert!(!call(&["log", "--level", "loud"]).status.success());
    let information = json(&call(&["call", "GET", "3/companyinformation", "--json"]));
    assert_eq!(information["status"], 200);
    assert!(information["body"].as_str().unwrap().contains("Exempel AB"));
    let next = json(&call(&["maintain", "--json"]))["next"]
        .as_u64()
        .unwrap();
    assert!(next > report["grant"]["granted"].as_u64().unwrap() + 14 * 86_400 - 60);

    // Another app than the grant's: somebody has to do something about it.
    let file = folder.path().join("harness.toml");
    let registered = std::fs::read_to_string(&file).unwrap();
    let other = registered.replace("client_id = \"", "client_id = \"other-");
    std::fs::write(&file, other).unwrap();
    for visited in [1, 0] {
        let round = json(&call(&["maintain", "--all", "--json"]));
        assert_eq!(round["visited"], visited);
    }
    let outbox = std::fs::read_dir(folder.path().join("data/outbox")).unwrap();
    let mails: Vec<_> = outbox.map(|mail| mail.unwrap().path()).collect();
    assert_eq!(mails.len(), 1);
    let mail = std::fs::read_to_string(&mails[0]).unwrap();
    assert!(mail.contains("\r\nTo: eva@example.com\r\n"), "{mail}");
    assert!(mail.contains("app-changed"), "{mail}");
    std::fs::write(&file, registered).unwrap();

    let receipt = json(&call(&["remove", "--json"]));
    assert_eq!(receipt["revoked"], true);
    let report = json(&call(&["status", "--json"]));
    assert_eq!(report["stage"], "unconfigured");
}

/// A child that is ended with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The value of the attribute that follows this text in a page.
fn after<'a>(page: &'a str, text: &str) -> &'a str {
    let (_, rest) = page
        .split_once(text)
        .unwrap_or_else(|| panic!("{text}: {page}"));
    rest.split('"').next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_takes_a_browser_there_and_back_whatever_the_redirect_path_is() {
    let simulator = Simulator::start(Setup::default()).await.unwrap();
    let folder = TempDir::new().unwrap();
    // A free port: the redirect URI has to be known before the server listens.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = free.local_addr().unwrap().to_string();
    drop(free);
    configure(folder.path(), &simulator, &listen);
    let text = std::fs::read_to_string(folder.path().join("harness.toml")).unwrap();
    let redirect_uri = format!("http://{listen}/a/:b/{{c}}/*d");
    simulator.set_redirect_uri(redirect_uri.as_str());
    let text = text.replace(&format!("http://{listen}/callback"), &redirect_uri);
    std::fs::write(folder.path().join("harness.toml"), text).unwrap();
    let mut child = harness(folder.path())
        .args(["--config", "harness.toml", "serve"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let _server = Server(child);
    let mut first = String::new();
    output.read_line(&mut first).unwrap();
    assert!(first.contains(&listen), "{first}");

    let url = |path: &str| -> Url { format!("http://{listen}{path}").parse().unwrap() };
    let mut browser = Visitor::new().unwrap();
    let page = browser.get(&url("/sign-in")).await.unwrap().body;
    let fields = [
        ("token", after(&page, "name=\"token\" value=\"")),
        ("person", "ola"),
    ];
    let reply = browser.post(&url("/sign-in"), &fields).await.unwrap();
    assert_eq!(reply.status, 303);
    let page = browser
        .get(&url("/integrations/fortnox"))
        .await
        .unwrap()
        .body;
    let fields = [
        ("token", after(&page, "name=\"token\" value=\"")),
        ("setting:account", "user"),
        ("setting:language", "en"),
    ];
    let sent = browser
        .post(&url("/integrations/fortnox/save"), &fields)
        .await
        .unwrap();
    let authorize: Url = after(&sent.body, "; url=")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
        .parse()
        .unwrap();
    let ending = browser
        .journey(
            &authorize,
            person::USER,
            company::EXEMPEL,
            Decision::Approve,
        )
        .await
        .unwrap();
    let Ending::Returned(callback) = ending else {
        panic!("nobody came back");
    };
    let mut at = callback;
    loop {
        let reply = browser.get(&at).await.unwrap();
        let Some(onwards) = reply.location() else {
            assert!(reply.body.contains("Exempel AB"), "{}", reply.body);
            break;
        };
        assert_eq!((reply.status.as_u16(), onwards.query()), (303, None));
        at = onwards;
    }
}

#[test]
fn serve_refuses_a_redirect_path_that_is_a_page_of_its_own() {
    let folder = TempDir::new().unwrap();
    for path in ["", "/", "/sign-in", "/integrations/fortnox"] {
        let text = format!(
            "[registration]\nclient_id = \"x\"\nclient_secret = \"x\"\n\
             redirect_uri = \"https://erp.example{path}\"\nscopes = []\n"
        );
        std::fs::write(folder.path().join("harness.toml"), text).unwrap();
        let output = run(folder.path(), &["--config", "harness.toml", "serve"]);
        assert_eq!(output.status.code(), Some(1));
        let text = standard_error(&output);
        assert!(text.contains("register another one"), "{path}: {text}");
    }
}

#[test]
fn simulate_prints_a_configuration_that_works() {
    let folder = TempDir::new().unwrap();
    let mut child = harness(folder.path())
        .args(["simulate", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut server = Server(child);
    let mut text = String::new();
    while !text.contains("Stop with Ctrl-C") {
        assert_ne!(output.read_line(&mut text).unwrap(), 0, "{text}");
    }
    server.0.kill().unwrap();
    output.read_to_string(&mut text).unwrap();
    std::fs::write(folder.path().join("printed.toml"), &text).unwrap();
    let output = run(
        folder.path(),
        &["--config", "printed.toml", "configure", "invoices=true"],
    );
    assert!(output.status.success(), "{}", standard_error(&output));
    let begun = json(&run(
        folder.path(),
        &["--config", "printed.toml", "begin-authorize", "--json"],
    ));
    assert!(
        begun["url"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:")
    );
}

#[test]
fn simulate_prints_the_same_registration_as_json() {
    let folder = TempDir::new().unwrap();
    let mut child = harness(folder.path())
        .args(["simulate", "--json", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let _server = Server(child);
    output.read_line(&mut line).unwrap();
    let told: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert!(told["registration"]["client_secret"].is_string(), "{told}");
    assert!(
        !told["registration"]["scopes"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let token = told["endpoints"]["token"].as_str().unwrap();
    assert!(token.starts_with("http://127.0.0.1:"), "{told}");
}
