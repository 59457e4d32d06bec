//! What implementations make of vectors, compared with what the vectors say.

use std::collections::BTreeMap;

use pruefstand_vectors::{Measured, Outcome, Vector};

use super::implementation::Seen;

/// Vectors and, in the same order, what each implementation makes of them; the reference comes first.
pub(super) struct Compared<'a> {
    pub(super) vectors: Vec<&'a Vector>,
    pub(super) columns: Vec<Column>,
}

/// What one implementation makes of the vectors.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) seen: Vec<Seen>,
}

/// How what is seen stands to what a vector says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// As it must be.
    Right,
    /// What is invalid is taken.
    Takes,
    /// What is valid is refused.
    Refuses,
    /// What is valid is taken and something else comes out.
    Otherwise,
    /// What is invalid is refused at a later stage than the vector says.
    Late,
    /// There is no such operation.
    Unsupported,
    /// The process ends by a signal.
    Crashes,
    /// There is no answer.
    Failed,
}

/// Vectors of a column by class and verdict.
pub(super) type Classes<'a> = BTreeMap<&'a str, BTreeMap<Verdict, Vec<&'a Vector>>>;

impl Compared<'_> {
    /// Whether the reference, which must be right everywhere, is not; an operation that it does not have counts, unless no
    /// messenger need have it: then it is named and counts for nothing.
    pub(super) fn reference_differs(&self) -> bool {
        let reference = self.columns.first();
        reference.is_some_and(|column| {
            let judged = self.judged(column);
            { judged }.any(|(vector, verdict)| match verdict {
                Verdict::Right | Verdict::Failed => false,
                Verdict::Unsupported => !vector.is_optional(),
                _ => true,
            })
        })
    }

    /// Each vector with the verdict about this implementation.
    pub(super) fn judged<'a>(
        &'a self,
        column: &'a Column,
    ) -> impl Iterator<Item = (&'a Vector, Verdict)> {
        let vectors = self.vectors.iter().copied();
        vectors
            .zip(&column.seen)
            .map(|(vector, seen)| (vector, Verdict::of(vector, seen)))
    }

    pub(super) fn classes<'a>(&'a self, column: &'a Column) -> Classes<'a> {
        let mut classes = Classes::new();
        for (vector, verdict) in self.judged(column) {
            let class = classes.entry(&vector.class).or_default();
            class.entry(verdict).or_default().push(vector);
        }
        classes
    }

    /// The vectors on which an implementation does something else than was measured of that very version.
    pub(super) fn changed<'a>(
        &'a self,
        column: &'a Column,
    ) -> impl Iterator<Item = (&'a Vector, Measured, Measured)> {
        let vectors = self.vectors.iter().copied().zip(&column.seen);
        vectors.filter_map(|(vector, seen)| {
            let (was, is) = (*vector.measured.get(&column.name)?, seen.measured()?);
            (was != is).then_some((vector, was, is))
        })
    }

    /// The reasons for missing answers, each with the id of its vector. Where none was measured, none is no news.
    pub(super) fn failed<'a>(
        &'a self,
        column: &'a Column,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let vectors = self.vectors.iter().zip(&column.seen);
        vectors.filter_map(|(vector, seen)| match seen {
            Seen::Failed(reason) => Some((vector.id.as_str(), reason.as_str())),
            Seen::Crashed(reason) => match vector.measured.get(&column.name) {
                Some(Measured::Unsupported) => None,
                _ => Some((vector.id.as_str(), reason.as_str())),
            },
            Seen::Taken(_) | Seen::Refused(_) | Seen::Unsupported => None,
        })
    }
}

impl Seen {
    /// The word for it in a file; `None` if there is no answer.
    pub(super) fn measured(&self) -> Option<Measured> {
        match self {
            Self::Taken(_) => Some(Measured::Valid),
            Self::Refused(_) => Some(Measured::Invalid),
            Self::Unsupported => Some(Measured::Unsupported),
            Self::Crashed(_) | Self::Failed(_) => None,
        }
    }
}

impl Verdict {
    fn of(vector: &Vector, seen: &Seen) -> Self {
        match (vector.result, seen) {
            (_, Seen::Unsupported) => Self::Unsupported,
            (_, Seen::Crashed(_)) => Self::Crashes,
            (_, Seen::Failed(_)) => Self::Failed,
            (Outcome::Invalid, Seen::Taken(_)) => Self::Takes,
            (Outcome::Valid, Seen::Refused(_)) => Self::Refuses,
            (Outcome::Invalid, Seen::Refused(stage)) if *stage > vector.stage => Self::Late,
            (Outcome::Invalid, Seen::Refused(_)) => Self::Right,
            // An implementation need not say what comes out.
            (Outcome::Valid, Seen::Taken(output)) => match (output, &vector.output) {
                (Some(said), Some(wanted)) if said != wanted => Self::Otherwise,
                _ => Self::Right,
            },
        }
    }

    /// What the implementation does with vectors of this verdict.
    pub(super) fn phrase(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Takes => "takes what is invalid",
            Self::Refuses => "refuses what is valid",
            Self::Otherwise => "puts out something else",
            Self::Late => "refuses later than it must",
            Self::Unsupported => "has no such operation",
            Self::Crashes => "crashes",
            Self::Failed => "gives no answer",
        }
    }
}
