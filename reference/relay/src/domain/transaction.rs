use super::account::Session;
use crate::conduct::{Conduct, Flaw};
use crate::refusal::Refusal;
use crate::store::{Key, Table, Tables, TablesMut, load, save};

/// A request that a client may repeat: `endpoint` names it apart from its transaction id (spec,
/// "Transaction identifiers": the scope is the device and the path).
pub(crate) struct Transaction {
    key: Key,
}

impl Transaction {
    /// The request of this device with this path and transaction id.
    pub(crate) fn new(session: &Session, endpoint: &[&str], id: &str) -> Self {
        let mut parts = vec![session.user.as_str(), session.device.as_str()];
        parts.extend(endpoint);
        parts.push(id);
        Self {
            key: Key::of(&parts),
        }
    }

    /// What was answered the first time; `None`: this is the first time.
    pub(crate) fn answered(
        &self,
        tables: &dyn Tables,
        conduct: &Conduct,
    ) -> Result<Option<String>, Refusal> {
        let answered: Option<String> = load(tables, Table::Transactions, &self.key)?;
        Ok(answered.filter(|_| !conduct.has(Flaw::TxnNotIdempotent)))
    }

    /// Keeps the answer for repetitions.
    pub(crate) fn answer(&self, tables: &mut dyn TablesMut, answer: &str) -> Result<(), Refusal> {
        Ok(save(tables, Table::Transactions, &self.key, &answer)?)
    }
}
