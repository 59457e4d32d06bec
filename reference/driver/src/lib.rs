//! Puts the reference client core behind the driver protocol.
