//! The types of values that a rule gives a name to. What a quantifier goes through is left alone: its variable stands beside the collection.

use lictor_grammar::ast::{Expr, ExprKind, ItemKind, Name, Statement, StatementKind};

use super::{Hint, Kind, One, Part};

impl One<'_> {
    /// Behind the name of each `let` whose type is not there to see, as it is in `let most = 5 USD`.
    pub(super) fn types(&self, all: &mut Vec<Hint>) {
        let (Some(schema), ItemKind::Rule(rule)) = (self.analysis.schema(), &self.item.kind) else { return };
        let mut names = Vec::new();
        lets(&rule.body, &mut names);
        let meanings = self.analysis.meanings(self.item.span.file);
        for name in names {
            let known = meanings.binary_search_by_key(&name.span, |meaning| meaning.span);
            let Some(meaning) = known.ok().and_then(|at| meanings.get(at)) else { continue };
            let (ty, name) = (meaning.ty.written(schema), &name.text);
            all.push(Hint {
                at: self.syntax.range(meaning.span).end,
                kind: Kind::Type,
                label: vec![Part::plain(format!(": {ty}"))],
                tooltip: match ty.strip_suffix('?') {
                    Some(present) => format!("`{name}` is of type `{present}`, or absent."),
                    None => format!("`{name}` is of type `{ty}`."),
                },
            });
        }
    }
}

fn lets<'r>(body: &'r [Statement], found: &mut Vec<&'r Name>) {
    for statement in body {
        match &statement.kind {
            StatementKind::Let(node) if !is_literal(&node.value) => found.push(&node.name),
            StatementKind::When(node) => lets(&node.body, found),
            _ => {}
        }
    }
}

fn is_literal(value: &Expr) -> bool {
    matches!(
        value.kind,
        ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::Percent(_)
            | ExprKind::Quantity(..)
            | ExprKind::Duration(_)
            | ExprKind::Timestamp(_)
            | ExprKind::Date(_)
            | ExprKind::TimeOfDay(_)
            | ExprKind::String(_)
    )
}
