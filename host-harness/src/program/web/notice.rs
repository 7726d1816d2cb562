//! What a page tells once, after a form or a return from the provider.

/// The outcome of what a person just did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The settings were saved.
    Saved,
    /// The provider granted access.
    Granted,
    /// The integration was switched on.
    Enabled,
    /// The integration was switched off.
    Disabled,
    /// The provider was asked what the grant may do.
    Checked,
    /// A link for somebody else was made.
    Invited,
    /// Nobody was named whom the link is for.
    Nameless,
    /// The link was withdrawn.
    Withdrawn,
    /// The link was to be withdrawn, and access had been granted through it.
    UsedBefore,
    /// The return from the provider was refused; a cause code.
    Refused(String),
}
