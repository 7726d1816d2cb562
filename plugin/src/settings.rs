//! The settings form and what it was filled in with.
//!
//! [`Settings::parse`] is the only way in: a `Settings` holds no wrong value.
//! The cell keeps every value as text, so that one written by a newer version
//! survives.

use email_address::{EmailAddress, Options};

use crate::area::{Area, COMPANY_INFORMATION};
use crate::catalogue::{Locale, Message, message};
use crate::cause::Cause;
use crate::cell;
use crate::contract::{Choice, FormField, Kind, Problem, Setting};
use crate::error::Error;
use crate::json::{Json, Value, member, object};

const ACCOUNT: &str = "account";
const LANGUAGE: &str = "language";
const NOTICES: &str = "notices";

/// Longest e-mail address (RFC 5321 section 4.5.3.1.3, less the brackets).
const MAX_NOTICES: usize = 254;

/// Whom the integration acts as in Fortnox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// A user of its own, which only a system administrator can approve.
    /// Source: Fortnox, Service accounts.
    Service,
    /// The person who approves.
    User,
}

impl Account {
    /// The value of the setting.
    pub const fn value(self) -> &'static str {
        match self {
            Account::Service => "service",
            Account::User => "user",
        }
    }

    fn from_value(value: &str) -> Option<Account> {
        [Account::Service, Account::User]
            .into_iter()
            .find(|account| account.value() == value)
    }
}

impl Json for Account {
    fn read(value: &Value) -> Option<Self> {
        Account::from_value(value.as_str()?)
    }

    fn write(&self) -> Value {
        self.value().into()
    }
}

/// What the company has chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What to transfer, in the order of the form.
    pub areas: Vec<Area>,
    /// Whom the integration acts as.
    pub account: Account,
    /// The language of log and notices.
    pub language: Locale,
    /// Where notices go.
    pub notices: Option<EmailAddress>,
}

impl Settings {
    /// Reads settings as given; one left out gets its initial value.
    ///
    /// # Errors
    /// Every problem there is, in the order given.
    pub fn parse(given: &[Setting], locale: Locale) -> Result<Settings, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut settings = Settings::initial();
        let mut seen: Vec<&str> = Vec::new();
        for (key, value) in given {
            let outcome = if seen.contains(&key.as_str()) {
                Err(("duplicate", &message::PROBLEM_DUPLICATE))
            } else {
                settings.set(key, value)
            };
            seen.push(key);
            if let Err((code, text)) = outcome {
                problems.push(problem(key, code, text, locale));
            }
        }
        if problems.is_empty() {
            Ok(settings)
        } else {
            Err(problems)
        }
    }

    fn initial() -> Settings {
        Settings {
            areas: Area::ALL
                .into_iter()
                .filter(|area| area.initial())
                .collect(),
            account: Account::Service,
            language: Locale::Sv,
            notices: None,
        }
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), (&'static str, &'static Message)> {
        if let Some(area) = Area::from_key(key) {
            let chosen = match value {
                "true" => true,
                "false" => false,
                _ => return Err(("invalid", &message::PROBLEM_TOGGLE)),
            };
            self.areas = Area::ALL
                .into_iter()
                .filter(|each| {
                    if *each == area {
                        chosen
                    } else {
                        self.areas.contains(each)
                    }
                })
                .collect();
            return Ok(());
        }
        match key {
            ACCOUNT => {
                self.account =
                    Account::from_value(value).ok_or(("invalid", &message::PROBLEM_CHOICE))?;
            }
            LANGUAGE => {
                self.language =
                    Locale::from_tag(value).ok_or(("invalid", &message::PROBLEM_CHOICE))?;
            }
            NOTICES if value.is_empty() => self.notices = None,
            NOTICES => self.notices = Some(address(value)?),
            _ => return Err(("unknown", &message::PROBLEM_UNKNOWN)),
        }
        Ok(())
    }

    /// Key and value of every setting, in the order of the form.
    pub fn values(&self) -> Vec<Setting> {
        let mut values: Vec<Setting> = Area::ALL
            .into_iter()
            .map(|area| {
                (
                    area.key().to_owned(),
                    self.areas.contains(&area).to_string(),
                )
            })
            .collect();
        values.push((ACCOUNT.to_owned(), self.account.value().to_owned()));
        values.push((LANGUAGE.to_owned(), self.language.tag().to_owned()));
        let notices = self.notices.as_ref().map(ToString::to_string);
        values.push((NOTICES.to_owned(), notices.unwrap_or_default()));
        values
    }

    /// The least scopes for what was chosen.
    pub fn scopes(&self) -> Vec<&'static str> {
        let mut scopes = vec![COMPANY_INFORMATION];
        scopes.extend(self.areas.iter().map(|area| area.scope()));
        scopes
    }
}

fn address(value: &str) -> Result<EmailAddress, (&'static str, &'static Message)> {
    let invalid = ("invalid", &message::PROBLEM_EMAIL);
    if value.len() > MAX_NOTICES {
        return Err(invalid);
    }
    let bare = Options::default().without_display_text();
    EmailAddress::parse_with_options(value, bare).map_err(|_| invalid)
}

fn problem(key: &str, code: &str, text: &Message, locale: Locale) -> Problem {
    Problem {
        key: key.chars().take(100).collect(),
        code: code.to_owned(),
        message: text.text(locale).to_owned(),
    }
}

/// What is said when the account kind is to change under a grant.
pub fn account_locked(locale: Locale) -> Problem {
    problem(ACCOUNT, "locked", &message::PROBLEM_LOCKED, locale)
}

/// The form, as the host draws it.
pub fn form(locale: Locale) -> Vec<FormField> {
    let initial = Settings::initial().values();
    let initial = |key: &str| initial.iter().find(|(known, _)| known == key);
    let field = |key: &str, section: &Message, label: &Message, help: &str, kind: Kind| FormField {
        key: key.to_owned(),
        section: section.text(locale).to_owned(),
        label: label.text(locale).to_owned(),
        help: help.to_owned(),
        kind,
        initial: initial(key).map_or_else(String::new, |(_, value)| value.clone()),
        required: false,
        locked: key == ACCOUNT,
    };
    let choice = |value: &str, label: &Message| Choice {
        value: value.to_owned(),
        label: label.text(locale).to_owned(),
    };
    let mut form: Vec<FormField> = Area::ALL
        .into_iter()
        .map(|area| {
            let help = area.help().text(locale);
            field(
                area.key(),
                &message::SECTION_TRANSFER,
                area.label(),
                help,
                Kind::Toggle,
            )
        })
        .collect();
    form.push(field(
        ACCOUNT,
        &message::SECTION_ACCOUNT,
        &message::FIELD_ACCOUNT,
        message::FIELD_ACCOUNT_HELP.text(locale),
        Kind::Choice(vec![
            choice(Account::Service.value(), &message::ACCOUNT_SERVICE),
            choice(Account::User.value(), &message::ACCOUNT_USER),
        ]),
    ));
    form.push(field(
        LANGUAGE,
        &message::SECTION_CONTACT,
        &message::FIELD_LANGUAGE,
        message::FIELD_LANGUAGE_HELP.text(locale),
        Kind::Choice(vec![
            choice(Locale::Sv.tag(), &message::LANGUAGE_SV),
            choice(Locale::Nb.tag(), &message::LANGUAGE_NB),
            choice(Locale::En.tag(), &message::LANGUAGE_EN),
        ]),
    ));
    form.push(field(
        NOTICES,
        &message::SECTION_CONTACT,
        &message::FIELD_NOTICES,
        message::FIELD_NOTICES_HELP.text(locale),
        Kind::Email,
    ));
    form
}

/// The cell `settings`.
#[derive(Debug)]
pub struct SettingsCell {
    values: Vec<Setting>,
    /// Whether the connection is switched on.
    pub enabled: bool,
    /// Unix seconds of the last `configure`.
    pub saved: u64,
}

impl Json for SettingsCell {
    fn read(value: &Value) -> Option<Self> {
        Some(SettingsCell {
            values: member(value, "values")?,
            enabled: member(value, "enabled")?,
            saved: member(value, "saved")?,
        })
    }

    fn write(&self) -> Value {
        object(vec![
            ("values", self.values.write()),
            ("enabled", self.enabled.write()),
            ("saved", self.saved.write()),
        ])
    }
}

impl cell::Kind for SettingsCell {
    const KEY: &'static str = "settings";
}

impl SettingsCell {
    /// The cell after a `configure`; the switch and values of a newer version
    /// stay as they were.
    pub fn after(before: Option<&SettingsCell>, settings: &Settings, now: u64) -> SettingsCell {
        let mut values = before.map_or_else(Vec::new, |cell| cell.values.clone());
        let chosen = settings.values();
        values.retain(|(known, _)| chosen.iter().all(|(key, _)| key != known));
        values.extend(chosen);
        SettingsCell {
            values,
            enabled: before.is_some_and(|cell| cell.enabled),
            saved: now,
        }
    }

    /// The same settings, switched on or off.
    pub fn switched(&self, enabled: bool) -> SettingsCell {
        SettingsCell {
            values: self.values.clone(),
            enabled,
            saved: self.saved,
        }
    }

    /// What the company has chosen.
    ///
    /// # Errors
    /// [`Cause::CellUnreadable`] when a stored value is none of ours.
    pub fn settings(&self) -> Result<Settings, Error> {
        let known: Vec<Setting> = Settings::initial()
            .values()
            .into_iter()
            .filter_map(|(key, _)| self.values.iter().find(|(known, _)| *known == key))
            .cloned()
            .collect();
        Settings::parse(&known, Locale::En).map_err(|_| Error::Cell {
            key: <SettingsCell as cell::Kind>::KEY,
            cause: Cause::CellUnreadable,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(key: &str, value: &str) -> Setting {
        (key.to_owned(), value.to_owned())
    }

    fn codes(given: &[Setting]) -> Vec<(String, String)> {
        Settings::parse(given, Locale::En)
            .unwrap_err()
            .into_iter()
            .map(|problem| (problem.key, problem.code))
            .collect()
    }

    #[test]
    fn settings_left_out_get_the_initial_value_of_the_form() {
        let settings = Settings::parse(&[], Locale::En).unwrap();
        let initial: Vec<Setting> = form(Locale::En)
            .into_iter()
            .map(|field| (field.key, field.initial))
            .collect();
        assert_eq!(settings.values(), initial);
        assert_eq!(settings.areas, [Area::Customers, Area::Projects]);
        assert_eq!(settings.account, Account::Service);
    }

    #[test]
    fn all_problems_are_reported_at_once() {
        let given = [
            setting("customers", "yes"),
            setting("colour", "blue"),
            setting("account", "admin"),
            setting("language", "de"),
            setting("notices", "Eva <eva@example.com>"),
            setting("projects", "true"),
            setting("projects", "false"),
        ];
        let expected = [
            ("customers", "invalid"),
            ("colour", "unknown"),
            ("account", "invalid"),
            ("language", "invalid"),
            ("notices", "invalid"),
            ("projects", "duplicate"),
        ];
        let expected: Vec<_> = expected
            .map(|(key, code)| setting(key, code))
            .into_iter()
            .collect();
        assert_eq!(codes(&given), expected);
    }

    #[test]
    fn values_read_back_as_the_same_settings() {
        let given = [
            setting("customers", "false"),
            setting("supplier-invoices", "true"),
            setting("invoices", "true"),
            setting("account", "user"),
            setting("language", "nb"),
            setting("notices", "eva@example.com"),
        ];
        let settings = Settings::parse(&given, Locale::En).unwrap();
        assert_eq!(
            settings.areas,
            [Area::Projects, Area::Invoices, Area::SupplierInvoices]
        );
        assert_eq!(
            Settings::parse(&settings.values(), Locale::Sv).unwrap(),
            settings
        );
        let values = settings.values();
        assert!(values.contains(&setting("notices", "eva@example.com")));
        assert!(values.contains(&setting("language", "nb")));
    }

    #[test]
    fn scopes_are_the_least_for_what_was_chosen() {
        let none = [setting("customers", "false"), setting("projects", "false")];
        let settings = Settings::parse(&none, Locale::En).unwrap();
        assert_eq!(settings.scopes(), ["companyinformation"]);
        let all: Vec<Setting> = Area::ALL
            .into_iter()
            .map(|area| setting(area.key(), "true"))
            .collect();
        let settings = Settings::parse(&all, Locale::En).unwrap();
        assert_eq!(
            settings.scopes(),
            [
                "companyinformation",
                "customer",
                "project",
                "invoice",
                "payment",
                "supplierinvoice"
            ]
        );
    }

    #[test]
    fn an_address_of_more_than_254_characters_is_refused() {
        let labels = ["d".repeat(60), "e".repeat(60), "f".repeat(60)].join(".");
        let long = format!("{}@{labels}.{}.se", "a".repeat(60), "g".repeat(7));
        assert_eq!(long.len(), 254);
        assert!(Settings::parse(&[setting("notices", &long)], Locale::En).is_ok());
        let longer = format!("a{long}");
        assert_eq!(
            codes(&[setting("notices", &longer)]),
            [("notices".into(), "invalid".into())]
        );
    }

    #[test]
    fn a_newer_versions_values_survive_and_the_switch_stays() {
        let mut before = SettingsCell::after(None, &Settings::initial(), 1).switched(true);
        before.values.push(setting("archive", "true"));
        let after = SettingsCell::after(Some(&before), &Settings::initial(), 2);
        assert!(after.enabled);
        assert_eq!(after.saved, 2);
        assert!(after.values.contains(&setting("archive", "true")));
        assert_eq!(after.settings().unwrap(), Settings::initial());
    }
}
