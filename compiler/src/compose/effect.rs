//! Sets that can never have an effect: whatever the request, another value is at least as strict.

use std::collections::BTreeMap;

use lictor_bundle::currency::Currency;
use lictor_bundle::program::UnitKey;
use lictor_bundle::schema::{Direction, Disposition, LayerKind, Param, ParamValue, Scalar};
use lictor_grammar::diagnostic::Diagnostic;

use super::params::show;
use super::sets::{Layer, SetValue};
use crate::names::{Declared, LayerId};

pub(super) fn report(declared: &Declared<'_>, layers: &BTreeMap<LayerId, Layer>, out: &mut Vec<Diagnostic>) {
    let mut sets: BTreeMap<u16, Vec<(&UnitKey, &SetValue)>> = BTreeMap::new();
    for (key, layer) in layers {
        layer.sets.iter().for_each(|(id, set)| sets.entry(*id).or_default().push((&key.key, set)));
    }
    for (id, set_by) in &sets {
        let Some(param) = declared.schema.params.get(usize::from(*id)) else { continue };
        // What is fixed has no stricter value: the base replaces it.
        if param.direction == Direction::Fixed {
            continue;
        }
        let opened = |key: &UnitKey| param.loosen_by.contains(&kind(key));
        // The loosest value in force anywhere is the default, or one that an opened layer sets, be it only observed.
        let sources: Vec<&ParamValue> = set_by
            .iter()
            .filter(|(key, _)| opened(key))
            .map(|(_, set)| &set.value)
            .chain([&param.default])
            .collect();
        for (key, set) in set_by {
            let useless = if opened(key) {
                // Such a value takes the default's place.
                same(&set.value, &param.default)
            } else {
                never_strictest(param, &set.value, &sources)
            };
            if useless {
                out.push(
                    Diagnostic::warning(
                        "W0401",
                        set.span,
                        format!("setting `{}` here never has an effect", param.name),
                    )
                    .here(format!(
                        "{} is never stricter than what holds already",
                        text(&set.value, &declared.schema.currencies)
                    ))
                    .help(advice(param, key)),
                );
            }
        }
    }
    for (key, layer) in layers {
        for (action, (disposition, span)) in &layer.defaults {
            let Some(action) = declared.schema.actions.get(usize::from(*action)) else { continue };
            if key.key != UnitKey::Base && rank(disposition) == 0 {
                out.push(
                    Diagnostic::warning(
                        "W0401",
                        *span,
                        format!("setting the default of `{}` to allow here never has an effect", action.name),
                    )
                    .help("only the base can lower a default; other layers tighten it"),
                );
            }
        }
    }
}

fn rank(disposition: &Disposition) -> u8 {
    match disposition {
        Disposition::Allow => 0,
        Disposition::StepUp(_) => 1,
        Disposition::Deny => 2,
    }
}

fn kind(key: &UnitKey) -> LayerKind {
    match key {
        UnitKey::Base => LayerKind::Base,
        UnitKey::Category(_) => LayerKind::Category,
        UnitKey::Agent(_) => LayerKind::Agent,
        UnitKey::User(_) => LayerKind::User,
    }
}

fn advice(param: &Param, key: &UnitKey) -> String {
    let layer = match key {
        UnitKey::Base => "the base",
        UnitKey::Category(_) => "a category",
        UnitKey::Agent(_) => "an agent's tier",
        UnitKey::User(_) => "a user",
    };
    format!("{layer} can only make `{}` stricter: set a stricter value, or remove this line", param.name)
}

fn same(a: &ParamValue, default: &ParamValue) -> bool {
    match (a, default) {
        // Currencies that are not set keep their default.
        (ParamValue::Money(set), ParamValue::Money(default)) => {
            set.iter().all(|amount| default.contains(amount))
        }
        _ => a == default,
    }
}

/// Whether a value is at least as loose as every value that it could meet.
fn never_strictest(param: &Param, value: &ParamValue, sources: &[&ParamValue]) -> bool {
    match value {
        ParamValue::Scalar(one) => sources.iter().all(|source| match source {
            ParamValue::Scalar(other) => !stricter(param.direction, one, other),
            _ => false,
        }),
        ParamValue::Money(amounts) => amounts.iter().all(|amount| {
            sources.iter().all(|source| match source {
                ParamValue::Money(others) => {
                    others.iter().all(|other| !stricter(param.direction, amount, other))
                }
                _ => false,
            })
        }),
        ParamValue::Set(members) => sources.iter().all(|source| match source {
            ParamValue::Set(others) => match param.direction {
                Direction::Subset => others.iter().all(|other| members.contains(other)),
                _ => members.iter().all(|member| others.contains(member)),
            },
            _ => false,
        }),
    }
}

/// Whether a value is stricter than another; amounts of two currencies do not compare.
pub(crate) fn stricter(direction: Direction, value: &Scalar, than: &Scalar) -> bool {
    if let (Scalar::Money(a, _), Scalar::Money(b, _)) = (value, than)
        && a != b
    {
        return false;
    }
    match direction {
        Direction::Lower | Direction::False => value < than,
        Direction::Higher | Direction::True => value > than,
        Direction::Subset | Direction::Superset | Direction::Fixed => false,
    }
}

fn text(value: &ParamValue, currencies: &[(Currency, u8)]) -> String {
    match value {
        ParamValue::Scalar(one) => show(one, currencies),
        ParamValue::Money(amounts) => {
            amounts.iter().map(|one| show(one, currencies)).collect::<Vec<_>>().join(", ")
        }
        ParamValue::Set(_) => "this set".to_string(),
    }
}
