//! The actions of the drawn policy, what their requests hold, and which values are usual there.

use fastrand::Rng;

/// Something that an agent may do.
pub struct Action {
    /// Its name.
    pub name: &'static str,
    /// What a request for it holds.
    pub fields: &'static [Field],
}

/// A field of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it may hold.
    pub holds: Holds,
}

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// An amount in US dollars, in cents, to this much.
    Amount(i64),
    /// A number from 0 to this.
    Number(i64),
    /// One of these words.
    Word(&'static [&'static str]),
    /// Some of these words.
    Words(&'static [&'static str]),
    /// Yes or no.
    Truth,
}

/// The value of a field in a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Cents.
    Amount(i64),
    /// A number.
    Number(i64),
    /// A word.
    Word(&'static str),
    /// Some words.
    Words(Vec<&'static str>),
    /// Yes or no.
    Truth(bool),
}

impl Field {
    const fn new(name: &'static str, holds: Holds) -> Field {
        Field { name, holds }
    }

    /// A value that it may hold.
    pub fn draw(&self, rng: &mut Rng) -> Value {
        match self.holds {
            Holds::Amount(most) => Value::Amount(rng.i64(0..=most)),
            Holds::Number(most) => Value::Number(rng.i64(0..=most)),
            Holds::Word(words) => Value::Word(pick(rng, words)),
            Holds::Words(words) => Value::Words(some(rng, words, 3)),
            Holds::Truth => Value::Truth(rng.bool()),
        }
    }
}

/// One of them.
///
/// # Panics
/// There is none.
pub fn pick<T: Copy>(rng: &mut Rng, all: &[T]) -> T {
    all[rng.usize(0..all.len())]
}

/// One to so many of them, each once, in their order.
pub fn some(rng: &mut Rng, all: &[&'static str], most: usize) -> Vec<&'static str> {
    let count = rng.usize(1..=most.min(all.len()));
    let mut chosen = rng.choose_multiple(all.iter().copied().enumerate(), count);
    chosen.sort_unstable();
    chosen.into_iter().map(|(_, word)| word).collect()
}

const CATEGORIES: &[&str] = &[
    "books",
    "charity",
    "crypto",
    "electronics",
    "flights",
    "gambling",
    "gift_cards",
    "groceries",
    "hotels",
    "jewellery",
    "office",
    "pharmacy",
    "software",
    "tickets",
    "tools",
    "toys",
];
const COUNTRIES: &[&str] = &[
    "AT", "BR", "CH", "CN", "DE", "ES", "FR", "GB", "IN", "IT", "JP", "KP", "MX", "PL", "RU", "SG", "US",
    "ZA",
];
const CHANNELS: &[&str] = &["api", "app", "batch", "chat", "mail", "phone", "web"];
const LABELS: &[&str] = &[
    "board", "contract", "customer", "draft", "finance", "health", "internal", "legal", "payroll", "press",
    "public", "research", "security", "source", "travel",
];
const TOPICS: &[&str] = &[
    "complaint",
    "delivery",
    "invoice",
    "marketing",
    "newsletter",
    "offer",
    "recruiting",
    "reminder",
    "support",
];
const FOLDERS: &[&str] =
    &["archive", "clients", "hr", "marketing", "payroll", "projects", "shared", "templates"];

/// The actions, in the order in which both policies declare them.
pub const ACTIONS: &[Action] = &[
    Action {
        name: "payment.charge",
        fields: &[
            Field::new("amount", Holds::Amount(400_000)),
            Field::new("category", Holds::Word(CATEGORIES)),
            Field::new("country", Holds::Word(COUNTRIES)),
            Field::new("articles", Holds::Number(60)),
            Field::new("channel", Holds::Word(CHANNELS)),
            Field::new("recurring", Holds::Truth),
        ],
    },
    Action {
        name: "payment.refund",
        fields: &[
            Field::new("amount", Holds::Amount(250_000)),
            Field::new("days_since", Holds::Number(365)),
            Field::new("category", Holds::Word(CATEGORIES)),
            Field::new("channel", Holds::Word(CHANNELS)),
            Field::new("disputed", Holds::Truth),
        ],
    },
    Action {
        name: "mail.send",
        fields: &[
            Field::new("recipients", Holds::Number(500)),
            Field::new("topic", Holds::Word(TOPICS)),
            Field::new("labels", Holds::Words(LABELS)),
            Field::new("attachments", Holds::Number(20)),
            Field::new("external", Holds::Truth),
        ],
    },
    Action {
        name: "file.share",
        fields: &[
            Field::new("folder", Holds::Word(FOLDERS)),
            Field::new("labels", Holds::Words(LABELS)),
            Field::new("days_open", Holds::Number(400)),
            Field::new("readers", Holds::Number(300)),
            Field::new("editable", Holds::Truth),
        ],
    },
    Action {
        name: "travel.book",
        fields: &[
            Field::new("price", Holds::Amount(900_000)),
            Field::new("country", Holds::Word(COUNTRIES)),
            Field::new("nights", Holds::Number(30)),
            Field::new("travellers", Holds::Number(12)),
            Field::new("refundable", Holds::Truth),
        ],
    },
];
