//! What libFuzzer writes on standard error, a line at a time; everything else there is the target's.

use harness_evidence::Covered;

/// One line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// How far it is.
    Status(Status),
    /// Executions in all, as counted at the end.
    Executions(u64),
    /// What ended an execution, in the words of the target or of libFuzzer.
    Said(String),
    /// Anything else.
    Other,
}

/// How far a fuzzer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Status {
    pub(super) event: Event,
    /// Executions so far.
    pub(super) executions: u64,
    pub(super) covered: Covered,
}

/// Why a status is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The corpus was executed.
    Inited,
    /// The time is over.
    Done,
    /// Something new, or a sign of life.
    Going,
}

impl Line {
    pub(super) fn parse(text: &str) -> Self {
        let text = text.trim_end();
        if let Some(status) = text.strip_prefix('#').and_then(status) {
            return Self::Status(status);
        }
        let executions = text.strip_prefix("stat::number_of_executed_units:");
        if let Some(executions) = executions.and_then(|count| count.trim().parse().ok()) {
            return Self::Executions(executions);
        }
        let panicked = text.split_once(" panicked at ").map(|(_, place)| place);
        let ended = text.split_once("ERROR: libFuzzer: ").map(|(_, what)| what);
        match panicked.or(ended) {
            Some(said) => Self::Said(said.to_owned()),
            None => Self::Other,
        }
    }
}

/// `12\tNEW    cov: 3 ft: 4 …`; a status without coverage covers nothing.
fn status(text: &str) -> Option<Status> {
    let mut words = text.split_whitespace();
    let executions = words.next()?.parse().ok()?;
    let event = match words.next()? {
        "INITED" => Event::Inited,
        "DONE" => Event::Done,
        "NEW" | "REDUCE" | "RELOAD" | "pulse" => Event::Going,
        _ => return None,
    };
    let mut covered = Covered::default();
    while let Some(word) = words.next() {
        match word {
            "cov:" => covered.edges = words.next()?.parse().ok()?,
            "ft:" => covered.features = words.next()?.parse().ok()?,
            _ => {}
        }
    }
    Some(Status {
        event,
        executions,
        covered,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libfuzzer_writes_is_read() {
        let line =
            "#2048\tpulse  cov: 5291 ft: 9021 corp: 31/5100b lim: 1414 exec/s: 341 rss: 61Mb";
        let covered = Covered {
            edges: 5291,
            features: 9021,
        };
        let status = |event, executions, covered| {
            Line::Status(Status {
                event,
                executions,
                covered,
            })
        };
        assert_eq!(Line::parse(line), status(Event::Going, 2048, covered));
        let line = "#19\tINITED cov: 5291 ft: 9021 corp: 18/5000b exec/s: 0 rss: 50Mb\n";
        assert_eq!(Line::parse(line), status(Event::Inited, 19, covered));
        let nothing = Covered::default();
        let line = "#2\tINITED exec/s: 0 rss: 40Mb";
        assert_eq!(Line::parse(line), status(Event::Inited, 2, nothing));
        let line = "stat::number_of_executed_units: 4811";
        assert_eq!(Line::parse(line), Line::Executions(4811));
        let line = "thread '<unnamed>' (71) panicked at fuzz/src/x.rs:3:5:";
        assert_eq!(
            Line::parse(line),
            Line::Said("fuzz/src/x.rs:3:5:".to_owned())
        );
        let line = "==71== ERROR: libFuzzer: timeout after 10 seconds";
        assert_eq!(
            Line::parse(line),
            Line::Said("timeout after 10 seconds".to_owned())
        );
    }

    #[test]
    fn nonsense_is_nobodys_status() {
        for line in [
            "",
            "#",
            "#x NEW cov: 1",
            "#1 READ units: 5",
            "#1\tNEW cov: x ft: 1",
            "#1\tNEW cov:",
            "#99999999999999999999\tNEW cov: 1",
            "stat::number_of_executed_units: many",
        ] {
            assert_eq!(Line::parse(line), Line::Other, "{line:?}");
        }
    }
}
