//! The pipes: what is read of them line by line, and what is written to them.

use std::io::{self, BufRead, Read};
use std::sync::atomic::Ordering;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::mpsc;

use super::carrier::{Event, Side, Untaken};

/// The longest line of a client, in bytes.
const LONGEST_OF_CLIENT: usize = 16 << 20;
/// The longest line of a server.
const LONGEST_OF_SERVER: usize = 64 << 20;
/// Reads the client on a thread of its own: nothing can call a read of the standard input back.
pub(super) fn read_client(events: mpsc::Sender<Event>) {
    std::thread::spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            let mut line = Vec::new();
            let read = (&mut input).take(LONGEST_OF_CLIENT as u64 + 1).read_until(b'\n', &mut line);
            let event = match read {
                Ok(0) => Event::ClientDone,
                Ok(read) if read > LONGEST_OF_CLIENT => Event::Broken(too_long("client", LONGEST_OF_CLIENT)),
                Ok(_) => Event::Client(line),
                Err(error) => Event::Broken(format!("the client cannot be read: {error}")),
            };
            let goes_on = matches!(event, Event::Client(_));
            if events.blocking_send(event).is_err() || !goes_on {
                return;
            }
        }
    });
}

pub(super) async fn read_server(from: impl AsyncRead + Unpin, events: mpsc::Sender<Event>) {
    let mut from = BufReader::new(from);
    loop {
        let mut line = Vec::new();
        let read = (&mut from).take(LONGEST_OF_SERVER as u64 + 1).read_until(b'\n', &mut line).await;
        let event = match read {
            Ok(0) => Event::ServerDone,
            Ok(read) if read > LONGEST_OF_SERVER => Event::Broken(too_long("server", LONGEST_OF_SERVER)),
            Ok(_) => Event::Server(line),
            Err(error) => Event::Broken(format!("the server cannot be read: {error}")),
        };
        let goes_on = matches!(event, Event::Server(_));
        if events.send(event).await.is_err() || !goes_on {
            return;
        }
    }
}

fn too_long(who: &str, longest: usize) -> String {
    format!("the {who} has sent a message of more than {longest} bytes")
}

pub(super) async fn write(
    mut to: impl AsyncWrite + Unpin,
    mut messages: mpsc::UnboundedReceiver<Vec<u8>>,
    side: Side,
    untaken: Untaken,
) {
    while let Some(message) = messages.recv().await {
        if to.write_all(&message).await.is_err() || to.flush().await.is_err() {
            return;
        }
        let [of_client, of_server] = &*untaken;
        let of_side = if side == Side::Client { of_client } else { of_server };
        of_side.fetch_sub(message.len(), Ordering::Relaxed);
    }
}

/// A line without its end.
pub(super) fn without_end(bytes: &[u8]) -> &[u8] {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    line.strip_suffix(b"\r").unwrap_or(line)
}

pub(super) fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t'))
}

pub(super) fn ended(mut message: Vec<u8>) -> Vec<u8> {
    message.push(b'\n');
    message
}

/// That somebody wants this to end.
pub(crate) struct Ending(Option<[tokio::signal::unix::Signal; 2]>);

impl Ending {
    pub fn signals() -> Ending {
        use tokio::signal::unix::{SignalKind, signal};
        let both =
            signal(SignalKind::terminate()).and_then(|term| Ok([term, signal(SignalKind::interrupt())?]));
        Ending(both.ok())
    }

    pub async fn asked(&mut self) {
        match &mut self.0 {
            None => std::future::pending().await,
            Some([term, interrupt]) => {
                tokio::select! {
                    _ = term.recv() => {}
                    _ = interrupt.recv() => {}
                }
            }
        }
    }
}
