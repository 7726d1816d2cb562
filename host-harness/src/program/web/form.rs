//! The settings form: drawn from what the plugin describes, read back as the
//! contract wants it.
//!
//! Nothing is assumed of keys, kinds or values: a stored value that is not among
//! the choices stays offered, a setting that the form does not know is not drawn,
//! and a problem of a key without a field is told in the summary.

use std::collections::BTreeMap;

use host_harness::contract::{Descriptor, FormField, Kind, Problem, Setting};

/// Up to so many choices are shown side by side; more go into a list.
const FEW: usize = 5;
/// In front of every key, so that no key can be another field of the form.
const PREFIX: &str = "setting:";

/// The form as it is drawn.
pub struct Form {
    /// Fields under their headings.
    pub sections: Vec<Section>,
    /// Every problem, for the summary above.
    pub faults: Vec<Fault>,
}

/// Fields that belong together.
pub struct Section {
    /// May be empty.
    pub title: String,
    /// In the order of the plugin.
    pub fields: Vec<Field>,
}

/// One field.
pub struct Field {
    /// Its element's id.
    pub id: String,
    /// Its name in the form.
    pub name: String,
    /// What it is.
    pub label: String,
    /// May be empty.
    pub help: String,
    /// Must be filled in.
    pub required: bool,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// What people fill it in with.
    pub control: Control,
    /// The ids of help and problem, for `aria-describedby`.
    pub described_by: String,
}

/// What a field is filled in with.
pub enum Control {
    /// A box to tick.
    Toggle(bool),
    /// A line of text.
    Line {
        /// The value of the attribute `type`.
        kind: &'static str,
        /// A hint for keyboards on screens.
        mode: &'static str,
        /// A hint for browsers that know who sits there.
        complete: &'static str,
        /// What is in it.
        value: String,
    },
    /// One of few.
    Radios(Vec<Choice>),
    /// One of many.
    List(Vec<Choice>),
    /// Cannot change now; its value in words, none for one that is never shown.
    Locked(Option<String>),
    /// Cannot change now: ticked or not.
    LockedToggle(bool),
}

/// One of the values of a field.
pub struct Choice {
    /// Its element's id.
    pub id: String,
    /// What is sent.
    pub value: String,
    /// What people call it.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// A problem in the summary.
pub struct Fault {
    /// The field's element, if there is such a field.
    pub target: Option<String>,
    /// What the field is called.
    pub label: String,
    /// What is wrong.
    pub message: String,
}

impl Form {
    /// Draws the form with these values; `locked` while a grant exists.
    pub fn draw(
        descriptor: &Descriptor,
        values: &[Setting],
        locked: bool,
        problems: &[Problem],
    ) -> Self {
        let values: BTreeMap<&str, &str> = pairs(values).collect();
        let mut sections: Vec<Section> = Vec::new();
        let mut faults = Vec::new();
        for (index, field) in descriptor.form.iter().enumerate() {
            let value = values.get(field.key.as_str()).copied();
            let drawn = draw(index, field, value, locked, problems);
            if let Some(message) = &drawn.problem {
                faults.push(Fault {
                    target: Some(drawn.target()),
                    label: drawn.label.clone(),
                    message: message.clone(),
                });
            }
            match sections.last_mut() {
                Some(last) if last.title == field.section => last.fields.push(drawn),
                _ => sections.push(Section {
                    title: field.section.clone(),
                    fields: vec![drawn],
                }),
            }
        }
        let is_field = |key: &str| descriptor.form.iter().any(|field| field.key == key);
        let others = problems.iter().filter(|problem| !is_field(&problem.key));
        faults.extend(others.map(|problem| Fault {
            target: None,
            label: problem.key.clone(),
            message: problem.message.clone(),
        }));
        Self { sections, faults }
    }

    /// The settings as they were sent. What is locked keeps its stored value,
    /// and a secret that was left empty is left out, which keeps it, too.
    pub fn read<'a>(
        descriptor: &Descriptor,
        stored: &[Setting],
        locked: bool,
        sent: impl Fn(&str) -> Option<&'a str>,
    ) -> Vec<Setting> {
        let stored: BTreeMap<&str, &str> = pairs(stored).collect();
        let values = descriptor.form.iter().filter_map(|field| {
            let value = if locked && field.locked {
                stored
                    .get(field.key.as_str())
                    .map(|value| (*value).to_owned())
            } else {
                let sent = sent(&format!("{PREFIX}{}", field.key));
                match field.kind {
                    Kind::Toggle => Some(sent.is_some().to_string()),
                    Kind::Secret => sent.filter(|text| !text.is_empty()).map(str::to_owned),
                    Kind::Text | Kind::Email | Kind::Number => {
                        sent.map(|text| text.trim().to_owned())
                    }
                    Kind::Choice(_) => sent.map(str::to_owned),
                }
            };
            Some((field.key.clone(), value?))
        });
        values.collect()
    }
}

impl Field {
    /// Whether it cannot change now.
    pub fn is_locked(&self) -> bool {
        matches!(self.control, Control::Locked(_) | Control::LockedToggle(_))
    }

    /// The element that can be filled in.
    fn target(&self) -> String {
        match &self.control {
            Control::Radios(choices) => {
                let chosen = choices.iter().find(|choice| choice.chosen);
                let first = chosen.or(choices.first());
                first.map_or_else(|| self.id.clone(), |choice| choice.id.clone())
            }
            _ => self.id.clone(),
        }
    }
}

fn pairs(settings: &[Setting]) -> impl Iterator<Item = (&str, &str)> {
    settings
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
}

fn draw(
    index: usize,
    field: &FormField,
    value: Option<&str>,
    locked: bool,
    problems: &[Problem],
) -> Field {
    let id = format!("field-{index}");
    let value = value.unwrap_or(&field.initial);
    let problem = problems.iter().find(|problem| problem.key == field.key);
    let line = |kind, mode, complete| Control::Line {
        kind,
        mode,
        complete,
        value: value.to_owned(),
    };
    let control = match &field.kind {
        Kind::Toggle if locked && field.locked => Control::LockedToggle(value == "true"),
        kind if locked && field.locked => Control::Locked(in_words(kind, value)),
        Kind::Toggle => Control::Toggle(value == "true"),
        Kind::Text => line("text", "text", "off"),
        Kind::Email => line("email", "email", "email"),
        Kind::Number => line("text", "numeric", "off"),
        Kind::Secret => Control::Line {
            kind: "password",
            mode: "text",
            complete: "new-password",
            value: String::new(),
        },
        Kind::Choice(offered) => {
            let mut choices: Vec<Choice> = offered
                .iter()
                .map(|choice| (choice.value.as_str(), choice.label.as_str()))
                .enumerate()
                .map(|(number, (each, label))| Choice {
                    id: format!("{id}-{number}"),
                    value: each.to_owned(),
                    label: if label.trim().is_empty() { each } else { label }.to_owned(),
                    chosen: each == value,
                })
                .collect();
            if !value.is_empty() && !choices.iter().any(|choice| choice.chosen) {
                choices.push(Choice {
                    id: format!("{id}-{}", choices.len()),
                    value: value.to_owned(),
                    label: value.to_owned(),
                    chosen: true,
                });
            }
            if choices.len() <= FEW {
                Control::Radios(choices)
            } else {
                Control::List(choices)
            }
        }
    };
    let is_locked = matches!(control, Control::Locked(_) | Control::LockedToggle(_));
    let mut described = Vec::new();
    if problem.is_some() {
        described.push(format!("{id}-problem"));
    }
    if is_locked {
        described.push(format!("{id}-locked"));
    }
    if !field.help.is_empty() {
        described.push(format!("{id}-help"));
    }
    Field {
        name: format!("{PREFIX}{}", field.key),
        // A field without a name would be one that nobody can fill in.
        label: if field.label.trim().is_empty() {
            &field.key
        } else {
            &field.label
        }
        .clone(),
        help: field.help.clone(),
        required: field.required && !is_locked,
        problem: problem.map(|problem| problem.message.clone()),
        control,
        described_by: described.join(" "),
        id,
    }
}

fn in_words(kind: &Kind, value: &str) -> Option<String> {
    match kind {
        Kind::Secret => None,
        Kind::Choice(choices) => {
            let choice = choices.iter().find(|choice| choice.value == value);
            Some(choice.map_or(value, |choice| &choice.label).to_owned())
        }
        _ => Some(value.to_owned()),
    }
}

#[cfg(test)]
mod tests;
