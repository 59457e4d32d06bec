//! The relay as an operator runs it: one file, TLS, health, backup and restore.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its auxiliary functions too"
)]

mod certificates;
mod connections;
mod process;
mod restore;
mod tls;
