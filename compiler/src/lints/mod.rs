//! Warnings about a policy that compiles: what is declared and not used, and what can never happen. They are looked for
//! only where there are no errors, so that none of them follows from one.
//!
//! A warning here is a claim about every request. Where that cannot be shown, nothing is said.

pub(crate) mod words;
mod unused;
mod similar;
pub(crate) mod cites;
pub(crate) mod abs;
mod compute;
mod asserted;
pub(crate) mod known;
mod narrow;
mod reach;
pub(crate) mod twice;

use std::collections::BTreeSet;

use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::memory::Memory;
use crate::modules::Module;
use crate::typed::{Program, Rule};

/// Looks a sound policy through and reports what its author would want to know. `in_tables`: the examples that tables of tests use.
pub(crate) fn report(
    modules: &[Module],
    program: &Program,
    in_tables: &BTreeSet<String>,
    memory: &mut Memory,
) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    let policy = Policy {
        modules: modules.iter().map(|module| (module, !module.library)).collect(),
        library: modules.iter().filter(|module| module.library).map(|module| &*module.name).collect(),
        program,
        in_tables,
    };
    unused::report(&policy, memory, &mut out);
    similar::report(&policy, &mut out);
    cites::report(&cites::citations(modules, program), &program.controls, &mut out);
    let dead = reach::report(&policy, memory, &mut out);
    twice::report(&policy, &dead, memory, &mut out);
    out
}

/// What the warnings are about.
struct Policy<'a> {
    /// The modules in force, each with whether it is the project's own: nobody is told about the library's.
    modules: Vec<(&'a Module, bool)>,
    program: &'a Program,
    in_tables: &'a BTreeSet<String>,
    /// The modules of the library that are in force.
    library: BTreeSet<&'a str>,
}

impl Policy<'_> {
    /// The place of a rule's name, where the rule is the project's own.
    fn own_name(&self, rule: &Rule) -> Option<Span> {
        (!self.library.contains(&*rule.module)).then_some(rule.name_at)
    }
}
