//! The prompt: opens the device, logs in, and reads lines until there are no more.

use std::{
    io::{self, BufRead, IsTerminal as _, Write},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use reference_client::{Outcome, Secret, Store, Verb};

use crate::{Error, Link, device::Device, screen, talk::Talk};

/// How often an idle terminal asks for news.
const IDLE: Duration = Duration::from_secs(3);

/// A terminal client as asked for on the command line.
pub struct Options {
    /// Where the device keeps its state.
    pub store: Box<dyn Store>,
    /// The relay.
    pub link: Link,
    /// Who logs in, if the store holds nobody yet: user id or local part.
    pub user: Option<String>,
    /// An invitation that makes the account first: the organisation's code, or a token of the relay.
    pub invitation: Option<Secret>,
}

/// Runs until the input ends or the user quits.
///
/// A password is asked for if somebody must log in: without echo at a terminal, else it is the first
/// line of the input.
///
/// # Errors
/// The store cannot be opened, or the login is refused.
pub fn run(options: Options) -> Result<(), Error> {
    let mut out = anstream::stdout();
    let input = io::stdin();
    let mut device = Device::open(options.store, options.link)?;
    if device.core.device().is_none() {
        let user = options.user.ok_or(Error::NoUser)?;
        let password = Secret::new(ask_password(&user)?);
        if let Some(token) = &options.invitation {
            device.accept_invitation(token, &user, &password)?;
        }
        let login = Verb::Login {
            user,
            password,
            device: None,
        };
        match device.call(login).map_err(Error::Login)? {
            Outcome::LoggedIn(user, id) => {
                let (user, id) = (
                    screen::harmless(user.as_str()),
                    screen::harmless(id.as_str()),
                );
                writeln!(
                    out,
                    "{user} is logged in with device {id}; /help lists the commands"
                )?;
            }
            _ => return Err(Error::NoUser),
        }
        if let Some(invitation) = options.invitation
            && device.enrol(invitation).map_err(Error::Login)?
        {
            writeln!(out, "the organisation has admitted you; its policy holds")?;
        }
    }
    let talk = Talk::new(device, out);
    if input.is_terminal() {
        interactive(talk)
    } else {
        piped(talk, &mut input.lock())
    }
}

/// Lines of a script, one after the other.
fn piped(mut talk: Talk<impl Write>, input: &mut dyn BufRead) -> Result<(), Error> {
    for line in input.lines() {
        if !talk.line(&line?)? {
            break;
        }
    }
    Ok(())
}

/// Lines as they are typed, and news while nobody types.
fn interactive(mut talk: Talk<impl Write>) -> Result<(), Error> {
    let (typed, lines) = mpsc::channel();
    // It waits in `read` for ever and ends with the process.
    thread::spawn(move || {
        for line in io::stdin().lines() {
            if typed.send(line).is_err() {
                return;
            }
        }
    });
    talk.refresh()?;
    loop {
        match lines.recv_timeout(IDLE) {
            Ok(line) => {
                if !talk.line(&line?)? {
                    return Ok(());
                }
            }
            Err(RecvTimeoutError::Timeout) => talk.refresh()?,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
    }
}

fn ask_password(user: &str) -> Result<String, Error> {
    if io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password(format!("password of {user}: "))?);
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
