//! The claims that an expectation can make, and their evaluation.

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
        /// RFC 6901; an array or string counts by its length.
        pointer: String,
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// The array or object at the pointer holds the value or key.
    Contains {
        /// RFC 6901.
        pointer: String,
        /// The element, or the key as a string.
        value: Value,
    },
    /// The array or object at the pointer does not hold the value or key.
    Lacks {
        /// RFC 6901.
        pointer: String,
        /// The element, or the key as a string.
        value: Value,
    },
    /// All observations have the same value.
    Same {},
    /// No two observations have the same value.
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
    #[must_use]
    pub fn evaluate(&self, values: &[&Value], firings: impl Fn(&str) -> usize) -> Finding {
        if let Self::Fired { rule } = self {
            let count = firings(rule);
            return decide(count > 0, format!("rule {rule} fired {count} times"));
        }
        if values.is_empty() {
            return Finding::Undecided("nothing was observed".to_owned());
        }
        match self {
            Self::Same {} => decide(
                values.windows(2).all(|pair| pair.first() == pair.last()),
                list(values),
            ),
            Self::Different {} => {
                let distinct = values
                    .iter()
                    .enumerate()
                    .all(|(n, value)| !values.iter().skip(n + 1).any(|other| other == value));
                decide(distinct, list(values))
            }
            Self::ShownOnce { .. }
            | Self::NotShown { .. }
            | Self::NotRepeated { .. }
            | Self::Marked { .. }
            | Self::Status { .. }
            | Self::Is { .. }
            | Self::IsNot { .. }
            | Self::Within { .. }
            | Self::Contains { .. }
            | Self::Lacks { .. }
            | Self::Fired { .. } => values
                .iter()
                .map(|value| self.evaluate_one(value))
                .reduce(worse)
                .unwrap_or_else(|| Finding::Undecided("nothing was observed".to_owned())),
        }
    }

    fn evaluate_one(&self, value: &Value) -> Finding {
        match self {
            Self::ShownOnce { .. }
            | Self::NotShown { .. }
            | Self::NotRepeated { .. }
            | Self::Marked { .. } => match Item::read_all(value) {
                Some(items) => self.evaluate_timeline(&items),
                None => Finding::Undecided("no timeline was observed".to_owned()),
            },
            Self::Status { one_of, errcode } => status(value, one_of, errcode),
            Self::Is {
                pointer,
                value: wanted,
            } => at(value, pointer, |seen| seen == wanted),
            Self::IsNot { pointer, values } => {
                let seen = value.pointer(pointer).unwrap_or(&Value::Null);
                decide(!values.contains(seen), format!("{pointer}: {seen}"))
            }
            Self::Within {
                pointer,
                least,
                most,
            } => at(value, pointer, |seen| {
                size(seen).is_some_and(|size| (*least..=*most).contains(&size))
            }),
            Self::Contains {
                pointer,
                value: wanted,
            } => at(value, pointer, |seen| holds(seen, wanted)),
            Self::Lacks {
                pointer,
                value: wanted,
            } => at(value, pointer, |seen| !holds(seen, wanted)),
            Self::Same {} | Self::Different {} | Self::Fired { .. } => {
                Finding::Undecided("not about one value".to_owned())
            }
        }
    }

    fn evaluate_timeline(&self, items: &[Item<'_>]) -> Finding {
        let shown = |body: &str| items.iter().filter(|item| item.shows(body)).count();
        match self {
            Self::ShownOnce { body, sender } => {
                let right = |item: &&Item<'_>| item.sender == sender && item.state == "decrypted";
                let right = items
                    .iter()
                    .filter(|item| item.shows(body))
                    .filter(right)
                    .count();
                let shown = shown(body);
                decide(
                    shown == 1 && right == 1,
                    format!("shown {shown} times, {right} as expected"),
                )
            }
            Self::NotShown { body } => {
                let marked = |item: &&Item<'_>| item.body == Some(body) && !item.shows(body);
                let marked = items.iter().filter(marked).count();
                let shown = shown(body);
                decide(
                    shown == 0,
                    format!("shown {shown} times, {marked} times with a warning"),
                )
            }
            Self::NotRepeated { body } => {
                let shown = shown(body);
                decide(shown <= 1, format!("shown {shown} times"))
            }
            Self::Marked { hint } => {
                let marked = items.iter().filter(|item| item.is_marked(hint)).count();
                decide(marked > 0, format!("{marked} entries are marked"))
            }
            _ => Finding::Undecided("not about a timeline".to_owned()),
        }
    }
}

struct Item<'a> {
    body: Option<&'a String>,
    sender: &'a str,
    state: &'a str,
    trust: &'a str,
    reason: &'a str,
}

impl<'a> Item<'a> {
    fn read_all(value: &'a Value) -> Option<Vec<Self>> {
        value
            .get("timeline")?
            .as_array()?
            .iter()
            .map(Self::read)
            .collect()
    }

    fn read(value: &'a Value) -> Option<Self> {
        let text = |name| value.get(name).and_then(Value::as_str);
        let body = value.get("body").and_then(|body| {
            if let Value::String(body) = body {
                Some(body)
            } else {
                None
            }
        });
        Some(Self {
            body,
            sender: text("sender")?,
            state: text("state")?,
            trust: text("trust")?,
            reason: text("reason").unwrap_or_default(),
        })
    }

    fn shows(&self, body: &str) -> bool {
        self.body.is_some_and(|shown| shown == body)
            && matches!(self.state, "plain" | "decrypted")
            && matches!(self.trust, "verified" | "unverified")
    }

    fn is_marked(&self, hint: &str) -> bool {
        let marked = matches!(self.state, "undecryptable" | "rejected")
            || matches!(self.trust, "warn" | "blocked");
        marked
            && (hint.is_empty()
                || self.reason.contains(hint)
                || self.body.is_some_and(|body| body.contains(hint)))
    }
}

fn status(value: &Value, one_of: &[u16], errcode: &[String]) -> Finding {
    let Some(status) = value.get("status").and_then(Value::as_u64) else {
        return Finding::Undecided("no status was observed".to_owned());
    };
    let code = value
        .get("errcode")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let held = one_of.iter().any(|wanted| u64::from(*wanted) == status)
        && (errcode.is_empty() || errcode.iter().any(|wanted| wanted == code));
    decide(held, format!("status {status} {code}"))
}

fn at(value: &Value, pointer: &str, test: impl FnOnce(&Value) -> bool) -> Finding {
    match value.pointer(pointer) {
        Some(seen) => decide(test(seen), format!("{pointer}: {seen}")),
        None => Finding::Undecided(format!("nothing at {pointer}")),
    }
}

fn holds(seen: &Value, wanted: &Value) -> bool {
    match (seen, wanted) {
        (Value::Array(elements), wanted) => elements.contains(wanted),
        (Value::Object(fields), Value::String(key)) => fields.contains_key(key),
        _ => false,
    }
}

fn size(value: &Value) -> Option<u64> {
    match value {
        Value::Array(elements) => u64::try_from(elements.len()).ok(),
        Value::String(text) => u64::try_from(text.len()).ok(),
        Value::Object(fields) => u64::try_from(fields.len()).ok(),
        Value::Number(number) => number.as_u64(),
        Value::Null | Value::Bool(_) => None,
    }
}

fn list(values: &[&Value]) -> String {
    values
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" | ")
}

fn decide(held: bool, seen: String) -> Finding {
    if held {
        Finding::Held(seen)
    } else {
        Finding::Violated(seen)
    }
}

fn worse(one: Finding, other: Finding) -> Finding {
    match (&one, &other) {
        (Finding::Violated(_), _)
        | (Finding::Undecided(_), Finding::Held(_) | Finding::Undecided(_)) => one,
        (Finding::Held(_) | Finding::Undecided(_), Finding::Violated(_))
        | (Finding::Held(_), _) => other,
    }
}
