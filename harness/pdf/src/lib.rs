//! The report for print: PDF/A-3a and PDF/UA-1 in one file, set by Typst from a record alone.
//!
//! A pure function of the record: the date is that of the record, the fonts are those that Typst carries, and the file names no
//! machine. What the report says comes from [`harness_report::print()`]; the templates in `typst/` only set it. Text of a target reaches
//! Typst as values of a JSON file, never as source, and goes through [`cover`] first.

mod cover;
mod fonts;
mod moment;
mod render;
mod world;

pub use render::{PdfError, pdf};

#[cfg(test)]
mod tests;
