//! Puts into words what was found: reasons, points, obligations, exceptions, for people and programs to read.
//!
//! An evaluation notes everything by number (`vm/effect.rs`), so that one whose words nobody reads does not pay for them.

use std::borrow::Cow;
use std::sync::Arc;

use lictor_bundle::decimal::render_decimal;
use lictor_bundle::instr::Failure;
use lictor_bundle::program::{Argument, Effect, Piece, Rule, Stage, Statement, Unit, UnitKey};
use lictor_bundle::schema::{ActionId, AmplifierId, Described, Disposition, FlagId, Schema};
use lictor_bundle::time::render_timestamp;

use crate::arena::Arenas;
use crate::decision::{
    AmplifierValue, Approval, Found, Obligation, Points, Reason, Risk, Told, UsedException, Verdict,
};
use crate::evaluate::Evaluation;
use crate::names::{approval, cites, rule_name};
use crate::outcome::{default_code, default_of, escalation, failure_words, score_code, thresholds};
use crate::plan::{ActionPlan, Program};
use crate::render::render;
use crate::scratch::{Layer, Scratch};
use crate::slot::Slot;
use crate::stage::checks;
use crate::unit::Wholes;
use crate::vm::{Cause, Effects, Fired, Lifted};

/// What words are made from.
struct Words<'a> {
    program: &'a Program,
    schema: &'a Schema,
    arenas: Arenas<'a>,
    effects: &'a Effects,
    layers: &'a [Layer],
    /// The units of these layers.
    units: Wholes<'a>,
    action: ActionId,
    /// The time of the request: of the controls that a rule cites, those count that are in force then.
    now: i64,
    score: u8,
}

/// A statement that fired, with all that belongs to it.
struct Source<'a> {
    unit: &'a Unit,
    rule: &'a Rule,
    statement: &'a Statement,
    /// What it shows, each with its type and its value; none for what is absent.
    shown: Vec<(&'a Argument, Option<Slot>)>,
}

/// Puts into words what the last evaluation with this scratch has found.
pub(crate) fn found(
    program: &Program,
    scratch: &Scratch,
    action: ActionId,
    plan: &ActionPlan,
    evaluation: &Evaluation,
) -> Found {
    let effects = &scratch.effects;
    let words = Words {
        program,
        schema: &program.bundle.schema,
        arenas: Arenas { request: &scratch.arena, program: &program.arenas },
        effects,
        layers: &scratch.layers,
        units: Wholes::of(program, &scratch.layers),
        action,
        now: evaluation.now,
        score: evaluation.score.unwrap_or(0),
    };
    let refused = evaluation.verdict == Verdict::Deny;
    Found {
        class: evaluation.class,
        reasons: effects.causes.iter().filter_map(|cause| words.reason(cause)).collect(),
        risk: evaluation.score.map(|score| words.risk(plan, score)),
        // What does not happen obliges nobody.
        obligations: match refused {
            true => Vec::new(),
            false => effects.obligations.iter().filter_map(|fired| words.obligation(*fired)).collect(),
        },
        exceptions: effects.lifted.iter().filter_map(|lifted| words.exception(*lifted)).collect(),
        checks: checks(&effects.causes, evaluation.ended, |stage| words.has_rules(stage)),
    }
}

impl<'a> Words<'a> {
    /// A cause. None where it names what is not there, which the loader has ruled out.
    fn reason(&self, cause: &Cause) -> Option<Reason> {
        match *cause {
            Cause::Denied(fired) => self.of_statement(fired, Verdict::Deny),
            Cause::Asked(fired) => self.of_statement(fired, Verdict::StepUp),
            Cause::Failed(unit, entry, failure) => {
                let unit = self.units.get(unit)?;
                let rule = unit.rules.get(entry.rule)?;
                let (rule_name, cites) = (Some(rule_name(rule)), self.cites(rule));
                Some(Reason { rule: rule_name, cites, ..self.of_failure(failure, entry.stage, &unit.key) })
            }
            Cause::Unscored(failure) => Some(self.of_failure(failure, Stage::Risk, &UnitKey::Base)),
            Cause::Score(effect) => self.of_score(effect),
            Cause::Default(unit, effect) => self.of_default(unit, effect),
        }
    }

    fn of_statement(&self, fired: Fired, effect: Verdict) -> Option<Reason> {
        let source = self.source(fired)?;
        let (reason, told) = self.codes(source.statement)?;
        let asks = match &source.statement.effect {
            Effect::StepUp(approver) => {
                Some(Approval { other_than: self.others(&source), ..approval(self.schema, approver) })
            }
            _ => None,
        };
        Some(Reason {
            effect,
            code: Cow::Owned(reason.name.clone()),
            reason: self.message(&source, reason)?,
            told,
            stage: source.rule.key.stage,
            rule: Some(rule_name(source.rule)),
            layer: Some(source.unit.key.layer(self.schema)),
            approval: asks,
            cites: self.cites(source.rule),
        })
    }

    fn of_failure(&self, failure: Failure, stage: Stage, layer: &UnitKey) -> Reason {
        let (code, words) = failure_words(failure);
        Reason { stage, ..self.of_engine(Verdict::Deny, code, words.to_owned(), layer) }
    }

    fn of_score(&self, effect: Verdict) -> Option<Reason> {
        let [step_up, deny] = thresholds(self.program, self.layers);
        let ((threshold, unit), does) = match effect {
            Verdict::Deny => (deny, "refuses"),
            Verdict::StepUp | Verdict::Allow => (step_up, "asks for approval"),
        };
        let score = self.score;
        let words = format!("The risk score is {score}, and the policy {does} from {threshold} on");
        let asks = (effect == Verdict::StepUp).then(|| approval(self.schema, escalation(self.schema)));
        let code = score_code(effect);
        Some(Reason { approval: asks, ..self.of_engine(effect, code, words, self.key(unit)?) })
    }

    fn of_default(&self, unit: Option<usize>, effect: Verdict) -> Option<Reason> {
        let declared = self.schema.actions.get(usize::from(self.action))?;
        let asks = match default_of(self.program, self.action, unit)? {
            Disposition::StepUp(approver) => Some(approval(self.schema, approver)),
            Disposition::Allow | Disposition::Deny => None,
        };
        let words = match &asks {
            Some(asks) => {
                format!("{} is decided by {} unless the policy says otherwise", declared.name, asks.to)
            }
            None => format!("{} is refused unless the policy says otherwise", declared.name),
        };
        let code = default_code(effect);
        Some(Reason { approval: asks, ..self.of_engine(effect, code, words, self.key(unit)?) })
    }

    /// The layer of a unit; the base where it is none's.
    fn key(&self, unit: Option<usize>) -> Option<&UnitKey> {
        match unit {
            Some(unit) => Some(&self.units.get(unit)?.key),
            None => Some(&UnitKey::Base),
        }
    }

    /// A cause of the engine's own at the last stage.
    fn of_engine(&self, effect: Verdict, code: &'static str, reason: String, layer: &UnitKey) -> Reason {
        Reason {
            effect,
            code: Cow::Borrowed(code),
            reason,
            told: None,
            stage: Stage::Risk,
            rule: None,
            layer: Some(layer.layer(self.schema)),
            approval: None,
            cites: Vec::new(),
        }
    }

    fn obligation(&self, fired: Fired) -> Option<Obligation> {
        let source = self.source(fired)?;
        let Effect::Oblige { id, by } = &source.statement.effect else { return None };
        let (reason, told) = self.codes(source.statement)?;
        let by = match by {
            None => None,
            Some(by) => {
                let (_, value) = source.shown.get(usize::from(*by))?;
                Some(render_timestamp(value.unwrap_or_default().int()))
            }
        };
        Some(Obligation {
            id: id.clone(),
            by,
            code: reason.name.clone(),
            reason: self.message(&source, reason)?,
            told,
            rule: rule_name(source.rule),
            layer: source.unit.key.layer(self.schema),
        })
    }

    fn exception(&self, lifted: Lifted) -> Option<UsedException> {
        let rule = self.units.get(lifted.unit)?.rules.get(lifted.rule)?;
        let exception = rule.exceptions.get(lifted.exception)?;
        Some(UsedException {
            name: format!("{}.{}", exception.module, exception.name),
            rule: rule_name(rule),
            granted_by: exception.granted_by.clone(),
            because: exception.because.clone(),
            expires: exception.last_day(),
            layer: exception.layer.layer(self.schema),
        })
    }

    /// The score with all that led to it.
    fn risk(&self, plan: &ActionPlan, score: u8) -> Risk {
        let raised: Vec<FlagId> =
            self.effects.flags.iter().copied().filter(|flag| !plan.flag_ids.contains(flag)).collect();
        let flags: Arc<[String]> = if raised.is_empty() {
            plan.flags.clone()
        } else {
            let all = plan.flag_ids.iter().chain(&raised);
            all.filter_map(|flag| Some(self.schema.flags.get(usize::from(*flag))?.name.clone())).collect()
        };
        let mut amplifiers = self.effects.amplifiers.clone();
        amplifiers.sort_unstable();
        Risk {
            score,
            flags,
            amplifiers: amplifiers.iter().filter_map(|(id, value)| self.amplifier(*id, *value)).collect(),
            points: self
                .effects
                .points
                .iter()
                .filter_map(|(fired, points)| self.points(*fired, *points))
                .collect(),
        }
    }

    fn amplifier(&self, amplifier: AmplifierId, value: i128) -> Option<AmplifierValue> {
        let declared = self.schema.amplifiers.get(usize::from(amplifier))?;
        Some(AmplifierValue { name: declared.name.clone(), value: render_decimal(value) })
    }

    fn points(&self, fired: Fired, points: u8) -> Option<Points> {
        let source = self.source(fired)?;
        let (reason, told) = self.codes(source.statement)?;
        Some(Points {
            code: reason.name.clone(),
            points,
            rule: rule_name(source.rule),
            layer: source.unit.key.layer(self.schema),
            told,
        })
    }

    /// Whether a rule for the action stands in a stage, in any layer that applies.
    fn has_rules(&self, stage: Stage) -> bool {
        let units = self.layers.iter().filter_map(|layer| self.program.unit(layer.unit));
        units.flat_map(|unit| unit.rules.for_action(self.action)).any(|entry| entry.stage == stage)
    }

    fn source(&self, fired: Fired) -> Option<Source<'_>> {
        let unit = self.units.get(fired.unit)?;
        let rule = unit.rules.get(fired.stated.entry.rule)?;
        let (site, statement) = fired.source(unit)?;
        let values = self.effects.shown.get(fired.shown..)?;
        let shown = site.arguments.iter().zip(values.iter().copied()).collect();
        Some(Source { unit, rule, statement, shown })
    }

    /// The code that a statement gives, and what the agent is told instead.
    fn codes(&self, statement: &Statement) -> Option<(&'a Described, Option<Told>)> {
        let find = |id: u16| self.schema.reasons.get(usize::from(id));
        let told = match statement.told_as {
            None => None,
            Some(told_as) => {
                let told = find(told_as)?;
                Some(Told { told_as: told.name.clone(), told_reason: told.text.clone() })
            }
        };
        Some((find(statement.reason?)?, told))
    }

    fn cites(&self, rule: &Rule) -> Vec<String> {
        cites(&self.program.bundle.manifest, rule, self.now)
    }

    /// The ids of those whose approval does not count, each once.
    fn others(&self, source: &Source<'_>) -> Vec<String> {
        let first = source.shown.len().saturating_sub(usize::from(source.statement.others));
        let mut others = Vec::new();
        for (argument, value) in source.shown.get(first..).unwrap_or_default() {
            let id = self.shown(argument, *value);
            if value.is_some() && !others.contains(&id) {
                others.push(id);
            }
        }
        others
    }

    /// What a statement says; the words of its code where it says nothing of its own.
    fn message(&self, source: &Source<'_>, code: &Described) -> Option<String> {
        if source.statement.message.is_empty() {
            return Some(code.text.clone());
        }
        let mut message = String::new();
        for piece in &source.statement.message {
            match piece {
                Piece::Text(text) => message.push_str(text),
                Piece::Argument(number) => {
                    let (argument, value) = source.shown.get(usize::from(*number))?;
                    message.push_str(&self.shown(argument, *value));
                }
            }
        }
        Some(message)
    }

    fn shown(&self, argument: &Argument, value: Option<Slot>) -> String {
        match value {
            None => "(absent)".to_owned(),
            Some(value) => render(self.schema, self.arenas, argument.ty, value),
        }
    }
}
