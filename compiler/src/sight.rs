//! What may be written at a place in an expression, for whoever proposes it. The check comes by a name that stands for nothing
//! ([`MARKER`]), and notes which names mean something there, and of which type a value should be.

use lictor_grammar::ast;
use lictor_grammar::cursor::MARKER;

use crate::check::{Checker, Roots};
use crate::typed::{LocalId, Ty};

/// What may be written at a place.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sight {
    /// What stands before the dot, where a field of it is to be named.
    pub of: Option<Ty>,
    /// The type that the place suggests.
    pub want: Option<Ty>,
    /// Whether a calendar of working days is to be named.
    pub is_calendar: bool,
    /// The names of the item's own, the innermost last.
    pub locals: Vec<Visible>,
    /// The parts of the request.
    pub roots: Vec<Visible>,
    /// Of all names, those that a message may have there, where the place is in one.
    pub shown: Option<Vec<Shown>>,
}

/// A name that a message may have at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// The name.
    pub name: String,
    /// Whether it is shown as it is; otherwise something of it is.
    pub is_whole: bool,
}

impl Sight {
    /// Whether it is known what fits.
    pub(crate) fn is_exact(&self) -> bool {
        self.of.is_some() || self.want.is_some() || self.is_calendar || self.shown.is_some()
    }
}

/// A name that means something at a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Visible {
    /// The name.
    pub name: String,
    /// Its number, for one of the item's own.
    pub id: Option<LocalId>,
    /// Its type.
    pub ty: Ty,
}

impl Checker<'_, '_> {
    /// What may be written here.
    fn sight(&self) -> Sight {
        let schema = &self.declared.schema;
        let local = |local: &crate::check::Local| Visible {
            name: local.name.clone(),
            id: Some(local.id),
            ty: local.ty.clone(),
        };
        Sight {
            locals: self.scope.locals.iter().map(local).collect(),
            roots: visible(schema, &self.scope.roots),
            ..Sight::default()
        }
    }

    pub(crate) fn see(&self, sight: impl FnOnce(Sight) -> Sight) {
        if let Some(heard) = &self.declared.heard {
            heard.see(sight(self.sight()));
        }
    }

    /// Notes what a name here might be, if this is the name in whose place one is to be written.
    pub(crate) fn sought(&self, name: &str, want: Option<&Ty>) -> bool {
        let is_sought = name == MARKER;
        if is_sought {
            self.see(|sight| Sight { want: want.cloned(), ..sight });
        }
        is_sought
    }

    /// Notes what holds everywhere in the item, where the name was not come by.
    pub(crate) fn sought_anyhow(&self) {
        if self.declared.heard.as_ref().is_some_and(|heard| heard.sight().is_none()) {
            self.see(|sight| sight);
        }
    }

    /// The same for an operand of which nothing is known.
    pub(crate) fn sought_in(&mut self, written: &ast::Expr) {
        match &written.kind {
            ast::ExprKind::Name(name) => _ = self.sought(name, None),
            ast::ExprKind::Field(of, name) => _ = self.sought_of(&name.text, of),
            _ => {}
        }
    }

    /// The same for the name of a field, or of a question, of a value.
    pub(crate) fn sought_of(&mut self, name: &str, of: &ast::Expr) -> bool {
        let is_sought = name == MARKER;
        if is_sought && let Some(of) = self.expr(of, None) {
            self.see(|sight| Sight { of: Some(of.ty), ..sight });
        }
        is_sought
    }

    /// The same for the name of a calendar.
    pub(crate) fn sought_calendar(&self, name: &str) {
        if name == MARKER {
            self.see(|sight| Sight { is_calendar: true, ..sight });
        }
    }
}

/// The parts of the request that may be read.
pub(crate) fn visible(schema: &lictor_bundle::schema::Schema, roots: &Roots) -> Vec<Visible> {
    let root = |(name, ty): &(String, lictor_bundle::schema::TypeId)| Visible {
        name: name.clone(),
        id: None,
        ty: crate::check::ty_of(schema, *ty),
    };
    roots.common.iter().map(root).collect()
}
