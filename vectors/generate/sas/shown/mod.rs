//! VEC-S-01 and VEC-S-02: what is derived, and what is shown of it.

mod bits;

use hkdf::Hkdf;
use pruefstand_vectors::Stage::{Authenticate, Parse};
use sha2::Sha512;

use super::{ALICE_SECRET, BOB_SECRET, Parties, between, derived, ephemeral, shared};
use crate::generate::{case::Verdict, curve::public, draft::Draft, file::hex, seal};
pub(super) use bits::bits;

const OTHER_INFO: Verdict = Err((Authenticate, "OtherInfo"));
const UNCLEAR: Verdict = Err((Parse, "UnclearName"));

/// Seven emoji and three decimals of six bytes, one byte and two bytes each.
fn shown(bytes: [u8; 6]) -> Vec<u8> {
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let number = |from: usize, length: usize| {
        u16::from_str_radix(&bits[from..from + length], 2).expect("bits")
    };
    let emoji = (0..7).map(|at| number(at * 6, 6).to_be_bytes()[1]);
    let decimals = (0..3).flat_map(|at| (number(at * 13, 13) + 1000).to_be_bytes());
    emoji.chain(decimals).collect()
}

/// The info of the current method, by who started.
fn info(parties: &Parties, by_peer: bool) -> String {
    let own = [
        &parties.own_user,
        &parties.own_device,
        &ephemeral(ALICE_SECRET),
    ]
    .map(String::as_str)
    .join("|");
    let peer = [
        &parties.peer_user,
        &parties.peer_device,
        &ephemeral(BOB_SECRET),
    ]
    .map(String::as_str)
    .join("|");
    let (first, second) = if by_peer { (peer, own) } else { (own, peer) };
    format!(
        "MATRIX_KEY_VERIFICATION_SAS|{first}|{second}|{}",
        parties.transaction
    )
}

/// Asks whether the product shows what the other side shows.
fn compared(
    comment: &str,
    verdict: Verdict,
    parties: &Parties,
    by_peer: bool,
    bytes: [u8; 6],
) -> Draft {
    let starter: &[u8] = if by_peer { b"peer" } else { b"own" };
    between(
        comment,
        verdict,
        parties,
        &[("starter", starter), ("shown", &shown(bytes))],
    )
}

pub(super) fn infos() -> Vec<Draft> {
    let honest = Parties::honest();
    let (own, peer) = (info(&honest, false), info(&honest, true));
    let of = |info: &str| derived::<6>(&shared(), info);
    let wrong = |comment: &str, info: &str| {
        assert_ne!(info, own, "{comment}");
        compared(comment, OTHER_INFO, &honest, false, of(info))
    };
    let old = [
        &honest.own_user,
        &honest.own_device,
        &honest.peer_user,
        &honest.peer_device,
        &honest.transaction,
    ]
    .map(String::as_str);
    let (own_key, peer_key) = (ephemeral(ALICE_SECRET), ephemeral(BOB_SECRET));
    let mut drafts = vec![
        compared("the other side started", Ok(()), &honest, true, of(&peer)),
        compared("the own side started", Ok(()), &honest, false, of(&own)),
        wrong("roles swapped", &peer),
        wrong("no separators", &own.replace('|', "")),
        wrong("separators doubled", &own.replace('|', "||")),
        wrong("another separator", &own.replace('|', ",")),
        wrong(
            "separator after the prefix missing",
            &own.replacen('|', "", 1),
        ),
        wrong("separator at the end", &format!("{own}|")),
        wrong(
            "separator before the transaction missing",
            &own.replace("|transaction", "transaction"),
        ),
        wrong(
            "another transaction",
            &own.replace("transaction-1", "transaction-2"),
        ),
        wrong(
            "transaction in capitals",
            &own.replace("transaction", "TRANSACTION"),
        ),
        wrong("no transaction", &own.replace("|transaction-1", "")),
        wrong("the info of MACs", &own.replace("_SAS", "_MAC")),
        wrong(
            "no prefix",
            own.trim_start_matches("MATRIX_KEY_VERIFICATION_SAS|"),
        ),
        wrong(
            "the older method: no keys, no separators",
            &format!("MATRIX_KEY_VERIFICATION_SAS{}", old.concat()),
        ),
        wrong(
            "no keys",
            &format!("MATRIX_KEY_VERIFICATION_SAS|{}", old.join("|")),
        ),
        wrong(
            "keys padded",
            &own.replace(&own_key, &format!("{own_key}="))
                .replace(&peer_key, &format!("{peer_key}=")),
        ),
        wrong(
            "keys in hexadecimal",
            &own.replace(&own_key, &hex(&public(ALICE_SECRET)))
                .replace(&peer_key, &hex(&public(BOB_SECRET))),
        ),
        wrong(
            "keys swapped",
            &own.replace(&own_key, "OWN")
                .replace(&peer_key, &own_key)
                .replace("OWN", &peer_key),
        ),
        wrong(
            "the other side's key twice",
            &own.replace(&own_key, &peer_key),
        ),
        wrong("the own key twice", &own.replace(&peer_key, &own_key)),
        wrong(
            "device before user",
            &own.replace("@alice:example.org|ALICEDEV", "ALICEDEV|@alice:example.org"),
        ),
        wrong(
            "devices swapped",
            &own.replace("ALICEDEV", "X")
                .replace("BOBDEV", "ALICEDEV")
                .replace('X', "BOBDEV"),
        ),
        wrong("another user", &own.replace("@bob:", "@carol:")),
        wrong("another device", &own.replace("BOBDEV", "CAROLDEV")),
        wrong("user without server", &own.replace(":example.org", "")),
        compared(
            "the other side started, the own side derives as if it had",
            OTHER_INFO,
            &honest,
            true,
            of(&own),
        ),
    ];
    drafts.extend(other_derivations(&honest, &own));
    drafts
}

/// The right info under another derivation.
fn other_derivations(honest: &Parties, own: &str) -> Vec<Draft> {
    let wrong = |comment: &str, bytes: [u8; 6]| compared(comment, OTHER_INFO, honest, false, bytes);
    let salted = seal::hkdf(b"salt", &shared(), own.as_bytes());
    let mut longer = [0; 6];
    let sha512 = Hkdf::<Sha512>::new(None, &shared());
    sha512
        .expand(own.as_bytes(), &mut longer)
        .expect("six bytes");
    let mut reversed = derived::<6>(&shared(), own);
    reversed.reverse();
    let mut five = derived::<6>(&shared(), own);
    five[5] ^= 0x80;
    vec![
        wrong("salted", salted),
        wrong("HKDF-SHA-512", longer),
        wrong("derived from zero", derived(&[0; 32], own)),
        wrong(
            "derived from the other side's key",
            derived(&public(BOB_SECRET), own),
        ),
        wrong("bytes reversed", reversed),
        wrong("one bit of the last decimal", five),
    ]
}

/// Ids that are in the info: opaque, but clear.
pub(super) fn names() -> Vec<Draft> {
    let named = |comment: &str, verdict: Verdict, change: &dyn Fn(&mut Parties)| {
        let mut parties = Parties::honest();
        change(&mut parties);
        let bytes = derived(&shared(), &info(&parties, true));
        compared(comment, verdict, &parties, true, bytes)
    };
    vec![
        named("ids without separators", Ok(()), &|_| {}),
        named("separator in the other user", UNCLEAR, &|p| {
            p.peer_user = "@bob|x:example.org".to_owned()
        }),
        named("separator in the own user", UNCLEAR, &|p| {
            p.own_user = "@alice|x:example.org".to_owned()
        }),
        named("separator in the other device", UNCLEAR, &|p| {
            p.peer_device = "BOB|DEV".to_owned()
        }),
        named("a whole second party in the device", UNCLEAR, &|p| {
            p.peer_device = "BOBDEV|KEY|@alice:example.org".to_owned()
        }),
        named("comma in the device", UNCLEAR, &|p| {
            p.peer_device = "BOB,DEV".to_owned()
        }),
        named("NUL in the device", UNCLEAR, &|p| {
            p.peer_device = "BOB\0DEV".to_owned()
        }),
        named("line feed in the user", UNCLEAR, &|p| {
            p.peer_user = "@bob\n:example.org".to_owned()
        }),
        named("no device", UNCLEAR, &|p| p.peer_device = String::new()),
        named("no user", UNCLEAR, &|p| p.peer_user = String::new()),
        named("device of 256 letters", UNCLEAR, &|p| {
            p.peer_device = "B".repeat(256)
        }),
        named("device is the master key", UNCLEAR, &|p| {
            p.peer_device = super::public_key(super::BOB_MASTER)
        }),
        named("device of 255 letters", Ok(()), &|p| {
            p.peer_device = "B".repeat(255)
        }),
        named("device with a colon", Ok(()), &|p| {
            p.peer_device = "BOB:DEV".to_owned()
        }),
        named("device with letters of another script", Ok(()), &|p| {
            p.peer_device = "\u{411}\u{41e}\u{411}".to_owned()
        }),
        named("two devices of one user", Ok(()), &|p| {
            p.peer_user = p.own_user.clone()
        }),
    ]
}
