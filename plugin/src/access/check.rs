//! `check-access`: one cheap read for each area.

use std::time::Duration;

use super::refusal::{Meaning, meaning};
use super::{Lesson, cause, learn, report};
use crate::api;
use crate::api_error;
use crate::area::Area;
use crate::cause::Cause;
use crate::cell::{self, Cell};
use crate::company_log::CompanyLog;
use crate::contract::Access;
use crate::effects::Effects;
use crate::error::Error;
use crate::grant::Grant;
use crate::health::Health;
use crate::json::Value;
use crate::organization::{self, Asking};
use crate::provider_text::Words;
use crate::registration::Registration;
use crate::renewal::{self, Demand};
use crate::settings::SettingsCell;

/// For one read.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Asks what the grant may do. What was learned stands in `status`, too, also
/// where not every area could be asked.
///
/// # Errors
/// As [`crate::access_token`], but also while switched off;
/// [`Error::Unavailable`] when an area could not be asked.
pub fn check_access(effects: &impl Effects) -> Result<Vec<Access>, Error> {
    let settings =
        cell::read::<SettingsCell>(effects)?.ok_or(Error::Rejected(Cause::Unconfigured))?;
    let settings = settings.value.settings()?;
    let mut check = Check {
        effects,
        registration: Registration::read(effects)?,
        grant: renewal::supply(effects, Demand::Check { refused: None })?,
        renewed: false,
    };
    let mut lessons = Vec::new();
    let mut failure = None;
    for area in &settings.areas {
        if check.grant.value.lacks(area.scope()) {
            continue;
        }
        match check.ask(*area) {
            Ok(Some(lesson)) => lessons.push(lesson),
            // The register is out of order, and the others may not be.
            Ok(None) => {
                failure = Some(Error::Unavailable {
                    cause: Cause::ProviderFailing,
                    after: api::RETRY,
                });
            }
            Err(
                error @ Error::Unavailable {
                    cause: Cause::ProviderSilent,
                    ..
                },
            ) => failure = Some(error),
            // The next would meet the same.
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    let is_served = lessons
        .iter()
        .any(|lesson: &Lesson| lesson.refused.is_none());
    for lesson in lessons.iter_mut().filter(|_| is_served) {
        // What another area is served with cannot be wrong in general.
        if let Some((cause, _)) = &mut lesson.refused {
            *cause = cause.of_one_area();
        }
    }
    if is_served {
        organization::identify(effects, &check.grant, Asking::OnDemand);
    }
    let grant = &check.grant.value;
    learn(effects, grant, &lessons);
    match failure {
        Some(error) => Err(error),
        None => {
            let health = Health::of(effects, &grant.lineage);
            let locale = CompanyLog::of(effects, Some(&settings)).locale;
            Ok(report(&settings, grant, &health, locale))
        }
    }
}

/// One check on its way.
struct Check<'a, E> {
    effects: &'a E,
    registration: Registration,
    grant: Cell<Grant>,
    renewed: bool,
}

impl<E: Effects> Check<'_, E> {
    /// Reads one record of the area's register. None where that says nothing.
    fn ask(&mut self, area: Area) -> Result<Option<Lesson>, Error> {
        let (mut meaning, mut words, mut is_object) = self.read(area)?;
        if meaning == Meaning::Token && !self.renewed {
            self.renewed = true;
            let refused = self.grant.value.access_token.secret().clone();
            let refused = Some(refused.as_str());
            self.grant = renewal::supply(self.effects, Demand::Check { refused })?;
            (meaning, words, is_object) = self.read(area)?;
        }
        let refused = match meaning {
            Meaning::Served if is_object => None,
            Meaning::Served | Meaning::Failing => return Ok(None),
            // A page or a redirect of somebody in between says nothing either.
            Meaning::Request if words == Words::default() => return Ok(None),
            Meaning::Token => Some(Cause::TokenRefused),
            // Nothing can be wrong with the request itself.
            _ => cause(meaning, Some(area), &self.grant.value).or(Some(Cause::AreaRefused)),
        };
        Ok(Some(Lesson {
            key: area.key().to_owned(),
            refused: refused.map(|cause| (cause, words)),
            writing: false,
            checking: true,
        }))
    }

    /// What the answer means, its words, and whether it is a JSON object.
    fn read(&self, area: Area) -> Result<(Meaning, Words, bool), Error> {
        let path = format!("{}?limit=1", area.register());
        let uri = self.registration.endpoints.resource(&path);
        let uri = uri.ok_or(Error::Misconfigured(Cause::EndpointInvalid))?;
        let token = &self.grant.value.access_token;
        let response = api::send(self.effects, api::get(uri, token, TIMEOUT))?;
        let words = api_error::words(&response.body, &[token.secret()]);
        let meaning = meaning(response.status, &words);
        if meaning == Meaning::Limited {
            return Err(Error::Unavailable {
                cause: Cause::RateLimited,
                after: api::pause(&response),
            });
        }
        let is_object = Value::parse(&response.body).is_some_and(|body| body.as_object().is_some());
        Ok((meaning, words, is_object))
    }
}
