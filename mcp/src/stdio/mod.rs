//! A server that is a program: both sides speak in lines over pipes.

mod lines;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::process::{Child, Command};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::Instant;

pub(crate) use self::lines::Ending;
use self::lines::{ended, is_blank, read_client, read_server, without_end, write};
use crate::asked::Question;
use crate::judge::{Burned, Judge, Waited, now};
use crate::session::{Act, Held, Session, Ticket, Verdict};

/// Where one side has not taken this many bytes, it is not going to.
const MOST_UNTAKEN: usize = 64 << 20;
/// How long a server may take to end once its input has.
const TO_END: Duration = Duration::from_secs(5);
/// How long people are waited for where a client comes back for their answer.
const COMES_BACK: Duration = Duration::from_secs(50);

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

enum Event {
    Client(Vec<u8>),
    ClientDone,
    Server(Vec<u8>),
    ServerDone,
    Decided(Ticket, Verdict, Vec<Burned>),
    Broken(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Client,
    Server,
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
    let carrier = Carrier {
        line,
        events,
        client,
        server: Some(server),
        client_is_done: false,
        until: None,
        broken: None,
        untaken,
        asked: BTreeMap::new(),
        burned: BTreeMap::new(),
        waiting: BTreeMap::new(),
    };
    let ended = carrier.carry(came, &mut child).await;
    // What the client is still to be told.
    let _ = tokio::time::timeout(TO_END, writing).await;
    ended
}

/// How many bytes a side has not taken yet.
type Untaken = Arc<[AtomicUsize; 2]>;

struct Carrier {
    line: Line,
    events: mpsc::Sender<Event>,
    client: mpsc::UnboundedSender<Vec<u8>>,
    /// Nothing once the client is done.
    server: Option<mpsc::UnboundedSender<Vec<u8>>>,
    client_is_done: bool,
    /// Until when the server has to end.
    until: Option<Instant>,
    /// Why it cannot go on.
    broken: Option<String>,
    /// How many bytes the client, and the server, have not taken yet.
    untaken: Untaken,
    /// What is being decided.
    asked: BTreeMap<Ticket, Vec<Question>>,
    /// What was used up for what is under way.
    burned: BTreeMap<Ticket, Vec<Burned>>,
    /// Who waits for people.
    waiting: BTreeMap<Ticket, AbortHandle>,
}

impl Carrier {
    async fn carry(mut self, mut came: mpsc::Receiver<Event>, child: &mut Child) -> Ended {
        let mut ending = Ending::signals();
        loop {
            let event = tokio::select! {
                event = came.recv() => event,
                () = ending.asked() => {
                    let _ = child.start_kill();
                    return Ended::Done;
                }
                () = until(self.until) => {
                    let _ = child.start_kill();
                    let _ = child.wait().await;
                    return Ended::Done;
                }
            };
            match event {
                None => return Ended::Broken("both sides have gone silent".to_owned()),
                Some(Event::Client(bytes)) => {
                    let line = without_end(&bytes);
                    let acts = if is_blank(line) {
                        vec![Act::Pass]
                    } else {
                        self.line.session.from_client(line, now())
                    };
                    self.carry_out(acts, &bytes, Side::Client).await;
                }
                Some(Event::Server(bytes)) => {
                    let line = without_end(&bytes);
                    let acts =
                        if is_blank(line) { vec![Act::Pass] } else { self.line.session.from_server(line) };
                    let new = self.line.session.pins().to_keep();
                    if let Some(known) = new
                        && let Err(error) = (self.line.keep)(&known)
                    {
                        return self
                            .broken(format!("the digests of the tools cannot be kept: {error}"), child)
                            .await;
                    }
                    self.carry_out(acts, &bytes, Side::Server).await;
                }
                Some(Event::Decided(ticket, verdict, burned)) => {
                    self.waiting.remove(&ticket);
                    self.decided(ticket, verdict, burned).await;
                }
                Some(Event::ClientDone) => {
                    // Nobody is there any more for whom people could be waited for.
                    self.client_is_done = true;
                    self.waiting.values().for_each(AbortHandle::abort);
                    self.asked.retain(|ticket, _| !self.waiting.contains_key(ticket));
                }
                Some(Event::ServerDone) => return self.server_done(child).await,
                Some(Event::Broken(why)) => return self.broken(why, child).await,
            }
            if let Some(why) = self.broken.take() {
                return self.broken(why, child).await;
            }
            if self.client_is_done && self.asked.is_empty() && self.server.take().is_some() {
                self.until = Instant::now().checked_add(TO_END);
            }
            let session = &self.line.session;
            self.waiting.retain(|ticket, task| {
                let waits = session.waits(*ticket);
                if !waits {
                    task.abort();
                }
                waits
            });
        }
    }

    async fn server_done(mut self, child: &mut Child) -> Ended {
        let was_asked_to = self.server.is_none();
        let acts = self.line.session.ended();
        self.carry_out(acts, b"", Side::Server).await;
        let status = tokio::time::timeout(TO_END, child.wait()).await;
        let _ = child.start_kill();
        if was_asked_to { Ended::Done } else { Ended::ServerGone(status.ok().and_then(Result::ok)) }
    }

    async fn broken(mut self, why: String, child: &mut Child) -> Ended {
        let acts = self.line.session.ended();
        self.carry_out(acts, b"", Side::Server).await;
        let _ = child.start_kill();
        Ended::Broken(why)
    }

    /// Does what is to be done with a message that came from one side.
    async fn carry_out(&mut self, acts: Vec<Act>, bytes: &[u8], from: Side) {
        for act in acts {
            match act {
                Act::Pass if from == Side::Client => self.send(Side::Server, bytes.to_vec()).await,
                Act::Pass => self.send(Side::Client, bytes.to_vec()).await,
                Act::ToClient(message) => self.send(Side::Client, ended(message)).await,
                Act::ToServer(message) => self.send(Side::Server, ended(message)).await,
                Act::Note(note) => (self.line.note)(&note),
                Act::Settle(ticket, outcome) => {
                    let judge = Arc::clone(&self.line.judge);
                    let burned = self.burned.remove(&ticket).unwrap_or_default();
                    tokio::spawn(async move {
                        for token in burned {
                            judge.settle(&token, outcome).await;
                        }
                    });
                }
                Act::Decide(ticket, questions, approval) => self.decide(ticket, questions, approval).await,
                Act::Await(ticket, held, shown) => self.wait(ticket, held, shown),
            }
        }
    }

    async fn decided(&mut self, ticket: Ticket, verdict: Verdict, burned: Vec<Burned>) {
        self.burned.entry(ticket).or_default().extend(burned);
        let acts = self.line.session.decided(ticket, verdict);
        // Boxed, since deciding at hand comes back here.
        Box::pin(self.carry_out(acts, b"", Side::Server)).await;
        if !self.line.session.waits(ticket) {
            self.asked.remove(&ticket);
        }
    }

    async fn decide(&mut self, ticket: Ticket, questions: Vec<Question>, approval: Option<String>) {
        if let Judge::Inside(_) = *self.line.judge {
            // It takes microseconds, and calls stay in their order.
            let (verdict, burned) = self.line.judge.decide(&questions, None).await;
            return self.decided(ticket, verdict, burned).await;
        }
        self.asked.insert(ticket, questions.clone());
        let (judge, events) = (Arc::clone(&self.line.judge), self.events.clone());
        tokio::spawn(async move {
            if let Some(approval) = &approval {
                let held = Held { approval: approval.clone(), ..Held::default() };
                judge.until_over(&held, COMES_BACK).await;
            }
            let (verdict, burned) = judge.decide(&questions, approval.as_deref()).await;
            let _ = events.send(Event::Decided(ticket, verdict, burned)).await;
        });
    }

    fn wait(&mut self, ticket: Ticket, held: Held, shown: bool) {
        let Some(questions) = self.asked.get(&ticket).cloned() else { return };
        let (judge, events) = (Arc::clone(&self.line.judge), self.events.clone());
        let left = u64::try_from(held.until.saturating_sub(now())).unwrap_or_default();
        let patience = if shown { Duration::from_millis(left) } else { self.line.wait };
        let task = tokio::spawn(async move {
            let (verdict, burned) = match judge.until_over(&held, patience).await {
                Waited::Over => judge.decide(&questions, Some(&held.approval)).await,
                Waited::Pending => (Verdict::Refused(held.refusal()), Vec::new()),
            };
            let _ = events.send(Event::Decided(ticket, verdict, burned)).await;
        });
        self.waiting.insert(ticket, task.abort_handle());
    }

    async fn send(&mut self, to: Side, message: Vec<u8>) {
        let [of_client, of_server] = &*self.untaken;
        let of_side = if to == Side::Client { of_client } else { of_server };
        let untaken = of_side.fetch_add(message.len(), Ordering::Relaxed).saturating_add(message.len());
        // Who has gone gets nothing; that it has gone is an event of its own.
        match to {
            Side::Client => drop(self.client.send(message)),
            Side::Server => drop(self.server.as_ref().map(|server| server.send(message))),
        }
        if untaken > MOST_UNTAKEN {
            self.broken = Some("one side sends, and the other takes nothing".to_owned());
        }
    }
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
