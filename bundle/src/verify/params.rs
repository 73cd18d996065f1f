//! Parameters: values are of their types and within their ranges, directions have a meaning for their types.

use crate::currency::Currency;
use crate::error::{BundleError, ErrorKind};
use crate::program::{Mode, Unit, UnitKey};
use crate::schema::{Direction, Param, ParamId, ParamValue, Scalar, Schema, Type};

use super::schema::Declared;
use super::values::{self, Bound};
use super::{Within, ensure};

pub(super) fn verify(schema: &Schema) -> Result<(), BundleError> {
    for param in &schema.params {
        verify_param(schema, param).within(|| format!("parameter {}", param.name))?;
    }
    Ok(())
}

/// How much can be in each parameter at most, whichever layers apply to a request: the longest text of any layer, and all elements
/// of all layers that can apply together, as sets may be united.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Bounds {
    all: Vec<Bound>,
    /// Of tiers and users one of each applies, with what counts of it and what is observed: tiers, observed tiers, users, observed users.
    one_of: [Vec<u32>; 4],
    /// How many of the layers that apply together set each parameter. That one of each of the others does is taken for granted, so that a
    /// user's policy that replaces another one does not change it.
    settings: Vec<u32>,
}

impl Bounds {
    pub(super) fn new(schema: &Schema) -> Bounds {
        let all: Vec<Bound> = schema.params.iter().map(|param| bound(&param.default)).collect();
        let one_of = [(); 4].map(|()| vec![0; all.len()]);
        Bounds { settings: vec![one_of.len() as u32; all.len()], one_of, all }
    }

    /// Adds what a unit sets.
    pub(super) fn add(&mut self, unit: &Unit) {
        for set in &unit.sets {
            let index = usize::from(set.param);
            let Bound { elements, bytes } = bound(&set.value);
            let Some(total) = self.all.get_mut(index) else {
                continue;
            };
            total.bytes = total.bytes.max(bytes);
            match one_of(unit) {
                None => {
                    total.elements = total.elements.saturating_add(elements);
                    if let Some(settings) = self.settings.get_mut(index) {
                        *settings = settings.saturating_add(1);
                    }
                }
                Some(alternatives) => {
                    let most = self.one_of.get_mut(alternatives).and_then(|most| most.get_mut(index));
                    if let Some(most) = most {
                        *most = elements.max(*most);
                    }
                }
            }
        }
    }

    /// Whether what a unit sets was counted with: it is no more than what units of its kind set before.
    pub(super) fn allow(&self, unit: &Unit) -> Result<(), ParamId> {
        let most = one_of(unit).and_then(|alternatives| self.one_of.get(alternatives));
        for set in &unit.sets {
            let index = usize::from(set.param);
            let Bound { elements, bytes } = bound(&set.value);
            let longest = self.all.get(index).map_or(0, |total| total.bytes);
            let most = most.and_then(|most| most.get(index)).copied().unwrap_or(0);
            if elements > most || bytes > longest {
                return Err(set.param);
            }
        }
        Ok(())
    }

    /// The bound of each parameter, after all units were added.
    fn all(&self) -> Vec<Bound> {
        let mut all = self.all.clone();
        for one_of in &self.one_of {
            for (total, elements) in all.iter_mut().zip(one_of) {
                total.elements = total.elements.saturating_add(*elements);
            }
        }
        all
    }
}

impl Declared<'_> {
    /// Takes up what is known of the parameters, after all units were added.
    pub(super) fn learn(&mut self, bounds: &Bounds) {
        self.params = bounds.all();
        self.settings.clone_from(&bounds.settings);
    }
}

/// Which of [`Bounds::one_of`] a unit belongs to; none of them where it applies together with all others.
fn one_of(unit: &Unit) -> Option<usize> {
    match (&unit.key, unit.mode) {
        (UnitKey::Base | UnitKey::Category(_), _) => None,
        (UnitKey::Agent(_), Mode::Enforced) => Some(0),
        (UnitKey::Agent(_), Mode::Observed) => Some(1),
        (UnitKey::User(_), Mode::Enforced) => Some(2),
        (UnitKey::User(_), Mode::Observed) => Some(3),
    }
}

fn bound(value: &ParamValue) -> Bound {
    match value {
        ParamValue::Scalar(scalar) => values::scalar_bound(scalar),
        ParamValue::Money(_) => Bound::default(),
        ParamValue::Set(elements) => values::set_bound(elements),
    }
}

fn verify_param(schema: &Schema, param: &Param) -> Result<(), BundleError> {
    let ty = schema
        .types
        .get(usize::from(param.ty))
        .ok_or_else(|| BundleError::new(ErrorKind::Parameter, "its type is not there"))?;
    let has_meaning = match param.direction {
        Direction::Lower | Direction::Higher => matches!(
            ty,
            Type::Int { .. }
                | Type::Decimal { .. }
                | Type::Money { .. }
                | Type::Timestamp
                | Type::Duration { .. }
                | Type::Enum(_)
                | Type::Date
                | Type::TimeOfDay
        ),
        Direction::Subset | Direction::Superset => matches!(ty, Type::Set { .. }),
        Direction::True | Direction::False => matches!(ty, Type::Bool),
        Direction::Fixed => matches!(ty, Type::Set { .. }) || schema.is_scalar(param.ty),
    };
    ensure(has_meaning, ErrorKind::Parameter, || {
        "values of its type are not stricter in this way".to_owned()
    })?;
    ensure(param.loosen_by.is_sorted_by(|left, right| left < right), ErrorKind::Parameter, || {
        "the layers that may loosen it are not sorted".to_owned()
    })?;
    if let Some((least, greatest)) = &param.range {
        verify_type(schema, *ty, least)?;
        verify_type(schema, *ty, greatest)?;
    }
    verify_value(schema, param, &param.default)
}

/// Checks a value that a parameter has by default or that a layer sets.
pub(super) fn verify_value(schema: &Schema, param: &Param, value: &ParamValue) -> Result<(), BundleError> {
    if let Some(ty) = schema.types.get(usize::from(param.ty)) {
        verify_type(schema, *ty, value)?;
    }
    let Some((least, greatest)) = &param.range else {
        return Ok(());
    };
    ensure(is_within(value, least, greatest), ErrorKind::Parameter, || {
        "the value is not within the range".to_owned()
    })
}

/// Checks that a layer sets no amount in a currency for which the parameter has none: that would open the currency.
pub(super) fn verify_currencies(param: &Param, value: &ParamValue) -> Result<(), BundleError> {
    let (ParamValue::Money(amounts), ParamValue::Money(known)) = (value, &param.default) else {
        return Ok(());
    };
    let is_known =
        |amount: &Scalar| known.binary_search_by(|known| currency(known).cmp(&currency(amount))).is_ok();
    ensure(amounts.iter().all(is_known), ErrorKind::Parameter, || {
        "it sets an amount in a currency for which the parameter has no value".to_owned()
    })
}

fn verify_type(schema: &Schema, ty: Type, value: &ParamValue) -> Result<(), BundleError> {
    let fits = match (value, ty) {
        (ParamValue::Money(amounts), Type::Money { .. }) => {
            amounts.iter().all(|amount| values::is_of_type(schema, amount, ty))
                && amounts.is_sorted_by(|left, right| currency(left) < currency(right))
        }
        (ParamValue::Set(elements), Type::Set { element, .. }) => {
            schema.types.get(usize::from(element)).is_some_and(|element| {
                elements.iter().all(|scalar| values::is_of_type(schema, scalar, *element))
                    && elements.is_sorted_by(|left, right| left < right)
            })
        }
        (ParamValue::Scalar(scalar), ty) => {
            !matches!(ty, Type::Money { .. }) && values::is_of_type(schema, scalar, ty)
        }
        _ => false,
    };
    ensure(fits, ErrorKind::Parameter, || "a value is not of its type, or not sorted".to_owned())
}

fn currency(amount: &Scalar) -> Option<Currency> {
    match amount {
        Scalar::Money(currency, _) => Some(*currency),
        _ => None,
    }
}

fn is_within(value: &ParamValue, least: &ParamValue, greatest: &ParamValue) -> bool {
    match (value, least, greatest) {
        (ParamValue::Scalar(value), ParamValue::Scalar(least), ParamValue::Scalar(greatest)) => {
            least <= value && value <= greatest
        }
        // Of one currency, amounts sort by size.
        (ParamValue::Money(amounts), ParamValue::Money(least), ParamValue::Money(greatest)) => {
            let find = |bounds: &[Scalar], amount: &Scalar| {
                let index = bounds.binary_search_by(|bound| currency(bound).cmp(&currency(amount)));
                index.ok().and_then(|index| bounds.get(index).cloned())
            };
            amounts.iter().all(|amount| {
                find(least, amount).is_some_and(|bound| bound <= *amount)
                    && find(greatest, amount).is_some_and(|bound| *amount <= bound)
            })
        }
        (ParamValue::Set(elements), ParamValue::Set(least), ParamValue::Set(greatest)) => {
            least.iter().all(|element| elements.binary_search(element).is_ok())
                && elements.iter().all(|element| greatest.binary_search(element).is_ok())
        }
        _ => false,
    }
}
