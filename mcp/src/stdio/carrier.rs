//! What carries messages from one side to the other, as events come: it does what the session says, and ends where one side has.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::process::Child;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::lines::{ended, is_blank, without_end};
use super::{Ended, Ending, Line, TO_END};
use crate::asked::Question;
use crate::judge::{Burned, Waited, now};
use crate::session::{Act, Held, Ticket, Verdict};

/// Where one side has not taken this many bytes, it is not going to.
const MOST_UNTAKEN: usize = 64 << 20;

pub(super) enum Event {
    Client(Vec<u8>),
    ClientDone,
    Server(Vec<u8>),
    ServerDone,
    Decided(Ticket, Verdict, Vec<Burned>),
    Waited(Ticket, Held, Waited),
    Broken(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Client,
    Server,
}

/// How many bytes a side has not taken yet.
pub(super) type Untaken = Arc<[AtomicUsize; 2]>;

pub(super) struct Carrier {
    pub line: Line,
    pub events: mpsc::Sender<Event>,
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
    pub asked: BTreeMap<Ticket, Vec<Question>>,
    /// What was used up for what is under way.
    pub burned: BTreeMap<Ticket, Vec<Burned>>,
    /// What is decided once more at this moment.
    pub again: BTreeSet<Ticket>,
    /// Who waits for people.
    pub waiting: BTreeMap<Ticket, AbortHandle>,
}

impl Carrier {
    /// Between a client and a server that is there.
    pub fn new(
        line: Line,
        events: mpsc::Sender<Event>,
        client: mpsc::UnboundedSender<Vec<u8>>,
        server: mpsc::UnboundedSender<Vec<u8>>,
        untaken: Untaken,
    ) -> Carrier {
        Carrier {
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
            again: BTreeSet::new(),
            waiting: BTreeMap::new(),
        }
    }

    /// Carries until one side ends.
    pub async fn carry(mut self, mut came: mpsc::Receiver<Event>, child: &mut Child) -> Ended {
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
                    self.again.remove(&ticket);
                    self.decided(ticket, verdict, burned).await;
                }
                Some(Event::Waited(ticket, held, waited)) => self.waited(ticket, held, waited).await,
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
                    // Nothing is decided about it any more.
                    self.asked.remove(ticket);
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
    pub async fn carry_out(&mut self, acts: Vec<Act>, bytes: &[u8], from: Side) {
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
                Act::Decide(ticket, questions, collect) => self.decide(ticket, questions, collect).await,
                Act::Await(ticket, held, shown) => self.wait(ticket, held, shown),
                Act::Collect(ticket, collect) => self.collect(ticket, collect),
            }
        }
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
