//! Sealed bytes: XChaCha20-Poly1305 with a random nonce, in a versioned frame.
//!
//! ```text
//! header | nonce (24) | ciphertext and tag
//! ```
//!
//! The header says what is sealed and in which format. It and the context (who
//! the bytes belong to) are associated data, each part with its length, so that
//! sealed bytes open only unchanged and in the place for which they were made.

use crate::random::{self, Random, RandomError};
use chacha20poly1305::{
    Key, KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

/// A symmetric key.
pub(super) type SecretKey = Zeroizing<[u8; 32]>;

const NONCE: usize = 24;

/// Why sealed bytes do not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EnvelopeError {
    /// Too short, or another header.
    #[error("the bytes are not in a format that this program knows")]
    Format,
    /// Changed, moved from another place, or sealed with another key.
    #[error("the bytes were changed, moved or sealed with another key")]
    Forged,
}

/// Seals `value` for `context`.
pub(super) fn seal(
    key: &SecretKey,
    header: &[u8],
    context: &[&str],
    value: &[u8],
    random: &dyn Random,
) -> Result<Vec<u8>, RandomError> {
    let nonce = random::array::<NONCE>(random)?;
    let aad = associated_data(header, context);
    let sealed = cipher(key)
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: value,
                aad: &aad,
            },
        )
        // Only a value of many gigabytes cannot be sealed.
        .map_err(|_| RandomError("the value cannot be sealed".into()))?;
    Ok([header, &nonce, &sealed].concat())
}

/// Opens what [`seal`] made with the same key, header and context.
pub(super) fn open(
    key: &SecretKey,
    header: &[u8],
    context: &[&str],
    bytes: &[u8],
) -> Result<Zeroizing<Vec<u8>>, EnvelopeError> {
    let rest = bytes.strip_prefix(header).ok_or(EnvelopeError::Format)?;
    let (nonce, sealed) = rest
        .split_first_chunk::<NONCE>()
        .ok_or(EnvelopeError::Format)?;
    let aad = associated_data(header, context);
    cipher(key)
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: sealed,
                aad: &aad,
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| EnvelopeError::Forged)
}

fn cipher(key: &SecretKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(**key))
}

fn associated_data(header: &[u8], context: &[&str]) -> Vec<u8> {
    let mut data = Vec::new();
    for part in std::iter::once(header).chain(context.iter().map(|part| part.as_bytes())) {
        data.extend_from_slice(&(part.len() as u64).to_le_bytes());
        data.extend_from_slice(part);
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{storage::hex, testing::Counting};

    const HEADER: &[u8] = b"TEST\x01\x01";

    fn key() -> SecretKey {
        Zeroizing::new([7; 32])
    }

    fn sealed() -> Vec<u8> {
        seal(
            &key(),
            HEADER,
            &["connection", "grant", "v1"],
            b"value",
            &Counting::new(),
        )
        .unwrap()
    }

    #[test]
    fn given_a_fixed_key_and_nonce_when_sealing_then_the_bytes_are_the_known_ones() {
        assert_eq!(hex(&sealed()), KNOWN);
    }

    /// Computed by an independent implementation in another language.
    const KNOWN: &str = "54455354010100000000000000000000000000000001000000000000000240749a7e34f4d52aefe577d68ef37cb3282f4394e3";

    #[test]
    fn given_sealed_bytes_when_opening_in_their_place_then_the_value_is_back() {
        let opened = open(&key(), HEADER, &["connection", "grant", "v1"], &sealed()).unwrap();
        assert_eq!(*opened, b"value");
    }

    #[test]
    fn given_sealed_bytes_when_any_bit_flips_then_they_do_not_open() {
        let sealed = sealed();
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            open(&key(), HEADER, &["connection", "grant", "v1"], &changed).unwrap_err();
        }
    }

    #[test]
    fn given_sealed_bytes_when_cut_short_anywhere_then_they_do_not_open() {
        let sealed = sealed();
        for length in 0..sealed.len() {
            let cut = &sealed[..length];
            open(&key(), HEADER, &["connection", "grant", "v1"], cut).unwrap_err();
        }
    }

    #[test]
    fn given_sealed_bytes_when_opened_elsewhere_then_they_do_not_open() {
        for context in [
            ["other", "grant", "v1"],
            ["connection", "attempt", "v1"],
            ["connection", "grant", "v2"],
            ["connectiong", "rant", "v1"],
        ] {
            let error = open(&key(), HEADER, &context, &sealed()).unwrap_err();
            assert_eq!(error, EnvelopeError::Forged);
        }
    }

    #[test]
    fn given_another_key_when_opening_then_it_is_refused() {
        let other = Zeroizing::new([8; 32]);
        let error = open(&other, HEADER, &["connection", "grant", "v1"], &sealed()).unwrap_err();
        assert_eq!(error, EnvelopeError::Forged);
    }
}
