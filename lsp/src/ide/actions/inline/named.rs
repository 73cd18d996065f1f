//! The value of a `let`, written where its name stands.

use lictor_compiler::meaning::What;
use lictor_compiler::typed::LocalId;
use lictor_grammar::ast::{
    Expr, Item, ItemKind, Let, Name, Statement, StatementKind, TestStep, TestStepKind,
};
use lictor_grammar::span::Span;

use super::same::{RELIED_ON, Use, Why, fits, has_comment, meaning_at};
use super::{Inlined, Place, written};
use crate::ide::actions::{Asked, tree};

/// A `let`, and the places of its name.
pub(super) struct Named<'a> {
    item: &'a Item,
    statement: Span,
    node: &'a Let,
    uses: Vec<Span>,
    tops: Vec<&'a Expr>,
}

impl<'a> Named<'a> {
    /// The `let` that is named at a place of an item.
    pub fn at(asked: Asked<'a>, item: &'a Item, place: Span) -> Option<Named<'a>> {
        let ItemKind::Rule(rule) = &item.kind else { return None };
        let touches = |span: Span| span.start <= place.start && place.start <= span.end;
        let meanings = asked.analysis.meanings(item.span.file);
        let id = meanings
            .iter()
            .filter(|meaning| touches(meaning.span))
            .find_map(|meaning| local(&meaning.what))?;
        let (statement, node) = lets(&rule.body).into_iter().find(|(_, node)| {
            meaning_at(asked, node.name.span).is_some_and(|(what, _)| *what == What::Binding(id))
        })?;
        let uses = meanings.iter().filter(|meaning| meaning.what == What::Local(id));
        let mut uses: Vec<Span> = uses.map(|meaning| meaning.span).collect();
        uses.sort();
        uses.dedup();
        Some(Named { item, statement, node, uses, tops: tree::expressions(item) })
    }

    /// Whether the value can be written at this place of the name, and how.
    fn written(&self, asked: Asked<'a>, place: Span) -> Result<String, Why> {
        let value = &self.node.value;
        let text = asked.analysis.text(value.span);
        match Use::at(&self.tops, place) {
            Some(at) => {
                fits(asked, value, &at)?;
                Ok(written::in_place(asked, &at.around, at.expr, text, written::level(value)))
            }
            // In a message stands a path.
            None if tree::is_path(value) && !text.contains(['[', '\n']) => Ok(text.to_owned()),
            None => Err("a message shows it"),
        }
    }

    /// Whether its value can be written anywhere else.
    fn can_move(&self, asked: Asked<'a>) -> Result<(), Why> {
        if has_comment(asked, self.node.value.span) {
            return Err("there is a comment in it");
        }
        // What one place has asked, others know by the name.
        let is_relied_on =
            |place: &Span| Use::at(&self.tops, *place).is_some_and(|at| at.is_relied_on(asked));
        if !tree::is_path(&self.node.value) && self.uses.iter().any(is_relied_on) {
            return Err(RELIED_ON);
        }
        Ok(())
    }

    /// Whether nobody needs the name where it stands nowhere else.
    fn can_go(&self, asked: Asked<'a>) -> Result<(), Why> {
        let ItemKind::Rule(rule) = &self.item.kind else { return Ok(()) };
        let (rule, name) = (&rule.name.text, &self.node.name.text);
        let is_it =
            |names: &[Name]| matches!(names, [.., of, last] if of.text == *rule && last.text == *name);
        let sets =
            |step: &TestStep| matches!(&step.kind, TestStepKind::WithValue(path, _) if is_it(&path.names));
        let mut items = asked.analysis.modules().iter().flat_map(|module| &module.ast.items);
        let in_test = items.any(|item| match &item.kind {
            ItemKind::Test(node) => node.steps.iter().any(sets),
            ItemKind::Fixture(steps) => steps.iter().any(sets),
            _ => false,
        });
        let path = format!("{rule}.{name}");
        let in_table = || asked.analysis.tables().any(|table| asked.analysis.text_of(table).contains(&path));
        if in_test || in_table() { Err("a test sets it") } else { Ok(()) }
    }

    /// The whole of its statement, with the line that it stands in.
    fn line(&self, asked: Asked<'_>) -> Span {
        let text = asked.analysis.text_of(self.item.span.file);
        let before = text.get(..self.statement.start as usize).unwrap_or_default();
        let start = u32::try_from(before.trim_end_matches([' ', '\t', '\r', '\n']).len()).unwrap_or_default();
        Span { start, ..self.statement }
    }
}

impl<'a> Inlined<'a> for Named<'a> {
    fn places(&self) -> &[Span] {
        &self.uses
    }

    fn title(&self, place: Place) -> String {
        let name = &self.node.name.text;
        match place {
            Place::Here => format!("Write the value of `{name}` here"),
            Place::Everywhere(1) => {
                format!("Write the value of `{name}` where it is used, and remove the name")
            }
            Place::Everywhere(count) => {
                format!("Write the value of `{name}` at all {count} places, and remove the name")
            }
        }
    }

    fn here(&self, asked: Asked<'a>, place: Span) -> Result<Vec<(&'a Item, Span, String)>, Why> {
        self.can_move(asked)?;
        Ok(vec![(self.item, place, self.written(asked, place)?)])
    }

    fn everywhere(&self, asked: Asked<'a>) -> Result<Vec<(&'a Item, Span, String)>, Why> {
        self.can_move(asked)?;
        self.can_go(asked)?;
        let mut changes = vec![(self.item, self.line(asked), String::new())];
        for place in &self.uses {
            changes.push((self.item, *place, self.written(asked, *place)?));
        }
        Ok(changes)
    }
}

fn local(what: &What) -> Option<LocalId> {
    match what {
        What::Local(id) | What::Binding(id) => Some(*id),
        _ => None,
    }
}

/// The `let`s of a body, with the places of their statements.
fn lets(body: &[Statement]) -> Vec<(Span, &Let)> {
    let mut found = Vec::new();
    for statement in body {
        match &statement.kind {
            StatementKind::Let(node) => found.push((statement.span, node)),
            StatementKind::When(node) => found.extend(lets(&node.body)),
            _ => {}
        }
    }
    found
}
