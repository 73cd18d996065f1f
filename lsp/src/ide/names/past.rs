//! Questions about the past: their keys and conditions read the fields of past actions, and of the request.

use lictor_bundle::schema::{Schema, TypeId};
use lictor_grammar::ast::{Expr, ExprKind, History, Name, Window};
use lictor_grammar::span::Span;

use super::occurrence;
use super::occurrence::{Occurrence, Reader};
use super::request::record;
use super::symbol::{ENVELOPE, Kind, Symbol};

/// The names of a question.
pub fn read(reader: &Reader<'_>, question: &History, found: &mut Vec<Occurrence>) {
    let Some(schema) = reader.schema else { return };
    let mut actions = reader.asked(&question.actions);
    if let Window::Since(since) = &question.window {
        actions.extend(reader.asked(std::slice::from_ref(&since.action)));
    }
    let past = Past { schema, actions };
    for key in &question.keys {
        let names: Vec<(Span, &str)> = key.names.iter().map(named).collect();
        past.path(&names, found);
    }
    for expr in question.field.iter().chain(&question.filter) {
        past.expr(expr, found);
    }
}

fn named(name: &Name) -> (Span, &str) {
    (name.span, &name.text)
}

struct Past<'r> {
    schema: &'r Schema,
    actions: Vec<&'r str>,
}

impl<'r> Past<'r> {
    /// The paths in an expression.
    fn expr(&self, expr: &Expr, found: &mut Vec<Occurrence>) {
        if let Some(path) = path_of(expr) {
            return self.path(&path, found);
        }
        expr.children().for_each(|inner| self.expr(inner, found));
    }

    /// The names of a path.
    fn path(&self, names: &[(Span, &str)], found: &mut Vec<Occurrence>) {
        let Some(((span, first), rest)) = names.split_first() else { return };
        let mut symbols: Vec<Symbol> =
            self.actions.iter().flat_map(|action| self.field(action, first)).collect();
        symbols.sort();
        symbols.dedup();
        if symbols.is_empty() && rest.is_empty() {
            symbols.extend(self.word(first));
        }
        found.extend(occurrence(*span, symbols, false));
        let mut ty = self.actions.iter().find_map(|action| self.type_of(action, first));
        for (span, name) in rest {
            let Some(record) = ty.and_then(|ty| record(self.schema, ty)) else { return };
            let symbol = Symbol::within(Kind::Field, &record.name, name);
            found.extend(occurrence(*span, vec![symbol], false));
            ty = record.fields.iter().find(|field| field.name == **name).map(|field| field.ty);
        }
    }

    /// A word, where only one enum has it: nobody says here of which type a name is.
    fn word(&self, name: &str) -> Option<Symbol> {
        let mut with = self
            .schema
            .enums
            .iter()
            .zip(0..)
            .filter(|(words, _)| words.values.iter().any(|word| word == name));
        let (Some((_, id)), None) = (with.next(), with.next()) else { return None };
        Symbol::word(self.schema, id, name)
    }

    fn field(&self, action: &str, name: &str) -> Option<Symbol> {
        if ENVELOPE.contains(&name) {
            return Some(Symbol::new(Kind::Envelope, name));
        }
        self.type_of(action, name).map(|_| Symbol::within(Kind::RequestField, action, name))
    }

    fn type_of(&self, action: &str, name: &str) -> Option<TypeId> {
        let declared = self.schema.actions.iter().find(|declared| declared.name == action)?;
        let request = self.schema.records.get(usize::from(declared.request))?;
        request.fields.iter().find(|field| field.name == name).map(|field| field.ty)
    }
}

/// The names of a path, where an expression is one.
fn path_of(expr: &Expr) -> Option<Vec<(Span, &str)>> {
    match &expr.kind {
        ExprKind::Name(name) => Some(vec![(expr.span, name)]),
        ExprKind::Field(of, name) => {
            let mut path = path_of(of)?;
            path.push(named(name));
            Some(path)
        }
        _ => None,
    }
}
