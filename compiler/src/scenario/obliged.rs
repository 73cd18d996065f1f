//! What a test says of obligations: that the caller must do something, perhaps by a moment, or that there is nothing to do.

use std::collections::BTreeSet;

use lictor_bundle::schema::{ActionId, Type, TypeId};
use lictor_bundle::time::{FIRST_MOMENT, LAST_MOMENT, parse_timestamp, render_timestamp};
use lictor_grammar::ast::{
    BinaryOp, DispositionKind, Expr, ExprKind, ItemKind, Name, Obliged, Statement, StatementKind,
};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::literal;
use lictor_grammar::span::Span;

use super::Scene;
use super::draft::Draft;
use super::fact::as_path;
use super::path::Start;
use super::test::{Row, Steps};
use super::value::found;
use crate::modules::Module;
use crate::{Duty, suggest};

/// What a step says of obligations, before anybody knows which request it is about.
#[derive(Clone)]
pub struct Owed {
    kind: Kind,
    /// The step.
    span: Span,
}

#[derive(Clone)]
enum Kind {
    Must(String, Option<Moment>),
    MustNot(String),
    Nothing,
}

/// A moment, or a length of time after one that the request says.
#[derive(Clone)]
struct Moment {
    since: Since,
    /// Milliseconds.
    after: i64,
}

#[derive(Clone)]
enum Since {
    Constant(i64),
    Request(Vec<String>, Span),
}

impl Owed {
    /// What must hold of the decision about this request.
    pub fn of(&self, request: &Draft) -> Duty {
        match &self.kind {
            Kind::Nothing => Duty::Nothing,
            Kind::MustNot(id) => Duty::NotOwed(id.clone()),
            Kind::Must(id, by) => {
                let by = by.as_ref().map(|by| by.of(request).unwrap_or_else(|| String::from("absent")));
                Duty::Owed { id: id.clone(), by }
            }
        }
    }

    /// Where it reads a field of the action.
    pub fn reads_field(&self) -> Option<Span> {
        match &self.kind {
            Kind::Must(_, Some(Moment { since: Since::Request(path, span), .. }))
                if path.first().is_some_and(|root| root == "params") =>
            {
                Some(*span)
            }
            _ => None,
        }
    }
}

impl Moment {
    /// It as decisions write it; nothing where the request does not say from when to count, and so nothing can be owed by then.
    fn of(&self, request: &Draft) -> Option<String> {
        let from = match &self.since {
            Since::Constant(moment) => *moment,
            Since::Request(path, _) => parse_timestamp(request.at(path)?.as_str()?).ok()?,
        };
        let moment = from.checked_add(self.after)?;
        (FIRST_MOMENT..=LAST_MOMENT).contains(&moment).then(|| render_timestamp(moment))
    }
}

impl Scene<'_> {
    /// Reads what a step says of obligations, for requests for these actions.
    pub fn owed(&mut self, said: &Obliged, span: Span, actions: &[ActionId], into: &mut Steps) {
        if let Some(name) = &said.name {
            self.known_obligation(name);
        }
        let kind = match (&said.name, said.not) {
            (Some(name), true) => Kind::MustNot(name.text.clone()),
            (Some(name), false) => {
                let by = said.by.as_ref().map(|by| self.moment(by, actions));
                // What is wrong with a moment was told, and ends the test.
                Kind::Must(name.text.clone(), by.flatten())
            }
            (None, _) => Kind::Nothing,
        };
        into.owed.push(Owed { kind, span });
    }

    /// Tells where nothing is shown by what is said of obligations, since a request that is refused obliges nobody.
    pub fn check_owed(&mut self, owed: &[Owed], rows: &[Row<'_>]) {
        let refused = |row: &&Row<'_>| row.outcome.decision == DispositionKind::Deny;
        let Some(first) = rows.iter().find(refused) else { return };
        for Owed { kind, span } in owed {
            if matches!(kind, Kind::Must(..)) || rows.iter().filter(refused).count() == rows.len() {
                let message = "what is refused obliges nobody, whatever the rules say";
                self.diagnostics.push(
                    Diagnostic::error("E0510", *span, message)
                        .also(first.span, "this is to be refused")
                        .help("say it in a test of a request that is allowed or asked about"),
                );
            }
        }
    }

    fn known_obligation(&mut self, name: &Name) {
        let modules = self.resolver.modules;
        let known = self.obligations.get_or_insert_with(|| obligations(modules));
        if known.contains(name.text.as_str()) {
            return;
        }
        let help = suggest::help(&name.text, known.iter().copied(), "name what a rule says with `oblige`");
        let message = format!("no rule obliges anybody to `{}`", name.text);
        self.diagnostics.push(Diagnostic::error("E0518", name.span, message).suggested(help));
    }

    fn moment(&mut self, written: &Expr, actions: &[ActionId]) -> Option<Moment> {
        match &written.kind {
            ExprKind::Error => None,
            ExprKind::Timestamp(text) => match literal::timestamp(text) {
                Ok(moment) => Some(Moment { since: Since::Constant(moment), after: 0 }),
                Err(why) => {
                    self.unreadable(written, why);
                    None
                }
            },
            ExprKind::Binary(BinaryOp::Add, _, left, right) => match (&left.kind, &right.kind) {
                (ExprKind::Duration(length), _) => self.later(right, left, length, 1, actions),
                (_, ExprKind::Duration(length)) => self.later(left, right, length, 1, actions),
                _ => self.no_moment(written),
            },
            ExprKind::Binary(BinaryOp::Subtract, _, left, right) => match &right.kind {
                ExprKind::Duration(length) => self.later(left, right, length, -1, actions),
                _ => self.no_moment(written),
            },
            _ => {
                let Some(path) = as_path(written) else { return self.no_moment(written) };
                let place = self.place(&path, Start::Anywhere, actions)?;
                match self.is_moment(place.ty) {
                    true => Some(Moment { since: Since::Request(place.path, written.span), after: 0 }),
                    false => self.no_moment(written),
                }
            }
        }
    }

    /// The moment that lies a length of time after another, or before it.
    fn later(
        &mut self,
        from: &Expr,
        at: &Expr,
        length: &str,
        sign: i64,
        actions: &[ActionId],
    ) -> Option<Moment> {
        let moment = self.moment(from, actions)?;
        let length = match literal::duration(length) {
            Ok(length) => length,
            Err(why) => {
                self.unreadable(at, why);
                return None;
            }
        };
        let Some(after) = length.checked_mul(sign).and_then(|length| moment.after.checked_add(length)) else {
            self.unreadable(at, "the length of time is too large");
            return None;
        };
        Some(Moment { after, ..moment })
    }

    fn is_moment(&self, ty: TypeId) -> bool {
        match self.ty(ty) {
            Some(Type::Optional(inner)) => self.ty(inner) == Some(Type::Timestamp),
            ty => ty == Some(Type::Timestamp),
        }
    }

    fn no_moment(&mut self, written: &Expr) -> Option<Moment> {
        let message = match found(&written.kind).filter(|_| as_path(written).is_none()) {
            Some(found) => format!("an obligation is met by a moment, and this is {found}"),
            None => String::from("an obligation is met by a moment, and this is none"),
        };
        let help = "write `2026-03-31T10:00:00Z`, or count from a moment of the request: `context.now + 30d`";
        self.diagnostics.push(Diagnostic::error("E0505", written.span, message).help(help));
        None
    }
}

/// What the rules of these modules demand, by name.
fn obligations(modules: &[Module]) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for item in modules.iter().flat_map(|module| &module.ast.items) {
        if let ItemKind::Rule(rule) = &item.kind {
            demanded(&rule.body, &mut found);
        }
    }
    found
}

fn demanded<'m>(body: &'m [Statement], found: &mut BTreeSet<&'m str>) {
    for statement in body {
        match &statement.kind {
            StatementKind::Oblige(oblige) => {
                found.insert(oblige.name.text.as_str());
            }
            StatementKind::When(when) => demanded(&when.body, found),
            _ => {}
        }
    }
}
