//! What the parser would have taken, in words. Its own answer names up to ninety terminals; a person is told of five
//! things at most, and never of one that would be right by the letter only.

use crate::suggest::one_of;

/// The most alternatives that are told.
const MOST: usize = 5;

/// The terminals with which an operator begins, or by which a value goes on.
const OPERATORS: &[&str] = &[
    "and",
    "or",
    "in",
    "is",
    "otherwise",
    "unless",
    "div",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "..",
    "..=",
];

/// The terminals with which a value begins.
const VALUES: &[&str] = &[
    "NameText",
    "NumberText",
    "PercentText",
    "DurationText",
    "TimestampText",
    "DateText",
    "TimeOfDayText",
    "StringText",
    "PatternText",
    "true",
    "false",
    "if",
    "not",
    "-",
    "(",
    "[",
    "RecordOpen",
    "Unread",
];

const STATEMENTS: &[&str] =
    &["let", "WhenBlock", "require", "deny", "step_up", "risk", "flag", "amplify", "oblige"];

const STEPS: &[&str] =
    &["given", "with", "agent", "user", "mandate", "context", "at", "after", "cases", "expect"];

/// The set of terminals that the parser would have taken.
pub(crate) struct Expected(Vec<String>);

impl Expected {
    /// From the parser's answer, whose signs and keywords stand in quotes.
    pub fn new(terminals: &[String]) -> Expected {
        Expected(terminals.iter().map(|terminal| terminal.trim_matches('"').to_string()).collect())
    }

    /// Whether it holds this terminal.
    pub fn has(&self, terminal: &str) -> bool {
        self.0.iter().any(|expected| expected == terminal)
    }

    /// Whether nothing could stand there: the item is over.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sign or the word that alone could stand there.
    pub fn only(&self) -> Option<&str> {
        // A name that stands before it may always go on.
        let mut left = self.0.iter().filter(|terminal| *terminal != ".");
        let (Some(only), None) = (left.next(), left.next()) else { return None };
        let word =
            only.starts_with(|c: char| c.is_ascii_lowercase()) || matches!(only.as_str(), "=" | "->" | "+");
        word.then_some(only.as_str())
    }

    /// Whether any value could stand there.
    pub fn value(&self) -> bool {
        self.has("NumberText") && self.has("NameText") && self.has("(")
    }

    /// Whether a value has just ended, so that an operator could follow.
    pub fn operator(&self) -> bool {
        self.has("+") && self.has("*")
    }

    /// Whether a name, and no other value, could stand there.
    pub fn name(&self) -> bool {
        !self.value() && (self.has("NameText") || self.has("LabelText"))
    }

    /// Whether a statement or a step could begin there.
    pub fn line(&self) -> bool {
        self.has("WhenBlock") || self.has("given")
    }

    /// The words of the language in it.
    pub fn keywords(&self) -> impl Iterator<Item = &str> {
        let words =
            self.0.iter().map(String::as_str).map(|word| if word == "WhenBlock" { "when" } else { word });
        words.filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
    }

    /// What it comes to, in words; nothing where only an operator could follow or there is too much to tell.
    pub fn words(&self) -> Option<String> {
        let mut left: Vec<&str> = self.0.iter().map(String::as_str).collect();
        let mut words: Vec<String> = Vec::new();
        let mut drop = |terminals: &[&str]| left.retain(|terminal| !terminals.contains(terminal));
        if self.value() {
            drop(VALUES);
            words.push("a value".to_string());
        }
        let operator = self.operator();
        if operator {
            drop(OPERATORS);
            drop(&["not", "[", "(", "."]);
        }
        if self.has("WhenBlock") {
            drop(STATEMENTS);
            words.push("a statement such as `deny`".to_string());
        }
        if self.has("given") {
            drop(STEPS);
            words.push("a step such as `given`".to_string());
        }
        // A bound or a mark is never what is missed where something else could stand.
        let plain: Vec<&str> = left
            .iter()
            .copied()
            .filter(|t| !["min", "max", "?", "Unread", "pii", "secret", "attested", "signed"].contains(t))
            .collect();
        // What must come at last is what is missed; the clauses before it may come.
        // What the element of a list is read as, only normalizers say.
        let optional: &[&str] = match self.has("as") {
            true if self.has("quorum") => &["to", "quorum", "within", "other"],
            true if self.has("]") => &["as"],
            _ => &[],
        };
        let (mut closers, mut clauses) = (Vec::new(), Vec::new());
        let only = plain.len() == 1;
        for terminal in plain {
            match terminal {
                "UnitText" if only => words.push("a unit such as `days`".to_string()),
                "BodyClose" => closers.push("`}`".to_string()),
                "}" | ")" | "]" => closers.push(format!("`{terminal}`")),
                // A list may go on and a path may, but that is seldom what is missing.
                "." | "<" => {}
                "," if self.0.len() > 4 => {}
                _ if optional.contains(&terminal) => {}
                _ if terminal.starts_with(|c: char| c.is_ascii_lowercase()) => {
                    clauses.push(format!("`{terminal}`"))
                }
                _ => words.extend(word(terminal)),
            }
        }
        if words.len() + clauses.len() + closers.len() + usize::from(operator) > MOST {
            let example = clauses.first().map(|first| format!("a clause such as {first}"));
            clauses = example.into_iter().collect();
        }
        words.extend(clauses);
        words.extend(closers);
        if operator && !words.is_empty() {
            words.push("a sign such as `==`".to_string());
        }
        words.dedup();
        (!words.is_empty() && words.len() <= MOST).then(|| one_of(&words))
    }
}

/// A terminal as a person calls it.
fn word(terminal: &str) -> Option<String> {
    Some(match terminal {
        "NameText" => "a name".to_string(),
        "LabelText" => "a field such as `name: …`".to_string(),
        "UnitText" | "StrayText" => return None,
        "NumberText" => "a number".to_string(),
        "PercentText" => "a percentage".to_string(),
        "DurationText" => "a length of time such as `15m`".to_string(),
        "TimestampText" => "a moment".to_string(),
        "DateText" => "a date".to_string(),
        "TimeOfDayText" => "a time of day".to_string(),
        "StringText" => "a text between quotes".to_string(),
        "PatternText" => "a pattern such as `r\"[a-z]+\"`".to_string(),
        "WhenBlock" => "`when`".to_string(),
        "AnyAction" => "`*`".to_string(),
        "RecordOpen" | "BodyOpen" => "`{`".to_string(),
        sign => format!("`{sign}`"),
    })
}
