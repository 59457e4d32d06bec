//! Signed JSON (Matrix specification, appendix "Signing JSON").

use serde_json::{Map, Value};
use thiserror::Error;
use vodozemac::{Ed25519PublicKey, Ed25519Signature};

use super::{JsonError, KeyError, json, key};

/// Members that a signature does not cover.
const NOT_SIGNED: [&str; 2] = ["signatures", "unsigned"];

/// Why a signature does not count.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// The object has no canonical form.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The signed value is no object.
    #[error("signed value is not an object")]
    NotAnObject,
    /// There is no signature by this user under this key id.
    #[error("object is not signed by the user under this key id")]
    Missing,
    /// The signature is not strict base64 of 64 bytes.
    #[error(transparent)]
    Malformed(#[from] KeyError),
    /// The signature does not fit object and key.
    #[error("signature is wrong")]
    Wrong,
}

/// Signs `object` as `user` under `key_id` (`ed25519:…`) with the key that `sign` holds.
///
/// Other signatures stay.
///
/// # Errors
/// If the object has no canonical form.
pub fn sign(
    object: &mut Map<String, Value>,
    user: &str,
    key_id: &str,
    sign: impl FnOnce(&[u8]) -> Ed25519Signature,
) -> Result<(), JsonError> {
    let text = json::canonical_without(object, &NOT_SIGNED)?;
    let signature = Value::from(sign(text.as_bytes()).to_base64());
    let mut signatures = take_object(object, "signatures");
    let mut by_user = take_object(&mut signatures, user);
    by_user.insert(key_id.to_owned(), signature);
    signatures.insert(user.to_owned(), by_user.into());
    object.insert("signatures".to_owned(), signatures.into());
    Ok(())
}

/// Checks that `user` signed `object` under `key_id` (`ed25519:…`) with `key`.
///
/// Other signatures are not looked at: they neither help nor harm (VEC-J-06).
///
/// # Errors
/// If the object has no canonical form, or the one signature asked for is missing, malformed or
/// wrong under the strict rules of Ed25519.
pub fn verify(
    object: &Value,
    user: &str,
    key_id: &str,
    key: &Ed25519PublicKey,
) -> Result<(), SignatureError> {
    let object = object.as_object().ok_or(SignatureError::NotAnObject)?;
    let signature = object
        .get("signatures")
        .and_then(|signatures| signatures.get(user)?.get(key_id)?.as_str())
        .ok_or(SignatureError::Missing)?;
    let signature = key::signature(signature)?;
    let text = json::canonical_without(object, &NOT_SIGNED)?;
    key.verify(text.as_bytes(), &signature)
        .or(Err(SignatureError::Wrong))
}

/// Takes the object at `key` out; an empty one if there is none.
fn take_object(object: &mut Map<String, Value>, key: &str) -> Map<String, Value> {
    match object.remove(key) {
        Some(Value::Object(members)) => members,
        Some(_) | None => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vodozemac::Ed25519SecretKey;

    use super::*;

    const KEY_ID: &str = "ed25519:DEVICE";

    fn signed_device(signer: &Ed25519SecretKey) -> Value {
        let mut device =
            json!({"user_id": "@a:x", "keys": {"signatures": 1}, "unsigned": {"n": 1}});
        let object = device.as_object_mut().unwrap();
        sign(object, "@a:x", KEY_ID, |text| signer.sign(text)).unwrap();
        device
    }

    #[test]
    fn a_signature_covers_all_but_signatures_and_unsigned() {
        let signer = Ed25519SecretKey::new();
        let check = |device: &Value| verify(device, "@a:x", KEY_ID, &signer.public_key());
        let mut device = signed_device(&signer);
        device["unsigned"] = json!({"device_display_name": "changed"});
        device["signatures"]["@b:x"] = json!({"ed25519:X": "junk"});
        assert_eq!(check(&device), Ok(()));
        device["keys"]["signatures"] = json!(2);
        assert_eq!(check(&device), Err(SignatureError::Wrong));
        device["keys"]["signatures"] = json!(1);
        device["more"] = json!("unknown members are signed too");
        assert_eq!(check(&device), Err(SignatureError::Wrong));
    }

    #[test]
    fn only_the_signature_asked_for_counts() {
        let signer = Ed25519SecretKey::new();
        let key = signer.public_key();
        let device = signed_device(&signer);
        for (user, key_id) in [
            ("@b:x", KEY_ID),
            ("@a:x", "ed25519:OTHER"),
            ("@a:x", "rsa:DEVICE"),
        ] {
            assert_eq!(
                verify(&device, user, key_id, &key),
                Err(SignatureError::Missing)
            );
        }
        let stranger = Ed25519SecretKey::new().public_key();
        assert_eq!(
            verify(&device, "@a:x", KEY_ID, &stranger),
            Err(SignatureError::Wrong)
        );
        for stripped in [
            json!({}),
            json!(null),
            json!([]),
            json!({"@a:x": {}}),
            json!({"@a:x": {KEY_ID: 1}}),
        ] {
            let mut device = device.clone();
            device["signatures"] = stripped;
            assert_eq!(
                verify(&device, "@a:x", KEY_ID, &key),
                Err(SignatureError::Missing)
            );
        }
    }

    #[test]
    fn texts_and_values_of_other_forms_are_refused() {
        let signer = Ed25519SecretKey::new();
        let mut device = signed_device(&signer);
        let text = device["signatures"]["@a:x"][KEY_ID]
            .as_str()
            .unwrap()
            .to_owned();
        for other in [
            format!("{text}=="),
            text.replace(['+', '/'], "-"),
            text.chars().take(80).collect(),
        ] {
            if other == text {
                continue; // this signature has no character of the other alphabet
            }
            device["signatures"]["@a:x"][KEY_ID] = json!(other);
            assert!(verify(&device, "@a:x", KEY_ID, &signer.public_key()).is_err());
        }
        device["float"] = json!(1.0);
        device["signatures"]["@a:x"][KEY_ID] = json!(text);
        assert_eq!(
            verify(&device, "@a:x", KEY_ID, &signer.public_key()),
            Err(SignatureError::Json(JsonError::NoExactInteger))
        );
    }

    #[test]
    fn a_second_signature_leaves_the_first() {
        let (first, second) = (Ed25519SecretKey::new(), Ed25519SecretKey::new());
        let mut device = signed_device(&first);
        let object = device.as_object_mut().unwrap();
        sign(object, "@a:x", "ed25519:SELF", |text| second.sign(text)).unwrap();
        assert_eq!(verify(&device, "@a:x", KEY_ID, &first.public_key()), Ok(()));
        assert_eq!(
            verify(&device, "@a:x", "ed25519:SELF", &second.public_key()),
            Ok(())
        );
    }
}
