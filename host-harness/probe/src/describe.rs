//! What the probe is, to a host that draws it like any other plugin.

use crate::{
    contract::{Descriptor, FormField, Kind, Origin},
    settings::KILL,
};

/// The descriptor; it is the same in every language. Uses no import.
#[must_use]
pub fn describe() -> Descriptor {
    let text = str::to_owned;
    Descriptor {
        id: text("host-kit"),
        name: text("Host kit"),
        version: text(env!("CARGO_PKG_VERSION")),
        vendor: text("erp:integration"),
        homepage: String::new(),
        summary: text("Checks whether this host keeps what the contract promises to plugins."),
        icon: String::new(),
        // Never reached: the registration's endpoints stand in its place.
        origins: vec![Origin {
            url: text("https://kit.invalid"),
            requests: 0,
            window: 0,
        }],
        scopes: Vec::new(),
        locales: vec![text("en")],
        form: vec![FormField {
            key: text(KILL),
            section: String::new(),
            label: text("Check what survives a kill"),
            help: text(
                "A check then waits half a minute for the host's process to be killed. Start the \
                 host again and check once more to see what survived.",
            ),
            kind: Kind::Toggle,
            initial: text("false"),
            required: false,
            locked: false,
        }],
    }
}
