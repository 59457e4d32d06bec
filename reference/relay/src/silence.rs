use std::io::Write as _;

use rustix::process::{Resource, Rlimit, setrlimit};

/// Keeps what is in memory, tokens and passwords among it, out of what a dying process leaves behind: no core file, and of a
/// defect only where it is, for the message of a panic may quote what it stumbled over.
pub(crate) fn keep_crashes_silent() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    // A system that refuses leaves the operator's own limit in force.
    setrlimit(Resource::Core, none).ok();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        writeln!(std::io::stderr(), "{}: defect at {place}", crate::PRODUCT).ok();
    }));
}
