//! Why a set cannot be loaded.

use thiserror::Error;

/// Why a set cannot be loaded. Each fault names its set and, where there is one, its vector.
#[derive(Debug, Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("vector set {set} cannot be read: {reason}")]
    Unreadable {
        /// Name of the set.
        set: String,
        /// Why.
        reason: std::io::Error,
    },
    /// A file is longer than any that is read.
    #[error("vector set {set} has more than {limit} bytes")]
    TooLong {
        /// Name of the set.
        set: String,
        /// Bytes that are read.
        limit: u64,
    },
    /// A file does not have the shape of `schema.json`.
    #[error("vector set {set} is malformed: {reason}")]
    Malformed {
        /// Name of the set.
        set: String,
        /// What is wrong, and where.
        reason: serde_json::Error,
    },
    /// A vector does not have the shape of `schema.json`.
    #[error("vector {id} is malformed: {reason}")]
    MalformedVector {
        /// Id of the vector, or its place if it has no number.
        id: String,
        /// What is wrong, counted from where the vector begins.
        reason: serde_json::Error,
    },
    /// A file says another number of vectors than it holds.
    #[error("vector set {set} holds {got} vectors and says {said}")]
    WrongCount {
        /// Name of the set.
        set: String,
        /// Vectors in the file.
        got: usize,
        /// Vectors that the file says it holds.
        said: usize,
    },
    /// A vector breaks a rule of the format.
    #[error("vector {id} {fault}")]
    Vector {
        /// Id of the vector.
        id: String,
        /// What is wrong with it.
        fault: VectorFault,
    },
}

/// What may be wrong with a vector that has the right shape.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VectorFault {
    /// Two vectors of a set have one number.
    #[error("has the number of another one")]
    NumberTwice,
    /// A flag that the file does not explain.
    #[error("has the flag {flag:?}, which its set does not explain")]
    UnknownFlag {
        /// The flag.
        flag: String,
    },
    /// Group and vector give the same input.
    #[error("gives the input {name:?} that its group gives too")]
    InputTwice {
        /// Name of the input.
        name: String,
    },
    /// An input or the output is not lower-case hex.
    #[error("has in {name:?} what is no lower-case hex")]
    NotHex {
        /// Name of the input, or `output`.
        name: String,
    },
    /// An invalid vector says nothing of where it must fail.
    #[error("is invalid and names no stage")]
    NoStage,
    /// An invalid vector has no valid twin.
    #[error("is invalid and names no twin")]
    NoTwin,
    /// A valid vector has what only invalid ones have.
    #[error("is valid and has a stage or a twin")]
    ValidWithStage,
    /// An invalid vector has what only valid ones have.
    #[error("is invalid and has an output")]
    InvalidWithOutput,
    /// A twin that is not there, not valid, of another operation or the very same input.
    #[error("has the twin {twin}, which is no valid vector of its operation with other inputs")]
    WrongTwin {
        /// Number of the twin.
        twin: u32,
    },
}
