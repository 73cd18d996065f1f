//! Who may answer: persons, not keys, and never those who asked.

use std::collections::BTreeMap;

use lictor_evidence::receipt::LOCAL_OPERATOR;

use super::asked::{Asked, Demand};
use super::evidence::Means;
use super::refused::Refused;
use crate::key::{Key, Role};

/// What the delegating person is called where a policy asks them.
const USER: &str = "user";

/// A person who approves, as they come with one of their keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Who it is.
    pub name: String,
    /// What the keys are called that they have: an id in a policy may be any of these.
    keys: Vec<String>,
    /// The roles that they speak for with this key.
    roles: Vec<String>,
    /// Whether they can sign with it.
    signs: bool,
}

impl Person {
    /// Whoever holds this key; nobody where it is not an approver's.
    pub fn of(key: &Key) -> Option<Person> {
        let approves = key.approves.as_ref().filter(|_| key.role == Role::Approver)?;
        Some(Person {
            name: approves.person.clone(),
            keys: vec![key.name.clone()],
            roles: approves.roles.clone(),
            signs: approves.signing.is_some(),
        })
    }

    /// The same, by all the names that their keys have: a person is left out by any of them. They speak for the roles of the key that they came with, and no more.
    pub fn known_among(mut self, people: &People) -> Person {
        self.keys.extend(people.keys_of(&self.name));
        self
    }

    /// Whether this is the person of a name. Letters of either case are the same, so that nobody has two voices.
    pub fn is_called(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether an id means this person. It excludes, so letters of either case are the same.
    fn is(&self, id: &str) -> bool {
        self.name.eq_ignore_ascii_case(id) || self.keys.iter().any(|key| key.eq_ignore_ascii_case(id))
    }

    /// Those of the demands that this person may answer, by their numbers.
    ///
    /// # Errors
    /// There is none, and why.
    pub fn may_answer(&self, asked: &Asked, means: &Means) -> Result<Vec<usize>, Refused> {
        let mut refused = None;
        let mut answers = Vec::new();
        for (number, demand) in asked.demands.iter().enumerate() {
            if *means == Means::LocalOperator && demand.to != LOCAL_OPERATOR {
                refused = refused.or(Some(Refused::NotLocal));
                continue;
            }
            match self.answers(asked, demand) {
                Ok(()) => answers.push(number),
                // What stands against the person says more than that another role is asked.
                Err(Refused::NotAsked) if refused.is_some_and(|why| why != Refused::NotLocal) => {}
                Err(why) => refused = Some(why),
            }
        }
        if answers.is_empty() { Err(refused.unwrap_or(Refused::NotAsked)) } else { Ok(answers) }
    }

    fn answers(&self, asked: &Asked, demand: &Demand) -> Result<(), Refused> {
        let asker = &asked.asker;
        if self.is(&asker.agent) || asker.requester.as_deref().is_some_and(|requester| self.is(requester)) {
            return Err(Refused::OwnRequest);
        }
        if demand.other_than.iter().any(|id| self.is(id)) {
            return Err(Refused::Excluded);
        }
        let is_user = asker.user.as_deref().is_some_and(|user| self.is(user));
        if demand.to == USER {
            // The policy asks this very person, and nobody else stands in for them.
            return if is_user { Ok(()) } else { Err(Refused::NotAsked) };
        }
        if !self.roles.contains(&demand.to) {
            return Err(Refused::NotAsked);
        }
        let is_owner = asker.owner.as_deref().is_some_and(|owner| self.is(owner));
        if is_owner {
            Err(Refused::Owner)
        } else if is_user {
            Err(Refused::User)
        } else {
            Ok(())
        }
    }
}

/// Everybody who may approve anything at a moment, once with each of their keys.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct People(Vec<Person>);

/// Too few people could answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lacking {
    /// Who is asked.
    pub to: String,
    /// How many are asked.
    pub quorum: u16,
    /// How many there are.
    pub there: usize,
}

impl People {
    /// The holders of these keys. Several keys of one person are one person.
    pub fn of<'k>(keys: impl IntoIterator<Item = &'k Key>) -> People {
        People(keys.into_iter().filter_map(Person::of).collect())
    }

    /// What the keys of a person are called.
    fn keys_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        self.0.iter().filter(|person| person.is_called(name)).flat_map(|person| &person.keys).cloned()
    }

    /// Each person with each of their keys, known by all of these.
    fn persons(&self) -> BTreeMap<String, Vec<Person>> {
        let mut persons: BTreeMap<String, Vec<Person>> = BTreeMap::new();
        for person in &self.0 {
            persons.entry(person.name.to_ascii_lowercase()).or_default().push(person.clone());
        }
        for keys in persons.values_mut() {
            let names: Vec<String> = keys.iter().flat_map(|person| person.keys.clone()).collect();
            keys.iter_mut().for_each(|person| person.keys.clone_from(&names));
        }
        persons
    }

    /// Whether enough of them could answer each demand. Where too few could, nobody is asked, and the action is refused: an empty list of approvers refuses.
    ///
    /// # Errors
    /// The first demand of which that is not so.
    pub fn can_answer(&self, asked: &Asked) -> Result<(), Lacking> {
        let persons = self.persons();
        let answers = |person: &Person, demand: &Demand| {
            (person.signs || !asked.signed) && person.answers(asked, demand).is_ok()
        };
        for demand in &asked.demands {
            let can = |keys: &&Vec<Person>| keys.iter().any(|person| answers(person, demand));
            let there = persons.values().filter(can).count();
            if there < usize::from(demand.quorum.max(1)) {
                return Err(Lacking { to: demand.to.clone(), quorum: demand.quorum, there });
            }
        }
        Ok(())
    }
}
