//! Which value of a parameter is in force where some layers apply, and which of them it is from: for editors, which show it beside a rule. A
//! decision works it out itself (`runtime/src/params.rs`), and `tests/tests/in_force.rs` holds one against the other.

use lictor_bundle::schema::{Direction, Param, ParamId, ParamValue, Scalar};
use lictor_grammar::span::Span;

use crate::compose::stricter;
use crate::typed::Unit;

/// A value in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InForce {
    /// The value.
    pub value: ParamValue,
    /// Where the layers set it that it is from; nothing where it is the default.
    pub from: Vec<Span>,
}

/// The value of a parameter where these layers apply: the strictest of what they set. The default counts where no layer sets it that may loosen
/// it. Money is taken currency by currency.
pub fn in_force(param: &Param, id: ParamId, layers: &[&Unit]) -> InForce {
    let set = layers.iter().flat_map(|unit| {
        let at = unit.sets.binary_search_by_key(&id, |set| set.param).ok()?;
        let loosens = param.loosen_by.contains(&unit.key.kind());
        Some(Set { value: &unit.sets.get(at)?.value, loosens, at: unit.set_at.get(at).copied() })
    });
    let set: Vec<Set<'_>> = set.collect();
    match &param.default {
        ParamValue::Scalar(default) => {
            let all = set.iter().filter_map(|set| match set.value {
                ParamValue::Scalar(value) => Some((value, set.loosens, set.at)),
                _ => None,
            });
            let (value, from) = strictest(param.direction, default, all);
            InForce { value: ParamValue::Scalar(value), from: from.into_iter().collect() }
        }
        ParamValue::Money(amounts) => {
            let mut from = Vec::new();
            let amounts = amounts.iter().map(|default| {
                let all = set.iter().filter_map(|set| match set.value {
                    ParamValue::Money(values) => {
                        let value = values.iter().find(|value| is_of_one_currency(value, default))?;
                        Some((value, set.loosens, set.at))
                    }
                    _ => None,
                });
                let (value, at) = strictest(param.direction, default, all);
                from.extend(at);
                value
            });
            let value = ParamValue::Money(amounts.collect());
            from.sort_unstable();
            from.dedup();
            InForce { value, from }
        }
        ParamValue::Set(default) => members(param.direction, default, &set),
    }
}

/// What a layer sets.
struct Set<'u> {
    value: &'u ParamValue,
    /// Whether the parameter lets layers of this kind loosen it.
    loosens: bool,
    at: Option<Span>,
}

fn is_of_one_currency(a: &Scalar, b: &Scalar) -> bool {
    matches!((a, b), (Scalar::Money(a, _), Scalar::Money(b, _)) if a == b)
}

fn strictest<'s>(
    direction: Direction,
    default: &'s Scalar,
    set: impl Iterator<Item = (&'s Scalar, bool, Option<Span>)>,
) -> (Scalar, Option<Span>) {
    let set: Vec<_> = set.collect();
    let is_loosened = direction == Direction::Fixed || set.iter().any(|(_, loosens, _)| *loosens);
    let mut found = if is_loosened { None } else { Some((default, None)) };
    for (value, _, at) in set {
        if found.is_none_or(|(known, _)| stricter(direction, value, known)) {
            found = Some((value, at));
        }
    }
    let (value, at) = found.unwrap_or((default, None));
    (value.clone(), at)
}

/// What all of them have, or what one of them has.
fn members(direction: Direction, default: &[Scalar], set: &[Set<'_>]) -> InForce {
    let values = set.iter().filter_map(|set| match set.value {
        ParamValue::Set(members) => Some((members.as_slice(), set.loosens, set.at)),
        _ => None,
    });
    let values: Vec<_> = values.collect();
    let is_replaced = direction == Direction::Fixed || values.iter().any(|(_, loosens, _)| *loosens);
    let mut all: Vec<&[Scalar]> = values.iter().map(|(members, ..)| *members).collect();
    if all.is_empty() || !is_replaced {
        all.push(default);
    }
    let mut members: Vec<Scalar> = all.concat();
    members.sort();
    members.dedup();
    if direction != Direction::Superset {
        members.retain(|member| all.iter().all(|value| value.contains(member)));
    }
    let from =
        if members == default { Vec::new() } else { values.iter().filter_map(|(.., at)| *at).collect() };
    InForce { value: ParamValue::Set(members), from }
}
