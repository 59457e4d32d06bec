//! VEC-S-06: ephemeral keys of the other side.

use pruefstand_vectors::Stage::{Decode, Key};

use super::{ALICE_SECRET, BOB_SECRET, base64, ephemeral};
use crate::generate::{
    case::{Verdict, case},
    curve::{p_plus, public, secret, small_order_keys},
    draft::Draft,
};

pub(super) fn drafts() -> Vec<Draft> {
    let key = |comment: &str, verdict: Verdict, text: &str| {
        let private = secret(ALICE_SECRET);
        case(
            comment,
            verdict,
            &[("private", &private), ("key", text.as_bytes())],
        )
    };
    let small: Verdict = Err((Key, "SmallOrder"));
    let non_canonical: Verdict = Err((Key, "NonCanonical"));
    let other_text: Verdict = Err((Decode, "NonCanonical"));
    let honest = ephemeral(BOB_SECRET);
    let mut drafts = vec![
        key("the other side's key", Ok(()), &honest),
        key(
            "the own key",
            Err((Key, "Reflected")),
            &ephemeral(ALICE_SECRET),
        ),
        key("u = 0", small, &base64([0; 32])),
    ];
    let all = small_order_keys();
    drafts.extend(all.map(|(comment, bytes)| key(comment, small, &base64(bytes))));
    for (comment, mut bytes) in [("u = 0", [0; 32])].into_iter().chain(all) {
        bytes[31] |= 0x80;
        drafts.push(key(
            &format!("{comment}, bit 255 set"),
            small,
            &base64(bytes),
        ));
    }
    let with_top_bit = |number: u8| {
        let mut bytes = public(number);
        bytes[31] |= 0x80;
        base64(bytes)
    };
    drafts.extend([
        key(
            "the other side's key, bit 255 set",
            non_canonical,
            &with_top_bit(BOB_SECRET),
        ),
        key(
            "the own key, bit 255 set",
            Err((Key, "Reflected")),
            &with_top_bit(ALICE_SECRET),
        ),
        key("padded", other_text, &format!("{honest}=")),
        key(
            "the own key padded",
            other_text,
            &format!("{}=", ephemeral(ALICE_SECRET)),
        ),
        key("space before", other_text, &format!(" {honest}")),
        key("line feed after", other_text, &format!("{honest}\n")),
        key("31 bytes", other_text, &base64(&public(BOB_SECRET)[..31])),
        key(
            "33 bytes",
            other_text,
            &base64([&public(BOB_SECRET)[..], &[0]].concat()),
        ),
        key("no text", other_text, ""),
    ]);
    drafts
        .extend((2..=18).map(|u| key(&format!("u = p + {u}"), non_canonical, &base64(p_plus(u)))));
    drafts
}
