//! One client and one server, and what stands open between them: a message in, what is to be done out. No I/O, no clock.
//!
//! What is not decided passes as it came, to the byte. What is decided waits under a [`Ticket`] until [`Session::decided`], and is then written
//! anew from what was decoded, so that nobody reads anything else than what was decided.

mod client;
mod server;

// What waits for people.
mod shows;
mod hold;
mod ask;
mod seal;
mod back;

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};

use crate::asked::Question;
use crate::listing::Never;
use crate::message::{self, Id, Kind};
use crate::pins::{self, Pins};
use crate::refusal::{self, Era, Refusal};
use crate::tree::Tree;

use self::ask::Shown;
use self::hold::Stage;
pub use self::hold::{Collect, Held, Vote, digest};
pub use self::seal::Seal;
use self::shows::Shows;

/// Under which something waits to be decided, and is settled afterwards.
pub type Ticket = u64;

/// The most requests that may be open on either side.
const MOST_OPEN: usize = 4_096;

/// What is to be done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Act {
    /// The message goes on, as it came.
    Pass,
    /// This goes to the client.
    ToClient(Vec<u8>),
    /// This goes to the server.
    ToServer(Vec<u8>),
    /// All of this must be allowed; say then what came of it with [`Session::decided`]. An approval that people were asked for is collected.
    Decide(Ticket, Vec<Question>, Option<Collect>),
    /// People are asked: say with [`Session::decided`] what came of it once they have answered, for as long as [`Session::waits`]. Whether
    /// somebody was shown where they answer.
    Await(Ticket, Held, bool),
    /// The person at this machine has answered: nobody is waited for any more, and the same is decided with that.
    Collect(Ticket, Collect),
    /// What was allowed has been carried out, or nobody knows whether it was.
    Settle(Ticket, Outcome),
    /// Whoever runs this is told.
    Note(String),
}

/// What became of what was allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The server says that it was done.
    Executed,
    /// The server says something else, or nothing: servers are not trusted to say that nothing happened.
    Unknown,
}

/// What was decided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It may happen.
    Allowed,
    /// It may not.
    Refused(Refusal),
    /// People are asked.
    Held(Held),
}

/// How a session is held.
#[derive(Clone)]
pub struct Terms {
    /// What the server is called in policy.
    pub server: String,
    /// Whether only calls of tools are decided, and the rest passes.
    pub only_tools: bool,
    /// What can never be allowed is left out of lists, where this says so.
    pub never: Option<Never>,
    /// Seals what a client of the modern era keeps for us while people are asked.
    pub seal: Seal,
}

/// One client and one server.
pub struct Session {
    terms: Terms,
    pins: pins::Shared,
    /// What the client can show, by what it said in a handshake.
    shows: Shows,
    next: Ticket,
    /// What the client waits for.
    of_client: BTreeMap<Id, Waiting>,
    /// What the server waits for, and we have to decide.
    of_server: BTreeMap<Id, Ticket>,
    /// What is being decided.
    open: BTreeMap<Ticket, Open>,
    /// Our own questions to the client, and what they are about.
    ours: BTreeMap<Id, Ticket>,
}

/// What the client waits for under an id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Waiting {
    /// Something that passed.
    Passed(Era),
    /// The list of tools.
    List,
    /// Something that is being decided.
    Deciding(Ticket),
    /// Something that was allowed, and went to the server.
    Allowed { ticket: Ticket, era: Era, is_call: bool },
}

/// What is being decided.
enum Open {
    /// A request of the client.
    Request(Box<Request>),
    /// A request of the server.
    OfServer { id: Id, message: Tree },
    /// An answer of the server in which it asks for something.
    Answer { id: Id, line: Vec<u8>, allowed: Waiting },
}

/// A request of the client that is being decided.
struct Request {
    id: Id,
    message: Tree,
    era: Era,
    is_call: bool,
    /// What its client can show.
    shows: Shows,
    /// Of what is asked.
    digest: String,
    /// How far people were asked about it.
    stage: Stage,
    /// What the client shows of ours, and has not answered.
    shown: Option<Shown>,
}

impl Session {
    /// A session that has not begun.
    pub fn new(terms: Terms, pins: pins::Shared) -> Session {
        Session {
            terms,
            pins,
            shows: Shows::default(),
            next: 0,
            of_client: BTreeMap::new(),
            of_server: BTreeMap::new(),
            open: BTreeMap::new(),
            ours: BTreeMap::new(),
        }
    }

    /// What is known of the server's tools.
    pub fn pins(&self) -> MutexGuard<'_, Pins> {
        self.pins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What happens with a message of the client to which no answer comes that can be passed on. Where `tells`, the client is told.
    pub fn lost(&mut self, message: &[u8], tells: bool) -> Vec<Act> {
        let Ok(Kind::Request { id, .. }) = message::kind(message) else { return Vec::new() };
        let Some(waiting) = self.of_client.remove(&id) else { return Vec::new() };
        let told = tells.then(|| Act::ToClient(server::gone(&id, waiting)));
        told.into_iter().chain(settled(waiting, Outcome::Unknown)).collect()
    }

    /// What happens with all that stands open when the server is gone.
    pub fn ended(&mut self) -> Vec<Act> {
        self.open.clear();
        let mut acts = Vec::new();
        for (id, waiting) in std::mem::take(&mut self.of_client) {
            acts.push(Act::ToClient(server::gone(&id, waiting)));
            acts.extend(settled(waiting, Outcome::Unknown));
        }
        acts
    }

    /// What a question of ours to the client is about, by its id.
    pub fn question(&self, id: &Id) -> Option<Ticket> {
        self.ours.get(id).copied()
    }

    /// Nobody hears any more what comes of a request that is being decided.
    pub fn forget(&mut self, ticket: Ticket) {
        if let Some(Open::Request(request)) = self.open.remove(&ticket) {
            self.of_client.remove(&request.id);
        }
        self.ours.retain(|_, of| *of != ticket);
    }

    /// Whether somebody still waits for what is being decided.
    pub fn waits(&self, ticket: Ticket) -> bool {
        self.open.contains_key(&ticket)
    }

    /// What happens once it was decided. Nothing where nobody waits for it any more: the call was taken back.
    pub fn decided(&mut self, ticket: Ticket, verdict: Verdict) -> Vec<Act> {
        let Some(open) = self.open.remove(&ticket) else {
            return vec![Act::Settle(ticket, Outcome::Unknown)];
        };
        let mut acts = Vec::new();
        if let Open::Request(request) = &open
            && let Some(shown) = &request.shown
        {
            self.ours.remove(&shown.id(ticket));
            acts.push(Act::ToClient(shown.over(ticket)));
        }
        acts.extend(self.done(ticket, open, verdict));
        acts
    }

    fn done(&mut self, ticket: Ticket, open: Open, verdict: Verdict) -> Vec<Act> {
        match (open, verdict) {
            (Open::Request(request), Verdict::Allowed) => {
                let Request { id, message, era, is_call, .. } = *request;
                self.of_client.insert(id, Waiting::Allowed { ticket, era, is_call });
                vec![Act::ToServer(message.written().into_bytes())]
            }
            (Open::OfServer { id, message }, Verdict::Allowed) => {
                self.of_server.remove(&id);
                vec![Act::ToClient(message.written().into_bytes()), Act::Settle(ticket, Outcome::Unknown)]
            }
            (Open::Answer { line, allowed, .. }, Verdict::Allowed) => {
                let mut acts = vec![Act::ToClient(line), Act::Settle(ticket, Outcome::Unknown)];
                acts.extend(settled(allowed, Outcome::Unknown));
                acts
            }
            (Open::Request(request), Verdict::Refused(refusal)) => {
                let Request { id, era, is_call, .. } = *request;
                self.of_client.remove(&id);
                vec![Act::ToClient(refused(&id, era, is_call, &refusal))]
            }
            (Open::OfServer { id, .. }, verdict) => {
                self.of_server.remove(&id);
                vec![Act::ToServer(refusal::error(&id, &as_refusal(verdict)))]
            }
            (Open::Answer { id, allowed, .. }, verdict) => {
                let (era, is_call) = match allowed {
                    Waiting::Allowed { era, is_call, .. } => (era, is_call),
                    Waiting::Passed(era) => (era, false),
                    _ => (Era::Modern, false),
                };
                let mut acts = vec![Act::ToClient(refused(&id, era, is_call, &as_refusal(verdict)))];
                acts.extend(settled(allowed, Outcome::Unknown));
                acts
            }
            (Open::Request(request), Verdict::Held(held)) => self.hold(ticket, *request, held),
        }
    }

    fn ticket(&mut self) -> Ticket {
        self.next += 1;
        self.next
    }

    fn is_full(&self) -> bool {
        self.of_client.len() >= MOST_OPEN || self.open.len() >= MOST_OPEN
    }
}

/// The answer to a request that does not happen.
fn refused(id: &Id, era: Era, is_call: bool, refusal: &Refusal) -> Vec<u8> {
    if is_call { refusal::result(id, era, refusal) } else { refusal::error(id, refusal) }
}

/// What nobody can hold, since whoever asks cannot ask again, is refused.
fn as_refusal(verdict: Verdict) -> Refusal {
    match verdict {
        Verdict::Refused(refusal) => refusal,
        Verdict::Held(held) => held.refusal(),
        Verdict::Allowed => Refusal::fault("it was allowed and refused at once"),
    }
}

/// What was allowed, and is over.
fn settled(waiting: Waiting, outcome: Outcome) -> Option<Act> {
    if let Waiting::Allowed { ticket, .. } = waiting { Some(Act::Settle(ticket, outcome)) } else { None }
}
