//! What a test says of obligations: all that the caller must do, each with its moment where it has one, or that there is nothing to do.

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

/// All that a test says of obligations, before anybody knows which request it is about.
#[derive(Clone)]
pub struct Owed {
    /// None where there is nothing to do.
    each: Vec<One>,
    /// The first line that speaks of them.
    span: Span,
}

/// One obligation.
#[derive(Clone)]
struct One {
    id: String,
    by: Option<Moment>,
    span: Span,
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
    /// What the decision about this request must oblige to.
    pub fn of(&self, request: &Draft) -> BTreeSet<Duty> {
        let duty = |one: &One| {
            let by = one.by.as_ref().map(|by| by.of(request).unwrap_or_else(|| String::from("absent")));
            Duty { id: one.id.clone(), by }
        };
        self.each.iter().map(duty).collect()
    }

    /// Whether it says that there is nothing to do.
    pub fn is_nothing(&self) -> bool {
        self.each.is_empty()
    }

    /// Where it reads fields of the action.
    pub fn read_fields(&self) -> impl Iterator<Item = Span> {
        self.each.iter().filter_map(|one| match &one.by {
            Some(Moment { since: Since::Request(path, span), .. })
                if path.first().is_some_and(|root| root == "params") =>
            {
                Some(*span)
            }
            _ => None,
        })
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
    /// Reads a line about obligations, for requests for these actions; nothing for one that says that there are none.
    pub fn owed(&mut self, said: Option<&Obliged>, span: Span, actions: &[ActionId], into: &mut Steps) {
        if let Some(first) = into.owed.as_ref().filter(|first| first.is_nothing() != said.is_none()) {
            let error = Diagnostic::error("E0510", span, "there is something to do, or there is nothing");
            self.diagnostics.push(
                error
                    .also(first.span, "this says the other")
                    .help("leave out one of the two: what a test says of obligations is all of them"),
            );
        }
        let owed = into.owed.get_or_insert(Owed { each: Vec::new(), span });
        let Some(said) = said else { return };
        self.known_obligation(&said.name);
        // What is wrong with a moment was told, and ends the test.
        let by = said.by.as_ref().and_then(|by| self.moment(by, actions));
        owed.each.push(One { id: said.name.text.clone(), by, span });
    }

    /// Tells where nothing is shown by what is said of obligations, since a request that is refused obliges nobody.
    pub fn check_owed(&mut self, owed: Option<&Owed>, rows: &[Row<'_>]) {
        let refused = |row: &&Row<'_>| row.outcome.decision == DispositionKind::Deny;
        let Some((owed, first)) = owed.zip(rows.iter().find(refused)) else { return };
        let all_refused = rows.iter().filter(refused).count() == rows.len();
        let idle = Some(owed.span).filter(|_| all_refused && owed.is_nothing());
        for span in owed.each.iter().map(|one| one.span).chain(idle) {
            let message = "what is refused obliges nobody, whatever the rules say";
            self.diagnostics.push(
                Diagnostic::error("E0510", span, message)
                    .also(first.span, "this is to be refused")
                    .help("say it in a test of a request that is allowed or asked about"),
            );
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
