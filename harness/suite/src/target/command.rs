//! Commands of a manifest, with placeholders for what only the run knows.

use std::path::{Path, PathBuf};

/// Where things are in one run.
#[derive(Clone, Debug)]
pub struct Places {
    /// `{pruefstand}`: the bench's own program, which carries the reference.
    pub pruefstand: PathBuf,
    /// `{dir}`: a fresh folder for what the relay of this run keeps.
    pub dir: PathBuf,
}

/// The names that may stand in braces.
const NAMES: [&str; 3] = ["pruefstand", "dir", "root"];

/// Puts the places into one word of a manifest; `root` is the manifest's folder.
pub(super) fn fill(word: &str, root: &Path, places: &Places) -> String {
    let Places { pruefstand, dir } = places;
    NAMES
        .iter()
        .zip([pruefstand.as_path(), dir, root])
        .fold(word.to_owned(), |word, (name, path)| {
            word.replace(&format!("{{{name}}}"), &path.to_string_lossy())
        })
}

/// The first thing in braces that is no known place.
pub(super) fn unknown_place(word: &str) -> Option<&str> {
    word.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .find(|name| !NAMES.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_take_the_place_of_their_names() {
        let places = Places {
            pruefstand: "/bin/p".into(),
            dir: "/run/7".into(),
        };
        assert_eq!(
            fill("{root}/a:{dir}/b", Path::new("/t"), &places),
            "/t/a:/run/7/b"
        );
        assert_eq!(fill("{pruefstand}", Path::new("/t"), &places), "/bin/p");
        assert_eq!(unknown_place("{dir}/{home}"), Some("home"));
        assert_eq!(unknown_place("{dir}/x"), None);
    }
}
