//! What vectors are put to: the reference in this process, others in processes of their own.

use std::{env, time::Duration};

use harness_evidence::visible;
use pruefstand_vectors::{Answer, Case, Runner, RunnerFault, Stage, Vector};
use reference_client::{Conduct, VectorError, VectorStage, run_vector};

use super::progress::Progress;
use crate::failure::Failure;

/// An implementation and the name of its column.
pub(super) struct Implementation {
    pub(super) name: String,
    kind: Kind,
}

enum Kind {
    Reference,
    Runner(Runner),
}

/// What is seen of an implementation on one vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// It took the input, and put this out, if it says so.
    Taken(Option<String>),
    /// It refused the input, at this stage, if it says so.
    Refused(Option<Stage>),
    /// It has no such operation.
    Unsupported,
    /// Its process ended by a signal, for this reason: no answer, though it is what the implementation does.
    Crashed(String),
    /// It gave no answer, for this reason.
    Failed(String),
}

impl Implementation {
    /// The reference client, through its border.
    pub(super) fn reference() -> Self {
        Self {
            name: format!("reference {}", env!("CARGO_PKG_VERSION")),
            kind: Kind::Reference,
        }
    }

    /// An implementation by its name or the command of its runner; the inner error is a runner that cannot be asked.
    pub(super) fn named(text: &str, patience: u64) -> Result<Result<Self, RunnerFault>, Failure> {
        let runner = match text {
            "vodozemac" => {
                let program = env::current_exe()?;
                let arguments = ["vectors", "--answer-as", "vodozemac"];
                Some(Runner::new(&program.to_string_lossy(), &arguments))
            }
            command => Runner::from_words(command),
        };
        let runner = runner.ok_or_else(|| Failure::Usage("--against names nothing".to_owned()))?;
        let runner = runner.with_patience(Duration::from_secs(patience));
        Ok(runner.name().map(|name| Self {
            name: visible(&name),
            kind: Kind::Runner(runner),
        }))
    }

    /// What it makes of each of the vectors, in their order.
    pub(super) fn see(&self, vectors: &[&Vector], progress: &Progress) -> Vec<Seen> {
        progress.turn(&self.name);
        match &self.kind {
            Kind::Reference => {
                let vectors = vectors.iter().inspect(|_| progress.done());
                vectors
                    .map(|vector| by_reference(&Case::of(vector)))
                    .collect()
            }
            Kind::Runner(runner) => {
                let answers = runner.answers(vectors, || progress.done());
                answers.into_iter().map(Seen::from).collect()
            }
        }
    }
}

/// Answers as the reference does, for a runner. A case that does not fit its operation is none that the reference has.
pub(super) fn answer_as_reference(case: &Case) -> Answer {
    if case.operation == "name" {
        return Answer::taken(Implementation::reference().name.as_bytes());
    }
    match by_reference(case) {
        Seen::Taken(output) => Answer::Taken { output },
        Seen::Refused(_) => Answer::Refused,
        Seen::Unsupported | Seen::Crashed(_) | Seen::Failed(_) => Answer::Unsupported,
    }
}

fn by_reference(case: &Case) -> Seen {
    match run_vector(&case.operation, &case.input, &Conduct::honest()) {
        Ok(result) if result.accepted => Seen::Taken(result.output),
        Ok(result) => Seen::Refused(result.stage.map(stage)),
        Err(VectorError::UnknownOperation { .. }) => Seen::Unsupported,
        Err(error) => Seen::Failed(error.to_string()),
    }
}

impl From<Result<Answer, RunnerFault>> for Seen {
    fn from(answer: Result<Answer, RunnerFault>) -> Self {
        match answer {
            Ok(Answer::Taken { output }) => Self::Taken(output),
            Ok(Answer::Refused) => Self::Refused(None),
            Ok(Answer::Unsupported) => Self::Unsupported,
            Err(fault) if fault.is_crash() => Self::Crashed(fault.to_string()),
            Err(fault) => Self::Failed(fault.to_string()),
        }
    }
}

fn stage(stage: VectorStage) -> Stage {
    match stage {
        VectorStage::Decode => Stage::Decode,
        VectorStage::Parse => Stage::Parse,
        VectorStage::Key => Stage::Key,
        VectorStage::Authenticate => Stage::Authenticate,
        VectorStage::Decrypt => Stage::Decrypt,
        VectorStage::Bind => Stage::Bind,
        VectorStage::State => Stage::State,
        VectorStage::Policy => Stage::Policy,
    }
}
