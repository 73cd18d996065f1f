//! The grammar as people read it, from the one that the parser is made of: what is built is left out, and so is what is only
//! there to go on after a mistake.

use std::iter::Peekable;
use std::vec::IntoIter;

/// Part of a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    /// A word or sign of the language, or a kind of token.
    Token(String),
    /// Another rule.
    Rule(String),
    Sequence(Vec<Part>),
    Choice(Vec<Part>),
    Optional(Box<Part>),
    Repeated(Box<Part>),
}

/// What the tokens are called that the grammar has names of its own for. Nothing: no policy has it.
fn token(name: &str) -> Option<Option<&'static str>> {
    Some(Some(match name {
        "Name" | "Label" | "Unit" => "name",
        "Number" | "NumberText" => "number",
        "PercentText" => "percent",
        "Duration" => "duration",
        "Date" => "date",
        "TimestampText" => "timestamp",
        "TimeOfDayText" => "time",
        "Text" | "Message" | "StringText" => "text",
        "PatternText" => "pattern",
        "WhenBlock" => "\"when\"",
        "AnyAction" => "\"*\"",
        "RecordOpen" | "BodyOpen" => "\"{\"",
        "BodyClose" => "\"}\"",
        "Unread" => return Some(None),
        _ => return None,
    }))
}

/// The rules of a grammar, written anew: `[ ]` may be left out, `{ }` may be repeated or left out.
pub fn ebnf(grammar: &str) -> String {
    let rules = grammar.split_once("pub Item").unwrap().1.split_once("extern {").unwrap().0;
    let mut reader = Reader { tokens: tokens(&format!("Item{rules}")).into_iter().peekable() };
    let mut text = String::new();
    while let Some((name, part)) = reader.rule() {
        // Shapes are written out where they are used, and tokens are described in words.
        let written = part.filter(|part| token(&name).is_none() && *part != Part::Choice(Vec::new()));
        if let Some(part) = written {
            text.push_str(&show_rule(&name, &without_left_recursion(&name, part)));
        }
    }
    text
}

/// A `<` after which stands what a shape is made with.
const GIVEN: &str = "of <";

/// Cuts the text of a grammar into words, quoted words and signs.
fn tokens(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for line in text.lines() {
        let line = line.split("//").next().unwrap();
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '"' => 2 + rest[1..].find('"').unwrap(),
                '=' if rest.starts_with("=>") => 2,
                _ if first.is_alphanumeric() => {
                    rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
                }
                _ => first.len_utf8(),
            };
            let (head, tail) = rest.split_at(length);
            found.push(head.to_string());
            rest = tail.trim_start();
            // What stands right behind a word is given to it; behind a blank it is the next part.
            if first.is_alphanumeric() && tail.starts_with('<') {
                found.push(GIVEN.to_string());
                rest = &tail[1..];
            }
        }
    }
    found
}

struct Reader {
    tokens: Peekable<IntoIter<String>>,
}

impl Reader {
    fn at(&mut self, text: &str) -> bool {
        self.tokens.peek().is_some_and(|token| token == text)
    }

    fn take(&mut self, text: &str) -> bool {
        self.tokens.next_if(|token| token == text).is_some()
    }

    /// The next rule; one with parameters has no parts of its own.
    fn rule(&mut self) -> Option<(String, Option<Part>)> {
        let name = self.tokens.next()?;
        let shape = self.at(GIVEN);
        while self.tokens.next()? != "=" {}
        let mut ways = Vec::new();
        if self.take("{") {
            while !self.take("}") {
                ways.extend(self.alternative());
                self.take(",");
            }
        } else {
            ways.extend(self.alternative());
        }
        assert!(self.take(";"), "{name}");
        Some((name, (!shape).then(|| choice(ways))))
    }

    /// One way to write a rule, with what is built of it left out; nothing for one that is only there for mistakes.
    fn alternative(&mut self) -> Option<Part> {
        let part = self.sequence(&["=>", ",", "}", ";"]);
        if self.take("=>") {
            let mut depth = 0_u32;
            while depth > 0 || !(self.at(",") || self.at("}") || self.at(";")) {
                match self.tokens.next().unwrap().as_str() {
                    "(" | "[" | "{" => depth += 1,
                    ")" | "]" | "}" => depth -= 1,
                    _ => {}
                }
            }
        }
        part
    }

    fn sequence(&mut self, ends: &[&str]) -> Option<Part> {
        let (mut parts, mut written) = (Vec::new(), true);
        while !ends.iter().any(|end| self.at(end)) {
            match self.element() {
                Some(Part::Sequence(inner)) => parts.extend(inner),
                Some(part) => parts.push(part),
                None => written = false,
            }
        }
        written.then_some(Part::Sequence(parts))
    }

    fn element(&mut self) -> Option<Part> {
        let first = self.tokens.next().unwrap();
        let part = match first.as_str() {
            "@" => {
                self.tokens.next();
                Some(Part::Sequence(Vec::new()))
            }
            "!" => None,
            "<" => {
                // `<name:Rule>` or `<Rule>`.
                let mut ahead = self.tokens.clone();
                ahead.next();
                if ahead.peek().is_some_and(|token| token == ":") {
                    self.tokens = ahead;
                    self.tokens.next();
                }
                let part = self.sequence(&[">"]);
                self.take(">");
                part
            }
            "(" => {
                let part = self.sequence(&[")"]);
                self.take(")");
                part
            }
            word if word.starts_with('"') => Some(Part::Token(first)),
            _ => match token(&first) {
                Some(text) => text.map(|text| Part::Token(text.to_string())),
                None if self.at(GIVEN) => self.shape(&first),
                None => Some(Part::Rule(first)),
            },
        };
        let part = part.map(single);
        if self.take("?") {
            part.map(|part| Part::Optional(Box::new(part)))
        } else if self.take("*") {
            part.map(|part| Part::Repeated(Box::new(part)))
        } else {
            part
        }
    }

    /// A rule with parameters, written out.
    fn shape(&mut self, name: &str) -> Option<Part> {
        self.take(GIVEN);
        let mut given = Vec::new();
        while !self.take(">") {
            given.push(single(self.sequence(&[",", ">"])?));
            self.take(",");
        }
        let sign = |text: &str| Part::Token(format!("\"{text}\""));
        let each = given.first()?.clone();
        let comma = || Part::Optional(Box::new(sign(",")));
        let more = |before: Part, each: Part| Part::Repeated(Box::new(Part::Sequence(vec![before, each])));
        Some(match name {
            "Located" | "Recovering" => each,
            "Entry" => Part::Sequence(vec![each, comma()]),
            "List" => Part::Sequence(vec![each.clone(), more(sign(","), each)]),
            "Comma" => {
                let some = Part::Sequence(vec![each.clone(), more(sign(","), each), comma()]);
                Part::Optional(Box::new(some))
            }
            "Lines" | "BodyLines" => {
                Part::Sequence(vec![sign("{"), Part::Repeated(Box::new(each)), sign("}")])
            }
            "Entries" | "Body" => Part::Sequence(vec![sign("{"), more(each, comma()), sign("}")]),
            "Chain" => {
                let next = given.get(1)?.clone();
                Part::Sequence(vec![next.clone(), more(each, next)])
            }
            _ => panic!("what is {name}?"),
        })
    }
}

fn single(part: Part) -> Part {
    match part {
        Part::Sequence(mut parts) if parts.len() == 1 => parts.remove(0),
        other => other,
    }
}

fn choice(mut ways: Vec<Part>) -> Part {
    let mut seen = Vec::new();
    ways.retain(|way| {
        let first = !seen.contains(way);
        seen.push(way.clone());
        first
    });
    if ways.len() == 1 { single(ways.remove(0)) } else { Part::Choice(ways) }
}

/// `A = A b | c` is `A = c { b }`.
fn without_left_recursion(name: &str, part: Part) -> Part {
    let Part::Choice(ways) = part else { return part };
    let itself = Part::Rule(name.to_string());
    let (mut begins, mut goes_on) = (Vec::new(), Vec::new());
    for way in ways {
        match way {
            Part::Sequence(parts) if parts.first() == Some(&itself) => {
                goes_on.push(single(Part::Sequence(parts.into_iter().skip(1).collect())));
            }
            other => begins.push(single(other)),
        }
    }
    if goes_on.is_empty() {
        return choice(begins);
    }
    Part::Sequence(vec![choice(begins), Part::Repeated(Box::new(choice(goes_on)))])
}

fn show_rule(name: &str, part: &Part) -> String {
    let one_line = format!("{name} = {} ;\n", show(part, false));
    match part {
        Part::Choice(ways) if one_line.len() > 110 => {
            let ways: Vec<String> = ways.iter().map(|way| show(way, true)).collect();
            format!("{name}\n  = {}\n  ;\n", ways.join("\n  | "))
        }
        _ => one_line,
    }
}

fn show(part: &Part, inner: bool) -> String {
    match part {
        Part::Token(text) | Part::Rule(text) => text.clone(),
        Part::Sequence(parts) => parts.iter().map(|part| show(part, true)).collect::<Vec<_>>().join(" "),
        Part::Choice(ways) => {
            let ways = ways.iter().map(|way| show(way, true)).collect::<Vec<_>>().join(" | ");
            if inner { format!("( {ways} )") } else { ways }
        }
        Part::Optional(part) => format!("[ {} ]", show(part, false)),
        Part::Repeated(part) => format!("{{ {} }}", show(part, false)),
    }
}
