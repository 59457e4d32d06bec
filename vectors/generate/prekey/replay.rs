//! The same message again, with a key that is used up and with one that is not.

use pruefstand_vectors::Stage;

use super::{Case, TEXT, account, earlier, honest, opening, usual};
use crate::generate::{draft::Draft, seal::fixed};

fn lines<const N: usize>(lines: [&str; N]) -> Vec<String> {
    lines.map(str::to_owned).into()
}

pub(super) fn one_time() -> Vec<Draft> {
    let account = account();
    let first = usual().message(TEXT);
    let line = earlier(&first);
    let (_, chain) = usual().start();
    let second = usual().fields(chain.message(1, TEXT)).bytes();
    let other = opening("other", super::one_time(1)).message(TEXT);
    let again = |comment, message, before: &[String]| {
        let case = Case::new(Stage::State, comment, &account);
        case.message(message).before(before).draft("Replay")
    };
    let taken = |comment, message, before: &[String]| {
        let case = Case::new(None, comment, &account);
        case.message(message).before(before).draft("Valid")
    };
    let restart = lines([&line, "restart"]);
    vec![
        honest("honest message"),
        again("once more", &first, &lines([&line])),
        again("once more after a restart", &first, &restart),
        again("for the third time", &first, &lines([&line, &line])),
        again(
            "another channel with the same one-time key",
            &other,
            &lines([&line]),
        ),
        again(
            "another channel with the same one-time key, after a restart",
            &other,
            &restart,
        ),
        taken("a second message of the channel", &second, &lines([&line])),
        again(
            "the first one after the second",
            &first,
            &lines([&line, &earlier(&second)]),
        ),
        again(
            "the second one twice",
            &second,
            &lines([&line, &earlier(&second)]),
        ),
        taken("the second one first", &second, &[]),
        taken("the first one late", &first, &lines([&earlier(&second)])),
    ]
}

fn to_fallback(base: &str) -> Vec<u8> {
    opening(base, fixed("fallback key of Bob")).message(TEXT)
}

/// As many other channels as make a client forget the first one.
fn newer_channels() -> Vec<String> {
    (0..8)
        .map(|number| earlier(&to_fallback(&format!("newer {number}"))))
        .collect()
}

pub(super) fn fallback() -> Vec<Draft> {
    let (account, first) = (account(), to_fallback("first"));
    let line = earlier(&first);
    let again = |comment, before: &[String]| {
        let case = Case::new(Stage::State, comment, &account);
        case.message(&first).before(before).draft("Replay")
    };
    let forgotten = [vec![line.clone()], newer_channels()].concat();
    let then = |last: &[&str]| {
        let last = last.iter().map(|word| (*word).to_owned());
        forgotten.iter().cloned().chain(last).collect::<Vec<_>>()
    };
    vec![
        Case::new(None, "to the fallback key", &account)
            .message(&first)
            .draft("Valid"),
        again("once more", &lines([&line])),
        again("once more after a restart", &lines([&line, "restart"])),
        again(
            "once more after a rotation",
            &lines([&line, "rotate-fallback"]),
        ),
        again(
            "once more after two rotations",
            &lines([&line, "rotate-fallback", "rotate-fallback"]),
        ),
        again("once more after eight newer channels", &forgotten),
        again(
            "once more after eight newer channels and a restart",
            &then(&["restart"]),
        ),
        again(
            "once more after eight newer channels and a rotation",
            &then(&["rotate-fallback"]),
        ),
        again(
            "once more after eight newer channels, a rotation and a restart",
            &then(&["rotate-fallback", "restart"]),
        ),
    ]
}

/// The key before the current one still opens what is under way.
pub(super) fn rotated() -> Vec<Draft> {
    let (account, first) = (account(), to_fallback("first"));
    let other = to_fallback("other");
    let once = lines(["rotate-fallback"]);
    let twice = lines(["rotate-fallback", "rotate-fallback"]);
    let known = [earlier(&first)];
    let case = |stage: Option<Stage>, comment, message| {
        Case::new(stage, comment, &account).message(message)
    };
    vec![
        case(None, "another channel with the fallback key", &other)
            .before(&known)
            .draft("Valid"),
        case(None, "to the fallback key before the current one", &first)
            .before(&once)
            .draft("Valid"),
        case(Some(Stage::State), "to a fallback key that is gone", &first)
            .before(&twice)
            .draft("Replay"),
    ]
}
