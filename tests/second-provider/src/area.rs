//! The one area, `entries`: what is known of the access to it.
//!
//! What Ledgerly refuses is told in the company log once, and its end once.

use serde::{Deserialize, Serialize};

use crate::attempt::Words;
use crate::cause::Cause;
use crate::cell;
use crate::contract::{Access, Error, Finding, Level, Response, Severity, Verdict};
use crate::effects::Effects;
use crate::grant::{Grant, usable};
use crate::ledgerly;
use crate::registration::{ENTRIES, Registration};
use crate::settings::{Settings, language, log};
use crate::words::Locale;

/// A refusal that stands.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    pub cause: Cause,
    pub words: Words,
    /// Unix seconds.
    pub since: u64,
}

/// The cell `access`: what Ledgerly answered last.
#[derive(Clone, Serialize, Deserialize)]
pub struct Seen {
    /// The grant that it is about; of another one it says nothing.
    grant: String,
    checked: u64,
    pub refusal: Option<Refusal>,
}

impl cell::Kind for Seen {
    const KEY: &'static str = "access";
}

/// What is known of this grant's access.
pub fn seen(effects: &impl Effects, grant: &Grant) -> Result<Option<Seen>, Error> {
    let seen = cell::read::<Seen>(effects)?.map(|cell| cell.value);
    Ok(seen.filter(|seen| seen.grant == grant.id))
}

/// What an answer says of the area, noted; none where it says nothing.
pub fn learn(
    effects: &impl Effects,
    grant: &Grant,
    answer: &Response,
) -> Result<Option<Seen>, Error> {
    let refused = match answer.status {
        200..300 => None,
        403 => {
            let words = ledgerly::words(&answer.body, &[&grant.access_token]);
            let cause = match words.code.as_str() {
                "insufficient_scope" => Cause::MissingScope,
                "plan_required" => Cause::MissingLicence,
                "not_permitted" => Cause::MissingRight,
                _ => Cause::AreaRefused,
            };
            Some((cause, words))
        }
        _ => return Ok(None),
    };
    let now = effects.now();
    let (mut before, mut after) = (None, None);
    cell::change::<Seen>(effects, |cell| {
        let known = cell
            .map(|cell| &cell.value)
            .filter(|it| it.grant == grant.id);
        before = known.and_then(|seen| seen.refusal.clone());
        let same = |(cause, _): &(Cause, Words)| before.as_ref().filter(|it| it.cause == *cause);
        let refusal = refused.as_ref().map(|refused| Refusal {
            cause: refused.0,
            words: refused.1.clone(),
            since: same(refused).map_or(now, |it| it.since),
        });
        after = Some(Seen {
            grant: grant.id.clone(),
            checked: now,
            refusal,
        });
        Ok(after.clone())
    })?;
    let refusal = after.as_ref().and_then(|seen| seen.refusal.as_ref());
    match (before.map(|it| it.cause), refusal) {
        (Some(_), None) => log(effects, Level::Info, "access.restored", ""),
        (known, Some(new)) if known != Some(new.cause) => {
            let title = new.cause.explain(language(effects)).title;
            let more = format!("{title} {} {}", new.words.code, new.words.message);
            log(effects, Level::Error, "access.refused", &more);
        }
        _ => {}
    }
    Ok(after)
}

/// For the report and for `check-access`.
pub fn report(grant: &Grant, seen: Option<&Seen>, locale: Locale) -> Access {
    let refusal = seen.and_then(|seen| seen.refusal.as_ref());
    let verdict = match (seen, refusal) {
        _ if grant.lacks(ENTRIES) => Verdict::MissingScope,
        (None, _) => Verdict::Unchecked,
        (Some(_), None) => Verdict::Granted,
        (_, Some(refusal)) => match refusal.cause {
            Cause::MissingScope => Verdict::MissingScope,
            Cause::MissingLicence => Verdict::MissingLicence,
            Cause::MissingRight => Verdict::MissingRight,
            _ => Verdict::Unknown,
        },
    };
    let words = refusal.map(|it| it.words.clone()).unwrap_or_default();
    Access {
        area: ENTRIES.to_owned(),
        label: locale.text("form.entries.label").to_owned(),
        verdict,
        provider_code: words.code,
        provider_message: words.message,
        checked: seen.map(|seen| seen.checked),
    }
}

/// A finding. Whether authorizing again helps follows from the cause, and from
/// whether the registration could carry what the settings ask for.
pub fn finding(
    effects: &impl Effects,
    cause: Cause,
    severity: Severity,
    words: Words,
    since: u64,
    locale: Locale,
) -> Finding {
    let area = [
        Cause::MissingScope,
        Cause::MissingLicence,
        Cause::MissingRight,
        Cause::AreaRefused,
    ];
    let passable = || {
        let scopes = Settings::read(effects).ok()?.scopes();
        Registration::read(effects).ok()?.carries(&scopes).ok()
    };
    let explanation = cause.explain(locale);
    Finding {
        code: cause.to_string(),
        severity,
        area: area.contains(&cause).then(|| ENTRIES.to_owned()),
        title: explanation.title,
        detail: explanation.detail,
        remedies: explanation.remedies,
        reauthorize_helps: cause.is_cured_by_authorizing() && passable().is_some(),
        provider_code: words.code,
        provider_message: words.message,
        since,
    }
}

/// `check-access`: one cheap read for the area, if the settings ask for it and
/// the grant has its scope.
///
/// # Errors
/// `authorization-required` without a usable grant; `unavailable` when Ledgerly
/// could not be asked, and then what was learned before is kept.
pub fn check_access(effects: &impl Effects) -> Result<Vec<Access>, Error> {
    let settings = Settings::read(effects)?;
    let grant = usable(effects, None)?;
    if !settings.entries {
        return Ok(Vec::new());
    }
    if grant.lacks(ENTRIES) {
        return Ok(vec![report(&grant, None, settings.language)]);
    }
    let registration = Registration::read(effects)?;
    let request = ledgerly::read(&registration, "entries?limit=1", &grant.access_token);
    let answer = ledgerly::ask(effects, &request)?;
    if answer.status == 401 {
        usable(effects, Some(&grant.access_token))?;
    }
    match learn(effects, &grant, &answer)? {
        Some(seen) => Ok(vec![report(&grant, Some(&seen), settings.language)]),
        None => Err(Cause::ProviderFailing.into()),
    }
}
