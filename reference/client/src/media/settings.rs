//! Which files may pass.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::Policy;

/// Which files may leave and be opened, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaSettings {
    /// The endings of allowed files, in lower case without the dot; empty: any. A file must be what its name says.
    pub types: BTreeSet<String>,
    /// Bytes of the largest file; 0: no limit beyond that of the protocol.
    pub bytes: u64,
    /// Files are opened only after a scanner has said that they are clean.
    pub scan: bool,
    /// The user wants the metadata of pictures to be sent.
    pub keep_metadata: bool,
}

impl MediaSettings {
    /// The stricter of these settings and what the organisation demands.
    pub(crate) fn under(&self, policy: &Policy) -> Self {
        let demanded: BTreeSet<String> = policy.attachment_types.iter().cloned().collect();
        let types = match (self.types.is_empty(), demanded.is_empty()) {
            (_, true) => self.types.clone(),
            (true, false) => demanded,
            // Nothing in common means that nothing passes, not everything.
            (false, false) => match self
                .types
                .intersection(&demanded)
                .cloned()
                .collect::<BTreeSet<_>>()
            {
                none if none.is_empty() => BTreeSet::from([String::new()]),
                common => common,
            },
        };
        let limits = [self.bytes, policy.attachment_bytes];
        Self {
            types,
            bytes: limits
                .into_iter()
                .filter(|&limit| limit > 0)
                .min()
                .unwrap_or(0),
            scan: self.scan,
            keep_metadata: self.keep_metadata && *policy == Policy::unmanaged(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stricter_rule_holds() {
        let own = MediaSettings {
            types: BTreeSet::from(["pdf".to_owned()]),
            bytes: 500,
            keep_metadata: true,
            scan: true,
        };
        assert_eq!(own.under(&Policy::unmanaged()), own);
        let mut policy = Policy {
            attachment_types: vec!["txt".to_owned()],
            attachment_bytes: 100,
            ..Policy::default()
        };
        let both = own.under(&policy);
        assert_eq!(
            (both.bytes, both.keep_metadata, both.scan),
            (100, false, true)
        );
        assert!(
            !both.types.is_empty() && !both.types.contains("txt") && !both.types.contains("pdf")
        );
        policy.attachment_types.push("pdf".to_owned());
        assert_eq!(own.under(&policy).types, own.types);
    }
}
