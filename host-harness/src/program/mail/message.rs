//! A message as RFC 5322 has it: plain text, from a program.

use std::time::{Duration, SystemTime};

use host_harness::one_line;
use lettre::address::AddressError;
use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::{Address, Message};

/// Longer subjects are cut.
const SUBJECT_LENGTH: usize = 200;

/// What a message is made of.
#[derive(Debug)]
pub struct Letter<'a> {
    /// Who sends it.
    pub from: &'a Mailbox,
    /// The bare address that gets it, as somebody typed it.
    pub to: &'a str,
    /// One line; what does not fit one is escaped.
    pub subject: &'a str,
    /// The text, whose lines end in `\n`.
    pub body: String,
    /// When, since 1970-01-01T00:00:00Z.
    pub now: Duration,
    /// Names the message; never the same twice.
    pub id: [u8; 16],
}

/// Why there is no message.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    /// Nobody can be written to there.
    #[error("the address for notices is none")]
    Address(#[from] AddressError),
    /// The parts do not make a message.
    #[error("the message cannot be made")]
    Message(#[from] lettre::error::Error),
}

impl Letter<'_> {
    /// Makes the message.
    ///
    /// # Errors
    ///
    /// [`MessageError`].
    pub fn message(self) -> Result<Message, MessageError> {
        let to: Address = self.to.parse()?;
        let date = SystemTime::UNIX_EPOCH.checked_add(self.now);
        let id = u128::from_be_bytes(self.id);
        let id = format!("<{id:032x}@{}>", self.from.email.domain());
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(one_line(self.subject, SUBJECT_LENGTH))
            .date(date.unwrap_or(SystemTime::UNIX_EPOCH))
            .message_id(Some(id))
            // Nobody's absence is answered to it (RFC 3834 section 5).
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .body(self.body)?;
        Ok(message)
    }
}
