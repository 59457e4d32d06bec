use serde::{Deserialize, Deserializer, Serialize, Serializer, de, de::DeserializeOwned};
use serde_json::json;

use crate::{ObjectError, PublicKey, Signature, SigningKey, Time, json, object, trust::TrustError};

/// Something that a key can state.
pub trait Statement: Serialize + DeserializeOwned {
    /// The domain word: no two kinds of statement share one, so none can be taken for another.
    const DOMAIN: &'static str;

    /// The organisation that it is about.
    fn organisation(&self) -> &PublicKey;

    /// When it was made, by its maker's clock.
    fn issued(&self) -> Time;
}

/// A statement with its signatures: `{"type", "body", "signatures": [{"key", "signature"}]}`.
///
/// Each signature covers the canonical JSON of `{"type", "body", "key"}`. Reading one does not verify
/// it: [`Signed::verify`] does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed<T> {
    /// What is stated.
    pub body: T,
    signatures: Vec<KeySignature>,
}

/// Largest number of signatures on one statement: the two-person rule needs two.
const MAX_SIGNATURES: usize = 2;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeySignature {
    key: PublicKey,
    signature: Signature,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written<T> {
    r#type: String,
    body: T,
    signatures: Vec<KeySignature>,
}

impl<T: Statement> Signed<T> {
    /// Signs a statement.
    ///
    /// # Errors
    /// If the statement holds a number beyond 53 bits.
    pub fn new(body: T, key: &SigningKey) -> Result<Self, ObjectError> {
        let mut signed = Self {
            body,
            signatures: Vec::new(),
        };
        signed.add(key)?;
        Ok(signed)
    }

    /// Adds the signature of a second person; the same key twice stays one signature.
    ///
    /// # Errors
    /// If the statement holds a number beyond 53 bits.
    pub fn add(&mut self, key: &SigningKey) -> Result<(), ObjectError> {
        let public = key.public();
        let signature = key.sign(self.text_for(&public)?.as_bytes());
        self.signatures.retain(|earlier| earlier.key != public);
        self.signatures.push(KeySignature {
            key: public,
            signature,
        });
        self.signatures.sort_by_key(|earlier| earlier.key);
        Ok(())
    }

    /// The keys that claim to have signed, in their order; never empty.
    pub fn signers(&self) -> impl Iterator<Item = &PublicKey> {
        self.signatures.iter().map(|signature| &signature.key)
    }

    /// Checks the signature of `key`.
    ///
    /// # Errors
    /// If there is none by this key, or it does not fit.
    pub fn verify(&self, key: &PublicKey) -> Result<(), TrustError> {
        let by_key = self.signatures.iter().find(|by| by.key == *key);
        let signature = &by_key.ok_or(TrustError::NotSigned)?.signature;
        let text = self.text_for(key)?;
        if !key.has_signed(text.as_bytes(), signature) {
            return Err(TrustError::WrongSignature);
        }
        Ok(())
    }

    /// The one key that signed, once its signature is checked.
    ///
    /// # Errors
    /// If there is not exactly one signature, or it does not fit.
    pub fn verify_sole(&self) -> Result<PublicKey, TrustError> {
        let [by] = self.signatures.as_slice() else {
            return Err(TrustError::Signatures {
                got: self.signatures.len(),
                wanted: 1,
            });
        };
        self.verify(&by.key)?;
        Ok(by.key)
    }

    fn text_for(&self, key: &PublicKey) -> Result<String, ObjectError> {
        let body = object::value_of(&self.body)?;
        let signed = json!({"type": T::DOMAIN, "body": body, "key": key});
        Ok(json::canonical(&signed)?)
    }
}

impl<T: Statement> Serialize for Signed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = Written {
            r#type: T::DOMAIN.to_owned(),
            body: &self.body,
            signatures: self.signatures.clone(),
        };
        written.serialize(serializer)
    }
}

impl<'de, T: Statement> Deserialize<'de> for Signed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = Written::<T>::deserialize(deserializer)?;
        if written.r#type != T::DOMAIN {
            return Err(de::Error::custom(format!("not a {}", T::DOMAIN)));
        }
        let count = written.signatures.len();
        if count == 0 || count > MAX_SIGNATURES {
            let fault = format!("{count} signatures, one or {MAX_SIGNATURES} are needed");
            return Err(de::Error::custom(fault));
        }
        if !written.signatures.is_sorted_by(|a, b| a.key < b.key) {
            return Err(de::Error::custom(
                "signatures are not in the order of their keys",
            ));
        }
        Ok(Self {
            body: written.body,
            signatures: written.signatures,
        })
    }
}
