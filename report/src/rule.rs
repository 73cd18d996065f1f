//! What a rule does, in plain words: a line for each statement.

use lictor_grammar::ast::{Expr, Reason, Rule, Statement, StatementKind, StepUp};
use lictor_grammar::span::Span;

/// Where the words of a policy are found.
pub trait Lexicon {
    /// What is written at a place.
    fn text(&self, span: Span) -> &str;
    /// The text of a role, where it has one.
    fn role(&self, name: &str) -> Option<&str>;
    /// The text of a reason code, where it has one.
    fn reason(&self, code: &str) -> Option<&str>;
}

/// A statement in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// Under how many conditions it stands.
    pub depth: usize,
    /// What it says.
    pub words: Vec<Word>,
}

/// A few words of a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Word {
    /// Plain text.
    Plain(String),
    /// What the line is about.
    Strong(String),
    /// A part of the policy as it is written, on one line.
    Code(String),
    /// The name of a role.
    Role(String),
    /// A reason code.
    Reason(String),
}

/// What a rule says.
pub fn rule(rule: &Rule, lexicon: &dyn Lexicon) -> Vec<Line> {
    let mut lines = Vec::new();
    Teller { lexicon }.body(&rule.body, 0, &mut lines);
    lines
}

/// Lines as a Markdown list, a text for each.
pub fn markdown(lines: &[Line]) -> Vec<String> {
    let word = |word: &Word| match word {
        Word::Plain(text) => text.clone(),
        Word::Strong(text) => format!("**{text}**"),
        Word::Code(text) | Word::Role(text) | Word::Reason(text) => format!("`{text}`"),
    };
    let line = |line: &Line| {
        let words: String = line.words.iter().map(word).collect();
        format!("{}- {words}", "  ".repeat(line.depth))
    };
    lines.iter().map(line).collect()
}

fn plain(text: impl Into<String>) -> Word {
    Word::Plain(text.into())
}

fn strong(text: impl Into<String>) -> Word {
    Word::Strong(text.into())
}

struct Teller<'l> {
    lexicon: &'l dyn Lexicon,
}

impl Teller<'_> {
    fn body(&self, body: &[Statement], depth: usize, lines: &mut Vec<Line>) {
        for statement in body {
            lines.push(Line { depth, words: self.statement(&statement.kind) });
            if let StatementKind::When(node) = &statement.kind {
                self.body(&node.body, depth + 1, lines);
            }
        }
    }

    fn statement(&self, kind: &StatementKind) -> Vec<Word> {
        let mut words = Vec::new();
        match kind {
            StatementKind::Let(node) => {
                words.extend([Word::Code(node.name.text.clone()), plain(" stands for ")]);
                words.push(self.code(&node.value));
            }
            StatementKind::When(node) => {
                words.extend([plain("Where "), self.code(&node.condition), plain(":")]);
            }
            StatementKind::Require(node) => {
                words.extend([strong("Refuses"), plain(" unless "), self.code(&node.condition)]);
                words.extend(self.because(&node.reason));
            }
            StatementKind::Deny(node) => {
                words.push(strong("Refuses"));
                words.extend(self.when(node.condition.as_ref()));
                words.extend(self.because(&node.reason));
            }
            StatementKind::StepUp(node) => words = self.asks(node),
            StatementKind::Risk(node) => {
                words.extend([plain("Adds "), strong(&node.points.text), plain(" to the risk")]);
                words.extend(self.when(node.condition.as_ref()));
                words.extend(self.because(&node.reason));
            }
            StatementKind::Flag(node) => {
                words.extend([plain("Raises the flag "), Word::Code(node.name.text.clone())]);
                words.extend(self.when(node.condition.as_ref()));
            }
            StatementKind::Amplify(node) => {
                words.extend([plain("Raises the amplifier "), Word::Code(node.name.text.clone())]);
                words.extend([plain(" by "), strong(&node.points.text)]);
                words.extend(self.when(node.condition.as_ref()));
            }
            StatementKind::Oblige(node) => {
                words.extend([plain("Whoever acts must do "), Word::Code(node.name.text.clone())]);
                words.extend(node.by.iter().flat_map(|by| [plain(" by "), self.code(by)]));
                words.extend(self.when(node.condition.as_ref()));
                words.extend(self.because(&node.reason));
            }
        }
        words
    }

    fn asks(&self, node: &StepUp) -> Vec<Word> {
        let mut words = vec![strong("Asks"), plain(" ")];
        words.extend(node.quorum.iter().map(|many| plain(format!("{} of ", many.text))));
        match &node.to {
            Some(role) if role.text == "user" => words.push(plain("the person the agent acts for")),
            Some(role) => match self.lexicon.role(&role.text) {
                Some(text) => {
                    words.extend([plain(format!("{text} (")), Word::Role(role.text.clone()), plain(")")]);
                }
                None => words.push(Word::Role(role.text.clone())),
            },
            None => words.push(plain("whoever the policy escalates to")),
        }
        for (number, id) in node.other_than.iter().enumerate() {
            words.extend([plain(if number == 0 { " (other than " } else { ", " }), self.code(id)]);
        }
        if !node.other_than.is_empty() {
            words.push(plain(")"));
        }
        words.extend(node.within.iter().flat_map(|time| [plain(" within "), self.code(time)]));
        words.extend(self.when(node.condition.as_ref()));
        words.extend(self.because(&node.reason));
        words
    }

    fn when(&self, condition: Option<&Expr>) -> Vec<Word> {
        condition.iter().flat_map(|condition| [plain(" when "), self.code(condition)]).collect()
    }

    fn because(&self, reason: &Reason) -> Vec<Word> {
        let code = &reason.code.text;
        let mut words = vec![plain(": "), Word::Reason(code.clone())];
        let own = reason.message.as_ref().map(|message| self.lexicon.text(message.span));
        let own = own.and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
        words.extend(own.or_else(|| self.lexicon.reason(code)).map(|text| plain(format!(", {text}"))));
        if let Some(told) = &reason.told_as {
            words.extend([plain("; the agent is told "), Word::Reason(told.text.clone()), plain(" instead")]);
        }
        words
    }

    fn code(&self, expr: &Expr) -> Word {
        Word::Code(self.lexicon.text(expr.span).split_whitespace().collect::<Vec<_>>().join(" "))
    }
}
