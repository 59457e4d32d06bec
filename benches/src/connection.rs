//! A thin HTTP/1.1 client: one connection that is kept open, so that a bench measures the relay and not itself.

use std::{
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
};

/// A connection to a relay.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

/// What the relay answered.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// Nobody listens there.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// Sends a request and waits for its answer.
    ///
    /// # Errors
    /// The connection broke, or the answer is no HTTP with a `content-length`.
    pub fn ask(
        &mut self,
        (method, path): (&str, &str),
        token: &str,
        body: &[u8],
    ) -> io::Result<Answer> {
        let length = body.len();
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nhost: relay\r\nauthorization: Bearer {token}\r\ncontent-length: {length}\r\n\r\n"
        )
        .into_bytes();
        request.extend_from_slice(body);
        self.stream.get_mut().write_all(&request)?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
        let mut length = None;
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.parse().ok();
            }
        }
        let (Some(status), Some(length)) = (status, length) else {
            return Err(io::Error::other("no status or no content-length"));
        };
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, body })
    }

    /// Sends bytes and reads as many back.
    ///
    /// # Errors
    /// The connection broke.
    pub fn echo(&mut self, frame: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(frame)?;
        self.stream.read_exact(&mut vec![0; frame.len()])
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        if line.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }
}

impl Answer {
    /// The body, if the relay agreed.
    ///
    /// # Errors
    /// The status is not 200; the error quotes the body.
    pub fn granted(self) -> io::Result<Vec<u8>> {
        if self.status == 200 {
            return Ok(self.body);
        }
        let said = String::from_utf8_lossy(&self.body);
        Err(io::Error::other(format!("{}: {said}", self.status)))
    }
}
