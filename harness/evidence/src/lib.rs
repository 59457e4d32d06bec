//! What a run records and how it is judged: no network, no async, no suite.
