//! Requests as examples and tests write them, and values of parameters: what fits follows from the declared types.

use lictor_bundle::schema::{RecordId, Type, TypeId};
use lictor_compiler::typed::Ty;
use lictor_grammar::ast::{
    Expr, ExprKind, FieldInit, ItemKind, Name, ParamValue, TestStep, TestStepKind, TypeExpr,
};
use lictor_grammar::cursor::{MARKER, Named, Place};
use lictor_grammar::keywords::Keyword;

use super::Here;
use super::declared::declared;
use super::item::{FITS, Item, LEADS, OTHER, Sort};
use super::named::lets;
use super::words;
use crate::ide::names::{ENVELOPE, Kind};
use crate::ide::signature::built_in::FUNCTIONS;

/// What the mark stands for.
pub(super) enum Sought<'a> {
    /// A field of the request of an action, with what of it is written already; all that rules can read, or its own fields only.
    Root { action: String, written: Vec<&'a str>, is_own: bool },
    /// A field of a record, with those that are written already.
    Field(RecordId, Vec<&'a str>),
    /// A value of a type.
    Value(TypeId),
}

impl Here<'_> {
    /// What may be written in an item that is about a request, or says values.
    pub(super) fn in_request(&self, named: Option<Named>, items: &mut Vec<Item>) {
        let Some(item) = self.marked() else { return };
        let mut finder = Finder { here: self, found: None };
        match &item.kind {
            ItemKind::Example(node) => finder.inits(&node.action.text(), &node.fields, true),
            ItemKind::Test(node) => finder.steps(&node.steps),
            ItemKind::Fixture(steps) => finder.steps(steps),
            ItemKind::Set(node) => {
                let params = &self.look.schema.params;
                let ty = params.iter().find(|param| param.name == node.name.text).map(|param| param.ty);
                node.values.iter().for_each(|value| finder.constant(value, ty));
            }
            ItemKind::Param(node) => {
                let ty = self.type_named(&node.ty);
                node.values.iter().for_each(|value| finder.constant(value, ty));
                node.range.iter().for_each(|(from, to)| {
                    finder.value(from, ty);
                    finder.value(to, ty);
                });
            }
            ItemKind::Action(node) => {
                let own = node.fields.iter().filter(|_| named == Some(Named::OwnField));
                items.extend(own.map(|field| {
                    let item = Item::new(Sort::Name(Kind::RequestField), &field.name.text, FITS);
                    item.detail(self.flat(field.ty.span)).told(&field.docs.join("\n"))
                }));
                if named.is_none() {
                    self.amplifiers(&node.amplifiers, items);
                }
            }
            ItemKind::Normalize(node) => {
                let mapped = node.mappings.iter().map(|mapping| mapping.field.text.as_str()).collect();
                let action = node.action.text();
                finder.found = Some(Sought::Root { action, written: mapped, is_own: true });
            }
            _ => {}
        }
        if self.is_in(&[Keyword::Param, Keyword::Set, Keyword::Calendar]) {
            items.extend(FUNCTIONS.iter().filter(|one| one.name == "file").map(|file| {
                let item = Item::new(Sort::Function, file.name, OTHER).detail("(\"NAME\")");
                item.told(file.about).snippet(String::from("file(\"$1\")"))
            }));
        }
        let is_step = matches!(named, Some(Named::Given)) && !self.is_override();
        match finder.found {
            Some(Sought::Value(ty)) => self.of_type(ty, items),
            Some(Sought::Field(id, written)) => {
                let from = items.len();
                self.fields(id, &written, items);
                self.as_entries(named, items.get_mut(from..).unwrap_or_default());
            }
            Some(Sought::Root { action, written, is_own }) => {
                let from = items.len();
                self.roots(&action, &written, is_own, items);
                self.as_entries(named, items.get_mut(from..).unwrap_or_default());
                if is_step {
                    self.settings(items);
                }
            }
            None if is_step => self.settings(items),
            None => {}
        }
    }

    /// Whether what is written changes the example of the step, and does not begin one.
    fn is_override(&self) -> bool {
        let is_marked = |init: &FieldInit| init.path.names.iter().any(|name| name.text == MARKER);
        let Some(ItemKind::Test(node)) = self.marked().map(|item| &item.kind) else { return false };
        node.steps.iter().any(|step| match &step.kind {
            TestStepKind::Given(_, changes) => changes.iter().any(is_marked),
            _ => false,
        })
    }

    /// The parts of the request of an action but these.
    fn roots(&self, action: &str, but: &[&str], is_own: bool, items: &mut Vec<Item>) {
        let schema = &self.look.schema;
        let declared = schema.actions.iter().find(|declared| declared.name == action);
        let record = declared.and_then(|declared| schema.records.get(usize::from(declared.request)));
        for field in record.iter().flat_map(|record| &record.fields) {
            let envelope = words::envelope(&field.name).filter(|_| ENVELOPE.contains(&field.name.as_str()));
            if but.contains(&field.name.as_str()) || (is_own && envelope.is_some()) {
                continue;
            }
            let mut item = self.field(Kind::RequestField, action, &field.name, field.ty);
            if let Some(about) = envelope {
                item = Item::new(Sort::Name(Kind::Envelope), &field.name, LEADS).told(about);
            } else if matches!(schema.types.get(usize::from(field.ty)), Some(Type::Optional(_))) {
                // What may be left out comes behind what may not.
                item.rank = LEADS;
            }
            items.push(item);
        }
    }

    /// Fields that a value follows.
    fn as_entries(&self, named: Option<Named>, items: &mut [Item]) {
        let is_value = self.look.cursor.place == Place::Value;
        let sign = match named {
            _ if is_value => return,
            Some(_) => return,
            None if self.is_in(&[Keyword::Normalize]) => '=',
            None => ':',
        };
        if self.behind().starts_with([sign, '.', '?']) {
            return;
        }
        for item in items {
            let text = if sign == '=' { format!("{} = ", item.label) } else { format!("{}: ", item.label) };
            item.text = text;
        }
    }

    /// What a test may set in the policy: parameters, and what rules name by `let`; and what facts answer in it.
    fn settings(&self, items: &mut Vec<Item>) {
        let path = self.path();
        for (module, item) in self.all() {
            if let Some(rule) = path.strip_suffix('.') {
                let ItemKind::Rule(node) = &item.kind else { continue };
                if node.name.text == rule {
                    let lets = lets(&node.body);
                    items.extend(lets.into_iter().map(|(name, value)| {
                        let item = Item::new(Sort::Name(Kind::Local), name, FITS);
                        item.detail(self.flat(value)).told(&format!("What the rule `{rule}` names by `let`."))
                    }));
                }
                continue;
            }
            for found in declared(item, &[Kind::Param, Kind::Fact, Kind::Rule], &|span| self.flat(span)) {
                if matches!(&item.kind, ItemKind::Rule(node) if lets(&node.body).is_empty()) {
                    continue;
                }
                items.push(found.offered(&module.name));
            }
        }
    }

    fn amplifiers(&self, written: &[FieldInit], items: &mut Vec<Item>) {
        let names: Vec<String> = written.iter().map(|init| init.path.text()).collect();
        for (module, item) in self.all() {
            for found in declared(item, &[Kind::Amplifier], &|span| self.flat(span)) {
                if !names.contains(&found.name) {
                    let mut item = found.offered(&module.name);
                    item.rank = FITS;
                    self.as_entries(None, std::slice::from_mut(&mut item));
                    items.push(item);
                }
            }
        }
    }

    /// How a value of a type may be written.
    pub(super) fn of_type(&self, ty: TypeId, items: &mut Vec<Item>) {
        let ty = match present(self, ty) {
            Some(Type::Enum(id)) => Ty::Enum(id),
            Some(Type::Weekday) => Ty::Weekday,
            Some(Type::Money { .. }) => Ty::Money,
            Some(Type::Duration { .. }) => Ty::Duration,
            Some(Type::Country) => Ty::Country,
            Some(Type::TimeZone) => Ty::TimeZone,
            _ => return,
        };
        self.enum_words(Some(&ty), items);
        self.literals(Some(&ty), items);
    }

    /// The type of the schema that a declaration names, if it is one of those that have words or units.
    fn type_named(&self, written: &TypeExpr) -> Option<TypeId> {
        let innermost = written.args.last().unwrap_or(written);
        let schema = &self.look.schema;
        let is_it = |ty: &Type| match ty {
            Type::Enum(id) => {
                schema.enums.get(usize::from(*id)).is_some_and(|one| one.name == innermost.name.text)
            }
            Type::Money { .. } => innermost.name.text == "Money",
            Type::Duration { .. } => innermost.name.text == "Duration",
            Type::Weekday => innermost.name.text == "Weekday",
            Type::Country => innermost.name.text == "Country",
            Type::TimeZone => innermost.name.text == "TimeZone",
            _ => false,
        };
        schema.types.iter().position(is_it).and_then(|at| TypeId::try_from(at).ok())
    }
}

/// The type without its `?`.
pub(super) fn present(here: &Here<'_>, ty: TypeId) -> Option<Type> {
    let schema = &here.look.schema;
    match *schema.types.get(usize::from(ty))? {
        Type::Optional(inner) => present(here, inner),
        other => Some(other),
    }
}

/// Looks for the mark.
pub(super) struct Finder<'h, 'l, 'a> {
    pub(super) here: &'h Here<'l>,
    pub(super) found: Option<Sought<'a>>,
}

impl<'a> Finder<'_, '_, 'a> {
    fn steps(&mut self, steps: &'a [TestStep]) {
        let schema = &self.here.look.schema;
        let mut action = String::new();
        for step in steps {
            match &step.kind {
                TestStepKind::Given(example, changes) => {
                    let found = self.here.all().find_map(|(_, item)| match &item.kind {
                        ItemKind::Example(node) if node.name.text == example.text => Some(node.action.text()),
                        _ => None,
                    });
                    action = found.unwrap_or_default();
                    self.inits(&action, changes, false);
                }
                TestStepKind::Envelope(part, members) => {
                    let Some(ty) = self.part(&part.text) else { continue };
                    let written: Vec<&str> = members.iter().filter_map(first).collect();
                    for member in members {
                        self.path(ty, &member.path.names, &written);
                        let ty = self.within(ty, &member.path.names);
                        self.value(&member.value, ty);
                    }
                }
                TestStepKind::WithFact(fact, arguments, value) => {
                    let Some(declared) = schema.facts.iter().find(|declared| declared.name == fact.text)
                    else {
                        continue;
                    };
                    for (argument, param) in arguments.iter().zip(&declared.params) {
                        self.value(argument, Some(param.ty));
                    }
                    self.value(value, Some(declared.result));
                }
                TestStepKind::WithValue(path, value) => {
                    let declared = schema.params.iter().find(|param| param.name == path.text());
                    self.value(value, declared.map(|param| param.ty));
                    self.root(&action, &path.names, &[], false);
                }
                TestStepKind::Cases(path, cases) => {
                    self.root(&action, &path.names, &[], false);
                    let ty = self.type_at(&action, &path.names);
                    cases.iter().for_each(|case| self.value(&case.value, ty));
                }
                TestStepKind::ExpectObliged(said) => {
                    said.iter().flat_map(|said| &said.by).for_each(|by| self.moment(&action, by));
                }
                _ => {}
            }
        }
    }

    fn inits(&mut self, action: &str, inits: &'a [FieldInit], is_own: bool) {
        let written: Vec<&str> = inits.iter().filter_map(first).collect();
        for init in inits {
            self.root(action, &init.path.names, &written, is_own);
            let ty = self.type_at(action, &init.path.names);
            self.value(&init.value, ty);
        }
    }

    /// A path from the request, with the mark in it.
    fn root(&mut self, action: &str, names: &'a [Name], written: &[&'a str], is_own: bool) {
        match names {
            [first, ..] if first.text == MARKER => {
                let (action, written) = (action.to_owned(), written.to_vec());
                self.found = Some(Sought::Root { action, written, is_own });
            }
            [first, rest @ ..] => {
                if let Some(ty) = self.type_at(action, std::slice::from_ref(first)) {
                    self.path(ty, rest, &[]);
                }
            }
            [] => {}
        }
    }

    /// A path from a value of a type, with the mark in it.
    fn path(&mut self, ty: TypeId, names: &'a [Name], written: &[&'a str]) {
        let Some(at) = names.iter().position(|name| name.text == MARKER) else { return };
        let ty = self.within(ty, names.get(..at).unwrap_or_default());
        if let Some(Type::Record(id)) = ty.and_then(|ty| present(self.here, ty)) {
            let written = if at == 0 { written.to_vec() } else { Vec::new() };
            self.found = Some(Sought::Field(id, written));
        }
    }

    /// The type of what a path leads to from the request of an action.
    pub(super) fn type_at(&self, action: &str, names: &[Name]) -> Option<TypeId> {
        let schema = &self.here.look.schema;
        let declared = schema.actions.iter().find(|declared| declared.name == action)?;
        let request = schema.records.get(usize::from(declared.request))?;
        let (first, rest) = names.split_first()?;
        let ty = request.fields.iter().find(|field| field.name == first.text)?.ty;
        self.within(ty, rest)
    }

    /// The type of a part that every request has.
    fn part(&self, part: &str) -> Option<TypeId> {
        let schema = &self.here.look.schema;
        let request = schema.records.get(usize::from(schema.actions.first()?.request))?;
        request.fields.iter().find(|field| field.name == part).map(|field| field.ty)
    }

    /// The type of what a path leads to from a value of a type.
    fn within(&self, ty: TypeId, names: &[Name]) -> Option<TypeId> {
        names.iter().try_fold(ty, |ty, name| self.member(ty, &name.text))
    }

    fn member(&self, ty: TypeId, name: &str) -> Option<TypeId> {
        let Some(Type::Record(id)) = present(self.here, ty) else { return None };
        let record = self.here.look.schema.records.get(usize::from(id))?;
        record.fields.iter().find(|field| field.name == name).map(|field| field.ty)
    }

    fn constant(&mut self, value: &'a ParamValue, ty: Option<TypeId>) {
        if let ParamValue::Expr(value) = value {
            self.value(value, ty);
        }
    }

    /// A value of a type, with the mark somewhere in it.
    fn value(&mut self, value: &'a Expr, ty: Option<TypeId>) {
        let Some(ty) = ty else { return };
        match &value.kind {
            ExprKind::Name(name) if name == MARKER => self.found = Some(Sought::Value(ty)),
            ExprKind::Record(members) => {
                let is_marked = |(name, _): &(Name, Expr)| name.text == MARKER;
                if members.iter().any(is_marked)
                    && let Some(Type::Record(id)) = present(self.here, ty)
                {
                    let written = members.iter().map(|(name, _)| name.text.as_str()).collect();
                    self.found = Some(Sought::Field(id, written));
                }
                members.iter().for_each(|(name, value)| self.value(value, self.member(ty, &name.text)));
            }
            ExprKind::List(elements) => {
                let element = match present(self.here, ty) {
                    Some(Type::List { element, .. } | Type::Set { element, .. }) => Some(element),
                    // The type of a parameter that is wrong so far is known by its elements only.
                    _ => Some(ty),
                };
                elements.iter().for_each(|value| self.value(value, element));
            }
            _ => {}
        }
    }
}

/// What a path begins with, where that is its only word.
fn first(init: &FieldInit) -> Option<&str> {
    match init.path.names.as_slice() {
        [name] => Some(&name.text),
        _ => None,
    }
}
