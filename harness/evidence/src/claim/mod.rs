//! The claims that an expectation can make, and their evaluation.

mod json;
mod timeline;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something that must hold of observed values.
///
/// *Shown* means: an entry of an observed timeline with that body, in state `plain` or `decrypted`, whose trust is
/// `verified` or `unverified`; an entry with a warning is *not* shown in this sense.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "claim", rename_all = "snake_case")]
pub enum Claim {
    /// The body is shown exactly once in the timeline, decrypted, from this sender.
    ShownOnce {
        /// The text.
        body: String,
        /// The user id.
        sender: String,
    },
    /// The body is not shown; withheld or with a warning is fine.
    NotShown {
        /// The text.
        body: String,
    },
    /// The body is shown once at most.
    NotRepeated {
        /// The text.
        body: String,
    },
    /// The timeline has an entry that the product itself marked or withheld: the user can see that something is wrong.
    Marked {
        /// The part of the reason code or body that says so; empty for any mark.
        hint: String,
    },
    /// The HTTP status is one of these, and so is the error code if any are named.
    Status {
        /// The statuses.
        one_of: Vec<u16>,
        /// The error codes; empty for any.
        errcode: Vec<String>,
    },
    /// The value at the JSON pointer is this one.
    Is {
        /// RFC 6901; empty for the whole.
        pointer: String,
        /// The value.
        value: Value,
    },
    /// The value at the JSON pointer is none of these. A missing value counts as `null`.
    IsNot {
        /// RFC 6901.
        pointer: String,
        /// The values.
        values: Vec<Value>,
    },
    /// The number at the pointer is in the range, ends included.
    Within {
        /// RFC 6901; an array or object counts by its entries, a string by its bytes.
        pointer: String,
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// The array or object at the pointer holds the value or key. Anything else there does not decide it.
    Contains {
        /// RFC 6901.
        pointer: String,
        /// The element, or the key as a string.
        value: Value,
    },
    /// The array or object at the pointer does not hold the value or key. Anything else there does not decide it.
    Lacks {
        /// RFC 6901.
        pointer: String,
        /// The element, or the key as a string.
        value: Value,
    },
    /// All observations, two at least, have the same value.
    Same {},
    /// No two observations, of two at least, have the same value.
    Different {},
    /// A rule of the adversary fired at least once; about no observation, but the whole transcript.
    Fired {
        /// The rule.
        rule: String,
    },
}

/// What came of evaluating a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It held.
    Held(String),
    /// It did not hold; in words, what was seen.
    Violated(String),
    /// The observations do not decide it; in words, what is missing.
    Undecided(String),
}

impl Claim {
    /// Evaluates the claim over the observed values; `firings` counts how often a rule fired.
    ///
    /// Over several values the worst finding counts: violated, then undecided, then held.
    #[must_use]
    pub fn evaluate(&self, values: &[&Value], firings: impl Fn(&str) -> usize) -> Finding {
        let finding = match self {
            Self::Fired { rule } => {
                let count = firings(rule);
                Finding::decide(count > 0, format!("rule {rule} fired {count} times"))
            }
            Self::Same {} => json::same(values),
            Self::Different {} => json::different(values),
            Self::ShownOnce { .. }
            | Self::NotShown { .. }
            | Self::NotRepeated { .. }
            | Self::Marked { .. }
            | Self::Status { .. }
            | Self::Is { .. }
            | Self::IsNot { .. }
            | Self::Within { .. }
            | Self::Contains { .. }
            | Self::Lacks { .. } => values
                .iter()
                .map(|value| self.evaluate_one(value))
                .reduce(Finding::worse)
                .unwrap_or_else(|| Finding::Undecided("nothing was observed".to_owned())),
        };
        finding.cut()
    }

    fn evaluate_one(&self, value: &Value) -> Finding {
        match self {
            Self::ShownOnce { body, sender } => timeline::shown_once(value, body, sender),
            Self::NotShown { body } => timeline::not_shown(value, body),
            Self::NotRepeated { body } => timeline::not_repeated(value, body),
            Self::Marked { hint } => timeline::marked(value, hint),
            Self::Status { one_of, errcode } => json::status(value, one_of, errcode),
            Self::Is {
                pointer,
                value: wanted,
            } => json::is(value, pointer, wanted),
            Self::IsNot { pointer, values } => json::is_not(value, pointer, values),
            Self::Within {
                pointer,
                least,
                most,
            } => json::within(value, pointer, *least..=*most),
            Self::Contains {
                pointer,
                value: wanted,
            } => json::contains(value, pointer, wanted),
            Self::Lacks {
                pointer,
                value: wanted,
            } => json::lacks(value, pointer, wanted),
            Self::Same {} | Self::Different {} | Self::Fired { .. } => {
                Finding::Undecided("not about one value".to_owned())
            }
        }
    }
}

impl Finding {
    /// What was seen, or what is missing.
    #[must_use]
    pub fn seen(&self) -> &str {
        match self {
            Self::Held(seen) | Self::Violated(seen) | Self::Undecided(seen) => seen,
        }
    }

    fn decide(held: bool, seen: String) -> Self {
        if held {
            Self::Held(seen)
        } else {
            Self::Violated(seen)
        }
    }

    fn worse(self, other: Self) -> Self {
        let rank = |finding: &Self| match finding {
            Self::Held(_) => 0,
            Self::Undecided(_) => 1,
            Self::Violated(_) => 2,
        };
        if rank(&other) > rank(&self) {
            other
        } else {
            self
        }
    }

    fn cut(self) -> Self {
        match self {
            Self::Held(seen) => Self::Held(cut(seen)),
            Self::Violated(seen) => Self::Violated(cut(seen)),
            Self::Undecided(seen) => Self::Undecided(cut(seen)),
        }
    }
}

/// One line of a table; the observation itself stands in the transcript, whole.
const SEEN_LIMIT: usize = 400;

fn cut(mut seen: String) -> String {
    if let Some((at, _)) = seen.char_indices().nth(SEEN_LIMIT) {
        seen.truncate(at);
        seen.push('…');
    }
    seen
}

#[cfg(test)]
mod tests;
