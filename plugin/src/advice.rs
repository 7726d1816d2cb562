//! What is wrong, and who does what about it where.
//!
//! Guarantees: every cause has a way out that somebody can go; the area, its
//! register and its licence are named in Fortnox' own words; a service account
//! is not recommended to those who have one.

use crate::area::Area;
use crate::catalogue::{self, Locale, Message, message};
use crate::cause::Cause;
use crate::contract::{Actor, Explanation, Finding, Remedy, Severity};
use crate::provider_text::Words;
use crate::settings::Account;

/// What advice is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Why.
    pub cause: Cause,
    /// Where; none for the whole connection.
    pub area: Option<Area>,
    /// The register's path, where it belongs to no area.
    pub register: Option<&'a str>,
    /// Whom the grant acts as, where that is known.
    pub account: Option<Account>,
}

impl From<Cause> for Subject<'_> {
    fn from(cause: Cause) -> Self {
        Subject {
            cause,
            area: None,
            register: None,
            account: None,
        }
    }
}

/// The advice in words.
pub fn explain<'a>(subject: impl Into<Subject<'a>>, locale: Locale) -> Explanation {
    let Subject {
        cause,
        area,
        register: path,
        account,
    } = subject.into();
    let quoted = |name: &str| message::QUOTED.with(locale, &[("text", name)]);
    let (area, register, licence) = match area {
        Some(area) => {
            let licences: Vec<String> = area.licences().iter().map(|name| quoted(name)).collect();
            let label = area.label().text(locale);
            (label, quoted(area.fortnox_name()), licences.join(" / "))
        }
        None => {
            let any = |message: &Message| message.text(locale).to_owned();
            let area = path.unwrap_or(message::AREA_ANY.text(locale));
            let register = path.map_or_else(|| any(&message::REGISTER_ANY), quoted);
            (area, register, any(&message::LICENCE_ANY))
        }
    };
    let values = [
        ("area", area),
        ("register", register.as_str()),
        ("licence", licence.as_str()),
    ];
    let mut explanation = catalogue::explain(cause, locale, &values);
    if cause.service_account_helps() && account != Some(Account::Service) {
        explanation.remedies.push(Remedy {
            who: Actor::Administrator,
            step: message::REMEDY_SERVICE_ACCOUNT.text(locale).to_owned(),
            place: message::REMEDY_SERVICE_ACCOUNT_PLACE
                .text(locale)
                .to_owned(),
        });
    }
    explanation
}

/// The remedies in one line: who, what and where.
pub fn steps(remedies: &[Remedy], locale: Locale) -> String {
    let step = |(number, remedy): (usize, &Remedy)| {
        let who = match remedy.who {
            Actor::Administrator => &message::ACTOR_ADMINISTRATOR,
            Actor::ProviderAdministrator => &message::ACTOR_PROVIDER_ADMINISTRATOR,
            Actor::Operator => &message::ACTOR_OPERATOR,
            Actor::Provider => &message::ACTOR_PROVIDER,
        };
        let Remedy { step, place, .. } = remedy;
        format!("{number}. {}: {step} ({place})", who.text(locale))
    };
    let steps: Vec<String> = (1..).zip(remedies).map(step).collect();
    steps.join(" ")
}

/// A finding about this.
pub fn finding<'a>(
    subject: impl Into<Subject<'a>>,
    severity: Severity,
    since: u64,
    words: Words,
    locale: Locale,
) -> Finding {
    let subject = subject.into();
    let explanation = explain(subject, locale);
    Finding {
        code: subject.cause.to_string(),
        severity,
        area: subject.area.map(|area| area.key().to_owned()),
        title: explanation.title,
        detail: explanation.detail,
        remedies: explanation.remedies,
        reauthorize_helps: subject.cause.reauthorize_helps(),
        provider_code: words.code,
        provider_message: words.message,
        since,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(cause: Cause, account: Option<Account>) -> Subject<'static> {
        Subject {
            cause,
            area: Some(Area::Projects),
            register: None,
            account,
        }
    }

    #[test]
    fn given_an_area_when_explained_then_it_its_register_and_licence_are_named() {
        for (locale, label) in [
            (Locale::Sv, "Projekt"),
            (Locale::Nb, "Prosjekter"),
            (Locale::En, "Projects"),
        ] {
            let right = explain(about(Cause::RightMissing, None), locale);
            assert!(right.title.contains(label), "{}", right.title);
            assert!(right.remedies[0].step.contains("Projekt"), "{right:?}");
            let licence = explain(about(Cause::AreaLicenceMissing, None), locale);
            assert!(
                licence.remedies[0].step.contains("Bokföring"),
                "{licence:?}"
            );
        }
    }

    #[test]
    fn given_any_cause_and_subject_when_explained_then_no_variable_is_left_open() {
        for cause in Cause::ALL {
            for locale in Locale::ALL {
                for subject in [Subject::from(*cause), about(*cause, Some(Account::User))] {
                    let Explanation {
                        title,
                        detail,
                        remedies,
                    } = explain(subject, locale);
                    let steps = steps(&remedies, locale);
                    for text in [title, detail, steps] {
                        assert!(!text.contains(['{', '}']), "{text}");
                        assert!(!text.contains("  ") && !text.contains("“”"), "{text}");
                    }
                }
            }
        }
    }

    #[test]
    fn given_a_service_account_when_a_right_is_missing_then_it_is_not_sent_to_itself() {
        let service = message::REMEDY_SERVICE_ACCOUNT.text(Locale::En);
        let recommended = |account| {
            let explanation = explain(about(Cause::RightMissing, account), Locale::En);
            explanation.remedies.iter().any(|it| it.step == service)
        };
        assert!(recommended(None));
        assert!(recommended(Some(Account::User)));
        assert!(!recommended(Some(Account::Service)));
        let other = explain(about(Cause::ScopeRefused, None), Locale::En);
        assert!(other.remedies.iter().all(|it| it.step != service));
    }

    #[test]
    fn given_remedies_when_in_one_line_then_each_tells_who_what_and_where() {
        let explanation = explain(Cause::EmptyCallback, Locale::En);
        assert_eq!(
            steps(&explanation.remedies, Locale::En),
            "1. System administrator in Fortnox: Log in to Fortnox and settle what locks the \
             account. (Fortnox, the start page after logging in) 2. Administrator: Then start \
             the authorization again. (“Authorize” or “Re-authorize”, on the page where it \
             was started)"
        );
    }
}
