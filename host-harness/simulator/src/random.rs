//! Randomness for codes, tokens and sessions: SHA-256 over a seed and a
//! counter, so that a given seed gives the same run again.

use sha2::{Digest, Sha256};

/// The operating system gave no randomness to start from.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no randomness")]
pub struct NoRandomness(#[source] getrandom::Error);

pub(crate) struct Random {
    seed: [u8; 32],
    counter: u64,
}

impl Random {
    /// Repeatable with a seed, unpredictable without one.
    pub(crate) fn new(seed: Option<u64>) -> Result<Self, NoRandomness> {
        let seed = match seed {
            Some(seed) => Sha256::digest(seed.to_be_bytes()).into(),
            None => {
                let mut bytes = [0; 32];
                getrandom::fill(&mut bytes).map_err(NoRandomness)?;
                bytes
            }
        };
        Ok(Self { seed, counter: 0 })
    }

    pub(crate) fn bytes(&mut self) -> [u8; 32] {
        self.counter += 1;
        Sha256::new()
            .chain_update(self.seed)
            .chain_update(self.counter.to_be_bytes())
            .finalize()
            .into()
    }

    /// 40 hexadecimal characters (160 bits), the shape of Fortnox's refresh
    /// tokens and token ids.
    pub(crate) fn hex40(&mut self) -> String {
        hex(self.bytes().iter().take(20))
    }

    /// The shape of a version 4 UUID, which is what Fortnox's codes look like.
    pub(crate) fn uuid(&mut self) -> String {
        let mut digits: Vec<char> = hex(self.bytes().iter().take(16)).chars().collect();
        if let Some(version) = digits.get_mut(12) {
            *version = '4';
        }
        if let Some(variant) = digits.get_mut(16) {
            *variant = 'a';
        }
        for at in [20, 16, 12, 8] {
            digits.insert(at, '-');
        }
        digits.into_iter().collect()
    }
}

fn hex<'a>(bytes: impl Iterator<Item = &'a u8>) -> String {
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_the_same_seed_when_drawn_then_the_same_values_and_no_repeat() {
        let (mut a, mut b) = (Random::new(Some(7)).unwrap(), Random::new(Some(7)).unwrap());
        let first = a.hex40();
        assert_eq!(first, b.hex40());
        assert_ne!(first, a.hex40());
        assert_eq!(first.len(), 40);
    }

    #[test]
    fn given_a_uuid_when_drawn_then_it_has_the_shape_of_version_4() {
        let uuid = Random::new(None).unwrap().uuid();
        let parts: Vec<usize> = uuid.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(uuid.chars().nth(14), Some('4'));
    }
}
