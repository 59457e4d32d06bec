//! `report`: a run's reports and exports rendered again, from its record alone.

use std::{fs, io::Write as _, path::Path};

use harness_evidence::Edition;
use harness_report::{Language, LintState, lints};

use crate::{
    args::{Lang, Rendering, Report},
    audit::language,
    failure::{Failure, PASSED},
    record::Record,
};

/// Writes every rendering into a new folder, or prints one.
pub(crate) fn report(wish: &Report) -> Result<u8, Failure> {
    let record = Record::open(&wish.bundle)?;
    let earlier = wish.earlier.iter().map(|path| Record::open(path));
    let earlier: Vec<_> = earlier
        .map(|record| record.map(|record| record.results))
        .collect::<Result<_, _>>()?;
    let read = |path: &str| record.transcript(path, Edition::Full);
    if wish.format == Some(Rendering::Json) {
        let json = harness_report::json(&record.results)?;
        write!(anstream::stdout(), "{json}")?;
        return Ok(PASSED);
    }
    let rendered = harness_report::renderings(&record.results, &read, &earlier)?;
    match (&wish.out, wish.format) {
        (Some(out), _) => {
            write_all(out, rendered)?;
            lint(&record, language(wish.lang))?;
        }
        (None, Some(format)) => print(rendered, &name(format, wish.lang))?,
        (None, None) => {}
    }
    Ok(PASSED)
}

fn write_all(out: &Path, rendered: Vec<(String, String)>) -> Result<(), Failure> {
    let fail = |path: &Path, reason| Failure::File {
        path: path.to_owned(),
        reason,
    };
    fs::create_dir(out).map_err(|reason| fail(out, reason))?;
    for (name, text) in rendered {
        let path = out.join(&name);
        let folder = path.parent().unwrap_or(out);
        fs::create_dir_all(folder).map_err(|reason| fail(folder, reason))?;
        fs::write(&path, text).map_err(|reason| fail(&path, reason))?;
        writeln!(anstream::stdout(), "{}", path.display())?;
    }
    Ok(())
}

/// What an auditor would send back, and what only a person can say.
fn lint(record: &Record, language: Language) -> Result<(), Failure> {
    let mut output = anstream::stdout();
    for lint in lints(&record.results) {
        let rule = lint.rule.in_language(language);
        match &lint.state {
            LintState::Clear => {}
            LintState::Broken(places) => {
                for place in places {
                    let place = place.in_language(language);
                    writeln!(output, "✗ lint {}, {rule}: {place}", lint.number)?;
                }
            }
            LintState::Undecided(lacking) => {
                let lacking = lacking.in_language(language);
                writeln!(output, "○ lint {}, {rule}: {lacking}", lint.number)?;
            }
        }
    }
    Ok(())
}

fn print(rendered: Vec<(String, String)>, wanted: &str) -> Result<(), Failure> {
    let found = rendered.into_iter().find(|(name, _)| name == wanted);
    let (_, text) =
        found.ok_or_else(|| Failure::Usage(format!("there is no rendering {wanted}")))?;
    // Raw: what a file holds must not change on its way, and the bytes are neutralised already.
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

/// The path of a rendering among all of them.
fn name(rendering: Rendering, lang: Lang) -> String {
    let code = match lang {
        Lang::De => "de",
        Lang::En => "en",
    };
    let export = match rendering {
        Rendering::Html => return language(lang).report().to_owned(),
        Rendering::Json => "results.json",
        Rendering::Junit => "junit.xml",
        Rendering::Sarif => "findings.sarif",
        Rendering::SarifFull => "full.sarif",
        Rendering::OscalPlan => "oscal-assessment-plan.json",
        Rendering::OscalResults => "oscal-assessment-results.json",
        Rendering::OscalComponent => "oscal-component-definition.json",
        Rendering::Csv => "requirements.csv",
        Rendering::Lints => "lints.json",
        Rendering::SecurityTarget => return format!("exports/security-target.{code}.md"),
        Rendering::TomAnnex => return format!("exports/tom-annex.{code}.md"),
    };
    format!("exports/{export}")
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_rendering_that_can_be_asked_for_is_there() {
        let results = serde_json::from_str(EMPTY).unwrap();
        let all = harness_report::renderings(&results, &|_| None, &[]).unwrap();
        for rendering in Rendering::value_variants() {
            for lang in [Lang::De, Lang::En] {
                let name = name(*rendering, lang);
                let found = all.iter().any(|(path, _)| *path == name);
                assert!(found || *rendering == Rendering::Json, "{name}");
            }
        }
    }

    /// The results of a run that was broken off before its first case.
    const EMPTY: &str = r#"{
        "plan": {"run": "r1", "seed": 1, "checks": [],
            "target": {"name": "t", "manifest": "", "relay": "", "client": "", "binding": "B0"}},
        "tool": {"version": "0", "judge": 1}, "opened": "2026-11-23T03:00:00.000Z",
        "complete": false, "overall": "incomplete", "shortfalls": [{"shortfall": "broken_off"}],
        "counts": {"pass": 0, "fail": 0, "inconclusive": 0, "error": 0, "not_run": 0, "not_applicable": 0},
        "cases": [], "requirements": [], "instrument": {"flaws": []}, "deviations": [], "command": "pruefstand run"
    }"#;
}
