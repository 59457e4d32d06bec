use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{PolicyError, count, within};
use crate::{ServerName, UserName};

/// Whether people outside the organisation can be talked with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum External {
    /// With nobody.
    #[default]
    Deny,
    /// With these users (`@a:b`) and those of these servers; at most 256.
    List(BTreeSet<String>),
    /// With everybody.
    Allow,
}

impl External {
    /// Whether `user`, who is not of the organisation, can be talked with.
    #[must_use]
    pub fn admits(&self, user: &str) -> bool {
        match self {
            Self::Deny => false,
            Self::Allow => true,
            Self::List(list) => {
                let server = user.split_once(':').map(|(_, server)| server);
                list.contains(user) || server.is_some_and(|server| list.contains(server))
            }
        }
    }

    pub(super) fn check(&self) -> Result<(), PolicyError> {
        let Self::List(list) = self else {
            return Ok(());
        };
        within("external", count(list.len()), 0..=256, "at most 256")?;
        for name in list {
            let is_name = UserName::new(name).is_ok() || ServerName::new(name).is_ok();
            if !is_name {
                return Err(PolicyError::Text { key: "external" });
            }
        }
        Ok(())
    }
}
