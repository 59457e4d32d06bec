//! The strict border, with the vodozemac call behind it, against vodozemac's own reading and the same call.

#[expect(
    clippy::unwrap_used,
    reason = "sessions that cannot be made have no figure"
)]
mod ends;

use std::{hint::black_box, io, time::Duration};

use pruefstand_benches::{Clock, Round, Yard};
use reference_client::{Conduct, border};
use vodozemac::{
    Curve25519PublicKey, Ed25519PublicKey,
    megolm::{InboundGroupSession, MegolmMessage, SessionConfig, SessionKey},
    olm::OlmMessage,
};

use ends::{Group, Pair};

fn main() -> io::Result<()> {
    let mut yard = Yard::new(Duration::from_millis(1500));
    let conduct = Conduct::honest();
    group(&mut yard, &conduct);
    pair(&mut yard, &conduct);
    let group = Group::new();
    let key = group.key();
    yard.compare(KEY, || {
        timed(
            || SessionKey::from_base64(&key).map(opened),
            || border::session_key::shared(&key, &conduct),
        )
    });
    let pair = Pair::new();
    let (curve, edwards) = (pair.curve25519(), pair.ed25519());
    yard.compare(KEYS, || {
        timed(
            || {
                let keys = Curve25519PublicKey::from_base64(&curve);
                keys.and_then(|key| Ok((key, Ed25519PublicKey::from_base64(&edwards)?)))
            },
            || {
                let keys = border::key::curve25519(&curve, &conduct);
                keys.and_then(|key| Ok((key, border::key::ed25519(&edwards, &conduct)?)))
            },
        )
    });
    yard.finish()
}

const MEGOLM: (&str, &str) = ("border, Megolm read and decrypt 1 KiB", "vodozemac");
const OLM: (&str, &str) = ("border, Olm read and decrypt 1 KiB", "vodozemac");
const KEY: (&str, &str) = ("border, a shared room key", "vodozemac");
const KEYS: (&str, &str) = ("border, the keys of a device", "vodozemac");

fn opened(key: SessionKey) -> InboundGroupSession {
    InboundGroupSession::new(&key, SessionConfig::version_1())
}

fn group(yard: &mut Yard, conduct: &Conduct) {
    let mut group = Group::new();
    yard.compare(MEGOLM, || {
        let text = group.encrypt();
        let [bare, ours] = &mut group.receivers;
        timed(
            || {
                let message = MegolmMessage::from_base64(&text).map_err(io::Error::other)?;
                bare.decrypt(&message).map_err(io::Error::other)
            },
            || {
                let message = border::megolm::parse(&text, conduct).map_err(io::Error::other)?;
                border::megolm::open(ours, &message, conduct).map_err(io::Error::other)
            },
        )
    });
}

fn pair(yard: &mut Yard, conduct: &Conduct) {
    let mut pair = Pair::new();
    yard.compare(OLM, || {
        let (kind, text) = pair.encrypt();
        let [bare, ours] = &mut pair.receivers;
        timed(
            || {
                let bytes = vodozemac::base64_decode(&text).map_err(io::Error::other)?;
                let kind = usize::from(kind);
                let message = OlmMessage::from_parts(kind, &bytes).map_err(io::Error::other)?;
                bare.decrypt(&message).map_err(io::Error::other)
            },
            || {
                let kind = u64::from(kind);
                let message = border::olm::parse(kind, &text, conduct).map_err(io::Error::other)?;
                ours.decrypt(&message).map_err(io::Error::other)
            },
        )
    });
}

/// Both in turn; each must succeed.
fn timed<T, U, E: ToString, F: ToString>(
    bare: impl FnOnce() -> Result<T, E>,
    ours: impl FnOnce() -> Result<U, F>,
) -> io::Result<Round> {
    let (yardstick, one) = Clock::Cpu.time(bare);
    let (bench, other) = Clock::Cpu.time(ours);
    black_box(one.map_err(|error| io::Error::other(error.to_string()))?);
    black_box(other.map_err(|error| io::Error::other(error.to_string()))?);
    Ok(Round { bench, yardstick })
}
