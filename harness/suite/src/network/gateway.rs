//! A push gateway of the bench: takes what a relay pushes, and shows it.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

/// How long a relay may take until it pushes. A relay that pushes is faster by far; one that does not is named after this.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a connection may be silent.
const SILENCE: Duration = Duration::from_secs(5);
/// The largest push that is read, in bytes, head and body.
const LARGEST: u64 = 1 << 20;
/// The answer of a gateway that took everything (Matrix push gateway API).
const TAKEN: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 15\r\nconnection: close\r\n\r\n{\"rejected\":[]}";

/// A gateway that listens on this machine until the process ends.
pub(crate) struct Gateway {
    address: SocketAddr,
    pushes: Receiver<Vec<u8>>,
}

impl Gateway {
    /// Begins to listen at a free port.
    pub(crate) fn open() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let (push, pushes) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Ok(whole) = take(stream) else {
                    continue;
                };
                if push.send(whole).is_err() {
                    return;
                }
            }
        });
        Ok(Self { address, pushes })
    }

    /// Where relays push to.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/_matrix/push/v1/notify", self.address)
    }

    /// The next push, head and body; `None` if none comes.
    pub(crate) fn next(&self) -> Option<Vec<u8>> {
        self.pushes.recv_timeout(PATIENCE).ok()
    }
}

/// Reads one request and answers it.
fn take(stream: TcpStream) -> io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(SILENCE))?;
    let mut answer = stream.try_clone()?;
    let mut reader = BufReader::new(stream.take(LARGEST));
    let (mut whole, mut length) = (Vec::new(), 0);
    loop {
        let from = whole.len();
        if reader.read_until(b'\n', &mut whole)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line =
            String::from_utf8_lossy(whole.get(from..).unwrap_or_default()).to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.trim().is_empty() {
            break;
        }
    }
    reader.take(length).read_to_end(&mut whole)?;
    answer.write_all(TAKEN)?;
    Ok(whole)
}
