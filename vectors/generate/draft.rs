//! A vector before it has a number.

use pruefstand_vectors::Stage;

/// A vector before it has a number.
pub(super) struct Draft {
    pub(super) comment: String,
    pub(super) flags: Vec<String>,
    pub(super) input: Vec<(&'static str, Vec<u8>)>,
    /// Where it must fail at the latest; `None` if it is valid.
    pub(super) stage: Option<Stage>,
    /// What a valid one puts out.
    pub(super) output: Option<Vec<u8>>,
}

impl Draft {
    /// Refused at a stage at the latest, or valid without one.
    pub(super) fn of(stage: Option<Stage>, comment: &str, input: &[(&'static str, &[u8])]) -> Self {
        Self {
            comment: comment.to_owned(),
            flags: Vec::new(),
            input: input
                .iter()
                .map(|(name, bytes)| (*name, bytes.to_vec()))
                .collect(),
            stage,
            output: None,
        }
    }

    pub(super) fn valid(comment: &str, input: &[(&'static str, &[u8])]) -> Self {
        Self::of(None, comment, input)
    }

    /// Must be refused, at `stage` at the latest. Its twin is the valid draft before it in its
    /// group; without one the first valid one of the group, or the last one of an earlier group of
    /// its class and operation.
    pub(super) fn invalid(stage: Stage, comment: &str, input: &[(&'static str, &[u8])]) -> Self {
        Self::of(Some(stage), comment, input)
    }

    pub(super) fn flag(mut self, flag: &str) -> Self {
        self.flags.push(flag.to_owned());
        self
    }

    /// What the operation puts out, if the draft is valid.
    pub(super) fn output(mut self, bytes: &[u8]) -> Self {
        self.output = self.stage.is_none().then(|| bytes.to_vec());
        self
    }
}
