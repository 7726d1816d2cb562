//! Which organization a grant is for: `GET /3/companyinformation`.

use std::time::Duration;

use http::header::ACCEPT;
use oauth2::AccessToken;
use serde_json::Value;

use crate::api_error;
use crate::claims::digits;
use crate::contract::RequestAuthorization;
use crate::effects::{Effects, Request};
use crate::grant::Organization;
use crate::provider_text::{Words, harmless};
use crate::registration::Endpoints;

/// Asks for the organization, once and for no longer than `timeout`.
///
/// # Errors
/// Fortnox' own words, where it gave any; empty when there was no usable
/// answer.
pub fn read(
    effects: &impl Effects,
    endpoints: &Endpoints,
    token: &AccessToken,
    timeout: Duration,
) -> Result<Organization, Words> {
    let http = http::Request::get(endpoints.resource("3/companyinformation").as_str())
        .header(ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|_| Words::default())?;
    let answer = effects.send(Request {
        http,
        authorization: RequestAuthorization::Bearer(token.secret().clone()),
        timeout,
        guard: None,
        keep: None,
    });
    let response = answer.map_err(|_| Words::default())?;
    let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    if response.status().is_success() {
        organization(&body).ok_or_else(Words::default)
    } else {
        Err(api_error::words(response.body(), &[token.secret()]))
    }
}

fn organization(body: &Value) -> Option<Organization> {
    let information = body.get("CompanyInformation")?;
    let text = |name| information.get(name).and_then(Value::as_str).map(harmless);
    Some(Organization {
        tenant_id: digits(information.get("DatabaseNumber")?)?,
        name: text("CompanyName").unwrap_or_default(),
        number: text("OrganizationNumber").unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_organization_is_read_with_its_number_as_number_or_text() {
        for number in [json!(1_234_567), json!("1234567")] {
            let body = json!({"CompanyInformation": {
                "CompanyName": "Exempel <AB>", "OrganizationNumber": "556000-0000",
                "DatabaseNumber": number, "City": "Växjö",
            }});
            let organization = organization(&body).unwrap();
            assert_eq!(organization.tenant_id, "1234567");
            assert_eq!(organization.name, "Exempel ‹AB›");
            assert_eq!(organization.number, "556000-0000");
        }
    }

    #[test]
    fn an_organization_without_a_tenant_id_is_none() {
        for body in [
            json!({}),
            json!([]),
            json!({"CompanyInformation": {"CompanyName": "A"}}),
            json!({"CompanyInformation": {"DatabaseNumber": -1}}),
            json!({"CompanyInformation": {"DatabaseNumber": "1; drop"}}),
        ] {
            assert_eq!(organization(&body), None, "{body}");
        }
    }
}
