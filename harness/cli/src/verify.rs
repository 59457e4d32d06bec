//! `verify`: is evidence what it says, and do verdicts and reports follow from the record?
//!
//! Exit codes: 0 authentic and complete; 10 signature or trust; 11 manifest; 12 chain, or an incomplete run; 13 another target, nonce or age;
//! 14 a verdict judged again differs; 15 a rendering differs; 16 the demanded verdict is not met; 20 malformed or hostile. Of those that
//! apply the first in [`ORDER`], for a changed file breaks signatures too. Authentic does not mean passed: two lines of output.

use std::{io::Write as _, path::Path};

use harness_evidence::{
    AgentKey, Bundle, Demands, Difference, Overall, PublicKey, Recheck, recheck, visible,
};
use serde_json::json;

use crate::{
    args::{Format, Verify},
    clock,
    failure::{Failure, PASSED},
    seal::key_text,
};

/// The demanded verdict is not met.
const NOT_MET: u8 = 16;
/// The container is malformed or hostile.
const MALFORMED: u8 = 20;
/// Causes before their consequences.
const ORDER: [u8; 7] = [MALFORMED, 11, 12, 10, 13, 14, 15];

/// Verifies, and says in two lines what it is and what it says.
pub(crate) fn verify(verify: &Verify) -> Result<u8, Failure> {
    let demands = demands(verify)?;
    let name = visible(&verify.bundle.display().to_string());
    if !verify.bundle.exists() {
        return Err(Failure::Usage(format!(
            "{name} does not exist; `pruefstand run` makes evidence"
        )));
    }
    let bundle = match opened(&verify.bundle) {
        Ok(bundle) => bundle,
        Err(reason) => {
            writeln!(anstream::stdout(), "✗ {name}: {}", visible(&reason))?;
            return Ok(MALFORMED);
        }
    };
    let mut checked = recheck(&bundle, &demands);
    if verify.rerender {
        rerender(&bundle, &mut checked)?;
    }
    let met = verify.require.is_none() || checked.overall == Some(Overall::Passed);
    let code = code(&checked, met);
    match verify.format {
        Format::Table => table(&checked, &demands, met)?,
        Format::Json => as_json(&checked, code)?,
    }
    Ok(code)
}

/// What may be a bundle: it has a plan or a manifest at least.
fn opened(path: &Path) -> Result<Bundle, String> {
    let bundle = Bundle::open(path).map_err(|error| error.to_string())?;
    if bundle.has("manifest-sha256.txt") || bundle.has("data/plan.json") {
        Ok(bundle)
    } else {
        Err("neither a run's folder nor an archive of one".to_owned())
    }
}

fn demands(verify: &Verify) -> Result<Demands, Failure> {
    let trust = verify.trust.iter().map(|path| {
        let text = key_text(path)?;
        // The `.pub` file that `seal --agent-key` takes names the same key.
        let of_openssh = || AgentKey::parse(&text).map(|key| key.public().clone());
        PublicKey::from_pem(&text)
            .or_else(|error| of_openssh().map_err(|_other| error))
            .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
    });
    let not_before = verify.max_age.map(|days| {
        let age = u64::from(days) * 86_400_000;
        harness_evidence::rfc3339(clock::now().wall_ms.saturating_sub(age))
    });
    Ok(Demands {
        trust: trust.collect::<Result<_, _>>()?,
        target: verify.target.clone(),
        artefact: verify.artefact.clone(),
        nonce: verify.nonce.clone(),
        not_before,
    })
}

/// Renders everything again from the record, and compares.
fn rerender(bundle: &Bundle, checked: &mut Recheck) -> Result<(), Failure> {
    let Some(results) = &checked.results else {
        return Ok(());
    };
    let read = |path: &str| bundle.transcript(path);
    for (file, content) in harness_report::renderings(results, &read, &[])? {
        let same = bundle
            .read(&file)
            .is_ok_and(|found| found == content.as_bytes());
        if !same {
            checked
                .differences
                .push(Difference::RenderingDiffers { file });
        }
    }
    Ok(())
}

fn code(checked: &Recheck, met: bool) -> u8 {
    let codes: Vec<_> = checked.differences.iter().map(Difference::code).collect();
    let first = ORDER.into_iter().find(|code| codes.contains(code));
    let unmet = (!met).then_some(NOT_MET);
    first.or(unmet).unwrap_or(PASSED)
}

fn table(checked: &Recheck, demands: &Demands, met: bool) -> Result<(), Failure> {
    let mut output = anstream::stdout();
    for difference in &checked.differences {
        writeln!(output, "✗ {}", visible(&difference.to_string()))?;
    }
    let word = if checked.is_authentic() {
        "✓ authentic and complete"
    } else if checked.is_broken_off() {
        "○ authentic, but incomplete"
    } else if checked.is_only_undemanded() {
        "✗ authentic and complete, but not what you demand"
    } else {
        "✗ not authentic"
    };
    let withheld = match checked.withheld {
        0 => String::new(),
        some => format!(", {some} left out of this edition"),
    };
    let trust = if demands.trust.is_empty() {
        "; who signed is not checked without --trust"
    } else {
        ""
    };
    writeln!(
        output,
        "{word}: run {}, {} transcripts judged again{withheld}, {} keys signed{trust}",
        visible(&checked.run),
        checked.judged,
        checked.signed_by.len(),
    )?;
    let overall = checked
        .overall
        .map_or_else(|| "none".to_owned(), |overall| format!("{overall:?}"));
    let unmet = if met { "" } else { ", not the one demanded" };
    writeln!(output, "overall verdict in the record: {overall}{unmet}")?;
    Ok(())
}

fn as_json(checked: &Recheck, code: u8) -> Result<(), Failure> {
    let differences = checked.differences.iter().map(
        |difference| json!({"code": difference.code(), "text": visible(&difference.to_string())}),
    );
    let value = json!({
        "run": visible(&checked.run),
        "authentic": checked.is_authentic(),
        "code": code,
        "overall": checked.overall,
        "judged": checked.judged,
        "withheld": checked.withheld,
        "signed_by": checked.signed_by,
        "differences": differences.collect::<Vec<_>>(),
    });
    writeln!(anstream::stdout(), "{value:#}")?;
    Ok(())
}
