//! One mutant, as `cargo mutants --list --json` describes it.

use std::path::PathBuf;

use serde::Deserialize;

/// One change of one place of the reference's code.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Mutant {
    /// The source file, from the root of the checkout.
    pub(crate) file: PathBuf,
    /// What is changed.
    pub(crate) genre: Genre,
    /// What stands there instead; empty where something is deleted.
    pub(crate) replacement: String,
    /// The place: an operator, a guard, an arm, the statements of a function.
    pub(crate) span: Span,
    /// Place and change in words.
    pub(crate) name: String,
}

/// What a mutant changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Genre {
    /// What a function does: it gives a constant.
    FnValue,
    /// An operator between two operands.
    BinaryOperator,
    /// An operator before its operand: it is left out.
    UnaryOperator,
    /// The condition of an arm: it is always or never met.
    MatchArmGuard,
    /// An arm: it is left out.
    MatchArm,
    /// A field of a struct expression: it is left to the base.
    StructField,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Span {
    /// Where it begins.
    pub(crate) start: Place,
    /// The first character behind it.
    pub(crate) end: Place,
}

/// A character's place, both counted from one.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Place {
    /// The line.
    pub(crate) line: usize,
    /// The character in the line.
    pub(crate) column: usize,
}

/// The number of a mutant: its place in the list.
pub(crate) type Id = usize;
