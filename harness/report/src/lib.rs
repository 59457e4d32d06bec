//! Renderings of evidence: pure functions, one a file.
