//! Which place of a request a path names, and what may stand there.

use lictor_bundle::schema::{ActionId, Field, Record, Type, TypeId};
use lictor_grammar::ast::{Name, Path};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::Scene;
use crate::ids;
use crate::suggest;

/// The parts of a request that are not the action's own. Requests list them before its fields.
pub const ENVELOPE: [&str; 4] = ["agent", "user", "mandate", "context"];

/// Where a path starts.
#[derive(Clone, Copy)]
pub enum Start<'a> {
    /// At the action's own fields.
    Own,
    /// Inside a part of the envelope.
    Envelope(&'a str),
    /// At the envelope's parts and the action's own fields alike, as in a rule.
    Anywhere,
}

/// A place of a request.
#[derive(Debug)]
pub struct Place {
    /// Where in the JSON.
    pub path: Vec<String>,
    /// What may stand there.
    pub ty: TypeId,
    /// Whether something must.
    pub required: bool,
}

impl<'a> Scene<'a> {
    /// The action of this name.
    pub fn action(&mut self, path: &Path) -> Option<ActionId> {
        let name = path.text();
        if let Ok(id) = self.schema.actions.binary_search_by(|action| action.name.cmp(&name)) {
            return Some(ids::number(id));
        }
        let all = self.schema.actions.iter().map(|action| action.name.as_str());
        let help = suggest::help(&name, all, "declare it with `action`, or import the module that does");
        let message = format!("there is no action `{name}`");
        self.diagnostics.push(Diagnostic::error("E0503", path.span, message).suggested(help));
        None
    }

    /// The place a path names in requests for one of these actions; the first that has it. An error was reported where there
    /// is none.
    pub fn place(&mut self, path: &Path, start: Start<'_>, actions: &[ActionId]) -> Option<Place> {
        let mut misfit = None;
        for action in actions {
            match self.walk(&path.names, start, *action) {
                Ok(place) => return Some(place),
                Err(error) => misfit = misfit.or(Some(error)),
            }
        }
        if let Some(misfit) = misfit {
            self.diagnostics.push(misfit.diagnostic());
        }
        None
    }

    /// The place that names lead to in requests for an action.
    pub fn walk(&self, names: &[Name], start: Start<'_>, action: ActionId) -> Result<Place, Misfit> {
        let nowhere = || Misfit::new(names.first(), Vec::new(), "the request");
        let action = self.schema.actions.get(usize::from(action)).ok_or_else(nowhere)?;
        let request = self.schema.records.get(usize::from(action.request)).ok_or_else(nowhere)?;
        let (first, rest) = names.split_first().ok_or_else(nowhere)?;
        let (root, own) = request.fields.split_at(ENVELOPE.len().min(request.fields.len()));
        let (mut path, mut field) = match start {
            Start::Envelope(part) => {
                let record =
                    root.iter().find(|field| field.name == part).and_then(|field| self.record(field.ty));
                let record = record.ok_or_else(nowhere)?;
                (vec![part.to_owned()], within(&record.fields, first, part)?)
            }
            Start::Own => {
                let field =
                    within(own, first, &action.name).map_err(|misfit| self.of(misfit, &action.name))?;
                (vec![String::from("params")], field)
            }
            Start::Anywhere => {
                let field = within(&request.fields, first, &action.name)
                    .map_err(|misfit| self.of(misfit, &action.name))?;
                let inside = if ENVELOPE.contains(&first.text.as_str()) {
                    Vec::new()
                } else {
                    vec![String::from("params")]
                };
                (inside, field)
            }
        };
        path.push(first.text.clone());
        for name in rest {
            let record =
                self.record(field.ty).ok_or_else(|| Misfit::new(Some(name), Vec::new(), &field.name))?;
            field =
                within(&record.fields, name, &field.name).map_err(|misfit| self.of(misfit, &record.name))?;
            path.push(name.text.clone());
        }
        let required = !matches!(self.ty(field.ty), Some(Type::Optional(_)));
        Ok(Place { path, ty: field.ty, required })
    }

    /// The misfit, with where the record or action is declared that it is told of.
    pub fn of(&self, misfit: Misfit, declared: &str) -> Misfit {
        Misfit { declared: self.resolver.declared.places.get(declared).copied(), ..misfit }
    }

    /// The type of this number.
    pub fn ty(&self, ty: TypeId) -> Option<Type> {
        self.schema.types.get(usize::from(ty)).copied()
    }

    /// The record that this type is, whether or not it is optional: of a sourced value, the one that it is written as.
    pub fn record(&self, ty: TypeId) -> Option<&'a Record> {
        let present = match self.ty(ty)? {
            Type::Optional(inner) => self.ty(inner)?,
            ty => ty,
        };
        let record = match present {
            Type::Sourced(record) => self.ty(record)?,
            ty => ty,
        };
        match record {
            Type::Record(id) => self.schema.records.get(usize::from(id)),
            _ => None,
        }
    }
}

fn within<'f>(fields: &'f [Field], name: &Name, owner: &str) -> Result<&'f Field, Misfit> {
    fields.iter().find(|field| field.name == name.text).ok_or_else(|| {
        Misfit::new(Some(name), fields.iter().map(|field| field.name.clone()).collect(), owner)
    })
}

/// A name that names no field.
pub struct Misfit {
    name: String,
    span: Span,
    fields: Vec<String>,
    owner: String,
    /// Where the fields are declared.
    declared: Option<Span>,
}

impl Misfit {
    /// `name` is none of the `fields` that `owner` has.
    pub fn new(name: Option<&Name>, fields: Vec<String>, owner: &str) -> Misfit {
        let (name, span) = name.map_or_else(Default::default, |name| (name.text.clone(), name.span));
        Misfit { name, span, fields, owner: owner.to_owned(), declared: None }
    }

    /// What to tell whoever gave a table a column of this name, at `span`; `others` are the columns that are no fields.
    pub fn column(&self, column: &str, span: Span, others: &[&str]) -> Diagnostic {
        let fields = self.fields.iter().map(String::as_str).chain(others.iter().copied());
        let help = suggest::help(&self.name, fields, "name a column after a field of the request");
        let message = format!("there is no column `{column}`: `{}` has no field `{}`", self.owner, self.name);
        Diagnostic::error("E0628", span, message).help(help.help)
    }

    /// What to tell the author.
    pub fn diagnostic(&self) -> Diagnostic {
        let fields = self.fields.iter().map(String::as_str);
        let help = suggest::help(&self.name, fields, "name a field that is declared");
        let error =
            Diagnostic::error("E0504", self.span, format!("`{}` has no field `{}`", self.owner, self.name));
        match self.declared {
            Some(place) => error.also(place, "its fields are declared here").suggested(help),
            None => error.suggested(help),
        }
    }
}
