//! A transcript as a sequence diagram: a lane an actor, the relay on the right, red where the adversary interfered.

use std::collections::BTreeSet;

use harness_evidence::{Entry, Exchange, Transcript, visible_within};

use super::excerpt::{has_fired, name};

/// How many rows a diagram has; more cannot be taken in at a glance.
const ROW_LIMIT: usize = 25;

/// How many actors have a lane of their own.
const LANE_LIMIT: usize = 5;

/// The longest text in a diagram, in characters.
const TEXT_LIMIT: usize = 44;

/// The name of the lane on the right.
const RELAY: &str = "relay";

const LANE_WIDTH: usize = 180;
const ROW_HEIGHT: usize = 30;
const TOP: usize = 48;
const EDGE: usize = 40;

pub(super) struct Sequence {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) lanes: Vec<Lane>,
    pub(super) rows: Vec<Row>,
}

/// A vertical line with a name.
pub(super) struct Lane {
    pub(super) x: usize,
    pub(super) name: String,
}

/// One step: an arrow to the relay, a call on an actor's lane, or an observation.
pub(super) struct Row {
    pub(super) number: usize,
    /// Who acts, and whom it reaches; empty if nobody does, or if it stays with who acts.
    pub(super) who: String,
    pub(super) whom: &'static str,
    pub(super) y: usize,
    pub(super) from: usize,
    /// Where the arrow ends; equal to `from` if there is none.
    pub(super) to: usize,
    pub(super) text: String,
    pub(super) text_x: usize,
    /// `plain`, `hit` where the adversary interfered, `call` or `seen`.
    pub(super) class: &'static str,
    /// Whether the arrow ends on its way, for the relay never got the request.
    pub(super) is_dropped: bool,
}

impl Sequence {
    /// `None` if there is nothing to draw.
    pub(super) fn of(transcript: &Transcript, decisive: &BTreeSet<usize>) -> Option<Self> {
        let chosen = chosen(transcript, decisive);
        if chosen.is_empty() {
            return None;
        }
        let lanes = lanes(&chosen);
        let relay = x_of(lanes.len() - 1);
        let mut rows: Vec<_> = chosen
            .iter()
            .enumerate()
            .map(|(position, (number, entry))| Row {
                number: *number,
                y: TOP + position * ROW_HEIGHT + ROW_HEIGHT / 2,
                ..row(entry, &lanes, relay)
            })
            .collect();
        mark_evil(&mut rows);
        Some(Self {
            width: lanes.len() * LANE_WIDTH,
            height: TOP + rows.len() * ROW_HEIGHT + 10,
            lanes,
            rows,
        })
    }

    /// Where the lanes end.
    pub(super) fn bottom(&self) -> usize {
        self.height - 6
    }
}

/// Where no rule of the adversary fired, the attack is what an evil peer sent last.
fn mark_evil(rows: &mut [Row]) {
    let is_arrow = |row: &Row| row.from != row.to;
    if rows.iter().any(|row| row.class == "hit" && is_arrow(row)) {
        return;
    }
    let mut latest_first = rows.iter_mut().rev();
    if let Some(row) = latest_first.find(|row| row.who.starts_with("evil:") && is_arrow(row)) {
        row.class = "hit";
    }
}

/// The decisive entries and what came last before them, in order.
fn chosen<'t>(transcript: &'t Transcript, decisive: &BTreeSet<usize>) -> Vec<(usize, &'t Entry)> {
    let last = decisive.last().copied().unwrap_or(usize::MAX);
    let drawn = |entry: &Entry| match entry {
        Entry::Call { .. } | Entry::Exchange(_) => true,
        Entry::Observation { .. } | Entry::Expectation(_) | Entry::Stopped { .. } => false,
    };
    let entries = || transcript.entries.iter().enumerate();
    let must = |(n, entry): &(usize, &Entry)| decisive.contains(n) || has_fired(entry);
    let mut numbers: BTreeSet<_> = entries()
        .filter(must)
        .map(|(n, _)| n)
        .take(ROW_LIMIT)
        .collect();
    let others = entries()
        .rev()
        .filter(|(n, entry)| *n <= last && drawn(entry));
    for (n, _) in others {
        if numbers.len() >= ROW_LIMIT {
            break;
        }
        numbers.insert(n);
    }
    entries().filter(|(n, _)| numbers.contains(n)).collect()
}

/// Actors in the order in which they appear, then the relay.
fn lanes(chosen: &[(usize, &Entry)]) -> Vec<Lane> {
    let mut names: Vec<&str> = Vec::new();
    for (_, entry) in chosen {
        if let Some(actor) = actor(entry)
            && !names.contains(&actor)
            && names.len() < LANE_LIMIT
        {
            names.push(actor);
        }
    }
    names.push(RELAY);
    let lane = |(n, name): (usize, &str)| Lane {
        x: x_of(n),
        name: visible_within(name, 20),
    };
    names.into_iter().enumerate().map(lane).collect()
}

fn actor(entry: &Entry) -> Option<&str> {
    match entry {
        Entry::Call { actor, .. } => Some(name(actor)),
        Entry::Exchange(exchange) => Some(name(&exchange.actor)),
        Entry::Observation { .. } | Entry::Expectation(_) | Entry::Stopped { .. } => None,
    }
}

fn x_of(lane: usize) -> usize {
    lane * LANE_WIDTH + LANE_WIDTH / 2
}

fn row(entry: &Entry, lanes: &[Lane], relay: usize) -> Row {
    let lane = actor(entry).and_then(|actor| {
        let shown = visible_within(actor, 20);
        lanes.iter().find(|lane| lane.name == shown)
    });
    // what belongs to no actor stands at the edge
    let from = lane.map_or(EDGE, |lane| lane.x);
    let (text, to, class, is_dropped) = match entry {
        Entry::Exchange(exchange) => exchange_row(exchange, from, relay),
        Entry::Call { method, .. } => (format!("▸ {method}"), from, "call", false),
        Entry::Observation { what, .. } => (what.clone(), from, "seen", false),
        Entry::Expectation(expectation) => (format!("⊢ {}", expectation.code), from, "hit", false),
        Entry::Stopped { reason, .. } => (format!("■ {reason}"), from, "hit", false),
    };
    let text_x = if to == from {
        from + 10
    } else {
        from.midpoint(relay)
    };
    Row {
        number: 0,
        who: actor(entry).map_or_else(String::new, |actor| visible_within(actor, 20)),
        whom: if to == from { "" } else { RELAY },
        y: 0,
        from,
        to,
        text: visible_within(&text, TEXT_LIMIT),
        text_x,
        class,
        is_dropped,
    }
}

fn exchange_row(
    exchange: &Exchange,
    from: usize,
    relay: usize,
) -> (String, usize, &'static str, bool) {
    let actions: Vec<_> = exchange
        .firings
        .iter()
        .map(|firing| firing.action.as_str())
        .collect();
    let class = if actions.is_empty() { "plain" } else { "hit" };
    let head = exchange.response.head.as_str();
    let text = match actions.as_slice() {
        [] => format!("{} → {head}", exchange.class),
        actions => format!("{} ✗ {} → {head}", exchange.class, actions.join(", ")),
    };
    let is_dropped = exchange.answered.is_none() && exchange.forwarded.is_none() && class == "hit";
    let to = if is_dropped {
        from.midpoint(relay)
    } else {
        relay
    };
    (text, to, class, is_dropped)
}

#[cfg(test)]
mod tests {
    use harness_evidence::Message;

    use super::*;

    #[test]
    fn the_last_arrow_of_an_evil_peer_is_red_where_no_rule_fired() {
        let exchange = |actor: &str| {
            let said = |head: &str| Message {
                head: head.to_owned(),
                body: serde_json::Value::Null,
            };
            Entry::Exchange(Exchange {
                actor: actor.to_owned(),
                class: "room_send".to_owned(),
                request: said("PUT /room"),
                forwarded: None,
                answered: None,
                response: said("200"),
                firings: Vec::new(),
            })
        };
        let actors = ["evil:mallory", "alice", "evil:mallory", "alice"];
        let entries = actors.map(exchange).to_vec();
        let sequence = Sequence::of(&Transcript { entries }, &BTreeSet::new()).unwrap();
        let classes: Vec<_> = sequence.rows.iter().map(|row| row.class).collect();
        assert_eq!(classes, ["plain", "plain", "hit", "plain"]);
    }
}
