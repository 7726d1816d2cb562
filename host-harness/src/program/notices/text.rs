//! A notice in words.
//!
//! Everything that comes from the plugin, the provider or the settings becomes
//! lines of printable text here, so that nothing in it can pass for another
//! part of the message.

use host_harness::contract::{Actor, Descriptor, Finding, Remedy, Report, Severity};
use host_harness::one_line;

use crate::web::{Locale, Words, moment};

/// Longer names are cut.
const NAME: usize = 200;
/// Longer sentences are cut.
const SENTENCES: usize = 2000;
/// More ways out are not told.
const WAYS: usize = 10;

/// What a notice tells.
pub struct Text<'a> {
    /// The words around those of the plugin.
    pub words: &'a Words,
    /// The company's language.
    pub locale: Locale,
    /// The company.
    pub company: &'a str,
    /// Where the notice goes.
    pub address: &'a str,
    /// The plugin, in that language.
    pub descriptor: &'a Descriptor,
    /// Where the connection stands, in that language.
    pub report: &'a Report,
    /// What to tell of it, the worst first.
    pub findings: &'a [&'a Finding],
    /// The address of the integration's page.
    pub page: Option<&'a str>,
}

/// Findings that differ in their area alone.
struct Group<'a> {
    finding: &'a Finding,
    areas: Vec<String>,
}

impl Text<'_> {
    /// The product, the company, and the worst finding.
    pub fn subject(&self) -> String {
        let groups = self.groups();
        let title = groups.first().map(|group| self.title(group.finding));
        let title = title.unwrap_or_default();
        let product = self.t("product");
        let company = one_line(self.company, NAME);
        let more = groups.len().saturating_sub(1).to_string();
        let id = match more.as_str() {
            "0" => "mail-subject",
            _ => "mail-subject-more",
        };
        let values = [
            ("product", product.as_str()),
            ("company", &company),
            ("title", &title),
            ("count", &more),
        ];
        self.words.message(self.locale, id, &values)
    }

    /// All of it.
    pub fn body(&self) -> String {
        let mut lines = vec![self.about("mail-lead"), String::new()];
        self.whose(&mut lines);
        for group in self.groups() {
            lines.push(String::new());
            self.group(&group, &mut lines);
        }
        if let Some(page) = self.page {
            lines.push(String::new());
            lines.push(pair(&self.t("mail-open"), page));
        }
        lines.extend([String::new(), "-- ".to_owned(), self.about("mail-why")]);
        lines.push(self.about("mail-stop"));
        lines.push(self.t("mail-often"));
        lines.push(String::new());
        lines.join("\n")
    }

    fn whose(&self, lines: &mut Vec<String>) {
        lines.push(pair(&self.t("mail-company"), &one_line(self.company, NAME)));
        let Some(grant) = &self.report.grant else {
            return;
        };
        if let Some(organization) = &grant.organization {
            let name = one_line(&organization.name, NAME);
            let number = one_line(&organization.number, NAME);
            let whole = match number.is_empty() {
                true => name,
                false => format!("{name} ({number})"),
            };
            lines.push(pair(&self.about("mail-organization"), &whole));
        }
        if let Some(end) = grant.renew_by.and_then(|end| moment(self.locale, end)) {
            lines.push(pair(&self.t("renew-by"), &end.text));
        }
    }

    fn group(&self, group: &Group<'_>, lines: &mut Vec<String>) {
        let Group { finding, areas } = group;
        let severity = match finding.severity {
            Severity::Error => "severity-error",
            Severity::Warning => "severity-warning",
            Severity::Info => "severity-info",
        };
        lines.push(pair(&self.t(severity), &self.title(finding)));
        if !finding.detail.trim().is_empty() {
            lines.push(one_line(&finding.detail, SENTENCES));
        }
        if !areas.is_empty() {
            lines.push(pair(&self.t("mail-concerns"), &areas.join(", ")));
        }
        let since = Some(finding.since).filter(|since| *since != 0);
        if let Some(since) = since.and_then(|since| moment(self.locale, since)) {
            lines.push(pair(&self.t("since"), &since.text));
        }
        let (code, words) = (&finding.provider_code, &finding.provider_message);
        let said = one_line(format!("{words} {code}").trim(), SENTENCES);
        if !said.is_empty() {
            lines.push(format!("{} {said}", self.about("provider-says")));
        }
        let code = one_line(&finding.code, NAME);
        lines.push(format!("{} {code}", self.t("code")));
        if !finding.remedies.is_empty() {
            lines.push(format!("{}:", self.t("mail-ways")));
        }
        for (number, remedy) in (1..=WAYS).zip(&finding.remedies) {
            let Remedy { who, step, place } = remedy;
            let step = one_line(step, SENTENCES);
            lines.push(format!("{number}. {}: {step}", self.actor(*who)));
            if !place.trim().is_empty() {
                let place = one_line(place, SENTENCES);
                lines.push(format!("   {} {place}", self.t("place")));
            }
        }
    }

    fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for finding in self.findings {
            let area = finding.area.as_deref().map(|area| self.label(area));
            let same = groups.iter_mut().find(|group| {
                area.is_some() && !group.areas.is_empty() && is_same(group.finding, finding)
            });
            match same {
                Some(group) => group.areas.extend(area),
                None => groups.push(Group {
                    finding,
                    areas: area.into_iter().collect(),
                }),
            }
        }
        groups
    }

    fn title(&self, finding: &Finding) -> String {
        match finding.title.trim() {
            "" => self.t("cause-unknown"),
            title => one_line(title, NAME),
        }
    }

    /// What people call a field of the form.
    fn label(&self, key: &str) -> String {
        let mut form = self.descriptor.form.iter();
        let field = form.find(|field| field.key == key);
        one_line(field.map_or(key, |field| &field.label), NAME)
    }

    fn actor(&self, who: Actor) -> String {
        match who {
            Actor::Administrator => {
                let product = self.t("product");
                let values = [("product", product.as_str())];
                let id = "mail-actor-administrator";
                self.words.message(self.locale, id, &values)
            }
            Actor::ProviderAdministrator => self.about("actor-provider-administrator"),
            Actor::Operator => self.t("actor-operator"),
            Actor::Provider => self.name(),
        }
    }

    /// The provider's name.
    fn name(&self) -> String {
        one_line(&self.descriptor.name, NAME)
    }

    fn t(&self, id: &str) -> String {
        self.words.message(self.locale, id, &[])
    }

    /// A message about this integration of this company.
    fn about(&self, id: &str) -> String {
        let values = [
            ("name", self.name()),
            ("company", one_line(self.company, NAME)),
            ("address", one_line(self.address, NAME)),
            ("field", self.label(super::NOTICES)),
        ];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        self.words.message(self.locale, id, &values)
    }
}

fn pair(label: &str, value: &str) -> String {
    format!("{label}: {value}")
}

fn is_same(one: &Finding, other: &Finding) -> bool {
    let all_but_area = |finding: &Finding| Finding {
        area: None,
        since: 0,
        ..finding.clone()
    };
    all_but_area(one) == all_but_area(other)
}
