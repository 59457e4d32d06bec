//! The words of the annex, German and English.

use crate::Language;

/// One language; names say where a text stands.
pub(super) struct AnnexWords {
    pub(super) title: &'static str,
    pub(super) about: &'static str,
    pub(super) object: &'static str,
    pub(super) measures: &'static str,
    pub(super) measures_note: &'static str,
    pub(super) no_measures: &'static str,
    pub(super) article: &'static str,
    /// What an article is about, by its number.
    pub(super) articles: [(u32, &'static str); 12],
    pub(super) testing: &'static str,
    pub(super) testing_figures: &'static str,
    pub(super) testing_note: &'static str,
    pub(super) readable: &'static str,
    pub(super) checklist: &'static str,
    pub(super) checklist_note: &'static str,
    pub(super) goal: &'static str,
    pub(super) to_add: &'static str,
    pub(super) additions: [&'static str; 6],
}

impl AnnexWords {
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::De => &DE,
            Language::En => &EN,
        }
    }
}

const DE: AnnexWords = AnnexWords {
    title: "Anlage: technische Maßnahmen des Messengers",
    about: "Für die Beschreibung der technischen und organisatorischen Maßnahmen (Art. 32 DSGVO) und die Datenschutz-Folgenabschätzung. Diese Anlage hält technische Nachweise fest, die für die genannten Artikel von Bedeutung sind. Ob die Maßnahmen angemessen sind, beurteilt der Verantwortliche.",
    object: "1 Prüfgegenstand und Lauf",
    measures: "2 Maßnahmen nach Artikeln der DSGVO",
    measures_note: "Ein Urteil gilt nur in den ausgeführten Prüfungen, deren Zahl in der letzten Spalte steht. Die Zuordnung zu Artikeln ist die Lesart der Autoren.",
    no_measures: "Keine Anforderung dieses Laufs nennt einen Artikel der DSGVO.",
    article: "Art.",
    articles: [
        (
            5,
            "(Grundsätze: Zweckbindung, Datenminimierung, Speicherbegrenzung, Integrität und Vertraulichkeit)",
        ),
        (13, "(Informationspflicht)"),
        (15, "(Auskunft)"),
        (16, "(Berichtigung)"),
        (17, "(Löschung)"),
        (20, "(Datenübertragbarkeit)"),
        (
            25,
            "(Datenschutz durch Technikgestaltung und durch datenschutzfreundliche Voreinstellungen)",
        ),
        (28, "(Auftragsverarbeitung)"),
        (30, "(Verzeichnis von Verarbeitungstätigkeiten)"),
        (32, "(Sicherheit der Verarbeitung)"),
        (33, "(Meldung von Verletzungen)"),
        (35, "(Datenschutz-Folgenabschätzung)"),
    ],
    testing: "3 Regelmäßige Überprüfung (Art. 32 Abs. 1 Buchst. d)",
    testing_figures: "{checks} Prüfungen: {pass} erfüllt, {fail} nicht erfüllt, {open} nicht feststellbar oder nicht durchgeführt, {na} nicht anwendbar",
    testing_note: "Ein Lauf ist eine Überprüfung zu einem Zeitpunkt. Regelmäßig wird sie, wenn sie bei jeder neuen Version und nach einem festen Kalender wiederholt wird.",
    readable: "Lesbare Felder",
    checklist: "5 Kontrollziele des § 64 Abs. 3 BDSG",
    checklist_note: "Die Vorschrift bindet Behörden der Strafverfolgung, nicht Unternehmen; hier dient sie allein als Liste zum Abgleich.",
    goal: "Nr.",
    to_add: "6 Vom Verantwortlichen zu ergänzen",
    additions: [
        "Zweck, Rechtsgrundlage und Kategorien betroffener Personen; eine Einwilligung von Beschäftigten trägt in der Regel nicht.",
        "Speicherfristen, wie sie eingestellt sind, und wer sie ändern darf.",
        "Organisatorische Maßnahmen: Rollen, Schulung, Umgang mit verlorenen Geräten, Austritt.",
        "Auftragsverarbeiter und Standorte des Betriebs; Übermittlung in Drittländer.",
        "Beteiligung des Betriebsrats, soweit Anwesenheit, Lesebestätigungen oder Protokolle angezeigt werden.",
        "Umgang mit den nicht erfüllten und nicht feststellbaren Anforderungen dieses Laufs.",
    ],
};

const EN: AnnexWords = AnnexWords {
    title: "Annex: technical measures of the messenger",
    about: "For the description of technical and organisational measures (GDPR Art. 32) and the data protection impact assessment. This annex records technical evidence relevant to the articles named. Whether the measures are appropriate is for the controller to judge.",
    object: "1 Object and run",
    measures: "2 Measures by article of the GDPR",
    measures_note: "A verdict holds in the checks that were run only; their number stands in the last column. The mapping to articles is the authors' reading.",
    no_measures: "No requirement of this run names an article of the GDPR.",
    article: "Art.",
    articles: [
        (
            5,
            "(principles: purpose limitation, data minimisation, storage limitation, integrity and confidentiality)",
        ),
        (13, "(information)"),
        (15, "(access)"),
        (16, "(rectification)"),
        (17, "(erasure)"),
        (20, "(portability)"),
        (25, "(data protection by design and by default)"),
        (28, "(processors)"),
        (30, "(records of processing)"),
        (32, "(security of processing)"),
        (33, "(notification of breaches)"),
        (35, "(impact assessment)"),
    ],
    testing: "3 Regular testing (Art. 32(1)(d))",
    testing_figures: "{checks} checks: {pass} satisfied, {fail} not satisfied, {open} undecided or not run, {na} not applicable",
    testing_note: "A run is a test at one time. It becomes regular when it is repeated with each new version and by a fixed calendar.",
    readable: "Readable fields",
    checklist: "5 Control goals of BDSG section 64(3)",
    checklist_note: "The provision binds law-enforcement bodies, not companies; it serves here as a list to compare with, no more.",
    goal: "No.",
    to_add: "6 To be added by the controller",
    additions: [
        "Purpose, legal basis and categories of persons; consent of employees is generally no valid basis.",
        "Retention times as they are set, and who may change them.",
        "Organisational measures: roles, training, lost devices, leavers.",
        "Processors and places of operation; transfers to third countries.",
        "Participation of the works council where presence, read receipts or logs are shown.",
        "How the requirements of this run that do not hold or were not decided are dealt with.",
    ],
};
