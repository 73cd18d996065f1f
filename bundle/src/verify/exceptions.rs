//! Exceptions: what lifts a rule's soft statements is held to as much as the compiler holds it to, since nothing else loosens.

use crate::error::{BundleError, ErrorKind};
use crate::program::{Rule, Unit};
use crate::schema::ActionId;

use super::code::{Block, Use};
use super::schema::Declared;
use super::units::verify_layer;
use super::{Within, ensure, names};

/// Verifies the exceptions of a rule, and counts the steps of their conditions for each action.
pub(super) fn verify(
    declared: &Declared<'_>,
    unit: &Unit,
    rule: &Rule,
    block: &mut Block<'_>,
    budget: &mut usize,
) -> Result<Vec<(ActionId, u64)>, BundleError> {
    let holds = |holds: bool, message: &str| ensure(holds, ErrorKind::Unit, || message.to_owned());
    let mut steps = Vec::new();
    for exception in &rule.exceptions {
        // Before they stand in a message.
        names::check(&exception.name, "an exception")?;
        names::check(&exception.module, "a module")?;
        let place = || format!("exception {}.{}", exception.module, exception.name);
        verify_layer(declared.schema, &exception.layer, exception.mode).within(place)?;
        holds(
            exception.layer.may_lift(&unit.key),
            "it stands in a layer that comes after that of the rule, or beside it",
        )
        .within(place)?;
        let stated = !exception.granted_by.trim().is_empty() && !exception.because.trim().is_empty();
        holds(stated, "it does not say who granted it, or why").within(place)?;
        let same = rule.entries.iter().map(|(action, _)| action);
        let actions = exception.entries.iter().map(|(action, _)| action);
        holds(same.eq(actions), "its actions are not those of its rule").within(place)?;
        for (action, code) in &exception.entries {
            let counted = block.verify_use(declared, *action, *code, Use::Exception, budget).within(place)?;
            steps.push((*action, counted));
        }
    }
    Ok(steps)
}
