//! Tells a company's people by mail what needs one of them.
//!
//! The address and the language are settings that mean the same in every
//! plugin. Without an address nothing is sent and nothing remembered; what an
//! address was told it is not told again before a day has passed. What cannot be delivered is
//! tried again later, and is nobody's failure but the operator's to see.

mod text;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use host_harness::contract::{Finding, Report};
use host_harness::notices::{SqliteNotices, Telling, Topic, pressing};
use host_harness::storage::StorageError;
use host_harness::{CallError, Clock, Connection, Host, Random, RandomError, Watch};
use lettre::message::Mailbox;

use crate::mail::{DeliveryError, Letter, MessageError, Outbox};
use crate::web::{Locale, Words};
use text::Text;

/// The setting with the address; the same in every plugin.
const NOTICES: &str = "notices";
/// The setting with the language; the same in every plugin.
const LANGUAGE: &str = "language";

/// Seconds for which a server that could not be spoken to is left alone.
const REST: u64 = 60;

/// What it takes to tell.
pub struct Notices {
    /// The integration.
    pub host: Host,
    /// What was told.
    pub told: SqliteNotices,
    /// Who messages come from.
    pub from: Mailbox,
    /// Where they go out.
    pub outbox: Arc<dyn Outbox>,
    /// The address of the integration's page, where there is one.
    pub page: Option<String>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Names of messages.
    pub random: Arc<dyn Random>,
    /// The words around those of the plugin.
    pub words: Words,
    /// Until then nobody tries to deliver.
    pub rests_until: AtomicU64,
}

/// Why nothing was told.
#[derive(Debug, thiserror::Error)]
enum NoticeError {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Storage(#[from] StorageError),
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error(transparent)]
    Random(#[from] RandomError),
}

#[async_trait::async_trait]
impl Watch for Notices {
    async fn look(&self, connection: &Connection) -> Option<u64> {
        match self.tell(connection).await {
            Ok(next) => next,
            Err(error) => {
                warn(connection, &error);
                None
            }
        }
    }
}

impl Notices {
    /// Tells what is to be told; returns when there may be something next.
    async fn tell(&self, connection: &Connection) -> Result<Option<u64>, NoticeError> {
        let report = connection.status(Locale::En.tag()).await?;
        let Some(address) = setting(&report, NOTICES) else {
            return Ok(None);
        };
        let locale = setting(&report, LANGUAGE).and_then(Locale::from_tag);
        let locale = locale.unwrap_or(Locale::En);
        let now = self.clock.now().as_secs();
        if pressing(&report, now).is_empty() {
            return Ok(None);
        }
        let spoken = match locale {
            Locale::En => report.clone(),
            _ => connection.status(locale.tag()).await?,
        };
        let pressing = pressing(&spoken, now);
        let standing: Vec<Topic> = pressing.iter().map(|finding| Topic::of(finding)).collect();
        let rests_until = self.rests_until.load(Ordering::Relaxed);
        if now < rests_until && rests_until <= now.saturating_add(REST) {
            return Ok(Some(rests_until));
        }
        let company = connection.company();
        let taken = self.told.take(company, address, &standing, now);
        let Telling { due, next } = taken.await?;
        if due.is_empty() {
            return Ok(next);
        }
        let findings = pressing.into_iter();
        let findings: Vec<&Finding> = findings
            .filter(|finding| due.contains(&Topic::of(finding)))
            .collect();
        let sent = self
            .send(company, address, locale, &spoken, &findings)
            .await;
        let now = self.clock.now().as_secs();
        match sent {
            Ok(()) => {
                self.told.told(company, address, &due, now).await?;
                Ok(self.told.take(company, address, &standing, now).await?.next)
            }
            Err(error) => {
                if let NoticeError::Delivery(error) = &error
                    && !error.is_of_this_message()
                {
                    let until = now.saturating_add(REST);
                    self.rests_until.store(until, Ordering::Relaxed);
                }
                warn(connection, &error);
                Ok(Some(self.told.failed(company, now).await?))
            }
        }
    }

    async fn send(
        &self,
        company: &str,
        address: &str,
        locale: Locale,
        report: &Report,
        findings: &[&Finding],
    ) -> Result<(), NoticeError> {
        let descriptor = self.host.describe(locale.tag()).await?;
        let text = Text {
            words: &self.words,
            locale,
            company,
            address,
            descriptor: &descriptor,
            report,
            findings,
            page: self.page.as_deref(),
        };
        let mut id = [0; 16];
        self.random.fill(&mut id)?;
        let letter = Letter {
            from: &self.from,
            to: address,
            subject: &text.subject(),
            body: text.body(),
            now: self.clock.now(),
            id,
        };
        Ok(self.outbox.deliver(&letter.message()?).await?)
    }
}

/// A setting that is not empty.
fn setting<'a>(report: &'a Report, key: &str) -> Option<&'a str> {
    let mut settings = report.settings.iter();
    let (_, value) = settings.find(|(name, _)| name == key)?;
    Some(value.trim()).filter(|value| !value.is_empty())
}

fn warn(connection: &Connection, error: &NoticeError) {
    let company = connection.company();
    let error = error as &dyn std::error::Error;
    tracing::warn!(company, error, "a notice cannot be sent");
}
