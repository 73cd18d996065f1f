//! What somebody may have meant by a word that is not known.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::keywords::{self, Keyword};
use crate::span::Span;

/// Shorter words are near to everything.
const SHORTEST: usize = 3;

/// Longer words are not compared: nobody misspells a keyword at such length, and comparing costs length × length.
const LONGEST: usize = 32;

/// The candidate that differs from `word` by a slip of the finger or two, the first of equally near ones. Case does
/// not count.
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if !(SHORTEST..=LONGEST).contains(&word.len()) {
        return None;
    }
    let word = word.to_ascii_lowercase();
    let allowed = if word.len() <= 5 { 1 } else { 2 };
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= allowed)
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_ascii_lowercase()), candidate))
        // A word of which nothing is left is another word.
        .filter(|&(distance, candidate)| distance <= allowed && distance < word.len().min(candidate.len()))
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// The word of the language of two or three letters that somebody meant by one that is as short. So short words are near to one another,
/// so what stands behind it must speak for it.
pub(crate) fn closest_short<'a>(
    word: &str,
    behind: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if word.len() > SHORTEST {
        return None;
    }
    let word = word.to_ascii_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= SHORTEST && strsim::osa_distance(&word, candidate) == 1)
        .map(|candidate| (speaks_for(candidate, behind.trim_start()), candidate))
        .filter(|(weight, _)| *weight > 0)
        .max_by_key(|(weight, candidate)| (*weight, candidate.len()))
        .map(|(_, candidate)| candidate)
}

/// How much the text behind a word speaks for this one: 2 where it is made for it, 0 where it cannot stand there.
fn speaks_for(word: &str, behind: &str) -> u8 {
    let next: String = behind.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let capital = next.starts_with(|c: char| c.is_ascii_uppercase());
    let is_code = capital && next.len() > 1 && !next.bytes().any(|byte| byte.is_ascii_lowercase());
    let only_where = |fits: bool| if fits { 2 } else { 0 };
    match word {
        "as" => only_where(is_code),
        "is" => only_where(["present", "absent", "empty", "not", "never"].contains(&next.as_str())),
        "of" => only_where(["attempted", "allowed", "executed"].contains(&next.as_str())),
        "at" => only_where(
            keywords::STAGES.contains(&next.as_str()) || next.starts_with(|c: char| c.is_ascii_digit()),
        ),
        "not" => only_where(next == "in"),
        _ => u8::from(!is_code),
    }
}

/// The word of the language that means the same as one of English.
pub(crate) fn same(word: &str) -> Option<&'static str> {
    Some(match word {
        "denied" | "refuse" | "refused" | "reject" | "rejected" | "block" | "blocked" | "forbid"
        | "forbidden" => "deny",
        "permit" | "permitted" | "pass" | "accept" | "accepted" | "approve" | "approved" => "allow",
        "ask" | "approval" | "review" | "escalate" | "confirm" => "step_up",
        "less" | "smaller" | "fewer" | "least" | "lowest" | "below" => "lower",
        "more" | "greater" | "larger" | "bigger" | "highest" | "above" => "higher",
        _ => return None,
    })
}

/// Which way a parameter can be stricter.
pub(crate) const DIRECTIONS: &str = "write `lower` or `higher` for a number, `subset` or `superset` for a set, and `true` or `false` for a yes or no";

/// Words as a person lists them: `a`, `b` or `c`.
pub(crate) fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    one_of(&quoted)
}

/// Alternatives as a person lists them, as they are.
pub(crate) fn one_of(alternatives: &[String]) -> String {
    match alternatives.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    }
}

/// The error for something in column 1 that begins no item.
pub(crate) fn unknown_item(text: &str, span: Span) -> Diagnostic {
    let message = format!("`{text}` begins no item");
    let error = Diagnostic::error(codes::UNKNOWN_ITEM, span, message);
    let items = keywords::ITEMS.iter().map(|keyword| keyword.text());
    match text {
        "permit" | "forbid" | "allow" => error.help(
            "write a rule: `rule NAME on ACTIONS { deny when … as CODE }`; what no rule refuses is allowed, \
             unless the action's `default` asks for more",
        ),
        "deny" | "require" | "step_up" | "when" => {
            error.help("put it inside a rule: `rule NAME on ACTIONS { … }`")
        }
        "package" | "namespace" | "policy" => error.help("a file begins with `module NAME`"),
        "include" | "using" => error.help("write `import NAME`"),
        "CREATE" | "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "select" => {
            error.help("a policy is no query: write a rule, `rule NAME on ACTIONS { deny when … as CODE }`")
        }
        "violation" | "warn" => error.help("write a rule: `rule NAME on ACTIONS { deny when … as CODE }`"),
        "default" => error.help(
            "what happens at least stands in the action: `action NAME { … default deny }`; a value with a name is a \
             parameter: `param name: Type = value`",
        ),
        "from" => error.help("write `import NAME`; its names can then be used"),
        "export" | "public" | "private" | "static" => {
            error.help("remove it; what one module declares can be used in all")
        }
        "if" | "unless" | "for" => error.help("put it inside a rule: `rule NAME on ACTIONS { when … { … } }`"),
        "raise" | "throw" | "return" | "assert" => {
            error.help("a rule refuses: `rule NAME on ACTIONS { deny when … as CODE }`")
        }
        _ if text.starts_with('-') => error.help("a comment begins with `//` and ends with the line"),
        "def" | "func" | "function" => error.help("write `fn name(x: Type) -> Type = …`"),
        "const" | "var" | "let" => error.help("a value with a name is a parameter: `param name: Type = value`"),
        "type" | "alias" | "typedef" => {
            error.help("a type has no second name: write the type itself, or `record Name { field: Type }`")
        }
        "struct" | "class" | "entity" | "interface" => error.help("write `record Name { field: Type }`"),
        _ => match singular_or_plural(text).or_else(|| closest(text, items.clone())).or_else(|| closest_short(text, "", items)) {
            Some(near) => error.did_you_mean(near),
            None => error.help(
                "an item begins with a word such as `module`, `param`, `rule`, `action` or `test`; everything inside an item is \
                 indented",
            ),
        },
    }
}

/// The keyword of an item that differs from a word in number only: `rules` means `rule`, and not `roles`.
fn singular_or_plural(word: &str) -> Option<&'static str> {
    let one = word.strip_suffix('s').unwrap_or(word);
    let is_near = |item: &&str| item.strip_suffix('s').unwrap_or(item) == one;
    keywords::ITEMS.iter().map(|keyword| keyword.text()).find(is_near)
}

/// The error for a line inside an item of kind `item` that begins with no word of the language.
pub(crate) fn unknown_line(item: Keyword, word: &str, span: Span) -> Diagnostic {
    let (what, example) = match item {
        Keyword::Rule => (
            "statement",
            "a statement begins with a word such as `let`, `when`, `require`, `deny` or `step_up`",
        ),
        Keyword::Param => ("clause", "a parameter has `range`, `stricter when`, `fixed` and `loosen by`"),
        Keyword::Except => ("clause", "an exception has `when`, `expires`, `granted_by` and `because`"),
        Keyword::Framework => (
            "clause",
            "a control has `source`, `edition`, `effect`, `jurisdiction`, `from`, `until`, `superseded_by`, `verified` and `unverified`",
        ),
        _ => (
            "step",
            "a test has `given`, then what is set, such as `with`, `agent` or `at`, and ends with `expect` or `cases`",
        ),
    };
    let error = Diagnostic::error(codes::UNKNOWN_WORD, span, format!("`{word}` begins no {what}"));
    let known = || item.starters().iter().chain(item.clauses()).map(|keyword| keyword.text());
    let short = || closest_short(word, "", known());
    match (closest(word, known()).or_else(short), word) {
        (_, "step" | "stepup") if item == Keyword::Rule => error.help("did you mean `step_up`?"),
        (_, "if") if item == Keyword::Rule => {
            error.help("what holds under a condition is written `when … { … }`")
        }
        (_, "unless") if item == Keyword::Rule => {
            error.help("what holds where a condition is false is written `when not (…) { … }`")
        }
        (_, "on" | "at" | "cites" | "except" | "from" | "until") if item == Keyword::Rule => {
            error.help(format!("`{word}` stands before the `{{`: `rule NAME on ACTIONS {{ … }}`"))
        }
        (_, "refuse" | "block" | "forbid" | "reject" | "prohibit" | "disallow" | "decline")
            if item == Keyword::Rule =>
        {
            error.help("write `deny when … as CODE`")
        }
        (_, "must" | "ensure" | "assert" | "check" | "need" | "needs") if item == Keyword::Rule => {
            error.help("write `require … else CODE`")
        }
        (_, "ask" | "approve" | "approval" | "review" | "hold" | "escalate" | "confirm")
            if item == Keyword::Rule =>
        {
            error.help("write `step_up when … to ROLE as CODE`")
        }
        (Some(near), _) => error.did_you_mean(near),
        (_, "const" | "var" | "val" | "def" | "set") if item == Keyword::Rule => {
            error.help("write `let name = value`").fix(span, "let")
        }
        (_, "raise" | "throw" | "abort" | "fail" | "error") if item == Keyword::Rule => {
            error.help("write `deny when … as CODE`")
        }
        (_, "return" | "pass" | "break" | "continue" | "print" | "log") if item == Keyword::Rule => {
            error.help("remove it; every statement of a rule is looked at, and none gives a value back")
        }
        (_, "else" | "elif" | "elsif" | "elseif") if item == Keyword::Rule => {
            error.help("`when` has no `else`; write a second one: `when not (…) { … }`")
        }
        (_, "notify" | "inform" | "alert" | "warn" | "tell") if item == Keyword::Rule => {
            error.help("what the caller must do is written `oblige NAME by TIME when … as CODE`")
        }
        (_, "some" | "every") if item == Keyword::Rule => {
            error.help("ask of any or of all of them: `deny when any(x in xs: …) as CODE`")
        }
        (_, "score" | "points" | "weight") if item == Keyword::Rule => {
            error.help("write `risk +10 when … as CODE`")
        }
        (_, "then" | "assert" | "should") if item == Keyword::Test => {
            error.help("write `expect`, and what comes of it")
        }
        (_, "when" | "use" | "using") if item == Keyword::Test => {
            error.help("write `given`, and the name of an example")
        }
        (None, "allow" | "permit") if item == Keyword::Rule => error
            .help("remove it: what no rule refuses is allowed, unless the action's `default` asks for more"),
        (None, "for" | "foreach") if item == Keyword::Rule => {
            error.help("ask of all at once: `require all(x in xs: …) else CODE`")
        }
        (None, _) => error.help(example),
    }
}
