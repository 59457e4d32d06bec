//! The self-test at start: a build whose cryptographic library does not check is no client (ATK-LOC-07).
//!
//! vodozemac compiled with `cfg(fuzzing)` takes every MAC and every signature; nothing in such a program looks wrong until somebody forges. So
//! what is known to be bad is tried before anything else happens.

use thiserror::Error;
use vodozemac::{
    Curve25519SecretKey,
    megolm::{InboundGroupSession, SessionConfig, SessionKey},
    olm::{Account, OlmMessage, SessionConfig as OlmConfig},
};

use crate::{
    Conduct,
    border::{key, megolm, olm},
};

/// Why the program must not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SelfTestError {
    /// What is right is not opened: the measure itself does not work.
    #[error("the self-test does not open what is right")]
    Broken,
    /// A group message with a wrong MAC under a right signature was opened.
    #[error("this build does not check the MAC of group messages")]
    GroupMac,
    /// A group message that its owner has not signed was opened.
    #[error("this build does not check the signature of group messages")]
    GroupSignature,
    /// A first message of a channel with a wrong MAC was opened.
    #[error("this build does not check the MAC of channel messages")]
    ChannelMac,
    /// A signature over something else was taken.
    #[error("this build does not check signatures")]
    Signature,
    /// A key of small order was taken.
    #[error("this build takes keys of small order")]
    SmallOrderKey,
}

/// Tries what is known to be bad; whoever starts a client calls it first and goes no further if it fails.
///
/// It looks at the build, not at the client's own rules: seeded flaws are found by the checks of a test bench.
///
/// # Errors
/// If the build takes something that is known to be bad.
pub fn self_test() -> Result<(), SelfTestError> {
    examine(&Conduct::honest())
}

fn examine(conduct: &Conduct) -> Result<(), SelfTestError> {
    let lacks = |is_bad: bool, error| if is_bad { Err(error) } else { Ok(()) };
    lacks(!opens(RIGHT, conduct), SelfTestError::Broken)?;
    lacks(
        opens(WRONG_SIGNATURE, conduct),
        SelfTestError::GroupSignature,
    )?;
    lacks(opens(WRONG_MAC, conduct), SelfTestError::GroupMac)?;
    channel(conduct)?;
    let signer = Account::new();
    let signature = signer.sign(b"one thing");
    let is_taken = signer
        .ed25519_key()
        .verify(b"another thing", &signature)
        .is_ok();
    lacks(is_taken, SelfTestError::Signature)?;
    let zero = vodozemac::Curve25519PublicKey::from_bytes([0; 32]);
    let agrees = Curve25519SecretKey::new().diffie_hellman(&zero).is_some();
    let is_taken = key::curve25519_bytes([0; 32], conduct).is_ok();
    lacks(agrees || is_taken, SelfTestError::SmallOrderKey)
}

/// Whether the known session opens a known message.
fn opens(message: &str, conduct: &Conduct) -> bool {
    let key = SessionKey::from_base64(SESSION);
    let session = key.map(|key| InboundGroupSession::new(&key, SessionConfig::version_1()));
    let (Ok(mut session), Ok(message)) = (session, megolm::parse(message, conduct)) else {
        return false;
    };
    megolm::open(&mut session, &message, conduct).is_ok()
}

/// The first message of a channel, right and with one bit of its MAC changed.
fn channel(conduct: &Conduct) -> Result<(), SelfTestError> {
    let (alice, mut bob) = (Account::new(), Account::new());
    bob.generate_one_time_keys(1);
    let key = bob.one_time_keys().into_values().next();
    let key = key.ok_or(SelfTestError::Broken)?;
    let session = alice.create_outbound_session(OlmConfig::version_1(), bob.curve25519_key(), key);
    let message = session
        .ok()
        .and_then(|mut session| session.encrypt("self-test").ok());
    let Some(OlmMessage::PreKey(right)) = message else {
        return Err(SelfTestError::Broken);
    };
    let mut bytes = right.to_bytes();
    if let Some(last) = bytes.last_mut() {
        *last ^= 1;
    }
    let wrong = olm::parse_pre_key(&bytes, conduct).or(Err(SelfTestError::Broken))?;
    let sender = alice.curve25519_key();
    let mut opens = |message| {
        let opened = bob.create_inbound_session(OlmConfig::version_1(), sender, message);
        opened.is_ok()
    };
    if opens(&wrong) {
        return Err(SelfTestError::ChannelMac);
    }
    if opens(&right) {
        Ok(())
    } else {
        Err(SelfTestError::Broken)
    }
}

/// A session made for this test, and messages at its first index.
const SESSION: &str = "AgAAAAB28wodkCBy4hwj/mr/YAyEmiyn29rdOnjSCWVUOAPEh5SoOrwva6fzIgM51uFOAiOifD6DIpQYetfrhUU7JmxAf2byvejyrRXTSPTD57nkohMOUngseNkPZVvUAFncLl//nuqPhrjLvNdmFxVjZnu6fxFf2B8ryKQ4rME30IE1wYpgPoL6fxQqcSDGRwIomfwOG7VgHMFx+cgBBGRUGtWhsoAappfGeD/o1fJ+1LzEb1qR43GFaplFI6FD1sjj8VHRCD4N83pVZLDb5oQ5jtNNRye5cy4HIezQsZh0girmCA";
const RIGHT: &str = "AwgAEhCkkJVdLfQuK6MBojqULXUfbSEbc+YoJ5xQ/LK9ni6CZPqfLJKilki3wIYT+7lzpSjUT/pf9Bd3a70CJhkDzvj5UeyTX9uD62XLVN+TBnzhDlvI44REr5UD";
/// The signature is right.
const WRONG_MAC: &str = "AwgAEhCkkJVdLfQuK6MBojqULXUfbCEbc+YoJ5zdH58rt8BMLBCiMfKVGe96GEv6dWbxyZEJSIc6qxWi25dWJhIL74ZTJ1ZjcyZ0M4iB3Zs+vjQ/Aizp7G3DSSQO";
/// The MAC is right.
const WRONG_SIGNATURE: &str = "AwgAEhCkkJVdLfQuK6MBojqULXUfbSEbc+YoJ5xaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpa";

#[cfg(test)]
mod tests {
    use vodozemac::megolm::MegolmMessage;

    use super::*;
    use crate::Flaw;

    #[test]
    fn this_build_checks() {
        assert_eq!(self_test(), Ok(()));
    }

    #[test]
    fn a_build_without_checks_is_found_out_and_a_missing_signature_check_alone_too() {
        for flaw in [Flaw::ChecksSwitchedOff, Flaw::MegolmSkipSignature] {
            let found = examine(&Conduct::flawed(&[flaw]));
            assert_eq!(found, Err(SelfTestError::GroupSignature), "{flaw:?}");
        }
    }

    #[test]
    fn each_known_bad_message_is_bad_for_the_reason_that_it_names() {
        let key = SessionKey::from_base64(SESSION).unwrap();
        let open = |message| {
            let mut session = InboundGroupSession::new(&key, SessionConfig::version_1());
            session.decrypt(&MegolmMessage::from_base64(message).unwrap())
        };
        assert_eq!(open(RIGHT).unwrap().plaintext, br#""self-test""#);
        let mac = open(WRONG_MAC).unwrap_err().to_string();
        assert!(mac.contains("MAC"), "{mac}");
        let signature = open(WRONG_SIGNATURE).unwrap_err().to_string();
        assert!(signature.contains("signature"), "{signature}");
    }
}
