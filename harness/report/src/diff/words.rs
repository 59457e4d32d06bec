//! The words of a comparison, German and English.

use super::Kind;
use crate::Language;

pub(super) struct DiffWords {
    pub(super) title: &'static str,
    pub(super) other_object: &'static str,
    pub(super) other_rules: &'static str,
    pub(super) other_versions: &'static str,
    pub(super) checks: &'static str,
    pub(super) requirements: &'static str,
    pub(super) twins: &'static str,
    pub(super) nothing: &'static str,
    pub(super) unknown: &'static str,
    /// By kind, loudest first.
    kinds: [&'static str; 4],
}

impl DiffWords {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::De => &DE,
            Language::En => &EN,
        }
    }

    pub(super) fn kind(&self, kind: Kind) -> &'static str {
        let [lost, new, still, fixed] = self.kinds;
        match kind {
            Kind::Lost => lost,
            Kind::New => new,
            Kind::Still => still,
            Kind::Fixed => fixed,
        }
    }
}

const DE: DiffWords = DiffWords {
    title: "Vergleich zweier Läufe",
    other_object: "Achtung: Die Läufe gelten verschiedenen Prüfgegenständen oder Versionen.",
    other_rules: "Achtung: Die Läufe wurden nach verschiedenen Urteilsregeln beurteilt.",
    other_versions: "Achtung: Diese Prüfungen haben eine andere Version",
    checks: "Prüfungen",
    requirements: "Anforderungen",
    twins: "Eingebaute Fehler",
    nothing: "Nichts hat sich verschlechtert oder verbessert.",
    unknown: "nicht vorhanden",
    kinds: [
        "NICHT MEHR FESTGESTELLT",
        "NEU NICHT ERFÜLLT",
        "weiterhin nicht erfüllt",
        "behoben",
    ],
};

const EN: DiffWords = DiffWords {
    title: "Two runs compared",
    other_object: "Mind: the runs are of different objects or versions.",
    other_rules: "Mind: the runs were judged by different rules.",
    other_versions: "Mind: these checks have another version",
    checks: "Checks",
    requirements: "Requirements",
    twins: "Seeded flaws",
    nothing: "Nothing became worse or better.",
    unknown: "not there",
    kinds: ["NO LONGER DECIDED", "NEWLY FAILED", "still failed", "fixed"],
};
