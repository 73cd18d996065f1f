//! A walk over the syntax tree of an item: every part with its place, and for every name what kind of thing it names so far as
//! its place in the item tells.

mod expr;
mod rule;

use lictor_grammar::ast::*;
use lictor_grammar::span::Span;

/// What kind of thing a name names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// A module, a framework.
    Namespace,
    /// A record, an enum, a type of the language.
    Type,
    /// An action or an event.
    Action,
    /// A function, a fact, a method.
    Function,
    /// What a function takes, what a quantifier goes through.
    Parameter,
    /// A parameter of the policy, a `let`, a rule, and what is not known to be something else.
    Variable,
    /// A field.
    Property,
    /// A word of a list: a tier, a role, a reason code, a value of an enum, a control.
    Word,
    /// A currency or a unit, after its number.
    Unit,
    /// A mark before a type.
    Mark,
}

/// What the walk comes by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Node {
    /// A part of the item, larger than a name.
    Part,
    /// A name, and whether this is where it is declared.
    Name(Class, bool),
}

/// Shows every part and every name of an item, the item itself first. A part may be shown after what is inside it.
pub fn walk(item: &Item, see: &mut dyn FnMut(Span, Node)) {
    let mut walker = Walker { see, locals: Vec::new() };
    walker.part(item.span);
    walker.item(item);
}

struct Walker<'s> {
    see: &'s mut dyn FnMut(Span, Node),
    /// The names that mean something within the item only.
    locals: Vec<(String, Class)>,
}

impl Walker<'_> {
    fn part(&mut self, span: Span) {
        (self.see)(span, Node::Part);
    }

    fn name(&mut self, name: &Name, class: Class) {
        (self.see)(name.span, Node::Name(class, false));
    }

    fn declared(&mut self, name: &Name, class: Class) {
        (self.see)(name.span, Node::Name(class, true));
    }

    fn names(&mut self, names: &[Name], class: Class) {
        names.iter().for_each(|name| self.name(name, class));
    }

    fn path(&mut self, path: &Path, class: Class, is_declared: bool) {
        if path.names.len() > 1 {
            self.part(path.span);
        }
        path.names.iter().for_each(|name| (self.see)(name.span, Node::Name(class, is_declared)));
    }

    /// `merchant.id`: what it begins with, and fields.
    fn field_path(&mut self, path: &Path, class: Class) {
        if path.names.len() > 1 {
            self.part(path.span);
        }
        if let Some((first, rest)) = path.names.split_first() {
            self.name(first, class);
            self.names(rest, Class::Property);
        }
    }

    fn action_pattern(&mut self, pattern: &ActionPattern) {
        self.part(pattern.span);
        self.names(&pattern.names, Class::Action);
    }

    fn ty(&mut self, ty: &TypeExpr) {
        self.part(ty.span);
        self.names(&ty.marks, Class::Mark);
        self.name(&ty.name, Class::Type);
        ty.args.iter().for_each(|argument| self.ty(argument));
    }

    fn fields(&mut self, fields: &[Field], class: Class) {
        for field in fields {
            self.part(field.name.span.to(field.ty.span));
            self.declared(&field.name, class);
            self.ty(&field.ty);
        }
    }

    fn inits(&mut self, inits: &[FieldInit]) {
        for init in inits {
            self.part(init.path.span.to(init.value.span));
            self.field_path(&init.path, Class::Property);
            self.expr(&init.value);
        }
    }

    fn values(&mut self, values: &[ParamValue]) {
        for value in values {
            match value {
                ParamValue::Expr(value) => self.expr(value),
                ParamValue::File(path) => self.part(path.span),
            }
        }
    }

    fn disposition(&mut self, disposition: &Disposition) {
        self.part(disposition.span);
        self.names(disposition.to.as_slice(), Class::Word);
    }

    fn described(&mut self, words: &[Described]) {
        for word in words {
            if let Some(text) = &word.text {
                self.part(word.name.span.to(text.span));
            }
            self.declared(&word.name, Class::Word);
        }
    }

    fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Module(path) => self.path(path, Class::Namespace, true),
            ItemKind::Import(path) | ItemKind::Use(path) => self.path(path, Class::Namespace, false),
            ItemKind::Layer(line) => match &line.layer {
                Layer::Base => {}
                Layer::Category(name) | Layer::Agent(name) => self.name(name, Class::Word),
                Layer::User(text) => self.part(text.span),
            },
            ItemKind::Tiers(names) => names.iter().for_each(|name| self.declared(name, Class::Word)),
            ItemKind::Roles(words) | ItemKind::Reasons(words) => self.described(words),
            ItemKind::Escalate(escalate) => {
                self.name(&escalate.to, Class::Word);
                self.exprs(escalate.within.as_slice());
            }
            ItemKind::Currency(currency) => self.declared(&currency.name, Class::Word),
            ItemKind::Enum(words) => {
                self.declared(&words.name, Class::Type);
                words.values.iter().for_each(|name| self.declared(name, Class::Word));
            }
            ItemKind::Record(record) => {
                self.declared(&record.name, Class::Type);
                self.fields(&record.fields, Class::Property);
            }
            ItemKind::Extend(record) => {
                self.name(&record.name, Class::Type);
                self.fields(&record.fields, Class::Property);
            }
            ItemKind::Action(action) | ItemKind::Event(action) => self.action(action),
            ItemKind::Normalize(normalize) => self.normalize(normalize),
            ItemKind::Fact(fact) => {
                self.declared(&fact.name, Class::Function);
                self.fields(&fact.params, Class::Parameter);
                self.ty(&fact.result);
            }
            ItemKind::Category(category) => {
                self.declared(&category.name, Class::Word);
                self.expr(&category.when);
            }
            ItemKind::Param(param) => self.param(param),
            ItemKind::Calendar(calendar) => {
                self.declared(&calendar.name, Class::Variable);
                self.values(std::slice::from_ref(&calendar.dates));
                self.expr(&calendar.from);
                self.expr(&calendar.until);
                self.names(&calendar.weekend, Class::Word);
            }
            ItemKind::Set(set) => {
                self.name(&set.name, Class::Variable);
                self.values(&set.values);
            }
            ItemKind::SetDefault(set) => {
                self.action_pattern(&set.action);
                self.disposition(&set.value);
            }
            ItemKind::SetThreshold(_) => {}
            ItemKind::RiskModel(model) => {
                for (weights, span) in model.flags.iter().chain(&model.amplifiers) {
                    self.part(*span);
                    weights.iter().for_each(|weight| self.declared(&weight.name, Class::Word));
                }
            }
            ItemKind::Fn(function) => {
                self.declared(&function.name, Class::Function);
                self.fields(&function.params, Class::Parameter);
                self.ty(&function.result);
                let params = function.params.iter().map(|field| (field.name.text.clone(), Class::Parameter));
                self.locals.extend(params);
                self.expr(&function.body);
            }
            ItemKind::Rule(rule) => self.rule(rule),
            ItemKind::Promise(promise) => self.action_pattern(&promise.action),
            ItemKind::Except(except) => {
                self.declared(&except.name, Class::Variable);
                self.path(&except.rule, Class::Variable, false);
                self.exprs([&except.when, &except.expires]);
            }
            ItemKind::Framework(framework) => {
                self.declared(&framework.name, Class::Namespace);
                for control in &framework.controls {
                    self.declared(&control.name, Class::Word);
                    self.exprs(control.from.iter().chain(&control.until));
                    if let Some(checked) = &control.checked {
                        self.part(checked.span);
                    }
                }
            }
            ItemKind::Fixture(steps) => self.steps(steps),
            ItemKind::Example(example) => {
                self.declared(&example.name, Class::Variable);
                self.path(&example.action, Class::Action, false);
                self.inits(&example.fields);
            }
            ItemKind::Test(test) => {
                self.part(test.name.span);
                self.steps(&test.steps);
            }
        }
    }

    fn action(&mut self, action: &Action) {
        self.path(&action.name, Class::Action, true);
        self.fields(&action.fields, Class::Property);
        self.names(&action.flags, Class::Word);
        for amplifier in &action.amplifiers {
            self.part(amplifier.path.span.to(amplifier.value.span));
            self.path(&amplifier.path, Class::Word, false);
            self.expr(&amplifier.value);
        }
        if let Some(default) = &action.default {
            self.disposition(default);
        }
        for unbound in &action.unbound {
            self.part(unbound.field.span.to(unbound.because.span));
            self.name(&unbound.field, Class::Property);
        }
    }

    fn normalize(&mut self, normalize: &Normalize) {
        self.part(normalize.tool.span);
        self.path(&normalize.action, Class::Action, false);
        self.exprs(normalize.when.as_slice());
        for mapping in &normalize.mappings {
            self.part(mapping.field.span.to(mapping.source.span));
            self.name(&mapping.field, Class::Property);
            self.expr(&mapping.source);
        }
        normalize.ignored.iter().for_each(|path| self.path(path, Class::Property, false));
    }

    fn param(&mut self, param: &Param) {
        self.declared(&param.name, Class::Variable);
        self.ty(&param.ty);
        self.values(&param.values);
        for (from, to) in &param.range {
            self.part(from.span.to(to.span));
            self.exprs([from, to]);
        }
        if let Some(direction) = &param.direction {
            self.part(direction.span);
        }
    }
}
