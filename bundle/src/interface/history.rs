//! The digest of a question to history: of what it asks and of everything that it counts by, whatever numbers that has.

use super::declared::Declared;
use super::references::{self, Visitor};
use super::types::digest;
use super::{Digest, Import, Kind};
use crate::currency::Currency;
use crate::error::BundleError;
use crate::history::{HistoryQuery, HistorySource, Window};
use crate::instr::{Instr, Reg, TEMPORARIES};
use crate::program::Constant;
use crate::schema::ActionId;

/// The digest of a question; none where it refers to what is not there, or where its filter reads more than a past request.
pub(super) fn digest_of(
    declared: &Declared<'_>,
    query: &HistoryQuery,
) -> Result<Option<Digest>, BundleError> {
    let window = match &query.window {
        Window::Over(length) => digest(&("over", length)),
        Window::Days { days, zone } => digest(&("days", days, zone)),
        Window::Since { state, at_most, sources } => match all(declared, sources)? {
            Some(sources) => digest(&("since", state, at_most, sources)),
            None => return Ok(None),
        },
    };
    let sources = all(declared, &query.sources)?;
    Ok(sources.map(|sources| digest(&("query", query.kind, query.state, window, sources))))
}

fn all(declared: &Declared<'_>, sources: &[HistorySource]) -> Result<Option<Vec<Digest>>, BundleError> {
    sources.iter().map(|source| one(declared, source)).collect::<Result<_, _>>()
}

fn one(declared: &Declared<'_>, source: &HistorySource) -> Result<Option<Digest>, BundleError> {
    let block = &declared.head.condition_code;
    let Some(filter) = block.codes.get(usize::from(source.filter)) else { return Ok(None) };
    declared.spend(filter.instrs.len() + source.keys.len())?;
    let mut reads = Reads { declared, used: Vec::new(), fields: Vec::new(), is_whole: true };
    let (mut filter, mut constants) = (filter.clone(), Vec::<Constant>::new());
    for instr in &mut filter.instrs {
        let Instr::Constant { constant, .. } = instr else { continue };
        let Some(value) = block.constants.get(usize::from(*constant)) else { return Ok(None) };
        declared.spend(match value {
            Constant::Scalar(_) => 1,
            Constant::Set(_, elements) => elements.len(),
        })?;
        let mut value = value.clone();
        references::constant(&mut value, &mut reads)?;
        *constant = 0;
        constants.push(value);
    }
    references::code(&mut filter, source.action, &mut reads)?;
    let mut registers = source.keys.clone();
    registers.extend(source.field);
    for register in &mut registers {
        reads.slot(source.action, register)?;
    }
    let action = declared.import(Kind::Action, source.action)?;
    let Reads { used, fields, is_whole, .. } = reads;
    let counted = (filter, constants, used, fields, source.keys.len() as u64, source.field.is_some());
    Ok(action.filter(|_| is_whole).map(|action| digest(&("source", action, counted))))
}

/// Puts what is read, by its name, beside a code in which no number is left.
struct Reads<'a> {
    declared: &'a Declared<'a>,
    used: Vec<Import>,
    fields: Vec<(String, Digest)>,
    is_whole: bool,
}

impl Visitor for Reads<'_> {
    fn number(&mut self, kind: Kind, number: &mut u16) -> Result<(), BundleError> {
        // A fact may be such a question itself, and a filter reads none.
        let import = if kind == Kind::Fact { None } else { self.declared.import(kind, *number)? };
        self.is_whole &= import.is_some();
        self.used.extend(import);
        *number = 0;
        Ok(())
    }

    fn slot(&mut self, action: ActionId, register: &mut Reg) -> Result<(), BundleError> {
        let place = self.declared.place(action, *register)?;
        let field = place.and_then(|place| Some((self.declared.field(action, &place)?, place.path)));
        self.is_whole &= field.is_some();
        self.fields.extend(field.map(|(digest, path)| (path, digest)));
        *register = TEMPORARIES;
        Ok(())
    }

    fn arguments(&mut self, _: u16, _: ActionId, _: &mut Reg) -> Result<(), BundleError> {
        self.is_whole = false;
        Ok(())
    }

    fn group(&mut self, _: &str) -> Result<(), BundleError> {
        Ok(())
    }

    fn currency(&mut self, currency: Currency) -> Result<(), BundleError> {
        if let Some(mut number) = self.declared.currency(currency) {
            self.number(Kind::Currency, &mut number)?;
        }
        Ok(())
    }
}
