//! What of the company log somebody wants to see, as it stands in an address.

use host_harness::{Level, LogQuery};
use url::form_urlencoded;

/// More than anybody types.
const LONGEST: usize = 100;

/// The choices of the level, and the message of each.
pub const LEVELS: [(&str, &str); 4] = [
    ("", "log-level-any"),
    ("info", "log-level-info"),
    ("warn", "log-level-warn"),
    ("error", "log-level-error"),
];

/// A filter; the default lets everything through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The least level, by its name; empty for all.
    pub level: String,
    /// How the event code begins; empty for all.
    pub event: String,
    /// Words; empty for all.
    pub text: String,
}

impl Filter {
    /// From an address; what does not fit is left out.
    pub fn read(query: &str) -> Self {
        let value = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            let found = pairs.find(|(found, _)| found == name);
            let shown = found.map(|(_, text)| {
                let shown = text.trim().chars().filter(|each| !each.is_control());
                shown.take(LONGEST).collect::<String>()
            });
            shown.unwrap_or_default()
        };
        let level = value("level");
        let is_offered = LEVELS.iter().any(|(offered, _)| *offered == level);
        Self {
            level: if is_offered { level } else { String::new() },
            event: value("event"),
            text: value("q"),
        }
    }

    /// Whether it leaves anything out.
    pub fn is_set(&self) -> bool {
        *self != Self::default()
    }

    /// What the log is asked for.
    pub fn query(&self, before: Option<i64>, limit: u32) -> LogQuery {
        LogQuery {
            level: Level::from_name(&self.level).unwrap_or(Level::Trace),
            event: self.event.clone(),
            text: self.text.clone(),
            before,
            limit,
        }
    }

    /// An address with this filter, and with more.
    pub fn address(&self, path: &str, more: &[(&str, &str)]) -> String {
        let own = [
            ("level", self.level.as_str()),
            ("event", &self.event),
            ("q", &self.text),
        ];
        let pairs = own.into_iter().filter(|(_, value)| !value.is_empty());
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs).extend_pairs(more);
        match query.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_an_address_when_read_and_written_then_it_means_the_same() {
        let filter = Filter::read("q=+r%C3%A4k%0A&level=warn&event=a.b&before=7&q=2");
        let expected = Filter {
            level: "warn".into(),
            event: "a.b".into(),
            text: "räk".into(),
        };
        assert_eq!(filter, expected);
        let address = filter.address("/log", &[("before", "9")]);
        let (path, query) = address.split_once('?').unwrap();
        assert_eq!((path, Filter::read(query)), ("/log", expected));
        assert!(query.ends_with("&before=9"));
        assert_eq!(Filter::default().address("/log", &[]), "/log");
        assert!(!Filter::read("level=loud&x=y").is_set());
        assert_eq!(filter.query(Some(7), 3).level, Level::Warn);
    }
}
