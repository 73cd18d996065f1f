//! The memory of a decision, kept for the next one.

use lictor_bundle::instr::Failure;
use lictor_bundle::schema::{ActionId, LayerKind};

use crate::arena::{self, Arena};
use crate::facts::{self, FactTable};
use crate::params::Params;
use crate::slot::Slot;
use crate::turns::Turns;
use crate::unit::LayerUnits;
use crate::vm::Effects;

/// The memory of a decision, kept for the next one so that deciding need not allocate. Holds nothing that one decision
/// could learn about another: each starts by forgetting what is in it.
#[derive(Default, Debug)]
pub struct Scratch {
    /// The registers: temporaries, then the slots of the request. Grows at its end while a list is read.
    pub(crate) frame: Vec<Slot>,
    /// The request's texts and elements.
    pub(crate) arena: Arena,
    /// The action of the request that was read; none before one was, or where it could not be.
    pub(crate) action: Option<ActionId>,
    /// The units of the request's user; none where nobody said who that is.
    pub(crate) user: Option<LayerUnits>,
    /// The first slots of the request that are not true, a bit each.
    pub(crate) untrue: u64,
    /// The tool that was called, where the request was the call of one.
    pub(crate) tool: Option<String>,
    /// The facts supplied, and those that a source of history answered.
    pub(crate) facts: FactTable,
    /// The members already seen, of each object that is being read, a bit each.
    pub(crate) seen: Vec<u64>,
    /// The categories that the request is in, by their numbers among the action's.
    pub(crate) categories: Vec<usize>,
    /// The layers that apply.
    pub(crate) layers: Vec<Layer>,
    /// The layers that apply and are only observed.
    pub(crate) observed: Vec<Layer>,
    /// What would keep the observed layers from being found at all, if they counted.
    pub(crate) unobserved: Option<Unobserved>,
    /// How far the rules of those layers have come.
    pub(crate) turns: Turns,
    /// The parameters already looked up.
    pub(crate) params: Params,
    /// What rules have found.
    pub(crate) effects: Effects,
    /// Where values are encoded.
    pub(crate) bytes: Vec<u8>,
    /// Where the elements of a set that comes from several layers are put together.
    pub(crate) merge: Vec<Slot>,
}

/// Why it is not known which observed layers apply.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unobserved {
    /// Users have observed layers, and nobody said who the user is.
    NoUser,
    /// The condition of the category of this unit could not be evaluated.
    Undecided(usize, Failure),
}

/// A layer that applies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layer {
    /// Index of its unit.
    pub unit: usize,
    /// Which kind of layer it is.
    pub kind: LayerKind,
    /// Whether the next layer is the same one, of the other mode: their rules are gone through together.
    pub twin: bool,
}

impl Scratch {
    /// Forgets what an evaluation left behind, and keeps the request that was read.
    #[inline]
    pub(crate) fn forget_evaluation(&mut self, arena: arena::Mark, facts: facts::Mark) {
        self.arena.go_back(arena);
        self.facts.go_back(facts);
        self.layers.clear();
        self.observed.clear();
        self.unobserved = None;
        self.params.forget();
        self.effects.clear();
    }

    /// Forgets everything, keeps the memory. The frame is not cleared: a code's temporaries are zeroed before it runs, and a
    /// request's slots when its action is known.
    pub(crate) fn clear(&mut self) {
        self.action = None;
        self.user = None;
        self.tool = None;
        self.arena.clear();
        self.facts.clear();
        self.seen.clear();
        self.layers.clear();
        self.observed.clear();
        self.unobserved = None;
        self.params.forget();
        self.effects.clear();
        self.bytes.clear();
        self.merge.clear();
    }
}
