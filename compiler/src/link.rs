//! Puts a bundle together: what was declared, the code of the layers, and a manifest that says what it is, what it came
//! from, and in which order it is evaluated. Then proves of it what a loader will prove again.

use lictor_bundle::error::{BundleError, ErrorKind};
use lictor_bundle::program::{
    Bundle, CodeBlock, Control, INSTRUCTION_SET_VERSION, LANGUAGE_VERSION, Manifest, Release, Rule, Stage,
    TestSummary, Unit, UnitOrder,
};
use lictor_bundle::schema::Schema;
use lictor_bundle::source_map::UnitMap;
use lictor_bundle::tools::Tools;
use lictor_bundle::verify::{Steps, verify};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::ids;
use crate::lower::Lowered;
use crate::names::LayerId;
use crate::origin::Sources;
use crate::typed;

/// Links a bundle. `tests` says how the project's own tests went.
pub fn link(
    name: String,
    sources: Sources,
    tests: TestSummary,
    schema: Schema,
    controls: Vec<Control>,
    lowered: Lowered,
) -> Bundle {
    let Sources { mut shared, mut users } = sources;
    shared.sort();
    let manifest = Manifest {
        name,
        // Whoever ships a bundle numbers it; its sources do not say.
        release: Release::default(),
        language_version: LANGUAGE_VERSION,
        instruction_set_version: INSTRUCTION_SET_VERSION,
        sources: shared,
        stages: Stage::ALL.to_vec(),
        order: lowered.units.iter().filter(|unit| !unit.key.is_user()).map(order).collect(),
        tests,
        controls,
    };
    let Lowered { conditions, scores, condition_code, tools, history, mut units } = lowered;
    for unit in &mut units {
        let id = LayerId { key: unit.key.clone(), mode: unit.mode };
        unit.sources = users.remove(&id).unwrap_or_default();
    }
    let schema = Schema { history, ..schema };
    Bundle { manifest, schema, conditions, scores, condition_code, tools, units }
}

/// Verifies a linked bundle as a loader does, and gives the most steps that deciding a request can take, for each action. Too
/// many steps are reported at the rule of `program` that can take the most of them.
pub fn prove(program: &typed::Program, bundle: &Bundle) -> Result<Vec<Steps>, Diagnostic> {
    verify(bundle).map_err(|error| {
        if error.kind != ErrorKind::Steps {
            let message = format!("this project cannot be loaded once it is built: {}", error.message);
            return Diagnostic::error("E0438", Span::default(), message).help(error.help());
        }
        let (span, share) = dearest_rule(program, bundle).unwrap_or_default();
        Diagnostic::error("E0433", span, error.message).here(share).help(
            "give its lists and texts a smaller `max`, nest fewer `all`, `any`, `count` and `sum`, or put a `let` that is needed inside one to use before it",
        )
    })
}

fn order(unit: &Unit) -> UnitOrder {
    UnitOrder {
        unit: unit.key.clone(),
        mode: unit.mode,
        rules: unit.rules.iter().map(|rule| rule.key.clone()).collect(),
    }
}

/// Where the rule stands that can take the most steps, and what is said of it there.
fn dearest_rule(program: &typed::Program, bundle: &Bundle) -> Option<(Span, String)> {
    let rules = program.units.iter().zip(&bundle.units).flat_map(|(typed, unit)| {
        let spans = typed.rules.iter().map(|rule| rule.span);
        spans.zip(unit.rules.iter().map(move |rule| (unit, rule)))
    });
    let mut dearest: Option<(u64, Span)> = None;
    for (span, (unit, rule)) in rules {
        match steps_alone(bundle, unit, rule) {
            Ok(steps) if dearest.is_none_or(|(most, _)| steps > most) => dearest = Some((steps, span)),
            Ok(_) => {}
            Err(_) => return Some((span, "this rule alone can take more than that".to_string())),
        }
    }
    dearest.map(|(steps, span)| (span, format!("this rule can take {steps} of them, more than any other")))
}

/// The steps that a rule takes in a bundle in which it is the only one.
fn steps_alone(bundle: &Bundle, unit: &Unit, rule: &Rule) -> Result<u64, BundleError> {
    let mut rule = rule.clone();
    let mut codes = Vec::new();
    let mut numbers = Vec::new();
    for (_, code) in &mut rule.entries {
        let known = numbers.iter().position(|number| number == code);
        let number = known.unwrap_or_else(|| {
            numbers.push(*code);
            codes.extend(unit.code.codes.get(usize::from(*code)).cloned());
            numbers.len() - 1
        });
        *code = ids::number(number);
    }
    let code = CodeBlock { constants: unit.code.constants.clone(), codes };
    // Its map would be that of all its rules.
    let unit = Unit { rules: vec![rule], code, map: UnitMap::default(), ..unit.clone() };
    let alone = Bundle {
        manifest: Manifest { order: vec![order(&unit)], ..bundle.manifest.clone() },
        conditions: Vec::new(),
        scores: Vec::new(),
        condition_code: CodeBlock::default(),
        tools: Tools::default(),
        units: vec![unit],
        schema: bundle.schema.clone(),
    };
    let steps = verify(&alone)?;
    Ok(steps.iter().map(Steps::total).max().unwrap_or(0))
}
