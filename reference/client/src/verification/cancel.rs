//! Why a flow ended without success.

/// The reasons that the Matrix specification names, and one for codes it does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelCode {
    /// A user stopped the flow.
    User,
    /// Nobody finished within ten minutes.
    Timeout,
    /// The other side offers no method that we take; older methods count as none (ATK-VER-05).
    UnknownMethod,
    /// An event that does not belong at this point, or its second copy.
    UnexpectedMessage,
    /// A key or its MAC is not what it should be.
    KeyMismatch,
    /// An event without a readable meaning.
    InvalidMessage,
    /// The ephemeral key is not the one that was committed to (ATK-VER-02).
    MismatchedCommitment,
    /// A user saw two different strings.
    MismatchedSas,
    /// Another device took the request.
    Accepted,
    /// A code that the specification does not name.
    Other,
}

const CODES: [(CancelCode, &str); 9] = [
    (CancelCode::User, "m.user"),
    (CancelCode::Timeout, "m.timeout"),
    (CancelCode::UnknownMethod, "m.unknown_method"),
    (CancelCode::UnexpectedMessage, "m.unexpected_message"),
    (CancelCode::KeyMismatch, "m.key_mismatch"),
    (CancelCode::InvalidMessage, "m.invalid_message"),
    (CancelCode::MismatchedCommitment, "m.mismatched_commitment"),
    (CancelCode::MismatchedSas, "m.mismatched_sas"),
    (CancelCode::Accepted, "m.accepted"),
];

impl CancelCode {
    /// The code as it stands in an event.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        CODES
            .iter()
            .find_map(|(code, text)| (*code == self).then_some(*text))
            .unwrap_or("m.unknown")
    }

    /// The code of an event; whatever is not known is [`CancelCode::Other`].
    #[must_use]
    pub fn parse(text: &str) -> Self {
        CODES
            .iter()
            .find_map(|(code, known)| (*known == text).then_some(*code))
            .unwrap_or(Self::Other)
    }
}
