//! What a test sets in the policy itself: `with PARAM = v` and `with RULE.LET = v`. Such a test is decided by a policy that is the
//! project's in everything else: all layers leave the parameter as the test says, and the `let` is the constant.

use std::collections::BTreeMap;
use std::sync::Arc;

use lictor_bundle::layout::Layout;
use lictor_bundle::program::Bundle;
use lictor_bundle::schema::{ParamId, ParamValue, Scalar};
use lictor_grammar::ast::{self, Expr, ItemKind, Path, StatementKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::check::{Roots, describe};
use crate::compose::{self, Files};
use crate::modules::Module;
use crate::names::Declared;
use crate::origin::Sources;
use crate::typed::{self, ExprKind, LocalId, Statement, Ty, Unit};
use crate::write::Writer;
use crate::{Compiled, Premise, lower, suggest};

/// One thing that a test sets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Setting {
    /// A parameter, in force in all layers.
    Param(ParamId, ParamValue),
    /// A `let` of the rule at this place of the typed tree: unit and rule.
    Let(usize, usize, LocalId, Scalar),
}

/// The policy of a compilation as a test wants it; nothing where there is none, or where it cannot be held by a bundle.
pub fn variant(compiled: &Compiled, settings: &[Setting]) -> Option<Bundle> {
    let bundle = compiled.bundle.as_ref()?;
    let writer = Writer {
        name: &bundle.manifest.name,
        places: lower::Places::new(&compiled.sources),
        sources: Sources::of(bundle),
    };
    written(compiled.program.as_ref()?, settings, writer)
}

/// A policy as a test wants it, written; nothing where it cannot be.
pub(crate) fn written(program: &typed::Program, settings: &[Setting], writer: Writer<'_>) -> Option<Bundle> {
    let mut program = program.clone();
    for setting in settings {
        match setting {
            Setting::Param(id, value) => {
                program.schema.params.get_mut(usize::from(*id))?.default = value.clone();
                for unit in &mut program.units {
                    if let Some(at) = unit.sets.iter().position(|set| set.param == *id) {
                        unit.sets.remove(at);
                        unit.set_at.remove(at);
                    }
                }
            }
            Setting::Let(unit, rule, local, value) => {
                let rule = program.units.get_mut(*unit)?.rules.get_mut(*rule)?;
                replace(&mut Arc::make_mut(rule).body, *local, value);
            }
        }
    }
    let layout = Layout::new(&program.schema).ok()?;
    writer.write(&program, &layout).ok()
}

fn replace(body: &mut [Statement], local: LocalId, value: &Scalar) {
    for statement in body {
        match statement {
            Statement::Let(id, expr) if *id == local => expr.kind = ExprKind::Scalar(value.clone()),
            Statement::When(_, inner) => replace(inner, local, value),
            _ => {}
        }
    }
}

/// Finds what tests set. What was said about a place is said once, however many cases it concerns.
pub(crate) struct Resolver<'a> {
    /// The policy's modules.
    pub modules: &'a [Module],
    /// What they declare.
    pub declared: &'a Declared<'a>,
    /// Their rules, checked.
    pub units: &'a [Unit],
    /// Where the files of sets would be.
    pub files: &'a Files<'a>,
    /// What was found, by place.
    pub known: BTreeMap<Span, Option<Setting>>,
}

impl Resolver<'_> {
    /// What `with TARGET = VALUE` sets, and in words; nothing where it was reported.
    pub fn premise(
        &mut self,
        target: &Path,
        value: &Expr,
        out: &mut Vec<Diagnostic>,
    ) -> Option<(Setting, Premise)> {
        let setting = self.resolve(target, value, out)?;
        let premise = match &setting {
            Setting::Param(id, _) => Premise::Param(*id),
            Setting::Let(unit, rule, ..) => {
                let rule = self.units.get(*unit)?.rules.get(*rule)?;
                let name = target.names.last()?.text.clone();
                Premise::Let(rule.module.clone(), rule.name.clone(), name)
            }
        };
        Some((setting, premise))
    }

    fn resolve(&mut self, target: &Path, value: &Expr, out: &mut Vec<Diagnostic>) -> Option<Setting> {
        if let Some(known) = self.known.get(&target.span) {
            return known.clone();
        }
        let found = match target.names.as_slice() {
            [name] => self.param(name, value, out),
            [module @ .., rule, name] => self.binding(module, rule, name, value, out),
            [] => None,
        };
        self.known.insert(target.span, found.clone());
        found
    }

    fn param(&self, name: &ast::Name, value: &Expr, out: &mut Vec<Diagnostic>) -> Option<Setting> {
        let schema = &self.declared.schema;
        let Some((id, param)) = (0..).zip(&schema.params).find(|(_, param)| param.name == name.text) else {
            // One that is declared and not here was wrong itself.
            if !self.declared.params.contains_key(name.text.as_str()) {
                let all = schema.params.iter().map(|param| param.name.as_str());
                let is_field = (0..).zip(&schema.actions).any(|(id, _)| {
                    Roots::of(schema, &[id]).common.iter().any(|(field, _)| *field == name.text)
                });
                let help = match is_field {
                    true => format!(
                        "it is a field, and what a field is stands behind a `:`: `with {}: …`",
                        name.text
                    )
                    .into(),
                    false => {
                        suggest::help(&name.text, all, "a test sets a parameter, or a `let` as RULE.LET")
                    }
                };
                let message = format!("there is no parameter `{}`", name.text);
                out.push(Diagnostic::error("E0514", name.span, message).suggested(help));
            }
            return None;
        };
        let written = [ast::ParamValue::Expr(value.clone())];
        let mut read = compose::value(self.declared, param.ty, &written, value.span, self.files, out)?;
        // A test that sets dollars says nothing about euros.
        if let (ParamValue::Money(said), ParamValue::Money(all)) = (&mut read, &param.default) {
            let currency = |amount: &Scalar| match amount {
                Scalar::Money(currency, _) => Some(*currency),
                _ => None,
            };
            let others = all.iter().filter(|amount| said.iter().all(|one| currency(one) != currency(amount)));
            let others: Vec<Scalar> = others.cloned().collect();
            said.extend(others);
            said.sort();
        }
        if let Some(range) = &param.range {
            let currencies = &schema.currencies;
            let at = self.declared.params.get(name.text.as_str()).map_or(name.span, |param| param.name.span);
            compose::in_range(&name.text, &read, range, value.span, at, currencies, out)?;
        }
        Some(Setting::Param(id, read))
    }

    fn binding(
        &self,
        module: &[ast::Name],
        rule: &ast::Name,
        name: &ast::Name,
        value: &Expr,
        out: &mut Vec<Diagnostic>,
    ) -> Option<Setting> {
        let wanted = module.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".");
        let rules = self.modules.iter().flat_map(|module| {
            module.ast.items.iter().filter_map(move |item| match &item.kind {
                ItemKind::Rule(rule) => Some((module.name.as_str(), rule)),
                _ => None,
            })
        });
        let rules: Vec<(&str, &ast::Rule)> = rules.collect();
        let fits =
            |of: &str, found: &ast::Rule| found.name.text == rule.text && (wanted.is_empty() || of == wanted);
        let Some((of, found)) = rules.iter().find(|(of, found)| fits(of, found)) else {
            let all = rules.iter().map(|(_, found)| found.name.text.as_str());
            let help = suggest::help(&rule.text, all, "name a rule, and one of its `let`s: `RULE.LET`");
            let message = format!("there is no rule `{}`", rule.text);
            out.push(Diagnostic::error("E0514", rule.span, message).suggested(help));
            return None;
        };
        if let Some((other, _)) = rules.iter().find(|(other, found)| fits(other, found) && other != of) {
            let message = format!("there are rules `{}` in `{of}` and in `{other}`", rule.text);
            let help = format!("say which: `with {of}.{}.{} = …`", rule.text, name.text);
            out.push(Diagnostic::error("E0514", rule.span, message).help(help));
            return None;
        }
        let mut names = Vec::new();
        lets(&found.body, &mut names);
        let Some(number) = names.iter().position(|known| *known == name.text) else {
            let help = suggest::help(&name.text, names.iter().copied(), "name one of the rule's `let`s");
            let message = format!("the rule `{}` has no `let {}`", rule.text, name.text);
            out.push(Diagnostic::error("E0514", name.span, message).suggested(help));
            return None;
        };
        let (unit, rule, checked) = self.units.iter().enumerate().find_map(|(unit, layer)| {
            let at =
                layer.rules.iter().position(|rule| rule.name == found.name.text && rule.module == **of)?;
            Some((unit, at, layer.rules.get(at)?))
        })?;
        let mut values = Vec::new();
        bindings(&checked.body, &mut values);
        // A rule with a mistake may have lost a `let`, and then their numbers say nothing.
        let (local, ty) = values.get(number).filter(|_| values.len() == names.len())?;
        let single = ty.is_single();
        let schema = &self.declared.schema;
        let mut wrong = Vec::new();
        let read = if single { compose::scalar(self.declared, ty, value, &mut wrong) } else { None };
        if read.is_none() {
            let (message, help) = if single {
                let message =
                    format!("`{}` is {}, and this is something else", name.text, describe(schema, ty));
                (message, "write a constant of the type that it has")
            } else {
                let message = format!("`{}` is {}, which a test cannot set", name.text, describe(schema, ty));
                (message, "set what it is computed from: fields of the request, facts, or what came before")
            };
            out.push(Diagnostic::error("E0515", value.span, message).help(help));
        }
        Some(Setting::Let(unit, rule, *local, read?))
    }
}

/// The names of all `let`s, in the order in which they stand.
fn lets<'a>(body: &'a [ast::Statement], into: &mut Vec<&'a str>) {
    for statement in body {
        match &statement.kind {
            StatementKind::Let(one) => into.push(&one.name.text),
            StatementKind::When(when) => lets(&when.body, into),
            _ => {}
        }
    }
}

fn bindings<'a>(body: &'a [Statement], into: &mut Vec<(LocalId, &'a Ty)>) {
    for statement in body {
        match statement {
            Statement::Let(id, value) => into.push((*id, &value.ty)),
            Statement::When(_, inner) => bindings(inner, into),
            Statement::Effect(_) => {}
        }
    }
}
