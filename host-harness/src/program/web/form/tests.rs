use super::*;
use crate::web::tests::plugin::{self, field};

fn choices(values: &[&str]) -> Kind {
    let choice = |value: &&str| host_harness::contract::Choice {
        value: (*value).to_owned(),
        label: value.to_uppercase(),
    };
    Kind::Choice(values.iter().map(choice).collect())
}

fn descriptor(form: Vec<FormField>) -> Descriptor {
    Descriptor {
        form,
        ..plugin::descriptor()
    }
}

fn stored(pairs: &[(&str, &str)]) -> Vec<Setting> {
    pairs
        .iter()
        .map(|(key, value)| ((*key).into(), (*value).into()))
        .collect()
}

#[test]
fn given_fields_when_drawn_then_neighbours_of_a_section_share_a_heading() {
    let mut form = vec![
        field("a", Kind::Toggle),
        field("b", Kind::Text),
        field("c", Kind::Text),
    ];
    form[2].section = "Other".into();
    let drawn = Form::draw(&descriptor(form), &stored(&[("a", "true")]), false, &[]);
    let counts: Vec<_> = drawn
        .sections
        .iter()
        .map(|section| section.fields.len())
        .collect();
    assert_eq!(counts, [2, 1]);
    assert!(matches!(
        drawn.sections[0].fields[0].control,
        Control::Toggle(true)
    ));
}

#[test]
fn given_a_stored_value_that_is_not_offered_when_drawn_then_saving_keeps_it() {
    let form = vec![field("a", choices(&["x", "y"]))];
    let drawn = Form::draw(&descriptor(form), &stored(&[("a", "z")]), false, &[]);
    let Control::Radios(choices) = &drawn.sections[0].fields[0].control else {
        panic!("no radios")
    };
    assert_eq!(choices.len(), 3);
    assert!(choices[2].chosen && choices[2].label == "z");
}

#[test]
fn given_many_choices_when_drawn_then_they_are_a_list() {
    let form = vec![field("a", choices(&["1", "2", "3", "4", "5", "6"]))];
    let drawn = Form::draw(&descriptor(form), &[], false, &[]);
    assert!(matches!(
        drawn.sections[0].fields[0].control,
        Control::List(_)
    ));
}

#[test]
fn given_a_secret_when_drawn_then_its_value_is_not() {
    let form = vec![field("a", Kind::Secret)];
    let drawn = Form::draw(&descriptor(form), &stored(&[("a", "s3cret")]), false, &[]);
    let Control::Line { kind, value, .. } = &drawn.sections[0].fields[0].control else {
        panic!("no line")
    };
    assert_eq!((*kind, value.as_str()), ("password", ""));
}

#[test]
fn given_a_grant_when_read_then_what_is_locked_keeps_its_stored_value() {
    let mut form = vec![field("a", choices(&["x", "y"])), field("b", Kind::Toggle)];
    form[0].locked = true;
    let descriptor = descriptor(form);
    let before = stored(&[("a", "x"), ("b", "true")]);
    let sent = |name: &str| (name == "setting:a").then_some("y");
    let read = |locked| Form::read(&descriptor, &before, locked, sent);
    assert_eq!(read(true), stored(&[("a", "x"), ("b", "false")]));
    assert_eq!(read(false), stored(&[("a", "y"), ("b", "false")]));
    let drawn = Form::draw(&descriptor, &before, true, &[]);
    let Control::Locked(words) = &drawn.sections[0].fields[0].control else {
        panic!("not locked")
    };
    assert_eq!(words.as_deref(), Some("X"));
}

#[test]
fn given_an_empty_secret_when_read_then_it_is_left_out_and_so_stays() {
    let descriptor = descriptor(vec![field("a", Kind::Secret), field("b", Kind::Number)]);
    let sent = |name: &str| Some(if name == "setting:a" { "" } else { " 7 " });
    assert_eq!(
        Form::read(&descriptor, &[], false, sent),
        stored(&[("b", "7")])
    );
}

#[test]
fn given_problems_when_drawn_then_each_is_beside_its_field_and_all_are_in_the_summary() {
    let problem = |key: &str| Problem {
        key: key.into(),
        code: "invalid".into(),
        message: format!("mend {key}"),
    };
    let descriptor = descriptor(vec![field("a", Kind::Text), field("b", choices(&["x"]))]);
    let problems = ["b", "elsewhere", "a"].map(problem);
    let drawn = Form::draw(&descriptor, &[], false, &problems);
    let targets: Vec<_> = drawn
        .faults
        .iter()
        .map(|fault| fault.target.as_deref())
        .collect();
    assert_eq!(targets, [Some("field-0"), Some("field-1-0"), None]);
    let first = &drawn.sections[0].fields[0];
    assert_eq!(first.problem.as_deref(), Some("mend a"));
    assert!(first.described_by.starts_with("field-0-problem"));
}
