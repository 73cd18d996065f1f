//! What was found about each rule the last time, for whoever checks a policy again and again while it is written.
//!
//! A rule stands on declarations, and on no other rule: what is said of it alone stays true until it is written anew, or one of the
//! declarations is. What is said of several rules together is found anew each time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use lictor_bundle::schema::Schema;
use lictor_grammar::ast::{Item, ItemKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::{FileId, Span};

use crate::history::walk;
use crate::lints::twice::Conditions;
use crate::lints::words::Dictionary;
use crate::meaning::Meaning;
use crate::modules::Module;
use crate::typed::{History, Rule};

/// What is remembered.
#[derive(Default)]
pub(crate) struct Memory {
    ground: Option<Ground>,
    /// How often that was another one.
    pub grounds: u64,
    /// Whether somebody wants to know what names stand for.
    pub wants_meanings: bool,
    /// By the places of the rules.
    rules: BTreeMap<Span, Remembered>,
    /// The numbers of the words that items use.
    pub dictionary: Dictionary,
}

/// What all rules stand on.
#[derive(PartialEq)]
struct Ground {
    /// The modules: their names, and whether they are of the library, and in force in full.
    modules: Vec<(String, bool, bool)>,
    /// What stands in them besides what concerns nobody else.
    items: Vec<Shared>,
    /// What follows from that, and from the files that it names.
    schema: Schema,
    /// What rules ask of the past, which is declared where they ask.
    terms: Vec<History>,
}

/// An item that is the same only if it was not read again.
struct Shared(Arc<Item>);

impl PartialEq for Shared {
    fn eq(&self, other: &Shared) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What was found about a rule.
struct Remembered {
    item: Arc<Item>,
    checked: Told<Known>,
    marks: Option<Vec<Diagnostic>>,
    reached: Option<Told<BTreeSet<Span>>>,
    conditions: Option<Arc<Conditions>>,
    words: Option<Arc<[u32]>>,
    asks: bool,
}

/// What a rule means.
pub(crate) struct Read {
    /// The rule; nothing where it is wrong.
    pub rule: Option<Rule>,
    /// What its names stand for.
    pub meanings: Vec<Meaning>,
}

/// What a rule is known to mean.
pub(crate) struct Known {
    /// The rule; nothing where it is wrong.
    pub rule: Option<Arc<Rule>>,
    /// What its names stand for, by their places.
    meanings: Arc<[Meaning]>,
}

/// What came of a pass over one rule.
#[derive(Clone)]
pub(crate) struct Told<T> {
    /// What it gave.
    pub given: T,
    /// What it reported.
    pub found: Vec<Diagnostic>,
}

impl Memory {
    /// The memory of a session, whose editor wants to know what names stand for.
    pub fn of_session() -> Memory {
        Memory { wants_meanings: true, ..Memory::default() }
    }

    /// Forgets all that was found; not how often there was something else to stand on.
    pub fn forget(&mut self) {
        *self = Memory { grounds: self.grounds, ..Memory::of_session() };
    }

    /// Forgets what was found, where the rules stood on something else then.
    pub fn stand_on(&mut self, modules: &[Module], schema: &Schema, terms: &[History]) {
        let items = modules.iter().flat_map(|module| &module.ast.items);
        let ground = Ground {
            modules: modules.iter().map(|one| (one.name.clone(), one.library, one.in_full)).collect(),
            items: items.filter(|item| !concerns_itself(&item.kind)).cloned().map(Shared).collect(),
            schema: schema.clone(),
            terms: terms.to_vec(),
        };
        if self.ground.as_ref() != Some(&ground) {
            self.rules.clear();
            self.dictionary = Dictionary::default();
            self.ground = Some(ground);
            self.grounds += 1;
        }
    }

    /// Whether it is known what this rule means.
    pub fn knows(&self, item: &Arc<Item>) -> bool {
        self.of_item(item).is_some()
    }

    fn of_item(&self, item: &Arc<Item>) -> Option<&Remembered> {
        self.rules.get(&item.span).filter(|known| Arc::ptr_eq(&known.item, item))
    }

    /// The items in which a question may stand whose answer is a fact: of the past, or of what a clock shows.
    pub fn asking<'m>(&self, modules: &'m [Module]) -> Vec<&'m Item> {
        let items = modules.iter().flat_map(|module| &module.ast.items);
        let asks = |item: &&Arc<Item>| match &item.kind {
            ItemKind::Rule(_) => self.of_item(item).map_or_else(|| walk::asks(item), |known| known.asks),
            kind => matches!(kind, ItemKind::Fn(_) | ItemKind::Except(_)),
        };
        items.filter(asks).map(|item| &**item).collect()
    }

    /// The numbers of the words that these items use.
    pub fn words(&mut self, items: &[Arc<Item>]) -> Vec<u32> {
        let Memory { rules, dictionary, .. } = self;
        let mut said = Vec::new();
        for item in items {
            let known = rules.get_mut(&item.span).filter(|known| Arc::ptr_eq(&known.item, item));
            match known {
                Some(known) => {
                    said.extend_from_slice(
                        known.words.get_or_insert_with(|| dictionary.words_of(&item.kind)),
                    );
                }
                None => said.extend_from_slice(&dictionary.words_of(&item.kind)),
            }
        }
        said
    }

    /// Begins anew with these rules: of the others, nothing is remembered. `check` is asked about those that are not known, in their order.
    pub fn rules<'i>(
        &mut self,
        items: impl Iterator<Item = &'i Arc<Item>>,
        mut check: impl FnMut() -> Option<Told<Read>>,
        mut each: impl FnMut(&mut Told<Known>),
    ) {
        let mut before = std::mem::take(&mut self.rules);
        for item in items {
            let known = before.remove(&item.span).filter(|known| Arc::ptr_eq(&known.item, item));
            let mut known = known.unwrap_or_else(|| {
                let nothing = || Told { given: Read { rule: None, meanings: Vec::new() }, found: Vec::new() };
                let Told { given, found } = check().unwrap_or_else(nothing);
                let rule = given.rule.map(Arc::new);
                let checked =
                    Told { given: Known { rule, meanings: by_place(given.meanings).into() }, found };
                let (marks, reached, conditions, words) = (None, None, None, None);
                let asks = walk::asks(item);
                Remembered { item: item.clone(), checked, marks, reached, conditions, words, asks }
            });
            each(&mut known.checked);
            self.rules.insert(item.span, known);
        }
    }

    /// What the names in rules stand for, by the pieces that they stand in.
    pub fn meanings(&self) -> impl Iterator<Item = (FileId, Arc<[Meaning]>)> {
        self.rules.iter().map(|(place, known)| (place.file, known.checked.given.meanings.clone()))
    }

    /// What the marks of the data that a rule reads forbid it.
    pub fn marks(&mut self, rule: &Rule, find: impl FnOnce() -> Vec<Diagnostic>) -> Vec<Diagnostic> {
        match self.of(rule) {
            Some(known) => known.marks.get_or_insert_with(find).clone(),
            None => find(),
        }
    }

    /// Which statements of a rule are never reached.
    pub fn reached(
        &mut self,
        rule: &Rule,
        find: impl FnOnce() -> Told<BTreeSet<Span>>,
    ) -> Told<BTreeSet<Span>> {
        match self.of(rule) {
            Some(known) => known.reached.get_or_insert_with(find).clone(),
            None => find(),
        }
    }

    /// The conditions of a rule.
    pub fn conditions(&mut self, rule: &Rule) -> Arc<Conditions> {
        match self.rules.get_mut(&rule.span) {
            Some(known) => known.conditions.get_or_insert_with(|| Arc::new(Conditions::of(rule))).clone(),
            None => Arc::new(Conditions::of(rule)),
        }
    }

    /// What is remembered of a rule that is as it was written: an exception is said elsewhere.
    fn of(&mut self, rule: &Rule) -> Option<&mut Remembered> {
        if rule.exceptions.is_empty() { self.rules.get_mut(&rule.span) } else { None }
    }
}

/// In the order of their places. What was looked at twice means what it meant the last time.
pub(crate) fn by_place(mut meanings: Vec<Meaning>) -> Vec<Meaning> {
    meanings.reverse();
    meanings.sort_by_key(|meaning| meaning.span);
    meanings.dedup_by_key(|meaning| meaning.span);
    meanings
}

/// Whether no rule stands on an item.
fn concerns_itself(kind: &ItemKind) -> bool {
    matches!(
        kind,
        ItemKind::Rule(_)
            | ItemKind::Promise(_)
            | ItemKind::Except(_)
            | ItemKind::Fixture(_)
            | ItemKind::Example(_)
            | ItemKind::Test(_)
    )
}
