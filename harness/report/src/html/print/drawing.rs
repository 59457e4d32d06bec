//! The drawings of the page as SVG files that need nothing else.

use askama::Template;

use crate::ReportError;
use crate::html::failure::Failure;
use crate::html::latency::Latency;
use crate::html::sequence::Sequence;
use crate::words::Words;

const STYLE: &str = include_str!("../../../templates/drawing/print.css");

#[derive(Default)]
pub(super) struct Drawings(Vec<String>);

impl Drawings {
    /// The position of the sequence diagram of a failure.
    pub(super) fn sequence(
        &mut self,
        w: &'static Words,
        failure: &Failure<'_>,
        sequence: &Sequence,
    ) -> Result<usize, ReportError> {
        self.add(&SequenceFile {
            style: STYLE,
            w,
            failure,
            sequence,
        })
    }

    /// The position of the distribution of durations.
    pub(super) fn latency(
        &mut self,
        w: &'static Words,
        latency: &Latency,
    ) -> Result<usize, ReportError> {
        self.add(&LatencyFile {
            style: STYLE,
            w,
            latency,
        })
    }

    pub(super) fn into_files(self) -> Vec<String> {
        self.0
    }

    fn add(&mut self, drawing: &impl Template) -> Result<usize, ReportError> {
        self.0.push(drawing.render().map_err(ReportError::Html)?);
        Ok(self.0.len() - 1)
    }
}

#[derive(Template)]
#[template(path = "drawing/print_sequence.svg")]
struct SequenceFile<'a> {
    style: &'static str,
    w: &'static Words,
    failure: &'a Failure<'a>,
    sequence: &'a Sequence,
}

#[derive(Template)]
#[template(path = "drawing/print_latency.svg")]
struct LatencyFile<'a> {
    style: &'static str,
    w: &'static Words,
    latency: &'a Latency,
}
