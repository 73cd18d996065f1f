//! The engine: a verified bundle, ready to decide.

use std::borrow::Cow;
use std::sync::Arc;

use lictor_bundle::container::{self, Requirements, Sealed, Threads};
use lictor_bundle::delta::Standing;
use lictor_bundle::digest::BundleId;
use lictor_bundle::error::BundleError;
use lictor_bundle::program::{Bundle, Mode, Unit};
use lictor_bundle::release::Release;
use lictor_bundle::schema::ParamId;
use lictor_bundle::signature::SignatureInfo;
use serde_json::Value;

use crate::arena::Arenas;
use crate::bound::{self, ActionFields};
use crate::decide;
use crate::decision::Decision;
use crate::decode::{self, Input};
use crate::explain::{self, Explanation};
use crate::facts::UsedFact;
use crate::history::{self, Contribution, Past};
use crate::kept::{self, Keep};
use crate::needs::FactQuery;
use crate::plan::{Making, Program};
use crate::prepared::Prepared;
use crate::scratch::Scratch;
use crate::trace::{Nobody, Recorder, Trace};
use crate::tree::Tree;
use crate::users::Packer;

/// A verified bundle, ready to decide. Cloning shares it; threads may use one at the same time, each with its own [`Scratch`].
#[derive(Clone, Debug)]
pub struct Engine(pub(crate) Arc<Program>);

impl Engine {
    /// Loads the bytes of a bundle file. Refused unless it is as required and everything was verified. A
    /// [`Trust`](container::Trust) alone is a requirement as well, for bundles that do not expire.
    pub fn load<'a>(file: &[u8], requirements: impl Into<Requirements<'a>>) -> Result<Engine, BundleError> {
        Engine::load_signed(file, requirements).map(|(engine, _)| engine)
    }

    /// The same for a process that makes a few decisions and ends: everything is verified as ever, by two threads where the file is large; and what is
    /// run is made when it is first run, since of a large policy one decision needs little.
    pub fn load_for_few<'a>(
        file: &[u8],
        requirements: impl Into<Requirements<'a>>,
    ) -> Result<Engine, BundleError> {
        Engine::loaded(file, requirements.into(), Making::Later, Threads::Two).map(|(engine, _)| engine)
    }

    /// Loads a bundle, and says who has signed the file: the keys that are trusted are marked.
    pub fn load_signed<'a>(
        file: &[u8],
        requirements: impl Into<Requirements<'a>>,
    ) -> Result<(Engine, Vec<SignatureInfo>), BundleError> {
        Engine::loaded(file, requirements.into(), Making::AtOnce, Threads::One)
    }

    fn loaded(
        file: &[u8],
        requirements: Requirements<'_>,
        making: Making,
        threads: Threads,
    ) -> Result<(Engine, Vec<SignatureInfo>), BundleError> {
        let mut users = Packer::default();
        let sealed =
            container::open_apart(file, requirements, threads, |unit, bytes| users.add(unit, bytes))?;
        let Sealed { bundle, id, signatures, standing, .. } = sealed;
        Ok((Engine(Arc::new(Program::new(bundle, id, standing, users.finish(id)?, making)?)), signatures))
    }

    /// Takes a bundle from memory, such as one that was just compiled. It is verified like one from a file, except that
    /// nobody needs to have signed it.
    pub fn from_bundle(mut bundle: Bundle) -> Result<Engine, BundleError> {
        let (id, standing) = Standing::of(&bundle)?;
        let first_user = bundle.units.partition_point(|unit| !unit.key.is_user());
        let mut users = Packer::default();
        let units: Vec<Unit> = bundle.units.drain(first_user..).collect();
        let mut exporter = standing.links().exporter(&bundle);
        for unit in units {
            let bytes = exporter.encode(&unit)?;
            // As whoever decodes it later will find it.
            users.add(standing.links().decode(&bytes)?, &bytes)?;
        }
        drop(exporter);
        let program = Program::new(bundle, id, standing, users.finish(id)?, Making::AtOnce)?;
        Ok(Engine(Arc::new(program)))
    }

    /// Decides a request, a JSON object that carries its facts. Whoever calls this vouches for all of it, what is `attested` included; where
    /// the caller of an action is somebody else, [`Engine::decide_asked`] keeps the two apart.
    ///
    /// Never fails: what cannot be read or evaluated is refused, and the decision says why.
    pub fn decide(&self, scratch: &mut Scratch, request: &[u8]) -> Decision {
        decide::decide(&self.0, scratch, Input::Whole(request), None, &mut Nobody)
    }

    /// Reads a request as [`Engine::decide`] does, to be evaluated afterwards: for hosts that want the verdict and its code, and the words only
    /// where something objects.
    ///
    /// # Errors
    /// The request cannot be read: the decision that refuses it, or that says that it would be refused where the policy is only observed.
    pub fn prepare<'a>(
        &'a self,
        scratch: &'a mut Scratch,
        request: &'a [u8],
    ) -> Result<Prepared<'a>, Box<Decision>> {
        decide::prepare(&self.0, scratch, Input::Whole(request))
            .map_err(|refused| Box::new(decide::in_force(&self.0, *refused)))
    }

    /// Decides a request with facts that come apart from it, a JSON array. The request itself may then carry none, since who
    /// asks is not who vouches for facts.
    pub fn decide_with_facts(&self, scratch: &mut Scratch, request: &[u8], facts: &[u8]) -> Decision {
        decide::decide(&self.0, scratch, Input::Apart(request, facts), None, &mut Nobody)
    }

    /// Decides once more what was kept of a decision ([`Engine::keep_request`]): its request, and its facts as a JSON array. `past` knows what clocks
    /// show; whatever was counted is among the facts.
    pub fn decide_again(
        &self,
        scratch: &mut Scratch,
        request: &[u8],
        facts: &[u8],
        past: Option<&dyn Past>,
    ) -> Decision {
        decide::decide(&self.0, scratch, Input::Apart(request, facts), past, &mut Nobody)
    }

    /// Decides what a caller asks for, with what the host says of it: who may say what is kept apart, and not left to whoever calls this.
    ///
    /// `asked` is the caller's, an object with `action` and `params` (and `schema_version`). `said` is the host's, an object with `agent`, `user`,
    /// `mandate`, `context`, `facts`, and with those `params` that the policy marks `attested`, in the records they stand in. A member that comes from
    /// the other side is refused at `structure`, whatever its value, as is one that is missing on its own side. `past` is as in
    /// [`Engine::decide_with_history`].
    ///
    /// The decision is the one that [`Engine::decide`] makes of both in one request, to the digest.
    pub fn decide_asked(
        &self,
        scratch: &mut Scratch,
        asked: &[u8],
        said: &[u8],
        past: Option<&dyn Past>,
    ) -> Decision {
        decide::decide(&self.0, scratch, Input::Sides(asked, said), past, &mut Nobody)
    }

    /// Reads what [`Engine::decide_asked`] decides, to be evaluated afterwards, as [`Engine::prepare`] does.
    ///
    /// # Errors
    /// As [`Engine::prepare`].
    pub fn prepare_asked<'a>(
        &'a self,
        scratch: &'a mut Scratch,
        asked: &'a [u8],
        said: &'a [u8],
    ) -> Result<Prepared<'a>, Box<Decision>> {
        decide::prepare(&self.0, scratch, Input::Sides(asked, said))
            .map_err(|refused| Box::new(decide::in_force(&self.0, *refused)))
    }

    /// The facts that deciding it may need, as in [`Engine::facts_needed`].
    pub fn facts_needed_asked(&self, scratch: &mut Scratch, asked: &[u8], said: &[u8]) -> Vec<FactQuery> {
        decide::facts_needed(&self.0, scratch, Input::Sides(asked, said))
    }

    /// Decides a request that carries its facts, where `past` knows what happened before it. What the request itself carries is
    /// taken as it is; `past` is asked for the rest of its history.
    pub fn decide_with_history(&self, scratch: &mut Scratch, request: &[u8], past: &dyn Past) -> Decision {
        decide::decide(&self.0, scratch, Input::Whole(request), Some(past), &mut Nobody)
    }

    /// Decides a request as [`Engine::decide`] and [`Engine::decide_with_history`] do, and tells how it came to that. The decision is
    /// the same, to the bit.
    pub fn trace(&self, scratch: &mut Scratch, request: &[u8], past: Option<&dyn Past>) -> (Decision, Trace) {
        let mut recorder = Recorder::new(&self.0);
        let decision = decide::decide(&self.0, scratch, Input::Whole(request), past, &mut recorder);
        (decision, recorder.into_trace(scratch).by_index(&self.0))
    }

    /// Decides a request as [`Engine::trace`] does and explains the decision: for authors, auditors and operators, and not to be passed
    /// on to an agent. For what was not allowed it also searches for a change of one field that would have passed, which decides up to
    /// some two thousand other requests; `past` is asked about those as well, and learns of none.
    pub fn explain(
        &self,
        scratch: &mut Scratch,
        request: &[u8],
        past: Option<&dyn Past>,
    ) -> (Decision, Explanation) {
        explain::explain(&self.0, scratch, request, past)
    }

    /// The facts that deciding a request may need and that it does not carry: a host resolves them, and decides with them.
    ///
    /// No fact is missing from the list but those that are asked with what another one answers; call this again with that one supplied. Some
    /// in the list may turn out not to be needed. A request that cannot be read needs none.
    pub fn facts_needed(&self, scratch: &mut Scratch, request: &[u8]) -> Vec<FactQuery> {
        decide::facts_needed(&self.0, scratch, Input::Whole(request))
    }

    /// Whether facts, a JSON array as a request carries them, are of the types that the policy declares: a host that has looked something up finds
    /// out before it decides with it. What is marked `secret` is not told.
    ///
    /// # Errors
    /// The first that is not: its place and what is wrong.
    pub fn check_facts(&self, scratch: &mut Scratch, facts: &[u8]) -> Result<(), String> {
        decode::check_facts(&self.0, scratch, facts).map_err(|refusal| refusal.reason)
    }

    /// The facts that the decision made last with this scratch has read, in the order of their names.
    pub fn facts_used(&self, scratch: &Scratch) -> Vec<UsedFact> {
        let arenas = Arenas { request: &scratch.arena, program: &self.0.arenas };
        scratch.facts.used(&self.0, arenas)
    }

    /// Tells the request that was decided last with this scratch, without its facts, to whoever keeps it: its action. Nothing where it could not be read.
    pub fn keep_request(&self, scratch: &Scratch, keep: &mut impl Keep) -> Option<&str> {
        kept::request(&self.0, scratch, keep)
    }

    /// Tells the facts that the decision made last with this scratch has read, answers about the past among them, in the order of their names.
    pub fn keep_facts(&self, scratch: &Scratch, keep: &mut impl Keep) {
        kept::facts(&self.0, scratch, keep);
    }

    /// The request that was decided last with this scratch, without its facts, to be shown to people: what is marked `secret` is withheld,
    /// and `{"withheld": "secret"}` stands in its place. Nothing where it could not be read.
    pub fn request_shown(&self, scratch: &Scratch) -> Option<Value> {
        let mut tree = Tree::default();
        kept::request(&self.0, scratch, &mut tree).map(|_| tree.value())
    }

    /// Which of the facts that came with the request were read by nothing in the decision made last with this scratch: their places among
    /// the request's facts, from 0.
    pub fn facts_unread(&self, scratch: &Scratch) -> Vec<usize> {
        scratch.facts.unread()
    }

    /// Whether the decision made last with this scratch has read the value of a parameter.
    pub fn has_read(&self, scratch: &Scratch, param: ParamId) -> bool {
        scratch.params.is_read(param)
    }

    /// What the request decided last with this scratch counts for, and its time: what a store of history keeps. Nothing where the
    /// request could not be read.
    pub fn contributions(&self, scratch: &mut Scratch) -> Option<(i64, Vec<Contribution>)> {
        let action = scratch.action?;
        let now = self.0.actions.get(usize::from(action))?.now;
        let now = scratch.frame.get(usize::from(now))?.int();
        Some((now, history::contributions(&self.0, scratch, action)))
    }

    /// The fields of the action that was decided last with this scratch, apart by whether an execution token binds them: a host ties a token to the
    /// bound ones, and finds out later whether what is presented with it is the same. Nothing where the request could not be read.
    pub fn action_fields(&self, scratch: &Scratch) -> Option<ActionFields> {
        bound::fields(&self.0, scratch, scratch.action?)
    }

    /// Reads the report of an event, a JSON object like a request with `event` in the place of `action`: then
    /// [`Engine::contributions`] says what it counts for. The host reports; nobody asks for an event, and nothing is decided.
    ///
    /// One that cannot be read is refused, as a request would be, and counts for nothing.
    pub fn report(&self, scratch: &mut Scratch, event: &[u8]) -> Result<(), Box<Decision>> {
        decide::recall(&self.0, scratch, Input::Report(event))
    }

    /// Whether this is meant as the report of an event: an object with a member `event`, where the policy declares events.
    pub fn is_report(&self, line: &[u8]) -> bool {
        #[derive(serde::Deserialize)]
        struct Members {
            event: Option<serde::de::IgnoredAny>,
        }
        let events = self.0.bundle.schema.actions.iter().any(|action| action.event);
        events && serde_json::from_slice(line).is_ok_and(|members: Members| members.event.is_some())
    }

    /// Reads a request, or the report of an event, that happened before; whether that was possible.
    pub(crate) fn recall(&self, scratch: &mut Scratch, past: &[u8]) -> bool {
        decide::recall(&self.0, scratch, Input::Past(past)).is_ok()
    }

    /// Decides a single request, without keeping memory for the next.
    pub fn decide_once(&self, request: &[u8]) -> Decision {
        self.decide(&mut Scratch::default(), request)
    }

    /// What was loaded, but for the units of users, which are kept packed: [`Engine::unit`] gives any of them. Changes that were applied
    /// since do not show in it.
    pub fn bundle(&self) -> &Bundle {
        &self.0.bundle
    }

    /// The unit that stands there in the bundle, as a [`Trace`] says it. A user's is decoded anew each time.
    pub fn unit(&self, index: usize) -> Option<Cow<'_, Unit>> {
        self.0.at(index)
    }

    /// The unit of a user, decoded.
    pub fn user(&self, id: &str, mode: Mode) -> Option<Unit> {
        self.0.whole(self.0.user(id).of(mode)?).map(Cow::into_owned)
    }

    /// All units, in their order.
    pub fn units(&self) -> impl Iterator<Item = Cow<'_, Unit>> {
        (0..self.0.unit_count()).filter_map(|index| self.unit(index))
    }

    /// All that is in force, decoded.
    pub fn to_bundle(&self) -> Bundle {
        let units = self.units().map(Cow::into_owned).collect();
        Bundle { manifest: self.0.manifest(self.0.release), units, ..self.0.bundle.clone() }
    }

    /// Whether what it decides counts. Where the policy's base is only observed everything is allowed, also what cannot be read, and each
    /// decision says in `observed` what it would have been. A host that relies on being held refuses to work with such a policy.
    pub fn mode(&self) -> Mode {
        self.0.mode
    }

    /// Which edition of the policy it is.
    pub fn release(&self) -> Release {
        self.0.release
    }

    /// What it is called.
    pub fn id(&self) -> BundleId {
        self.0.id
    }
}
