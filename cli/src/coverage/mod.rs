//! What the tests of a policy reach of it: which rules ran and fired, which way each statement and each clause went, and which stages,
//! layers, reason codes and exceptions had a part. All of it is taken from the runtime's own traces of the tests' decisions.
//!
//! Rules of the library are not counted: whoever imports one did not write it.

mod points;

use std::collections::BTreeSet;

use lictor_bundle::program::{Bundle, Mode, Stage};
use lictor_compiler::modules::LIBRARY;
use lictor_runtime::{CheckResult, Decision, Engine, RuleTrace, Trace};
use serde::Serialize;

pub use points::Point;

/// What the tests of a policy reach of it.
#[derive(Serialize)]
pub struct Coverage {
    /// The rules, by file and line.
    pub rules: Vec<Rule>,
    /// The stages that have rules, in their order.
    pub stages: Vec<StageReached>,
    /// The layers, in their order.
    pub layers: Vec<Named>,
    /// The reason codes that rules give, by name.
    pub reasons: Vec<Named>,
    /// The exceptions, by name.
    pub exceptions: Vec<Named>,
}

/// A rule, and what tests reach of it.
#[derive(Serialize)]
pub struct Rule {
    /// Its name, as `module.rule`.
    pub rule: String,
    /// Its layer.
    pub layer: String,
    /// Its file.
    pub file: String,
    /// The line on which it begins.
    pub line: u32,
    /// In how many tests it ran.
    pub ran: u32,
    /// In how many tests one of its statements had its effect.
    pub fired: u32,
    /// Where it can go one way or another.
    pub points: Vec<Point>,
    /// Its unit, and its number there.
    #[serde(skip)]
    at: (usize, usize),
}

/// A stage, and what came of it.
#[derive(Serialize)]
pub struct StageReached {
    /// Its name.
    pub stage: &'static str,
    /// In how many tests a rule ran there and nothing objected.
    pub passed: u32,
    /// In how many tests somebody was asked there.
    pub asked: u32,
    /// In how many tests it refused.
    pub refused: u32,
}

/// Something with a name that had its part in tests.
#[derive(Serialize)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// In how many tests.
    pub tests: u32,
}

impl Named {
    fn all(names: BTreeSet<String>) -> Vec<Named> {
        names.into_iter().map(|name| Named { name, tests: 0 }).collect()
    }
}

/// So many of so many.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Share {
    /// How many were reached.
    pub reached: usize,
    /// How many there are.
    pub all: usize,
}

impl Share {
    fn of(reached: impl IntoIterator<Item = bool>) -> Share {
        reached.into_iter().fold(Share { reached: 0, all: 0 }, |share, reached| Share {
            reached: share.reached + usize::from(reached),
            all: share.all + 1,
        })
    }

    /// In tenths of a percent, rounded down: what is not all is never 1,000. Of nothing, all is reached.
    pub fn tenths(self) -> usize {
        (self.reached * 1_000).checked_div(self.all).unwrap_or(1_000)
    }
}

impl Coverage {
    /// What there is to reach in a policy. `shown` gives a source the name under which people know it.
    pub fn of(bundle: &Bundle, shown: impl Fn(&str) -> String) -> Coverage {
        let schema = &bundle.schema;
        let (mut rules, mut stages) = (Vec::new(), BTreeSet::new());
        let (mut reasons, mut exceptions) = (BTreeSet::new(), BTreeSet::new());
        for (number, unit) in bundle.units.iter().enumerate() {
            for (at, (rule, map)) in unit.rules.iter().zip(&unit.map.rules).enumerate() {
                if rule.source.0.starts_with(LIBRARY) {
                    continue;
                }
                // What is only observed has no part in stages, and uses up no exception.
                if unit.mode == Mode::Enforced {
                    stages.insert(rule.key.stage);
                    let counts = rule.exceptions.iter().filter(|one| one.mode == Mode::Enforced);
                    exceptions.extend(counts.map(|one| format!("{}.{}", one.module, one.name)));
                }
                let codes =
                    rule.statements.iter().flat_map(|statement| [statement.reason, statement.told_as]);
                let codes = codes.flatten().filter_map(|code| schema.reasons.get(usize::from(code)));
                reasons.extend(codes.map(|code| code.name.clone()));
                rules.push(Rule {
                    rule: format!("{}.{}", rule.key.module, rule.name),
                    layer: unit.layer(schema),
                    file: shown(&rule.source.0),
                    line: rule.source.1,
                    ran: 0,
                    fired: 0,
                    points: points::points(&unit.map, rule, map),
                    at: (number, at),
                });
            }
        }
        rules.sort_by(|a, b| (&a.file, a.line, &a.rule).cmp(&(&b.file, b.line, &b.rule)));
        let stage = |stage: Stage| StageReached { stage: stage.name(), passed: 0, asked: 0, refused: 0 };
        let layer = |unit: &lictor_bundle::program::Unit| Named { name: unit.layer(schema), tests: 0 };
        Coverage {
            rules,
            stages: stages.into_iter().map(stage).collect(),
            layers: bundle.units.iter().map(layer).collect(),
            reasons: Named::all(reasons),
            exceptions: Named::all(exceptions),
        }
    }

    /// Adds the decision of a test. `engine` is what decided: the policy, or what the test made of it.
    pub fn add(&mut self, engine: &Engine, decision: &Decision, trace: &Trace) {
        for ran in trace.rules.iter().chain(&trace.observed) {
            let Some(rule) = self.rules.iter_mut().find(|rule| rule.at == (ran.unit, ran.rule)) else {
                continue;
            };
            rule.ran += 1;
            rule.fired += u32::from(!ran.fired.is_empty());
            let Some(unit) = engine.unit(ran.unit) else { continue };
            let Some((unit, map)) = unit.map.rules.get(ran.rule).map(|map| (&unit.map, map)) else {
                continue;
            };
            for point in &mut rule.points {
                point.count(unit, map, ran);
            }
        }
        for check in &decision.checks {
            let Some(stage) = self.stages.iter_mut().find(|stage| stage.stage == check.stage.name()) else {
                continue;
            };
            match check.result {
                CheckResult::Pass => stage.passed += 1,
                CheckResult::StepUp => stage.asked += 1,
                CheckResult::Fail => stage.refused += 1,
                CheckResult::NoRule | CheckResult::NotEvaluated => {}
            }
        }
        for unit in &trace.layers {
            if let Some(layer) = self.layers.get_mut(*unit) {
                layer.tests += 1;
            }
        }
        let mut given = codes_given(decision);
        given.extend(trace.observed.iter().flat_map(|ran| codes_of(engine, ran)));
        count(&mut self.reasons, |code| given.contains(code));
        count(&mut self.exceptions, |name| decision.exceptions.iter().any(|used| used.name == name));
    }

    /// The statements and conditions, each way for itself, and the clauses likewise: what a threshold is about.
    pub fn ways(&self) -> Share {
        let points = self.rules.iter().flat_map(|rule| &rule.points);
        Share::of(points.flat_map(|point| &point.ways).map(|way| way.tests > 0))
    }

    /// The shares, each with what it is a share of.
    pub fn shares(&self) -> [(&'static str, Share); 7] {
        let named = |named: &[Named]| Share::of(named.iter().map(|named| named.tests > 0));
        [
            ("rules that ran", Share::of(self.rules.iter().map(|rule| rule.ran > 0))),
            ("rules that fired", Share::of(self.rules.iter().map(|rule| rule.fired > 0))),
            ("branches taken", self.ways()),
            (
                "stages",
                Share::of(self.stages.iter().map(|stage| stage.passed + stage.asked + stage.refused > 0)),
            ),
            ("layers", named(&self.layers)),
            ("reason codes", named(&self.reasons)),
            ("exceptions", named(&self.exceptions)),
        ]
    }
}

fn count(named: &mut [Named], had_a_part: impl Fn(&str) -> bool) {
    for one in named {
        one.tests += u32::from(had_a_part(&one.name));
    }
}

/// The codes of the statements of a rule that had their effect.
fn codes_of<'b>(engine: &'b Engine, ran: &RuleTrace) -> Vec<&'b str> {
    let unit = engine.unit(ran.unit);
    let rule = unit.as_ref().and_then(|unit| unit.rules.get(ran.rule));
    let statements = ran.fired.iter().filter_map(|fired| rule?.statements.get(usize::from(*fired)));
    let codes = statements.flat_map(|statement| [statement.reason, statement.told_as]).flatten();
    codes
        .filter_map(|code| Some(engine.bundle().schema.reasons.get(usize::from(code))?.name.as_str()))
        .collect()
}

/// The codes that a decision gives anywhere: what refused and asked, what weighed, what it obliges to, and what the agent is told.
fn codes_given(decision: &Decision) -> BTreeSet<&str> {
    let risk = decision.risk.as_ref();
    let points = risk.map(|risk| risk.points.as_slice()).unwrap_or_default();
    let reasons = decision.reasons.iter().map(|reason| (reason.code.as_ref(), &reason.told));
    let points = points.iter().map(|points| (points.code.as_str(), &points.told));
    let duties = decision.obligations.iter().map(|duty| (duty.code.as_str(), &duty.told));
    let all = reasons.chain(points).chain(duties);
    all.flat_map(|(code, told)| [Some(code), told.as_ref().map(|told| told.told_as.as_str())])
        .flatten()
        .collect()
}
