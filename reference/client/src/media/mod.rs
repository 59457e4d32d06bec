//! What may be done with a file: whether it may leave, be opened, be shown (MED-04, R15, R32).

mod kind;
mod name;
mod quarantine;
mod settings;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use kind::{Class, Kind};
pub(crate) use name::safe_name;
pub(crate) use quarantine::Quarantine;
pub use settings::MediaSettings;

use crate::{
    Client, Conduct, Flaw, Refusal,
    attachment::metadata::{self, Metadata},
};

/// A file as it leaves.
pub(crate) struct Parcel {
    pub(crate) content: Vec<u8>,
    kind: Kind,
    metadata: Metadata,
}

/// A file that came, and what is to be thought of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    name: String,
    kind: Kind,
    declared: Option<String>,
    is_mismatch: bool,
    disposition: Disposition,
}

/// What may be done with a file that was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Disposition {
    /// It may be drawn or played beside the message.
    Show,
    /// It may be saved, and is never shown by the messenger itself.
    Save,
}

impl Parcel {
    /// The kind of message that carries it (Matrix specification, 'm.room.message msgtypes').
    pub(crate) fn message_type(&self) -> &'static str {
        match self.kind.class {
            Class::Picture => "m.image",
            Class::Audio => "m.audio",
            Class::Video => "m.video",
            _ => "m.file",
        }
    }

    pub(crate) fn mime(&self) -> &'static str {
        self.kind.mime
    }

    /// What leaves, as it is shown before it does.
    pub(crate) fn show(&self) -> Value {
        let metadata = match self.metadata {
            Metadata::Removed => "removed",
            Metadata::Kept => "kept",
        };
        json!({ "type": self.kind.mime, "size": self.content.len(), "metadata": metadata })
    }
}

impl Verdict {
    /// What is to be thought of a file with this name, that says to be of this type.
    ///
    /// # Errors
    /// If it says to be harmless and is not.
    pub(crate) fn of(
        name: &str,
        declared: Option<&str>,
        content: &[u8],
        conduct: &Conduct,
    ) -> Result<Self, Refusal> {
        let kind = Kind::of(content);
        let by_name = name::ending(name).and_then(Kind::announced);
        let by_type = declared.and_then(Kind::announced);
        let announced: Vec<Kind> = by_name.into_iter().chain(by_type).collect();
        let pretends = announced.iter().any(|said| said.class.is_harmless());
        let acts = matches!(kind.class, Class::Active | Class::Program);
        if acts && pretends && !conduct.has(Flaw::DisguisedFileOpened) {
            return Err(Refusal::DisguisedFile { found: kind.mime });
        }
        let shows = matches!(
            kind.class,
            Class::Picture | Class::Text | Class::Audio | Class::Video
        );
        let disposition = if shows || (acts && conduct.has(Flaw::PreviewsActiveContent)) {
            Disposition::Show
        } else {
            Disposition::Save
        };
        let neutral = if conduct.has(Flaw::FileNameNotNeutralised) {
            name.to_owned()
        } else {
            safe_name(name)
        };
        Ok(Self {
            name: neutral,
            kind,
            declared: declared.map(str::to_owned),
            is_mismatch: announced.iter().any(|said| said.mime != kind.mime),
            disposition,
        })
    }

    /// What is shown of it.
    pub(crate) fn show(&self) -> Value {
        json!({
            "name": self.name,
            "type": self.kind.mime,
            "declared": self.declared,
            "mismatch": self.is_mismatch,
            "disposition": match self.disposition {
                Disposition::Show => "show",
                Disposition::Save => "save",
            },
        })
    }
}

impl Client {
    /// The file as it would leave: without metadata, if that may and can be.
    ///
    /// # Errors
    /// If a rule forbids it, or its metadata cannot be removed.
    pub(crate) fn pack(&self, name: &str, content: Vec<u8>) -> Result<Parcel, Refusal> {
        let rules = self.media_rules();
        if self.policy().managed.disable_send_media {
            return Err(Refusal::FileNotAllowed { what: "files" });
        }
        let kind = Kind::of(&content);
        if !self.conduct.has(Flaw::TypePolicyNotOnSend) {
            permit(&rules, name, kind, content.len())?;
        }
        let keeps = rules.keep_metadata || self.conduct.has(Flaw::KeepsMetadata);
        let (content, metadata) = if keeps {
            (content, Metadata::Kept)
        } else {
            metadata::strip(content).map_err(|malformed| Refusal::MetadataNotRemovable {
                why: malformed.to_string(),
            })?
        };
        Ok(Parcel {
            content,
            kind,
            metadata,
        })
    }

    /// Judges a file that was downloaded and decrypted.
    ///
    /// # Errors
    /// If a rule forbids to open it, or a scanner has not said that it is clean.
    pub(crate) fn receive(
        &mut self,
        name: &str,
        declared: Option<&str>,
        content: &[u8],
    ) -> Result<Verdict, Refusal> {
        let rules = self.media_rules();
        let verdict = Verdict::of(name, declared, content, &self.conduct)?;
        if !self.conduct.has(Flaw::TypePolicyNotOnOpen) {
            permit(&rules, name, verdict.kind, content.len())?;
        }
        if rules.scan && !self.conduct.has(Flaw::ScanNotAwaited) {
            self.quarantine.ask(&verdict, content)?;
        }
        Ok(verdict)
    }

    /// The settings that hold: the user's, and stricter ones of the organisation.
    pub(crate) fn media_rules(&self) -> MediaSettings {
        self.quarantine.settings.under(self.policy())
    }
}

/// Whether a file of this name and kind may pass.
fn permit(rules: &MediaSettings, name: &str, kind: Kind, size: usize) -> Result<(), Refusal> {
    let limit = usize::try_from(rules.bytes).unwrap_or(usize::MAX);
    if limit > 0 && size > limit {
        let what = "bytes in a file";
        return Err(Refusal::TooMany {
            what,
            got: size,
            limit,
        });
    }
    if rules.types.is_empty() {
        return Ok(());
    }
    let lists = |ending: &str| rules.types.contains(&ending.to_ascii_lowercase());
    // Both what it is and what it is called must be allowed.
    let by_name = name::ending(name).is_some_and(lists);
    let mut endings = kind.endings().peekable();
    let by_kind = endings.peek().is_none() && kind.class == Class::Unknown || endings.any(lists);
    if by_name && by_kind {
        Ok(())
    } else {
        Err(Refusal::FileNotAllowed { what: kind.mime })
    }
}

/// What is kept of the description of a file beside its key.
pub(crate) fn facts(content: &Value) -> BTreeMap<String, Value> {
    let info = content.get("info");
    let mime = info.and_then(|info| info.get("mimetype")?.as_str());
    let mime = mime.map(|mime| {
        (
            "type".to_owned(),
            json!(mime.chars().take(100).collect::<String>()),
        )
    });
    let size = info.and_then(|info| info.get("size")?.as_u64());
    let size = size.map(|size| ("size".to_owned(), json!(size)));
    mime.into_iter().chain(size).collect()
}

#[cfg(test)]
mod tests;
