//! From the typed tree to bytecode. A rule's code is written once for each action it concerns, because an action's
//! fields lie in fixed slots: reading the request then costs no instruction. Equal codes of one layer are kept once.
//!
//! The rooms stand in the order in which to read them: what may be written at all, where code and constants are kept, how
//! instructions and their jumps are written, where values lie; then names, values, conditions, loops and statements.

mod bounds;
mod pool;
mod writer;
mod frame;
mod place;
mod texts;
mod map;
mod coder;
mod lets;
mod values;
mod compound;
mod arithmetic;
mod conditions;
mod quantifiers;
mod statements;
mod history;
mod tools;

use lictor_bundle::history::HistoryQuery;
use lictor_bundle::instr::Instr;
use lictor_bundle::layout::Layout;
use lictor_bundle::program::{CodeBlock, Condition, Exception, Rule, RuleKey, Score, Unit, UnitKey};
use lictor_bundle::schema::ActionId;
use lictor_bundle::source_map::Mark;
use lictor_bundle::tools::Tools;
use lictor_grammar::diagnostic::Diagnostic;

use crate::typed;
use bounds::Problem;
use coder::Coder;
use map::Numbers;
pub(crate) use place::applies;
use pool::Pool;
pub use texts::Places;
use texts::Texts;

/// The code of a project.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Lowered {
    /// The categories' conditions for each action that has what they read, sorted by category and action.
    pub conditions: Vec<Condition>,
    /// What gives the amplifiers of each action their values, sorted by action.
    pub scores: Vec<Score>,
    /// The code of both.
    pub condition_code: CodeBlock,
    /// What tool calls are; the code of its conditions is among that of the conditions.
    pub tools: Tools,
    /// What is asked of the past, sorted by fact; its code is among that of the conditions.
    pub history: Vec<HistoryQuery>,
    /// The layers, in the order of the typed tree.
    pub units: Vec<Unit>,
}

/// Writes the code of a checked project. `layout` is that of its schema; `places` are the files that
/// its spans refer to. A rule or condition beyond what the machine can hold is reported as an error and left out.
pub fn lower(program: &typed::Program, layout: &Layout, places: &Places<'_>) -> (Lowered, Vec<Diagnostic>) {
    let mut lowering = Lowering { program, layout, places, diagnostics: Vec::new() };
    let mut pool = Pool::default();
    let conditions = lowering.conditions(&mut pool);
    let scores = lowering.scores(&mut pool);
    let history = lowering.history(&mut pool);
    let tools = lowering.tools(&mut pool);
    let condition_code = pool.into_block();
    let units = program.units.iter().map(|unit| lowering.unit(unit)).collect();
    (Lowered { conditions, scores, condition_code, tools, history, units }, lowering.diagnostics)
}

struct Lowering<'a> {
    program: &'a typed::Program,
    layout: &'a Layout,
    places: &'a Places<'a>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Lowering<'a> {
    fn conditions(&mut self, pool: &mut Pool) -> Vec<Condition> {
        let program = self.program;
        let mut conditions = Vec::new();
        for category in &program.categories {
            let span = category.when.span;
            if let Err(problem) = bounds::check_size(bounds::size(&category.when)) {
                self.diagnostics.push(problem.diagnostic(span, "condition", None));
                continue;
            }
            for (action, declared) in (0..).zip(&program.schema.actions) {
                if declared.event || !place::applies(&program.schema, declared, &category.when) {
                    continue;
                }
                match self.condition(pool, &category.when, action) {
                    Ok(code) => conditions.push(Condition { category: category.id, action, code }),
                    Err(problem) => {
                        self.diagnostics.push(problem.diagnostic(span, "condition", Some(&declared.name)));
                        break;
                    }
                }
            }
        }
        conditions
    }

    fn scores(&mut self, pool: &mut Pool) -> Vec<Score> {
        let mut scores = Vec::new();
        for amplifiers in self.program.amplifiers.chunk_by(|a, b| a.action == b.action) {
            let Some(first) = amplifiers.first() else { continue };
            let size = amplifiers.iter().map(|amplifier| bounds::size(&amplifier.value)).sum();
            let code = bounds::check_size(size).and_then(|()| self.score(pool, amplifiers));
            match code {
                Ok(code) => scores.push(Score { action: first.action, code }),
                Err(problem) => {
                    let name = self.program.schema.actions.get(usize::from(first.action));
                    let name = name.map(|action| &*action.name);
                    self.diagnostics.push(problem.diagnostic(first.value.span, "amplifier", name));
                }
            }
        }
        scores
    }

    fn score(&self, pool: &mut Pool, amplifiers: &'a [typed::Amplifier]) -> Result<u16, Problem> {
        let action = amplifiers.first().map(|first| first.action).unwrap_or_default();
        let mut coder = Coder::new(&self.program.schema, self.layout, action, pool)?;
        for amplifier in amplifiers {
            let from = coder.scalar(&amplifier.value)?;
            coder.emit(Instr::Amplifier { amplifier: amplifier.amplifier, from })?;
            coder.frame.end_statement();
        }
        coder.emit(Instr::End)?;
        let (code, _) = coder.finish()?;
        pool.code(code)
    }

    fn condition(&self, pool: &mut Pool, when: &'a typed::Expr, action: ActionId) -> Result<u16, Problem> {
        let mut coder = Coder::new(&self.program.schema, self.layout, action, pool)?;
        let from = coder.scalar(when)?;
        coder.emit(Instr::Answer { from })?;
        let (code, _) = coder.finish()?;
        pool.code(code)
    }

    fn unit(&mut self, unit: &'a typed::Unit) -> Unit {
        let mut pool = Pool::default();
        let mut texts = Texts::new(self.places);
        let mut rules = Vec::with_capacity(unit.rules.len());
        for rule in &unit.rules {
            let before = self.diagnostics.len();
            rules.extend(self.rule(&mut pool, &mut texts, rule));
            // Where one cannot be numbered any more, no later one can: that is told once.
            let added = self.diagnostics.iter().skip(before);
            if added.map(|diagnostic| diagnostic.code).any(|code| code == Problem::NUMBERS) {
                break;
            }
        }
        texts.map.sets = unit.set_at.iter().map(|span| texts.place(*span)).collect();
        Unit {
            key: unit.key.clone(),
            mode: if unit.key == UnitKey::Base { self.program.mode } else { unit.mode },
            sets: unit.sets.clone(),
            defaults: unit.defaults.clone(),
            thresholds: unit.thresholds,
            rules,
            code: pool.into_block(),
            map: texts.map,
            sources: Vec::new(),
            groups: unit.groups.clone(),
        }
    }

    fn rule(&mut self, pool: &mut Pool, texts: &mut Texts<'a>, rule: &'a typed::Rule) -> Option<Rule> {
        if let Err(problem) = bounds::check_size(bounds::statements_size(&rule.body)) {
            self.diagnostics.push(problem.diagnostic(rule.span, "rule", None));
            return None;
        }
        let (mut map, numbers) = map::tree(&self.program.schema, texts, rule);
        let mut entries = Vec::with_capacity(rule.actions.len());
        for &action in &rule.actions {
            match self.entry(pool, rule, &numbers, action) {
                Ok((code, marks)) => {
                    entries.push((action, code));
                    map.entries.push(marks);
                }
                Err(problem) => {
                    let name =
                        self.program.schema.actions.get(usize::from(action)).map(|action| &*action.name);
                    self.diagnostics.push(problem.diagnostic(rule.span, "rule", name));
                    return None;
                }
            }
        }
        let exceptions = rule.exceptions.iter();
        let exceptions =
            exceptions.map(|exception| self.exception(pool, rule, exception)).collect::<Option<_>>()?;
        texts.map.rules.push(map);
        let (file, line) = self.places.place(rule.span);
        Some(Rule {
            name: rule.name.clone(),
            key: RuleKey { stage: rule.stage, module: rule.module.clone(), position: rule.position },
            docs: rule.docs.clone(),
            cites: rule.cites.clone(),
            source: (file.to_owned(), line),
            entries,
            statements: statements::table(&rule.body, self.places),
            exceptions,
        })
    }

    fn exception(
        &mut self,
        pool: &mut Pool,
        rule: &typed::Rule,
        exception: &'a typed::Exception,
    ) -> Option<Exception> {
        let mut entries = Vec::with_capacity(rule.actions.len());
        for &action in &rule.actions {
            let code = bounds::check_size(bounds::size(&exception.when))
                .and_then(|()| self.condition(pool, &exception.when, action));
            match code {
                Ok(code) => entries.push((action, code)),
                Err(problem) => {
                    let name =
                        self.program.schema.actions.get(usize::from(action)).map(|action| &*action.name);
                    self.diagnostics.push(problem.diagnostic(exception.span, "exception", name));
                    return None;
                }
            }
        }
        Some(Exception {
            name: exception.name.clone(),
            module: exception.module.clone(),
            layer: exception.layer.clone(),
            mode: exception.mode,
            granted_by: exception.granted_by.clone(),
            because: exception.because.clone(),
            expires: exception.expires,
            entries,
        })
    }

    fn entry(
        &self,
        pool: &mut Pool,
        rule: &'a typed::Rule,
        numbers: &Numbers,
        action: ActionId,
    ) -> Result<(u16, Vec<Mark>), Problem> {
        let mut coder = Coder::new(&self.program.schema, self.layout, action, pool)?;
        coder.numbers = Some(numbers);
        coder.statements(&rule.body)?;
        coder.emit(Instr::End)?;
        let (code, marks) = coder.finish()?;
        Ok((pool.code(code)?, marks))
    }
}
