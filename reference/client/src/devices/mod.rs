//! The user's own devices: which of them are his, and who says so.

mod approve;

pub(crate) use approve::Approval;

/// What is under way with the user's devices.
#[derive(Debug, Default)]
pub(crate) struct Devices {
    /// Approvals that wait for the relay's current list of the user's devices.
    approvals: Vec<Approval>,
}
