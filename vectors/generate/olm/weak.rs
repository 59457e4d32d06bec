//! Class VEC-X-09: a turn of the ratchet with a key under which every agreement is zero.
//!
//! Only the other end of the channel can make such a message; whoever takes it goes on under a
//! secret that no longer heals.

use pruefstand_vectors::Stage;

use super::{Setting, TEXT, channel::Channel, earlier, state::with};
use crate::generate::{
    curve::{small_order_encodings, with_top_bit},
    draft::Draft,
};

/// After how many answers the turn comes.
const TURNS: [usize; 3] = [1, 2, 5];

/// Each weak key is refused, and the honest message after it is opened.
pub(in super::super) fn drafts() -> Vec<Draft> {
    TURNS.into_iter().flat_map(at_turn).collect()
}

fn at_turn(answers: usize) -> Vec<Draft> {
    let setting = Setting::after(answers);
    let honest = setting.honest();
    let honest_draft = |comment: &str| setting.opened(comment, &honest, TEXT);
    let weak = Channel::weak_chain(answers);
    let keys = small_order_encodings().into_iter();
    let weak = keys.map(|(comment, key)| (comment, "SmallOrder", weak.message_under(key, TEXT)));
    let alias = setting
        .chain
        .message_under(with_top_bit(setting.chain.public()), TEXT);
    let alias = ("honest key, bit 255 set".to_owned(), "NonCanonical", alias);
    let first = honest_draft(&format!("turn {answers}, honest key"));
    let refused = weak.chain([alias]).flat_map(|(key, flag, junk)| {
        let comment = format!("turn {answers}, {key}");
        let after = honest_draft(&format!("{comment}, then the honest message"));
        [
            setting.refused(Stage::Key, &comment, &junk).flag(flag),
            with(&earlier(&junk), after),
        ]
    });
    [first].into_iter().chain(refused).collect()
}
