//! Turns the Fluent catalogue (`locales/*.ftl`) into tables of text.
//!
//! A Fluent runtime would be the largest part of the component; all it would
//! do here is to fill in names. The script guarantees that every language has
//! the same messages, attributes and variables.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

/// English first: what is not spoken falls back to it.
const LOCALES: [&str; 3] = ["en", "sv", "nb"];

/// Message id to its texts in order of appearance: value first (empty name),
/// then attributes.
type Catalogue = BTreeMap<String, Vec<(String, String)>>;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=locales");
    let catalogues = LOCALES
        .iter()
        .map(|locale| read(Path::new("locales").join(format!("{locale}.ftl")).as_path()))
        .collect::<Result<Vec<_>, _>>()?;
    let (first, others) = catalogues.split_first().ok_or("no locales")?;
    for (locale, other) in LOCALES.iter().skip(1).zip(others) {
        compare(locale, first, other)?;
    }
    let out = Path::new(&env::var("OUT_DIR")?).join("catalogue.rs");
    fs::write(out, render(first, &catalogues)?)?;
    Ok(())
}

fn read(path: &Path) -> Result<Catalogue, Box<dyn Error>> {
    let source = fs::read_to_string(path)?;
    let resource = parser::parse(source.as_str())
        .map_err(|(_, errors)| format!("{}: {errors:?}", path.display()))?;
    let mut catalogue = Catalogue::new();
    for entry in resource.body {
        let Entry::Message(message) = entry else {
            continue;
        };
        let id = message.id.name;
        let value = message
            .value
            .as_ref()
            .ok_or_else(|| format!("{}: {id} has no value", path.display()))?;
        let mut texts = vec![(String::new(), flatten(id, value)?)];
        for attribute in &message.attributes {
            texts.push((attribute.id.name.to_owned(), flatten(id, &attribute.value)?));
        }
        if catalogue.insert(id.to_owned(), texts).is_some() {
            return Err(format!("{}: {id} appears twice", path.display()).into());
        }
    }
    Ok(catalogue)
}

/// A pattern as text, its variables as `{name}`.
fn flatten(id: &str, pattern: &Pattern<&str>) -> Result<String, String> {
    let mut text = String::new();
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.push_str(value),
            PatternElement::Placeable {
                expression: Expression::Inline(InlineExpression::VariableReference { id }),
            } => {
                text.push('{');
                text.push_str(id.name);
                text.push('}');
            }
            PatternElement::Placeable { .. } => {
                return Err(format!("{id}: only text and variables are supported"));
            }
        }
    }
    Ok(text)
}

fn variables(text: &str) -> Vec<&str> {
    let mut names: Vec<_> = text
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn compare(locale: &str, first: &Catalogue, other: &Catalogue) -> Result<(), String> {
    if let Some(id) = other.keys().find(|id| !first.contains_key(*id)) {
        return Err(format!("{locale}: {id} is unknown in {}", LOCALES[0]));
    }
    for (id, texts) in first {
        let translated = other.get(id).ok_or(format!("{locale}: {id} is missing"))?;
        if texts.len() != translated.len() {
            return Err(format!("{locale}: {id} has other attributes"));
        }
        for ((name, text), (translated_name, translation)) in texts.iter().zip(translated) {
            if name != translated_name {
                return Err(format!(
                    "{locale}: {id} has .{translated_name}, not .{name}"
                ));
            }
            if variables(text) != variables(translation) {
                return Err(format!("{locale}: {id}.{name} has other variables"));
            }
        }
    }
    Ok(())
}

fn render(first: &Catalogue, catalogues: &[Catalogue]) -> Result<String, Box<dyn Error>> {
    let mut messages = String::new();
    let mut causes = String::new();
    for (id, texts) in first {
        let message = |index: usize| -> Result<String, String> {
            let mut lines = Vec::new();
            for catalogue in catalogues {
                let (_, text) = catalogue
                    .get(id)
                    .and_then(|texts| texts.get(index))
                    .ok_or_else(|| format!("{id} is incomplete"))?;
                if text.contains('\n') {
                    return Err(format!("{id} has more than one line"));
                }
                lines.push(text.as_str());
            }
            Ok(format!("Message({:?})", lines.join("\n")))
        };
        let Some(code) = id.strip_prefix("cause-") else {
            if let Some((name, _)) = texts.get(1) {
                return Err(format!("{id}.{name}: only causes have attributes").into());
            }
            let constant = id.to_uppercase().replace('-', "_");
            let english = texts.first().map_or("", |(_, text)| text);
            writeln!(messages, "#[doc = {english:?}]")?;
            writeln!(
                messages,
                "pub static {constant}: Message = {};",
                message(0)?
            )?;
            continue;
        };
        if texts.get(1).is_none_or(|(name, _)| name != "detail") {
            return Err(format!("{id} has no .detail").into());
        }
        let mut remedies = String::new();
        for index in (2..texts.len()).step_by(2) {
            let name = |index: usize| texts.get(index).map_or("", |(name, _)| name.as_str());
            if name(index + 1) != format!("{}-place", name(index)) {
                return Err(format!("{id}.{} has no place", name(index)).into());
            }
            let actor = match name(index).trim_end_matches("-2") {
                "administrator" => "Administrator",
                "provider-administrator" => "ProviderAdministrator",
                "operator" => "Operator",
                "provider" => "Provider",
                other => return Err(format!("{id}: nobody is called {other}").into()),
            };
            let (step, place) = (message(index)?, message(index + 1)?);
            write!(remedies, "(Actor::{actor}, {step}, {place}), ")?;
        }
        let (title, detail) = (message(0)?, message(1)?);
        writeln!(
            causes,
            "({code:?}, Words {{ title: {title}, detail: {detail}, remedies: &[{remedies}] }}),"
        )?;
    }
    Ok(format!(
        "/// Every text that is not a cause's.\npub mod message {{\nuse super::Message;\n{messages}}}\n\
         static CAUSES: &[(&str, Words)] = &[\n{causes}];\n"
    ))
}
