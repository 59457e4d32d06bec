//! The text of a manifest, from answers.

use std::fmt::Write as _;
use std::io::{self, BufRead, Write};

use harness_evidence::Switch;
use harness_suite::{TargetError, check_address};

use super::dialog::Dialog;

/// Asks everything and puts the text together.
pub(super) fn draft<R: BufRead, W: Write>(dialog: &mut Dialog<R, W>) -> io::Result<String> {
    dialog
        .say("An empty answer takes what stands in brackets; the file can be edited afterwards.")?;
    let name = dialog.need("Name of the messenger, as it shall stand in the report")?;
    let mut text = format!(
        "# The target of an audit: `pruefstand run --target` reads it.\nname = {}\n\
         # Where the bench starts it: files and folders that it consists of, measured before the start, beside its programs.\n\
         # artefacts = [\"{{root}}/server\"]\n\n\
         # What its maker claims, and which requirements must hold if it is true (`pruefstand list --requirements`).\n\
         # [[claim]]\n# text = \"Messages are encrypted from end to end.\"\n# requirements = [\"E2E-01\", \"E2E-02\"]\n\n",
        quoted(&name)
    );
    text += &relay(dialog)?;
    text += &accounts(dialog)?;
    text += &client(dialog)?;
    text += &statement(dialog)?;
    text += "\n# A failure that is known and explained. The check still runs; one that no longer fails is an error.\n\
        # [[deviation]]\n# check = \"id of the check\"\n# reason = \"why it is accepted\"\n# expires = \"YYYY-MM-DD\"\n";
    Ok(text)
}

fn relay<R: BufRead, W: Write>(dialog: &mut Dialog<R, W>) -> io::Result<String> {
    let ways = [
        "it runs already, at an address",
        "the bench starts it, and it answers at an address",
    ];
    let way = dialog.choose("How is its relay (server) reached?", &ways)?;
    let mut text = "[relay]\n".to_owned();
    if way == 1 {
        let command = dialog.need("Program and arguments that start it, separated by spaces")?;
        // Writing into a String cannot fail.
        let _written = writeln!(
            text,
            "# {{root}} is the folder of this file, {{dir}} a fresh folder for each start.\nstart = [{}]\nready = \"http\"",
            words(&command)
        );
    }
    let (url, remote) = address(dialog)?;
    let _written = writeln!(text, "url = {}", quoted(&url));
    if remote {
        text +=
            "# Its operator permits that the bench attacks it from here.\nallow_remote = true\n";
    }
    text += "\
        # Files and folders of its store and its log, where the bench can read them; checks that search them need them.\n\
        # store = [\"{root}/data\"]\n# log = [\"{root}/relay.log\"]\n\n";
    Ok(text)
}

/// An address that may be attacked, and whether it lies outside of this machine.
fn address<R: BufRead, W: Write>(dialog: &mut Dialog<R, W>) -> io::Result<(String, bool)> {
    loop {
        let url = dialog.ask("Its address", "http://127.0.0.1:8008")?;
        match check_address(&url, false) {
            Ok(()) => return Ok((url, false)),
            Err(TargetError::NotLoopback { .. }) => {
                let permitted =
                    "  It is not on this machine. Does its operator permit attacks on it? (y/n)";
                if dialog.decide(permitted)? {
                    return Ok((url, true));
                }
            }
            Err(error) => dialog.say(&format!("  {error}."))?,
        }
    }
}

fn accounts<R: BufRead, W: Write>(dialog: &mut Dialog<R, W>) -> io::Result<String> {
    let ways = [
        "it registers with an invitation token (m.login.registration_token)",
        "by the shared secret of a Synapse",
        "they exist already, in a file",
    ];
    let way = dialog.choose(
        "How does the bench get accounts? They are thrown away.",
        &ways,
    )?;
    let fields = match way {
        0 => {
            let token = dialog
                .need("A token that is good for many accounts, random and for the bench only")?;
            format!(
                "method = \"registration_token\"\ntoken = {}\n\
                 # Tokens that are good for one account each, for the check of just that.\n# single_use = [\"…\"]\n",
                quoted(&token)
            )
        }
        1 => {
            let secret = dialog.need("The secret (registration_shared_secret)")?;
            format!(
                "method = \"synapse_shared_secret\"\nsecret = {}\n\
                 # Whether invitation tokens can be made through the administration interface.\n# invitations = true\n",
                quoted(&secret)
            )
        }
        _ => {
            let file = dialog.ask(
                "The file, with an [[account]] of user and password for each",
                "accounts.toml",
            )?;
            format!("method = \"static\"\nfile = {}\n", quoted(&file))
        }
    };
    Ok(format!("[relay.accounts]\n{fields}\n"))
}

fn client<R: BufRead, W: Write>(dialog: &mut Dialog<R, W>) -> io::Result<String> {
    let command = dialog.ask(
        "Program and arguments of the client's driver, separated by spaces; empty if only the relay is tested",
        "",
    )?;
    if command.is_empty() {
        return Ok("# A client is tested through a driver that speaks the protocol of `pruefstand schema`.\n\
            # [client]\n# drive = [\"{root}/driver\"]\n\n"
            .to_owned());
    }
    Ok(format!("[client]\ndrive = [{}]\n\n", words(&command)))
}

/// Every switch with an answer, and the figures that belong to it.
fn statement<R: BufRead, W: Write>(dialog: &mut Dialog<R, W>) -> io::Result<String> {
    dialog.say("What does it have? What is declared absent is compared with how it behaves.")?;
    let mut text =
        "# What its vendor declares that it has and has not; a requirement about what is absent does not apply.\n[ics]\n"
            .to_owned();
    let mut limits = String::new();
    for switch in Switch::ALL {
        let meaning = switch.meaning();
        let has = dialog.decide(&format!("{} - {meaning} (y/n)", switch.name()))?;
        let _written = writeln!(text, "# {meaning}\n{} = {has}", switch.name());
        let (name, question, needed) = match switch {
            Switch::Expiry => ("retention_days", "  After how many days?", true),
            Switch::Groups => (
                "group_members",
                "  Members of a group at most? Empty: not said",
                false,
            ),
            Switch::Media => (
                "file_mib",
                "  MiB of a file at most? Empty: not said",
                false,
            ),
            _ => continue,
        };
        if has && let Some(figure) = dialog.figure(question, needed)? {
            let _written = writeln!(limits, "{name} = {figure}");
        }
    }
    if !limits.is_empty() {
        let _written = write!(text, "\n[ics.limits]\n{limits}");
    }
    Ok(text)
}

/// The words of a command, as a TOML list without its brackets.
fn words(command: &str) -> String {
    let words: Vec<_> = command.split_whitespace().map(quoted).collect();
    words.join(", ")
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use harness_suite::Manifest;

    use super::*;

    fn drafted(answers: &str) -> io::Result<String> {
        let mut said = Vec::new();
        draft(&mut Dialog::new(answers.as_bytes(), &mut said))
    }

    fn understood(answers: &str) -> Manifest {
        let text = drafted(answers).unwrap();
        Manifest::parse(&text, Path::new("drafted"), PathBuf::from(".")).unwrap()
    }

    /// Yes to all switches, with their figures; `n` to all.
    fn yes() -> String {
        let figures = |switch| match switch {
            Switch::Groups => "y\n100\n",
            Switch::Media => "y\n\n",
            Switch::Expiry => "maybe\ny\n0\n30\n",
            _ => "y\n",
        };
        Switch::ALL.map(figures).concat()
    }

    #[test]
    fn the_answers_become_a_manifest_whatever_is_chosen() {
        let running = format!(
            "\nAcme \"One\"\n\n\n9\n1\ntoken-1\ndriver --line\n{}",
            yes()
        );
        let manifest = understood(&running);
        assert_eq!(manifest.name, "Acme \"One\"");
        let client = manifest.client.unwrap();
        assert_eq!(client.drive, ["driver", "--line"]);
        let ics = manifest.ics.unwrap();
        assert_eq!(ics.limits.retention_days, Some(30));
        assert_eq!(ics.limits.group_members, Some(100));
        assert_eq!(ics.limits.file_mib, None);

        let started = format!(
            "Acme\n2\nacme --serve\nhttp://127.0.0.1:9\n3\nusers.toml\n\n{}",
            "n\n".repeat(Switch::ALL.len())
        );
        let manifest = understood(&started);
        assert!(manifest.client.is_none());
        let declared = manifest.ics.unwrap().switches;
        assert!(declared.values().all(|has| !has));

        let far = "https://chat.example.org\nn\nnowhere\nhttps://chat.example.org\ny";
        let secret = format!("Acme\n1\n{far}\n2\nhush\n\n{}", yes());
        assert!(understood(&secret).relay.allow_remote);
    }

    #[test]
    fn answers_that_end_too_soon_are_an_error_that_names_the_question() {
        let whole = format!("Acme\n1\n\n1\ntoken\n\n{}", yes());
        for (end, _) in whole.match_indices('\n') {
            let cut = drafted(whole.get(..end).unwrap());
            if let Err(error) = cut {
                assert!(error.to_string().starts_with("no answer to: "), "{error}");
            }
        }
        assert!(drafted("").is_err());
    }
}
