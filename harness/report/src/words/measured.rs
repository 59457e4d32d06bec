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

/// How many messages a relay took.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(serde::Deserialize))]
pub(crate) struct CapacityWords {
    pub(crate) title: &'static str,
    pub(crate) note: &'static str,
    pub(crate) stated: &'static str,
    pub(crate) same_machine: &'static str,
    pub(crate) offered: &'static str,
    pub(crate) achieved: &'static str,
    pub(crate) p50: &'static str,
    pub(crate) p99: &'static str,
    pub(crate) most: &'static str,
    pub(crate) cpu: &'static str,
    pub(crate) memory: &'static str,
    pub(crate) kept_up: &'static str,
    pub(crate) yes: &'static str,
    pub(crate) no: &'static str,
    pub(crate) knee: &'static str,
    pub(crate) no_knee: &'static str,
    pub(crate) open_end: &'static str,
    pub(crate) drawing: &'static str,
    pub(crate) soak: &'static str,
    pub(crate) soak_note: &'static str,
    pub(crate) part: &'static str,
}

pub(super) const CAPACITY_DE: CapacityWords = CapacityWords {
    title: "Kapazität",
    note: "Neben den Prüfungen wurde gemessen, wie viele Nachrichten je Sekunde ein Relay annimmt. Die Last kommt in offener Schleife: Nachrichten werden mit fester Rate fällig, ob das Relay mitkommt oder nicht, und jede Latenz zählt ab der Fälligkeit. Die Maschine war geteilt: Lasterzeuger, Relay und was dort sonst lief, nutzten dieselben Kerne, ein Netz lag nicht dazwischen. Die Zahlen gelten für diese Maschine zu dieser Zeit; kein Urteil einer Prüfung oder Anforderung beruht auf ihnen.",
    stated: "Hardware: {cores} Kerne, {model}, {memory} MiB Speicher. Lasterzeuger: {placement}. Lastmittel über 1, 5 und 15 Minuten: vorher {before}, nachher {after}. {seconds} s je Stufe; davor senden erst einer, dann sechzehn ebenso lange, so schnell das Relay bestätigt. Von {opened} bis {closed}, Prüfstand {tool}. Befehl: {command}",
    same_machine: "auf derselben Maschine, über die Loopback-Schnittstelle",
    offered: "Angebotene Rate in 1/s",
    achieved: "Erreichte Rate in 1/s",
    p50: "p50 in ms",
    p99: "p99 in ms",
    most: "Maximum in ms",
    cpu: "CPU je Nachricht in µs",
    memory: "Speicher in MiB",
    kept_up: "Kam mit",
    yes: "ja",
    no: "nein",
    knee: "Knie bei {knee} Nachrichten je Sekunde: die größte angebotene Rate, bei der von hundert fälligen Nachrichten höchstens eine später als nach {late} ms oder gar nicht bestätigt war.",
    no_knee: "Das Relay kam bei keiner Rate mit: Es gibt kein Knie.",
    open_end: "Die Messung endete, bevor eine Rate zu hoch war: Das Knie kann höher liegen.",
    drawing: "Erreichte über angebotener Rate",
    soak: "Dauerlast",
    soak_note: "{rate} Nachrichten je Sekunde, die Hälfte des Knies, über {seconds} s in zehn gleich langen Teilen nacheinander. Wachsen Speicher, CPU oder Latenz von Teil zu Teil, so ist ihnen nachzugehen.",
    part: "Teil",
};

pub(super) const CAPACITY_EN: CapacityWords = CapacityWords {
    title: "Capacity",
    note: "Beside the checks it was measured how many messages a second a relay takes. The load is open-loop: messages become due at a constant rate, whether the relay keeps up or not, and each latency counts from when its message was due. The machine was shared: the load generator, the relay and whatever else went on there used the same cores, with no network between them. The figures hold for this machine at that time; no verdict of a check or requirement rests on them.",
    stated: "Hardware: {cores} cores, {model}, {memory} MiB of memory. Load generator: {placement}. Load average over 1, 5 and 15 minutes: {before} before, {after} after. {seconds} s a step; before them first one and then sixteen send for as long, as fast as the relay acknowledges. From {opened} to {closed}, Prüfstand {tool}. Command: {command}",
    same_machine: "on the same machine, over the loopback interface",
    offered: "Offered rate in 1/s",
    achieved: "Achieved rate in 1/s",
    p50: "p50 in ms",
    p99: "p99 in ms",
    most: "Maximum in ms",
    cpu: "CPU a message in µs",
    memory: "Memory in MiB",
    kept_up: "Kept up",
    yes: "yes",
    no: "no",
    knee: "Knee at {knee} messages a second: the largest offered rate at which of a hundred messages that were due at most one was acknowledged later than after {late} ms, or not at all.",
    no_knee: "The relay kept up with no rate: there is no knee.",
    open_end: "The measurement ended before a rate was too much: the knee may lie higher.",
    drawing: "Achieved over offered rate",
    soak: "Soak",
    soak_note: "{rate} messages a second, half of the knee, for {seconds} s in ten parts of equal length one after the other. Memory, CPU or latency that grows from part to part is to be looked into.",
    part: "Part",
};
