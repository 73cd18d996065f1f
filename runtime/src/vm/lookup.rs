//! Parameters in force, and facts.

use lictor_bundle::civil::{FIRST_DATE, LAST_DATE, LAST_TIME, LOCAL_TIME, LOCAL_TIME_TABLE};
use lictor_bundle::currency::Currency;
use lictor_bundle::history::HistoryKind;
use lictor_bundle::instr::{Failure, Reg};
use lictor_bundle::schema::{Fact, FactId, ParamId, Type};
use lictor_bundle::time::{FIRST_MOMENT, LAST_MOMENT};

use super::machine::Machine;
use crate::arena::Arenas;
use crate::clocks::LocalTime;
use crate::history::{self, Answer, Question};
use crate::members::Members;
use crate::params::Lookup;
use crate::plan::{ParamPlan, Program};
use crate::slot::{Money, Slot};

impl<'a> Machine<'a> {
    /// The value in force of a parameter that is not money.
    #[inline]
    pub fn param(&mut self, param: ParamId) -> Result<Slot, Failure> {
        let plan = self.program.params.get(usize::from(param)).ok_or(Failure::Arithmetic)?;
        match plan.always {
            Some(slot) => {
                self.params.note(param);
                Ok(slot)
            }
            None => self.strictest(param, plan, Currency::NONE).ok_or(Failure::Arithmetic),
        }
    }

    /// The value in force of a money parameter, in the currency of `like`.
    #[inline(always)]
    pub fn param_money(&mut self, param: ParamId, like: Reg) -> Result<Slot, Failure> {
        let currency = self.money(like)?.currency;
        let plan = self.program.params.get(usize::from(param)).ok_or(Failure::Arithmetic)?;
        let minor = match plan.always {
            Some(only) => {
                self.params.note(param);
                Some(only.money()).filter(|only| only.currency == currency).map(|only| only.minor)
            }
            None if plan.set_by.are_none() => self.minor_by_default(param, currency),
            None => self.strictest(param, plan, currency).map(|amount| amount.money().minor),
        };
        Ok(Slot::from_money(Money { currency, minor: minor.ok_or(Failure::CurrencyMismatch)? }))
    }

    /// How much one is in a currency that no layer sets, in its minor units; none where it has no value in this one. Two numbers come back
    /// faster than a slot or a failure.
    #[inline(never)]
    fn minor_by_default(&mut self, param: ParamId, currency: Currency) -> Option<i64> {
        self.params.note(param);
        let amount = self.program.default(param).and_then(|amounts| amounts.slot(currency));
        amount.map(|amount| amount.money().minor)
    }

    /// The members of a parameter that is always the same set, where they can be told without it.
    #[inline(always)]
    pub fn param_members(&mut self, param: ParamId) -> Option<&'a Members> {
        let program = self.program;
        let members = program.params.get(usize::from(param))?.members.as_deref()?;
        self.params.note(param);
        Some(members)
    }

    /// The value in force of a parameter that layers may set: of money in a currency, of anything else in none. It is kept for the next time.
    /// `None` where there is no value in that currency, or no memory for a set.
    #[inline]
    fn strictest(&mut self, param: ParamId, plan: &ParamPlan, currency: Currency) -> Option<Slot> {
        self.params.known(param, currency).or_else(|| self.put_together(param, plan, currency))
    }

    /// The same, for the first time.
    #[inline(never)]
    fn put_together(&mut self, param: ParamId, plan: &ParamPlan, currency: Currency) -> Option<Slot> {
        let (program, layers, arena, merge) = (self.program, self.layers, &mut *self.arena, &mut *self.merge);
        let slot = Lookup { program, layers, arena, merge }.strictest(param, plan, currency)?;
        self.params.keep(param, currency, slot);
        Some(slot)
    }

    /// What the host found for a fact.
    pub fn fact(&mut self, to: Reg, fact: FactId, arguments: Reg) -> Result<(), Failure> {
        let program = self.program;
        let declared = program.bundle.schema.facts.get(usize::from(fact)).ok_or(Failure::Arithmetic)?;
        let first = usize::from(arguments);
        let arguments = self.frame.get(first..first + declared.params.len()).ok_or(Failure::Arithmetic)?;
        let arenas = Arenas { request: self.arena, program: &program.arenas };
        let value = match self.facts.find(program, arenas, fact, arguments) {
            Some(value) => value,
            None if !can_be_asked(program, declared, arguments) => return Err(Failure::Arithmetic),
            None if declared.name == LOCAL_TIME => {
                self.ask_the_clock(fact, first).ok_or(Failure::FactUnavailable)?
            }
            None => self.ask_the_past(fact).ok_or(Failure::FactUnavailable)?,
        };

        let width = program.width(declared.result);
        let value = self.arena.slots(value, width).ok_or(Failure::FactUnavailable)?;
        // A total in another currency than it was asked in is not that total.
        if let Some((_, query)) = program.history(fact)
            && let HistoryKind::Total(currency) = query.kind
            && value.first().is_none_or(|total| total.money().currency != currency)
        {
            return Err(Failure::CurrencyMismatch);
        }
        let to = usize::from(to);
        self.frame.get_mut(to..to + width).ok_or(Failure::Arithmetic)?.copy_from_slice(value);
        Ok(())
    }

    /// Asks the host what a clock shows, and keeps its answer among the facts: its place. The loader has verified what this fact is asked
    /// with and what it answers.
    fn ask_the_clock(&mut self, fact: FactId, arguments: usize) -> Option<u32> {
        let past = self.past?;
        let at = self.frame.get(arguments)?.int();
        let zone = self.frame.get(arguments + 1)?.zone();
        let LocalTime { date, time, table } = past.local_time(at, zone)?;
        let fits = (FIRST_DATE..=LAST_DATE).contains(&date)
            && (0..=LAST_TIME).contains(&time)
            && table.len() <= LOCAL_TIME_TABLE as usize;
        if !fits {
            return None;
        }
        let table = self.arena.add_text(0, &table)?;
        let value = self.arena.add_slots(&[Slot::from_int(date), Slot::from_int(time), table])?;
        self.facts.keep_wanted(fact, value);
        Some(value)
    }

    /// Asks the source of history for the fact that was just looked for, and keeps its answer among the facts: its place.
    fn ask_the_past(&mut self, fact: FactId) -> Option<u32> {
        let past = self.past?;
        let (number, query) = self.program.history(fact)?;
        let answer = past.answer(Question { number, query, key: self.facts.wanted(), now: self.now })?;
        let fits = matches!(
            (query.kind, answer),
            (HistoryKind::Times | HistoryKind::Distinct, Answer::Count(_))
                | (HistoryKind::Total(_), Answer::Total(..))
                | (HistoryKind::Latest, Answer::Latest(_))
        );
        let (slots, width) = history::slots(answer);
        let value = self.arena.add_slots(slots.get(..width).filter(|_| fits)?)?;
        self.facts.keep_wanted(fact, value);
        Some(value)
    }
}

/// Whether a fact can be asked for with these arguments: nobody can be asked about a moment that cannot be written.
pub(crate) fn can_be_asked(program: &Program, fact: &Fact, arguments: &[Slot]) -> bool {
    fact.params.iter().zip(arguments).all(|(param, argument)| {
        let is_moment = program.bundle.schema.types.get(usize::from(param.ty)) == Some(&Type::Timestamp);
        !is_moment || (FIRST_MOMENT..=LAST_MOMENT).contains(&argument.int())
    })
}
