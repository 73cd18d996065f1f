//! A rule: its statements one after the other, until one refuses.

use lictor_bundle::program::Effect;
use lictor_bundle::schema::{AmplifierId, Described, FlagId, ReasonId, Schema};
use lictor_compiler::typed::{Exception, Fires, Piece, Rule, Statement, Unit};

use crate::decision::{Approval, Cause, Obligation, Points, Told, Verdict, Words};
use crate::eval::{Evaluator, Situation};
use crate::past::now;
use crate::show::{ABSENT, show};
use crate::time::{is_writable, show_timestamp};
use crate::value::{Failure, Value};

/// What rules have found so far.
#[derive(Default)]
pub struct Found {
    /// The causes.
    pub causes: Vec<Cause>,
    /// What adds to the score by itself.
    pub points: Vec<Points>,
    /// The flags that were raised.
    pub flags: Vec<FlagId>,
    /// What was added to amplifiers.
    pub amplified: Vec<(AmplifierId, u8)>,
    /// What the caller must do.
    pub obligations: Vec<Obligation>,
    /// The exceptions that lifted something, each once, as `module.exception` and the rule.
    pub exceptions: Vec<(String, String)>,
}

impl Found {
    /// Whether something refuses.
    pub fn refuses(&self) -> bool {
        self.causes.iter().any(|cause| cause.effect == Verdict::Deny)
    }
}

/// A rule where it stands.
struct Place<'a> {
    schema: &'a Schema,
    rule: &'a Rule,
    /// As `module.rule`.
    name: String,
    layer: String,
    /// What lifts its soft statements.
    lifted: Option<&'a Exception>,
    cites: Vec<String>,
}

/// Runs a rule. One that cannot be evaluated refuses.
pub fn run(situation: Situation<'_>, unit: &Unit, rule: &Rule, found: &mut Found) {
    let schema = &situation.program.schema;
    let name = format!("{}.{}", rule.module, rule.name);
    let lifted = rule.exceptions.iter().find(|exception| holds(situation, exception));
    let place =
        Place { schema, rule, name, layer: unit.key.layer(schema), lifted, cites: cites(situation, rule) };
    let mut evaluator = Evaluator::new(situation);
    if let Err(failure) = statements(&mut evaluator, &place, &rule.body, found) {
        let cause = place.cause(Verdict::Deny, failure.code().to_owned(), Words::Engine);
        found.causes.push(cause);
    }
}

/// Whether an exception holds: its layer applies, its last day is not over, and its condition is true. Where the condition cannot be
/// evaluated it does not hold.
fn holds(situation: Situation<'_>, exception: &Exception) -> bool {
    let applies = situation.layers.iter().any(|unit| unit.key == exception.layer);
    let in_time = now(situation.program, situation.request).is_some_and(|now| now <= exception.expires);
    applies && in_time && Evaluator::new(situation).holds(&exception.when) == Ok(true)
}

/// The controls that a rule cites, but for those that are not in force yet, or no more.
fn cites(situation: Situation<'_>, rule: &Rule) -> Vec<String> {
    let now = now(situation.program, situation.request);
    let controls = rule.cites.iter().map(|number| &situation.program.controls[usize::from(*number)]);
    let begun = |from: Option<i64>| from.is_none() || from <= now;
    let over = |until: Option<i64>| until.is_some() && until < now;
    controls.filter(|one| begun(one.from) && !over(one.until)).map(|one| one.id.clone()).collect()
}

fn statements<'a>(
    evaluator: &mut Evaluator<'a>,
    place: &Place<'a>,
    body: &'a [Statement],
    found: &mut Found,
) -> Result<(), Failure> {
    for statement in body {
        match statement {
            Statement::Let(id, value) => evaluator.name(*id, value),
            Statement::When(condition, inner) => {
                if evaluator.holds(condition)? {
                    statements(evaluator, place, inner, found)?;
                }
            }
            Statement::Effect(fires) => {
                let holds =
                    fires.condition.as_ref().map_or(Ok(fires.on), |condition| evaluator.holds(condition))?;
                if holds == fires.on {
                    fire(evaluator, place, fires, found)?;
                }
            }
        }
        if found.refuses() {
            break;
        }
    }
    Ok(())
}

fn fire<'a>(
    evaluator: &mut Evaluator<'a>,
    place: &Place<'a>,
    fires: &'a Fires,
    found: &mut Found,
) -> Result<(), Failure> {
    let mut message = String::new();
    for piece in &fires.message {
        match piece {
            Piece::Text(text) => message.push_str(text),
            Piece::Value(expr) => match evaluator.eval(expr)? {
                Some(value) => message.push_str(&show(place.schema, &expr.ty, &value)),
                None => message.push_str(ABSENT),
            },
        }
    }
    // Flags and amplifiers are raised without a code.
    let reason = |id: Option<ReasonId>| id.map(|id| place.schema.reasons[usize::from(id)].clone());
    let code = reason(fires.reason).unwrap_or_else(|| Described { name: String::new(), text: String::new() });
    let told = reason(fires.told_as).map(|told| Told { code: told.name, words: told.text });
    let words = if message.is_empty() { code.text } else { message };
    let (code, rule, layer) = (code.name, place.name.clone(), place.layer.clone());
    if fires.effect != Effect::Deny
        && let Some(exception) = place.lifted
    {
        // Until when it would have to be met is computed, and may fail, before it is known that nobody has to.
        due(evaluator, fires)?;
        others(evaluator, place, fires)?;
        let used = (format!("{}.{}", exception.module, exception.name), rule);
        if !found.exceptions.contains(&used) {
            found.exceptions.push(used);
        }
        return Ok(());
    }
    match &fires.effect {
        Effect::Deny => {
            let cause = place.cause(Verdict::Deny, code, Words::Said(words));
            found.causes.push(Cause { told, ..cause });
        }
        Effect::StepUp(approver) => {
            let cause = place.cause(Verdict::StepUp, code, Words::Said(words));
            let other_than = others(evaluator, place, fires)?;
            let approval = Some(Approval { other_than, ..Approval::new(place.schema, approver) });
            found.causes.push(Cause { told, approval, ..cause });
        }
        Effect::Risk(points) => found.points.push(Points { code, told, points: *points, rule, layer }),
        Effect::Flag(flag) => found.flags.push(*flag),
        Effect::Amplify(amplifier, points) => found.amplified.push((*amplifier, *points)),
        Effect::Oblige { id, .. } => {
            let (name, by) = (id.clone(), due(evaluator, fires)?);
            found.obligations.push(Obligation { name, by, code, words, told, rule, layer });
        }
    }
    Ok(())
}

/// Until when something must be done, as decisions write it. It is a moment that can be written, also for the loosest parameters.
fn due<'a>(evaluator: &mut Evaluator<'a>, fires: &'a Fires) -> Result<Option<String>, Failure> {
    let Some(by) = &fires.by else { return Ok(None) };
    let moment = evaluator.value(by)?;
    if let Some(day) = &fires.by_at_loosest {
        evaluator.value(day)?;
    }
    match moment {
        Value::Timestamp(moment) if is_writable(moment) => Ok(Some(show_timestamp(moment))),
        _ => Err(Failure::Arithmetic),
    }
}

/// The ids of those whose approval does not count, each once.
fn others<'a>(
    evaluator: &mut Evaluator<'a>,
    place: &Place<'a>,
    fires: &'a Fires,
) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::new();
    for id in &fires.other_than {
        if let Some(value) = evaluator.eval(id)? {
            ids.push(show(place.schema, &id.ty, &value));
        }
    }
    let mut seen = Vec::new();
    ids.retain(|id| {
        !seen.contains(id) && {
            seen.push(id.clone());
            true
        }
    });
    Ok(ids)
}

impl Place<'_> {
    fn cause(&self, effect: Verdict, code: String, words: Words) -> Cause {
        Cause {
            effect,
            code,
            words,
            told: None,
            stage: self.rule.stage,
            rule: Some(self.name.clone()),
            layer: Some(self.layer.clone()),
            approval: None,
            cites: self.cites.clone(),
        }
    }
}
