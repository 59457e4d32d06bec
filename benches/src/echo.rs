//! A server that sends back what it gets: what TCP alone costs.

use std::{
    io,
    net::SocketAddr,
    thread::{self, JoinHandle},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime,
    sync::oneshot,
};

use crate::Connection;

/// The most bytes of one frame.
const FRAME: usize = 4096;

/// It runs on as many threads as the relay and ends with this value.
pub struct Echo {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Echo {
    /// Starts one.
    ///
    /// # Errors
    /// No port is free.
    pub fn start() -> io::Result<Self> {
        let runtime = runtime::Builder::new_multi_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            runtime.spawn(accept(listener));
            // It ends when nobody can stop it any more, too.
            drop(runtime.block_on(stopped));
        });
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// A new connection to it.
    ///
    /// # Errors
    /// The server has ended.
    pub fn connect(&self) -> io::Result<Connection> {
        Connection::open(self.address)
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        drop(self.stop.take());
        drop(self.thread.take().map(JoinHandle::join));
    }
}

async fn accept(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream));
    }
}

/// Until the other side closes; a broken connection ends it as well.
async fn answer(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut frame = [0; FRAME];
    loop {
        let length = stream.read(&mut frame).await?;
        if length == 0 {
            return Ok(());
        }
        stream
            .write_all(frame.get(..length).unwrap_or_default())
            .await?;
    }
}
