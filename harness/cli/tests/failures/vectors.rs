//! A foreign driver in Python that runs test vectors only: what it cannot do is said, what it does wrong is found.

use std::{fs, path::PathBuf};

use crate::bench::{Bench, CHECK};

/// The check whose vectors the driver runs in part: it has one of three operations.
const VECTORS: &str = "vectors-curve25519";

/// A check about the relay.
const OF_THE_RELAY: &str = "relay-logout-revokes";

fn target(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../targets")
        .join(name)
}

#[test]
fn a_foreign_driver_is_greeted_and_what_it_cannot_do_is_not_testable() {
    let bench = Bench::new();
    let manifest = target("python-vectors.toml");
    let ended = bench.run(&[
        "run",
        "--target",
        manifest.to_str().unwrap(),
        "--check",
        CHECK,
        "--check",
        VECTORS,
        "--check",
        OF_THE_RELAY,
        "--no-twins",
    ]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("client python-x25519 1"), "{ended:?}");
    // A client that logs in is missing, and the row says which verb that is.
    assert_eq!(
        bench.outcome(CHECK),
        (
            "not_run".to_owned(),
            "the driver's verb case.begin".to_owned()
        )
    );
    // Its X25519 is right; the two other operations of the check are not there.
    let (outcome, seen) = bench.outcome(VECTORS);
    assert_eq!(outcome, "inconclusive", "{seen}");
    assert!(ended.stderr.contains("operation-unsupported"), "{ended:?}");
    // The relay is talked to by the reference, as the driver cannot.
    assert_eq!(bench.outcome(OF_THE_RELAY).0, "pass");
    assert_eq!(bench.results()["overall"], "undecided");
}

#[test]
fn a_foreign_product_that_takes_small_order_keys_fails() {
    let bench = Bench::new();
    let driver = fs::read_to_string(target("drivers/vectors.py")).unwrap();
    let weak = driver
        .replace("if shared else None", "")
        .replace("bool(shared)", "shared is not None");
    assert_ne!(weak, driver);
    fs::create_dir(bench.path("drivers")).unwrap();
    bench.write("drivers/vectors.py", &weak);
    let manifest = fs::read_to_string(target("python-vectors.toml")).unwrap();
    let manifest = bench.write("target.toml", &manifest);
    let ended = bench.run(&[
        "run",
        "--target",
        &manifest,
        "--check",
        VECTORS,
        "--no-twins",
    ]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains(&format!("Fail {VECTORS} (invalid-vector-accepted")),
        "{ended:?}"
    );
}
