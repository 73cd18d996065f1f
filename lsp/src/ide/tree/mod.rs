//! A walk over the syntax tree of an item: every part with its place, and for every name what kind of thing it names so far as
//! its place in the item tells.

mod expr;
mod rule;

use lictor_grammar::ast::*;
use lictor_grammar::span::Span;

/// What kind of thing a name names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// A module.
    Module,
    /// A framework.
    Framework,
    /// A control of a framework.
    Control,
    /// A record, an enum, a type of the language.
    Type,
    /// An action or an event.
    Action,
    /// A function of the policy, or one of the language's own.
    Function,
    /// A fact.
    Fact,
    /// What a function or a fact takes, what a quantifier goes through.
    Input,
    /// A `let` of a rule.
    Let,
    /// A parameter of the policy.
    Param,
    /// A calendar.
    Calendar,
    /// A rule.
    Rule,
    /// An exception.
    Exception,
    /// An example.
    Example,
    /// What stands for a value, where the item does not tell what it is.
    Value,
    /// A field.
    Field,
    /// A member of what a tool is sent, or something that a reader says of it.
    Member,
    /// A word of an enum.
    Word,
    /// A category.
    Category,
    /// A tier.
    Tier,
    /// A role.
    Role,
    /// A reason code.
    Reason,
    /// A flag.
    Flag,
    /// An amplifier.
    Amplifier,
    /// An obligation.
    Obligation,
    /// A stage.
    Stage,
    /// A day of the week.
    Weekday,
    /// A currency, where it is declared, or after its number.
    Currency,
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
    /// A name of several words, whole: `acme.payments`, `payment.charge`. Its words are shown, too.
    Whole(Class, bool),
}

/// Whoever looks at what a walk comes by.
pub trait Visitor {
    /// A part or a name.
    fn see(&mut self, span: Span, node: Node);

    /// A question about the past, before what is inside it.
    fn asked(&mut self, _question: &History) {}
}

impl<F: FnMut(Span, Node)> Visitor for F {
    fn see(&mut self, span: Span, node: Node) {
        self(span, node);
    }
}

/// Shows every part and every name of an item, the item itself first. A part may be shown after what is inside it.
pub fn walk(item: &Item, see: &mut dyn Visitor) {
    let mut walker = Walker { see, locals: Vec::new(), members: Class::Field };
    walker.part(item.span);
    walker.item(item);
}

struct Walker<'s> {
    see: &'s mut dyn Visitor,
    /// The names that mean something within the item only.
    locals: Vec<(String, Class)>,
    /// What stands behind dots.
    members: Class,
}

impl Walker<'_> {
    fn part(&mut self, span: Span) {
        self.see.see(span, Node::Part);
    }

    fn name(&mut self, name: &Name, class: Class) {
        self.see.see(name.span, Node::Name(class, false));
    }

    fn declared(&mut self, name: &Name, class: Class) {
        self.see.see(name.span, Node::Name(class, true));
    }

    fn names(&mut self, names: &[Name], class: Class) {
        names.iter().for_each(|name| self.name(name, class));
    }

    fn path(&mut self, path: &Path, class: Class, is_declared: bool) {
        if path.names.len() > 1 {
            self.part(path.span);
        }
        self.see.see(path.span, Node::Whole(class, is_declared));
        path.names.iter().for_each(|name| self.see.see(name.span, Node::Name(class, is_declared)));
    }

    /// `merchant.id`: what it begins with, and fields.
    fn field_path(&mut self, path: &Path, class: Class) {
        if path.names.len() > 1 {
            self.part(path.span);
        }
        if let Some((first, rest)) = path.names.split_first() {
            self.name(first, class);
            self.names(rest, Class::Field);
        }
    }

    fn action_pattern(&mut self, pattern: &ActionPattern) {
        self.part(pattern.span);
        if !pattern.wildcard {
            self.see.see(pattern.span, Node::Whole(Class::Action, false));
        }
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
            self.field_path(&init.path, Class::Field);
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
        self.names(disposition.to.as_slice(), Class::Role);
    }

    fn described(&mut self, words: &[Described], class: Class) {
        for word in words {
            if let Some(text) = &word.text {
                self.part(word.name.span.to(text.span));
            }
            self.declared(&word.name, class);
        }
    }

    fn item(&mut self, item: &Item) {
        match &item.kind {
            ItemKind::Module(path) => self.path(path, Class::Module, true),
            ItemKind::Import(path) | ItemKind::Use(path) => self.path(path, Class::Module, false),
            ItemKind::Layer(line) => match &line.layer {
                Layer::Base => {}
                Layer::Category(name) => self.name(name, Class::Category),
                Layer::Agent(name) => self.name(name, Class::Tier),
                Layer::User(text) => self.part(text.span),
            },
            ItemKind::Tiers(names) => names.iter().for_each(|name| self.declared(name, Class::Tier)),
            ItemKind::Roles(words) => self.described(words, Class::Role),
            ItemKind::Reasons(words) => self.described(words, Class::Reason),
            ItemKind::Escalate(escalate) => {
                self.name(&escalate.to, Class::Role);
                self.exprs(escalate.within.as_slice());
            }
            ItemKind::Currency(currency) => self.declared(&currency.name, Class::Currency),
            ItemKind::Enum(words) => {
                self.declared(&words.name, Class::Type);
                words.values.iter().for_each(|name| self.declared(name, Class::Word));
            }
            ItemKind::Record(record) => {
                self.declared(&record.name, Class::Type);
                self.fields(&record.fields, Class::Field);
            }
            ItemKind::Extend(record) => {
                self.name(&record.name, Class::Type);
                self.fields(&record.fields, Class::Field);
            }
            ItemKind::Action(action) | ItemKind::Event(action) => self.action(action),
            ItemKind::Normalize(normalize) => self.normalize(normalize),
            ItemKind::Fact(fact) => {
                self.declared(&fact.name, Class::Fact);
                self.fields(&fact.params, Class::Input);
                self.ty(&fact.result);
            }
            ItemKind::Category(category) => {
                self.declared(&category.name, Class::Category);
                self.expr(&category.when);
            }
            ItemKind::Param(param) => self.param(param),
            ItemKind::Calendar(calendar) => {
                self.declared(&calendar.name, Class::Calendar);
                self.values(std::slice::from_ref(&calendar.dates));
                self.expr(&calendar.from);
                self.expr(&calendar.until);
                self.names(&calendar.weekend, Class::Weekday);
            }
            ItemKind::Set(set) => {
                self.name(&set.name, Class::Param);
                self.values(&set.values);
            }
            ItemKind::SetDefault(set) => {
                self.action_pattern(&set.action);
                self.disposition(&set.value);
            }
            ItemKind::SetThreshold(_) => {}
            ItemKind::RiskModel(model) => {
                let flags = model.flags.iter().map(|weights| (weights, Class::Flag));
                let amplifiers = model.amplifiers.iter().map(|weights| (weights, Class::Amplifier));
                for ((weights, span), class) in flags.chain(amplifiers) {
                    self.part(*span);
                    weights.iter().for_each(|weight| self.declared(&weight.name, class));
                }
            }
            ItemKind::Fn(function) => {
                self.declared(&function.name, Class::Function);
                self.fields(&function.params, Class::Input);
                self.ty(&function.result);
                let params = function.params.iter().map(|field| (field.name.text.clone(), Class::Input));
                self.locals.extend(params);
                self.expr(&function.body);
            }
            ItemKind::Rule(rule) => self.rule(rule),
            ItemKind::Promise(promise) => {
                self.action_pattern(&promise.action);
                self.exprs(&promise.when);
            }
            ItemKind::Except(except) => {
                self.declared(&except.name, Class::Exception);
                self.path(&except.rule, Class::Rule, false);
                self.exprs([&except.when, &except.expires]);
            }
            ItemKind::Framework(framework) => {
                self.declared(&framework.name, Class::Framework);
                self.standing(&framework.standing);
                for control in &framework.controls {
                    self.declared(&control.name, Class::Control);
                    self.standing(&control.standing);
                }
            }
            ItemKind::Fixture(steps) => self.steps(steps),
            ItemKind::Example(example) => {
                self.declared(&example.name, Class::Example);
                self.path(&example.action, Class::Action, false);
                self.inits(&example.fields);
            }
            ItemKind::Test(test) => {
                self.part(test.name.span);
                self.steps(&test.steps);
            }
        }
    }

    fn standing(&mut self, said: &Standing) {
        self.exprs(said.from.iter().chain(&said.until));
        said.superseded_by.iter().for_each(|path| self.cited(path));
        if let Some(checked) = &said.checked {
            self.part(checked.span);
        }
    }

    /// A control, as it is cited.
    fn cited(&mut self, path: &Path) {
        self.part(path.span);
        if let Some((control, framework)) = path.names.split_last() {
            self.names(framework, Class::Framework);
            self.name(control, Class::Control);
        }
    }

    fn action(&mut self, action: &Action) {
        self.path(&action.name, Class::Action, true);
        self.fields(&action.fields, Class::Field);
        self.names(&action.flags, Class::Flag);
        for amplifier in &action.amplifiers {
            self.part(amplifier.path.span.to(amplifier.value.span));
            self.path(&amplifier.path, Class::Amplifier, false);
            self.expr(&amplifier.value);
        }
        if let Some(default) = &action.default {
            self.disposition(default);
        }
        for unbound in &action.unbound {
            self.part(unbound.field.span.to(unbound.because.span));
            self.name(&unbound.field, Class::Field);
        }
    }

    fn normalize(&mut self, normalize: &Normalize) {
        self.part(normalize.tool.span);
        self.path(&normalize.action, Class::Action, false);
        self.members = Class::Member;
        self.exprs(normalize.when.as_slice());
        for mapping in &normalize.mappings {
            self.part(mapping.field.span.to(mapping.source.span));
            self.name(&mapping.field, Class::Field);
            self.expr(&mapping.source);
        }
        self.members = Class::Field;
        normalize.ignored.iter().for_each(|path| self.path(path, Class::Member, false));
    }

    fn param(&mut self, param: &Param) {
        self.declared(&param.name, Class::Param);
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
