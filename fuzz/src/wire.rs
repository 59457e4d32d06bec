//! What the border takes, vodozemac takes too, and writes back as the same bytes.

use std::sync::LazyLock;

use reference_client::{
    Conduct,
    border::{base64, key, megolm, olm, session_key},
};
use vodozemac::{
    Curve25519PublicKey, Ed25519PublicKey,
    megolm::{
        ExportedSessionKey, GroupSession, InboundGroupSession, MegolmMessage, SessionConfig,
        SessionKey,
    },
    olm::{Message, PreKeyMessage},
};

/// More than any text in a corpus.
const LIMIT: usize = 1 << 20;

/// The first byte says what the rest is meant to be: `m`egolm, `n`ormal Olm and `p`re-key message, `t`ext in base64,
/// `k`ey, `s`hared and `e`xported session key.
pub(crate) fn run(bytes: &[u8]) {
    let Some((kind, rest)) = bytes.split_first() else {
        return;
    };
    let honest = Conduct::honest();
    match kind {
        b'm' => check_megolm(rest, &honest),
        b'n' => check_normal(rest, &honest),
        b'p' => check_pre_key(rest, &honest),
        _ => {
            if let Ok(text) = std::str::from_utf8(rest) {
                check_text(*kind, text, &honest);
            }
        }
    }
}

fn check_megolm(bytes: &[u8], honest: &Conduct) {
    let Ok(message) = megolm::parse_bytes(bytes, honest) else {
        return;
    };
    let theirs = MegolmMessage::from_bytes(bytes).expect("vodozemac takes it too");
    assert_eq!(theirs.to_bytes(), bytes);
    assert_eq!(message.message_index(), theirs.message_index());
    let text = base64::encode(bytes);
    assert!(megolm::parse(&text, honest).is_ok(), "its text is refused");
    // Whatever the message says, a session that did not make it opens nothing.
    let mut session = InboundGroupSession::new(&STRANGER, SessionConfig::version_1());
    assert!(megolm::open(&mut session, &message, honest).is_err());
}

fn check_normal(bytes: &[u8], honest: &Conduct) {
    if olm::parse_normal(bytes, honest).is_ok() {
        let theirs = Message::from_bytes(bytes).expect("vodozemac takes it too");
        assert_eq!(theirs.to_bytes(), bytes);
        assert!(olm::parse(1, &base64::encode(bytes), honest).is_ok());
    }
}

fn check_pre_key(bytes: &[u8], honest: &Conduct) {
    if olm::parse_pre_key(bytes, honest).is_ok() {
        let theirs = PreKeyMessage::from_bytes(bytes).expect("vodozemac takes it too");
        assert_eq!(theirs.to_bytes(), bytes);
        assert!(olm::parse(0, &base64::encode(bytes), honest).is_ok());
    }
}

fn check_text(kind: u8, text: &str, honest: &Conduct) {
    match kind {
        b't' => {
            if let Ok(decoded) = base64::decode(text, LIMIT) {
                assert_eq!(base64::encode(&decoded), text, "two texts of one value");
            }
        }
        b'k' => {
            if let Ok(taken) = key::curve25519(text, honest) {
                let theirs = Curve25519PublicKey::from_base64(text).expect("vodozemac too");
                assert_eq!((taken, taken.to_base64()), (theirs, text.to_owned()));
            }
            if let Ok(taken) = key::ed25519(text, honest) {
                let theirs = Ed25519PublicKey::from_base64(text).expect("vodozemac too");
                assert_eq!((taken, taken.to_base64()), (theirs, text.to_owned()));
            }
        }
        b's' if session_key::shared(text, honest).is_ok() => {
            let theirs = SessionKey::from_base64(text).expect("vodozemac too");
            assert_eq!(theirs.to_base64(), text);
        }
        b'e' if session_key::exported(text, honest).is_ok() => {
            let theirs = ExportedSessionKey::from_base64(text).expect("vodozemac too");
            assert_eq!(theirs.to_base64(), text);
        }
        _ => {}
    }
}

/// The key of a session that nobody else has.
static STRANGER: LazyLock<SessionKey> =
    LazyLock::new(|| GroupSession::new(SessionConfig::version_1()).session_key());
