//! The score, in exact numbers: `min(100, flags + amplifiers + points)`, rounded up.

use lictor_bundle::schema::AmplifierId;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};

use crate::decision::Risk;
use crate::eval::{Evaluator, Situation};
use crate::number::{decimal_from_billionths, show_decimal, whole};
use crate::rules::Found;
use crate::value::{Failure, Value};

/// What a request scores, and why. It fails where what the action says of an amplifier cannot be evaluated.
pub fn risk(situation: Situation<'_>, found: &Found) -> Result<Risk, Failure> {
    let schema = &situation.program.schema;
    let action = &schema.actions[usize::from(situation.request.action)];

    // A flag counts once, whoever raised it and however often.
    let mut flags = action.flags.clone();
    for raised in &found.flags {
        let name = &schema.flags[usize::from(*raised)].name;
        if !flags.contains(name) {
            flags.push(name.clone());
        }
    }
    let of_flags = schema.flags.iter().filter(|flag| flags.contains(&flag.name));
    let mut sum: BigRational = of_flags.map(|flag| decimal_from_billionths(flag.weight)).sum();

    let mut amplifiers = Vec::new();
    for (id, declared) in (0..).zip(&schema.amplifiers) {
        if let Some(value) = amplifier(situation, found, id)? {
            sum += decimal_from_billionths(declared.weight) * &value;
            amplifiers.push((declared.name.clone(), show_decimal(&value)));
        }
    }
    let points: i64 = found.points.iter().map(|points| i64::from(points.points)).sum();
    let score = (sum + whole(points)).ceil().min(whole(100));
    let score = score.to_integer().to_u64().expect("nothing in it is negative");
    Ok(Risk { score, flags, amplifiers, points: found.points.clone() })
}

/// The value of an amplifier: what the action says it is, held within 0 and 100, and what statements added, 100 at most in all.
/// Nothing where neither is there.
fn amplifier(
    situation: Situation<'_>,
    found: &Found,
    id: AmplifierId,
) -> Result<Option<BigRational>, Failure> {
    let mut declared = situation.program.amplifiers.iter();
    let said = declared.find(|one| one.action == situation.request.action && one.amplifier == id);
    let said = match said.map(|one| Evaluator::new(situation).value(&one.value)).transpose()? {
        Some(Value::Decimal(value)) => Some(value.clamp(BigRational::zero(), whole(100))),
        _ => None,
    };
    let mut added = found.amplified.iter().filter(|(of, _)| *of == id).peekable();
    if said.is_none() && added.peek().is_none() {
        return Ok(None);
    }
    let added: i64 = added.map(|(_, points)| i64::from(*points)).sum();
    Ok(Some((said.unwrap_or_else(BigRational::zero) + whole(added)).min(whole(100))))
}
