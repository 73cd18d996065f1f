//! A server that is a program: both sides speak in lines over pipes.

mod lines;
mod carrier;
mod deciding;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::mpsc;

use self::carrier::{Carrier, Side, Untaken};
pub(crate) use self::lines::Ending;
use self::lines::{read_client, read_server, write};
use crate::judge::Judge;
use crate::session::Session;

/// How long a server may take to end once its input has.
const TO_END: Duration = Duration::from_secs(5);

/// Keeps the digests of tools; what cannot be kept ends the session.
pub type Keep = Box<dyn FnMut(&BTreeMap<String, String>) -> io::Result<()> + Send>;

/// What it takes to carry messages.
pub struct Line {
    /// What stands open.
    pub session: Session,
    /// Who decides.
    pub judge: Arc<Judge>,
    /// How long people are waited for where the client cannot show a link.
    pub wait: Duration,
    /// Keeps the digests of tools.
    pub keep: Keep,
    /// Tells whoever runs this.
    pub note: Box<dyn Fn(&str)>,
}

/// Why it ended.
#[derive(Debug)]
pub enum Ended {
    /// The client was done, and the server ended.
    Done,
    /// The server could not be started.
    NotStarted(io::Error),
    /// The server ended before the client did.
    ServerGone(Option<ExitStatus>),
    /// What may not happen on the way: the end of a sentence that begins with what it was.
    Broken(String),
}

/// Starts the server and carries messages until one side ends.
pub async fn run(command: &[OsString], line: Line) -> Ended {
    let Some((program, arguments)) = command.split_first() else {
        return Ended::NotStarted(io::Error::new(io::ErrorKind::InvalidInput, "no command was named"));
    };
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return Ended::NotStarted(error),
    };
    let (Some(to_server), Some(from_server)) = (child.stdin.take(), child.stdout.take()) else {
        return Ended::Broken("the pipes of the server were not made".to_owned());
    };
    let (events, came) = mpsc::channel(64);
    read_client(events.clone());
    tokio::spawn(read_server(from_server, events.clone()));
    let (client, to_client) = mpsc::unbounded_channel();
    let (server, for_server) = mpsc::unbounded_channel();
    let untaken = Untaken::default();
    let writing = tokio::spawn(write(tokio::io::stdout(), to_client, Side::Client, Arc::clone(&untaken)));
    tokio::spawn(write(to_server, for_server, Side::Server, Arc::clone(&untaken)));
    let ended = Carrier::new(line, events, client, server, untaken).carry(came, &mut child).await;
    // What the client is still to be told.
    let _ = tokio::time::timeout(TO_END, writing).await;
    ended
}
