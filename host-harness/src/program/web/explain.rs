//! Causes in words: the plugin's, or, for a code that the plugin does not know
//! itself, this page's. A code never stands alone.

use host_harness::contract::{Actor, Descriptor, Error, Explanation, Finding, Remedy};

use super::frame::Frame;
use super::site::Site;

/// A cause as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// For whoever has to look it up; may be empty.
    pub code: String,
    /// The language of title and detail (BCP 47).
    pub lang: String,
    /// What it is.
    pub title: String,
    /// Why; may be empty.
    pub detail: String,
    /// What to do, the most useful first.
    pub ways: Vec<Way>,
    /// The provider's own code and words, which may be anybody's; may be empty.
    pub provider: Provider,
}

/// What the provider said itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provider {
    /// Its code.
    pub code: String,
    /// Its words.
    pub message: String,
}

impl Provider {
    /// Whether it said nothing.
    pub fn is_empty(&self) -> bool {
        self.code.is_empty() && self.message.is_empty()
    }
}

/// A way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Who has to act.
    pub who: String,
    /// The language of step and place (BCP 47).
    pub lang: String,
    /// What they do.
    pub step: String,
    /// Where; may be empty.
    pub place: String,
}

/// Turns what the plugin says into words.
pub struct Explainer<'a> {
    /// The page.
    pub site: &'a Site,
    /// Its words.
    pub frame: &'a Frame<'a>,
    /// The plugin, as it describes itself.
    pub descriptor: &'a Descriptor,
}

/// The language in which a plugin speaks when asked for this one: English where
/// it does not know it. Readers aloud have to be told.
pub fn spoken<'a>(descriptor: &Descriptor, lang: &'a str) -> &'a str {
    if descriptor.locales.iter().any(|known| known == lang) {
        lang
    } else {
        "en"
    }
}

impl Explainer<'_> {
    fn spoken(&self) -> String {
        spoken(self.descriptor, self.frame.lang()).to_owned()
    }

    /// Remedies, with who acts. A guest is told what is not for those of the company:
    /// what they could do there, the guest does here by starting again.
    pub fn ways(&self, remedies: &[Remedy]) -> Vec<Way> {
        let is_guest = self.frame.guest().is_some();
        let way = |Remedy { who, step, place }: &Remedy| Way {
            who: match who {
                Actor::Administrator => self.frame.t("actor-administrator"),
                Actor::ProviderAdministrator => self.frame.with(
                    "actor-provider-administrator",
                    "name",
                    &self.descriptor.name,
                ),
                Actor::Operator => self.frame.t("actor-operator"),
                Actor::Provider => self.descriptor.name.clone(),
            },
            lang: self.spoken(),
            step: step.clone(),
            place: place.clone(),
        };
        let remedies = remedies.iter();
        let told = remedies.filter(|it| !(is_guest && it.who == Actor::Administrator));
        told.map(way).collect()
    }

    /// A finding of a report.
    pub fn finding(&self, finding: &Finding) -> Cause {
        let titled = !finding.title.trim().is_empty();
        Cause {
            code: finding.code.clone(),
            title: if titled {
                finding.title.clone()
            } else {
                self.frame.t("cause-unknown")
            },
            lang: self.spoken(),
            detail: finding.detail.clone(),
            ways: self.ways(&finding.remedies),
            provider: Provider {
                code: finding.provider_code.clone(),
                message: finding.provider_message.clone(),
            },
        }
    }

    /// What the plugin says of a code, if it says anything.
    pub async fn explanation(&self, code: &str) -> Option<Explanation> {
        match self.site.host.explain(code, self.frame.lang()).await {
            Ok(explanation) => explanation.filter(|found| !found.title.trim().is_empty()),
            Err(error) => {
                tracing::warn!(%error, code, "a cause cannot be explained");
                None
            }
        }
    }

    /// A code.
    pub async fn code(&self, code: &str) -> Cause {
        match self.explanation(code).await {
            Some(explanation) => Cause {
                code: code.to_owned(),
                lang: self.spoken(),
                title: explanation.title,
                detail: explanation.detail,
                ways: self.ways(&explanation.remedies),
                provider: Provider::default(),
            },
            None => Cause {
                code: code.to_owned(),
                ..self.own("cause-unknown", "cause-unknown-text")
            },
        }
    }

    /// An error.
    pub async fn refusal(&self, refusal: &Error) -> Cause {
        match refusal {
            Error::Rejected(code)
            | Error::Misconfigured(code)
            | Error::CallbackRejected(code)
            | Error::AuthorizationRequired(code)
            | Error::Storage(code)
            | Error::Other(code) => self.code(code).await,
            Error::Unavailable(retry) => self.code(&retry.reason).await,
            Error::Forbidden(finding) => self.finding(finding),
            Error::Provider(error) => Cause {
                provider: Provider {
                    code: error.code.clone(),
                    message: error.message.clone(),
                },
                ..self.own("cause-provider", "cause-provider-text")
            },
            Error::InvalidSettings(problems) => {
                let messages = problems.iter().map(|problem| problem.message.as_str());
                Cause {
                    detail: messages.collect::<Vec<_>>().join(" "),
                    ..self.own("errors-title", "cause-unknown-text")
                }
            }
        }
    }

    fn own(&self, title: &str, detail: &str) -> Cause {
        Cause {
            code: String::new(),
            lang: self.frame.lang().to_owned(),
            title: self.frame.t(title),
            detail: self.frame.t(detail),
            ways: Vec::new(),
            provider: Provider::default(),
        }
    }
}
