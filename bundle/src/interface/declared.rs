//! What a bundle declares, as units import it: by name, with a digest of what is declared.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::types::{Types, digest};
use super::{Digest, Field, Import, Kind, history};
use crate::currency::Currency;
use crate::error::{BundleError, ErrorKind};
use crate::instr::Reg;
use crate::program::Bundle;
use crate::schema::{ActionId, FactId, ParamValue, Scalar, TypeId};
use crate::written::plain_type_name;

/// How many declarations, fields and instructions are looked at while units are linked, so that it ends soon for a file that was made to be slow.
pub(crate) const MAX_WORK: usize = 1 << 28;

/// The declarations of a bundle; its units need not be there.
pub(crate) struct Declared<'a> {
    pub(super) head: &'a Bundle,
    /// None where the schema's types do not fit together: nothing that has a type is declared then.
    pub(super) types: Option<Arc<Types>>,
    /// The digests that were asked for before.
    digests: RefCell<BTreeMap<(Kind, u16), Option<Digest>>>,
    work: Cell<usize>,
}

impl<'a> Declared<'a> {
    /// Of a bundle whose types are known, or not yet.
    pub(super) fn of(head: &'a Bundle, types: Option<Arc<Types>>) -> Declared<'a> {
        let types = types.or_else(|| Types::of(&head.schema).map(Arc::new));
        Declared { head, types, digests: Default::default(), work: Cell::new(MAX_WORK) }
    }

    /// Takes from the work that may be done.
    pub(super) fn spend(&self, work: usize) -> Result<(), BundleError> {
        let left = self.work.get().checked_sub(work).ok_or_else(|| {
            BundleError::new(
                ErrorKind::Steps,
                "linking the units of users to what is declared takes too long",
            )
        })?;
        self.work.set(left);
        Ok(())
    }

    /// What a unit imports that uses this declaration; none where it is not there.
    pub(super) fn import(&self, kind: Kind, number: u16) -> Result<Option<Import>, BundleError> {
        let Some(name) = self.name(kind, usize::from(number)) else { return Ok(None) };
        let digest = self.digest(kind, number)?;
        Ok(digest.map(|digest| Import { kind, name, digest }))
    }

    /// The number that an import has here. What is declared otherwise, or not at all, is refused by its name.
    pub(super) fn number(&self, import: &Import) -> Result<u16, BundleError> {
        if import.kind == Kind::Group {
            self.spend(self.head.schema.actions.len())?;
            let group = self.group(&import.name);
            return match group.digest == import.digest {
                true => Ok(0),
                false => Err(refused(true, &format!("the {} `{}`", import.kind.name(), shown(&import.name)))),
            };
        }
        let (is_there, found) = self.find(import)?;
        found.ok_or_else(|| {
            refused(is_there, &format!("the {} `{}`", import.kind.name(), shown(&import.name)))
        })
    }

    /// The register that a field of an action has here.
    pub(super) fn register(&self, action: ActionId, field: &Field) -> Result<Reg, BundleError> {
        let found = self.place_at(action, &field.path)?;
        let name = self.name(Kind::Action, usize::from(action)).unwrap_or_default();
        match found {
            Some((register, place)) if self.field(action, &place) == Some(field.digest) => Ok(register),
            found => Err(refused(found.is_some(), &format!("the field `{}` of {name}", shown(&field.path)))),
        }
    }

    /// Whether anything of a kind is called so, and the number of what is also declared so.
    fn find(&self, import: &Import) -> Result<(bool, Option<u16>), BundleError> {
        let Import { kind, name, digest } = import;
        let count = self.count(*kind);
        let is_called = |at: usize| self.name(*kind, at).as_deref() == Some(name);
        if matches!(kind, Kind::Currency | Kind::Enum | Kind::Type | Kind::Tier) {
            // These tables are in an order of their own.
            for number in (0..=u16::MAX).take(count) {
                if self.digest(*kind, number)? == Some(*digest) && is_called(usize::from(number)) {
                    return Ok((true, Some(number)));
                }
            }
            return Ok(((0..count).any(is_called), None));
        }
        self.spend(16)?;
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.name(*kind, middle).as_deref() < Some(name) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let number = u16::try_from(low).ok().filter(|_| is_called(low));
        let same = match number {
            Some(number) => self.digest(*kind, number)? == Some(*digest),
            None => false,
        };
        Ok((number.is_some(), number.filter(|_| same)))
    }

    /// The import of a group of actions: of all that it stands for here, be there any or not.
    pub(super) fn group(&self, name: &str) -> Import {
        let begins = name.strip_suffix('*').unwrap_or(name);
        let actions = self.head.schema.actions.iter().filter(|action| !action.event);
        let names: Vec<&str> =
            actions.map(|action| action.name.as_str()).filter(|name| name.starts_with(begins)).collect();
        Import { kind: Kind::Group, name: name.to_owned(), digest: digest(&("group", names)) }
    }

    /// Whether a fact is asked with one value at most: several lie in a row, which fields of a request need not do.
    pub(super) fn takes_one(&self, fact: FactId) -> bool {
        self.head.schema.facts.get(usize::from(fact)).is_some_and(|fact| fact.params.len() <= 1)
    }

    /// The number of a currency that is declared.
    pub(super) fn currency(&self, currency: Currency) -> Option<u16> {
        let declared = &self.head.schema.currencies;
        let at = declared.binary_search_by_key(&currency, |(known, _)| *known).ok()?;
        u16::try_from(at).ok()
    }

    fn count(&self, kind: Kind) -> usize {
        let schema = &self.head.schema;
        match kind {
            Kind::Currency => schema.currencies.len(),
            Kind::Enum => schema.enums.len(),
            Kind::Type => schema.types.len(),
            Kind::Fact => schema.facts.len(),
            Kind::Param | Kind::Setting => schema.params.len(),
            Kind::Reason => schema.reasons.len(),
            Kind::Role => schema.roles.len(),
            Kind::Category => schema.categories.len(),
            Kind::Tier => self.tiers().len(),
            Kind::Flag => schema.flags.len(),
            Kind::Amplifier => schema.amplifiers.len(),
            Kind::Calendar => schema.calendars.len(),
            Kind::Control => self.head.manifest.controls.len(),
            Kind::Action => schema.actions.len(),
            Kind::Group => 0,
        }
    }

    fn tiers(&self) -> &[String] {
        let schema = &self.head.schema;
        let tiers = schema.tiers.and_then(|tiers| schema.enums.get(usize::from(tiers)));
        tiers.map(|tiers| tiers.values.as_slice()).unwrap_or_default()
    }

    fn name(&self, kind: Kind, at: usize) -> Option<String> {
        let schema = &self.head.schema;
        let name = match kind {
            Kind::Currency => return schema.currencies.get(at).map(|(currency, _)| currency.to_string()),
            Kind::Type => {
                self.types.as_ref()?.types.get(at)?;
                return Some(plain_type_name(TypeId::try_from(at).ok()?, schema));
            }
            Kind::Enum => &schema.enums.get(at)?.name,
            Kind::Fact => &schema.facts.get(at)?.name,
            Kind::Param | Kind::Setting => &schema.params.get(at)?.name,
            Kind::Reason => &schema.reasons.get(at)?.name,
            Kind::Role => &schema.roles.get(at)?.name,
            Kind::Category => schema.categories.get(at)?,
            Kind::Tier => self.tiers().get(at)?,
            Kind::Flag => &schema.flags.get(at)?.name,
            Kind::Amplifier => &schema.amplifiers.get(at)?.name,
            Kind::Calendar => &schema.calendars.get(at)?.name,
            Kind::Control => &self.head.manifest.controls.get(at)?.id,
            Kind::Action => &schema.actions.get(at)?.name,
            Kind::Group => return None,
        };
        Some(name.clone())
    }

    /// The digest of a declaration; none where it is not there, or where what it is made of is not.
    fn digest(&self, kind: Kind, number: u16) -> Result<Option<Digest>, BundleError> {
        self.spend(1)?;
        if let Some(known) = self.digests.borrow().get(&(kind, number)) {
            return Ok(*known);
        }
        let found = match kind {
            Kind::Fact => self.fact(number)?,
            kind => self.plain_digest(kind, usize::from(number)),
        };
        self.digests.borrow_mut().insert((kind, number), found);
        Ok(found)
    }

    fn plain_digest(&self, kind: Kind, at: usize) -> Option<Digest> {
        let schema = &self.head.schema;
        Some(match kind {
            Kind::Currency => digest(&("currency", schema.currencies.get(at)?)),
            Kind::Enum => *self.types.as_ref()?.enums.get(at)?,
            Kind::Type => *self.types.as_ref()?.types.get(at)?,
            Kind::Fact | Kind::Group => return None,
            Kind::Param => {
                let param = schema.params.get(at)?;
                let ty = self.ty(param.ty)?;
                let values = (
                    neutral(&param.default),
                    param.range.as_ref().map(|(low, high)| (neutral(low), neutral(high))),
                );
                digest(&("param", &param.name, ty, &param.direction, &param.loosen_by, values))
            }
            Kind::Setting => {
                let param = schema.params.get(at)?;
                digest(&("setting", &param.name, self.ty(param.ty)?, &param.direction))
            }
            Kind::Reason => digest(&("reason", schema.reasons.get(at)?)),
            Kind::Role => digest(&("role", schema.roles.get(at)?)),
            Kind::Category => digest(&("category", schema.categories.get(at)?)),
            Kind::Tier => digest(&("tier", self.tiers().get(at)?)),
            Kind::Flag => digest(&("flag", schema.flags.get(at)?)),
            Kind::Amplifier => digest(&("amplifier", schema.amplifiers.get(at)?)),
            Kind::Calendar => digest(&("calendar", schema.calendars.get(at)?)),
            Kind::Control => digest(&("control", self.head.manifest.controls.get(at)?)),
            Kind::Action => {
                let action = schema.actions.get(at)?;
                digest(&("action", &action.name, action.event))
            }
        })
    }
}

impl Declared<'_> {
    /// The digest of a type.
    pub(super) fn ty(&self, ty: TypeId) -> Option<Digest> {
        self.types.as_ref()?.types.get(usize::from(ty)).copied()
    }

    /// The digest of a fact: of what it is asked with, what it answers, and the question to history that it stands for.
    fn fact(&self, number: FactId) -> Result<Option<Digest>, BundleError> {
        let schema = &self.head.schema;
        let Some(fact) = schema.facts.get(usize::from(number)) else { return Ok(None) };
        let asked = fact.params.iter().map(|param| Some((&param.name, self.ty(param.ty)?, param.marks)));
        let (Some(asked), Some(answer)) = (asked.collect::<Option<Vec<_>>>(), self.ty(fact.result)) else {
            return Ok(None);
        };
        let counted = match schema.history.binary_search_by_key(&number, |query| query.fact) {
            Err(_) => None,
            Ok(at) => {
                match schema.history.get(at).map(|query| history::digest_of(self, query)).transpose()? {
                    Some(Some(query)) => Some(query),
                    _ => return Ok(None),
                }
            }
        };
        Ok(Some(digest(&("fact", &fact.name, asked, answer, fact.marks, counted))))
    }
}

/// A value without the numbers of the enumerations that it is of, which its type tells.
fn neutral(value: &ParamValue) -> ParamValue {
    let scalar = |scalar: &Scalar| match scalar {
        Scalar::Enum(_, value) => Scalar::Enum(0, *value),
        other => other.clone(),
    };
    match value {
        ParamValue::Scalar(one) => ParamValue::Scalar(scalar(one)),
        ParamValue::Money(all) => ParamValue::Money(all.iter().map(scalar).collect()),
        ParamValue::Set(all) => ParamValue::Set(all.iter().map(scalar).collect()),
    }
}

/// A name from a file that nobody has verified yet, as it may stand in a message.
pub(super) fn shown(name: &str) -> String {
    name.chars()
        .take(120)
        .map(|sign| if sign.is_control() { char::REPLACEMENT_CHARACTER } else { sign })
        .collect()
}

/// What is said of a declaration that is not there, or is another one.
fn refused(is_there: bool, what: &str) -> BundleError {
    let why = match is_there {
        true => "is declared otherwise here than where it was compiled",
        false => "is not declared here",
    };
    BundleError::new(ErrorKind::Interface, format!("it uses {what}, which {why}"))
}
