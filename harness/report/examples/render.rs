//! Renders the HTML report of a run's folder again: `cargo run -p harness-report --example render -- RUN OUT [EARLIER…]`
//! writes `OUT.de.html` and `OUT.en.html`, each against the earlier runs' folders.

use std::{env, error::Error, fs, path::Path};

use harness_evidence::{Results, Transcript};
use harness_report::{Language, html_with_trend};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [run, out, earlier @ ..] = arguments.as_slice() else {
        return Err("usage: render RUN OUT [EARLIER…]".into());
    };
    let results = read(Path::new(run))?;
    let earlier = earlier.iter().map(|run| read(Path::new(run)));
    let earlier: Vec<_> = earlier.collect::<Result<_, _>>()?;
    let transcript = |path: &str| -> Option<Transcript> {
        serde_json::from_slice(&fs::read(Path::new(run).join(path)).ok()?).ok()
    };
    for (language, code) in [(Language::De, "de"), (Language::En, "en")] {
        let page = html_with_trend(&results, &transcript, &earlier, language)?;
        fs::write(format!("{out}.{code}.html"), page)?;
    }
    Ok(())
}

fn read(run: &Path) -> Result<Results, Box<dyn Error>> {
    Ok(serde_json::from_slice(&fs::read(
        run.join("results.json"),
    )?)?)
}
