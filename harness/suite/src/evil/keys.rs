//! Curve25519 keys that no honest device has.

use vodozemac::{base64_decode, base64_encode};

/// The encodings of the points of small order with bit 255 clear; with bit 255 set they are seven more.
///
/// A Diffie-Hellman exchange with any of them yields the all-zero secret whatever the other key is (ATK-DIR-11).
pub const SMALL_ORDER: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// All fourteen encodings of small-order points, unpadded base64.
#[must_use]
pub fn small_order_keys() -> Vec<String> {
    let plain = SMALL_ORDER.iter().map(|hex| base64_encode(bytes_of(hex)));
    let plain: Vec<_> = plain.collect();
    let aliases: Vec<_> = plain.iter().filter_map(|key| alias_of(key)).collect();
    plain.into_iter().chain(aliases).collect()
}

/// Another text for the same key: bit 255 set, which X25519 ignores (RFC 7748, 5). `None` if the text is no key.
#[must_use]
pub fn alias_of(key: &str) -> Option<String> {
    let mut bytes = base64_decode(key).ok().filter(|bytes| bytes.len() == 32)?;
    *bytes.last_mut()? |= 0x80;
    Some(base64_encode(bytes))
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .chars()
        .filter_map(|digit| digit.to_digit(16)?.try_into().ok())
        .collect();
    digits
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect()
}

#[cfg(test)]
mod tests {
    use vodozemac::{Curve25519PublicKey, Curve25519SecretKey};

    use super::*;

    #[test]
    fn no_key_of_the_table_contributes_to_a_secret() {
        let keys = small_order_keys();
        assert_eq!(keys.len(), 14);
        for key in keys {
            let public = Curve25519PublicKey::from_base64(&key).unwrap();
            assert!(
                Curve25519SecretKey::new().diffie_hellman(&public).is_none(),
                "{key}"
            );
        }
    }

    #[test]
    fn an_alias_is_the_same_key_in_another_text() {
        let key = Curve25519PublicKey::from(&Curve25519SecretKey::new());
        let alias = alias_of(&key.to_base64()).unwrap();
        assert_ne!(alias, key.to_base64());
        let secret = Curve25519SecretKey::new();
        let shared = |text: &str| {
            let public = Curve25519PublicKey::from_base64(text).unwrap();
            secret.diffie_hellman(&public).unwrap().to_bytes()
        };
        assert_eq!(shared(&alias), shared(&key.to_base64()));
    }
}
