//! What can be done to messages, and by whom.

mod edit;
mod removal;
mod steps;
mod waiting;

pub(super) use steps::reverse_timelines;

use harness_evidence::{Severity, Witness};

use crate::check::{Check, Need, Seeded, Subject};

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "message-edit-by-other",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-06", "GRP-04"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Nobody edits what somebody else wrote.",
        precondition: "Alice, Bob and Mallory share a room; Bob has written and edited a message.",
        expected: "Mallory's edit of Bob's message changes nothing; Bob's own edit stands, marked as edited.",
        needs: &[Need::Verb("message.edit")],
        twins: &[Seeded::client("edit-by-anyone", "edited-by-another")],
        run: edit::by_other,
    },
    Check {
        id: "message-edit-reordered",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-08", "E2E-10"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "The relay cannot bring an older text of a message back by handing out its edits in another order.",
        precondition: "Bob has written a message, which Alice has seen, and edited it twice.",
        expected: "Alice gets the edits in reverse and sees the second one.",
        needs: &[Need::Verb("message.edit")],
        twins: &[Seeded::client("stale-edit-wins", "old-text-shown")],
        run: edit::reordered,
    },
    Check {
        id: "message-edit-after-delete",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-10"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A deleted message stays deleted: an edit that comes later is neither shown nor kept.",
        precondition: "Mallory has sent Alice a message and deleted it.",
        expected: "Mallory's edit of it leaves it deleted, and Alice's store holds neither text.",
        needs: &[Need::Verb("message.delete"), Need::Verb("message.traces")],
        twins: &[Seeded::client(
            "edit-revives-deleted",
            "deleted-message-revived",
        )],
        run: edit::after_delete,
    },
    Check {
        id: "message-delete-by-other",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-06", "E2E-10"],
        attacks: &["ATK-EVT-03"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Nobody deletes what somebody else wrote, neither a member nor the relay.",
        precondition: "Alice, Bob and Mallory share a room; Bob has written two messages.",
        expected: "Mallory's deletion and the relay's redaction of the first change nothing; Bob's own deletion of the second holds.",
        needs: &[Need::Verb("message.delete")],
        twins: &[Seeded::client("delete-by-anyone", "deleted-by-another")],
        run: removal::by_other,
    },
    Check {
        id: "message-delete-leaves-store",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-10", "USE-02"],
        attacks: &["ATK-LOC-02"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "What was deleted is gone from the stores of author and reader, with every text that it had.",
        precondition: "Bob has written a message and edited it; Alice has seen both texts.",
        expected: "After Bob's deletion copies of both stores hold neither text, and both are told that something was removed.",
        needs: &[
            Need::Verb("message.edit"),
            Need::Verb("message.delete"),
            Need::Verb("message.traces"),
        ],
        twins: &[Seeded::client("deleted-content-kept", "text-still-stored")],
        run: removal::leaves_store,
    },
    Check {
        id: "message-disappears",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-10", "USE-02"],
        attacks: &["ATK-LOC-02"],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A message that has to disappear is gone from both sides when its time is over, also after a restart.",
        precondition: "Bob has sent Alice two messages that live for a minute and one that lives on.",
        expected: "After a minute neither store holds the first; a device that is restarted later has lost the second; the third stays.",
        needs: &[
            Need::Verb("message.send"),
            Need::Verb("message.traces"),
            Need::Verb("actor.restart"),
        ],
        twins: &[
            Seeded::client("disappearing-ignored", "stayed-after-its-time"),
            Seeded::client("disappearing-forgotten-on-restart", "stayed-after-restart"),
        ],
        run: removal::disappears,
    },
    Check {
        id: "message-waits-for-its-time",
        version: 1,
        subject: Subject::Client,
        requirements: &["E2E-10", "MET-01"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "The relay hears of a message with a time when that time has come, and of one that was taken back never.",
        precondition: "Bob has written two messages for later and taken one back.",
        expected: "Nothing leaves Bob's device before; then the first leaves once, also after a restart, and the second does not.",
        needs: &[
            Need::Verb("message.send"),
            Need::Verb("message.unsend"),
            Need::Verb("actor.restart"),
        ],
        twins: &[Seeded::client(
            "timed-message-leaves-early",
            "left-before-its-time",
        )],
        run: waiting::waits,
    },
];
