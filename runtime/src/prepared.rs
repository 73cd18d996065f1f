//! Deciding in steps: a request is read once; it is evaluated, which allocates nothing where nothing objects; and it is put into
//! words where somebody asks for them.

use lictor_bundle::program::Mode;
use lictor_bundle::schema::ActionId;

use crate::arena;
use crate::decide::{all, in_force, raw_digests, typed_digests, undecided, unread};
use crate::decision::{Class, Decision, OK, ToolCall, Verdict};
use crate::decode::Input;
use crate::digest::{Digest, Digests};
use crate::evaluate::{Evaluation, evaluate};
use crate::facts;
use crate::history::Past;
use crate::layers::{Undecided, find_layers};
use crate::outcome::{self, failure_words};
use crate::plan::{ActionPlan, Program};
use crate::scratch::Scratch;
use crate::shadow::observed;
use crate::trace::{Nobody, Watch};
use crate::words;

/// A request that was read. It can be evaluated more than once, each time as if it were the first.
pub struct Prepared<'a> {
    program: &'a Program,
    scratch: &'a mut Scratch,
    input: Input<'a>,
    action: ActionId,
    plan: &'a ActionPlan,
    /// What of the scratch belongs to the request, and not to an evaluation.
    read: (arena::Mark, facts::Mark),
}

/// A request that was evaluated: what is decided and with which code, and all the rest on demand.
pub struct Evaluated<'e, 'a> {
    prepared: &'e mut Prepared<'a>,
    past: Option<&'e dyn Past>,
    /// Why not, where nobody can say which layers apply.
    evaluation: Result<Evaluation, Undecided>,
}

impl<'a> Prepared<'a> {
    pub(crate) fn new(
        program: &'a Program,
        scratch: &'a mut Scratch,
        input: Input<'a>,
        action: ActionId,
        plan: &'a ActionPlan,
    ) -> Prepared<'a> {
        let read = (scratch.arena.mark(), scratch.facts.mark());
        Prepared { program, scratch, input, action, plan, read }
    }

    /// Evaluates it. `past` knows what happened before it; without it, the facts that came with the request are all there are.
    pub fn evaluate<'e>(&'e mut self, past: Option<&'e dyn Past>) -> Evaluated<'e, 'a> {
        self.evaluate_before(past, &mut Nobody)
    }

    /// Evaluates it before the eyes of a watcher.
    pub(crate) fn evaluate_before<'e, W: Watch>(
        &'e mut self,
        past: Option<&'e dyn Past>,
        watch: &mut W,
    ) -> Evaluated<'e, 'a> {
        let Prepared { program, scratch, action, plan, read, .. } = self;
        scratch.forget_evaluation(read.0, read.1);
        // A category that may or may not apply leaves open which rules do, so nothing is evaluated then.
        let evaluation = find_layers(program, scratch, plan)
            .map(|()| evaluate(program, scratch, *action, plan, past, watch));
        Evaluated { prepared: self, past, evaluation }
    }
}

impl<'a> Evaluated<'_, 'a> {
    /// What is decided.
    pub fn verdict(&self) -> Verdict {
        if self.only_observed() { Verdict::Allow } else { self.would_be() }
    }

    /// What kind of thing decided.
    pub fn class(&self) -> Class {
        if self.only_observed() {
            return Class::Allowed;
        }
        self.evaluation.as_ref().map_or(Class::HardRuleFailed, |evaluation| evaluation.class)
    }

    /// The code of the first cause that made it so; `OK` for an allow. It lives as long as the engine is borrowed.
    pub fn reason_code(&self) -> &'a str {
        if self.only_observed() { OK } else { self.code_would_be() }
    }

    /// What is decided, as if the base counted.
    pub(crate) fn would_be(&self) -> Verdict {
        self.evaluation.as_ref().map_or(Verdict::Deny, |evaluation| evaluation.verdict)
    }

    /// The code of that.
    #[inline]
    pub(crate) fn code_would_be(&self) -> &'a str {
        let verdict = match self.evaluation {
            Ok(Evaluation { verdict: Verdict::Allow, .. }) => return OK,
            Ok(evaluation) => evaluation.verdict,
            Err(undecided) => return failure_words(undecided.failure).0,
        };
        let first = self.prepared.scratch.effects.causes.iter().find(|cause| cause.effect() == verdict);
        first.map_or(OK, |first| outcome::code(self.prepared.program, first))
    }

    /// The score, from 0 to 100; none where the evaluation ended before it, or counts for nothing.
    pub fn score(&self) -> Option<u8> {
        self.evaluation.as_ref().ok().filter(|_| !self.only_observed())?.score
    }

    /// Whether whoever carries it out is obliged to something. What is refused, or counts for nothing, obliges nobody.
    pub fn obliges(&self) -> bool {
        let happens = self.evaluation.as_ref().is_ok_and(|evaluation| evaluation.verdict != Verdict::Deny);
        happens && !self.only_observed() && !self.prepared.scratch.effects.obligations.is_empty()
    }

    /// The digests of the request and of its facts, as a decision carries them: for a host that keeps these and wants no words. Where layers
    /// are only observed, what only they ask of the past is among the facts of [`Evaluated::decision`], and not among these.
    pub fn digests(&mut self) -> [Digest; 2] {
        let Prepared { program, scratch, action, plan, input, .. } = &mut *self.prepared;
        let Digests { request, facts } = match self.evaluation {
            Ok(_) => typed_digests(program, scratch, *action, plan),
            Err(_) => raw_digests(*input),
        };
        [request, facts]
    }

    /// Whether what was found counts for nothing.
    fn only_observed(&self) -> bool {
        self.prepared.program.mode == Mode::Observed
    }

    /// The whole decision: all causes in words, what observed layers would have done, and the digests.
    pub fn decision(self) -> Decision {
        let program = self.prepared.program;
        in_force(program, self.judged(&mut Nobody))
    }

    /// The whole decision, as if the base counted; what observed layers would have done is found before the eyes of a watcher.
    pub(crate) fn judged<W: Watch>(self, watch: &mut W) -> Decision {
        let Evaluated { prepared, past, evaluation } = self;
        let Prepared { program, scratch, action, plan, input, .. } = prepared;
        let evaluation = match evaluation {
            Ok(evaluation) => evaluation,
            Err(why) => return unread(program, *input, undecided(program, why)),
        };
        let found = words::found(program, scratch, *action, plan, &evaluation);
        let observed = observed(program, scratch, *action, plan, past, &found, watch);
        // After both: what either of them asked for belongs to the facts with which the decision is made again.
        let digests = typed_digests(program, scratch, *action, plan);
        let named = program.bundle.schema.actions.get(usize::from(*action));
        let call = scratch.tool.clone().zip(named);
        let call = call.map(|(tool, action)| ToolCall { tool, action: action.name.clone() });
        Decision { call, ..Decision::new(found, observed, all(program, digests)) }
    }
}
