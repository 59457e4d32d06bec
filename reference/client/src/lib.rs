//! The reference messenger's client core: sans-IO, Input to Outputs, on vodozemac.
