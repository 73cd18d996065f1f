//! What a message may show at a place, for whoever proposes it: each name that means something there is tried.

use lictor_bundle::form::Part;
use lictor_bundle::shape::SourcePart;
use lictor_grammar::ast::{self, MessagePiece, Name, StatementKind};
use lictor_grammar::cursor::MARKER;

use super::message::written;
use crate::check::Checker;
use crate::marks::Shows;
use crate::sight::{Shown, Sight};
use crate::typed::{Expr, Ty};

/// So many fields are gone through from a name that is not shown as a whole.
const DEPTH: usize = 3;

impl Checker<'_, '_> {
    /// Notes what a message may show at this path, if it has the name in whose place one is to be written.
    pub(super) fn sought_shown(
        &mut self,
        path: &ast::Path,
        condition: Option<&Expr>,
        reason: &ast::Reason,
    ) -> bool {
        let Some((at, mark)) = path.names.iter().enumerate().find(|(_, name)| name.text == MARKER) else {
            return false;
        };
        let before = path.names.get(..at).unwrap_or_default();
        let of = self.type_of(before);
        let names = match &of {
            Some(of) => self.members(of),
            None if before.is_empty() => self.names(),
            None => Vec::new(),
        };
        let Some(looked_at) = self.scope.looked_at.clone() else { return true };
        let schema = &self.declared.schema;
        let mut shows = Shows::new(schema, &looked_at.actions, &looked_at.bindings, condition);
        shows.is_told = reason.told_as.is_none();
        let mut shown = Vec::new();
        for name in names {
            let path = followed(before, &name, mark);
            if let Some(is_whole) = self.is_shown(&path, condition, &mut shows, DEPTH) {
                shown.push(Shown { name, is_whole });
            }
        }
        self.see(|sight| Sight { of, shown: Some(shown), ..sight });
        true
    }

    /// The same for the message of a statement of which something else is wrong.
    pub(super) fn sought_in_message(&mut self, statement: &ast::Statement) {
        let is_seen = self.declared.heard.as_ref().is_none_or(|heard| heard.sight().is_some());
        if self.scope.looked_at.is_none() || is_seen {
            return;
        }
        let reason = match &statement.kind {
            StatementKind::Require(node) => &node.reason,
            StatementKind::Deny(node) => &node.reason,
            StatementKind::StepUp(node) => &node.reason,
            StatementKind::Risk(node) => &node.reason,
            StatementKind::Oblige(node) => &node.reason,
            StatementKind::Let(_)
            | StatementKind::When(_)
            | StatementKind::Flag(_)
            | StatementKind::Amplify(_) => return,
        };
        for piece in reason.message.iter().flat_map(|message| &message.pieces) {
            if let MessagePiece::Path(path) = piece {
                self.sought_shown(path, None, reason);
            }
        }
    }

    /// Whether a message may show what a path leads to, or else something of it; and whether it is the former.
    fn is_shown(
        &mut self,
        path: &ast::Path,
        condition: Option<&Expr>,
        shows: &mut Shows<'_>,
        depth: usize,
    ) -> Option<bool> {
        let told = self.out.len();
        let value = self.shown_value(path, condition);
        self.out.truncate(told);
        if let Some(value) = value {
            return shows.allows(&value).then_some(true);
        }
        let depth = depth.checked_sub(1)?;
        let (of, last) = (self.type_of(&path.names)?, path.names.last()?);
        let mut members = self.members(&of).into_iter();
        let leads = members.any(|member| {
            self.is_shown(&followed(&path.names, &member, last), condition, shows, depth).is_some()
        });
        leads.then_some(false)
    }

    /// The type of what these names lead to.
    fn type_of(&mut self, names: &[Name]) -> Option<Ty> {
        let told = self.out.len();
        let value = written(names).and_then(|path| self.expr(&path, None));
        self.out.truncate(told);
        value.map(|value| value.ty)
    }

    /// The names that a message can begin a path with.
    fn names(&self) -> Vec<String> {
        let locals = self.scope.locals.iter().map(|local| &local.name);
        let roots = self.scope.roots.common.iter().map(|(name, _)| name);
        let params = self.declared.schema.params.iter().map(|param| &param.name);
        let mut names: Vec<String> = locals.chain(roots).chain(params).cloned().collect();
        names.sort();
        names.dedup();
        names
    }

    /// The names that stand behind the dot of a value.
    fn members(&self, of: &Ty) -> Vec<String> {
        let schema = &self.declared.schema;
        match of.present() {
            Ty::Record(id) => {
                let record = schema.records.get(usize::from(*id));
                record.iter().flat_map(|record| &record.fields).map(|field| field.name.clone()).collect()
            }
            Ty::Sourced(_) => SourcePart::ALL.map(|part| part.name().to_owned()).into(),
            Ty::Form(form) => {
                let parts = Part::ALL.into_iter().filter(|part| part.of() == *form);
                parts.map(|part| part.name().to_owned()).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A path with one more name, which stands where this one does.
fn followed(names: &[Name], next: &str, at: &Name) -> ast::Path {
    let next = Name { text: next.to_owned(), span: at.span };
    let span = names.first().map_or(at.span, |first| first.span.to(at.span));
    ast::Path { names: names.iter().cloned().chain([next]).collect(), span }
}
