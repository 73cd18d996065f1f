//! Requests as tests and examples write them: which fields their paths name, and what the words in them are.

use lictor_bundle::schema::{Record, Schema, Type, TypeId};
use lictor_grammar::ast::{Expr, ExprKind, FieldInit, Item, ItemKind, Name, TestStep, TestStepKind};

use super::occurrence;
use super::occurrence::{Occurrence, Reader};
use super::symbol::{ENVELOPE, Kind, Symbol};

/// Reads the fields of an example, and of what a test begins with.
pub fn read(reader: &Reader<'_>, item: &Item, found: &mut Vec<Occurrence>) {
    let Some(schema) = reader.schema else { return };
    let mut request = Request { schema, found };
    match &item.kind {
        ItemKind::Example(node) => request.inits(&node.action.text(), &node.fields),
        ItemKind::Test(node) => request.steps(reader, &node.steps),
        ItemKind::Fixture(steps) => request.steps(reader, steps),
        _ => {}
    }
}

/// A request, and where the names in it are put.
pub(super) struct Request<'r> {
    pub schema: &'r Schema,
    pub found: &'r mut Vec<Occurrence>,
}

impl<'r> Request<'r> {
    fn steps(&mut self, reader: &Reader<'_>, steps: &[TestStep]) {
        let mut action = String::new();
        for step in steps {
            match &step.kind {
                TestStepKind::Given(example, changes) => {
                    action = reader.requests.of_example(&example.text).unwrap_or_default().to_owned();
                    self.inits(&action, changes);
                }
                TestStepKind::Envelope(part, members) => {
                    for member in members {
                        let ty = self.within(part, &member.path.names);
                        self.value(&member.value, ty);
                    }
                }
                TestStepKind::WithFact(fact, _, value) => {
                    let declared = self.schema.facts.iter().find(|declared| declared.name == fact.text);
                    self.value(value, declared.map(|declared| declared.result));
                }
                TestStepKind::WithValue(path, value) => {
                    let name = path.text();
                    let declared = self.schema.params.iter().find(|declared| declared.name == name);
                    self.value(value, declared.map(|declared| declared.ty));
                    self.found.extend(reader.let_of_rule(&path.names));
                }
                TestStepKind::Cases(path, cases) => {
                    let ty = self.path(&action, &path.names);
                    cases.iter().for_each(|case| self.value(&case.value, ty));
                }
                _ => {}
            }
        }
    }

    fn inits(&mut self, action: &str, inits: &[FieldInit]) {
        for init in inits {
            let ty = self.path(action, &init.path.names);
            self.value(&init.value, ty);
        }
    }

    /// The names of a path from the request of an action; the type of what it leads to.
    pub fn path(&mut self, action: &str, names: &[Name]) -> Option<TypeId> {
        let schema = self.schema;
        let declared = schema.actions.iter().find(|declared| declared.name == action)?;
        let request = schema.records.get(usize::from(declared.request))?;
        let (first, rest) = names.split_first()?;
        let mut ty = request.fields.iter().find(|field| field.name == first.text)?.ty;
        let is_envelope = ENVELOPE.contains(&first.text.as_str());
        let symbol = if is_envelope {
            Symbol::new(Kind::Envelope, &first.text)
        } else {
            Symbol::within(Kind::RequestField, action, &first.text)
        };
        self.found.extend(occurrence(first.span, vec![symbol], false));
        for name in rest {
            ty = self.member(ty, name)?;
        }
        Some(ty)
    }

    /// The names of a path from a part that every request has; the type of what it leads to.
    fn within(&mut self, part: &Name, names: &[Name]) -> Option<TypeId> {
        let schema = self.schema;
        let request = schema.records.get(usize::from(schema.actions.first()?.request))?;
        let mut ty = request.fields.iter().find(|field| field.name == part.text)?.ty;
        let symbol = Symbol::new(Kind::Envelope, &part.text);
        self.found.extend(occurrence(part.span, vec![symbol], false));
        for name in names {
            ty = self.member(ty, name)?;
        }
        Some(ty)
    }

    /// A field of a record; its type.
    pub fn member(&mut self, ty: TypeId, name: &Name) -> Option<TypeId> {
        let record = record(self.schema, ty)?;
        let field = record.fields.iter().find(|field| field.name == name.text)?;
        let symbol = Symbol::within(Kind::Field, &record.name, &name.text);
        self.found.extend(occurrence(name.span, vec![symbol], false));
        Some(field.ty)
    }

    /// The words in a value of a type.
    fn value(&mut self, value: &Expr, ty: Option<TypeId>) {
        let Some(ty) = ty else { return };
        match &value.kind {
            ExprKind::Record(members) => {
                for (name, value) in members {
                    let ty = self.member(ty, name);
                    self.value(value, ty);
                }
            }
            ExprKind::List(elements) => {
                let element = match present(self.schema, ty) {
                    Some(Type::List { element, .. } | Type::Set { element, .. }) => Some(element),
                    _ => None,
                };
                elements.iter().for_each(|value| self.value(value, element));
            }
            ExprKind::Name(word) => {
                if let Some(Type::Enum(id)) = present(self.schema, ty)
                    && let Some(words) = self.schema.enums.get(usize::from(id))
                    && words.values.contains(word)
                {
                    let symbol = Symbol::word(self.schema, id, word);
                    self.found.extend(symbol.and_then(|symbol| occurrence(value.span, vec![symbol], false)));
                }
            }
            _ => {}
        }
    }
}

/// The record that a type is, whether it may be absent or not.
pub(super) fn record(schema: &Schema, ty: TypeId) -> Option<&Record> {
    match present(schema, ty)? {
        Type::Record(id) => schema.records.get(usize::from(id)),
        _ => None,
    }
}

/// The type without its `?`.
pub(super) fn present(schema: &Schema, ty: TypeId) -> Option<Type> {
    match *schema.types.get(usize::from(ty))? {
        Type::Optional(inner) => schema.types.get(usize::from(inner)).copied(),
        other => Some(other),
    }
}
