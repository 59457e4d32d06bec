//! Appointments: who may say what about them, and what of it holds.

mod authority;
mod export;
mod order;
mod steps;

use harness_evidence::{Severity, Witness};

use crate::check::{Check, Need, Seeded, Subject};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "appointment-by-other",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-07", "E2E-06"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Nobody updates or cancels somebody else's appointment.",
        precondition: "Alice, Bob and Mallory share a room; Bob has proposed an appointment and updated it.",
        expected: "Mallory's update and cancellation of Bob's appointment change nothing; Bob's own update holds.",
        needs: &[
            Need::Verb("calendar.propose"),
            Need::Verb("calendar.update"),
        ],
        twins: &[Seeded::client(
            "appointment-by-anyone",
            "updated-by-another",
        )],
        run: authority::by_other,
    },
    Check {
        id: "appointment-stale-update",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-07", "E2E-08"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "In whatever order the relay hands out what was said about an appointment, its newest state is shown.",
        precondition: "Bob has proposed an appointment and updated it twice while Alice was away.",
        expected: "Alice gets the three in reverse and sees the second update.",
        needs: &[
            Need::Verb("calendar.propose"),
            Need::Verb("calendar.update"),
        ],
        twins: &[Seeded::client("stale-appointment-wins", "old-state-shown")],
        run: order::stale_update,
    },
    Check {
        id: "appointment-stays-cancelled",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-07"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A cancelled appointment stays cancelled, whatever its author says later.",
        precondition: "Mallory has proposed an appointment and cancelled it; Alice has seen both.",
        expected: "Mallory's later update does not bring it back.",
        needs: &[Need::Verb("calendar.propose")],
        twins: &[Seeded::client(
            "cancelled-appointment-revives",
            "cancelled-came-back",
        )],
        run: order::stays_cancelled,
    },
    Check {
        id: "appointment-answer",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-07", "E2E-06"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Everybody answers for himself, and only to what was asked.",
        precondition: "Alice has proposed an appointment, Bob has accepted it.",
        expected: "Mallory's refusal in Bob's name does not count, her own does; after an update Bob's old answer counts no longer.",
        needs: &[
            Need::Verb("calendar.propose"),
            Need::Verb("calendar.update"),
            Need::Verb("calendar.answer"),
        ],
        twins: &[
            Seeded::client("answer-for-another", "answered-for-another"),
            Seeded::client("old-answer-counts", "old-answer-counted"),
        ],
        run: authority::answer,
    },
    Check {
        id: "appointment-icalendar",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-07"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Text in an appointment never becomes a line of its own in the exported calendar.",
        precondition: "Mallory has proposed appointments whose texts hold line ends, properties and components.",
        expected: "What Alice exports holds the properties of one event and nothing that Mallory smuggled in.",
        needs: &[
            Need::Verb("calendar.propose"),
            Need::Verb("calendar.export"),
        ],
        twins: &[Seeded::client(
            "icalendar-unescaped",
            "property-smuggled-in",
        )],
        run: export::icalendar,
    },
];
