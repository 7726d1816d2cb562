//! What the grant may do, area by area, in words.

use host_harness::contract::{Report, Verdict};

use super::explain::Provider;

/// Access to one area in words.
pub struct Reach {
    /// What people call it.
    pub label: String,
    /// The message of the verdict.
    pub verdict: &'static str,
    /// The class of the style sheet.
    pub tone: &'static str,
    /// What the provider said.
    pub provider: Provider,
    /// When it was asked, in Unix seconds.
    pub checked: Option<u64>,
}

/// Each area that the settings ask for.
pub fn reach(report: &Report) -> Vec<Reach> {
    let areas = report.access.iter().map(|access| {
        let (verdict, tone) = match access.verdict {
            Verdict::Unchecked => ("verdict-unchecked", "quiet"),
            Verdict::Granted => ("verdict-granted", "good"),
            Verdict::MissingScope => ("verdict-missing-scope", "bad"),
            Verdict::MissingLicence => ("verdict-missing-licence", "bad"),
            Verdict::MissingRight => ("verdict-missing-right", "bad"),
            Verdict::Unknown => ("verdict-unknown", "bad"),
        };
        let label = if access.label.is_empty() {
            &access.area
        } else {
            &access.label
        };
        Reach {
            label: label.clone(),
            verdict,
            tone,
            provider: Provider {
                code: access.provider_code.clone(),
                message: access.provider_message.clone(),
            },
            checked: access.checked,
        }
    });
    areas.collect()
}
