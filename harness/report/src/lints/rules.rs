//! The eighteen defects in words, German and English.

/// By number, from 1.
pub(super) const RULES: [[&str; 2]; 18] = [
    [
        "Der Prüfgegenstand ist nicht eindeutig bezeichnet.",
        "The object of test is not uniquely identified.",
    ],
    [
        "Geprüft wurde ein Test- oder Debug-Build oder eine Fassung mit eingebautem Fehler.",
        "A test or debug build was tested, or one with a seeded flaw.",
    ],
    [
        "Konfiguration, Umgebung oder Zustand des Prüfgegenstands fehlen.",
        "Configuration, environment or state of the object are missing.",
    ],
    [
        "Die Herstellererklärung (ICS) fehlt, ist unvollständig oder wurde nicht nachgeprüft.",
        "The vendor's statement (ICS) is missing, incomplete or was not verified.",
    ],
    [
        "Werkzeuge ohne Version oder Einstellung, oder ihre Ausgaben fehlen.",
        "Tools without version or configuration, or their output is missing.",
    ],
    [
        "Ein Urteil ohne Begründung oder ohne ausgeführten Schritt.",
        "A verdict without rationale or without a step that was carried out.",
    ],
    [
        "„Nicht anwendbar“ oder eine Abweichung ohne Begründung.",
        "Not applicable, or a deviation, without an argument.",
    ],
    [
        "Der Lauf lässt sich nicht wiederholen.",
        "The run cannot be repeated.",
    ],
    [
        "Die Ausgabe einer Quelle ist falsch oder nicht angegeben.",
        "The edition of a source is wrong or not stated.",
    ],
    [
        "Belege lassen sich unbemerkt ändern.",
        "Evidence can be changed without notice.",
    ],
    [
        "Grenzen von Stichprobe, Abdeckung oder Prüftiefe sind verschwiegen.",
        "Limits of sampling, coverage or depth are hidden.",
    ],
    [
        "Es fehlt eine Liste der Restrisiken, oder ein nicht erfüllter Fall hat keinen Befundbericht.",
        "There is no list of residual risks, or a failed case has no observation report.",
    ],
    [
        "Prüfer, Unabhängigkeit oder Prüfzeitraum fehlen.",
        "Tester, independence or period of test are missing.",
    ],
    [
        "In den Belegen stehen personenbezogene Daten.",
        "There are personal data in the evidence.",
    ],
    [
        "Das Ergebnis wird auf andere Versionen oder Betreiber übertragen.",
        "The result is extended to other versions or operators.",
    ],
    [
        "Aufzeichnung und Tabelle widersprechen sich, oder Summen stimmen nicht.",
        "Record and table contradict each other, or totals do not add up.",
    ],
    [
        "Fuzzing ohne Angaben zu Dauer, Korpus, Abdeckung und Sanitizern.",
        "Fuzzing without its time, corpus, coverage and sanitizers.",
    ],
    [
        "Eine Messung ohne Hardware, Aufwärmphase, Verteilung und Ort der Lasterzeugung.",
        "A benchmark without hardware, warm-up, distribution and place of the load generator.",
    ],
];
