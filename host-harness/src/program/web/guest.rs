//! Somebody without a login here, who was given a link to do one authorization.

use host_harness::{HostError, InvitationKey};

use super::site::Site;

/// Characters of the longest name.
pub const LONGEST: usize = 80;

/// What the company calls a guest: one line of text that can be seen, and that no
/// mark of direction or invisible character makes look like another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestName(String);

impl GuestName {
    /// A name as it was typed; none where there is nothing left of it, or too much.
    pub fn parse(typed: &str) -> Option<Self> {
        let seen = typed.chars().filter(|character| !is_unseen(*character));
        let text: String = seen.collect();
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = (1..=LONGEST).contains(&name.chars().count());
        fits.then_some(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_unseen(character: char) -> bool {
    let is_control = character.is_control() && !character.is_whitespace();
    is_control
        || matches!(character,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A guest, in the one browser in which the link was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// By which invitation.
    pub invitation: InvitationKey,
    /// For which company.
    pub company: String,
    /// As the company calls them.
    pub name: String,
    /// As the company log calls them, which marks them as a guest.
    pub actor: String,
}

impl Guest {
    /// Whether the invitation still holds: it was neither withdrawn nor replaced,
    /// and has not expired.
    ///
    /// # Errors
    ///
    /// [`HostError`] when nobody can tell.
    pub async fn is_welcome(&self, site: &Site) -> Result<bool, HostError> {
        let found = site.invitations.find(self.invitation, site.now()).await?;
        Ok(found.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_name_as_typed_when_read_then_only_what_can_be_seen_is_left() {
        let read = |typed: &str| GuestName::parse(typed).map(|name| name.0);
        assert_eq!(read("  Anna\t Berg\r\n"), Some("Anna Berg".into()));
        assert_eq!(read("Anna\u{202e}\u{200b}\u{0}"), Some("Anna".into()));
        assert_eq!(read("<b>Åsa</b>"), Some("<b>Åsa</b>".into()));
        for nothing in ["", "  ", "\u{200b}\u{feff}", "\u{7}"] {
            assert_eq!(read(nothing), None, "{nothing:?}");
        }
        assert!(read(&"å".repeat(LONGEST)).is_some());
        assert_eq!(read(&"å".repeat(LONGEST + 1)), None);
    }
}
