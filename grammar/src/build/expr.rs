//! Expressions, and how deep they may grow.
//!
//! Everything that later walks over an expression does so by recursion. A bound on its height, kept while it is
//! built, makes all of them safe at once: dropping it, printing it, checking its types.

use super::Context;
use crate::ast::{BinaryOp, Expr, ExprKind, IsWhat, Name, Number, Quantifier, QuantifierKind, UnaryOp};
use crate::brackets::MAX_NESTING;
use crate::codes;
use crate::diagnostic::{Diagnostic, Suggestion};
use crate::span::Span;
use crate::suggest;

/// How many nodes may lie between the top of an expression and its lowest operand. It is more than
/// [`MAX_NESTING`], since a chain such as `a + b + c` or `if … else if …` grows with every link though no reader
/// would call it nested.
pub const MAX_HEIGHT: u16 = 256;

const QUANTIFIERS: [&str; 4] = ["all", "any", "count", "sum"];

/// An expression that knows how deep it is.
#[derive(Debug)]
pub(crate) struct Built {
    /// The expression, in the box that it has within another.
    pub expr: Box<Expr>,
    /// Nested levels, where the links of a chain count as one.
    levels: u16,
    /// Nodes from the top to the lowest operand.
    height: u16,
}

impl Built {
    pub(super) fn leaf(kind: ExprKind, span: Span) -> Built {
        Built { expr: Box::new(Expr { kind, span }), levels: 1, height: 1 }
    }
}

/// How deep a node's operands are. A link of a chain adds to the height only.
#[derive(Clone, Copy, Default)]
pub(super) struct Depth {
    levels: u16,
    height: u16,
}

impl Depth {
    /// Of a node that has no operands yet.
    pub(super) fn flat() -> Depth {
        Depth { levels: 1, height: 1 }
    }

    pub(super) fn nested(self, operand: &Built) -> Depth {
        Depth { levels: self.levels.max(operand.levels + 1), height: self.height.max(operand.height + 1) }
    }

    fn linked(self, operand: &Built) -> Depth {
        Depth { levels: self.levels.max(operand.levels), height: self.height.max(operand.height + 1) }
    }
}

impl Context<'_, '_> {
    /// An expression without operands.
    pub fn leaf(&self, start: usize, kind: ExprKind, end: usize) -> Built {
        Built::leaf(kind, self.span(start, end))
    }

    pub(super) fn grown(&mut self, kind: ExprKind, span: Span, depth: Depth) -> Built {
        if usize::from(depth.levels) <= MAX_NESTING && depth.height <= MAX_HEIGHT {
            return Built { expr: Box::new(Expr { kind, span }), levels: depth.levels, height: depth.height };
        }
        if !self.too_deep_told {
            self.too_deep_told = true;
            let message = if usize::from(depth.levels) > MAX_NESTING {
                format!("this expression nests deeper than {MAX_NESTING} levels")
            } else {
                format!("this expression is a chain of more than {} links", MAX_HEIGHT - 1)
            };
            let help =
                "give parts of it names with `let` or `fn`; a long list of values belongs into a parameter";
            // Its beginning is enough to find it.
            let place = Span { end: span.end.min(span.start + 1), ..span };
            self.error(Diagnostic::error(codes::TOO_DEEP, place, message).help(help));
        }
        Built::leaf(ExprKind::Error, span)
    }

    /// `not E`, `-E`
    pub fn unary(&mut self, start: usize, op: UnaryOp, operand: Built, end: usize) -> Built {
        let depth = Depth::default().nested(&operand);
        self.grown(ExprKind::Unary(op, operand.expr), self.span(start, end), depth)
    }

    /// `A op B`
    pub fn binary(
        &mut self,
        start: usize,
        left: Built,
        op: (BinaryOp, Span),
        right: Built,
        end: usize,
    ) -> Built {
        let depth = Depth::default().linked(&left).nested(&right);
        let kind = ExprKind::Binary(op.0, op.1, left.expr, right.expr);
        self.grown(kind, self.span(start, end), depth)
    }

    /// Any other node over two operands, of which the left one may go on with a chain.
    pub fn pair(
        &mut self,
        start: usize,
        left: Built,
        node: fn(Box<Expr>, Box<Expr>) -> ExprKind,
        right: Built,
        end: usize,
    ) -> Built {
        let depth = Depth::default().linked(&left).nested(&right);
        self.grown(node(left.expr, right.expr), self.span(start, end), depth)
    }

    /// `if C then A else B`, where B may go on with a chain.
    pub fn choice(&mut self, start: usize, condition: Built, yes: Built, no: Built, end: usize) -> Built {
        let depth = Depth::default().nested(&condition).nested(&yes).linked(&no);
        let kind = ExprKind::If(condition.expr, yes.expr, no.expr);
        self.grown(kind, self.span(start, end), depth)
    }

    /// `X.f`
    pub fn field(&mut self, start: usize, object: Built, name: Name, end: usize) -> Built {
        let depth = Depth::default().linked(&object);
        self.grown(ExprKind::Field(object.expr, name), self.span(start, end), depth)
    }

    /// `X.f(args)`
    pub fn method(&mut self, start: usize, object: Built, name: Name, args: Vec<Built>, end: usize) -> Built {
        let (args, depth) = unbuilt(args, Depth::default().linked(&object));
        self.grown(ExprKind::Method(object.expr, name, args), self.span(start, end), depth)
    }

    /// `[a, b]`
    pub fn list(&mut self, start: usize, elements: Vec<Built>, end: usize) -> Built {
        let (elements, depth) = unbuilt(elements, Depth { levels: 1, height: 1 });
        self.grown(ExprKind::List(elements), self.span(start, end), depth)
    }

    /// `f(args)`
    pub fn call(&mut self, start: usize, name: Name, args: Vec<Built>, end: usize) -> Built {
        if QUANTIFIERS.contains(&name.text.as_str()) {
            return self.not_quantified(&name, self.span(start, end));
        }
        let (args, depth) = unbuilt(args, Depth { levels: 1, height: 1 });
        self.grown(ExprKind::Call(name, args), self.span(start, end), depth)
    }

    /// `{ a: 1 }`
    pub fn record(&mut self, start: usize, fields: Vec<(Name, Built)>, end: usize) -> Built {
        let depth =
            fields.iter().fold(Depth { levels: 1, height: 1 }, |depth, (_, value)| depth.nested(value));
        let fields = fields.into_iter().map(|(name, value)| (name, *value.expr)).collect();
        self.grown(ExprKind::Record(fields), self.span(start, end), depth)
    }

    /// `f(over: body)`, which must be `all(x in xs: P)` or one of its kin.
    pub fn quantifier(&mut self, start: usize, name: Name, over: Built, body: Built, end: usize) -> Built {
        let span = self.span(start, end);
        let depth = Depth::default().nested(&over).nested(&body);
        let kind = match name.text.as_str() {
            "all" => QuantifierKind::All,
            "any" => QuantifierKind::Any,
            "count" => QuantifierKind::Count,
            "sum" => QuantifierKind::Sum,
            other => {
                let near = match other {
                    "every" | "each" | "forall" => Some("all"),
                    "some" | "exists" => Some("any"),
                    _ => suggest::closest(other, QUANTIFIERS),
                };
                let message = format!("`{other}` takes no `:`; only `all`, `any`, `count` and `sum` do");
                let error = Diagnostic::error(codes::BAD_QUANTIFIER, name.span, message);
                self.error(error.suggested(Suggestion::new(near, "separate arguments by `,`")));
                return Built::leaf(ExprKind::Error, span);
            }
        };
        let over_span = over.expr.span;
        if let ExprKind::In(variable, over) = over.expr.kind
            && let Expr { kind: ExprKind::Name(text), span: variable_span } = *variable
        {
            let variable = Name { text, span: variable_span };
            let quantifier = Quantifier { kind, variable, over: *over, body: *body.expr };
            return self.grown(ExprKind::Quantifier(Box::new(quantifier)), span, depth);
        }
        self.not_quantified(&name, over_span)
    }

    /// `f(x: body)`, where it is not told what `x` goes over.
    pub fn unquantified(&mut self, start: usize, name: &Name, variable: &Name, end: usize) -> Built {
        self.not_quantified(name, variable.span);
        self.leaf(start, ExprKind::Error, end)
    }

    fn not_quantified(&mut self, name: &Name, span: Span) -> Built {
        let message = format!("`{}` is not told what it goes over", name.text);
        let help = format!("write `{}(x in xs: …)`, with a `:` before what is asked of each", name.text);
        let error = Diagnostic::error(codes::BAD_QUANTIFIER, span, message);
        self.error(match name.text.as_str() {
            "count" => error
                .help("`count(x in xs: …)` counts those that …; how many there are is `size(xs)`")
                .fix(name.span, "size"),
            _ => error.help(help),
        });
        Built::leaf(ExprKind::Error, span)
    }

    /// `[a, b]`; one of which an element could not be read is unread, for what it holds is not known.
    pub fn read_list(&mut self, start: usize, elements: Vec<Option<Built>>, end: usize) -> Built {
        match elements.into_iter().collect::<Option<Vec<Built>>>() {
            Some(elements) => self.list(start, elements, end),
            None => self.leaf(start, ExprKind::Error, end),
        }
    }

    /// `X is WHAT`, `X is not WHAT`
    pub fn is(&mut self, start: usize, operand: Built, negated: bool, what: Name, end: usize) -> Built {
        let is = match what.text.as_str() {
            "present" => IsWhat::Present,
            "absent" => IsWhat::Absent,
            "empty" => IsWhat::Empty,
            other => {
                let near = suggest::closest(other, ["present", "absent", "empty"]);
                let message = format!(
                    "`is` asks whether something is `present`, `absent` or `empty`, and not whether it is `{other}`"
                );
                // What several words ask is not said by changing the first.
                let mut of_words = true;
                let help = Some(match (near, other) {
                    (Some(near), _) => {
                        of_words = false;
                        format!("did you mean `is {near}`?")
                    }
                    (None, "between") => "write `in 3..=5`: from 3 to 5, both of them included".to_string(),
                    (None, "any" | "among") => "write `in [a, b]`".to_string(),
                    (None, _) => {
                        of_words = false;
                        String::new()
                    }
                })
                .filter(|help| !help.is_empty());
                let sign = if negated { "!=" } else { "==" };
                let mended = match (near, other) {
                    (Some(near), _) if negated => format!(" is not {near}"),
                    (Some(near), _) => format!(" is {near}"),
                    (None, "null" | "NULL" | "None" | "nil" | "undefined" | "missing" | "unset")
                        if negated =>
                    {
                        " is present".to_string()
                    }
                    (None, "null" | "NULL" | "None" | "nil" | "undefined" | "missing" | "unset") => {
                        " is absent".to_string()
                    }
                    (None, "given" | "set" | "there" | "defined" | "known") if negated => {
                        " is absent".to_string()
                    }
                    (None, "given" | "set" | "there" | "defined" | "known") => " is present".to_string(),
                    (None, "True" | "TRUE") => format!(" {sign} true"),
                    (None, "False" | "FALSE") => format!(" {sign} false"),
                    (None, other) => format!(" {sign} {other}"),
                };
                let is_type = near.is_none()
                    && mended.starts_with(" =")
                    && other.starts_with(char::is_uppercase)
                    && !other.eq_ignore_ascii_case("true")
                    && !other.eq_ignore_ascii_case("false");
                let help = match is_type {
                    true => "a field has the type that it is declared with: remove the question".to_string(),
                    false => help.unwrap_or_else(|| format!("write `…{mended}`")),
                };
                let error = Diagnostic::error(codes::UNKNOWN_WORD, what.span, message).help(help);
                let place = self.span(operand.expr.span.end as usize, end);
                // What begins with a capital is most likely a type.
                let certain =
                    !of_words && !mended.trim_start_matches([' ', '=', '!']).starts_with(char::is_uppercase);
                self.error(if certain { error.fix(place, mended) } else { error });
                return self.leaf(start, ExprKind::Error, end);
            }
        };
        let depth = Depth::default().nested(&operand);
        let asked = self.grown(ExprKind::Is(operand.expr, is), self.span(start, end), depth);
        self.negated(negated, start, asked, end)
    }

    /// `A in B`, `A not in B`
    pub fn membership(
        &mut self,
        start: usize,
        left: Built,
        negated: bool,
        right: Built,
        end: usize,
    ) -> Built {
        let found = self.pair(start, left, ExprKind::In, right, end);
        self.negated(negated, start, found, end)
    }

    fn negated(&mut self, negated: bool, start: usize, operand: Built, end: usize) -> Built {
        if negated { self.unary(start, UnaryOp::Not, operand, end) } else { operand }
    }

    /// A name, or the word `absent` for a value that is not there.
    pub fn name_or_absent(&self, name: Name) -> Built {
        let kind = if name.text == "absent" { ExprKind::Absent } else { ExprKind::Name(name.text) };
        Built::leaf(kind, name.span)
    }

    /// `500.00 USD`
    pub fn quantity(&mut self, start: usize, number: Number, unit: Name, end: usize) -> Built {
        self.leaf(start, ExprKind::Quantity(number, unit), end)
    }
}

fn unbuilt(operands: Vec<Built>, depth: Depth) -> (Vec<Expr>, Depth) {
    let depth = operands.iter().fold(depth, Depth::nested);
    (operands.into_iter().map(|operand| *operand.expr).collect(), depth)
}
