//! A merged run is what its parts come to, and nothing else.

use super::{Difference, Recheck};
use crate::logged::Logged;
use crate::merge::{Part, Whole};
use crate::statement::PublicOpening;
use crate::{Bundle, Chain, Measured, Plan, Results, SHARD_LIMIT};

impl Recheck {
    /// Reads the parts that the plan names, puts them together again and compares. A merged run was opened when its first part was.
    pub(super) fn parts(
        &mut self,
        bundle: &Bundle,
        plan: &Plan,
        chain: &Chain,
        logged: &mut Logged,
    ) -> Option<Whole> {
        if plan.merged.is_empty() {
            return None;
        }
        match together(bundle, plan) {
            Ok(whole) => {
                logged.opened.clone_from(&whole.opened);
                let nonce = PublicOpening::of(chain).and_then(|(_key, opening)| opening.nonce);
                self.same_as_parts(&[
                    ("plan", whole.plan == *plan),
                    ("cases", whole.cases == logged.cases),
                    ("what was asked", whole.asked == logged.asked),
                    ("nonce", whole.nonce == nonce),
                ]);
                Some(whole)
            }
            Err(reason) => {
                self.differences.push(Difference::PartsDiffer { reason });
                None
            }
        }
    }

    /// What the results of a merged run take from nowhere else but its parts.
    pub(super) fn results_of_parts(&mut self, whole: &Whole, results: &Results) {
        self.same_as_parts(&[
            ("requirements", results.rows() == whole.requirements),
            ("deviations", results.deviations == whole.deviations),
            ("tool", results.tool == whole.tool),
            ("end", results.closed == whole.closed),
            ("measurements", results.measured == Measured::default()),
        ]);
    }

    fn same_as_parts(&mut self, compared: &[(&str, bool)]) {
        for (what, _) in compared.iter().filter(|(_, same)| !same) {
            self.differences.push(Difference::PartsDiffer {
                reason: format!("another {what} than the parts together"),
            });
        }
    }
}

fn together(bundle: &Bundle, plan: &Plan) -> Result<Whole, String> {
    if plan.merged.len() > SHARD_LIMIT {
        return Err(format!("more than {SHARD_LIMIT} parts"));
    }
    let parts = plan.merged.iter().map(|merged| {
        Part::of_merged(bundle, merged).map_err(|reason| format!("{}: {reason}", merged.run))
    });
    Whole::of(&plan.run, parts.collect::<Result<_, _>>()?)
}
