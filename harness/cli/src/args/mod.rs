//! The command line.

mod record;
mod vectors;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use harness_evidence::{Profile, Shard};

pub(crate) use record::{Diff, Edition, Merge, Rendering, Replay, Report, Seal, Verify};
pub(crate) use vectors::{BuiltIn, Vectors};

/// Tests the messengers that companies use: conformance and attack checks, each with weak twins that it must catch.
///
/// Without a command it audits the reference messenger that is built in.
#[derive(Debug, Parser)]
#[command(name = "pruefstand", version, propagate_version = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Audit a target and the weak twins of each check
    Run(Run),
    /// Run every check against every weak twin and write the check-by-flaw matrix
    Calibrate(Calibrate),
    /// Ask what is tested and write the manifest of the target
    Init(crate::init::Init),
    /// List checks, requirements, attacks or seeded flaws
    List(List),
    /// Show everything about a check, an attack, a requirement or a flaw
    Explain(Explain),
    /// Verify evidence and judge every transcript again
    Verify(Verify),
    /// Render a run's reports and exports again, beside its folder
    Report(Report),
    /// Compare two recorded runs: what is no longer decided comes before what newly fails
    Diff(Diff),
    /// Pack a run's folder into one archive, signed by whoever answers for it
    Seal(Seal),
    /// Make one record of all parts of a run that `run --shard` carried out
    Merge(Merge),
    /// Carry one case of a recorded run out again, alone, and compare the verdict
    Replay(Replay),
    /// Measure how much a relay on this machine takes, and at what price
    Load(crate::load::Load),
    /// Fuzz the parsers, the relay and the client of a source checkout
    Fuzz(crate::fuzz::Fuzz),
    /// Run test vectors through the reference and other implementations, side by side
    Vectors(Vectors),
    /// Print the JSON Schema of the driver protocol
    Schema,
    /// Print what this program is made of, as CycloneDX
    Sbom,
    /// Print the script that completes arguments in a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, for `man -l -`
    Man,
    /// Run a part of the reference messenger as a process of its own
    #[command(subcommand, hide = true)]
    Reference(Reference),
}

impl Default for Command {
    fn default() -> Self {
        Self::Run(Run {
            target: None,
            checks: Vec::new(),
            profile: None,
            flaw: None,
            fail_fast: false,
            no_twins: false,
            nonce: None,
            shard: None,
            with: Vec::new(),
            common: Common::default(),
        })
    }
}

#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Manifest of the target (TOML); the reference messenger if absent
    #[arg(long, visible_alias = "relay", value_name = "FILE")]
    pub(crate) target: Option<PathBuf>,
    /// Run only this check; may be given more than once
    #[arg(long = "check", value_name = "ID")]
    pub(crate) checks: Vec<String>,
    /// Only what counts for this kind of examination: core, relay, client, mobile or strict (everything, as authorities ask for it)
    #[arg(long, value_name = "NAME", value_parser = profile)]
    pub(crate) profile: Option<Profile>,
    /// Audit the reference with this seeded flaw, to see it fail
    #[arg(long, value_name = "NAME", conflicts_with = "target")]
    pub(crate) flaw: Option<String>,
    /// Leave the weak twins out; the run can then not read as passed
    #[arg(long)]
    pub(crate) no_twins: bool,
    /// End at the first check that does not pass
    #[arg(long)]
    pub(crate) fail_fast: bool,
    /// What an auditor gave to show that the run was made after it: 16 to 64 hex digits
    #[arg(long, value_name = "HEX", value_parser = nonce)]
    pub(crate) nonce: Option<String>,
    /// Carry out one part of the run only, such as 2/3; `merge` makes one record of all parts
    #[arg(long, value_name = "PART/OF", requires = "seed")]
    pub(crate) shard: Option<Shard>,
    /// The folder of a measurement that the record takes in, such as a campaign of `pruefstand fuzz`; may be given more than once
    #[arg(long, value_name = "DIR")]
    pub(crate) with: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) common: Common,
}

/// A profile by its name in the catalogue.
fn profile(text: &str) -> Result<Profile, String> {
    let named = Profile::ALL.into_iter().find(|one| one.name() == text);
    named.ok_or_else(|| format!("one of {}", Profile::ALL.map(Profile::name).join(", ")))
}

/// A nonce, as it stands in the first event.
fn nonce(text: &str) -> Result<String, String> {
    hex(text, 16..=64).ok_or_else(|| refused(text, "16 to 64"))
}

/// A SHA-256, in lower case as records have it.
fn sha256(text: &str) -> Result<String, String> {
    hex(text, 64..=64).ok_or_else(|| refused(text, "64"))
}

fn hex(text: &str, length: std::ops::RangeInclusive<usize>) -> Option<String> {
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hex && length.contains(&text.len())).then(|| text.to_ascii_lowercase())
}

fn refused(text: &str, taken: &str) -> String {
    format!("{} characters, {taken} hex digits are taken", text.len())
}

#[derive(Debug, Args)]
pub(crate) struct Calibrate {
    /// Carry out one part of the run only, such as 2/3; `merge` makes one record of all parts
    #[arg(long, value_name = "PART/OF", requires = "seed")]
    pub(crate) shard: Option<Shard>,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// Seed of orders and schedules; drawn and printed if absent
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// How many cases run at once; twice the number of cores and one if absent, for cases wait for each other's disk
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<usize>,
    /// Where the run's folder is made
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub(crate) out: PathBuf,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// The language of the report
    #[arg(long, value_enum, default_value_t)]
    pub(crate) lang: Lang,
}

impl Default for Common {
    fn default() -> Self {
        Self {
            seed: None,
            jobs: None,
            out: PathBuf::from("reports"),
            format: Format::Table,
            lang: Lang::En,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Table,
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    De,
    #[default]
    En,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// The requirements of the catalogue: how each is tested, how deep, and its checks or why there is none
    #[arg(long, conflicts_with_all = ["attacks", "flaws"])]
    pub(crate) requirements: bool,
    /// The attacks of the catalogue with their checks
    #[arg(long, conflicts_with = "flaws")]
    pub(crate) attacks: bool,
    /// The seeded flaws of the reference with the checks that must catch them
    #[arg(long)]
    pub(crate) flaws: bool,
    /// How the list is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A check's id, or an id such as ATK-DIR-01 or E2E-08, or a flaw's name
    pub(crate) id: String,
    /// The folder of the run whose results are shown
    #[arg(long, value_name = "DIR", default_value = "reports/latest")]
    pub(crate) run: PathBuf,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Reference {
    /// The relay
    #[command(disable_help_flag = true)]
    Relay {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// A client for the terminal
    Chat(crate::chat::Chat),
    /// Found an organisation, give roles, read its log of acts
    #[command(subcommand)]
    Org(crate::reference::org::Org),
    /// Invite people
    #[command(subcommand)]
    Invite(crate::reference::invite::Invite),
    /// List and remove accounts
    #[command(subcommand)]
    User(crate::reference::user::User),
    /// List and remove devices of an account
    #[command(subcommand)]
    Device(crate::reference::device::Device),
    /// Write, sign and publish policy
    #[command(subcommand)]
    Policy(crate::reference::policy::Policy),
    /// Publish whom the members of a tenant can look up; the relay learns no name
    #[command(subcommand)]
    Directory(crate::reference::directory::Directory),
    /// The client behind the driver protocol
    Client {
        /// A seeded flaw; may be given more than once
        #[arg(long = "flaw", value_name = "NAME")]
        flaws: Vec<String>,
        /// A benign variant; may be given more than once
        #[arg(long = "variant", value_name = "NAME")]
        variants: Vec<String>,
        /// Write the name of each flaw and variant that is asked for to this file
        #[arg(long, value_name = "FILE")]
        asked: Option<PathBuf>,
        /// Write on standard error which requests pass, without what they say
        #[arg(long)]
        trace: bool,
    },
    /// What an operator does beside running the relay
    #[command(flatten)]
    Operate(crate::operate::Operate),
}
