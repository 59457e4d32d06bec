//! Test vectors, run through the same functions that the product uses.

use std::collections::BTreeMap;

use thiserror::Error;
use vodozemac::{Curve25519SecretKey, SharedSecret};

use crate::{
    Conduct, Flaw,
    border::{json, key, signed},
};

/// What the product made of a vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorResult {
    /// Whether the input was taken.
    pub accepted: bool,
    /// The output in hex, if the operation has one and the input was taken.
    pub output: Option<String>,
}

/// Why a vector could not be run; this says nothing about its result.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VectorError {
    /// The product has no such operation.
    #[error("vector operation {operation:?} is unknown")]
    UnknownOperation {
        /// Its name.
        operation: String,
    },
    /// An input of the operation is missing.
    #[error("vector has no input {name:?}")]
    MissingInput {
        /// Its name.
        name: &'static str,
    },
    /// An input is not lower-case hex.
    #[error("vector input {name:?} is not hex")]
    NotHex {
        /// Its name.
        name: &'static str,
    },
    /// A private key that is not 32 bytes long; no product takes those from outside.
    #[error("private key has {got} bytes, 32 are needed")]
    PrivateKeyLength {
        /// Bytes of the key.
        got: usize,
    },
}

/// Runs one vector: `input` holds hex strings by name.
///
/// The operations are `x25519`, `curve25519-key`, `curve25519-base64`, `ed25519-key`,
/// `ed25519-verify` and `signed-json`.
///
/// # Errors
/// If the operation is unknown or its inputs are not there in hex.
pub fn run_vector(
    operation: &str,
    input: &BTreeMap<String, String>,
    conduct: &Conduct,
) -> Result<VectorResult, VectorError> {
    let inputs = Inputs(input);
    match operation {
        "x25519" => x25519(inputs, conduct),
        "curve25519-key" => {
            let public = inputs.bytes("public")?;
            let key = public.try_into().ok();
            let key = key.and_then(|bytes| key::curve25519_bytes(bytes, conduct).ok());
            Ok(verdict(key.is_some()))
        }
        "curve25519-base64" => {
            let text = inputs.text("text")?;
            Ok(verdict(key::curve25519(&text, conduct).is_ok()))
        }
        "ed25519-key" => {
            let public = inputs.bytes("public")?.try_into().ok();
            Ok(verdict(
                public
                    .and_then(|key| key::ed25519_bytes(key, conduct).ok())
                    .is_some(),
            ))
        }
        "ed25519-verify" => ed25519_verify(inputs, conduct),
        "signed-json" => signed_json(inputs, conduct),
        _ => Err(VectorError::UnknownOperation {
            operation: operation.to_owned(),
        }),
    }
}

#[derive(Clone, Copy)]
struct Inputs<'a>(&'a BTreeMap<String, String>);

impl Inputs<'_> {
    fn bytes(self, name: &'static str) -> Result<Vec<u8>, VectorError> {
        let text = self.0.get(name).ok_or(VectorError::MissingInput { name })?;
        from_hex(text).ok_or(VectorError::NotHex { name })
    }

    /// Text with whatever is no UTF-8 replaced, so that it stays visible to the strict parsers.
    fn text(self, name: &'static str) -> Result<String, VectorError> {
        Ok(String::from_utf8_lossy(&self.bytes(name)?).into_owned())
    }
}

fn x25519(inputs: Inputs<'_>, conduct: &Conduct) -> Result<VectorResult, VectorError> {
    let (private, public) = (inputs.bytes("private")?, inputs.bytes("public")?);
    let got = private.len();
    let private: [u8; 32] = private
        .try_into()
        .or(Err(VectorError::PrivateKeyLength { got }))?;
    let public = public.try_into().ok();
    let Some(public) = public.and_then(|key| key::curve25519_bytes(key, conduct).ok()) else {
        return Ok(verdict(false));
    };
    let agreed = Curve25519SecretKey::from_slice(&private).diffie_hellman(&public);
    let shared = match agreed.as_ref().map(SharedSecret::as_bytes) {
        Some(shared) => Some(*shared),
        // what X25519 yields with every key of small order
        None => conduct.has(Flaw::DhNoContributoryCheck).then_some([0; 32]),
    };
    Ok(VectorResult {
        accepted: shared.is_some(),
        output: shared.map(|bytes| to_hex(&bytes)),
    })
}

fn ed25519_verify(inputs: Inputs<'_>, conduct: &Conduct) -> Result<VectorResult, VectorError> {
    let (public, message) = (inputs.bytes("public")?, inputs.bytes("message")?);
    let signature = inputs.bytes("signature")?;
    let public = public.try_into().ok();
    let key = public.and_then(|bytes| key::ed25519_bytes(bytes, conduct).ok());
    let signature = key::signature_bytes(&signature).ok();
    let is_signed = key
        .zip(signature)
        .is_some_and(|(key, signature)| key.verify(&message, &signature).is_ok());
    Ok(verdict(is_signed))
}

fn signed_json(inputs: Inputs<'_>, conduct: &Conduct) -> Result<VectorResult, VectorError> {
    let (public, object) = (inputs.bytes("public")?, inputs.bytes("object")?);
    let (user, key_id) = (inputs.text("user")?, inputs.text("key_id")?);
    let public = public.try_into().ok();
    let key = public.and_then(|bytes| key::ed25519_bytes(bytes, conduct).ok());
    let is_signed = key
        .zip(json::parse(&object).ok())
        .is_some_and(|(key, object)| signed::verify(&object, &user, &key_id, &key).is_ok());
    Ok(verdict(is_signed))
}

fn verdict(accepted: bool) -> VectorResult {
    VectorResult {
        accepted,
        output: None,
    }
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: &u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, odd) = text.as_bytes().as_chunks::<2>();
    if !odd.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| Some(digit(high)? << 4 | digit(low)?))
        .collect()
}
