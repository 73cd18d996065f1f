//! Which categories a request is in.
//!
//! Most categories are told by the value of one field: `category books when merchant.kind == "books"`. Their conditions are not tried
//! one by one. All values that are asked of a field lie in one set, and the request's own is looked up in it once, however many
//! categories there are. The other conditions are run.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::instr::{Comparison, Failure, Instr, Kind, Reg, TEMPORARIES};
use lictor_bundle::program::{Code, CodeBlock, Constant};
use lictor_bundle::schema::Scalar;

use crate::arena::Arenas;
use crate::condition;
use crate::index::KnownTexts;
use crate::plan::Program;
use crate::scratch::Scratch;
use crate::slot::Slot;
use crate::unit::LayerUnits;
use crate::value::Loader;

/// The categories that have a layer and that requests to an action may be in.
#[derive(Debug)]
pub(crate) struct Categories {
    /// The units of each, by name.
    units: Box<[LayerUnits]>,
    /// Fields that tell some of them.
    fields: Box<[Field]>,
    /// The others, each with the code of its condition.
    tried: Box<[(usize, usize)]>,
}

/// A field whose value tells categories.
#[derive(Debug)]
struct Field {
    register: Reg,
    kind: Kind,
    /// The values that are asked for, a set.
    values: Slot,
    /// Those of them that are known texts.
    texts: Option<KnownTexts>,
    /// For each of them the categories that it tells.
    categories: Box<[Box<[usize]>]>,
}

impl Categories {
    /// The categories of an action, given as the units of each and its condition. `None` where the arena is full.
    pub fn of(
        conditions: impl Iterator<Item = (LayerUnits, usize)>,
        block: &CodeBlock,
        loader: &mut Loader<'_>,
    ) -> Option<Categories> {
        let mut units = Vec::new();
        let mut tried = Vec::new();
        let mut fields: BTreeMap<(Reg, Kind), BTreeMap<&Scalar, BTreeSet<usize>>> = BTreeMap::new();
        for (number, (of_category, code)) in conditions.enumerate() {
            units.push(of_category);
            let Some((field, values)) =
                block.codes.get(code).and_then(|code| told_by(code, &block.constants))
            else {
                tried.push((number, code));
                continue;
            };
            let told = fields.entry(field).or_default();
            values.iter().for_each(|value| _ = told.entry(value).or_default().insert(number));
        }
        let field = |((register, kind), told): ((Reg, Kind), BTreeMap<&Scalar, BTreeSet<usize>>)| {
            let values = loader.set(told.keys().copied())?;
            let categories = told.into_values().map(|categories| categories.into_iter().collect()).collect();
            let texts = || KnownTexts::of(loader.arena.elements(values));
            let texts = if kind == Kind::Text { texts() } else { None };
            Some(Field { register, kind, values, texts, categories })
        };
        Some(Categories {
            units: units.into(),
            fields: fields.into_iter().map(field).collect::<Option<_>>()?,
            tried: tried.into(),
        })
    }

    /// Those that a request is in, by name, where one field tells all of them, as is mostly so; nothing where it takes more to find them.
    #[inline]
    pub fn told_at_once(&self, program: &Program, scratch: &Scratch) -> Option<&[usize]> {
        match (&*self.fields, &*self.tried) {
            ([], []) => Some(&[]),
            ([field], []) => Some(field.told(program, scratch)),
            _ => None,
        }
    }

    /// Lists those that a request is in, by name. Where a condition cannot be evaluated that keeps the others from being found, they end
    /// before it, and it and why are returned; `unsure` is told of the others.
    pub fn find(
        &self,
        program: &Program,
        scratch: &mut Scratch,
        unsure: impl FnMut(usize, Failure),
    ) -> Result<(), (usize, Failure)> {
        scratch.categories.clear();
        let failed = self.try_each(program, scratch, unsure);
        for field in &self.fields {
            let told = field.told(program, scratch);
            scratch.categories.extend_from_slice(told);
        }
        scratch.categories.sort_unstable();
        let Some((category, failure)) = failed else { return Ok(()) };
        scratch.categories.retain(|before| *before < category);
        Err(failure)
    }

    /// Tries the conditions that no field tells, and lists those that hold. The first one that keeps others from being found ends it, and is
    /// returned.
    fn try_each(
        &self,
        program: &Program,
        scratch: &mut Scratch,
        mut unsure: impl FnMut(usize, Failure),
    ) -> Option<(usize, (usize, Failure))> {
        for &(category, code) in &self.tried {
            let units = self.units(category);
            match condition::holds(program, scratch, code) {
                Ok(true) => scratch.categories.push(category),
                Ok(false) => {}
                Err(failure) => match units {
                    LayerUnits { enforced: Some(unit), .. } => return Some((category, (unit, failure))),
                    LayerUnits { observed, .. } => {
                        observed.into_iter().for_each(|unit| unsure(unit, failure));
                    }
                },
            }
        }
        None
    }

    /// The units of a category.
    pub fn units(&self, category: usize) -> LayerUnits {
        self.units.get(category).copied().unwrap_or_default()
    }
}

impl Field {
    /// The categories that it tells of a request.
    fn told(&self, program: &Program, scratch: &Scratch) -> &[usize] {
        let Some(value) = scratch.frame.get(usize::from(self.register)).copied() else { return &[] };
        let number = match self.texts.as_ref().zip(value.known_by()) {
            Some((texts, told_by)) => texts.find(told_by),
            None => {
                let arenas = Arenas { request: &scratch.arena, program: &program.arenas };
                arenas.position(self.kind, self.values, value)
            }
        };
        number.and_then(|number| self.categories.get(number)).map_or(&[], |told| told)
    }
}

/// The field that alone tells whether a condition holds, how it is compared, and the values for which it does.
fn told_by<'c>(code: &Code, constants: &'c [Constant]) -> Option<((Reg, Kind), &'c [Scalar])> {
    let [Instr::Constant { to: loaded, constant }, test, Instr::Answer { from }] = code.instrs.as_slice()
    else {
        return None;
    };
    let values = match constants.get(usize::from(*constant))? {
        Constant::Scalar(value) => std::slice::from_ref(value),
        Constant::Set(_, values) => values,
    };
    let (kind, to, field) = match *test {
        Instr::Compare { op: Comparison::Equal, kind, to, left, right } if right == *loaded => {
            (kind, to, left)
        }
        Instr::Compare { op: Comparison::Equal, kind, to, left, right } if left == *loaded => {
            (kind, to, right)
        }
        Instr::Contains { kind, to, item, collection } if collection == *loaded => (kind, to, item),
        _ => return None,
    };
    // Amounts of two currencies cannot be compared, and that must be told.
    (to == *from && field >= TEMPORARIES && kind != Kind::Money).then_some(((field, kind), values))
}
