//! A report as it is laid out: the text of its pages, its chapters, its links.

use harness_evidence::Record;
use harness_report::Language;
use typst::foundations::{NativeElement as _, StyleChain};
use typst::introspection::Introspector as _;
use typst::layout::{Frame, FrameItem};
use typst::model::HeadingElem;
use typst_layout::PagedDocument;

use crate::render::LaidOut;

/// A report that is laid out.
pub(super) struct Paper {
    pub(super) pages: Vec<String>,
    pub(super) chapters: Vec<String>,
    pub(super) links: usize,
    pub(super) images: usize,
}

impl Paper {
    pub(super) fn of(record: &Record, language: Language) -> Self {
        let LaidOut {
            document, warnings, ..
        } = LaidOut::of(record, language).unwrap();
        assert!(warnings.is_empty(), "{warnings:?}");
        let mut paper = Self {
            pages: Vec::new(),
            chapters: chapters(&document),
            links: 0,
            images: 0,
        };
        for page in document.pages() {
            let mut text = String::new();
            paper.read(&page.frame, &mut text);
            paper.pages.push(text);
        }
        paper
    }

    /// Everything, [`dense`].
    pub(super) fn text(&self) -> String {
        dense(&self.pages.concat())
    }

    fn read(&mut self, frame: &Frame, text: &mut String) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => self.read(&group.frame, text),
                FrameItem::Text(item) => text.push_str(&item.text),
                FrameItem::Image(..) => self.images += 1,
                FrameItem::Link(..) => self.links += 1,
                FrameItem::Shape(..) | FrameItem::Tag(_) => {}
            }
        }
    }
}

/// The text without what differs where a line breaks: spaces and hyphens.
pub(super) fn dense(text: &str) -> String {
    let stays = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '\u{ad}' | '\u{2010}');
    text.chars().filter(stays).collect()
}

/// The numbered headings of the first level, in order.
fn chapters(document: &PagedDocument) -> Vec<String> {
    let headings = document.introspector().query(&HeadingElem::ELEM.select());
    headings
        .iter()
        .filter_map(|heading| {
            let heading = heading.to_packed::<HeadingElem>()?;
            let styles = StyleChain::default();
            let is_numbered = heading.numbering.get_ref(styles).is_some();
            let is_chapter = is_numbered && heading.resolve_level(styles).get() == 1;
            is_chapter.then(|| heading.body.plain_text().to_string())
        })
        .collect()
}
