//! The steps of an action's life, each as a job.

use lictor_ledger::Hash;
use lictor_store::counter::{Answer, Counter, Entry, Question, Standing, Taken, What, Window};
use lictor_store::{
    Approval, ApprovalState, Job, NewRecord, Reads, Remembered, Token, TokenState, View, Vote, Writes,
};

pub const USD: u64 = u64::from_be_bytes(*b"USD\0\0\0\0\0");

/// A record that says which step it is, and nothing else that matters here.
pub fn record(kind: u16, body: &[u8]) -> NewRecord {
    NewRecord {
        leaf: Hash::leaf(body),
        kind,
        agent: "a-1".to_owned(),
        action: "payment.charge".to_owned(),
        decision: 1,
        cites: "RULE-1".to_owned(),
        secret: Some([7; 32]),
        body: body.to_vec(),
    }
}

pub fn counter(name: &str) -> Counter {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(name.bytes()).for_each(|(to, from)| *to = from);
    Counter(bytes)
}

/// What was spent since a moment.
pub fn spent(counter: Counter, after: i64) -> Question {
    let window = Window::After(after);
    Question { counter, what: What::Total(USD), standing: Standing::Live, window, own: None }
}

pub fn new_token(view: &View<'_>, entries: Vec<Entry>) -> Token {
    Token {
        index: view.next_index(),
        id: [3; 16],
        state: TokenState::Issued,
        generation: view.head().generation,
        expires_at: view.now() + 120_000,
        due_at: Some(view.now() + 125_000),
        burned_by: None,
        action: view.next_index(),
        entries,
        body: b"token".to_vec(),
    }
}

/// Pays an amount if the budget allows, and reserves it. Answers the token's index.
pub struct Authorize {
    pub now: i64,
    pub counter: Counter,
    pub minor: i64,
    pub budget: i64,
    pub window: i64,
}

impl Job for Authorize {
    type Answer = Option<u64>;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, now: i64) -> Reads {
        Reads::none().question(spent(self.counter, now - self.window))
    }

    fn run(self, view: &View<'_>) -> (Writes, Option<u64>) {
        let mut writes = Writes::none();
        writes.record(record(1, &self.minor.to_be_bytes()));
        let Some(Answer::Total(spent)) = view.answer(&spent(self.counter, view.now() - self.window)) else {
            return (writes, None);
        };
        let taken = Taken::Amount(USD, self.minor);
        let entry = Entry { counter: self.counter, at: view.now(), index: view.next_index(), part: 0, taken };
        if spent + self.minor > self.budget {
            writes.count(entry, Standing::Attempted);
            return (writes, None);
        }
        let token = new_token(view, vec![entry]);
        let index = token.index;
        writes.issue(token);
        (writes, Some(index))
    }
}

/// What a presentation of a token comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Burned {
    Now,
    Repeated,
    Replay,
}

/// Burns a token, with an idempotency key or without.
pub struct Burn {
    pub now: i64,
    pub index: u64,
    pub key: Option<[u8; 32]>,
}

impl Job for Burn {
    type Answer = Burned;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        let reads = Reads::none().token(self.index);
        self.key.into_iter().fold(reads, Reads::remembered)
    }

    fn run(self, view: &View<'_>) -> (Writes, Burned) {
        let mut writes = Writes::none();
        if self.key.is_some_and(|key| view.remembered(&key).is_some()) {
            return (writes, Burned::Repeated);
        }
        let burns = |token: &&Token| {
            token.state == TokenState::Issued
                && token.generation == view.head().generation
                && token.expires_at >= view.now()
        };
        let Some(token) = view.token(self.index).filter(burns) else {
            writes.record(record(3, b"replay"));
            return (writes, Burned::Replay);
        };
        writes.record(record(2, &self.index.to_be_bytes()));
        let due_at = Some(view.now() + 60_000);
        let burned_by = Some("shop".to_owned());
        writes.advance(
            TokenState::Issued,
            Token { state: TokenState::Burned, due_at, burned_by, ..token.clone() },
        );
        if let Some(key) = self.key {
            let expires_at = view.now() + 86_400_000;
            let index = view.next_index();
            writes.remember(Remembered {
                key,
                question: [1; 32],
                expires_at,
                index,
                body: b"first".to_vec(),
            });
        }
        (writes, Burned::Now)
    }
}

/// Moves a token from one state to another, and settles a smaller amount where one is given.
pub struct Settle {
    pub now: i64,
    pub index: u64,
    pub from: TokenState,
    pub to: TokenState,
    pub minor: Option<i64>,
}

impl Job for Settle {
    type Answer = bool;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().token(self.index)
    }

    fn run(self, view: &View<'_>) -> (Writes, bool) {
        let mut writes = Writes::none();
        let Some(token) = view.token(self.index) else { return (writes, false) };
        let mut token = Token { state: self.to, due_at: None, ..token.clone() };
        if let Some(minor) = self.minor {
            token.entries.iter_mut().for_each(|entry| entry.taken = Taken::Amount(USD, minor));
        }
        writes.record(record(4, &self.index.to_be_bytes()));
        writes.advance(self.from, token);
        (writes, true)
    }
}

/// Asks one question.
pub struct Ask {
    pub now: i64,
    pub question: Question,
}

impl Job for Ask {
    type Answer = Option<Answer>;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().question(self.question.clone())
    }

    fn run(self, view: &View<'_>) -> (Writes, Option<Answer>) {
        (Writes::none(), view.answer(&self.question))
    }
}

/// Anything else: what it reads, and a function of the view.
pub struct Do<F> {
    pub now: i64,
    pub reads: Reads,
    pub what: F,
}

impl<T: Send + 'static, F: FnOnce(&View<'_>) -> (Writes, T) + Send + 'static> Job for Do<F> {
    type Answer = T;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        self.reads.clone()
    }

    fn run(self, view: &View<'_>) -> (Writes, T) {
        (self.what)(view)
    }
}

/// A request for approval, as it is made.
pub fn asked(view: &View<'_>, subject: [u8; 32], quorum: u16, entries: Vec<Entry>) -> Approval {
    Approval {
        index: view.next_index(),
        id: [5; 16],
        version: 0,
        state: ApprovalState::Pending,
        generation: view.head().generation,
        subject,
        agent: "a-1".to_owned(),
        quorum,
        expires_at: view.now() + 3_600_000,
        cools_until: None,
        votes: Vec::new(),
        entries,
        body: b"why".to_vec(),
    }
}

/// What comes of it when somebody votes.
pub fn voted(view: &View<'_>, kept: &Approval, person: &str, approves: bool) -> Approval {
    let mut next = kept.clone();
    next.version += 1;
    next.votes.push(Vote {
        person: person.to_owned(),
        approves,
        at: view.now(),
        index: view.next_index(),
        evidence: "session".to_owned(),
    });
    if !approves {
        next.state = ApprovalState::Denied;
        next.cools_until = Some(view.now() + 600_000);
    } else if next.approving() >= usize::from(next.quorum) {
        next.state = ApprovalState::Approved;
    }
    next
}
