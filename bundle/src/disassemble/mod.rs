//! A bundle's code as text, for people who want to see what will run. The same bundle gives the same text.

mod names;
mod instr;

use std::collections::{BTreeMap, BTreeSet};

use crate::instr::Instr;
use crate::program::{Bundle, Code, CodeBlock, Rule};
use crate::schema::{ActionId, CategoryId, Disposition, ParamValue, Schema, SlotType};
use crate::written;

use instr::Listing;
pub use names::slots;

/// Writes the settings, rules and code of a bundle that was verified: its conditions, then its units in the order of
/// evaluation. A code that serves several actions is listed once, with the names of the first one's fields.
pub fn disassemble(bundle: &Bundle) -> String {
    let mut text = String::new();
    let schema = &bundle.schema;
    let mut conditions: BTreeMap<(CategoryId, u16), Vec<ActionId>> = BTreeMap::new();
    for condition in &bundle.conditions {
        conditions.entry((condition.category, condition.code)).or_default().push(condition.action);
    }
    for ((category, code), actions) in conditions {
        let category = names::at(&schema.categories, category, String::as_str);
        text.push_str(&format!("when in category {category}\n"));
        list_code(&mut text, schema, &bundle.condition_code, code, &actions, None);
    }
    let mut scores: BTreeMap<u16, Vec<ActionId>> = BTreeMap::new();
    for score in &bundle.scores {
        scores.entry(score.code).or_default().push(score.action);
    }
    for (code, actions) in scores {
        text.push_str("score\n");
        list_code(&mut text, schema, &bundle.condition_code, code, &actions, None);
    }
    for query in &schema.history {
        let name = names::at(&schema.facts, query.fact, |fact| fact.name.as_str());
        let mut codes: BTreeMap<u16, Vec<ActionId>> = BTreeMap::new();
        for source in &query.sources {
            codes.entry(source.filter).or_default().push(source.action);
        }
        text.push_str(&format!("counts in {name}\n"));
        for (code, actions) in codes {
            list_code(&mut text, schema, &bundle.condition_code, code, &actions, None);
        }
    }
    for unit in &bundle.units {
        text.push_str(&format!("{}\n", unit.layer(schema)));
        for set in &unit.sets {
            let name = names::at(&schema.params, set.param, |param| param.name.as_str());
            text.push_str(&format!("  set {name} = {}\n", param_value(schema, &set.value)));
        }
        for (action, default) in &unit.defaults {
            let default = match default {
                Disposition::Allow => "allow".to_owned(),
                Disposition::StepUp(approver) => format!("step_up {}", names::approver(schema, approver)),
                Disposition::Deny => "deny".to_owned(),
            };
            text.push_str(&format!("  set default {} = {default}\n", action_name(schema, *action)));
        }
        for (name, threshold) in [("step_up", unit.thresholds.step_up), ("deny", unit.thresholds.deny)] {
            if let Some(threshold) = threshold {
                text.push_str(&format!("  set risk {name} at {threshold}\n"));
            }
        }
        for rule in &unit.rules {
            list_rule(&mut text, schema, &unit.code, rule);
        }
    }
    text
}

/// Writes the code of one rule, by its name as `module.rule`, in each layer that has it; nothing where none does.
pub fn disassemble_rule(bundle: &Bundle, name: &str) -> String {
    let mut text = String::new();
    for unit in &bundle.units {
        let is_it = |rule: &&Rule| format!("{}.{}", rule.key.module, rule.name) == name;
        for rule in unit.rules.iter().filter(is_it) {
            text.push_str(&format!("{}\n", unit.layer(&bundle.schema)));
            list_rule(&mut text, &bundle.schema, &unit.code, rule);
        }
    }
    text
}

/// The lines of one code, with names in the place of numbers and constants written out, so that codes of two bundles have the same lines where
/// they do the same. `slots` are the names of the request's slots; the effects of the statements of `rule` are told, those of no
/// rule left blank.
pub fn lines(
    schema: &Schema,
    block: &CodeBlock,
    code: u16,
    slots: &[String],
    rule: Option<&Rule>,
) -> Vec<String> {
    let Some(code) = block.codes.get(usize::from(code)) else { return Vec::new() };
    let listing = Listing { schema, block, code, slots: slots.to_vec(), rule, whole: true };
    let temporaries = code.temporaries.iter().map(|ty| slot_type(schema, *ty));
    temporaries.chain(code.instrs.iter().map(|instr| listing.instr(instr))).collect()
}

fn action_name(schema: &Schema, action: ActionId) -> &str {
    names::at(&schema.actions, action, |action| action.name.as_str())
}

fn param_value(schema: &Schema, value: &ParamValue) -> String {
    match value {
        ParamValue::Scalar(scalar) => names::scalar(schema, scalar),
        ParamValue::Money(amounts) => {
            amounts.iter().map(|amount| names::scalar(schema, amount)).collect::<Vec<_>>().join(", ")
        }
        ParamValue::Set(elements) => names::set(schema, elements),
    }
}

fn list_rule(text: &mut String, schema: &Schema, block: &CodeBlock, rule: &Rule) {
    let (file, line) = &rule.source;
    text.push_str(&format!(
        "  rule {}.{} at {} ({file}:{line})\n",
        rule.key.module,
        rule.name,
        rule.key.stage.name()
    ));
    for exception in &rule.exceptions {
        text.push_str(&format!(
            "  except {}.{} in {} to {}\n",
            exception.module,
            exception.name,
            exception.layer.layer_in(exception.mode, schema),
            exception.last_day()
        ));
        let mut by_code: BTreeMap<u16, Vec<ActionId>> = BTreeMap::new();
        for (action, code) in &exception.entries {
            by_code.entry(*code).or_default().push(*action);
        }
        for (code, actions) in by_code {
            list_code(text, schema, block, code, &actions, None);
        }
    }
    let mut by_code: BTreeMap<u16, Vec<ActionId>> = BTreeMap::new();
    for (action, code) in &rule.entries {
        by_code.entry(*code).or_default().push(*action);
    }
    for (code, actions) in by_code {
        list_code(text, schema, block, code, &actions, Some(rule));
    }
}

fn list_code(
    text: &mut String,
    schema: &Schema,
    block: &CodeBlock,
    number: u16,
    actions: &[ActionId],
    rule: Option<&Rule>,
) {
    let (Some(code), Some(first)) = (block.codes.get(usize::from(number)), actions.first()) else {
        return;
    };
    let served: Vec<&str> = actions.iter().map(|action| action_name(schema, *action)).collect();
    text.push_str(&format!("    on {}\n", served.join(", ")));
    for (register, ty) in code.temporaries.iter().enumerate() {
        text.push_str(&format!("      r{register}: {}\n", slot_type(schema, *ty)));
    }
    let labels = labels(code);
    let listing = Listing { schema, block, code, slots: names::slots(schema, *first), rule, whole: false };
    for (pc, instr) in code.instrs.iter().enumerate() {
        let label = if labels.contains(&pc) { format!("L{pc}") } else { pc.to_string() };
        text.push_str(&format!("    {label:>5}  {}\n", listing.instr(instr)));
    }
}

/// Where jumps and loops lead, sorted.
fn labels(code: &Code) -> BTreeSet<usize> {
    code.instrs
        .iter()
        .filter_map(|instr| match *instr {
            Instr::Jump { target } | Instr::JumpIf { target, .. } | Instr::JumpUnless { target, .. } => {
                Some(usize::from(target))
            }
            Instr::Loop { exit, .. } => Some(usize::from(exit)),
            Instr::Repeat { head } => Some(usize::from(head)),
            _ => None,
        })
        .collect()
}

fn slot_type(schema: &Schema, ty: SlotType) -> String {
    match ty {
        SlotType::Enum(id) => names::at(&schema.enums, id, |declared| declared.name.as_str()).to_owned(),
        SlotType::List(element) => format!("List<{}>", written::plain_type_name(element, schema)),
        SlotType::Set(element) => format!("Set<{}>", written::plain_type_name(element, schema)),
        SlotType::Map(entry) => written::map_name(entry, schema),
        SlotType::Sourced(record) => written::sourced_name(record, schema),
        SlotType::Text => "String".to_owned(),
        SlotType::Form(form) => form.name().to_owned(),
        SlotType::Wide => "running sum".to_owned(),
        other => format!("{other:?}"),
    }
}
