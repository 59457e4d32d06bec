//! Signed JSON (Matrix specification, appendices 'Canonical JSON' and 'Signing JSON').

use serde_json::{Value, json};
use vodozemac::Ed25519Signature;

use crate::dialect::canonical;

/// Adds a signature of `user` under `key_id`, such as `ed25519:DEVICE`, keeping the signatures that are there.
pub fn sign(
    object: &mut Value,
    user: &str,
    key_id: &str,
    signer: impl Fn(&[u8]) -> Ed25519Signature,
) {
    let mut bare = object.clone();
    if let Some(fields) = bare.as_object_mut() {
        fields.remove("signatures");
        fields.remove("unsigned");
    }
    let signature = signer(canonical(&bare).as_bytes()).to_base64();
    let Some(fields) = object.as_object_mut() else {
        return;
    };
    let signatures = fields.entry("signatures").or_insert_with(|| json!({}));
    if let Some(of_user) = signatures
        .as_object_mut()
        .map(|all| all.entry(user).or_insert_with(|| json!({})))
        && let Some(of_user) = of_user.as_object_mut()
    {
        of_user.insert(key_id.to_owned(), Value::from(signature));
    }
}

#[cfg(test)]
mod tests {
    use vodozemac::Ed25519SecretKey;

    use super::*;

    #[test]
    fn the_signature_is_that_of_the_specification() {
        // Matrix specification, appendices, 'Cryptographic Test Vectors'; there the seed's text ends in 1, with a stray bit
        let seed = vodozemac::base64_decode("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA0").unwrap();
        let key = Ed25519SecretKey::from_slice(&seed.try_into().unwrap());
        let mut object = json!({"one": 1, "two": "Two"});
        sign(&mut object, "domain", "ed25519:1", |bytes| key.sign(bytes));
        let signature = object
            .pointer("/signatures/domain/ed25519:1")
            .and_then(Value::as_str);
        assert_eq!(
            signature,
            Some(
                "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw"
            )
        );
    }
}
