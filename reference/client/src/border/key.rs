//! Public keys and signatures in their one canonical form.

use curve25519_dalek::edwards::CompressedEdwardsY;
use thiserror::Error;
use vodozemac::{Curve25519PublicKey, Ed25519PublicKey, Ed25519Signature};

use super::base64::{self, Base64Error};
use crate::{Conduct, Flaw};

/// Why a key or signature is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// It is not the strict base64 of its length.
    #[error(transparent)]
    Text(#[from] Base64Error),
    /// A Curve25519 key with bit 255 set or with u at or above p: an alias of another text.
    #[error("Curve25519 key is not in canonical form")]
    CurveKeyNotCanonical,
    /// A Curve25519 key that yields the same secret with every partner.
    #[error("Curve25519 key has small order")]
    CurveKeySmallOrder,
    /// One Curve25519 key in two roles: our own as a partner's, or an identity key as a one-time key.
    #[error("Curve25519 key stands for two")]
    CurveKeyReflected,
    /// An Ed25519 key that is no point, or not the canonical text of its point.
    #[error("Ed25519 key is not in canonical form")]
    EdKeyNotCanonical,
    /// An Ed25519 key under which signatures of nobody can verify.
    #[error("Ed25519 key has small order")]
    EdKeySmallOrder,
}

/// The Curve25519 key of a base64 text.
///
/// # Errors
/// If the text or the key is not canonical, or the key has small order.
pub fn curve25519(text: &str, conduct: &Conduct) -> Result<Curve25519PublicKey, KeyError> {
    curve25519_bytes(base64::decode_array(text)?, conduct)
}

/// The Curve25519 key of its 32 bytes (little-endian u).
///
/// # Errors
/// If the key is not canonical (VEC-X-03..05) or has small order (VEC-X-01, VEC-X-02).
pub fn curve25519_bytes(
    bytes: [u8; 32],
    conduct: &Conduct,
) -> Result<Curve25519PublicKey, KeyError> {
    if !is_canonical_u(bytes) && !conduct.has(Flaw::AcceptNoncanonicalCurveKey) {
        return Err(KeyError::CurveKeyNotCanonical);
    }
    if has_small_order(bytes) && !conduct.has(Flaw::DhNoContributoryCheck) {
        return Err(KeyError::CurveKeySmallOrder);
    }
    Ok(Curve25519PublicKey::from_bytes(bytes))
}

/// Checks that a partner's keys are neither ours nor one key twice (VEC-X-07).
///
/// The agreements of a new channel are over pairs of them: where two are the same, fewer secrets go in than the
/// protocol counts on, and with our own key the channel would lead back to us.
///
/// # Errors
/// If two of the three are the same.
pub fn check_partner(
    own: Curve25519PublicKey,
    identity: Curve25519PublicKey,
    one_time: Curve25519PublicKey,
) -> Result<(), KeyError> {
    if own == identity || own == one_time || identity == one_time {
        return Err(KeyError::CurveKeyReflected);
    }
    Ok(())
}

/// The Ed25519 key of a base64 text.
///
/// # Errors
/// If the text or the key is not canonical, or the key has small order.
pub fn ed25519(text: &str, conduct: &Conduct) -> Result<Ed25519PublicKey, KeyError> {
    ed25519_bytes(base64::decode_array(text)?, conduct)
}

/// The Ed25519 key of its 32 bytes (RFC 8032, 5.1.2).
///
/// # Errors
/// If the bytes are no point, not its canonical form (VEC-E-05), or a point of small order
/// (VEC-E-03, VEC-E-09).
pub fn ed25519_bytes(bytes: [u8; 32], conduct: &Conduct) -> Result<Ed25519PublicKey, KeyError> {
    let checked = check_ed25519(bytes);
    if checked.is_err() && !conduct.has(Flaw::AcceptSmallOrderSigningKey) {
        checked?;
    }
    Ed25519PublicKey::from_slice(&bytes).or(Err(KeyError::EdKeyNotCanonical))
}

fn check_ed25519(bytes: [u8; 32]) -> Result<(), KeyError> {
    let point = CompressedEdwardsY(bytes)
        .decompress()
        .filter(|point| point.compress().0 == bytes)
        .ok_or(KeyError::EdKeyNotCanonical)?;
    if point.is_small_order() {
        return Err(KeyError::EdKeySmallOrder);
    }
    Ok(())
}

/// The signature of a base64 text. Whether it is valid is for [`Ed25519PublicKey::verify`] to say.
///
/// # Errors
/// If the text is not the strict base64 of 64 bytes.
pub fn signature(text: &str) -> Result<Ed25519Signature, KeyError> {
    signature_bytes(&base64::decode_array::<64>(text)?)
}

/// The signature of its 64 bytes.
///
/// # Errors
/// If there are not 64 bytes.
pub fn signature_bytes(bytes: &[u8]) -> Result<Ed25519Signature, KeyError> {
    Ed25519Signature::from_slice(bytes).or(Err(KeyError::Text(Base64Error::WrongLength {
        got: bytes.len(),
        wanted: Ed25519Signature::LENGTH,
    })))
}

/// p = 2^255 - 19, big-endian.
const P: [u8; 32] = {
    let mut p = [0xff; 32];
    p[0] = 0x7f;
    p[31] = 0xed;
    p
};

/// Whether u is below p, which also rules out bit 255.
fn is_canonical_u(mut bytes: [u8; 32]) -> bool {
    bytes.reverse();
    bytes < P
}

/// Whether the order of u divides 8, on the curve or on its twist.
///
/// Every clamped scalar is a multiple of 8, so exactly these points yield zero (RFC 7748, 6.1).
fn has_small_order(bytes: [u8; 32]) -> bool {
    x25519_dalek::x25519([0; 32], bytes) == [0; 32]
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::constants::EIGHT_TORSION;
    use vodozemac::Curve25519SecretKey;

    use super::*;

    fn honest_key() -> [u8; 32] {
        Curve25519PublicKey::from(&Curve25519SecretKey::new()).to_bytes()
    }

    /// The little-endian bytes of p + `more`.
    fn p_plus(more: i16) -> [u8; 32] {
        let mut bytes = P;
        bytes.reverse();
        bytes[0] = u8::try_from(i16::from(bytes[0]) + more).unwrap();
        bytes
    }

    #[test]
    fn honest_keys_are_taken() {
        let bytes = honest_key();
        let key = curve25519(&base64::encode(bytes), &Conduct::honest()).unwrap();
        assert_eq!(key.to_bytes(), bytes);
        let signer = vodozemac::Ed25519SecretKey::new();
        let text = signer.public_key().to_base64();
        assert_eq!(ed25519(&text, &Conduct::honest()), Ok(signer.public_key()));
    }

    #[test]
    fn aliases_of_a_curve_key_are_refused() {
        let mut alias = honest_key();
        alias[31] |= 0x80;
        let aliases = (0..=18).map(p_plus).chain([alias, [0xff; 32]]);
        for bytes in aliases {
            assert_eq!(
                curve25519_bytes(bytes, &Conduct::honest()),
                Err(KeyError::CurveKeyNotCanonical)
            );
        }
        let lax = Conduct::flawed(&[Flaw::AcceptNoncanonicalCurveKey]);
        assert!(curve25519_bytes(alias, &lax).is_ok());
        assert!(curve25519_bytes(p_plus(9), &lax).is_ok());
        assert_eq!(
            curve25519_bytes(p_plus(0), &lax),
            Err(KeyError::CurveKeySmallOrder),
            "one flaw removes one rule"
        );
    }

    #[test]
    fn small_order_curve_keys_are_refused() {
        let small = EIGHT_TORSION.map(|point| point.to_montgomery().0);
        for bytes in small.into_iter().chain([[0; 32], p_plus(-1)]) {
            assert_eq!(
                curve25519_bytes(bytes, &Conduct::honest()),
                Err(KeyError::CurveKeySmallOrder)
            );
            let lax = Conduct::flawed(&[Flaw::DhNoContributoryCheck]);
            assert!(curve25519_bytes(bytes, &lax).is_ok());
        }
    }

    #[test]
    fn small_order_and_noncanonical_signing_keys_are_refused() {
        for point in EIGHT_TORSION {
            assert_eq!(
                ed25519_bytes(point.compress().0, &Conduct::honest()),
                Err(KeyError::EdKeySmallOrder)
            );
            let lax = Conduct::flawed(&[Flaw::AcceptSmallOrderSigningKey]);
            assert!(ed25519_bytes(point.compress().0, &lax).is_ok());
        }
        // y = 1 with the sign of x set: x is 0, so the sign has no meaning
        let mut signed_identity = [0; 32];
        signed_identity[0] = 1;
        signed_identity[31] = 0x80;
        for bytes in [signed_identity, p_plus(1), p_plus(3), [0xff; 32]] {
            assert_eq!(
                ed25519_bytes(bytes, &Conduct::honest()),
                Err(KeyError::EdKeyNotCanonical)
            );
        }
    }
}
