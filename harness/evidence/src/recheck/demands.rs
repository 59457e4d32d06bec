//! What a reader demands of evidence beyond its being what it says.

use serde_json::Value;

use super::{Difference, Recheck};
use crate::sign::PublicKey;
use crate::{Event, Results};

/// What a reader demands. By default nothing: then evidence need only be what it says.
#[derive(Clone, Debug, Default)]
pub struct Demands {
    /// Keys of which at least one must have signed this very bundle. They come from the reader, never from the bundle.
    pub trust: Vec<PublicKey>,
    /// SHA-256 of the target's manifest, hex.
    pub target: Option<String>,
    /// SHA-256 of something that must have been measured of the target, hex.
    pub artefact: Option<String>,
    /// The nonce that the run must have been opened with.
    pub nonce: Option<String>,
    /// The run must have been opened at this time (RFC 3339, UTC) or later.
    pub not_before: Option<String>,
}

impl Recheck {
    pub(super) fn meets(&mut self, demands: &Demands, results: &Results, events: &[Event]) {
        let opening = events.first().map(|event| &event.body);
        let nonce = opening
            .and_then(|body| body.get("nonce"))
            .and_then(Value::as_str);
        let target = results.plan.target.manifest.as_str();
        let mut demand = |what: &str, wanted: &Option<String>, got: Option<&str>| {
            if wanted.as_deref().is_some_and(|wanted| Some(wanted) != got) {
                self.differences.push(Difference::OtherThanDemanded {
                    what: what.to_owned(),
                    got: got.unwrap_or("none").to_owned(),
                });
            }
        };
        demand("target manifest", &demands.target, Some(target));
        demand("nonce", &demands.nonce, nonce);
        let measured = |sha256: &&String| {
            let mut artefacts = results.plan.target.artefacts.iter();
            artefacts.any(|one| one.sha256 == **sha256)
        };
        if let Some(wanted) = demands.artefact.as_ref().filter(|wanted| !measured(wanted)) {
            self.differences.push(Difference::NotMeasured {
                sha256: wanted.clone(),
            });
        }
        if let Some(oldest) = &demands.not_before
            && results.opened.as_str() < oldest.as_str()
        {
            self.differences.push(Difference::TooOld {
                opened: results.opened.clone(),
                oldest: oldest.clone(),
            });
        }
    }
}
