//! The commands that are one call of the plugin each.

use std::io::{self, Write};
use std::time::Duration;

use host_harness::contract::{ApiRequest, Error};
use host_harness::{CallError, Connection, Host, LogQuery};
use secrecy::ExposeSecret as _;
use serde::Serialize;
use serde_json::{Value, json as object};

use crate::arguments::{Common, Single};
use crate::assemble::{Assembly, assemble};
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::{json, show};

/// After so long somebody is told what is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// For a call of the API, in milliseconds.
const CALL_TIMEOUT: u32 = 30_000;

/// Makes the call and prints its result.
///
/// # Errors
///
/// [`Failure`].
pub async fn run(common: &Common, call: Single) -> Result<(), Failure> {
    let configuration = Configuration::read(common.config.as_deref())?;
    let assembly = assemble(common, &configuration).await?;
    let connection = assembly.host.connection(&common.company)?;
    let connection = connection.acting_as("harness");
    let answer = answer(common, &assembly, &connection, call).await;
    finish(&assembly.host).await;
    match answer {
        Err(Failure::Call(error)) => match *error {
            CallError::Refused(error) => Err(refused(common, &assembly, error).await),
            other => Err(other.into()),
        },
        answer => answer,
    }
}

/// What is still to be stored may be the only copy of a grant: the program does
/// not end before it is, unless somebody ends it.
async fn finish(host: &Host) {
    if tokio::time::timeout(PATIENCE, host.finish()).await.is_err() {
        show::line(
            &mut io::stderr(),
            "An answer of the provider is not stored yet; waiting. Ending now may lose the access.",
        );
        host.finish().await;
    }
}

async fn answer(
    common: &Common,
    assembly: &Assembly,
    connection: &Connection,
    call: Single,
) -> Result<(), Failure> {
    let locale = common.locale.as_str();
    let out = &mut io::stdout();
    match call {
        Single::Describe => {
            let descriptor = assembly.host.describe(locale).await?;
            let contract = assembly.host.contract();
            let mut value = json::of(&descriptor)?;
            if let Some(members) = value.as_object_mut() {
                members.insert("contract".to_owned(), contract.as_str().into());
            }
            print_value(common, &value, || {
                show::descriptor(out, &descriptor, &contract);
            });
            Ok(())
        }
        Single::Explain { code } => {
            let explanation = assembly.host.explain(&code, locale).await?;
            print(common, &explanation, || match &explanation {
                Some(explanation) => show::explanation(out, explanation),
                None => show::line(out, "The plugin does not know this code."),
            })
        }
        Single::Configure { settings } => {
            connection.configure(settings, locale).await?;
            done(common, "The settings were saved.")
        }
        Single::BeginAuthorize => {
            let authorization = connection.begin_authorize().await?;
            let (url, binding) = (&authorization.url, &authorization.binding);
            let value = object!({
                "url": url.expose_secret(),
                "binding": binding.expose_secret(),
                "expires": authorization.expires,
            });
            print(common, &value, || {
                show::line(out, "Open this address in a browser:");
                show::line(out, url.expose_secret());
                show::line(out, "Its callback is accepted with this binding:");
                show::line(out, binding.expose_secret());
            })
        }
        Single::HandleCallback { query, binding } => {
            let query = if query == "-" {
                standard_input()?
            } else {
                query
            };
            connection.handle_callback(query.trim(), &binding).await?;
            done(common, "Access was granted.")
        }
        Single::Status => {
            let report = connection.status(locale).await?;
            print(common, &report, || show::report(out, &report))
        }
        Single::Enable => {
            connection.set_enabled(true).await?;
            done(common, "The integration is switched on.")
        }
        Single::Disable => {
            connection.set_enabled(false).await?;
            done(common, "The integration is switched off.")
        }
        Single::CheckAccess => {
            let access = connection.check_access().await?;
            print(common, &access, || show::access(out, &access))
        }
        Single::AccessToken => {
            let token = connection.access_token(None).await?;
            let value = object!({
                "value": token.value.expose_secret(),
                "expires": token.expires,
                "renew": token.renew,
            });
            print(common, &value, || {
                show::line(out, token.value.expose_secret());
            })
        }
        Single::Call { method, path, body } => {
            let body = match body.as_deref() {
                Some("-") => standard_input()?,
                Some(body) => body.to_owned(),
                None => String::new(),
            };
            let response = connection.call_api(request(method, path, body)).await?;
            let text = String::from_utf8_lossy(&response.body).into_owned();
            let value = object!({
                "status": response.status,
                "headers": response.headers,
                "body": text,
            });
            print(common, &value, || {
                show::line(out, &format!("{}", response.status));
                show::line(out, &text);
            })
        }
        Single::Maintain { .. } => {
            let next = connection.maintain().await?;
            print(common, &object!({"next": next}), || {
                show::line(
                    out,
                    &format!("Nothing more to do before {}.", show::time(next)),
                );
            })
        }
        Single::Diagnostics => {
            show::line(out, &connection.diagnostics().await?);
            Ok(())
        }
        Single::Remove => {
            let receipt = connection.remove(locale).await?;
            print(common, &receipt, || show::receipt(out, &receipt))
        }
        Single::Log {
            limit,
            level,
            event,
            text,
        } => {
            let query = LogQuery {
                level,
                event,
                text,
                limit,
                before: None,
            };
            let entries = assembly.log.find(&common.company, query).await?;
            for stored in entries {
                let value = show::entry_value(&stored.entry);
                print(common, &value, || show::entry(out, &stored.entry))?;
            }
            Ok(())
        }
    }
}

/// A call of the API, as JSON where it has a body.
fn request(method: String, path: String, body: String) -> ApiRequest {
    let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
    if !body.is_empty() {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    ApiRequest {
        method,
        path,
        headers,
        body: body.into_bytes(),
        timeout: CALL_TIMEOUT,
    }
}

/// One JSON document on a line, or text.
fn print(common: &Common, value: &impl Serialize, text: impl FnOnce()) -> Result<(), Failure> {
    print_value(common, &json::of(value)?, text);
    Ok(())
}

fn print_value(common: &Common, value: &Value, text: impl FnOnce()) {
    if common.json {
        show::line(&mut io::stdout(), &value.to_string());
    } else {
        text();
    }
}

fn done(common: &Common, text: &str) -> Result<(), Failure> {
    print(common, &object!({"ok": true}), || {
        show::line(&mut io::stdout(), text);
    })
}

fn standard_input() -> Result<String, Failure> {
    io::stdout().flush().map_err(Failure::Input)?;
    io::read_to_string(io::stdin()).map_err(Failure::Input)
}

/// The plugin's refusal, with its own explanation.
async fn refused(common: &Common, assembly: &Assembly, error: Error) -> Failure {
    let explanation = match show::error(&error).1 {
        Some(code) => assembly.host.explain(&code, &common.locale).await.ok(),
        None => None,
    };
    Failure::Refused {
        error: Box::new(error),
        explanation: explanation.flatten().map(Box::new),
    }
}
