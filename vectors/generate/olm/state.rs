//! Gaps, lost keys, replays, and what a refused message leaves behind.

use pruefstand_vectors::Stage;

use super::{Setting, TEXT, channel::Channel, earlier};
use crate::generate::{draft::Draft, seal::MAC};

/// The gap that the heirs of libolm allow.
const GAP: u32 = 2000;

pub(super) fn gap_on_new_chain() -> Vec<Draft> {
    gap(&Setting::usual(), "on a new chain", 0)
}

/// The chain whose first message Bob has.
pub(super) fn gap_on_known_chain() -> Vec<Draft> {
    let mut setting = Setting::usual();
    setting.chain = Channel::after(0).alice[0];
    gap(&setting, "on a known chain", 1)
}

fn gap(setting: &Setting, place: &str, next: u32) -> Vec<Draft> {
    let message = |index| setting.chain.message(index, TEXT);
    let opened = |missing: u32| {
        let comment = format!("{missing} messages are missing before it {place}");
        setting.opened(&comment, &message(next + missing), TEXT)
    };
    let comment = format!("{} messages are missing before it {place}", GAP + 1);
    let beyond = message(next + GAP + 1);
    vec![
        opened(0),
        opened(1),
        opened(GAP),
        setting
            .refused(Stage::State, &comment, &beyond)
            .flag("Number"),
    ]
}

/// Forty keys of skipped messages are kept.
pub(super) fn skipped() -> Vec<Draft> {
    let setting = Setting::usual();
    let message = |index| setting.chain.message(index, TEXT);
    let before = earlier(&message(GAP));
    let comment = |index: u32| format!("message {index} after message {GAP}");
    let opened = [1960, 1961, 1980, 1998, 1999, 2001].map(|index| {
        with(
            &before,
            setting.opened(&comment(index), &message(index), TEXT),
        )
    });
    let refused = [1959, 1958, 1900, 1, 0].map(|index| {
        let draft = setting.refused(Stage::State, &comment(index), &message(index));
        with(&before, draft.flag("Replay"))
    });
    opened.into_iter().chain(refused).collect()
}

/// Five chains of the other end are kept.
pub(super) fn older_chains() -> Vec<Draft> {
    let mut setting = Setting::after(5);
    let chains = Channel::after(5).alice;
    let newest = earlier(&setting.chain.message(0, TEXT));
    let mut drafts = Vec::new();
    setting.chain = chains[0];
    let oldest = setting.chain.message(1, TEXT);
    drafts.push(setting.opened("the oldest of five chains", &oldest, TEXT));
    for (number, chain) in chains.iter().enumerate().skip(1) {
        let comment = format!("chain {number} of six, the last having come");
        let message = chain.message(1, TEXT);
        drafts.push(with(&newest, setting.opened(&comment, &message, TEXT)));
    }
    let comment = "chain 0 of six, the last having come";
    let draft = setting.refused(Stage::State, comment, &oldest);
    drafts.push(with(&newest, draft.flag("Replay")));
    drafts
}

pub(super) fn replayed() -> Vec<Draft> {
    let setting = Setting::usual();
    let message = |index| setting.chain.message(index, TEXT);
    let (first, line) = (setting.honest(), earlier(&setting.honest()));
    let again = |comment: &str, before: &str| {
        let draft = setting.refused(Stage::State, comment, &first);
        with(before, draft.flag("Replay"))
    };
    let skipped = format!("{}\n{line}", earlier(&message(3)));
    vec![
        with("restart", setting.honest_draft()),
        again("once more", &line),
        again("once more after a restart", &format!("{line}\nrestart")),
        again("for the third time", &format!("{line}\n{line}")),
        again(
            "once more after the next message",
            &format!("{line}\n{}", earlier(&message(1))),
        ),
        with(&earlier(&message(3)), setting.honest_draft()),
        again("once more, with the key of a skipped message", &skipped),
        again(
            "once more after a restart, with the key of a skipped message",
            &format!("{skipped}\nrestart"),
        ),
    ]
}

/// Every byte changed, and then the honest message.
pub(super) fn after_junk() -> Vec<Draft> {
    let setting = Setting::usual();
    let honest = setting.honest();
    let mut drafts = Vec::new();
    let mut both = |name: &str, junk: &[u8]| {
        let comment = format!("the honest message after one with {name}");
        let draft = setting.opened(&comment, &honest, TEXT).flag("State");
        drafts.push(with(&earlier(junk), draft));
        drafts.push(setting.refused(Stage::Authenticate, name, junk).flag("Mac"));
    };
    for at in 0..honest.len() {
        let mut junk = honest.clone();
        junk[at] ^= 0x10;
        both(&format!("bit 4 of byte {at} changed"), &junk);
    }
    let cut = honest.len() - MAC;
    let far = setting.chain.message(GAP, TEXT);
    let far = [&far[..far.len() - MAC], &[0; MAC]].concat();
    both("no MAC", &honest[..cut]);
    both("a gap of 2000 and no right MAC", &far);
    both(
        "another message behind it",
        &[&honest[..], &honest].concat(),
    );
    drafts
}

/// A message to which something else has come before.
pub(super) fn with(before: &str, mut draft: Draft) -> Draft {
    draft.input.push(("before", before.as_bytes().to_vec()));
    draft
}
