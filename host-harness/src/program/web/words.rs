//! The page's own words, in every language it speaks.
//!
//! They live in `locales/*.ftl` (Project Fluent). What a plugin says is never
//! here: it arrives in the language asked for.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use super::locale::Locale;

const SOURCES: [(Locale, &str); 3] = [
    (Locale::Sv, include_str!("../../../locales/sv.ftl")),
    (Locale::Nb, include_str!("../../../locales/nb.ftl")),
    (Locale::En, include_str!("../../../locales/en.ftl")),
];

/// All words.
pub struct Words(Vec<(Locale, FluentBundle<FluentResource>)>);

impl Words {
    /// Reads the catalogues that are compiled in.
    pub fn new() -> Self {
        let bundles = SOURCES.map(|(locale, source)| {
            // What cannot be read is left out; a test reads every line.
            let resource =
                FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
            let language = locale.tag().parse().unwrap_or_default();
            let mut bundle = FluentBundle::new_concurrent(vec![language]);
            bundle.set_use_isolating(false);
            bundle.add_resource_overriding(resource);
            (locale, bundle)
        });
        Self(bundles.into())
    }

    /// A message with its values; a message that does not exist shows its id.
    pub fn message(&self, locale: Locale, id: &str, values: &[(&str, &str)]) -> String {
        let bundle = self.0.iter().find(|(each, _)| *each == locale);
        let found = bundle.and_then(|(_, bundle)| {
            let pattern = bundle.get_message(id)?.value()?;
            let args: FluentArgs = values.iter().copied().collect();
            let text = bundle.format_pattern(pattern, Some(&args), &mut Vec::new());
            Some(text.into_owned())
        });
        found.unwrap_or_else(|| id.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    use super::*;

    /// Names, patterns without words, and single words that two languages share.
    const SAME: [&str; 9] = [
        "product",
        "title",
        "integration-title",
        "version",
        "yes",
        "actor-administrator",
        "level-info",
        "mail-subject",
        "mail-subject-more",
    ];

    /// Messages as lines of text; the catalogues hold no attributes or terms.
    fn catalogue(source: &str) -> BTreeMap<String, String> {
        let lines = source
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        lines
            .map(|line| {
                let (id, text) = line.split_once(" = ").unwrap();
                (id.to_owned(), text.to_owned())
            })
            .collect()
    }

    fn variables(text: &str) -> BTreeSet<&str> {
        text.split("{ $")
            .skip(1)
            .map(|rest| rest.split(' ').next().unwrap())
            .collect()
    }

    #[test]
    fn given_every_language_when_compared_then_ids_and_variables_are_the_same() {
        let [sv, nb, en] = SOURCES.map(|(_, source)| catalogue(source));
        for other in [&sv, &nb] {
            let ids = |catalogue: &BTreeMap<String, String>| -> Vec<String> {
                catalogue.keys().cloned().collect()
            };
            assert_eq!(ids(other), ids(&en));
            for (id, text) in &en {
                assert_eq!(variables(text), variables(&other[id]), "{id}");
            }
        }
        for (_, source) in SOURCES {
            assert!(FluentResource::try_new(source.to_owned()).is_ok());
            let lines = source.lines().filter(|line| line.contains(" = ")).count();
            assert_eq!(lines, en.len(), "an id twice");
        }
    }

    #[test]
    fn given_two_languages_when_compared_then_no_sentence_is_the_same() {
        let [sv, nb, en] = SOURCES.map(|(_, source)| catalogue(source));
        for (id, text) in &en {
            let texts = BTreeSet::from([text, &sv[id], &nb[id]]);
            let may = SAME.contains(&id.as_str());
            assert_eq!(texts.len() < 3, may, "{id}: {texts:?}");
        }
    }

    /// All that makes the page, but its tests.
    fn sources() -> String {
        let mut all = String::new();
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folders = [
            "templates",
            "locales",
            "assets",
            "src/program/web",
            "src/program/notices",
        ];
        let files = folders.map(|folder| std::fs::read_dir(here.join(folder)).unwrap());
        for file in files.into_iter().flatten() {
            let path = file.unwrap().path();
            if path.is_file() {
                all.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
        all
    }

    #[test]
    fn given_the_page_when_read_then_it_names_no_provider() {
        let name = ["fort", "nox"].concat();
        assert!(!sources().to_lowercase().contains(&name));
    }

    /// Ids are written out where they are used: as `"some-id"`.
    #[test]
    fn given_the_templates_and_sources_when_read_then_every_message_is_used() {
        let all = sources();
        let known = catalogue(SOURCES[2].1);
        for id in known.keys() {
            assert!(all.contains(&format!("\"{id}\"")), "{id} is not used");
        }
        let used = ["frame.t(\"", "frame.with(\""].map(|call| all.split(call).skip(1));
        for rest in used.into_iter().flatten() {
            let id = rest.split('"').next().unwrap();
            if id
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            {
                assert!(known.contains_key(id), "{id} does not exist");
            }
        }
    }

    #[test]
    fn given_a_message_when_asked_for_then_values_are_filled_in_and_unknown_ids_show() {
        let words = Words::new();
        let text = words.message(Locale::En, "title", &[("page", "A"), ("product", "B")]);
        assert_eq!(text, "A – B");
        assert_eq!(words.message(Locale::Sv, "no-such-id", &[]), "no-such-id");
    }
}
