//! What stands for a token where the token itself must not.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::json::{Json, Value};

/// The beginning of a token's SHA-256 hash: enough to tell a few dozen tokens
/// apart, too little to try guesses against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// The fingerprint of a secret.
    pub fn of(secret: &str) -> Fingerprint {
        let hash = Sha256::digest(secret);
        let mut text = String::new();
        for byte in hash.iter().take(4) {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Fingerprint(text)
    }
}

impl Json for Fingerprint {
    fn read(value: &Value) -> Option<Self> {
        String::read(value).map(Fingerprint)
    }

    fn write(&self) -> Value {
        self.0.write()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_a_secret_when_printed_then_eight_digits_of_its_hash_are_seen() {
        // SHA-256 of "abc", FIPS 180-4 appendix: ba7816bf…
        assert_eq!(Fingerprint::of("abc"), Fingerprint("ba7816bf".to_owned()));
        assert_ne!(Fingerprint::of("abd"), Fingerprint::of("abc"));
    }
}
