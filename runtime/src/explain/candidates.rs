//! What fields could be changed to: the values that conditions compared them with, and the neighbours of those.

use lictor_bundle::amount::render_minor;
use lictor_bundle::decimal::{is_decimal, render_decimal};
use lictor_bundle::schema::SlotType;
use lictor_bundle::source_map::{Each, NodeKind};
use lictor_bundle::time::{render_duration, render_timestamp};
use serde_json::{Value, json};

use super::nodes::View;
use super::request;
use crate::slot::{Money, Slot};

/// The most values that are taken from one collection.
const MEMBERS: usize = 32;

/// A field that a rule has read.
pub(super) struct Field {
    /// Where it stands in the request.
    pub place: Vec<String>,
    pub ty: Option<SlotType>,
    /// Its value; nothing where it was absent.
    pub now: Option<Slot>,
    /// What it could be.
    pub candidates: Vec<Candidate>,
}

/// What a field could be.
#[derive(Clone)]
pub(super) enum Candidate {
    Slot(Slot),
    Json(Value),
    Absent,
}

/// The fields that a rule has read, in the order in which its conditions name them, with what each could be.
pub(super) fn fields(view: &View<'_>) -> Vec<Field> {
    let values = seen_values(view);
    let mut fields: Vec<Field> = Vec::new();
    for (number, node) in (0u16..).zip(&view.map.nodes) {
        let Some(seen) = view.ran.seen_at(number) else { continue };
        let Some(place) = place_of(view, &node.kind) else { continue };
        if fields.iter().any(|field| field.place == place) {
            continue;
        }
        let now = seen.slot.filter(|_| seen.present);
        let mut candidates = Vec::new();
        if let Some(ty) = node.ty {
            let same = values.iter().filter(|(of, _)| *of == ty).map(|(_, slot)| *slot);
            candidates.extend(around(view, ty, now, same.collect()).into_iter().map(Candidate::Slot));
            candidates.extend(with_item(view, number, ty, now));
        }
        if seen.present {
            candidates.push(Candidate::Absent);
        }
        fields.push(Field { place, ty: node.ty, now, candidates });
    }
    fields
}

/// Where a node's field stands in the request, for a node that is one: also a field of the element that a quantifier looked at last.
fn place_of(view: &View<'_>, kind: &NodeKind) -> Option<Vec<String>> {
    match kind {
        NodeKind::Path(path) => Some(request::place(path)),
        NodeKind::Local(to, path) => {
            let given = view.map.nodes.get(usize::from(*to))?;
            let mut place = if let NodeKind::Each(_) = given.kind {
                let over = view.map.children(*to).next()?;
                let over = view.map.nodes.get(usize::from(over))?;
                // The entries of a map have keys, and no places of their own.
                let NodeKind::Path(path) = &over.kind else { return None };
                if matches!(over.ty, Some(SlotType::Map(_))) {
                    return None;
                }
                let over = path;
                let mut place = request::place(over);
                place.push(view.ran.rounds_of(*to).checked_sub(1)?.to_string());
                place
            } else {
                // A name for something else than a field names no field.
                let NodeKind::Path(path) = &given.kind else { return None };
                request::place(path)
            };
            place.extend(path.split('.').filter(|part| !part.is_empty()).map(str::to_owned));
            Some(place)
        }
        _ => None,
    }
}

/// All single values that were seen, and the elements of the collections among them.
fn seen_values(view: &View<'_>) -> Vec<(SlotType, Slot)> {
    let mut values: Vec<(SlotType, Slot)> = Vec::new();
    for (number, node) in (0u16..).zip(&view.map.nodes) {
        let Some((seen, ty)) = view.ran.seen_at(number).zip(node.ty) else { continue };
        let Some(slot) = seen.slot.filter(|_| seen.present) else { continue };
        match ty {
            SlotType::List(element) | SlotType::Set(element) => {
                let mut slots = Vec::new();
                view.program.bundle.schema.slots(element, &mut slots);
                if let ([single], 1) = (slots.as_slice(), slot.span().width) {
                    let members = view.arenas.elements(slot).iter().take(MEMBERS);
                    values.extend(members.map(|slot| (*single, *slot)));
                }
            }
            ty => values.push((ty, slot)),
        }
        // Where two sides are compared, a field may lack just what they differ by.
        if let (NodeKind::Compare(_), [left, right]) = (&node.kind, two(view, number).as_slice()) {
            values.extend([*left, *right]);
        }
    }
    values.dedup();
    values
}

/// The values of the two sides of a node.
fn two(view: &View<'_>, number: u16) -> Vec<(SlotType, Slot)> {
    let sides = view.map.children(number).filter_map(|side| {
        let ty = view.map.nodes.get(usize::from(side))?.ty?;
        Some((ty, view.ran.seen_at(side)?.slot?))
    });
    sides.collect()
}

/// Values of a type with their neighbours. Of numbers also what is missing between the two sides of a comparison.
fn around(view: &View<'_>, ty: SlotType, now: Option<Slot>, values: Vec<Slot>) -> Vec<Slot> {
    let mut found: Vec<Slot> = Vec::new();
    match ty {
        SlotType::Bool => found.extend([Slot::from_bool(true), Slot::from_bool(false)]),
        SlotType::Enum(id) => {
            let count =
                view.program.bundle.schema.enums.get(usize::from(id)).map_or(0, |one| one.values.len());
            found.extend((0..).take(count).map(Slot::from_variant));
        }
        SlotType::Country | SlotType::Text => found.extend(values),
        SlotType::Int | SlotType::Timestamp | SlotType::Duration | SlotType::Decimal | SlotType::Money => {
            let bases = values.iter().map(|slot| number(ty, *slot)).chain(std::iter::once(0));
            let mut numbers: Vec<i128> = bases.collect();
            if let Some(now) = now.map(|now| number(ty, now)) {
                for (node, _) in (0u16..).zip(&view.map.nodes).filter(|(_, node)| {
                    matches!(node.kind, NodeKind::Compare(_) | NodeKind::Other | NodeKind::Each(Each::Sum))
                }) {
                    let [(left_type, left), (right_type, right)] = two(view, node)[..] else { continue };
                    // A span between two moments is a duration, so only amounts and numbers are moved by what differs.
                    let difference = number(right_type, right).saturating_sub(number(left_type, left));
                    numbers.extend([now.saturating_add(difference), now.saturating_sub(difference)]);
                }
            }
            for base in numbers {
                let moved = [base, base.saturating_sub(1), base.saturating_add(1)];
                found.extend(
                    moved.into_iter().filter_map(|value| slot_of(ty, value, now.or(values.first().copied()))),
                );
            }
        }
        _ => {}
    }
    found.sort_by_key(|slot| distance(ty, now, *slot));
    found.dedup();
    found.retain(|slot| Some(*slot) != now);
    found
}

/// A collection of the request that lacks an item: the same with it.
fn with_item(view: &View<'_>, collection: u16, ty: SlotType, now: Option<Slot>) -> Vec<Candidate> {
    if !matches!(ty, SlotType::List(_) | SlotType::Set(_)) {
        return Vec::new();
    }
    let asked = (0u16..).zip(&view.map.nodes).filter(|(_, node)| node.kind == NodeKind::In);
    let items = asked.filter_map(|(number, _)| {
        let mut children = view.map.children(number);
        let (item, of) = (children.next()?, children.next()?);
        let same =
            view.map.nodes.get(usize::from(of))?.kind == view.map.nodes.get(usize::from(collection))?.kind;
        let node = view.map.nodes.get(usize::from(item))?;
        let ty = node.ty?;
        let item = match view.ran.seen_at(item) {
            Some(seen) => json_of(view, ty, seen.slot?),
            // Nobody came to it, because the collection is absent. A text without escapes is written as JSON writes it.
            None if ty == SlotType::Text && node.kind == NodeKind::Constant => {
                serde_json::from_str(view.unit.text_of(node)).ok()
            }
            None => None,
        };
        let item = item.filter(|_| same)?;
        let mut elements = match (ty, now) {
            (SlotType::Text, Some(now)) => {
                view.arenas.elements(now).iter().map(|slot| Value::from(view.arenas.text(*slot))).collect()
            }
            (_, None) => Vec::new(),
            _ => return None,
        };
        elements.push(item);
        Some(Candidate::Json(elements.into()))
    });
    items.collect()
}

/// The number that a value is.
pub(super) fn number(ty: SlotType, slot: Slot) -> i128 {
    match ty {
        SlotType::Decimal => slot.wide(),
        SlotType::Money => slot.money().minor.into(),
        _ => slot.int().into(),
    }
}

/// A number as a value of a type; an amount in the currency of `like`.
pub(super) fn slot_of(ty: SlotType, value: i128, like: Option<Slot>) -> Option<Slot> {
    match ty {
        SlotType::Decimal => is_decimal(value).then(|| Slot::from_wide(value)),
        SlotType::Money => {
            let currency = like?.money().currency;
            Some(Slot::from_money(Money { currency, minor: i64::try_from(value).ok()? }))
        }
        _ => i64::try_from(value).ok().map(Slot::from_int),
    }
}

/// Whether values of a type are numbers, of which those between two others can be tried.
pub(super) fn is_number(ty: SlotType) -> bool {
    matches!(
        ty,
        SlotType::Int | SlotType::Timestamp | SlotType::Duration | SlotType::Decimal | SlotType::Money
    )
}

/// How far a value is from the one that is there.
pub(super) fn distance(ty: SlotType, now: Option<Slot>, slot: Slot) -> i128 {
    match now {
        Some(now) if is_number(ty) => number(ty, slot).saturating_sub(number(ty, now)).saturating_abs(),
        _ => 0,
    }
}

/// A value as requests write it.
pub(super) fn json_of(view: &View<'_>, ty: SlotType, slot: Slot) -> Option<Value> {
    let schema = &view.program.bundle.schema;
    Some(match ty {
        SlotType::Bool => slot.bool().into(),
        SlotType::Int => slot.int().into(),
        SlotType::Decimal => render_decimal(slot.wide()).into(),
        SlotType::Money => {
            let money = slot.money();
            let digits = money.currency.digits(&schema.currencies)?;
            json!({ "amount": render_minor(money.minor, digits), "currency": money.currency.to_string() })
        }
        SlotType::Text => view.arenas.text(slot).into(),
        SlotType::Timestamp => render_timestamp(slot.int()).into(),
        SlotType::Duration => render_duration(slot.int()).into(),
        SlotType::Country => slot.country().to_string().into(),
        SlotType::Enum(id) => {
            let names = schema.enums.get(usize::from(id))?;
            names.values.get(usize::from(slot.variant()))?.as_str().into()
        }
        _ => return None,
    })
}
