//! The settings: the form, `configure` and `set-enabled`, and their cell.

use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::cell;
use crate::contract::{Choice, Error, FormField, Kind, Level, Problem, Setting};
use crate::effects::Effects;
use crate::registration::{ENTRIES, ORGANIZATION};
use crate::words::Locale;

/// The cell `settings`: what the company has chosen.
#[derive(Clone, Serialize, Deserialize)]
pub struct Settings {
    /// Whether entries are transferred.
    pub entries: bool,
    /// The language of log and notices.
    pub language: Locale,
    /// Where notices go; empty for nowhere.
    pub notices: String,
    /// Whether the connection is switched on.
    pub enabled: bool,
}

impl cell::Kind for Settings {
    const KEY: &'static str = "settings";
}

impl Settings {
    /// Before anyone has chosen.
    const INITIAL: Settings = Settings {
        entries: true,
        language: Locale::En,
        notices: String::new(),
        enabled: false,
    };

    /// As stored.
    ///
    /// # Errors
    /// [`Cause::Unconfigured`] before the first `configure`.
    pub fn read(effects: &impl Effects) -> Result<Settings, Error> {
        Ok(cell::read(effects)?.ok_or(Cause::Unconfigured)?.value)
    }

    /// The least scopes for what was chosen.
    pub fn scopes(&self) -> Vec<&'static str> {
        let entries = self.entries.then_some(ENTRIES);
        [ORGANIZATION].into_iter().chain(entries).collect()
    }

    /// Key and value of every field, in the order of the form.
    pub fn values(&self) -> Vec<Setting> {
        vec![
            ("entries".to_owned(), self.entries.to_string()),
            ("language".to_owned(), self.language.tag().to_owned()),
            ("notices".to_owned(), self.notices.clone()),
        ]
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), &'static str> {
        let language = |tag| Locale::ALL.into_iter().find(|it| it.tag() == tag);
        match key {
            "entries" => self.entries = value.parse().map_err(|_| "invalid")?,
            "language" => self.language = language(value).ok_or("invalid")?,
            "notices" if value.is_empty() || is_address(value) => self.notices = value.to_owned(),
            "notices" => return Err("invalid"),
            _ => return Err("unknown"),
        }
        Ok(())
    }
}

/// Near enough: whether mail arrives, only mail can tell.
fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    text.len() <= 254
        && text.bytes().all(|byte| byte.is_ascii_graphic())
        && parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
}

/// The form, as the host draws it.
pub fn form(locale: Locale) -> Vec<FormField> {
    let choice = |language: Locale| Choice {
        value: language.tag().to_owned(),
        label: language.text("language").to_owned(),
    };
    let field = |(key, initial): Setting| {
        let text = |part| locale.text(&format!("form.{key}.{part}")).to_owned();
        FormField {
            section: text("section"),
            label: text("label"),
            help: text("help"),
            kind: match key.as_str() {
                "entries" => Kind::Toggle,
                "language" => Kind::Choice(Locale::ALL.map(choice).to_vec()),
                _ => Kind::Email,
            },
            initial,
            required: false,
            locked: false,
            key,
        }
    };
    Settings::INITIAL.values().into_iter().map(field).collect()
}

/// Replaces all settings; the switch stays as it was.
///
/// # Errors
/// `invalid-settings` with every problem, and then nothing is stored.
pub fn configure(effects: &impl Effects, given: &[Setting], locale: &str) -> Result<(), Error> {
    let mut settings = Settings::INITIAL;
    let mut problems = Vec::new();
    for (index, (key, value)) in given.iter().enumerate() {
        let repeated = given.iter().take(index).any(|(earlier, _)| earlier == key);
        let outcome = match repeated {
            true => Err("duplicate"),
            false => settings.set(key, value),
        };
        if let Err(code) = outcome {
            problems.push(Problem {
                key: key.clone(),
                code: code.to_owned(),
                message: (Locale::nearest(locale).text(&format!("problem.{code}"))).to_owned(),
            });
        }
    }
    if !problems.is_empty() {
        return Err(Error::InvalidSettings(problems));
    }
    cell::change::<Settings>(effects, |before| {
        let enabled = before.is_some_and(|cell| cell.value.enabled);
        Ok(Some(Settings {
            enabled,
            ..settings.clone()
        }))
    })?;
    log(effects, Level::Info, "settings.saved", "");
    Ok(())
}

/// Switches the connection on or off.
///
/// # Errors
/// [`Cause::Unconfigured`] without settings.
pub fn set_enabled(effects: &impl Effects, enabled: bool) -> Result<(), Error> {
    let mut switched = false;
    cell::change::<Settings>(effects, |before| {
        let before = &before.ok_or(Cause::Unconfigured)?.value;
        switched = before.enabled != enabled;
        Ok(switched.then(|| Settings {
            enabled,
            ..before.clone()
        }))
    })?;
    if switched {
        let event = if enabled {
            "integration.enabled"
        } else {
            "integration.disabled"
        };
        log(effects, Level::Info, event, "");
    }
    Ok(())
}

/// One line of the company log, in the company's language: the words of the
/// event, and what is to be said besides.
pub fn log(effects: &impl Effects, level: Level, event: &str, more: &str) {
    let message = language(effects).text(&format!("log.{event}"));
    effects.log(level, event, format!("{message} {more}").trim());
}

/// The company's language; English before there is one.
pub fn language(effects: &impl Effects) -> Locale {
    let settings = cell::read::<Settings>(effects).ok().flatten();
    settings.map_or(Locale::En, |settings| settings.value.language)
}
