//! Criterion benches; every figure is a ratio to a yardstick of the same run.
