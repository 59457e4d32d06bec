//! What an operator does with a relay beside running it.

use std::{io::Write as _, path::PathBuf};

use clap::{Args, Subcommand};
use reference_relay::Options;

use crate::{
    args::Format,
    failure::{Failure, PASSED},
};

#[derive(Debug, Subcommand)]
pub(crate) enum Operate {
    /// Write a backup of the relay's store while the relay may be running
    Backup {
        #[command(flatten)]
        settings: Settings,
        /// The file to write; it must not exist
        out: PathBuf,
    },
    /// Make a backup the store of a relay that is not running
    Restore {
        #[command(flatten)]
        settings: Settings,
        /// The backup
        backup: PathBuf,
    },
    /// List every field that the relay stores or logs, with purpose and lifetime
    Inventory {
        /// How the list is printed
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Hand out or remove what the relay holds of a person
    #[command(subcommand)]
    Person(Person),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Person {
    /// Print everything that the relay holds of a person, as JSON
    Export {
        #[command(flatten)]
        settings: Settings,
        /// The person's user id
        user: String,
    },
    /// Remove a person with everything that is his, and print the receipt
    Erase {
        #[command(flatten)]
        settings: Settings,
        /// The person's user id
        user: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// The relay's settings (TOML)
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
}

/// Does it.
pub(crate) fn run(operate: &Operate) -> Result<u8, Failure> {
    match operate {
        Operate::Backup { settings, out } => {
            reference_relay::backup(&settings.read()?, out).map_err(failed)?;
        }
        Operate::Restore { settings, backup } => {
            reference_relay::restore(&settings.read()?, backup).map_err(failed)?;
        }
        Operate::Inventory { format } => print_inventory(*format)?,
        Operate::Person(Person::Export { settings, user }) => {
            let export = reference_relay::export(&settings.read()?, user).map_err(failed)?;
            print(&format!("{export:#}\n"))?;
        }
        Operate::Person(Person::Erase { settings, user }) => {
            let receipt = reference_relay::erase(&settings.read()?, user).map_err(failed)?;
            print(&format!("{receipt}\n"))?;
        }
    }
    Ok(PASSED)
}

impl Settings {
    fn read(&self) -> Result<Options, Failure> {
        let config = self.config.to_string_lossy().into_owned();
        Options::parse(["--config".to_owned(), config]).map_err(failed)
    }
}

fn print_inventory(format: Format) -> Result<(), Failure> {
    let inventory = reference_relay::inventory().map_err(failed)?;
    if format == Format::Json {
        let json = serde_json::to_string_pretty(&inventory).map_err(std::io::Error::from)?;
        return print(&format!("{json}\n"));
    }
    let mut lines = String::new();
    for table in inventory.tables {
        let (key, fields) = (table.key.join(", "), table.fields.join(", "));
        lines.push_str(&format!(
            "{} [{key}] {fields}\n    {} Kept: {}.\n",
            table.name, table.purpose, table.lifetime
        ));
    }
    for line in inventory.lines {
        let fields = line.fields.join(", ");
        lines.push_str(&format!(
            "log {} {fields}\n    {}\n",
            line.event, line.purpose
        ));
    }
    print(&lines)
}

fn print(text: &str) -> Result<(), Failure> {
    Ok(anstream::stdout().write_all(text.as_bytes())?)
}

fn failed(error: reference_relay::Error) -> Failure {
    match error {
        reference_relay::Error::Usage(fact) => Failure::Usage(fact),
        other => Failure::Reference(format!("reference relay: {other}")),
    }
}
