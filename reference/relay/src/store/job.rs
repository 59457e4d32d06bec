use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use ruma::OwnedUserId;
use tokio::sync::oneshot;

use super::{Store, StoreError, Tables, TablesMut};
use crate::refusal::Refusal;

/// A write on its way through the committer.
pub(crate) trait WriteJob: Send {
    /// Does the work. `false` means: undo it.
    fn run(&mut self, tables: &mut dyn TablesMut) -> bool;

    /// Answers, after the commit or because of its failure.
    fn finish(self: Box<Self>, committed: Result<(), StoreError>);

    /// Whether the answer may leave before the commit. Only a flaw ever says so.
    fn unsynced(&self) -> bool;
}

/// A read on its way to a snapshot.
pub(crate) trait ReadJob: Send {
    /// Reads and answers.
    fn run(self: Box<Self>, tables: &dyn Tables);
}

/// What is to be done once the running batch is durable.
#[derive(Default)]
pub(crate) struct Woken {
    /// Users with news.
    pub(crate) users: BTreeSet<OwnedUserId>,
    /// Whether what was removed must leave the files before anybody is answered.
    pub(crate) wipe: bool,
}

struct Work<F, T> {
    work: Option<F>,
    result: Result<T, Refusal>,
    answer: oneshot::Sender<Result<T, Refusal>>,
    unsynced: bool,
}

struct Look<F, T> {
    look: F,
    answer: oneshot::Sender<Result<T, Refusal>>,
}

/// Runs `work` as one durable write and gives its result.
pub(crate) async fn write<T: Send + 'static>(
    store: &dyn Store,
    work: impl FnOnce(&mut dyn TablesMut) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    commit(store, work, false).await
}

/// Runs `work` as a write that is answered before it is durable (`relay-ack-before-commit`).
pub(crate) async fn write_unsynced<T: Send + 'static>(
    store: &dyn Store,
    work: impl FnOnce(&mut dyn TablesMut) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    commit(store, work, true).await
}

async fn commit<T: Send + 'static>(
    store: &dyn Store,
    work: impl FnOnce(&mut dyn TablesMut) -> Result<T, Refusal> + Send + 'static,
    unsynced: bool,
) -> Result<T, Refusal> {
    let (answer, result) = oneshot::channel();
    let work = Work {
        work: Some(work),
        result: Err(Refusal::internal()),
        answer,
        unsynced,
    };
    store.submit(Box::new(work))?;
    result
        .await
        .unwrap_or_else(|_closed| Err(StoreError::Closed.into()))
}

/// Runs `look` on one snapshot and gives its result.
pub(crate) async fn read<T: Send + 'static>(
    store: &dyn Store,
    look: impl FnOnce(&dyn Tables) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let (answer, result) = oneshot::channel();
    store.view(Box::new(Look { look, answer }))?;
    result
        .await
        .unwrap_or_else(|_closed| Err(StoreError::Closed.into()))
}

impl<F, T> WriteJob for Work<F, T>
where
    F: FnOnce(&mut dyn TablesMut) -> Result<T, Refusal> + Send,
    T: Send,
{
    fn run(&mut self, tables: &mut dyn TablesMut) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        // A defect in one request must not take the committer, and with it the relay, down.
        self.result = catch_unwind(AssertUnwindSafe(|| work(tables)))
            .unwrap_or_else(|_panic| Err(Refusal::internal()));
        self.result.is_ok()
    }

    fn finish(self: Box<Self>, committed: Result<(), StoreError>) {
        let result = match committed {
            Ok(()) => self.result,
            Err(error) => Err(error.into()),
        };
        // The caller may have gone; its write stands all the same.
        self.answer.send(result).ok();
    }

    fn unsynced(&self) -> bool {
        self.unsynced
    }
}

impl<F, T> ReadJob for Look<F, T>
where
    F: FnOnce(&dyn Tables) -> Result<T, Refusal> + Send,
    T: Send,
{
    fn run(self: Box<Self>, tables: &dyn Tables) {
        // As in a write: a defect ends one request only.
        let Self { look, answer } = *self;
        let result = catch_unwind(AssertUnwindSafe(|| look(tables)))
            .unwrap_or_else(|_panic| Err(Refusal::internal()));
        answer.send(result).ok();
    }
}
