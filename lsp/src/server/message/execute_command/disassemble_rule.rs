//! `lictor.disassembleRule` with `{ "uri": …, "position": … }` shows the instructions that are run for the rule at a place; with `"rule"` for one of that name,
//! as `module.rule`.

use lictor_bundle::disassemble::disassemble_rule;
use serde::Deserialize;
use serde_json::{Value, json};
use tower_lsp::jsonrpc::Result;
use tower_lsp::ls_types::{Position, Uri};

use super::{Begun, beside, material, request_failed};
use crate::ide::lens::rule_at;
use crate::server::convert;
use crate::server::state::State;

/// Shows the instructions of a rule.
pub const NAME: &str = "lictor.disassembleRule";

/// Which rule.
#[derive(Deserialize)]
pub struct Wanted {
    uri: Uri,
    position: Option<Position>,
    rule: Option<String>,
}

/// Lists them.
pub fn begin(state: &mut State, wanted: Wanted) -> Result<Begun> {
    let (file, text) = state.file(&wanted.uri)?;
    let rule = match (wanted.rule, wanted.position) {
        (Some(rule), _) => Some(rule),
        (None, Some(position)) => {
            let at = state.encoding.offset(&text, convert::position(position));
            state.workspace.syntax(&file).and_then(|syntax| rule_at(&syntax, at))
        }
        (None, None) => None,
    };
    let rule =
        rule.ok_or_else(|| request_failed(String::from("there is no rule here; put the cursor into one")))?;
    let (_, material) = material(state, &wanted.uri)?;
    let work = {
        let rule = rule.clone();
        move |_: &dyn Fn() -> bool| Ok(disassemble_rule(&material.bundle()?, &rule))
    };
    Ok(beside(state, "Listing instructions", work, move |_, text| {
        if text.is_empty() {
            return Err(request_failed(format!("the policy that is in force has no rule `{rule}`")));
        }
        let answer: Value = json!({ "title": rule, "rule": rule, "text": text });
        Ok(Some(answer))
    }))
}
