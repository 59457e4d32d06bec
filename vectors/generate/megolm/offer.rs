//! A key is there, and another one with the same id comes.

use pruefstand_vectors::Stage;

use super::alice;
use crate::generate::{draft::Draft, seal::fixed};

/// A key in Alice's name with another ratchet, as anybody can write it.
fn poisoned(index: u32, ratchet: &[u8]) -> Vec<u8> {
    let mut key = alice().exported(index);
    key[5..133].copy_from_slice(ratchet);
    key
}

fn random() -> Vec<u8> {
    [0, 1, 2, 3]
        .map(|part| fixed(&format!("poisoned part {part}")))
        .concat()
}

/// The offered key takes the place of the one that is held, and its owner vouches for it or not.
fn taken(comment: &str, held: &[u8], offered: &[u8], is_vouched: bool) -> Draft {
    Draft::valid(comment, &[("held", held), ("offered", offered)])
        .flag("Valid")
        .output(&[&[u8::from(is_vouched), 1][..], &offered[1..165]].concat())
}

fn refused(comment: &str, held: &[u8], offered: &[u8]) -> Draft {
    let input: [(&str, &[u8]); 2] = [("held", held), ("offered", offered)];
    Draft::invalid(Stage::State, comment, &input).flag("Merge")
}

/// Ratchets that cannot be reached from what is held.
fn poisoned_keys(held: &[u8], who: &str, index: u32) -> Vec<Draft> {
    [
        ("random", random()),
        ("of zeros", vec![0; 128]),
        ("of ones", vec![0xff; 128]),
    ]
    .map(|(name, ratchet)| {
        let comment = format!("a ratchet {name} at index {index}, over {who}");
        refused(&comment, held, &poisoned(index, &ratchet))
    })
    .into()
}

pub(super) fn poisoned_over_held() -> Vec<Draft> {
    let direct = alice().session_key(3);
    let passed_on = alice().exported(3);
    let mut drafts = vec![taken(
        "the owner's own key, once more",
        &direct,
        &direct,
        true,
    )];
    for index in [0, 3, 4, u32::MAX] {
        drafts.extend(poisoned_keys(&direct, "the owner's own key", index));
    }
    drafts.push(taken(
        "a key that was passed on, once more",
        &passed_on,
        &passed_on,
        false,
    ));
    for index in [0, 3, 4] {
        drafts.extend(poisoned_keys(&passed_on, "a key that was passed on", index));
    }
    let held = poisoned(0, &random());
    drafts.push(taken(
        "the owner's own key, over a poisoned one",
        &held,
        &direct,
        true,
    ));
    drafts.push(refused(
        "another poisoned key, over a poisoned one",
        &held,
        &poisoned(0, &[0; 128]),
    ));
    drafts.push(refused(
        "the right key, passed on, over a poisoned one",
        &held,
        &passed_on,
    ));
    // One part that moves rarely differs; what follows from it looks right.
    let mut part = alice().ratchet(0);
    part[0] ^= 1;
    drafts.push(taken("an earlier key", &direct, &alice().exported(0), true));
    drafts.push(refused(
        "an earlier key with another first part",
        &alice().session_key(1 << 24),
        &poisoned(0, &part),
    ));
    drafts
}

/// What was passed on may reach further back; who vouches for the session stays.
pub(super) fn lower() -> Vec<Draft> {
    let (shared, passed_on) = (
        |index| alice().session_key(index),
        |index| alice().exported(index),
    );
    let named = |offered: &str, held: &str| format!("{offered}, over {held}");
    let mut drafts = Vec::new();
    for (first, later) in [(0, 1), (0, 300), (255, 256), (0, 1 << 24)] {
        let (low, high) = (format!("from {first} on"), format!("from {later} on"));
        drafts.push(taken(
            &named(
                &format!("passed on, {low}"),
                &format!("the owner's own, {high}"),
            ),
            &shared(later),
            &passed_on(first),
            true,
        ));
        drafts.push(taken(
            &named(
                &format!("the owner's own, {low}"),
                &format!("the owner's own, {high}"),
            ),
            &shared(later),
            &shared(first),
            true,
        ));
        drafts.push(taken(
            &named(&format!("passed on, {low}"), &format!("passed on, {high}")),
            &passed_on(later),
            &passed_on(first),
            false,
        ));
        drafts.push(taken(
            &named(
                &format!("the owner's own, {low}"),
                &format!("passed on, {high}"),
            ),
            &passed_on(later),
            &shared(first),
            true,
        ));
    }
    drafts.push(refused(
        "passed on, from 0 on, with another ratchet",
        &shared(1),
        &poisoned(0, &random()),
    ));
    drafts
}

pub(super) fn higher() -> Vec<Draft> {
    let (shared, passed_on) = (
        |index| alice().session_key(index),
        |index| alice().exported(index),
    );
    let mut drafts = vec![taken(
        "from index 0 on, over one from 1 on",
        &shared(1),
        &passed_on(0),
        true,
    )];
    for (first, later) in [(0, 1), (0, 300), (255, 256), (0, 1 << 24), (0, u32::MAX)] {
        let over = |offered: &str, held: &str| {
            format!("{offered}, from {later} on, over {held}, from {first} on")
        };
        drafts.push(refused(
            &over("passed on", "the owner's own"),
            &shared(first),
            &passed_on(later),
        ));
        drafts.push(refused(
            &over("the owner's own", "the owner's own"),
            &shared(first),
            &shared(later),
        ));
        drafts.push(refused(
            &over("passed on", "passed on"),
            &passed_on(first),
            &passed_on(later),
        ));
        drafts.push(refused(
            &over("the owner's own", "passed on"),
            &passed_on(first),
            &shared(later),
        ));
    }
    drafts
}
