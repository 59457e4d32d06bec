//! Writes `data/`: `cargo run -p pruefstand-vectors --example generate`.
//!
//! What was measured of a vector stays as long as the vector does. With the commands of runners as
//! arguments it is measured anew; `vectors/measure` names those whose measurements are committed.

#[path = "../generate/mod.rs"]
mod generate;

use std::{env, error::Error, fs, path::Path};

use generate::Measurements;
use pruefstand_vectors::{Measured, Runner, Vector, parse};

fn main() -> Result<(), Box<dyn Error>> {
    let runners: Vec<Runner> = env::args()
        .skip(1)
        .map(|command| Runner::from_words(&command).ok_or("a runner without a name"))
        .collect::<Result<_, _>>()?;
    let measurements = match runners.as_slice() {
        [] => Measurements::known(),
        runners => measure(runners)?,
    };
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    for (name, file) in generate::files() {
        fs::write(data.join(format!("{name}.json")), file.text(&measurements))?;
    }
    Ok(())
}

/// What these runners make of every vector. A runner that neither answers nor crashes stops it.
fn measure(runners: &[Runner]) -> Result<Measurements, Box<dyn Error>> {
    let mut made = Measurements::default();
    for (name, file) in generate::files() {
        let set = parse(name, &file.text(&Measurements::default()))?;
        let vectors: Vec<&Vector> = set.vectors.iter().collect();
        for runner in runners {
            let implementation = runner.name()?;
            let answers = runner.answers(&vectors, || ());
            for (vector, answer) in vectors.iter().zip(answers) {
                let measured = match answer {
                    Ok(answer) => answer.measured(),
                    // Files say what is taken and what is refused; a fault of memory is for its authors first.
                    Err(fault) if fault.is_crash() => Measured::Unsupported,
                    Err(fault) => return Err(format!("{runner} on {}: {fault}", vector.id).into()),
                };
                made.add(vector, &implementation, measured);
            }
        }
    }
    Ok(made)
}
