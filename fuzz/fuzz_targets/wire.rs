//! Bytes as messages and keys at the client's border.
#![no_main]

use std::hint::black_box;

#[path = "../src/wire.rs"]
mod wire;

#[path = "../src/start.rs"]
mod start;

libfuzzer_sys::fuzz_target!(init: start::start(wire::run, bare), |bytes: &[u8]| wire::run(bytes));

/// vodozemac's own parsers.
fn bare(bytes: &[u8]) {
    let Some((kind, rest)) = bytes.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(rest);
    match kind {
        b'm' => drop(black_box(vodozemac::megolm::MegolmMessage::from_bytes(
            rest,
        ))),
        b'n' => drop(black_box(vodozemac::olm::Message::from_bytes(rest))),
        b'p' => drop(black_box(vodozemac::olm::PreKeyMessage::from_bytes(rest))),
        b'k' => drop(black_box(vodozemac::Curve25519PublicKey::from_base64(
            &text,
        ))),
        b's' => drop(black_box(vodozemac::megolm::SessionKey::from_base64(&text))),
        b'e' => drop(black_box(
            vodozemac::megolm::ExportedSessionKey::from_base64(&text),
        )),
        _ => drop(black_box(vodozemac::base64_decode(text.as_ref()))),
    }
}
