//! Which organization a grant is for: `GET /3/companyinformation`.

use std::time::Duration;

use oauth2::AccessToken;

use crate::api;
use crate::api_error;
use crate::catalogue::message;
use crate::cell::{self, Cell};
use crate::claims::digits;
use crate::company_log::CompanyLog;
use crate::effects::Effects;
use crate::grant::{Grant, Organization};
use crate::health::Health;
use crate::json::Value;
use crate::provider_text::{Words, harmless};
use crate::registration::{Endpoints, Registration};

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
    let uri = endpoints.resource("3/companyinformation");
    let request = api::get(uri.ok_or_else(Words::default)?, token, timeout);
    let response = effects.send(request).map_err(|_| Words::default())?;
    let body = Value::parse(&response.body).unwrap_or_default();
    if response.status.is_success() {
        organization(&body).ok_or_else(Words::default)
    } else {
        Err(api_error::words(&response.body, &[token.secret()]))
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

/// Seconds between two tries to learn the organization in passing.
const PAUSE: u64 = 3600;

/// On what occasion the organization of a grant is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// Somebody wants an access token, and does not wait for this.
    InPassing,
    /// Somebody wants to know.
    OnDemand,
}

/// Learns which organization a grant is for, where that is not known. The grant
/// is as good without, so nothing that goes wrong here stands in its way.
pub fn identify(effects: &impl Effects, grant: &Cell<Grant>, asking: Asking) {
    // Whoever is renewing relies on the cell's version.
    if grant.value.organization.is_some() || grant.value.claim.is_some() {
        return;
    }
    let Ok(registration) = Registration::read(effects) else {
        return;
    };
    let token = &grant.value.access_token;
    let now = effects.now();
    let asked = Health::of(effects, &grant.value.lineage).organization_asked;
    let is_recent = asked.is_some_and(|asked| asked <= now && now - asked < PAUSE);
    if is_recent && asking == Asking::InPassing {
        return;
    }
    let patience = Duration::from_secs(match asking {
        Asking::InPassing => 3,
        Asking::OnDemand => 10,
    });
    let read = read(effects, &registration.endpoints, token, patience);
    let Ok(organization) = read else {
        return Health::change(effects, &grant.value.lineage, |health| {
            health.organization_asked = Some(now);
        });
    };
    let mut identified = grant.again();
    identified.tenant_id = Some(organization.tenant_id.clone());
    identified.organization = Some(organization.clone());
    if cell::save(effects, Some(grant), &identified).is_ok() {
        CompanyLog::open(effects).info(
            "organization.identified",
            &message::LOG_ORGANIZATION_IDENTIFIED,
            &[
                ("name", &organization.name),
                ("number", &organization.number),
            ],
        );
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: &serde_json::Value) -> Option<Organization> {
        organization(&Value::parse(body.to_string().as_bytes()).unwrap())
    }

    #[test]
    fn an_organization_is_read_with_its_number_as_number_or_text() {
        for number in [json!(1_234_567), json!("1234567")] {
            let body = json!({"CompanyInformation": {
                "CompanyName": "Exempel <AB>", "OrganizationNumber": "556000-0000",
                "DatabaseNumber": number, "City": "Växjö",
            }});
            let organization = read(&body).unwrap();
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
            assert_eq!(read(&body), None, "{body}");
        }
    }
}
