//! From modules to a checked policy: the passes that say what it means, in their order, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::layout::Layout;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::{FileId, Span};

use crate::meaning::{Heard, Meaning};
use crate::memory::Memory;
use crate::modules::{self, Module};
use crate::names::{Declared, LayerId};
use crate::project::{Project, SourceFile};
use crate::texts::Texts;
use crate::{
    TestCase, check, compose, consequences, except, history, ids, local, marks, names, promise, rules,
    scenario, tools, typed, variant,
};

/// What is checked.
pub(crate) struct Source<'p> {
    /// Where files of values and libraries are found.
    pub project: &'p Project,
    /// What spans refer to.
    pub texts: &'p dyn Texts,
    /// The modules in force, sorted by name.
    pub modules: &'p [Module],
    /// The tables of tests.
    pub tables: &'p [(FileId, SourceFile)],
}

/// What a policy means. Where something is wrong, it is what could be made out of the rest.
pub(crate) struct Checked {
    /// The policy.
    pub program: typed::Program,
    /// How its requests lie in slots; none where there are errors.
    pub layout: Option<Layout>,
    /// The layer of each module.
    pub layers: Vec<LayerId>,
    /// Its tests.
    pub tests: Vec<TestCase>,
    /// The examples that rows of tables begin with.
    pub in_tables: BTreeSet<String>,
    /// What names outside of rules stand for, where somebody wants to know; those in rules are remembered.
    pub meanings: Vec<Meaning>,
}

/// Checks a policy. What is wrong with it is added to `out`, in which stands what was wrong with its text. Nothing comes of a policy that
/// declares more than can be numbered.
pub(crate) fn check(source: &Source<'_>, memory: &mut Memory, out: &mut Vec<Diagnostic>) -> Option<Checked> {
    let Source { project, texts, modules, tables } = *source;
    if !ids::check_written(modules, out) {
        return None;
    }
    let files = compose::Files { project, texts };
    let (declared, sound) = declare(modules, &files, memory, out);
    if !ids::check_tables(&declared.schema, out) {
        return None;
    }

    let functions = check::functions(&declared, out);
    let categories = rules::categories(&declared, &functions, out);
    let amplifiers = rules::amplifiers(modules, &declared, &functions, out);
    let terms = history::terms(&declared, &functions, out);
    memory.stand_on(modules, &declared.schema, &terms);
    let mut rules = rules::rules(modules, &declared, &functions, memory, out);
    except::attach(modules, &declared, &functions, &mut rules, out);
    let tools = tools::check(modules, &declared, &functions, out);
    let units = compose::units(modules, &declared, rules, &files, out);
    history::check_cap(&declared.schema, &units, out);

    let parts = marks::Parts {
        modules,
        schema: &declared.schema,
        history: &terms,
        categories: &categories,
        amplifiers: &amplifiers,
        units: &units,
    };
    marks::check(&parts, memory, out);
    let promised = promise::conditions(modules, &declared, &functions, out);
    let layers = promise::Layers {
        schema: &declared.schema,
        categories: &categories,
        amplifiers: &amplifiers,
        units: units.iter().collect(),
        when: &promised,
    };
    promise::check(modules, &declared.layers, &layers, out);

    let (mut tests, mut in_tables) = (Vec::new(), BTreeSet::new());
    // Tests are written against declarations: where those are wrong, the tests may well be right.
    if sound {
        let resolver = variant::Resolver {
            modules,
            declared: &declared,
            units: &units,
            files: &files,
            known: BTreeMap::new(),
        };
        let cases = scenario::cases(resolver, tables);
        (tests, in_tables) = (cases.tests, cases.in_tables);
        out.extend(cases.diagnostics);
    }
    consequences::drop(out, project, modules, texts);

    let program = typed::Program {
        schema: declared.schema,
        history: terms,
        categories,
        amplifiers,
        units,
        mode: modules::mode(modules),
        controls: declared.controls,
        tools,
    };
    // What is wrong has no meaning to lower.
    let layout = if out.iter().any(Diagnostic::is_error) { None } else { layout(&program, out) };
    let meanings = declared.heard.map(Heard::into_all).unwrap_or_default();
    Some(Checked { program, layout, layers: declared.layers, tests, in_tables, meanings })
}

/// What is declared, and whether all of that is right. Places of names are noted where somebody wants to know.
pub(crate) fn declare<'m>(
    modules: &'m [Module],
    files: &compose::Files<'_>,
    memory: &Memory,
    out: &mut Vec<Diagnostic>,
) -> (Declared<'m>, bool) {
    let (mut declared, diagnostics) = names::declare(modules);
    let sound = !diagnostics.iter().any(Diagnostic::is_error);
    out.extend(diagnostics);
    declared.heard = memory.wants_meanings.then(Heard::default);
    declared.schema.params = compose::params(&declared, files, out);
    declared.schema.calendars = compose::calendars(&declared, files, out);
    let asking = memory.asking(modules);
    local::declare(&asking, &mut declared.schema);
    history::declare(&asking, files.texts, &mut declared, out);
    (declared, sound)
}

fn layout(program: &typed::Program, out: &mut Vec<Diagnostic>) -> Option<Layout> {
    let layout = Layout::new(&program.schema).ok();
    if layout.is_none() {
        out.push(
            Diagnostic::error("E0312", Span::default(), "a request of this shape is too wide")
                .help("give records fewer fields, or put repeated ones into a list"),
        );
    }
    layout
}
