//! The moment by which a test expects something to be done: counted from a moment of the request.

use lictor_bundle::schema::Type;
use lictor_grammar::ast::{Expr, ExprKind, Name};
use lictor_grammar::cursor::MARKER;

use super::request::{Finder, Sought, present};

impl<'a> Finder<'_, '_, 'a> {
    /// A moment that is counted from one of the request, with the mark in it.
    pub(super) fn moment(&mut self, action: &str, written: &'a Expr) {
        match &written.kind {
            ExprKind::Name(name) if name == MARKER => {
                let (action, written) = (action.to_owned(), Vec::new());
                self.found = Some(Sought::Root { action, written, is_own: false });
            }
            ExprKind::Field(of, name) if name.text == MARKER => {
                let ty = names(of).and_then(|names| self.type_at(action, &names));
                if let Some(Type::Record(id)) = ty.and_then(|ty| present(self.here, ty)) {
                    self.found = Some(Sought::Field(id, Vec::new()));
                }
            }
            ExprKind::Binary(_, _, left, right) => {
                self.moment(action, left);
                self.moment(action, right);
            }
            _ => {}
        }
    }
}

/// The names of `context.now`.
fn names(path: &Expr) -> Option<Vec<Name>> {
    match &path.kind {
        ExprKind::Name(text) => Some(vec![Name { text: text.clone(), span: path.span }]),
        ExprKind::Field(of, name) => {
            let mut names = names(of)?;
            names.push(name.clone());
            Some(names)
        }
        _ => None,
    }
}
