//! What the measured tables are about, and what the contestants are called. A table that nobody has described is shown all the same.

use super::quantity::Quantity;

/// A workload: a section of the page, with a plot of its own.
pub struct Workload {
    /// Its letter, which names the plot's file.
    pub letter: &'static str,
    /// What happens in it.
    pub title: &'static str,
    /// What is measured in it, and beside whom.
    pub about: &'static str,
    /// Its tables.
    pub tables: &'static [Described<'static>],
}

/// What is known about a table.
pub struct Described<'a> {
    /// What its benchmarks begin with.
    pub name: &'a str,
    /// What it shows.
    pub title: &'a str,
    /// What a row is one of.
    pub row: &'a str,
    /// What measures it again, `#` standing for a row and a contestant.
    pub command: &'a str,
    /// With whom the others are compared.
    pub base: &'a str,
    /// Whose multiple of that is written into the plot.
    pub ours: &'a str,
    /// What its numbers are.
    pub quantity: Quantity,
}

/// All workloads, in the order of the page.
pub const WORKLOADS: &[Workload] = &[
    Workload {
        letter: "a",
        title: "An agent pays",
        about: "Eleven hard rules and nine soft ones over a request of about 600 bytes of JSON. The floor is what a careful engineer \
                writes by hand in Rust for these rules and no others; from bytes it reads the JSON with `serde_json` into a struct first. Words (every cause with its \
                message) and digests (SHA-256 of the request and of its facts) are made where somebody asks for them: what both cost beyond the verdict and \
                its code stands in a column of its own, and in another what of that the digests take, measured by themselves over a request that was read before.",
        tables: &[
            Described {
                name: "memory",
                title: "From a request in memory to its decision",
                row: "request",
                command: "cargo bench --bench payment -- '^#$'",
                base: "floor",
                ours: "lictor",
                quantity: Quantity::Time,
            },
            Described {
                name: "bytes",
                title: "From the bytes of a request to its decision",
                row: "request",
                command: "cargo bench --bench payment -- '^#$'",
                base: "floor",
                ours: "lictor",
                quantity: Quantity::Time,
            },
        ],
    },
    Workload {
        letter: "b",
        title: "A limit for each of many users",
        about: "Each user has a limit of his own, and a request meets one of them. Users are drawn as they come in the world, few of them often (Zipf \
                with exponent 1), and evenly, which no cache helps with. CEL stands behind an index of the host's, regorus has the limits as data, \
                Cedar as entities; the floor is a hash map. In the last three tables each user also has a rule that refuses one merchant: there, users \
                bring code of their own, and not only values. Loading is from what each of them ships: for Lictor a signed bundle, all of it verified. \
                Lictor finds the user's record when it reads a request, which is in its figure from JSON and not in that from memory.",
        tables: &[
            Described {
                name: "scale-zipf",
                title: "A decision, users drawn by Zipf's law",
                row: "users",
                command: "cargo run --release --bin scale",
                base: "floor",
                ours: "lictor",
                quantity: Quantity::Time,
            },
            Described {
                name: "scale-uniform",
                title: "A decision, users drawn evenly",
                row: "users",
                command: "cargo run --release --bin scale",
                base: "floor",
                ours: "lictor",
                quantity: Quantity::Time,
            },
            Described {
                name: "scale-load",
                title: "Loading all of them",
                row: "users",
                command: "cargo run --release --bin scale",
                base: "floor",
                ours: "lictor",
                quantity: Quantity::Time,
            },
            Described {
                name: "scale-memory",
                title: "What they take in memory, for each of them",
                row: "users",
                command: "cargo run --release --bin scale",
                base: "floor",
                ours: "lictor",
                quantity: Quantity::Bytes,
            },
            Described {
                name: "scale-replace",
                title: "Replacing the policy of one of them in a running engine, by a signed file",
                row: "users",
                command: "cargo run --release --bin scale",
                base: "lictor",
                ours: "lictor",
                quantity: Quantity::Time,
            },
            Described {
                name: "scale-rules",
                title: "A decision where each user has a rule as well, users drawn by Zipf's law",
                row: "users",
                command: "cargo run --release --bin scale",
                base: "floor",
                ours: "lictor",
                quantity: Quantity::Time,
            },
            Described {
                name: "scale-rules-load",
                title: "Loading all of them, with their rules",
                row: "users",
                command: "cargo run --release --bin scale",
                base: "floor",
                ours: "lictor",
                quantity: Quantity::Time,
            },
            Described {
                name: "scale-rules-memory",
                title: "What they take in memory, with their rules, for each of them",
                row: "users",
                command: "cargo run --release --bin scale",
                base: "floor",
                ours: "lictor",
                quantity: Quantity::Bytes,
            },
        ],
    },
    Workload {
        letter: "c",
        title: "A stream",
        about: "Requests of workload A, one a line in memory, and for each a line with its verdict and its code. The time is that of one request. Beside it \
                stands what the same requests cost that are decided again and again: the rest is finding lines, writing answers, and memory that is not \
                warm.",
        tables: &[Described {
            name: "stream",
            title: "From a line to a line",
            row: "requests",
            command: "cargo run --release --bin stream",
            base: "lictor-again",
            ours: "lictor-one-core",
            quantity: Quantity::Time,
        }],
    },
    Workload {
        letter: "d",
        title: "The author's loop",
        about: "A policy of drawn rules, no two the same, in modules of a hundred; each time from its text, with nothing kept from the time \
                before. Lictor *checks* (names, types, composition, code, hints), *formats*, and *builds* (checks, encodes and signs). Cedar \
                *parses* the same rules, and *validates* them against a schema. For checking and building, Lictor uses two cores where there are two.",
        tables: &[Described {
            name: "author",
            title: "From the text of a policy to what its author waits for",
            row: "rules",
            command: "cargo bench --bench author -- '^#$'",
            base: "cedar-validate",
            ours: "lictor-build",
            quantity: Quantity::Time,
        }],
    },
    Workload {
        letter: "e",
        title: "Policies written to be slow",
        about: "The loader proves for every policy how many steps a decision can take, and refuses one that could take more than a million. Here are \
                policies that come near to it, each with the request that takes it longest: loops in loops, long texts, patterns, amounts divided. Beside \
                it stands what so many steps take, a step being what it is in a sum of squares.",
        tables: &[Described {
            name: "bound",
            title: "A decision, at its slowest",
            row: "what it does",
            command: "cargo run --release --bin bound",
            base: "bound",
            ours: "lictor",
            quantity: Quantity::Time,
        }],
    },
];

/// A contestant: its id, its name, and its colour (those of Okabe and Ito, which everybody can tell apart).
const CONTESTANTS: [(&str, &str, &str); 20] = [
    ("floor", "hand-written Rust", "#555555"),
    ("bound", "what its bound allows", "#555555"),
    ("lictor", "Lictor", "#d55e00"),
    ("lictor-whole", "Lictor, with words and digests", "#e69f00"),
    ("lictor-digests", "Lictor, of that the digests", "#f0e442"),
    ("lictor-json", "Lictor, from bytes", "#e69f00"),
    ("lictor-worst", "Lictor, the slowest of 201", "#e69f00"),
    ("lictor-again", "Lictor, the same again and again", "#555555"),
    ("lictor-one-core", "Lictor, one core", "#d55e00"),
    ("lictor-two-cores", "Lictor, two cores", "#009e73"),
    ("cel", "CEL", "#0072b2"),
    ("regorus", "regorus", "#009e73"),
    ("regorus-vm", "regorus, virtual machine", "#009e73"),
    ("regorus-interpreter", "regorus, interpreter", "#56b4e9"),
    ("cedar", "Cedar", "#cc79a7"),
    ("lictor-format", "Lictor, format", "#009e73"),
    ("lictor-check", "Lictor, check", "#e69f00"),
    ("lictor-build", "Lictor, build", "#d55e00"),
    ("cedar-parse", "Cedar, parse", "#56b4e9"),
    ("cedar-validate", "Cedar, parse and validate", "#0072b2"),
];

/// Where a contestant stands among the others, what it is called, and its colour.
#[must_use]
pub fn contestant(id: &str) -> (usize, &str, &'static str) {
    match CONTESTANTS.iter().position(|(known, ..)| *known == id) {
        Some(at) => (at, CONTESTANTS[at].1, CONTESTANTS[at].2),
        None => (CONTESTANTS.len(), id, "#999999"),
    }
}
