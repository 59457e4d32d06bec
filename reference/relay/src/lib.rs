//! The reference messenger's relay: a closed Matrix homeserver, axum over SQLite.
