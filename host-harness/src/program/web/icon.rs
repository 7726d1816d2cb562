//! A plugin's icon. It is SVG text that nobody vouches for, so it is drawn as an
//! image: inside `<img>` neither scripts run nor anything is loaded.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use host_harness::contract::Descriptor;

/// An icon beyond this is not drawn.
const LARGEST: usize = 64 * 1024;

/// What stands beside a name.
#[derive(Debug, PartialEq, Eq)]
pub enum Icon {
    /// The address of the picture.
    Picture(String),
    /// The first letter of the name.
    Letter(String),
}

impl Icon {
    /// The plugin's icon, or a letter where it has none.
    pub fn of(descriptor: &Descriptor) -> Self {
        let svg = descriptor.icon.trim();
        if svg.is_empty() || svg.len() > LARGEST {
            let letter = descriptor.name.trim().chars().next().unwrap_or('·');
            return Self::Letter(letter.to_uppercase().collect());
        }
        let data = BASE64_STANDARD.encode(svg);
        Self::Picture(format!("data:image/svg+xml;base64,{data}"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::plugin;
    use super::*;

    #[test]
    fn given_any_icon_when_drawn_then_nothing_of_it_is_markup() {
        let mut descriptor = plugin::descriptor();
        descriptor.icon = "<svg onload=\"alert(1)\"/>".into();
        let Icon::Picture(address) = Icon::of(&descriptor) else {
            panic!("a letter")
        };
        assert!(address.starts_with("data:image/svg+xml;base64,"));
        assert!(!address.contains(['<', '>', '"', '\'']), "{address}");
    }

    #[test]
    fn given_no_icon_or_no_name_when_drawn_then_a_letter_stands_for_it() {
        let letter = |name: &str, icon: &str| {
            let mut descriptor = plugin::descriptor();
            descriptor.name = name.into();
            descriptor.icon = icon.into();
            Icon::of(&descriptor)
        };
        assert_eq!(letter("åsa", " "), Icon::Letter("Å".into()));
        assert_eq!(letter("", ""), Icon::Letter("·".into()));
        assert_eq!(
            letter("x", &"a".repeat(LARGEST + 1)),
            Icon::Letter("X".into())
        );
    }
}
