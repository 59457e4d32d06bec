//! Claims about what a product shows: an object with a `timeline` array, as the driver protocol's timeline verb answers.

use serde_json::Value;

use super::Finding;

pub(super) fn shown_once(value: &Value, body: &str, sender: &str) -> Finding {
    over(value, |items| {
        let shown = count(items, |item| item.shows(body));
        let right = count(items, |item| {
            item.shows(body) && item.sender == sender && item.state == "decrypted"
        });
        Finding::decide(
            shown == 1 && right == 1,
            format!("shown {shown} times, {right} as expected"),
        )
    })
}

pub(super) fn not_shown(value: &Value, body: &str) -> Finding {
    over(value, |items| {
        let shown = count(items, |item| item.shows(body));
        let marked = count(items, |item| item.body == Some(body) && !item.shows(body));
        Finding::decide(
            shown == 0,
            format!("shown {shown} times, {marked} times with a warning"),
        )
    })
}

pub(super) fn not_repeated(value: &Value, body: &str) -> Finding {
    over(value, |items| {
        let shown = count(items, |item| item.shows(body));
        Finding::decide(shown <= 1, format!("shown {shown} times"))
    })
}

pub(super) fn marked(value: &Value, hint: &str) -> Finding {
    over(value, |items| {
        let marked = count(items, |item| item.is_marked(hint));
        Finding::decide(marked > 0, format!("{marked} entries are marked"))
    })
}

struct Item<'a> {
    body: Option<&'a str>,
    sender: &'a str,
    state: &'a str,
    trust: &'a str,
    reason: &'a str,
}

impl<'a> Item<'a> {
    /// `None` if a field is missing: half a timeline decides nothing.
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
        Some(Self {
            body: text("body"),
            sender: text("sender")?,
            state: text("state")?,
            trust: text("trust")?,
            reason: text("reason").unwrap_or_default(),
        })
    }

    fn shows(&self, body: &str) -> bool {
        self.body == Some(body)
            && matches!(self.state, "plain" | "decrypted")
            && matches!(self.trust, "verified" | "unverified")
    }

    fn is_marked(&self, hint: &str) -> bool {
        let marked = matches!(self.state, "undecryptable" | "rejected")
            || matches!(self.trust, "warn" | "blocked");
        marked && (self.reason.contains(hint) || self.body.is_some_and(|body| body.contains(hint)))
    }
}

fn over(value: &Value, claim: impl FnOnce(&[Item<'_>]) -> Finding) -> Finding {
    Item::read_all(value).map_or_else(
        || Finding::Undecided("no timeline was observed".to_owned()),
        |items| claim(&items),
    )
}

fn count(items: &[Item<'_>], test: impl Fn(&Item<'_>) -> bool) -> usize {
    items.iter().filter(|item| test(item)).count()
}
