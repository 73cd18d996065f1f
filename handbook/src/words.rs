//! Things of a policy in words, with references to where they stand.

use lictor_bundle::schema::{Approver, Direction, Disposition, LayerKind};
use lictor_grammar::ast::TypeExpr;
use lictor_report::{Line, Word};
use maud::{Markup, html};

use crate::book::{Book, Kind};

/// How many letters of a name stand in a narrow column of a table.
const NARROW: usize = 20;

/// A name; a long one goes on in the next line behind a dot or an underscore, and not in the middle of a word.
fn parts(name: &str) -> Markup {
    html! {
        @if name.len() <= NARROW {
            (name)
        } @else {
            @for part in name.split_inclusive(['.', '_']) { (part) wbr; }
        }
    }
}

impl Book<'_> {
    /// A name, which leads to what it names.
    pub fn name(&self, kind: Kind, name: &str) -> Markup {
        html! {
            @match self.href(kind, name) {
                Some(href) => a href=(href) { code { (parts(name)) } },
                None => code { (parts(name)) },
            }
        }
    }

    /// Names one after the other.
    pub fn names<'n>(&self, kind: Kind, names: impl IntoIterator<Item = &'n str>) -> Markup {
        html! {
            @for (number, name) in names.into_iter().enumerate() {
                @if number > 0 { ", " }
                (self.name(kind, name))
            }
        }
    }

    /// What a rule says: a list, in which what holds under a condition stands below it.
    pub fn lines(&self, lines: &[Line]) -> Markup {
        html! {
            ul.says {
                @for line in lines {
                    li class={ "depth-" (line.depth.min(9)) } {
                        @for word in &line.words { (self.word(word)) }
                    }
                }
            }
        }
    }

    fn word(&self, word: &Word) -> Markup {
        html! {
            @match word {
                Word::Plain(text) => (text),
                Word::Strong(text) => strong { (text) },
                Word::Code(text) => code { (text) },
                Word::Role(name) => (self.name(Kind::Role, name)),
                Word::Reason(code) => (self.name(Kind::Reason, code)),
            }
        }
    }

    /// A type as it is written; what is declared leads to where.
    pub fn ty(&self, ty: &TypeExpr) -> Markup {
        let bound = |word: &str, number: &Option<lictor_grammar::ast::Number>| {
            number.as_ref().map(|number| format!("{word} {}", number.text))
        };
        let bounds: Vec<String> =
            [bound("min", &ty.min), bound("max", &ty.max)].into_iter().flatten().collect();
        html! {
            @match self.href(Kind::Type, &ty.name.text) {
                Some(href) => a href=(href) { (ty.name.text) },
                None => (ty.name.text),
            }
            @if !ty.args.is_empty() {
                "<"
                @for (number, inner) in ty.args.iter().enumerate() {
                    @if number > 0 { ", " }
                    (self.ty(inner))
                }
                @for bound in &bounds { ", " (bound) }
                ">"
            } @else {
                @for bound in &bounds { " " (bound) }
            }
            @if ty.optional { "?" }
        }
    }

    /// The least that happens to an action.
    pub fn disposition(&self, disposition: &Disposition) -> Markup {
        html! {
            @match disposition {
                Disposition::Allow => span.verdict.allow { "allowed" },
                Disposition::StepUp(approver) => {
                    span.verdict.ask { "a person is asked" } ": " (self.approver(approver))
                },
                Disposition::Deny => span.verdict.deny { "refused" },
            }
        }
    }

    /// Who is asked.
    pub fn approver(&self, approver: &Approver) -> Markup {
        let role = approver.role.and_then(|role| self.policy.program.schema.roles.get(usize::from(role)));
        html! {
            @if approver.quorum > 1 { (approver.quorum) " of " }
            @match role {
                Some(role) => (self.name(Kind::Role, &role.name)),
                None => "the person the agent acts for",
            }
            @if let Some(within) = approver.within { " within " (duration(within)) }
        }
    }
}

/// A length of time in the largest unit that says it exactly.
pub fn duration(milliseconds: i64) -> String {
    const UNITS: [(i64, &str); 5] =
        [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second"), (1, "millisecond")];
    let (length, unit) = UNITS
        .into_iter()
        .find(|(length, _)| milliseconds != 0 && milliseconds % length == 0)
        .unwrap_or((1, "millisecond"));
    counted((milliseconds / length).unsigned_abs(), unit)
}

/// Code that may be written on several lines, on one. What stands between quotes stays as it is.
pub fn on_one_line(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    let (mut quoted, mut escaped, mut gap) = (false, false, false);
    for c in code.trim().chars() {
        if !quoted && c.is_whitespace() {
            gap = true;
            continue;
        }
        // No gap where a line was broken inside brackets.
        let within = out.ends_with(['(', '[']) || matches!(c, ')' | ']' | ',');
        if std::mem::take(&mut gap) && !within {
            out.push(' ');
        }
        quoted ^= c == '"' && !escaped;
        escaped = quoted && c == '\\' && !escaped;
        out.push(c);
    }
    out
}

/// So many of something.
pub fn counted(count: impl Into<u128>, what: &str) -> String {
    let count: u128 = count.into();
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// So many of something that stand in a list.
pub fn several(count: usize, what: &str) -> String {
    counted(count as u128, what)
}

/// Which way a parameter is stricter.
pub fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Lower => "lower is stricter",
        Direction::Higher => "higher is stricter",
        Direction::Subset => "fewer entries are stricter: it lists what may be",
        Direction::Superset => "more entries are stricter: it lists what may not be",
        Direction::True => "`true` is stricter",
        Direction::False => "`false` is stricter",
        Direction::Fixed => "fixed: only the base sets it",
    }
}

/// A kind of layer, as a parameter says that it may loosen it.
pub fn layer_kind(kind: LayerKind) -> &'static str {
    match kind {
        LayerKind::Base => "the base",
        LayerKind::Category => "categories",
        LayerKind::Agent => "tiers of agents",
        LayerKind::User => "users",
    }
}

#[cfg(test)]
mod tests {
    use super::on_one_line;

    #[test]
    fn broken_lines_are_joined_and_texts_are_left_alone() {
        let joined = [
            ("a ==\n    b", "a == b"),
            ("shell(\n    input.command,\n    2\n).path", "shell(input.command, 2).path"),
            ("size(\n  a ,\n)", "size(a,)"),
            ("text == \"two  ( gaps )\\\"  here\"\n and b", "text == \"two  ( gaps )\\\"  here\" and b"),
        ];
        for (code, line) in joined {
            assert_eq!(on_one_line(code), line);
        }
    }
}
