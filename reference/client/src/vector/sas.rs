//! Verification by short authentication strings, and codes that link devices (VEC-S).

use vodozemac::{Curve25519SecretKey, Ed25519PublicKey};

use super::{Inputs, Operation, Stop, Taken, VectorStage, curve::refused};
use crate::{
    Conduct,
    border::{json, key},
    devices::{CodeFault, LinkCode},
    verification::{
        Agreement, CancelCode, Ephemeral, Party, Proof, ShortAuth, Starter, check_accept,
        check_commitment, check_start,
    },
};

pub(super) const OPERATIONS: &[Operation] = &[
    ("sas", sas),
    ("sas-short", sas_short),
    ("sas-commitment", sas_commitment),
    ("sas-mac", sas_mac),
    ("sas-agreement", sas_agreement),
    ("sas-start", sas_start),
    ("sas-accept", sas_accept),
    ("link-code", link_code),
];

/// Whether the client shows what the other side shows.
fn sas(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let (own, peer) = (own(inputs, conduct)?, peer(inputs, conduct)?);
    let starter = match inputs.text("starter")?.as_str() {
        "own" => Starter::Own,
        _ => Starter::Peer,
    };
    let agreement = agreed(inputs, conduct)?;
    let transaction = inputs.text("transaction")?;
    let shown = agreement.short_auth(starter, (&own, &peer), &transaction, conduct);
    compare(shown, inputs)
}

/// Whether the client makes the same emoji and decimals of six bytes.
fn sas_short(inputs: Inputs<'_>, _conduct: &Conduct) -> Taken {
    compare(ShortAuth::new(inputs.array("bytes")?), inputs)
}

/// Whether an ephemeral key is the one that was committed to.
fn sas_commitment(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let start = json::parse(&inputs.bytes("start")?).or(Err(VectorStage::Decode))?;
    let content = serde_json::json!({ "key": inputs.text("key")? });
    let commitment = inputs.text("commitment")?;
    check_commitment(&start, &commitment, &content, conduct).map_err(cancelled)?;
    Ok(None)
}

/// The long-term keys that a MAC event proves: the device's, then the master key.
fn sas_mac(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let (own, peer) = (own(inputs, conduct)?, peer(inputs, conduct)?);
    let agreement = agreed(inputs, conduct)?;
    let content = json::parse(&inputs.bytes("content")?).or(Err(VectorStage::Decode))?;
    let proof = Proof {
        prover: &peer,
        verifier: &own,
        transaction: &inputs.text("transaction")?,
    };
    let proven = proof.check(&agreement, &content, conduct);
    let proven = proven.map_err(cancelled)?;
    let keys = proven.device.into_iter().chain(proven.master);
    Ok(Some(keys.flat_map(|key| *key.as_bytes()).collect()))
}

/// Whether the client agrees with the owner of an ephemeral key.
fn sas_agreement(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    // the border first, which says why
    key::curve25519(&inputs.text("key")?, conduct).map_err(refused)?;
    agreed(inputs, conduct)?;
    Ok(None)
}

/// Whether the client takes up what a start event offers.
fn sas_start(inputs: Inputs<'_>, _conduct: &Conduct) -> Taken {
    let content = json::parse(&inputs.bytes("content")?).or(Err(VectorStage::Decode))?;
    check_start(&content, &inputs.text("peer_device")?).map_err(cancelled)?;
    Ok(None)
}

/// Whether the client goes on with what an accept event chose.
fn sas_accept(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let content = json::parse(&inputs.bytes("content")?).or(Err(VectorStage::Decode))?;
    check_accept(&content, conduct).map_err(cancelled)?;
    Ok(None)
}

/// Secret and fingerprint in a code that links a device.
fn link_code(inputs: Inputs<'_>, _conduct: &Conduct) -> Taken {
    let code = LinkCode::parse(&inputs.text("text")?).map_err(|fault| match fault {
        CodeFault::NoLetter => VectorStage::Decode,
        CodeFault::WrongLength { .. } | CodeFault::Checksum => VectorStage::Parse,
    })?;
    Ok(Some([&code.secret()[..], code.fingerprint()].concat()))
}

fn own(inputs: Inputs<'_>, conduct: &Conduct) -> Result<Party, Stop> {
    party(inputs, ["own_user", "own_device", "own_key"], None, conduct)
}

fn peer(inputs: Inputs<'_>, conduct: &Conduct) -> Result<Party, Stop> {
    let master = key::ed25519(&inputs.text("peer_master")?, conduct).map_err(refused)?;
    let names = ["peer_user", "peer_device", "peer_key"];
    party(inputs, names, Some(master), conduct)
}

/// The side whose user, device and Ed25519 key these inputs are.
fn party(
    inputs: Inputs<'_>,
    [user, device, key]: [&'static str; 3],
    master: Option<Ed25519PublicKey>,
    conduct: &Conduct,
) -> Result<Party, Stop> {
    let (user, device) = (inputs.text(user)?, inputs.text(device)?);
    let key = key::ed25519(&inputs.text(key)?, conduct).map_err(refused)?;
    let party = Party::new(&user, &device, key, master, conduct);
    Ok(party.or(Err(VectorStage::Parse))?)
}

fn agreed(inputs: Inputs<'_>, conduct: &Conduct) -> Result<Agreement, Stop> {
    let private = Curve25519SecretKey::from_slice(&inputs.own("private")?);
    let agreement = Ephemeral::of(private).agree(&inputs.text("key")?, conduct);
    Ok(agreement.or(Err(VectorStage::Key))?)
}

/// Seven emoji of a byte and three decimals of two bytes, beside those of the other side.
fn compare(own: ShortAuth, inputs: Inputs<'_>) -> Taken {
    let decimals = own
        .decimals
        .iter()
        .flat_map(|decimal| decimal.to_be_bytes());
    let own: Vec<u8> = own.emoji.into_iter().chain(decimals).collect();
    match own == inputs.bytes("shown")? {
        true => Ok(None),
        false => Err(VectorStage::Authenticate.into()),
    }
}

/// Where a flow was cancelled.
fn cancelled(code: CancelCode) -> VectorStage {
    match code {
        CancelCode::InvalidMessage => VectorStage::Parse,
        CancelCode::UnknownMethod => VectorStage::Policy,
        _ => VectorStage::Authenticate,
    }
}
