//! What is known about a parameter before a request comes.

use std::collections::BTreeMap;

use lictor_bundle::instr::Kind;
use lictor_bundle::program::Bundle;
use lictor_bundle::schema::{Direction, LayerKind, Param, ParamId, ParamValue, Schema};

use crate::arena::Arena;
use crate::members::Members;
use crate::params::LayerKinds;
use crate::slot::Slot;
use crate::value::{Value, kind_of};

/// What is known about a parameter before a request comes.
#[derive(Debug)]
pub(crate) struct ParamPlan {
    pub kind: Kind,
    pub direction: Direction,
    pub loosen_by: LayerKinds,
    /// The layers of which kinds may set it. Most parameters of a large policy are set by none.
    pub set_by: LayerKinds,
    /// The value of one that no layer sets; of money, where it is an amount in one currency only.
    pub always: Option<Slot>,
    /// The members of one that is always the same set.
    pub members: Option<Box<Members>>,
}

impl ParamPlan {
    /// Of a parameter that layers of these kinds may set, and whose default lies in this arena.
    pub fn new(
        schema: &Schema,
        param: &Param,
        default: Option<Value<'_>>,
        set_by: LayerKinds,
        arena: Option<&Arena>,
    ) -> ParamPlan {
        let kind = kind_of(schema, param.ty);
        let always = default.filter(|_| set_by.are_none()).and_then(Value::only);
        let set = always.filter(|_| matches!(param.default, ParamValue::Set(_)));
        let members = set.zip(arena).and_then(|(set, arena)| Members::of(kind, arena.elements(set)));
        ParamPlan {
            kind,
            direction: param.direction,
            loosen_by: LayerKinds::of(&param.loosen_by),
            set_by,
            always,
            members: members.map(Box::new),
        }
    }
}

/// The layers of which kinds set each parameter that any unit of a bundle sets.
pub(super) fn set_by(bundle: &Bundle) -> BTreeMap<ParamId, LayerKinds> {
    let mut kinds: BTreeMap<ParamId, Vec<LayerKind>> = BTreeMap::new();
    for unit in &bundle.units {
        for set in &unit.sets {
            kinds.entry(set.param).or_default().push(unit.key.kind());
        }
    }
    kinds.into_iter().map(|(param, kinds)| (param, LayerKinds::of(&kinds))).collect()
}
