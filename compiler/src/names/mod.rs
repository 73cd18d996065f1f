//! Names: what is declared, once for all modules in force, and the schema that follows from it.

mod collect;
mod marks;
mod currency;
mod interned;
mod types;
mod compound;
mod request;
mod weights;
mod frameworks;
mod standing;
mod tools;

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::program::{Control, Mode, UnitKey};
use lictor_bundle::schema::{Schema, TypeId};
use lictor_grammar::ast;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::history::Terms;
use crate::meaning::Heard;
use crate::modules::Module;
pub use collect::ENGINE_CODES;
pub(crate) use request::{duration, find_role, nobody, read_disposition};
pub(crate) use tools::{Condition, INPUT, Inputs, input_path, question, step};
use types::DEFAULT_TEXT_MAX;

/// The layer of a module, and whether it counts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LayerId {
    /// Which.
    pub key: UnitKey,
    /// Whether it counts, or is only observed.
    pub mode: Mode,
}

/// Everything declared. Maps are by name, so that whatever is made from them comes out in one order.
pub struct Declared<'a> {
    /// Types, actions, facts, reasons, roles, tiers and categories; its parameters are filled in by composition.
    pub schema: Schema,
    /// The layer of each module, in the order of the modules; a library's is the base.
    pub layers: Vec<LayerId>,
    /// Parameters.
    pub params: BTreeMap<&'a str, &'a ast::Param>,
    /// Functions.
    pub fns: BTreeMap<&'a str, &'a ast::Fn>,
    /// Categories.
    pub categories: BTreeMap<&'a str, &'a ast::Category>,
    /// Calendars of working days.
    pub calendars: BTreeMap<&'a str, &'a ast::Calendar>,
    /// Where records and actions are declared, by their names; what every request has is declared nowhere.
    pub places: BTreeMap<String, Span>,
    /// The types of each function's parameters and of its result; absent where one of them is wrong.
    pub fn_types: BTreeMap<&'a str, (Vec<TypeId>, TypeId)>,
    /// The fields whose types were wrong; a name that is not found may be one of them.
    pub lost: BTreeSet<String>,
    /// The type of each parameter; absent where it is wrong.
    pub param_types: BTreeMap<&'a str, TypeId>,
    /// The controls that rules cite, sorted by id.
    pub controls: Vec<Control>,
    /// The types that members of the input of tools are read as.
    pub(crate) inputs: Inputs,
    /// What rules ask of the past; filled in once the rest is known.
    pub(crate) terms: Terms<'a>,
    /// Who wants to know what names stand for; nobody, in a compilation.
    pub(crate) heard: Option<Heard>,
}

/// Collects the declarations of all modules.
pub fn declare(modules: &[Module]) -> (Declared<'_>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let collected = collect::collect(modules, &mut diagnostics);
    let declared = request::build(collected, &mut diagnostics);
    (declared, diagnostics)
}
