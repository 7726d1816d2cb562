//! Secure random bytes, as an injected capability.
//!
//! There is no weaker source to fall back to: a source that fails makes the
//! call fail (RFC 9700 section 2.1 needs unguessable `state`).

/// The secure source failed; nothing may be derived in its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the source of secure random bytes failed: {0}")]
pub struct RandomError(
    /// What the source said.
    pub String,
);

/// A source of cryptographically secure bytes; replaced in tests.
pub trait Random: Send + Sync + 'static {
    /// Fills all of `bytes`.
    ///
    /// # Errors
    ///
    /// [`RandomError`] when the source cannot; `bytes` must not be used then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError>;
}

/// The operating system's source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        getrandom::fill(bytes).map_err(|error| RandomError(error.to_string()))
    }
}

/// `N` secure bytes.
pub(crate) fn array<const N: usize>(random: &dyn Random) -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    random.fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_the_systems_source_when_asked_twice_then_all_is_filled_and_differs() {
        let [one, two] = [(); 2].map(|()| array::<32>(&SystemRandom).unwrap());
        assert_ne!(one, two);
        assert_ne!(one, [0; 32]);
    }
}
