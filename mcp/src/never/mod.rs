//! Of which tools no call can be allowed by a policy at hand, whatever is in it: proven of the policy, and never guessed.
//!
//! A call is the action of one of its tool's normalizers, or, with a member that none reads, the one of which nobody knows what it does. An action is not
//! allowed where its default refuses or asks (at hand there is nobody to ask), and where a rule of the base does so on every way through its code. Other
//! layers only tighten, so that nobody has to look at them.

mod code;
mod known;

use std::sync::Arc;

use lictor_bundle::layout::Layout;
use lictor_bundle::program::{Rule, Unit, UnitKey};
use lictor_bundle::schema::{ActionId, Disposition};
use lictor_runtime::{Engine, Mode};

use self::known::Known;
use crate::listing::Never;

/// What says of a tool whether any call of it could be allowed.
pub fn never(engine: Engine) -> Never {
    // The base stands first, and the units of a million users behind it.
    let base = engine.units().take_while(|unit| unit.key == UnitKey::Base);
    let base: Vec<Unit> = base.map(|unit| unit.into_owned()).collect();
    let layout = Layout::new(&engine.bundle().schema).ok();
    Arc::new(move |tool| {
        // What is only observed refuses nothing.
        if engine.mode() != Mode::Enforced {
            return false;
        }
        let Some(layout) = &layout else { return false };
        Proof { engine: &engine, layout, base: &base }.of(tool)
    })
}

/// What is looked at.
struct Proof<'a> {
    engine: &'a Engine,
    layout: &'a Layout,
    base: &'a [Unit],
}

impl Proof<'_> {
    /// Whether no call of a tool can be allowed.
    fn of(&self, tool: &str) -> bool {
        let bundle = self.engine.bundle();
        let mut of_tool = bundle.tools.normalizers.iter().filter(|normalizer| normalizer.tool == tool);
        let unread = bundle.tools.unclassified;
        unread.is_none_or(|action| self.refuses(action, &Known::of_unread(bundle, self.layout, action, tool)))
            && of_tool.all(|normalizer| {
                self.refuses(normalizer.action, &Known::of_call(bundle, self.layout, normalizer))
            })
    }

    /// Whether no request of an action can be allowed of which this is known.
    fn refuses(&self, action: ActionId, known: &Known) -> bool {
        let counts = || self.base.iter().filter(|unit| unit.mode == Mode::Enforced);
        // What the base sets stands in the place of what is declared.
        let set = counts().flat_map(|unit| &unit.defaults).find(|(of, _)| *of == action);
        let declared = self.engine.bundle().schema.actions.get(usize::from(action));
        let default = set.map(|(_, default)| default).or(declared.map(|action| &action.default));
        default.is_some_and(|default| *default != Disposition::Allow)
            || counts().any(|unit| unit.rules.iter().any(|rule| always(unit, rule, action, known)))
    }
}

/// Whether a rule refuses or asks in every request of an action of which this is known.
fn always(unit: &Unit, rule: &Rule, action: ActionId, known: &Known) -> bool {
    let Ok(at) = rule.entries.binary_search_by_key(&action, |(of, _)| *of) else { return false };
    let code = rule.entries.get(at).and_then(|(_, code)| unit.code.codes.get(usize::from(*code)));
    // What asks may be lifted for a while; what refuses may not.
    let asks = rule.exceptions.is_empty();
    code.is_some_and(|code| code::always_refuses(code, &unit.code.constants, asks, known))
}
