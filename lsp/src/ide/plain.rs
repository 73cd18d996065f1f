//! What a rule does, in plain words: a line for each statement.

use lictor_grammar::ast::{Expr, Reason, Rule, Statement, StatementKind, StepUp};

use super::Analysis;
use super::names::{Kind, Part, Symbol, declaration};

/// What a rule says, as lines of Markdown.
pub fn rule(analysis: &Analysis, rule: &Rule) -> Vec<String> {
    let words = Words { analysis };
    let mut lines = Vec::new();
    words.body(&rule.body, 0, &mut lines);
    lines
}

struct Words<'a> {
    analysis: &'a Analysis,
}

impl Words<'_> {
    fn body(&self, body: &[Statement], depth: usize, lines: &mut Vec<String>) {
        for statement in body {
            let mut say = |words: String| lines.push(format!("{}- {words}", "  ".repeat(depth)));
            match &statement.kind {
                StatementKind::Let(node) => {
                    say(format!("`{}` stands for {}", node.name.text, self.code(&node.value)))
                }
                StatementKind::When(node) => {
                    say(format!("Where {}:", self.code(&node.condition)));
                    self.body(&node.body, depth + 1, lines);
                }
                StatementKind::Require(node) => say(format!(
                    "**Refuses** unless {}{}",
                    self.code(&node.condition),
                    self.because(&node.reason)
                )),
                StatementKind::Deny(node) => say(format!(
                    "**Refuses**{}{}",
                    self.when(node.condition.as_ref()),
                    self.because(&node.reason)
                )),
                StatementKind::StepUp(node) => say(self.asks(node)),
                StatementKind::Risk(node) => say(format!(
                    "Adds **{}** to the risk{}{}",
                    node.points.text,
                    self.when(node.condition.as_ref()),
                    self.because(&node.reason)
                )),
                StatementKind::Flag(node) => {
                    say(format!("Raises the flag `{}`{}", node.name.text, self.when(node.condition.as_ref())))
                }
                StatementKind::Amplify(node) => say(format!(
                    "Raises the amplifier `{}` by **{}**{}",
                    node.name.text,
                    node.points.text,
                    self.when(node.condition.as_ref())
                )),
                StatementKind::Oblige(node) => {
                    let by = node.by.as_ref().map(|by| format!(" by {}", self.code(by))).unwrap_or_default();
                    say(format!(
                        "Whoever acts must do `{}`{by}{}{}",
                        node.name.text,
                        self.when(node.condition.as_ref()),
                        self.because(&node.reason)
                    ));
                }
            }
        }
    }

    fn asks(&self, node: &StepUp) -> String {
        let whom = match &node.to {
            Some(role) if role.text == "user" => String::from("the person the agent acts for"),
            Some(role) => self.role(&role.text),
            None => String::from("whoever the policy escalates to"),
        };
        let quorum = node.quorum.as_ref().map(|many| format!("{} of ", many.text)).unwrap_or_default();
        let within =
            node.within.as_ref().map(|time| format!(" within {}", self.code(time))).unwrap_or_default();
        let others: Vec<String> = node.other_than.iter().map(|id| self.code(id)).collect();
        let others =
            if others.is_empty() { String::new() } else { format!(" (other than {})", others.join(", ")) };
        format!(
            "**Asks** {quorum}{whom}{others}{within}{}{}",
            self.when(node.condition.as_ref()),
            self.because(&node.reason)
        )
    }

    fn role(&self, name: &str) -> String {
        let found = declaration(self.analysis, &Symbol::new(Kind::Role, name));
        match found.map(|declared| declared.part) {
            Some(Part::Described(role)) => match &role.text {
                Some(text) => format!("{} (`{name}`)", text.value),
                None => format!("`{name}`"),
            },
            _ => format!("`{name}`"),
        }
    }

    fn when(&self, condition: Option<&Expr>) -> String {
        condition.map(|condition| format!(" when {}", self.code(condition))).unwrap_or_default()
    }

    fn because(&self, reason: &Reason) -> String {
        let code = &reason.code.text;
        let own = declaration(self.analysis, &Symbol::new(Kind::Reason, code));
        let text = match own.map(|declared| declared.part) {
            Some(Part::Described(declared)) => declared.text.as_ref().map(|text| text.value.clone()),
            _ => None,
        };
        match text {
            Some(text) => format!(": `{code}`, {text}"),
            None => format!(": `{code}`"),
        }
    }

    /// A part of the policy as it is written, on one line.
    fn code(&self, expr: &Expr) -> String {
        let text = self.analysis.text(expr.span);
        format!("`{}`", text.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}
