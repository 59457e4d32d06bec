//! One-time keys that are not there, and how they go and come.

use pruefstand_vectors::Stage;

use super::{Case, TEXT, account, earlier, honest, one_time, opening};
use crate::generate::{draft::Draft, pickle::PreKey, seal::fixed};

pub(super) fn unknown() -> Vec<Draft> {
    let account = account();
    let used = [earlier(&opening("other", one_time(2)).message(TEXT))];
    let refused = |comment, one_time, before: &[String]| {
        let message = opening("first", one_time).message(TEXT);
        let case = Case::new(Stage::State, comment, &account);
        case.message(&message).before(before).draft("Replay")
    };
    vec![
        honest("honest message"),
        refused(
            "a key that nobody has published",
            fixed("a key of nobody"),
            &[],
        ),
        refused(
            "a key of another account",
            fixed("one-time key 1 of Carol"),
            &[],
        ),
        refused("a key that another channel has used up", one_time(2), &used),
        refused(
            "the receiver's identity key",
            fixed("identity key of Bob"),
            &[],
        ),
        refused(
            "the sender's identity key",
            fixed("identity key of Alice"),
            &[],
        ),
        refused(
            "the sender's base key",
            fixed("base key of Alice: first"),
            &[],
        ),
    ]
}

/// An account holds 5000 one-time keys; the oldest goes for the next one.
pub(super) fn evicted() -> Vec<Draft> {
    let account = account();
    let to = |key: u32| opening("first", one_time(key)).message(TEXT);
    let case = |stage: Option<Stage>, comment, key, count: u32| {
        let (message, before) = (to(key), [format!("generate {count}")]);
        let case = Case::new(stage, comment, &account);
        let flag = if stage.is_some() { "Replay" } else { "Valid" };
        case.message(&message).before(&before).draft(flag)
    };
    vec![
        case(None, "the oldest of 5000 keys", 1, 4997),
        case(
            Some(Stage::State),
            "the oldest key, after 5000 newer ones",
            1,
            5000,
        ),
        case(Some(Stage::State), "the oldest of 5001 keys", 1, 4998),
        case(None, "the second of 5001 keys", 2, 4998),
    ]
}

/// libolm writes the id that it gave last; whoever gives it again overwrites a key.
pub(super) fn imported() -> Vec<Draft> {
    let account = account();
    let message = opening("first", one_time(3)).message(TEXT);
    let unknown = opening("first", fixed("a key of nobody")).message(TEXT);
    let case = |stage: Option<Stage>, comment, message, before: &[String]| {
        let case = Case::new(stage, comment, &account);
        case.message(message).before(before).draft("KeyId")
    };
    let made = ["generate 1".to_owned()];
    let used = ["generate 1".to_owned(), earlier(&message)];
    vec![
        case(
            None,
            "the key with the last id, after one more was made",
            &message,
            &made,
        ),
        case(
            Some(Stage::State),
            "a key of nobody, after one more was made",
            &unknown,
            &made,
        ),
        case(Some(Stage::State), "once more", &message, &used),
    ]
}

/// The counter of ids has 32 bits in a pickle of libolm's.
pub(super) fn wrapped() -> Vec<Draft> {
    let mut account = account();
    account.next_id = u32::MAX;
    account.one_time = [0, 1, 2, u32::MAX]
        .map(|id| PreKey {
            id,
            secret: one_time(id),
            published: true,
        })
        .into();
    let made = ["generate 4".to_owned()];
    let opened = [0, 1, 2, u32::MAX].map(|id| {
        let message = opening("first", one_time(id)).message(TEXT);
        let comment = format!("the key with the id {id}, after the counter passed 2^32");
        let case = Case::new(None, &comment, &account);
        case.message(&message).before(&made).draft("KeyId")
    });
    let unknown = opening("first", fixed("a key of nobody")).message(TEXT);
    let case = Case::new(
        Stage::State,
        "a key of nobody, after the counter passed 2^32",
        &account,
    );
    let refused = case.message(&unknown).before(&made).draft("KeyId");
    opened.into_iter().chain([refused]).collect()
}
