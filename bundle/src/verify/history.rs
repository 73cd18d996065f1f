//! What is asked of the past: every query answers a fact of its type, and takes from past requests what is there.

use crate::error::{BundleError, ErrorKind};
use crate::history::{HistoryKind, HistoryQuery, HistorySource, MAX_WINDOW, Window};
use crate::instr::TEMPORARIES;
use crate::program::Bundle;
use crate::schema::{Fact, SlotType, Type, TypeId};

use super::code::{Block, Use};
use super::schema::Declared;
use super::{Within, ensure, values};

/// Verifies the queries, and their filters in the block of conditions.
pub(super) fn verify(
    bundle: &Bundle,
    declared: &Declared<'_>,
    block: &mut Block<'_>,
    budget: &mut usize,
) -> Result<(), BundleError> {
    let queries = &declared.schema.history;
    ensure(queries.is_sorted_by(|left, right| left.fact < right.fact), ErrorKind::Schema, || {
        "the queries of the past are not sorted by fact, or two answer one".to_owned()
    })?;
    for query in queries {
        let fact = declared.schema.facts.get(usize::from(query.fact)).ok_or_else(|| {
            BundleError::new(ErrorKind::Schema, format!("fact {} of a query is not there", query.fact))
        })?;
        verify_query(bundle, declared, query, fact, block, budget).within(|| fact.name.clone())?;
    }
    Ok(())
}

fn verify_query(
    bundle: &Bundle,
    declared: &Declared<'_>,
    query: &HistoryQuery,
    fact: &Fact,
    block: &mut Block<'_>,
    budget: &mut usize,
) -> Result<(), BundleError> {
    let ty = |id: TypeId| declared.schema.types.get(usize::from(id)).copied();
    let answers = match (query.kind, ty(fact.result)) {
        (HistoryKind::Times | HistoryKind::Distinct, Some(Type::Int { signed: false })) => true,
        (HistoryKind::Total(currency), Some(Type::Money { .. })) => {
            currency.digits(&declared.schema.currencies).is_some()
        }
        (HistoryKind::Latest, Some(Type::Optional(inner))) => ty(inner) == Some(Type::Timestamp),
        _ => false,
    };
    ensure(answers, ErrorKind::Schema, || "it is not answered by a value of its type".to_owned())?;
    let window_fits = match &query.window {
        Window::Over(length) | Window::Since { at_most: length, .. } => (1..=MAX_WINDOW).contains(length),
        Window::Days { days, zone } => (1..=400).contains(days) && zone.is_named(),
    };
    ensure(window_fits, ErrorKind::Schema, || "its window is empty, or over 400 days".to_owned())?;
    let mut sources = |sources: &[HistorySource], takes_field: bool| {
        let sorted = sources.is_sorted_by(|left, right| left.action < right.action);
        ensure(sorted && !sources.is_empty(), ErrorKind::Schema, || {
            "its actions are not sorted, or there are none".to_owned()
        })?;
        for source in sources {
            verify_source(bundle, declared, fact, source, takes_field)?;
            block.verify_use(declared, source.action, source.filter, Use::Condition, budget)?;
        }
        Ok(())
    };
    sources(&query.sources, query.kind.takes_field())?;
    match &query.window {
        Window::Since { sources: begin, .. } => sources(begin, false),
        _ => Ok(()),
    }?;
    let money = |source: &HistorySource| {
        let register = source.field.and_then(|field| field.checked_sub(TEMPORARIES));
        let request = declared.requests.get(usize::from(source.action));
        let slot = register.and_then(|slot| request?.get(usize::from(slot)));
        slot.is_some_and(|slot| slot.ty == SlotType::Money)
    };
    let fits = !matches!(query.kind, HistoryKind::Total(_)) || query.sources.iter().all(money);
    ensure(fits, ErrorKind::Schema, || "it totals what is no amount".to_owned())
}

fn verify_source(
    bundle: &Bundle,
    declared: &Declared<'_>,
    fact: &Fact,
    source: &HistorySource,
    takes_field: bool,
) -> Result<(), BundleError> {
    let request = declared
        .requests
        .get(usize::from(source.action))
        .ok_or_else(|| BundleError::new(ErrorKind::Schema, "an action that counts is not there"))?;
    let slot = |register: u16| {
        let slot = register.checked_sub(TEMPORARIES)?;
        request.get(usize::from(slot)).map(|slot| slot.ty)
    };
    let keys = source.keys.iter().map(|register| slot(*register));
    let slot_type =
        |id: TypeId| bundle.schema.types.get(usize::from(id)).copied().and_then(values::slot_type);
    let params = fact.params.iter().map(|param| slot_type(param.ty));
    ensure(keys.eq(params), ErrorKind::Schema, || {
        "a key is not where the request has it, or of another type".to_owned()
    })?;
    let field = source.field.map(slot);
    let fits = match field {
        None => !takes_field,
        Some(None | Some(SlotType::Sourced(_) | SlotType::Wide)) => false,
        Some(Some(ty)) => takes_field && ty.element().is_none(),
    };
    ensure(fits, ErrorKind::Schema, || "what it takes from a past action is no single value".to_owned())
}
