//! The pages a person sees, in Swedish, without scripts. All text that comes
//! from outside is escaped, so that no name or error text becomes markup.

use axum::response::Response;
use http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use http::{HeaderValue, StatusCode};

use crate::answer::{answer, set, uncached};
use crate::app::App;
use crate::behaviour::Behaviour;
use crate::cast::{Cast, Person, Role, TenantId};
use crate::journey::{Account, Journey, Stage};
use crate::refusal::Refusal;
use crate::scope;

/// The page of a journey's stage.
pub(crate) fn stage(app: &App, cast: &Cast, journey: &Journey) -> Response {
    let (title, form) = match &journey.stage {
        Stage::Login { rejected } => ("Logga in", login(cast, rejected.as_deref())),
        Stage::Agency { .. } => ("Digital byrå", agency()),
        Stage::Company { login } => ("Välj företag", companies(cast, login)),
        Stage::Consent { login, tenant } => (
            "Godkänn integration",
            consent(app, cast, journey, login, *tenant),
        ),
    };
    let page = journey.stage.page();
    let body = format!(
        r#"<form id="{page}" method="post"><input type="hidden" name="page" value="{page}">{form}</form>"#
    );
    document(StatusCode::OK, title, &body)
}

/// A refusal that must not, or shall not, go back to the client.
pub(crate) fn refused(behaviour: &Behaviour, refusal: Refusal) -> Response {
    let body = format!(
        r#"<p role="alert"><strong>{}</strong><br>{}</p><p>Stäng fönstret och börja om i ditt program.</p>"#,
        escape(behaviour.error(refusal)),
        escape(behaviour.description(refusal)),
    );
    document(StatusCode::BAD_REQUEST, "Något gick fel", &body)
}

/// The journey is over, or another browser's.
pub(crate) fn over() -> Response {
    let body = "<p>Sidan gäller inte längre. Börja om i ditt program.</p>";
    document(StatusCode::NOT_FOUND, "Sidan finns inte", body)
}

/// The redirect URI cannot be sent in a header.
pub(crate) fn unreachable() -> Response {
    let body = "<p>Det går inte att skicka webbläsaren tillbaka till programmet.</p>";
    document(StatusCode::INTERNAL_SERVER_ERROR, "Något gick fel", body)
}

fn login(cast: &Cast, rejected: Option<&str>) -> String {
    let alert = rejected.map(|login| {
        format!(
            r#"<p role="alert">Ingen heter <strong>{}</strong> här.</p>"#,
            escape(login)
        )
    });
    let people: String = cast.people.iter().map(|person| row(cast, person)).collect();
    format!(
        r#"{}<p><label for="login">Användarnamn</label>
<input id="login" name="login" autocomplete="username" required autofocus></p>
<p><button>Logga in</button></p>
<table><caption>Personer i simulatorn (inget lösenord behövs)</caption>
<thead><tr><th scope="col">Användarnamn</th><th scope="col">Namn</th><th scope="col">Företag</th></tr></thead>
<tbody>{people}</tbody></table>"#,
        alert.unwrap_or_default()
    )
}

fn row(cast: &Cast, person: &Person) -> String {
    let places = person.memberships.iter().filter_map(|place| {
        let company = cast.company(place.tenant)?;
        let role = match &place.role {
            Role::SystemAdministrator => "systemadministratör",
            Role::User(_) => "användare",
            Role::Consultant => "byråkonsult",
        };
        Some(format!("{} ({role})", escape(&company.name)))
    });
    let places: Vec<String> = places.collect();
    format!(
        r#"<tr><th scope="row"><code>{}</code></th><td>{}</td><td>{}</td></tr>"#,
        escape(&person.login),
        escape(&person.name),
        places.join("<br>")
    )
}

fn agency() -> String {
    "<p>Du är konsult på en redovisningsbyrå. Logga in via Digital byrå för att välja klient.</p>
<p><button>Fortsätt till Digital byrå</button></p>"
        .to_owned()
}

fn companies(cast: &Cast, login: &str) -> String {
    let reachable = cast
        .person(login)
        .map(|person| cast.reachable(person).collect::<Vec<_>>());
    let choices: String = reachable
        .unwrap_or_default()
        .iter()
        .map(|company| {
            format!(
                r#"<p><input type="radio" id="c{0}" name="company" value="{0}" required>
<label for="c{0}">{1} <small>{2}, databasnummer {0}</small></label></p>"#,
                company.tenant,
                escape(&company.name),
                escape(&company.organization_number)
            )
        })
        .collect();
    format!(
        "<fieldset><legend>Vilket företag ska kopplas?</legend>{choices}</fieldset>
<p><button>Fortsätt</button></p>"
    )
}

fn consent(app: &App, cast: &Cast, journey: &Journey, login: &str, tenant: TenantId) -> String {
    let company = cast.company(tenant).map_or("", |company| &company.name);
    let person = cast.person(login).map_or(login, |person| &person.name);
    let acting = match journey.request.account {
        Account::Service => "ett servicekonto".to_owned(),
        Account::User => format!("användaren {}", escape(person)),
    };
    let scopes: String = journey
        .request
        .scopes
        .iter()
        .map(|name| {
            let label = escape(scope::label(name));
            format!("<li>{label} <small>({})</small></li>", escape(name))
        })
        .collect();
    format!(
        r#"<p><strong>{app}</strong> vill läsa och ändra uppgifter hos <strong>{company}</strong> som {acting}:</p>
<ul>{scopes}</ul>
<input type="hidden" name="company" value="{tenant}">
<p><button name="decision" value="approve">Godkänn &amp; aktivera</button>
<button name="decision" value="cancel" class="quiet">Avbryt</button></p>"#,
        app = escape(&app.name),
        company = escape(company),
    )
}

const STYLE: &str = "
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 40rem; padding: 1rem; }
.banner { border: 2px dashed; padding: .5rem 1rem; }
label { font-weight: 600; }
small { font-weight: 400; }
button + button { margin-left: .5rem; }
input[name=login] { display: block; font: inherit; padding: .4rem; width: 100%; box-sizing: border-box; }
button { background: #14532d; border: 2px solid #14532d; border-radius: .4rem; color: #fff; font: inherit; padding: .5rem 1rem; }
button.quiet { background: none; border-color: currentColor; color: inherit; }
table { border-collapse: collapse; width: 100%; }
caption, th, td { padding: .2rem .5rem .2rem 0; text-align: left; vertical-align: top; }
[role=alert] { border-left: .3rem solid #b91c1c; padding-left: .7rem; }
";

fn document(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!(
        r#"<!doctype html>
<html lang="sv">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Fortnox-simulator</title><style>{STYLE}</style></head>
<body><p class="banner" role="note">Simulator för test och demonstration. Detta är inte Fortnox.</p>
<main><h1>{title}</h1>
{body}
</main></body></html>
"#
    );
    let mut response = uncached(answer(status, "text/html; charset=utf-8", html));
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
    set(
        &mut response,
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(policy),
    );
    set(
        &mut response,
        REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}

/// Text as it must stand in HTML, in elements and in quoted attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_markup_when_escaped_then_nothing_of_it_is_left() {
        assert_eq!(
            escape(r#"<a b="c" d='&'>"#),
            "&lt;a b=&quot;c&quot; d=&#39;&amp;&#39;&gt;"
        );
    }
}
