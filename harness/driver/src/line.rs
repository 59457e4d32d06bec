//! Lines of bounded length.

use std::io::{self, BufRead};

use thiserror::Error;

/// The longest line that either side accepts, in bytes without the newline: 4 MiB.
pub const MAX_LINE: usize = 4 << 20;

/// A line that could not be read.
#[derive(Debug, Error)]
pub enum LineError {
    /// The line is longer than [`MAX_LINE`]; the rest of the stream is not usable.
    #[error("line longer than {MAX_LINE} bytes")]
    TooLong,
    /// The stream ended in the middle of a line.
    #[error("stream ended in the middle of a line")]
    Truncated,
    /// The stream failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads one line without its newline; `None` at the end of the stream.
///
/// Never holds more than [`MAX_LINE`] bytes, whatever the other side sends.
///
/// # Errors
///
/// See [`LineError`].
pub fn read_line(input: &mut impl BufRead) -> Result<Option<Vec<u8>>, LineError> {
    let mut line = Vec::new();
    loop {
        let available = match input.fill_buf() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            available => available?,
        };
        if available.is_empty() {
            return if line.is_empty() {
                Ok(None)
            } else {
                Err(LineError::Truncated)
            };
        }
        let newline = available.iter().position(|byte| *byte == b'\n');
        let (text, _) = available.split_at(newline.unwrap_or(available.len()));
        if line.len() + text.len() > MAX_LINE {
            return Err(LineError::TooLong);
        }
        line.extend_from_slice(text);
        let used = text.len() + usize::from(newline.is_some());
        input.consume(used);
        if newline.is_some() {
            return Ok(Some(line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_one_by_one() {
        let mut input = &b"one\n\ntwo\n"[..];
        assert_eq!(read_line(&mut input).unwrap().unwrap(), b"one");
        assert_eq!(read_line(&mut input).unwrap().unwrap(), b"");
        assert_eq!(read_line(&mut input).unwrap().unwrap(), b"two");
        assert!(read_line(&mut input).unwrap().is_none());
    }

    #[test]
    fn an_endless_line_is_refused_at_the_limit() {
        let mut input = io::BufReader::new(io::repeat(b'x'));
        assert!(matches!(read_line(&mut input), Err(LineError::TooLong)));
    }

    #[test]
    fn half_a_line_is_not_a_line() {
        assert!(matches!(
            read_line(&mut &b"{\"id\":"[..]),
            Err(LineError::Truncated)
        ));
    }
}
