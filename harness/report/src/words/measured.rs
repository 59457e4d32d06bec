//! The texts about what was measured beside the checks.

use serde::Serialize;

/// What fuzzers did beside the checks.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(crate) struct FuzzingWords {
    pub(crate) title: &'static str,
    pub(crate) note: &'static str,
    pub(crate) built: &'static str,
    /// `cfg(fuzzing)`: not set, set.
    pub(crate) cfg: [&'static str; 2],
    pub(crate) crashed: &'static str,
    pub(crate) target: &'static str,
    pub(crate) executions: &'static str,
    pub(crate) cpu: &'static str,
    pub(crate) coverage: &'static str,
    pub(crate) corpus: &'static str,
    pub(crate) inputs: &'static str,
    pub(crate) sanitizer: &'static str,
    pub(crate) crashes: &'static str,
    /// Clean, incomplete, crashed.
    pub(crate) verdicts: [&'static str; 3],
    pub(crate) growth: &'static str,
    pub(crate) growth_note: &'static str,
    pub(crate) edges: &'static str,
}

pub(super) const FUZZING_DE: FuzzingWords = FuzzingWords {
    title: "Fuzzing",
    note: "Neben den Prüfungen gaben die Fuzzer des Prüfstands erzeugte Eingaben an Parser, Relay und Referenzclient. „Ohne Absturz“ heißt, dass so viele Ausführungen ohne Absturz endeten, und sagt nichts über Eingaben, die nicht versucht wurden; kein Urteil einer Prüfung oder Anforderung beruht darauf.",
    built: "{seconds} s Wanduhrzeit, {jobs} Fuzzer zugleich, Startwert {seed}; {toolchain}, Profil {profile}, Schalter {flags}; {cfg}. Eingaben von höchstens {max_len} Bytes, {rss} MiB Speicher, {timeout} s je Ausführung. Befehl: {command}",
    cfg: [
        "cfg(fuzzing) ist nicht gesetzt, Signaturen und MACs werden also geprüft",
        "cfg(fuzzing) ist gesetzt, die Bibliothek prüft also weder Signaturen noch MACs",
    ],
    crashed: "Mindestens eine Eingabe brachte ein Ziel zum Absturz: Dieser Lauf liest sich nicht als bestanden.",
    target: "Ziel",
    executions: "Ausführungen",
    cpu: "CPU-Zeit in s",
    coverage: "Abgedeckte Kanten",
    corpus: "Korpus, SHA-256",
    inputs: "{before} → {after} Eingaben, {bytes} Bytes",
    sanitizer: "Sanitizer",
    crashes: "Abstürze",
    verdicts: ["ohne Absturz", "unvollständig", "Absturz"],
    growth: "Abdeckung über Ausführungen",
    growth_note: "Abgedeckte Kanten über Ausführungen, logarithmisch. Eine Linie, die an ihrem Ende noch steigt, war nicht zu Ende; Punkte stehen für Abstürze.",
    edges: "Kanten",
};

pub(super) const FUZZING_EN: FuzzingWords = FuzzingWords {
    title: "Fuzzing",
    note: "Beside the checks, the bench's own fuzzers gave generated inputs to parsers, the relay and the reference client. “Clean” says that this many executions ended without a crash, and nothing of inputs that were not tried; no verdict of a check or requirement rests on it.",
    built: "{seconds} s of wall time, {jobs} fuzzers at once, seed {seed}; {toolchain}, profile {profile}, flags {flags}; {cfg}. Inputs of at most {max_len} bytes, {rss} MiB of memory, {timeout} s an execution. Command: {command}",
    cfg: [
        "cfg(fuzzing) is not set, so that signatures and MACs are checked",
        "cfg(fuzzing) is set, so that the library checks neither signatures nor MACs",
    ],
    crashed: "At least one input made a target crash: this run does not read as passed.",
    target: "Target",
    executions: "Executions",
    cpu: "CPU time in s",
    coverage: "Edges covered",
    corpus: "Corpus, SHA-256",
    inputs: "{before} → {after} inputs, {bytes} bytes",
    sanitizer: "Sanitizer",
    crashes: "Crashes",
    verdicts: ["clean", "incomplete", "crashed"],
    growth: "Coverage over executions",
    growth_note: "Edges covered over executions, logarithmic. A line that is still rising at its end had not come to its end; dots mark crashes.",
    edges: "edges",
};
