//! The symmetric primitives below everything that is sealed.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Sha256, Sha512};

use super::{Inputs, Operation, Taken, VectorError, VectorStage};
use crate::{Conduct, Flaw, Key};

pub(super) const OPERATIONS: &[Operation] = &[
    ("aes-256-gcm", aes_256_gcm),
    ("hmac-sha256", hmac_sha256),
    ("hkdf-sha256", hkdf_sha256),
    ("pbkdf2-hmac-sha512", pbkdf2_hmac_sha512),
];

fn aes_256_gcm(inputs: Inputs<'_>, _: &Conduct) -> Taken {
    let key = Key::new(inputs.own("key")?);
    let (context, sealed) = (inputs.bytes("context")?, inputs.bytes("sealed")?);
    let opened = key.open(inputs.array("nonce")?, &context, &sealed);
    Ok(Some(opened.ok_or(VectorStage::Authenticate)?))
}

fn hmac_sha256(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let mac = Hmac::<Sha256>::new_from_slice(&inputs.bytes("key")?);
    let mut mac = mac.or(Err(VectorError::Unfit { name: "key" }))?;
    mac.update(&inputs.bytes("message")?);
    let verified = mac.verify_slice(&inputs.bytes("tag")?);
    if verified.is_err() && !conduct.has(Flaw::ChecksSwitchedOff) {
        return Err(VectorStage::Authenticate.into());
    }
    Ok(None)
}

fn hkdf_sha256(inputs: Inputs<'_>, _: &Conduct) -> Taken {
    let size = u32::from_be_bytes(inputs.own("size")?);
    let size = u16::try_from(size).or(Err(VectorStage::Parse))?;
    let mut derived = vec![0; usize::from(size)];
    let hkdf = Hkdf::<Sha256>::new(Some(&inputs.bytes("salt")?), &inputs.bytes("secret")?);
    let expanded = hkdf.expand(&inputs.bytes("info")?, &mut derived);
    expanded.or(Err(VectorStage::Parse))?;
    Ok(Some(derived))
}

/// The most iterations, over all blocks, that a vector may ask for.
const MOST_ITERATIONS: u64 = 10_000_000;

fn pbkdf2_hmac_sha512(inputs: Inputs<'_>, _: &Conduct) -> Taken {
    let iterations = u32::from_be_bytes(inputs.own("iterations")?);
    let size = u32::from_be_bytes(inputs.own("size")?);
    let size = u16::try_from(size).or(Err(VectorStage::Parse))?;
    let mut derived = vec![0; usize::from(size)];
    // A block for every 64 bytes begun; a file of vectors keeps nobody busy without end.
    let blocks = u64::from(size).div_ceil(64);
    if u64::from(iterations).saturating_mul(blocks) > MOST_ITERATIONS {
        return Err(VectorStage::Policy.into());
    }
    let (passphrase, salt) = (inputs.bytes("passphrase")?, inputs.bytes("salt")?);
    pbkdf2::pbkdf2_hmac::<Sha512>(&passphrase, &salt, iterations, &mut derived);
    Ok(Some(derived))
}
