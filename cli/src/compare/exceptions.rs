//! Exceptions: what lifts the soft statements of a rule.

use lictor_bundle::disassemble;
use lictor_bundle::program::{Exception, Mode};

use super::layers::Both;
use super::pairs::{Pair, by_name};
use super::rules::Placed;
use super::{Area, Change, Effect};

/// An exception to a rule.
#[derive(Clone, Copy)]
struct Granted<'a> {
    to: Placed<'a>,
    exception: &'a Exception,
}

pub fn compare(
    both: &Both<'_>,
    rule: &str,
    before: Option<Placed<'_>>,
    after: Option<Placed<'_>>,
    changes: &mut Vec<Change>,
) {
    for (name, pair) in by_name(named(before), named(after)) {
        let mut add = |says: String, effect, counts: bool| {
            let effect = Effect::where_it_counts(effect, counts);
            changes.push(both.change(Area::Rules, rule, format!("exception {name} {says}"), effect));
        };
        // Where the rule itself comes or goes, that says all.
        let same_rule = before.is_some() && after.is_some();
        match pair {
            Pair::New(new) => {
                let exception = new.exception;
                let says = format!(
                    "is new: until {}, granted by {:?} because {:?}",
                    exception.last_day(),
                    exception.granted_by,
                    exception.because
                );
                add(says, Effect::Loosens, same_rule && new.counts());
            }
            Pair::Gone(old) => add("is gone".to_owned(), Effect::Tightens, same_rule && old.counts()),
            Pair::Both(old, new) => changed(old, new, add),
        }
    }
}

fn named(placed: Option<Placed<'_>>) -> Vec<(String, Granted<'_>)> {
    let Some(to) = placed else { return Vec::new() };
    let exceptions = to.rule.exceptions.iter();
    exceptions
        .map(|exception| (format!("{}.{}", exception.module, exception.name), Granted { to, exception }))
        .collect()
}

fn changed(old: Granted<'_>, new: Granted<'_>, mut add: impl FnMut(String, Effect, bool)) {
    let counts = old.counts() && new.counts();
    let (before, after) = (old.exception, new.exception);
    if before.expires != after.expires {
        let effect = if after.expires > before.expires { Effect::Loosens } else { Effect::Tightens };
        let says = format!("holds until {}; it held until {}", after.last_day(), before.last_day());
        add(says, effect, counts);
    }
    let layer = |granted: Granted<'_>| {
        let Granted { to, exception } = granted;
        exception.layer.layer_in(exception.mode, &to.layer.bundle.schema)
    };
    if layer(old) != layer(new) {
        add(format!("stands in {}; it stood in {}", layer(new), layer(old)), Effect::Unclear, true);
    }
    if (&before.granted_by, &before.because) != (&after.granted_by, &after.because) {
        let says = format!("was granted by {:?} because {:?}", after.granted_by, after.because);
        add(says, Effect::Neither, counts);
    }
    if old.conditions() != new.conditions() {
        add("holds for other requests".to_owned(), Effect::Unclear, counts);
    }
}

impl Granted<'_> {
    fn counts(self) -> bool {
        self.exception.mode == Mode::Enforced
    }

    /// The code of its condition for each action, by name.
    fn conditions(self) -> Vec<(String, Vec<String>)> {
        let layer = self.to.layer;
        let schema = &layer.bundle.schema;
        let codes = self.exception.entries.iter().filter_map(|(action, code)| {
            let name = schema.actions.get(usize::from(*action))?.name.clone();
            let slots = disassemble::slots(schema, *action);
            Some((name, disassemble::lines(schema, &layer.unit.code, *code, &slots, None)))
        });
        codes.collect()
    }
}
