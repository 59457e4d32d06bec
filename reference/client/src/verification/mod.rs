//! Device verification by short authentication strings (Matrix specification, "SAS").
