//! Writes `data/`: `cargo run -p pruefstand-vectors --example generate`.

#[path = "../generate/mod.rs"]
mod generate;

use std::{fs, path::Path};

fn main() -> std::io::Result<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    for (name, file) in generate::files() {
        fs::write(data.join(format!("{name}.json")), file.text())?;
    }
    Ok(())
}
