//! What a function says, written where it is called.

use lictor_compiler::meaning::What;
use lictor_grammar::ast::{Expr, ExprKind, Fn, Item, ItemKind};
use lictor_grammar::span::Span;

use super::same::{Use, Why, fits, has_comment, is_typed};
use super::{Inlined, Place, written};
use crate::ide::actions::{Asked, place as text, tree};
use crate::ide::names::{Kind, Symbol};

/// A function, and where it is called.
pub(super) struct Function<'a> {
    item: &'a Item,
    node: &'a Fn,
    /// Its names in the calls that stand in this file.
    calls: Vec<Span>,
    /// Whether it is used in other files, too, or declared in one.
    is_elsewhere: bool,
}

impl<'a> Function<'a> {
    /// The function that is named at a place.
    pub fn at(asked: Asked<'a>, offset: u32) -> Option<Function<'a>> {
        let names = asked.analysis.names();
        let (_, found) = names.at(asked.file, offset)?;
        let symbol = found.symbols.iter().find(|symbol| symbol.kind == Kind::Function)?;
        let mut items = asked.analysis.modules().iter().flat_map(|module| &module.ast.items);
        let (item, node) = items.find_map(|item| match &item.kind {
            ItemKind::Fn(node) if node.name.text == symbol.name => Some((&**item, node)),
            _ => None,
        })?;
        let symbol: &Symbol = symbol;
        let is_here = |span: Span| asked.analysis.place(span).is_some_and(|(file, _)| file == asked.file);
        let (here, elsewhere): (Vec<(Span, bool)>, Vec<_>) =
            names.spans(symbol).partition(|(span, _)| is_here(*span));
        let mut calls: Vec<Span> =
            here.into_iter().filter(|(_, is_declaration)| !is_declaration).map(|(span, _)| span).collect();
        calls.sort();
        calls.dedup();
        Some(Function { item, node, calls, is_elsewhere: !elsewhere.is_empty() })
    }

    /// What it says instead of the call with this name, and the item and the place of that.
    fn written(&self, asked: Asked<'a>, name: Span) -> Result<(&'a Item, Span, String), Why> {
        const LOST: Why = "it is not called there";
        let mut items = asked.syntax.items();
        let item =
            items.find(|item| item.span.file == name.file && item.span.start <= name.start).ok_or(LOST)?;
        let tops = tree::expressions(item);
        let call = tops.iter().find_map(|top| call_of(top, name)).ok_or(LOST)?;
        let ExprKind::Call(_, given) = &call.kind else { return Err(LOST) };
        let at = Use::at(&tops, call.span).ok_or(LOST)?;
        if given.len() != self.node.params.len() {
            return Err(LOST);
        }
        if has_comment(asked, call.span) {
            return Err("there is a comment in the call");
        }
        fits(asked, &self.node.body, &at)?;
        self.means_the_same(asked, item, given)?;
        let body = written::replaced(asked, self.node.body.span, self.given(asked, given)?);
        let text = written::in_place(asked, &at.around, at.expr, &body, written::level(self.body(given)));
        Ok((item, call.span, text))
    }

    /// What is given, in the places of the body that take it.
    fn given(&self, asked: Asked<'a>, given: &'a [Expr]) -> Result<Vec<(Span, String)>, Why> {
        let mut changes = Vec::new();
        let body = [&self.node.body];
        for (param, given) in self.node.params.iter().zip(given) {
            let optional = param.ty.optional;
            if !is_typed(asked, given, &param.ty.name.text) {
                return Err("what it is given takes its type from the function");
            }
            if optional && !tree::is_path(given) {
                return Err("it asks whether what it is given is there");
            }
            for place in names(&self.node.body, &param.name.text) {
                let Some(at) = Use::at(&body, place) else { continue };
                fits(asked, given, &at)?;
                let text = asked.analysis.text(given.span);
                let text = written::in_place(asked, &at.around, at.expr, text, written::level(given));
                changes.push((place, text));
            }
        }
        Ok(changes)
    }

    /// The expression whose kind the body has, once it was given something: a body that is what it takes becomes what it was given.
    fn body<'e>(&'e self, given: &'e [Expr]) -> &'e Expr {
        let params = self.node.params.iter().zip(given);
        let is_it = |name: &str| params.clone().find(|(param, _)| param.name.text == name);
        match &self.node.body.kind {
            ExprKind::Name(name) => is_it(name).map_or(&self.node.body, |(_, given)| given),
            _ => &self.node.body,
        }
    }

    /// Whether the words of the body stand for the same in another item.
    fn means_the_same(&self, asked: Asked<'a>, item: &'a Item, given: &[Expr]) -> Result<(), Why> {
        let body = &self.node.body;
        if !is_typed(asked, body, &self.node.result.name.text) && !self.is_param(body) {
            return Err("a value in it takes its type from the function");
        }
        let variables = tree::variables(body);
        let is_bound = |name: &str| {
            let meanings = asked.analysis.meanings(item.span.file);
            meanings.iter().any(|meaning| {
                matches!(meaning.what, What::Binding(_)) && asked.analysis.text(meaning.span) == name
            })
        };
        let records = asked.analysis.schema().map(|schema| schema.records.as_slice()).unwrap_or_default();
        let actions = asked.analysis.schema().map(|schema| schema.actions.as_slice()).unwrap_or_default();
        let requests = actions.iter().filter_map(|action| records.get(usize::from(action.request)));
        let fields: Vec<&str> =
            requests.flat_map(|request| &request.fields).map(|field| field.name.as_str()).collect();
        let is_taken = |name: &str| is_bound(name) || fields.contains(&name);
        let reads = |name: &str| given.iter().any(|given| !names(given, name).is_empty());
        if variables.iter().any(|variable| is_taken(variable) || reads(variable)) {
            return Err("a name in it is taken there");
        }
        let is_free = |expr: &Expr| match &expr.kind {
            ExprKind::Name(name) => {
                !self.node.params.iter().any(|param| param.name.text == *name)
                    && !variables.contains(&name.as_str())
                    && is_taken(name)
            }
            _ => false,
        };
        if tree::any(body, &is_free) {
            return Err("a name in it stands for something else there");
        }
        Ok(())
    }

    fn is_param(&self, expr: &Expr) -> bool {
        matches!(&expr.kind, ExprKind::Name(name) if self.node.params.iter().any(|param| param.name.text == *name))
    }
}

impl<'a> Inlined<'a> for Function<'a> {
    fn places(&self) -> &[Span] {
        &self.calls
    }

    fn title(&self, place: Place) -> String {
        let name = &self.node.name.text;
        match place {
            Place::Here => format!("Write here what `{name}` says"),
            Place::Everywhere(1) => format!("Write what `{name}` says where it is called, and remove it"),
            Place::Everywhere(count) => {
                format!("Write what `{name}` says at all {count} places that call it, and remove it")
            }
        }
    }

    fn here(&self, asked: Asked<'a>, place: Span) -> Result<Vec<(&'a Item, Span, String)>, Why> {
        if has_comment(asked, self.node.body.span) {
            return Err("there is a comment in it");
        }
        Ok(vec![self.written(asked, place)?])
    }

    fn everywhere(&self, asked: Asked<'a>) -> Result<Vec<(&'a Item, Span, String)>, Why> {
        if self.is_elsewhere {
            return Err("it stands in another file, too");
        }
        let mut changes = Vec::new();
        for call in &self.calls {
            changes.extend(self.here(asked, *call)?);
        }
        Ok(changes)
    }

    fn removed(&self, asked: Asked<'a>) -> Option<std::ops::Range<u32>> {
        let start = text::above(asked.syntax, self.item);
        let end = asked.syntax.range(self.item.span).end;
        let text = asked.syntax.text();
        // With the blank line behind it, or before it where it is the last.
        let behind = text.slice(end..text.len());
        let blank = behind.len() - behind.trim_start_matches(['\r', '\n']).len();
        Some(start..end + u32::try_from(blank).ok()?)
    }
}

/// The call of the function that is named at this place.
fn call_of(expr: &Expr, name: Span) -> Option<&Expr> {
    if matches!(&expr.kind, ExprKind::Call(called, _) if called.span == name) {
        return Some(expr);
    }
    expr.children().find_map(|child| call_of(child, name))
}

/// The places of a name in an expression.
fn names(expr: &Expr, name: &str) -> Vec<Span> {
    let own = matches!(&expr.kind, ExprKind::Name(read) if read == name).then_some(expr.span);
    own.into_iter().chain(expr.children().flat_map(|child| names(child, name))).collect()
}
