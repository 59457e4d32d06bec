//! The escaper of every template: first the neutraliser, then HTML.

use std::fmt;

use askama::filters::{Escaper, Html};
use harness_evidence::visible;

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Neutral;

impl Escaper for Neutral {
    fn write_escaped_str<W: fmt::Write>(&self, dest: W, string: &str) -> fmt::Result {
        Html.write_escaped_str(dest, &visible(string))
    }
}
