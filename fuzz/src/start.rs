//! What every target does before the first input.

use std::process::exit;

use reference_client::self_test;

/// Ends a build whose cryptographic library does not check: `--cfg fuzzing` makes vodozemac take every MAC and every signature, and no
/// target here is meant for that.
pub(crate) fn start() {
    if let Err(error) = self_test() {
        eprintln!("fuzz target not started: {error}; build it without `--cfg fuzzing`");
        exit(70);
    }
}
