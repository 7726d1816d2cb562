//! The company log: what happened, in the company's language.

use crate::advice::{self, Subject};
use crate::catalogue::{Locale, Message, message};
use crate::cell;
use crate::contract::Level;
use crate::effects::Effects;
use crate::provider_text::Words;
use crate::settings::{Settings, SettingsCell};

/// The log of one connection, for one call.
pub struct CompanyLog<'a, E> {
    effects: &'a E,
    /// The company's language; English before there is one.
    pub locale: Locale,
}

impl<'a, E: Effects> CompanyLog<'a, E> {
    /// The log in the language of the stored settings.
    pub fn open(effects: &'a E) -> CompanyLog<'a, E> {
        let stored = cell::read::<SettingsCell>(effects).ok().flatten();
        let settings = stored.and_then(|cell| cell.value.settings().ok());
        CompanyLog::of(effects, settings.as_ref())
    }

    /// The log in the language of these settings.
    pub fn of(effects: &'a E, settings: Option<&Settings>) -> CompanyLog<'a, E> {
        let locale = settings.map_or(Locale::En, |settings| settings.language);
        CompanyLog { effects, locale }
    }

    /// A step of the everyday.
    pub fn debug(&self, event: &str, message: &Message, values: &[(&str, &str)]) {
        self.write(Level::Debug, event, message, values);
    }

    /// Something that happened as it should.
    pub fn info(&self, event: &str, message: &Message, values: &[(&str, &str)]) {
        self.write(Level::Info, event, message, values);
    }

    /// Something that a person should look at some time.
    pub fn warn(&self, event: &str, message: &Message, values: &[(&str, &str)]) {
        self.write(Level::Warn, event, message, values);
    }

    /// Something that did not work.
    pub fn error(&self, event: &str, message: &Message, values: &[(&str, &str)]) {
        self.write(Level::Error, event, message, values);
    }

    /// Why something did not work, Fortnox' own words, and what to do about it.
    /// `lead` takes `title` and `detail`.
    pub fn refusal<'s>(
        &self,
        event: &str,
        lead: &Message,
        subject: impl Into<Subject<'s>>,
        words: &Words,
    ) {
        let explanation = advice::explain(subject, self.locale);
        let values = [
            ("title", explanation.title.as_str()),
            ("detail", explanation.detail.as_str()),
        ];
        let mut line = lead.with(self.locale, &values);
        if let Some(words) = words.line() {
            let values = [("words", words.trim_end_matches('.'))];
            let says = message::LOG_PROVIDER_SAYS.with(self.locale, &values);
            line = format!("{line} {says}");
        }
        let steps = advice::steps(&explanation.remedies, self.locale);
        let advice = message::LOG_WHAT_TO_DO.with(self.locale, &[("steps", &steps)]);
        self.effects
            .log(Level::Error, event, &format!("{line} {advice}"));
    }

    fn write(&self, level: Level, event: &str, message: &Message, values: &[(&str, &str)]) {
        let message = message.with(self.locale, values);
        self.effects.log(level, event, &message);
    }
}
