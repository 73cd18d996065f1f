//! A bundle made ready: everything that can be found out once is found out here, so that a decision only looks it up.

mod action;
mod param;
mod telling;

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use lictor_bundle::delta::Standing;
use lictor_bundle::digest::BundleId;
use lictor_bundle::error::{BundleError, ErrorKind};
use lictor_bundle::history::HistoryQuery;
use lictor_bundle::instr::{Reg, TEMPORARIES};
use lictor_bundle::layout::{Layout, RecordLayout};
use lictor_bundle::program::{Bundle, CodeBlock, Mode, Thresholds, Unit, UnitKey};
use lictor_bundle::release::Release;
use lictor_bundle::schema::{ActionId, FactId, LayerKind, ParamId, Record, Type, TypeId};
use lictor_bundle::tools::{Mapping, Normalizer, Source, Tools};

pub(crate) use self::action::ActionPlan;
pub(crate) use self::param::ParamPlan;

use self::action::{action_plan, alone, categories_of};
use self::telling::Telling;
use crate::arena::Arena;
use crate::decode::Shapes;
use crate::known::{Gathered, Known};
use crate::params::LayerKinds;
use crate::rules::{Rules, single};
use crate::settings::KeptSettings;
use crate::slot::Slot;
use crate::unit::{LayerUnits, UnitView, Values};
use crate::users::{Ready, Users};
use crate::value::{Loader, Value};
use crate::vm::Operations;

/// How many fields of a request are the envelope: `agent`, `user`, `mandate`, `context`.
pub(crate) const ENVELOPE: usize = 4;
/// The place of `agent` among them.
pub(crate) const AGENT: usize = 0;
/// The place of `user` among them.
pub(crate) const USER: usize = 1;
/// The place of `mandate` among them.
pub(crate) const MANDATE: usize = 2;
/// The place of `context` among them.
pub(crate) const CONTEXT: usize = 3;

/// A loaded bundle.
#[derive(Debug)]
pub(crate) struct Program {
    pub id: BundleId,
    /// The edition: that of the bundle, or of the last change of users' units.
    pub release: Release,
    pub arenas: Memory,
    /// The units of users. They are numbered after the others, by their places.
    pub users: Arc<Users>,
    /// What a change is held against.
    pub standing: Standing,
    fixed: Arc<Fixed>,
}

/// What stays the same where users' units are replaced.
#[derive(Debug)]
pub(crate) struct Fixed {
    /// What was loaded, but for the units of users.
    pub bundle: Bundle,
    pub layout: Layout,
    /// How requests and facts are read.
    pub shapes: Shapes,
    /// The texts that the policy names, but for those that only users' units do.
    known: Known,
    pub params: Vec<ParamPlan>,
    /// The defaults of all parameters.
    defaults: KeptSettings,
    /// The constants and the code of the conditions.
    pub conditions: Block,
    /// The constants that normalizers give to fields, by normalizer and mapping.
    pub tools: Vec<Vec<Option<Slot>>>,
    pub actions: Vec<ActionPlan>,
    /// In which order what was decided on is told.
    pub telling: Telling,
    /// The values and the rules of the units in the bundle.
    shared: Vec<(Values, Rules)>,
    /// The base's unit.
    pub base: LayerUnits,
    /// The units of each tier, by the tier's number.
    pub tiers: Vec<LayerUnits>,
    /// Whether users have units that count, and whether they have observed ones: those must know who the user is.
    pub asks_for_user: (bool, bool),
    /// Whether any layer may set a threshold of the score.
    pub sets_thresholds: bool,
    /// Whether what is decided counts.
    pub mode: Mode,
}

/// Where the constants of a program lie.
#[derive(Debug)]
pub(crate) struct Memory {
    /// Arena number n + 1 is the n-th here: the parameters' defaults, the conditions, the normalizers, then one a unit.
    own: Arc<[Arena]>,
    users: Arc<Users>,
}

/// When what is run is made out of what was verified.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Making {
    /// When the bundle is loaded: no decision waits for it.
    AtOnce,
    /// Each piece when it is first run: for a process that decides little before it ends. Units of users are made at once all the same, since
    /// they share what they do.
    Later,
}

/// Conditions, ready to run.
#[derive(Debug)]
pub(crate) struct Block {
    pub constants: Box<[Slot]>,
    codes: Box<[OnceLock<Operations>]>,
}

impl Block {
    /// `None` where the arena is full.
    fn of(code: &CodeBlock, loader: &mut Loader<'_>, making: Making) -> Option<Block> {
        let constants: Box<[Slot]> =
            code.constants.iter().map(|constant| loader.constant(constant)).collect::<Option<_>>()?;
        let block = Block { constants, codes: code.codes.iter().map(|_| OnceLock::new()).collect() };
        if making == Making::AtOnce {
            (0..block.codes.len()).for_each(|number| _ = block.code(code, number));
        }
        Some(block)
    }

    /// The code of this number in the block that this one was made of.
    #[inline]
    fn code(&self, of: &CodeBlock, number: usize) -> Option<&Operations> {
        let (made, code) = self.codes.get(number).zip(of.codes.get(number))?;
        Some(made.get_or_init(|| single(code, &self.constants)))
    }
}

impl Deref for Program {
    type Target = Fixed;

    fn deref(&self) -> &Fixed {
        &self.fixed
    }
}

impl Program {
    /// Makes a verified bundle ready, whose users' units were put away before. Fails only where its constants do not fit into memory's
    /// 32-bit places.
    pub fn new(
        bundle: Bundle,
        id: BundleId,
        standing: Standing,
        users: Users,
        making: Making,
    ) -> Result<Program, BundleError> {
        let layout = Layout::new(&bundle.schema)
            .map_err(|_| refused(ErrorKind::Schema, "the types of its declarations cannot be laid out"))?;
        let shapes = Shapes::new(&bundle.schema, &layout)
            .ok_or_else(|| refused(ErrorKind::Schema, "the fields of its records cannot be laid out"))?;
        let has_users = users.count() > 0;
        let mut arenas = Vec::with_capacity(bundle.units.len() + 2);
        let mut known = Gathered::default();
        let set_by = param::set_by(&bundle);
        // What users set may be replaced.
        let by_users = LayerKinds::of(if has_users { &[LayerKind::User] } else { &[] });
        let set_by = |id| set_by.get(&id).copied().unwrap_or_default().and(by_users);
        let defaults = in_arena(&mut arenas, &mut known, |loader| {
            let defaults = bundle.schema.params.iter().enumerate();
            KeptSettings::of(defaults.map(|(number, param)| (number as ParamId, &param.default)), loader)
        })?;
        let params = (0..).zip(&bundle.schema.params);
        let params = params.map(|(id, param)| {
            let default = defaults.view().at(usize::from(id));
            // They are in the first arena.
            ParamPlan::new(&bundle.schema, param, default, set_by(id), arenas.first())
        });
        let params = params.collect();
        let (conditions, categories) = in_arena(&mut arenas, &mut known, |loader| {
            let block = Block::of(&bundle.condition_code, loader, making)?;
            let actions = (0..).zip(&bundle.schema.actions);
            let categories = actions.map(|(action, _)| categories_of(&bundle, action, loader));
            Some((block, categories.collect::<Option<Vec<_>>>()?))
        })?;
        let tools = in_arena(&mut arenas, &mut known, |loader| tool_plan(&bundle.tools, loader))?;
        let mut shared = Vec::with_capacity(bundle.units.len());
        for unit in &bundle.units {
            let values = in_arena(&mut arenas, &mut known, |loader| Values::of(unit, loader))?;
            let rules = match making {
                Making::AtOnce => Rules::of(unit, &values.constants),
                Making::Later => Rules::for_later(unit),
            };
            shared.push((values, rules));
        }
        let users = Arc::new(users);
        let base = units_of(&bundle, &UnitKey::Base);
        let actions = (0..)
            .zip(&bundle.schema.actions)
            .zip(categories)
            .map(|((id, action), categories)| {
                let alone = alone(&shared, base, id).filter(|_| !has_users);
                action_plan(&bundle, &layout, id, action, categories, alone, has_users)
            })
            .collect::<Option<_>>()
            .ok_or_else(|| {
                refused(ErrorKind::Envelope, "an action's request does not begin with the envelope")
            })?;
        let tier_count = bundle
            .schema
            .tiers
            .and_then(|tiers| bundle.schema.enums.get(usize::from(tiers)))
            .map_or(0, |tiers| tiers.values.len());
        let tiers = (0..).take(tier_count).map(|tier| units_of(&bundle, &UnitKey::Agent(tier))).collect();
        let fixed = Fixed {
            base,
            asks_for_user: (users.enforced, users.observed),
            // What users set may be replaced.
            sets_thresholds: has_users
                || bundle.units.iter().any(|unit| unit.thresholds != Thresholds::default()),
            mode: bundle.mode(),
            tiers,
            layout,
            shapes,
            known: known.finish(),
            shared,
            params,
            defaults,
            conditions,
            tools,
            actions,
            telling: Telling::new(&bundle.schema),
            bundle,
        };
        let (release, fixed) = (fixed.bundle.manifest.release, Arc::new(fixed));
        let arenas = Memory { own: arenas.into(), users: users.clone() };
        Ok(Program { id, release, arenas, users, standing, fixed })
    }

    /// The same with other units of users, which were verified, as many as before.
    pub fn with_users(&self, id: BundleId, release: Release, standing: Standing, users: Users) -> Program {
        let users = Arc::new(users);
        let arenas = Memory { own: self.arenas.own.clone(), users: users.clone() };
        Program { id, release, arenas, users, standing, fixed: self.fixed.clone() }
    }

    /// How many units stand before those of users.
    pub fn first_user(&self) -> usize {
        self.shared.len()
    }

    /// The units of this user.
    pub fn user(&self, id: &str) -> LayerUnits {
        let number = |place: usize| self.shared.len() + place;
        let LayerUnits { enforced, observed } = self.users.find(id);
        LayerUnits { enforced: enforced.map(number), observed: observed.map(number) }
    }

    /// How many units there are.
    pub fn unit_count(&self) -> usize {
        self.shared.len() + self.users.count()
    }

    /// A unit as deciding sees it.
    #[inline]
    pub fn unit(&self, number: usize) -> Option<UnitView<'_>> {
        if let Some((Values { constants, sets }, rules)) = self.shared.get(number) {
            let does = self.bundle.units.get(number)?;
            return Some(UnitView { does, constants, sets: sets.view(), rules });
        }
        let Ready { body, constants, sets } = self.users.ready(number.checked_sub(self.shared.len())?)?;
        Some(UnitView { does: &body.unit, constants, sets, rules: &body.rules })
    }

    /// The whole of a unit, for whoever puts it into words. A user's is decoded for it.
    pub fn whole(&self, number: usize) -> Option<Cow<'_, Unit>> {
        self.at(self.index(number)?)
    }

    /// Where in the bundle a unit stands.
    pub fn index(&self, number: usize) -> Option<usize> {
        match number.checked_sub(self.shared.len()) {
            Some(place) => Some(self.shared.len() + self.users.rank(place)?),
            None => Some(number),
        }
    }

    /// The unit that stands there.
    pub fn at(&self, index: usize) -> Option<Cow<'_, Unit>> {
        match self.bundle.units.get(index) {
            Some(unit) => Some(Cow::Borrowed(unit)),
            None => {
                let rank = index.checked_sub(self.shared.len())?;
                self.users.whole(rank, self.standing.links()).map(Cow::Owned)
            }
        }
    }

    /// The code of a condition.
    #[inline]
    pub fn condition(&self, code: usize) -> Option<&Operations> {
        self.conditions.code(&self.bundle.condition_code, code)
    }

    /// What a parameter is where no layer that applies sets it.
    pub fn default(&self, param: ParamId) -> Option<Value<'_>> {
        self.defaults.view().at(usize::from(param))
    }

    /// The slot of a text with these bytes, known if the policy names the text.
    #[inline]
    pub fn recognize(&self, text: Slot, bytes: &[u8]) -> Slot {
        self.known.recognize(text, |own| self.arenas.bytes(own) == bytes)
    }

    /// The query that a fact answers, and its number; none for a fact that the host looks up.
    pub fn history(&self, fact: FactId) -> Option<(usize, &HistoryQuery)> {
        let queries = &self.bundle.schema.history;
        let number = queries.binary_search_by_key(&fact, |query| query.fact).ok()?;
        Some((number, queries.get(number)?))
    }

    /// A type.
    pub fn ty(&self, id: TypeId) -> Option<Type> {
        self.bundle.schema.types.get(usize::from(id)).copied()
    }

    /// How many slots a value of a type takes.
    pub fn width(&self, id: TypeId) -> usize {
        self.layout.width(id).map_or(0, usize::from)
    }

    /// The type of the single value in a register of an action's request.
    pub fn type_of(&self, action: ActionId, register: Reg) -> Option<TypeId> {
        let mut record = self.bundle.schema.actions.get(usize::from(action))?.request;
        let mut at = register.checked_sub(TEMPORARIES)?;
        // Records are nested only so deep, and each turn goes one deeper.
        loop {
            let (fields, places) = self.record(record)?;
            let index = places.offsets.partition_point(|offset| *offset <= at).checked_sub(1)?;
            at -= *places.offsets.get(index)?;
            let mut ty = fields.fields.get(index)?.ty;
            if let Type::Optional(inner) = self.ty(ty)? {
                at = at.checked_sub(1)?;
                ty = inner;
            }
            match self.ty(ty)? {
                Type::Record(id) => record = id,
                _ => return Some(ty),
            }
        }
    }

    /// A record and where its fields lie.
    pub fn record(&self, id: u16) -> Option<(&Record, &RecordLayout)> {
        Some((self.bundle.schema.records.get(usize::from(id))?, self.layout.record(id)?))
    }
}

/// The constants of normalizers. `None` where the arena is full.
fn tool_plan(tools: &Tools, loader: &mut Loader<'_>) -> Option<Vec<Vec<Option<Slot>>>> {
    let slot = |mapping: &Mapping, loader: &mut Loader<'_>| match &mapping.source {
        Source::Constant(scalar) => loader.scalar(scalar).map(Some),
        Source::Input(..)
        | Source::Asked(..)
        | Source::Money { .. }
        | Source::Text(_)
        | Source::List(_)
        | Source::Size(_)
        | Source::Digest(_) => Some(None),
    };
    let of = |normalizer: &Normalizer, loader: &mut Loader<'_>| {
        normalizer.mappings.iter().map(|mapping| slot(mapping, loader)).collect::<Option<Vec<_>>>()
    };
    tools.normalizers.iter().map(|normalizer| of(normalizer, loader)).collect()
}

impl Memory {
    /// The bytes of a text; none where the slot points nowhere.
    pub fn bytes(&self, text: Slot) -> &[u8] {
        let text = text.text();
        self.get(text.arena).map_or(&[], |arena| arena.bytes(text))
    }

    /// The arena of this number, from 1 on.
    #[inline]
    pub fn get(&self, number: u32) -> Option<&Arena> {
        match self.own.get(number.checked_sub(1)? as usize) {
            Some(arena) => Some(arena),
            None => self.users.arena(number),
        }
    }
}

#[cfg(test)]
impl Memory {
    /// One without anything.
    pub fn empty() -> Memory {
        Memory { own: Arc::default(), users: Arc::default() }
    }
}

/// Fills the next arena.
fn in_arena<T>(
    arenas: &mut Vec<Arena>,
    known: &mut Gathered,
    fill: impl FnOnce(&mut Loader<'_>) -> Option<T>,
) -> Result<T, BundleError> {
    let mut arena = Arena::default();
    let number = u32::try_from(arenas.len() + 1).map_err(|_| too_large())?;
    let filled = fill(&mut Loader { arena: &mut arena, number, known: Some(known) }).ok_or_else(too_large)?;
    arenas.push(arena);
    Ok(filled)
}

/// The units of one layer, which is not a user's. What is observed of it stands next to what counts of it.
fn units_of(bundle: &Bundle, key: &UnitKey) -> LayerUnits {
    let first = bundle.units.partition_point(|unit| unit.key < *key);
    let mut found = LayerUnits::default();
    let rest = bundle.units.get(first..).unwrap_or_default();
    for (number, unit) in (first..).zip(rest).take_while(|(_, unit)| unit.key == *key) {
        match unit.counts() {
            Mode::Enforced => found.enforced = Some(number),
            Mode::Observed => found.observed = Some(number),
        }
    }
    found
}

/// The error where a slot cannot name all that there is.
pub(crate) fn too_large() -> BundleError {
    refused(ErrorKind::TooLarge, "its constants are too large to be loaded")
}

fn refused(kind: ErrorKind, message: &str) -> BundleError {
    BundleError { kind, message: message.to_owned() }
}
