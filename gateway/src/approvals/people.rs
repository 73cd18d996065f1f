//! Who may answer: persons, not keys, and never those who asked.

use std::collections::BTreeMap;

use super::asked::{Asked, Demand};
use super::refused::Refused;
use crate::key::{Key, Role};

/// What the delegating person is called where a policy asks them.
const USER: &str = "user";

/// A person who approves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Person {
    /// Who it is.
    pub name: String,
    /// What the keys are called that they come with: an id in a policy may be any of these.
    keys: Vec<String>,
    /// The roles that they speak for.
    roles: Vec<String>,
}

impl Person {
    /// Whoever holds this key; nobody where it is not an approver's.
    pub fn of(key: &Key) -> Option<Person> {
        let approves = key.approves.as_ref().filter(|_| key.role == Role::Approver)?;
        Some(Person {
            name: approves.person.clone(),
            keys: vec![key.name.clone()],
            roles: approves.roles.clone(),
        })
    }

    /// The same, by all the names that their keys have: a person is left out by any of them. They speak for the roles of the key that they came with, and no more.
    pub fn known_among(mut self, people: &People) -> Person {
        if let Some(known) = people.find(&self.name) {
            self.keys.extend(known.keys.iter().cloned());
        }
        self
    }

    /// Whether an id means this person. It excludes, so letters of either case are the same.
    fn is(&self, id: &str) -> bool {
        self.name.eq_ignore_ascii_case(id) || self.keys.iter().any(|key| key.eq_ignore_ascii_case(id))
    }

    /// Those of the demands that this person may answer, by their numbers.
    ///
    /// # Errors
    /// There is none, and why.
    pub fn may_answer(&self, asked: &Asked) -> Result<Vec<usize>, Refused> {
        let mut refused = None;
        let mut answers = Vec::new();
        for (number, demand) in asked.demands.iter().enumerate() {
            match self.answers(asked, demand) {
                Ok(()) => answers.push(number),
                // What stands against the person says more than that another role is asked.
                Err(Refused::NotAsked) if refused.is_some() => {}
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

/// Everybody who may approve anything at a moment.
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
        let mut people: BTreeMap<String, Person> = BTreeMap::new();
        for person in keys.into_iter().filter_map(Person::of) {
            let known = people.entry(person.name.clone()).or_insert_with(|| Person {
                keys: Vec::new(),
                roles: Vec::new(),
                ..person.clone()
            });
            known.keys.extend(person.keys);
            known.roles.extend(person.roles);
        }
        People(people.into_values().collect())
    }

    /// The person of this name.
    pub fn find(&self, name: &str) -> Option<&Person> {
        self.0.iter().find(|person| person.name == name)
    }

    /// Whether enough of them could answer each demand. Where too few could, nobody is asked, and the action is refused: an empty list of approvers refuses.
    ///
    /// # Errors
    /// The first demand of which that is not so.
    pub fn can_answer(&self, asked: &Asked) -> Result<(), Lacking> {
        for demand in &asked.demands {
            let there = self.0.iter().filter(|person| person.answers(asked, demand).is_ok()).count();
            if there < usize::from(demand.quorum.max(1)) {
                return Err(Lacking { to: demand.to.clone(), quorum: demand.quorum, there });
            }
        }
        Ok(())
    }
}
