//! Questions on one stream, answers on another: a person at a terminal, or the lines of a file.

use std::io::{self, BufRead, Read as _, Write};

/// The longest answer, in bytes.
const LONGEST: u64 = 4096;

/// Somebody who is asked.
pub(super) struct Dialog<R, W> {
    answers: R,
    questions: W,
}

impl<R: BufRead, W: Write> Dialog<R, W> {
    pub(super) fn new(answers: R, questions: W) -> Self {
        Self { answers, questions }
    }

    /// Says something that needs no answer.
    pub(super) fn say(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.questions, "{text}")
    }

    /// One line; an empty one takes what is offered.
    pub(super) fn ask(&mut self, question: &str, offered: &str) -> io::Result<String> {
        if offered.is_empty() {
            write!(self.questions, "{question}: ")?;
        } else {
            write!(self.questions, "{question} [{offered}]: ")?;
        }
        self.questions.flush()?;
        let mut line = String::new();
        let read = (&mut self.answers).take(LONGEST).read_line(&mut line)?;
        if read == 0 {
            let ended = format!("no answer to: {question}");
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, ended));
        }
        let answer = line.trim();
        Ok(if answer.is_empty() { offered } else { answer }.to_owned())
    }

    /// Asks until something is said.
    pub(super) fn need(&mut self, question: &str) -> io::Result<String> {
        loop {
            let answer = self.ask(question, "")?;
            if !answer.is_empty() {
                return Ok(answer);
            }
            self.say("  An answer is needed.")?;
        }
    }

    /// Asks until it is one of these; gives its place.
    pub(super) fn choose(&mut self, question: &str, choices: &[&str]) -> io::Result<usize> {
        self.say(question)?;
        for (n, choice) in choices.iter().enumerate() {
            self.say(&format!("  {} {choice}", n + 1))?;
        }
        loop {
            let answer = self.ask("  Number", "1")?;
            let place = answer.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            match place.filter(|place| *place < choices.len()) {
                Some(place) => return Ok(place),
                None => self.say(&format!("  A number from 1 to {}.", choices.len()))?,
            }
        }
    }

    /// Asks until it is yes or no: what a vendor declares is never guessed.
    pub(super) fn decide(&mut self, question: &str) -> io::Result<bool> {
        loop {
            match self.ask(question, "")?.to_lowercase().as_str() {
                "y" | "yes" | "j" | "ja" => return Ok(true),
                "n" | "no" | "nein" => return Ok(false),
                _ => self.say("  y or n.")?,
            }
        }
    }

    /// Asks until it is a whole number above zero, or nothing where nothing is allowed.
    pub(super) fn figure(&mut self, question: &str, needed: bool) -> io::Result<Option<u32>> {
        loop {
            let answer = self.ask(question, "")?;
            if answer.is_empty() && !needed {
                return Ok(None);
            }
            match answer.parse::<u32>() {
                Ok(figure) if figure > 0 => return Ok(Some(figure)),
                _ => self.say("  A whole number above zero.")?,
            }
        }
    }
}
