//! What came of a campaign, as a table or as JSON.

use std::{
    io::{self, Write as _},
    path::Path,
};

use harness_evidence::{Campaign, FuzzTarget, FuzzVerdict, visible};

use super::progress::per_second;
use crate::{args::Format, failure::Failure};

pub(super) fn print(campaign: &Campaign, out: &Path, format: Format) -> Result<(), Failure> {
    let mut output = anstream::stdout();
    match format {
        Format::Json => {
            let text = serde_json::to_string_pretty(campaign).map_err(io::Error::from)?;
            writeln!(output, "{text}")?;
        }
        Format::Table => {
            for line in table(campaign) {
                writeln!(output, "{}", visible(&line))?;
            }
            let out = visible(&out.display().to_string());
            writeln!(
                output,
                "\n{out}\n`pruefstand run --with {out}` takes it into a record"
            )?;
        }
    }
    Ok(())
}

fn table(campaign: &Campaign) -> Vec<String> {
    let heads = "Target                verdict      executions  CPU s  per CPU s  edges            corpus         crashes";
    let mut lines = vec![heads.to_owned()];
    lines.extend(campaign.targets.iter().map(line));
    let sum = &campaign.sum;
    lines.push(format!(
        "{:<34} {:>10} {:>6}",
        "all",
        sum.executions,
        sum.cpu_ms / 1000
    ));
    let faulty = campaign.targets.iter().filter(|one| !one.fault.is_empty());
    lines.extend(faulty.map(|one| format!("{}: {}", one.name, one.fault)));
    lines
}

fn line(target: &FuzzTarget) -> String {
    let verdict = match target.verdict {
        FuzzVerdict::Clean => "✓ clean",
        FuzzVerdict::Incomplete => "○ incomplete",
        FuzzVerdict::Crashed => "✗ crashed",
    };
    format!(
        "{:<21} {verdict:<12} {:>10} {:>6} {:>10}  {:<16} {:<14} {:>7}",
        target.name,
        target.executions,
        target.cpu_ms / 1000,
        per_second(target.executions, target.cpu_ms),
        format!("{} → {}", target.start.edges, target.end.edges),
        format!(
            "{} → {}",
            target.corpus_before.inputs, target.corpus_after.inputs
        ),
        target.crashes.len(),
    )
}
