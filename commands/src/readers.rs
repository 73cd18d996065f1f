//! What policies can ask: each reader by its name, with what it is asked about and what it says. One that is to be asked has a row here, and
//! nothing else changes anywhere.

use serde::Serialize;

use crate::REASONS;
use crate::path::{Normal, normal};
use crate::shell::{ACTS, Script, shell, written};
use crate::sql::{SQL_ACTS, sql};

/// A reader that policies can ask: `shell(input.command).act`.
#[derive(Debug)]
pub struct Reader {
    /// Its name.
    pub name: &'static str,
    /// What it says something about, for whoever writes policies.
    pub docs: &'static str,
    /// What it is asked about.
    pub takes: Takes,
    /// The most bytes that it is asked about; what is longer is not read.
    pub max: usize,
    /// The most steps that a byte takes, as the bounds of bundles count them.
    pub steps: u32,
    /// What it says.
    pub fields: &'static [Field],
    read: fn(&[String]) -> serde_json::Result<String>,
}

/// What a reader is asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Takes {
    /// A text.
    Text,
    /// A list of texts.
    Texts,
}

/// Something that a reader says.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub ty: FieldType,
    /// Whether it may be missing: `null` in what the reader says.
    pub optional: bool,
    /// What it says, for whoever writes policies.
    pub docs: &'static str,
}

/// What something that a reader says is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldType {
    /// Yes or no.
    Bool,
    /// A whole number that is not negative.
    Count,
    /// A text.
    Text,
    /// A list of texts, possibly empty.
    Texts,
    /// One of these words. The name is that of all of them, in the singular.
    OneOf(&'static str, &'static [&'static str]),
}

impl Reader {
    /// What it says, as a JSON object with its fields. Nothing where it is asked about more than it reads.
    pub fn read(&self, texts: &[String]) -> Option<String> {
        // The texts of a list are put into one, each with its quotes and a blank.
        let quotes = if self.takes == Takes::Texts { 3 } else { 0 };
        let bytes = texts.iter().fold(0usize, |bytes, text| bytes.saturating_add(text.len() + quotes));
        if bytes > self.max { None } else { (self.read)(texts).ok() }
    }

    /// A thing that it says, by its name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// The reader of this name.
pub fn reader(name: &str) -> Option<&'static Reader> {
    READERS.iter().find(|reader| reader.name == name)
}

/// All of them.
pub const READERS: [Reader; 4] = [
    Reader {
        name: "shell",
        docs: "what a command line would do, as POSIX shells and Bash read it",
        takes: Takes::Text,
        max: MAX_ASKED,
        steps: SHELL_STEPS,
        fields: &SHELL,
        read: |texts| said(&texts.concat()),
    },
    Reader {
        name: "shell_words",
        docs: "what a command would do that is a list of words, such as `[\"bash\", \"-lc\", \"ls\"]`",
        takes: Takes::Texts,
        max: MAX_ASKED,
        steps: SHELL_STEPS,
        fields: &SHELL,
        read: |texts| said(&written(texts.iter().map(String::as_str))),
    },
    Reader {
        name: "sql",
        docs: "what a text of SQL would do, the gravest of what six databases would read in it",
        takes: Takes::Text,
        max: MAX_ASKED,
        steps: SQL_STEPS,
        fields: &SQL,
        read: |texts| serde_json::to_string(&sql(&texts.concat())),
    },
    Reader {
        name: "path",
        docs: "the path of a file in one form, as its text says it: `./a//b/../c` is `a/c`",
        takes: Takes::Text,
        max: MAX_ASKED,
        steps: PATH_STEPS,
        fields: &PATH,
        read: |texts| serde_json::to_string(&Normal { normal: normal(&texts.concat()) }),
    },
];

/// The most bytes that readers are asked about: as many as a text has that does not say.
const MAX_ASKED: usize = 4_096;

/// As measured on texts that are made to take long: 140 ns a byte.
const SHELL_STEPS: u32 = 60;

/// Each of six databases reads it.
const SQL_STEPS: u32 = 120;

/// One pass, and nothing is looked up.
const PATH_STEPS: u32 = 4;

const PATH: [Field; 1] = [must(
    "normal",
    FieldType::Text,
    "without `.`, `//` and a last `/`, and with `..` only where it leads out of the folder of the work",
)];

const SHELL: [Field; 14] = [
    must("act", FieldType::OneOf("act of a command line", &ACTS), "the gravest thing that it would do"),
    may("path", FieldType::Text, "the file, folder or thing that it does it to, where there is exactly one"),
    may("url", FieldType::Text, "the address that it does it to, where there is exactly one"),
    may("branch", FieldType::Text, "the branch that it pushes"),
    must("recursive", FieldType::Bool, "whether everything below goes, too"),
    must("forced", FieldType::Bool, "whether it throws away what stands there"),
    must("count", FieldType::Count, "how many things it is about, at least one"),
    must("elevated", FieldType::Bool, "whether it runs with the rights of the administrator"),
    must("network", FieldType::Bool, "whether it reaches out"),
    must("opaque", FieldType::Bool, "whether nobody can read from some of it what it does"),
    may("reason", FieldType::OneOf("reason why a text is opaque", &REASONS), "why not"),
    must("programs", FieldType::Texts, "the programs that it runs, each once, sorted"),
    must(
        "commands",
        FieldType::Texts,
        "each command whole, where all that it does is to run programs in plain sight; none otherwise",
    ),
    must("line", FieldType::Text, "the command line itself"),
];

const SQL: [Field; 8] = [
    must("act", FieldType::OneOf("act of a text of SQL", &SQL_ACTS), "the gravest thing that it would do"),
    may("table", FieldType::Text, "the table or other thing that it does it to, where there is exactly one"),
    must("statements", FieldType::Count, "how many statements there are"),
    must(
        "where_clause",
        FieldType::Bool,
        "whether a condition chooses the rows that are removed, changed or read",
    ),
    must("reads", FieldType::Texts, "the tables that are read, each once, sorted, in small letters"),
    must("writes", FieldType::Texts, "the tables that are written, created or removed, each once, sorted"),
    must("opaque", FieldType::Bool, "whether nobody can read from some of it what it does"),
    may("reason", FieldType::OneOf("reason why a text is opaque", &REASONS), "why not"),
];

const fn must(name: &'static str, ty: FieldType, docs: &'static str) -> Field {
    Field { name, ty, optional: false, docs }
}

const fn may(name: &'static str, ty: FieldType, docs: &'static str) -> Field {
    Field { name, ty, optional: true, docs }
}

/// What is said of a command line, and the line itself.
#[derive(Serialize)]
struct Said<'t> {
    line: &'t str,
    #[serde(flatten)]
    script: Script,
}

fn said(line: &str) -> serde_json::Result<String> {
    serde_json::to_string(&Said { line, script: shell(line) })
}
