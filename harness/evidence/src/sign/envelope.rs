//! DSSE envelopes (secure-systems-lab, protocol version 1) around in-toto statements.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{PublicKey, Signer, SigningKey};

/// The one payload type that is written and read.
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// The most signatures that one envelope may have.
const SIGNATURE_LIMIT: usize = 32;

/// A statement and the signatures over exactly its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The statement, base64.
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<Signature>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    /// A hint; which key made a signature is found by trying.
    keyid: String,
    /// Base64.
    sig: String,
}

impl Envelope {
    /// A statement, signed by one key.
    #[must_use]
    pub fn signed(statement: &str, key: &SigningKey) -> Self {
        let signature = key.sign(&pae(statement.as_bytes()));
        let mut envelope = Self::unsigned(statement);
        envelope.keep(&key.public(), &signature);
        envelope
    }

    /// A statement, signed by whoever holds a key.
    ///
    /// # Errors
    /// [`EnvelopeError::Signer`].
    pub fn signed_by(statement: &str, signer: &dyn Signer) -> Result<Self, EnvelopeError> {
        let mut envelope = Self::unsigned(statement);
        envelope.countersign(signer)?;
        Ok(envelope)
    }

    fn unsigned(statement: &str) -> Self {
        Self {
            payload: STANDARD.encode(statement),
            payload_type: PAYLOAD_TYPE.to_owned(),
            signatures: Vec::new(),
        }
    }

    /// One line as it stands in `evidence.intoto.jsonl`.
    ///
    /// # Errors
    /// [`EnvelopeError`] for another payload type, no signature, too many, or something that is no base64.
    pub fn parse(line: &str) -> Result<Self, EnvelopeError> {
        let envelope: Self = serde_json::from_str(line)
            .map_err(|error| EnvelopeError::NotAnEnvelope(error.to_string()))?;
        if envelope.payload_type != PAYLOAD_TYPE {
            return Err(EnvelopeError::PayloadType);
        }
        let count = envelope.signatures.len();
        if !(1..=SIGNATURE_LIMIT).contains(&count) {
            return Err(EnvelopeError::Signatures {
                got: count,
                limit: SIGNATURE_LIMIT,
            });
        }
        envelope.statement()?;
        Ok(envelope)
    }

    /// The envelope as one line, without the newline.
    ///
    /// # Errors
    /// None that can be met; the form has no map with keys that JSON lacks.
    pub fn line(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// The statement's text.
    ///
    /// # Errors
    /// [`EnvelopeError::Payload`].
    pub fn statement(&self) -> Result<String, EnvelopeError> {
        let bytes = STANDARD.decode(&self.payload);
        bytes
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or(EnvelopeError::Payload)
    }

    /// Adds a key's signature: a counter-signature of the same statement.
    ///
    /// # Errors
    /// [`EnvelopeError`] if the payload is no text, there are too many signatures, or the signer gives none that its key verifies.
    pub fn countersign(&mut self, signer: &dyn Signer) -> Result<(), EnvelopeError> {
        if self.signatures.len() >= SIGNATURE_LIMIT {
            return Err(EnvelopeError::Signatures {
                got: self.signatures.len() + 1,
                limit: SIGNATURE_LIMIT,
            });
        }
        let message = pae(self.statement()?.as_bytes());
        let (key, signature) = (signer.public(), signer.sign(&message));
        let signature = signature.map_err(EnvelopeError::Signer)?;
        if !key.verifies(&message, &signature) {
            let other = "its signature is not of its key".to_owned();
            return Err(EnvelopeError::Signer(other));
        }
        self.keep(&key, &signature);
        Ok(())
    }

    fn keep(&mut self, key: &PublicKey, signature: &[u8]) {
        self.signatures.push(Signature {
            keyid: key.id(),
            sig: STANDARD.encode(signature),
        });
    }

    /// How many signatures there are.
    #[must_use]
    pub fn signatures(&self) -> usize {
        self.signatures.len()
    }

    /// Whether one of the signatures is this key's.
    #[must_use]
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        let message = self.message();
        self.signatures.iter().any(|one| one.is_by(key, &message))
    }

    /// Whether every signature is one of these keys', and names it.
    #[must_use]
    pub fn is_signed_only_by(&self, keys: &[PublicKey]) -> bool {
        let message = self.message();
        let named = |one: &Signature, key: &PublicKey| one.keyid == key.id();
        let known = |one: &Signature| {
            keys.iter()
                .any(|key| named(one, key) && one.is_by(key, &message))
        };
        self.signatures.iter().all(known)
    }

    /// What is signed; nothing that anybody signed if the payload is no text.
    fn message(&self) -> Vec<u8> {
        let statement = self.statement().map(String::into_bytes);
        statement.map(|text| pae(&text)).unwrap_or_default()
    }
}

impl Signature {
    fn is_by(&self, key: &PublicKey, message: &[u8]) -> bool {
        let bytes = STANDARD.decode(&self.sig);
        bytes.is_ok_and(|bytes| key.verifies(message, &bytes))
    }
}

/// The pre-authentication encoding: what is signed.
fn pae(statement: &[u8]) -> Vec<u8> {
    let head = format!(
        "DSSEv1 {} {PAYLOAD_TYPE} {} ",
        PAYLOAD_TYPE.len(),
        statement.len()
    );
    [head.as_bytes(), statement].concat()
}

/// Why a line is no envelope.
#[derive(Debug, Error)]
pub enum EnvelopeError {
    /// It has another shape.
    #[error("no DSSE envelope: {0}")]
    NotAnEnvelope(String),
    /// It is about something else.
    #[error("payload type is not {PAYLOAD_TYPE}")]
    PayloadType,
    /// The payload is no base64 of UTF-8.
    #[error("payload is no base64 of a UTF-8 text")]
    Payload,
    /// Whoever was to sign did not.
    #[error("not signed: {0}")]
    Signer(String),
    /// None, or too many.
    #[error("{got} signatures, 1 to {limit} are taken")]
    Signatures {
        /// How many.
        got: usize,
        /// The most.
        limit: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::ed25519(&[seed; 32])
    }

    /// The example of the specification: type and body of different lengths in front of each other.
    #[test]
    fn what_is_signed_has_the_lengths_of_type_and_statement() {
        let text = String::from_utf8(pae(b"{}")).unwrap();
        assert_eq!(text, "DSSEv1 28 application/vnd.in-toto+json 2 {}");
    }

    #[test]
    fn signatures_are_found_by_trying_whatever_the_hint_says() {
        let mut envelope = Envelope::signed("{}", &key(1));
        envelope.countersign(&key(2)).unwrap();
        let both = [key(1).public(), key(2).public()];
        assert!(envelope.is_signed_only_by(&both));
        assert!(!envelope.is_signed_only_by(&both[..1]));
        for signature in &mut envelope.signatures {
            signature.keyid = "wrong".to_owned();
        }
        let envelope = Envelope::parse(&envelope.line().unwrap()).unwrap();
        assert!(envelope.is_signed_by(&key(1).public()));
        assert!(!envelope.is_signed_by(&key(3).public()));
        assert!(!envelope.is_signed_only_by(&both));
    }

    #[test]
    fn a_signer_whose_signature_is_not_of_its_key_signs_nothing() {
        #[derive(Debug)]
        struct Strange(Result<Vec<u8>, String>);
        impl Signer for Strange {
            fn public(&self) -> PublicKey {
                key(1).public()
            }
            fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, String> {
                self.0.clone()
            }
        }
        let other = key(2).sign(&pae(b"{}"));
        for said in [Err("locked".to_owned()), Ok(vec![0; 64]), Ok(other)] {
            let error = Envelope::signed_by("{}", &Strange(said)).unwrap_err();
            assert!(error.to_string().starts_with("not signed: "), "{error}");
        }
        let own = Strange(Ok(key(1).sign(&pae(b"{}"))));
        let envelope = Envelope::signed_by("{}", &own).unwrap();
        assert!(envelope.is_signed_by(&key(1).public()));
    }

    #[test]
    fn another_statement_under_the_signatures_is_refused() {
        let mut envelope = Envelope::signed("{\"a\":1}", &key(1));
        envelope.payload = STANDARD.encode("{\"a\":2}");
        assert!(!envelope.is_signed_by(&key(1).public()));
    }

    #[test]
    fn strange_envelopes_are_named() {
        let good = Envelope::signed("{}", &key(1)).line().unwrap();
        for (from, to, told) in [
            (PAYLOAD_TYPE, "text/plain", "payload type"),
            ("\"e30=\"", "\"*\"", "base64"),
            ("\"payload\"", "\"other\"", "no DSSE envelope"),
        ] {
            let error = Envelope::parse(&good.replace(from, to)).unwrap_err();
            assert!(error.to_string().contains(told), "{error}");
        }
        let empty =
            r#"{"payload":"e30=","payloadType":"application/vnd.in-toto+json","signatures":[]}"#;
        assert!(Envelope::parse(empty).is_err());
    }
}
