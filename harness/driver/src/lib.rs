//! The driver protocol: what a messenger's shim speaks with the bench.
