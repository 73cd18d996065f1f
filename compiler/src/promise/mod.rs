//! Promises: `promise ACTION is never refused` is held against every layer. What could break it, in some request and with some
//! facts, is an error that shows both places.
//!
//! What is looked at: hard statements, and for `never held` those that ask; the defaults that layers set; the highest score
//! that the layers can bring together; and what may fail to evaluate, since that refuses. A request that is not what the
//! policy declares is refused all the same. Where a promise says to which requests it applies, `under` leaves out what cannot happen to them.

mod fail;
mod under;
mod score;

use std::cell::Cell;
use std::collections::BTreeMap;

use lictor_bundle::program::{Effect, Mode, UnitKey};
use lictor_bundle::schema::{ActionId, Disposition, Schema};
use lictor_grammar::ast::{ActionPattern, DispositionKind, ItemKind, Promised};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::check::{Function, Roots};
use crate::modules::Module;
use crate::names::{Declared, LayerId};
use crate::rules::{asked, named, promised_when};
use crate::typed::{Amplifier, Category, Expr, Fires, Piece, Unit};
use under::{FUEL, Met, Under};

/// All that can act on a request.
pub(crate) struct Layers<'a> {
    pub schema: &'a Schema,
    pub categories: &'a [Category],
    pub amplifiers: &'a [Amplifier],
    pub units: Vec<&'a Unit>,
    /// The conditions of promises, by their places; one that is wrong is missing.
    pub when: &'a BTreeMap<Span, Expr>,
}

/// Checks the promises of all modules; `homes` are their layers. What only an observed layer would break is no error, since such a
/// layer breaks nothing: its author is warned before it counts.
pub(crate) fn check(modules: &[Module], homes: &[LayerId], layers: &Layers<'_>, out: &mut Vec<Diagnostic>) {
    let counts = |unit: &&&Unit| unit.mode == Mode::Enforced;
    let enforced = Layers { units: layers.units.iter().filter(counts).copied().collect(), ..*layers };
    let broken = broken(modules, homes, &enforced, out);
    if enforced.units.len() < layers.units.len() {
        // What is wrong with a promise itself was told the first time.
        let with_observed = self::broken(modules, homes, layers, &mut Vec::new());
        let known =
            |found: &Break| broken.iter().any(|one| (one.promise, one.at) == (found.promise, found.at));
        out.extend(with_observed.iter().filter(|found| !known(found)).map(Break::foreseen));
    }
    out.extend(broken.iter().map(Break::told));
}

/// The conditions of the promises, by their places; one that is wrong is missing.
pub(crate) fn conditions(
    modules: &[Module],
    declared: &Declared<'_>,
    functions: &BTreeMap<String, Function>,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<Span, Expr> {
    let mut all = BTreeMap::new();
    for item in modules.iter().flat_map(|module| &module.ast.items) {
        if let ItemKind::Promise(node) = &item.kind
            && let Some(written) = &node.when
            && let Some(when) = promised_when(node, written, declared, functions, out)
        {
            all.insert(written.span, when);
        }
    }
    all
}

/// Everything that breaks a promise where these layers count.
fn broken(
    modules: &[Module],
    homes: &[LayerId],
    layers: &Layers<'_>,
    out: &mut Vec<Diagnostic>,
) -> Vec<Break> {
    let mut found = Vec::new();
    for item in modules.iter().flat_map(|module| &module.ast.items) {
        let ItemKind::Promise(node) = &item.kind else { continue };
        let when = match &node.when {
            None => None,
            Some(written) => match layers.when.get(&written.span) {
                Some(when) => Some(when),
                None => continue,
            },
        };
        for action in asked(&node.action, layers.schema, out) {
            let (roots, fuel) = (Roots::of(layers.schema, &[action]), Cell::new(FUEL));
            let under = Under::new(when, layers.schema, &roots, &fuel);
            let narrowed = when.is_some();
            let mut promise =
                Promise { action, never: node.never, span: item.span, narrowed, layers, found: &mut found };
            promise.defaults(modules, homes);
            promise.rules(&under);
            promise.conditions();
            promise.score(&under);
        }
    }
    found
}

/// A promise that is broken.
struct Break {
    promise: Span,
    action: String,
    never: &'static str,
    does: &'static str,
    at: Span,
    what: String,
    narrowed: bool,
}

impl Break {
    fn told(&self) -> Diagnostic {
        let message = format!("this promise is not kept: something can {} `{}`", self.does, self.action);
        Diagnostic::error("E0440", self.promise, message)
            .here(format!("it promises: never {}", self.never))
            .also(self.at, &self.what)
            .help(if self.narrowed {
                format!(
                    "let what does it say that it is not about what is promised, or `on … except {}`; or remove the promise",
                    self.action
                )
            } else {
                format!(
                    "change what does it, or say that the rule is not about it: `on … except {}`; or remove the promise",
                    self.action
                )
            })
    }

    fn foreseen(&self) -> Diagnostic {
        let message = format!(
            "if this layer counted, something could {} `{}`, which a promise rules out",
            self.does, self.action
        );
        Diagnostic::warning("W0421", self.at, message)
            .here(&self.what)
            .also(self.promise, format!("it promises: never {}", self.never))
            .help("nothing is broken while the layer is only observed; without `observe` this is an error")
    }
}

struct Promise<'a, 'o> {
    action: ActionId,
    never: Promised,
    span: Span,
    /// Whether it says to which requests it applies.
    narrowed: bool,
    layers: &'a Layers<'a>,
    found: &'o mut Vec<Break>,
}

impl<'a> Promise<'a, '_> {
    fn name(&self) -> &'a str {
        self.layers.schema.actions.get(usize::from(self.action)).map_or("", |action| &action.name)
    }

    fn broken(&mut self, does: &'static str, at: Span, what: &str) {
        let never = if self.never == Promised::Refused { "refused" } else { "held" };
        let (promise, action, what) = (self.span, self.name().to_owned(), what.to_owned());
        self.found.push(Break { promise, action, never, does, at, what, narrowed: self.narrowed });
    }

    fn breaks(&self, kind: DispositionKind) -> bool {
        match kind {
            DispositionKind::Allow => false,
            DispositionKind::StepUp => self.never == Promised::Held,
            DispositionKind::Deny => true,
        }
    }

    fn defaults(&mut self, modules: &[Module], homes: &[LayerId]) {
        let set_in_base = self.layers.units.iter().any(|unit| {
            unit.key == UnitKey::Base && unit.defaults.iter().any(|(action, _)| *action == self.action)
        });
        for (module, home) in modules.iter().zip(homes) {
            for item in &module.ast.items {
                let found = match &item.kind {
                    ItemKind::Action(node) if !set_in_base && node.name.text() == self.name() => {
                        node.default.as_ref().map(|default| (default.kind, default.span))
                    }
                    ItemKind::SetDefault(node) if self.is_set(home, &node.action) => {
                        Some((node.value.kind, node.value.span))
                    }
                    _ => None,
                };
                if let Some((kind, span)) = found
                    && self.breaks(kind)
                {
                    let does = if kind == DispositionKind::Deny { "refuse" } else { "hold" };
                    self.broken(does, span, "this default");
                }
            }
        }
    }

    /// Whether a layer sets the default of this action, and by this pattern.
    fn is_set(&self, home: &LayerId, pattern: &ActionPattern) -> bool {
        let has = |(action, _): &(ActionId, Disposition)| *action == self.action;
        let of_home = |unit: &&&Unit| (&unit.key, unit.mode) == (&home.key, home.mode);
        let sets = self.layers.units.iter().filter(of_home).any(|unit| unit.defaults.iter().any(has));
        // A pattern without actions was reported where it stands.
        sets && named(pattern, self.layers.schema, &mut Vec::new()).contains(&self.action)
    }

    fn rules(&mut self, under: &Under<'a>) {
        let layers = self.layers;
        for rule in layers.units.iter().flat_map(|unit| &unit.rules) {
            if rule.actions.contains(&self.action) {
                under.clone().walk(&rule.body, &mut |met| match met {
                    Met::Value(value) => self.evaluated(fail::first(value)),
                    Met::Effect(fires, true, condition) => self.effect(fires, condition),
                    Met::Effect(_, false, condition) => self.evaluated(condition.and_then(fail::first)),
                });
            }
        }
    }

    fn effect(&mut self, fires: &'a Fires, condition: Option<&'a Expr>) {
        match fires.effect {
            Effect::Deny => return self.broken("refuse", fires.span, "this statement"),
            Effect::StepUp(_) if self.never == Promised::Held => {
                return self.broken("hold", fires.span, "this statement");
            }
            _ => {}
        }
        let shown = fires.message.iter().filter_map(|piece| match piece {
            Piece::Value(value) => Some(value),
            Piece::Text(_) => None,
        });
        // One place is enough for a statement.
        let all = condition.into_iter().chain(shown).chain(&fires.by).chain(&fires.other_than);
        self.evaluated(all.filter_map(fail::first).next());
    }

    fn evaluated(&mut self, found: Option<(Span, &'static str)>) {
        if let Some((span, why)) = found {
            self.broken("refuse", span, why);
        }
    }

    /// A category that may or may not apply refuses the request.
    fn conditions(&mut self) {
        let (layers, id) = (self.layers, self.action);
        let Some(action) = layers.schema.actions.get(usize::from(self.action)) else { return };
        for category in layers.categories {
            if crate::lower::applies(layers.schema, action, &category.when) {
                self.evaluated(fail::first(&category.when));
            }
        }
        for amplifier in layers.amplifiers.iter().filter(|amplifier| amplifier.action == id) {
            self.evaluated(fail::first(&amplifier.value));
        }
    }

    fn score(&mut self, under: &Under<'a>) {
        let schema = self.layers.schema;
        let highest = score::highest(self.layers, self.action, under);
        let (does, base) = match self.never {
            Promised::Refused => ("refuse", schema.risk_deny_at),
            Promised::Held => ("hold", schema.risk_step_up_at),
        };
        // Any layer may apply, so the lowest of all thresholds counts. One that refuses does not ask, and does hold.
        let set = self.layers.units.iter().flat_map(|unit| {
            let asks = unit.thresholds.step_up.filter(|_| self.never == Promised::Held);
            asks.into_iter().chain(unit.thresholds.deny)
        });
        let threshold = set.fold(base, u8::min);
        if highest.score >= threshold.max(1) {
            let span = highest.span.unwrap_or(self.span);
            let what = format!("with this, the score can be {}, and {threshold} is enough", highest.score);
            self.broken(does, span, &what);
        }
    }
}
