//! `report`: a run's reports and exports rendered again, from its record alone.

use std::{fs, io::Write as _};

use harness_evidence::Edition;

use crate::{
    args::Report,
    failure::{Failure, PASSED},
    record::Record,
    renderings,
};

/// Writes every rendering into a new folder.
pub(crate) fn report(wish: &Report) -> Result<u8, Failure> {
    let record = Record::open(&wish.bundle)?;
    let earlier = wish.earlier.iter().map(|path| Record::open(path));
    let earlier: Vec<_> = earlier
        .map(|record| record.map(|record| record.results))
        .collect::<Result<_, _>>()?;
    let read = |path: &str| record.transcript(path, Edition::Full);
    let fail = |path: &std::path::Path, reason| Failure::File {
        path: path.to_owned(),
        reason,
    };
    let rendered = renderings::with_trend(&record.results, &read, &earlier)?;
    fs::create_dir(&wish.out).map_err(|reason| fail(&wish.out, reason))?;
    for (name, text) in rendered {
        let path = wish.out.join(&name);
        let folder = path.parent().unwrap_or(&wish.out);
        fs::create_dir_all(folder).map_err(|reason| fail(folder, reason))?;
        fs::write(&path, text).map_err(|reason| fail(&path, reason))?;
        writeln!(anstream::stdout(), "{}", path.display())?;
    }
    Ok(PASSED)
}
