//! Operators, and the conditions they stand in.

use lictor_grammar::ast::{BinaryOp, Expr, ExprKind, History, IsWhat, QuantifierKind, UnaryOp, Window};
use lictor_grammar::span::Span;

use super::edit::Editor;

const COMPARISON: &str = "comparison";
const CONNECTIVE: &str = "connective";
const CONDITION: &str = "condition";
const ARITHMETIC: &str = "arithmetic";

/// What may stand in an operator's place: its edge first, its opposite second.
fn others(op: BinaryOp) -> (&'static str, &'static [&'static str]) {
    match op {
        BinaryOp::Or => (CONNECTIVE, &["and"]),
        BinaryOp::And => (CONNECTIVE, &["or"]),
        BinaryOp::Equal => (COMPARISON, &["!="]),
        BinaryOp::NotEqual => (COMPARISON, &["=="]),
        BinaryOp::Less => (COMPARISON, &["<=", ">="]),
        BinaryOp::LessOrEqual => (COMPARISON, &["<", ">"]),
        BinaryOp::Greater => (COMPARISON, &[">=", "<="]),
        BinaryOp::GreaterOrEqual => (COMPARISON, &[">", "<"]),
        BinaryOp::Add => (ARITHMETIC, &["-"]),
        BinaryOp::Subtract => (ARITHMETIC, &["+"]),
        BinaryOp::Multiply => (ARITHMETIC, &["/"]),
        BinaryOp::Divide | BinaryOp::WholeDivide => (ARITHMETIC, &["*"]),
    }
}

impl Editor<'_> {
    /// Something that is true or false: a bare field or call in it can be turned.
    pub fn condition(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Name(_) | ExprKind::Field(..) | ExprKind::Call(..) | ExprKind::Method(..) => {
                let turned = format!("not {}", self.text(expr.span));
                self.replace(CONDITION, expr.span, turned);
                self.children(expr);
            }
            ExprKind::Binary(BinaryOp::And | BinaryOp::Or, ..) => {
                self.operator(expr);
                if let ExprKind::Binary(_, _, left, right) = &expr.kind {
                    self.condition(left);
                    self.condition(right);
                }
            }
            ExprKind::Unless(left, right) => {
                self.operator(expr);
                self.condition(left);
                self.condition(right);
            }
            ExprKind::Unary(UnaryOp::Not, inner) => {
                self.operator(expr);
                // Turning what is turned already would only take the `not` away again.
                match inner.kind {
                    ExprKind::Name(_) | ExprKind::Field(..) | ExprKind::Call(..) | ExprKind::Method(..) => {
                        self.children(inner);
                    }
                    _ => self.condition(inner),
                }
            }
            ExprKind::If(when, then, otherwise) => {
                for part in [when, then, otherwise] {
                    self.condition(part);
                }
            }
            _ => self.expr(expr),
        }
    }

    /// An expression of any type.
    pub fn expr(&mut self, expr: &Expr) {
        self.operator(expr);
        self.constant(expr);
        self.children(expr);
    }

    fn children(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::List(items) => self.list(items),
            ExprKind::Field(inner, _) | ExprKind::Unary(UnaryOp::Negate, inner) | ExprKind::Is(inner, _) => {
                self.expr(inner);
            }
            ExprKind::Unary(UnaryOp::Not, inner) => self.condition(inner),
            ExprKind::Binary(BinaryOp::And | BinaryOp::Or, _, left, right)
            | ExprKind::Unless(left, right) => {
                self.condition(left);
                self.condition(right);
            }
            ExprKind::Binary(_, _, left, right)
            | ExprKind::In(left, right)
            | ExprKind::Range(left, right, _)
            | ExprKind::Index(left, right)
            | ExprKind::Otherwise(left, right) => {
                self.expr(left);
                self.expr(right);
            }
            ExprKind::Call(_, args) => args.iter().for_each(|arg| self.expr(arg)),
            ExprKind::Method(inner, _, args) => {
                self.expr(inner);
                args.iter().for_each(|arg| self.expr(arg));
            }
            ExprKind::If(when, then, otherwise) => {
                self.condition(when);
                self.expr(then);
                self.expr(otherwise);
            }
            ExprKind::Quantifier(quantifier) => {
                self.expr(&quantifier.over);
                match quantifier.kind {
                    QuantifierKind::Sum => self.expr(&quantifier.body),
                    _ => self.condition(&quantifier.body),
                }
            }
            ExprKind::History(history) => self.history(history),
            _ => {}
        }
    }

    fn operator(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Binary(op, at, _, _) => {
                let (kind, others) = others(*op);
                for other in others {
                    self.replace(kind, *at, *other);
                }
            }
            ExprKind::In(item, within) => {
                let (from, to) = (item.span.end, within.span.start);
                match self.find(from, to, expr.span, "not") {
                    Some(not) => self.replace(CONDITION, not, ""),
                    None => {
                        if let Some(at) = self.find(from, to, expr.span, "in") {
                            self.replace(CONDITION, at, "not in");
                        }
                    }
                }
            }
            ExprKind::Is(subject, what) => self.is(expr.span, subject.span.end, *what),
            ExprKind::Range(low, high, closed) => {
                let (sign, other) = if *closed { ("..=", "..") } else { ("..", "..=") };
                if let Some(at) = self.find(low.span.end, high.span.start, expr.span, sign) {
                    self.replace(COMPARISON, at, other);
                }
            }
            ExprKind::Unless(left, right) => {
                if let Some(at) = self.find(left.span.end, right.span.start, expr.span, "unless") {
                    self.replace(CONNECTIVE, at, "and");
                }
            }
            ExprKind::Unary(UnaryOp::Not, inner) if expr.span.start < inner.span.start => {
                // `x not in xs` and `x is not empty` begin with what they are about.
                if let Some(at) = self.find(expr.span.start, inner.span.start, expr.span, "not") {
                    self.replace(CONDITION, at, "");
                }
            }
            ExprKind::Quantifier(quantifier) => {
                let (word, other) = match quantifier.kind {
                    QuantifierKind::All => ("all", "any"),
                    QuantifierKind::Any => ("any", "all"),
                    QuantifierKind::Count | QuantifierKind::Sum => return,
                };
                if let Some(at) = self.find(expr.span.start, quantifier.variable.span.start, expr.span, word)
                {
                    self.replace(CONNECTIVE, at, other);
                }
            }
            _ => {}
        }
    }

    fn is(&mut self, whole: Span, from: u32, what: IsWhat) {
        let (word, other) = match what {
            IsWhat::Present => ("present", "absent"),
            IsWhat::Absent => ("absent", "present"),
            IsWhat::Empty => match self.find(from, whole.end, whole, "not") {
                Some(not) => return self.replace(CONDITION, not, ""),
                None => ("empty", "not empty"),
            },
        };
        if let Some(at) = self.find(from, whole.end, whole, word) {
            self.replace(CONDITION, at, other);
        }
    }

    /// A list that is written out: each of its elements may be left out.
    fn list(&mut self, items: &[Expr]) {
        for (at, item) in items.iter().enumerate() {
            // With the comma that parts it from its neighbour; the only element has none.
            let (start, end) = match (items.get(at + 1), at.checked_sub(1).and_then(|at| items.get(at))) {
                (Some(next), _) => (item.span.start, next.span.start),
                (None, Some(before)) => (before.span.end, item.span.end),
                (None, None) => continue,
            };
            self.replace("element", Span::new(item.span.file, start, end), "");
        }
    }

    fn history(&mut self, history: &History) {
        // What was allowed and neither released nor failed is executed, or reserved for it: no test can tell these two apart.
        let other = match history.state.text.as_str() {
            "allowed" | "executed" => Some("attempted"),
            "attempted" => Some("allowed"),
            _ => None,
        };
        if let Some(other) = other {
            self.replace("history", history.state.span, other);
        }
        match &history.window {
            Window::Over(over) => self.constant(over),
            Window::Days { count, .. } => self.number(count),
            Window::Since(since) => self.constant(&since.at_most),
        }
        if let Some(filter) = &history.filter {
            self.condition(filter);
        }
    }
}
