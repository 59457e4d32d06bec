//! Statements about the members of a room (extension `dev.pruefstand.member`), true or not.

use serde_json::{Value, json};

use crate::evil::{ForgedDevice, statement_hash};

/// The statement that admits `user` to `room`, in the name of `(by, device)` and signed with the key of `signer`, behind
/// the founder's statement `root`.
#[must_use]
pub fn admission(
    room: &str,
    user: &str,
    (by, device): (&str, &str),
    signer: &ForgedDevice,
    root: &Value,
) -> Value {
    let mut statement = json!({
        "domain": "dev.pruefstand.member.v1",
        "act": "admit",
        "room_id": room,
        "user_id": user,
        "by": by,
        "device_id": device,
        "number": 1,
        "root": statement_hash(root),
    });
    signer.sign_in_slot(&mut statement, by, device);
    statement
}
