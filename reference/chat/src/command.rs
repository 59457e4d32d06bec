//! Lines of the terminal as commands.

use std::path::PathBuf;

use reference_client::{Act, Attendance, VerifyStep};

/// What a line asks for.
#[derive(Debug, PartialEq)]
pub(crate) enum Command {
    /// Say this in the open room.
    Say(String),
    /// Show what is new.
    Refresh,
    Help,
    Quit,
    Rooms,
    /// Open a room by its number.
    Room(usize),
    /// Make an encrypted room and invite these users.
    New(Vec<String>),
    /// Accept the invitation to the room with this number.
    Join(usize),
    Invite(String),
    Remove(String),
    Leave,
    Members,
    /// The members are as they should be.
    Seen,
    File(PathBuf),
    /// Send what the guard asked about.
    Yes,
    /// Take back the message that is held.
    Undo,
    /// Save the file of an entry.
    Save(usize, PathBuf),
    Edit(usize, String),
    Delete(usize),
    /// Propose an appointment: start, end, time zone, title.
    Meet(String, String, String, String),
    /// Answer the appointment of an entry.
    Come(usize, Attendance),
    /// Cancel the own appointment of an entry.
    CallOff(usize),
    /// Keep a publisher's key from a file.
    Publisher(PathBuf),
    /// Make the open room a channel of this name.
    Channel(String),
    /// Announce in the open channel: title, text.
    Announce(String, String),
    /// Take an announcement back, by its number in the channel.
    Recall(usize),
    /// Look somebody up in the organisation's directory.
    Who(String),
    Devices(Option<String>),
    /// Compare emoji with a device.
    Verify(String, String),
    Flows,
    /// A step of the comparison with this number.
    Flow(usize, VerifyStep),
    /// Any act of the core, as JSON.
    Act(Box<Act>),
}

/// What can be typed, for people.
pub(crate) const HELP: &str = "\
TEXT                    say it in the open room
/rooms, /room N         list the rooms, open one
/new USER…              make an encrypted room and invite
/join N                 accept an invitation
/invite USER, /remove USER, /leave
/members, /seen         who is here; yes, they all belong here
/file PATH, /save N PATH; /yes sends what the guard of recipients asked about, /undo takes back what is held
/edit N TEXT, /delete N replace the text of an own message, take it back
/meet START END ZONE TITLE   propose an appointment: 2026-12-01T09:00 2026-12-01T10:00 Europe/Berlin Board
/come N yes|maybe|no    answer an appointment; /calloff N cancels an own one
/publisher FILE         keep the key of a publisher; /channel NAME makes the open room a channel
/announce TITLE | TEXT  announce; /recall N takes the announcement with that number back
/who TEXT               look somebody up in the organisation's directory, without asking the relay
/devices [USER]         the devices of a user, and their trust
/verify USER DEVICE     compare emoji; then /flows, /accept N, /start N, /same N, /differ N, /cancel N
/do JSON                any other act, such as {\"feature\":\"message\",\"act\":{\"edit\":{…}}}
/help, /quit            an empty line shows what is new";

impl Command {
    /// Reads a line; the error says what was expected.
    pub(crate) fn parse(line: &str) -> Result<Self, String> {
        let line = line.trim();
        let Some(command) = line.strip_prefix('/') else {
            return Ok(match line {
                "" => Self::Refresh,
                text => Self::Say(text.to_owned()),
            });
        };
        let (word, rest) = command.split_once(' ').unwrap_or((command, ""));
        let rest = rest.trim();
        match word {
            "help" => Ok(Self::Help),
            "quit" => Ok(Self::Quit),
            "rooms" => Ok(Self::Rooms),
            "leave" => Ok(Self::Leave),
            "yes" => Ok(Self::Yes),
            "undo" => Ok(Self::Undo),
            "members" => Ok(Self::Members),
            "seen" => Ok(Self::Seen),
            "flows" => Ok(Self::Flows),
            "new" => Ok(Self::New(
                rest.split_whitespace().map(str::to_owned).collect(),
            )),
            "room" => number(rest).map(Self::Room),
            "join" => number(rest).map(Self::Join),
            "invite" => given(rest, "a user").map(Self::Invite),
            "remove" => given(rest, "a user").map(Self::Remove),
            "file" => given(rest, "a path").map(|path| Self::File(path.into())),
            "devices" => Ok(Self::Devices(
                Some(rest.to_owned()).filter(|user| !user.is_empty()),
            )),
            "publisher" => given(rest, "a path").map(|path| Self::Publisher(path.into())),
            "channel" => given(rest, "a name").map(Self::Channel),
            "announce" => announce(rest),
            "recall" => number(rest).map(Self::Recall),
            "who" => given(rest, "a name").map(Self::Who),
            "do" => act(rest),
            "delete" => number(rest).map(Self::Delete),
            "calloff" => number(rest).map(Self::CallOff),
            "meet" => meet(rest),
            "save" | "edit" | "verify" | "come" => two(word, rest),
            "accept" | "start" | "same" | "differ" | "cancel" => flow(word, rest),
            _ => Err(format!("/{word} is no command; /help lists them")),
        }
    }
}

fn two(word: &str, rest: &str) -> Result<Command, String> {
    let (first, second) = rest.split_once(' ').unwrap_or((rest, ""));
    let second = second.trim();
    Ok(match word {
        "save" => Command::Save(number(first)?, given(second, "a path")?.into()),
        "edit" => Command::Edit(number(first)?, given(second, "a text")?),
        "come" => Command::Come(number(first)?, attendance(second)?),
        _ => Command::Verify(given(first, "a user")?, given(second, "a device")?),
    })
}

fn meet(rest: &str) -> Result<Command, String> {
    let mut words = rest.splitn(4, ' ').map(str::to_owned);
    let mut next = |what: &str| {
        words
            .next()
            .filter(|word| !word.is_empty())
            .ok_or(format!("{what} is missing"))
    };
    Ok(Command::Meet(
        next("a start")?,
        next("an end")?,
        next("a time zone")?,
        next("a title")?,
    ))
}

fn announce(rest: &str) -> Result<Command, String> {
    let (title, text) = rest.split_once('|').ok_or("a title | a text")?;
    let title = given(title.trim(), "a title")?;
    Ok(Command::Announce(title, given(text.trim(), "a text")?))
}

fn attendance(word: &str) -> Result<Attendance, String> {
    match word {
        "yes" => Ok(Attendance::Accepted),
        "maybe" => Ok(Attendance::Tentative),
        "no" => Ok(Attendance::Declined),
        _ => Err(format!("{word:?} is not yes, maybe or no")),
    }
}

fn flow(word: &str, rest: &str) -> Result<Command, String> {
    let step = match word {
        "accept" => VerifyStep::Accept,
        "start" => VerifyStep::Start,
        "same" => VerifyStep::Confirm,
        "differ" => VerifyStep::Mismatch,
        _ => VerifyStep::Cancel,
    };
    Ok(Command::Flow(number(rest)?, step))
}

fn act(rest: &str) -> Result<Command, String> {
    let act = serde_json::from_str(rest).map_err(|error| format!("no act: {error}"))?;
    Ok(Command::Act(Box::new(act)))
}

fn number(text: &str) -> Result<usize, String> {
    let wanted = || format!("{text:?} is no number from a list");
    text.parse().map_err(|_not_a_number| wanted())
}

fn given(text: &str, what: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err(format!("{what} is missing"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_commands() {
        let parse = |line: &str| Command::parse(line).unwrap();
        assert_eq!(
            parse(" hello /there "),
            Command::Say("hello /there".to_owned())
        );
        assert_eq!(parse(""), Command::Refresh);
        assert_eq!(
            parse("/new  @a:x   @b:x"),
            Command::New(vec!["@a:x".to_owned(), "@b:x".to_owned()])
        );
        assert_eq!(
            parse("/edit 3 new text"),
            Command::Edit(3, "new text".to_owned())
        );
        assert_eq!(
            parse("/come 2 maybe"),
            Command::Come(2, Attendance::Tentative)
        );
        assert_eq!(
            parse("/meet 2026-12-01T09:00 2026-12-01T10:00 Europe/Berlin Board meeting"),
            Command::Meet(
                "2026-12-01T09:00".to_owned(),
                "2026-12-01T10:00".to_owned(),
                "Europe/Berlin".to_owned(),
                "Board meeting".to_owned()
            )
        );
        assert_eq!(parse("/differ 1"), Command::Flow(1, VerifyStep::Mismatch));
        let edit =
            r#"{"feature":"message","act":{"edit":{"conv":"!r:x","message":"$e","body":"b"}}}"#;
        assert!(matches!(parse(&format!("/do {edit}")), Command::Act(_)));
    }

    #[test]
    fn wrong_lines_say_what_was_expected() {
        for (line, words) in [
            ("/nothing", "/nothing is no command; /help lists them"),
            ("/room two", "\"two\" is no number from a list"),
            ("/save 1", "a path is missing"),
            ("/come 1 perhaps", "\"perhaps\" is not yes, maybe or no"),
            ("/meet 2026-12-01T09:00", "an end is missing"),
            ("/do {}", "no act: missing field `feature`"),
        ] {
            let error = Command::parse(line).unwrap_err();
            assert!(error.starts_with(words), "{line}: {error}");
        }
    }
}
