use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use ureq::Agent;

use super::Note;
use crate::operator::Metrics;

/// The thread that pushes, and the only place of the relay that opens a connection.
pub(crate) struct Sender {
    notes: SyncSender<Note>,
    metrics: Arc<Metrics>,
}

impl Sender {
    /// Starts the thread; it ends with the sender, after what waits.
    pub(crate) fn start(metrics: Arc<Metrics>) -> Self {
        let (notes, waiting) = sync_channel(WAITING);
        let counted = Arc::clone(&metrics);
        std::thread::spawn(move || push_forever(&waiting, &counted));
        Self { notes, metrics }
    }

    /// Hands a push over. If too many wait it is lost: the phone sees the message when it syncs.
    pub(crate) fn send(&self, note: Note) {
        if self.notes.try_send(note).is_err() {
            self.metrics.pushed(false);
        }
    }
}

fn push_forever(waiting: &Receiver<Note>, metrics: &Metrics) {
    let config = Agent::config_builder()
        .timeout_global(Some(LATE))
        // The gateway that was declared, not one that it or the environment names.
        .max_redirects(0)
        .proxy(None)
        .user_agent("")
        .build();
    let agent = Agent::new_with_config(config);
    while let Ok(note) = waiting.recv() {
        let sent = agent
            .post(&note.url)
            .header("content-type", "application/json")
            .send(&note.body);
        metrics.pushed(sent.is_ok());
    }
}

/// Pushes that wait for a slow gateway.
const WAITING: usize = 1000;
/// How long a gateway may take.
const LATE: Duration = Duration::from_secs(5);
