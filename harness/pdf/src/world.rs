//! All that Typst can reach: our templates, the data, the drawings, the fonts. No disk, no clock, no packages.

use std::collections::BTreeMap;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{DiagSpan, FileId, PathError, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt as _, World, WorldExt as _};

use crate::fonts::FONTS;

/// The templates; the first is the one that calls the others.
const TEMPLATES: [(&str, &str); 7] = [
    ("/report.typ", include_str!("../typst/report.typ")),
    ("/checks.typ", include_str!("../typst/checks.typ")),
    ("/first.typ", include_str!("../typst/first.typ")),
    ("/method.typ", include_str!("../typst/method.typ")),
    ("/object.typ", include_str!("../typst/object.typ")),
    (
        "/requirements.typ",
        include_str!("../typst/requirements.typ"),
    ),
    ("/style.typ", include_str!("../typst/style.typ")),
];

/// What a report is set from.
pub(crate) struct Desk {
    library: LazyHash<Library>,
    main: FileId,
    templates: BTreeMap<&'static str, Source>,
    files: BTreeMap<String, Bytes>,
}

impl Desk {
    /// `files` by their absolute path, beside the templates.
    pub(crate) fn new(files: BTreeMap<String, Bytes>) -> Result<Self, PathError> {
        let templates: BTreeMap<_, _> = TEMPLATES
            .into_iter()
            .map(|(path, text)| Ok((path, Source::new(id(path)?, text.to_owned()))))
            .collect::<Result<_, PathError>>()?;
        let [(main, _), ..] = TEMPLATES;
        // cells that name their row, for those who hear the tables
        let features = [Feature::A11yExtras].into_iter().collect();
        Ok(Self {
            library: LazyHash::new(Library::builder().with_features(features).build()),
            main: id(main)?,
            templates,
            files,
        })
    }

    /// Template and line of something that Typst complains of, in brackets.
    pub(crate) fn place(&self, span: DiagSpan) -> Option<String> {
        let id = span.id()?;
        let source = self.source(id).ok()?;
        let line = source.lines().byte_to_line(self.range(span)?.start)?;
        Some(format!(" ({}:{})", path(id)?, line + 1))
    }
}

fn id(path: &str) -> Result<FileId, PathError> {
    Ok(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path)?).intern())
}

/// The path in the project; `None` for a package.
fn path(id: FileId) -> Option<&'static str> {
    let rooted = id.get();
    (*rooted.root() == VirtualRoot::Project).then(|| rooted.vpath().get_with_slash())
}

impl World for Desk {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        let source = path(id).and_then(|path| self.templates.get(path));
        source.cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let file = path(id).and_then(|path| self.files.get(path));
        file.cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
