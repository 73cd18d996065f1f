//! The declarations: everything refers to something, and every request begins as requests begin.

use crate::civil::{FIRST_DATE, LAST_DATE, LOCAL_TIME, LOCAL_TIME_TABLE, weekday_of};
use crate::currency::MAX_DIGITS;
use crate::decimal::SCALE;
use crate::error::{BundleError, ErrorKind};
use crate::layout::{Layout, LayoutError};
use crate::schema::{Action, Approver, Calendar, Disposition, Fact, Field, Schema, Type, TypeId, Weight};

use super::{Within, ensure, names, values};

/// How deep a type may be nested. Requests may not nest deeper than this either.
pub const MAX_DEPTH: u8 = 32;
/// The most slots that the requests of all actions together may take, so that laying them out stays cheap.
pub const MAX_REQUEST_SLOTS: usize = 1 << 20;
/// The greatest weight, a decimal.
const MAX_WEIGHT: i128 = 100 * SCALE;
/// Tables are numbered with 16 bits.
const MAX_TABLE: usize = 65_535;

/// A schema that was verified, with what the verification of code asks it for.
pub(super) struct Declared<'a> {
    pub(super) schema: &'a Schema,
    pub(super) layout: Layout,
    /// The slots of each action's request.
    pub(super) requests: Vec<Vec<values::Slot>>,
    /// How much can be in each parameter.
    pub(super) params: Vec<values::Bound>,
    /// How many layers that apply together may set each parameter.
    pub(super) settings: Vec<u32>,
    /// How many controls the manifest lists.
    pub(super) controls: usize,
}

/// Verifies all declarations but parameters.
pub(super) fn verify(schema: &Schema) -> Result<Declared<'_>, BundleError> {
    verify_tables(schema)?;
    verify_types(schema)?;
    let layout = Layout::new(schema).map_err(|error| {
        let message = match error {
            LayoutError::Reference => {
                "a type refers to a type, record or enumeration that does not stand before it"
            }
            LayoutError::TooWide => "a type takes more slots than a request may have",
            LayoutError::Nesting => "an optional value of an optional one, or a set of what is not a scalar",
        };
        BundleError::new(ErrorKind::Schema, message)
    })?;
    verify_depth(schema)?;

    let mut total = 0;
    let mut requests = Vec::with_capacity(schema.actions.len());
    for action in &schema.actions {
        let width = layout.record(action.request).map_or(0, |record| usize::from(record.width));
        total += width;
        ensure(total <= MAX_REQUEST_SLOTS, ErrorKind::Schema, || {
            format!("the requests of all actions together take more than {MAX_REQUEST_SLOTS} slots")
        })?;
        verify_action(schema, action).within(|| format!("action {}", action.name))?;
        let mut slots = Vec::with_capacity(width);
        values::record_slots(schema, action.request, &mut slots);
        requests.push(slots);
    }
    for fact in &schema.facts {
        verify_fact(schema, &fact.params, fact.result).within(|| format!("fact {}", fact.name))?;
        ensure(fact.name != LOCAL_TIME || is_local_time(schema, fact), ErrorKind::Schema, || {
            format!("the fact {LOCAL_TIME} is not asked or answered as what a clock shows")
        })?;
    }
    Ok(Declared { schema, layout, requests, params: Vec::new(), settings: Vec::new(), controls: 0 })
}

/// Whether a calendar begins before it ends, leaves a day of the week, and has its days sorted within its time, none of them on a weekend.
fn is_calendar(calendar: &Calendar) -> bool {
    let Calendar { from, until, weekend, holidays, .. } = calendar;
    (FIRST_DATE..=LAST_DATE).contains(from)
        && (*from..=LAST_DATE).contains(until)
        && weekend.len() < 7
        && weekend.iter().all(|weekday| (0..7).contains(weekday))
        && weekend.is_sorted_by(|left, right| left < right)
        && holidays.iter().all(|day| (*from..=*until).contains(day) && !weekend.contains(&weekday_of(*day)))
        && holidays.is_sorted_by(|left, right| left < right)
}

/// Whether a fact is asked with a moment and a zone, and answers a date, a time of day, and the edition that says so.
fn is_local_time(schema: &Schema, fact: &Fact) -> bool {
    let type_of = |field: &Field| schema.types.get(usize::from(field.ty)).copied();
    let asked = fact.params.iter().map(type_of).eq([Some(Type::Timestamp), Some(Type::TimeZone)]);
    let Some(Type::Record(id)) = schema.types.get(usize::from(fact.result)) else { return false };
    let table = Type::Text { max: LOCAL_TIME_TABLE };
    let answered = [Some(Type::Date), Some(Type::TimeOfDay), Some(table)];
    asked
        && schema
            .records
            .get(usize::from(*id))
            .is_some_and(|record| record.fields.iter().map(type_of).eq(answered))
}

fn verify_tables(schema: &Schema) -> Result<(), BundleError> {
    let sizes = [
        schema.types.len(),
        schema.records.len(),
        schema.enums.len(),
        schema.actions.len(),
        schema.facts.len(),
        schema.params.len(),
        schema.reasons.len(),
        schema.roles.len(),
        schema.categories.len(),
        schema.calendars.len(),
        schema.flags.len(),
        schema.amplifiers.len(),
        schema.history.len(),
    ];
    ensure(sizes.iter().all(|size| *size <= MAX_TABLE), ErrorKind::Schema, || {
        format!("a table has more than {MAX_TABLE} entries")
    })?;
    names::check_sorted(schema.actions.iter().map(|action| action.name.as_str()), "action")?;
    names::check_sorted(schema.facts.iter().map(|fact| fact.name.as_str()), "fact")?;
    names::check_sorted(schema.params.iter().map(|param| param.name.as_str()), "parameter")?;
    names::check_sorted(schema.reasons.iter().map(|reason| reason.name.as_str()), "reason code")?;
    names::check_sorted(schema.roles.iter().map(|role| role.name.as_str()), "role")?;
    names::check_sorted(schema.categories.iter().map(String::as_str), "category")?;
    for record in &schema.records {
        names::check(&record.name, "a record")?;
        let place = || format!("record {}", record.name);
        names::check_distinct(record.fields.iter().map(|field| field.name.as_str()), "its fields")
            .within(place)?;
        // A record without fields takes no slot, and records of such records could be nested endlessly at no cost.
        ensure(!record.fields.is_empty(), ErrorKind::Schema, || "it has no fields".to_owned())
            .within(place)?;
    }
    for declared in &schema.enums {
        names::check(&declared.name, "an enumeration")?;
        let place = || format!("enum {}", declared.name);
        names::check_distinct(declared.values.iter().map(String::as_str), "its values").within(place)?;
        ensure((1..=MAX_TABLE).contains(&declared.values.len()), ErrorKind::Schema, || {
            "it has no values, or too many".to_owned()
        })
        .within(place)?;
    }
    names::check_sorted(schema.calendars.iter().map(|calendar| calendar.name.as_str()), "calendar")?;
    for calendar in &schema.calendars {
        ensure(is_calendar(calendar), ErrorKind::Schema, || {
            format!("the calendar {} is not sorted, or knows of days that it does not reach", calendar.name)
        })?;
    }
    verify_currencies(schema)?;
    ensure(
        schema.tiers.is_none_or(|tiers| usize::from(tiers) < schema.enums.len()),
        ErrorKind::Schema,
        || "the enumeration of tiers is not there".to_owned(),
    )?;
    verify_weights(&schema.flags, "flag")?;
    verify_weights(&schema.amplifiers, "amplifier")?;
    ensure(schema.risk_step_up_at <= 100 && schema.risk_deny_at <= 100, ErrorKind::Schema, || {
        "a risk threshold is over 100".to_owned()
    })?;
    schema
        .escalate
        .as_ref()
        .map_or(Ok(()), |approver| verify_approver(schema, approver))
        .within(|| "escalate".to_owned())
}

/// A weight below zero would let a flag that is raised lower the score.
fn verify_weights(weights: &[Weight], what: &str) -> Result<(), BundleError> {
    names::check_sorted(weights.iter().map(|weight| weight.name.as_str()), what)?;
    ensure(weights.iter().all(|weight| (0..=MAX_WEIGHT).contains(&weight.weight)), ErrorKind::Schema, || {
        format!("the weight of a {what} is below 0 or over 100")
    })
}

fn verify_currencies(schema: &Schema) -> Result<(), BundleError> {
    for (currency, digits) in &schema.currencies {
        let fits = currency.is_well_formed() && currency.iso_digits().is_none() && *digits <= MAX_DIGITS;
        ensure(fits, ErrorKind::Schema, || {
            format!(
                "currency {currency}: not a code, one of ISO 4217, or with more than {MAX_DIGITS} decimals"
            )
        })?;
    }
    ensure(schema.currencies.is_sorted_by(|left, right| left.0 < right.0), ErrorKind::Schema, || {
        "the currencies are not sorted, or one stands there twice".to_owned()
    })
}

/// Bounds of types. That they refer to what is there is what [`Layout::new`] checks.
fn verify_types(schema: &Schema) -> Result<(), BundleError> {
    for (number, ty) in schema.types.iter().enumerate() {
        if let Type::List { min, max, .. } | Type::Set { min, max, .. } | Type::Map { min, max, .. } = ty {
            ensure(min <= max, ErrorKind::Schema, || {
                format!("type {number} has {min} elements at least and {max} at most")
            })?;
        }
        let is_whole = match *ty {
            Type::Map { entry, .. } => schema.entry(entry).is_some(),
            Type::Sourced(record) => schema.source(record).is_some(),
            _ => true,
        };
        ensure(is_whole, ErrorKind::Schema, || {
            format!("type {number} is not made of the record that such a value has")
        })?;
    }
    Ok(())
}

/// Limits how deep types are nested. Types refer only to types before them, which the layout has checked.
fn verify_depth(schema: &Schema) -> Result<(), BundleError> {
    let mut depths: Vec<u8> = Vec::with_capacity(schema.types.len());
    let mut records: Vec<Option<u8>> = vec![None; schema.records.len()];
    let depth_of = |depths: &[u8], ty: TypeId| depths.get(usize::from(ty)).copied().unwrap_or(0);
    for ty in &schema.types {
        let inner = match *ty {
            Type::Record(id) => match records.get_mut(usize::from(id)) {
                Some(Some(depth)) => *depth,
                Some(unknown) => {
                    let fields = schema.records.get(usize::from(id)).map_or(&[][..], |record| &record.fields);
                    let deepest = fields.iter().map(|field| depth_of(&depths, field.ty)).max().unwrap_or(0);
                    *unknown.insert(deepest)
                }
                None => 0,
            },
            other => other.inner().map_or(0, |inner| depth_of(&depths, inner)),
        };
        // An optional value is not a level of its own: it stands for the value.
        let depth = if matches!(ty, Type::Optional(_)) { inner } else { inner + 1 };
        ensure(depth < MAX_DEPTH, ErrorKind::Schema, || format!("a type is nested over {MAX_DEPTH} deep"))?;
        depths.push(depth);
    }
    Ok(())
}

fn verify_action(schema: &Schema, action: &Action) -> Result<(), BundleError> {
    match &action.default {
        Disposition::StepUp(approver) => verify_approver(schema, approver)?,
        Disposition::Allow | Disposition::Deny => {}
    }
    let known = |flag: &String| schema.flags.binary_search_by(|known| known.name.cmp(flag)).is_ok();
    ensure(action.flags.iter().all(known), ErrorKind::Schema, || {
        "one of its flags is not declared".to_owned()
    })?;
    names::check_distinct(action.flags.iter().map(String::as_str), "its flags")?;
    let bare = action.flags.is_empty() && action.unbound.is_empty() && action.default == Disposition::Deny;
    ensure(!action.event || bare, ErrorKind::Schema, || {
        "it is an event, and has flags, a default or unbound fields".to_owned()
    })?;
    let request = schema
        .records
        .get(usize::from(action.request))
        .ok_or_else(|| BundleError::new(ErrorKind::Schema, "the record of its requests is not there"))?;
    verify_envelope(schema, &request.fields)
}

/// What the runtime reads of every request, whatever its action: who asks, for whom, and when.
fn verify_envelope(schema: &Schema, fields: &[Field]) -> Result<(), BundleError> {
    let envelope = |message: &str| BundleError::new(ErrorKind::Envelope, message);
    let [agent, user, mandate, context, ..] = fields else {
        return Err(envelope("its request has fewer than four fields"));
    };
    if [agent, user, mandate, context].map(|field| field.name.as_str())
        != ["agent", "user", "mandate", "context"]
    {
        return Err(envelope("its request does not begin with agent, user, mandate and context"));
    }
    let agent = record(schema, agent.ty).ok_or_else(|| envelope("agent is not a record"))?;
    if !starts_with(schema, agent, "id", |ty| matches!(ty, Type::Text { .. })) {
        return Err(envelope("agent does not begin with an id, which is a text"));
    }
    if let Some(tiers) = schema.tiers {
        let tier = agent.iter().find(|field| field.name == "tier");
        if tier.and_then(|tier| schema.types.get(usize::from(tier.ty))) != Some(&Type::Enum(tiers)) {
            return Err(envelope("there are tiers, but agent has no field tier of that type"));
        }
    }
    let user = optional_record(schema, user.ty).ok_or_else(|| envelope("user is not an optional record"))?;
    if !starts_with(schema, user, "id", |ty| matches!(ty, Type::Text { .. })) {
        return Err(envelope("user does not begin with an id, which is a text"));
    }
    optional_record(schema, mandate.ty).ok_or_else(|| envelope("mandate is not an optional record"))?;
    let context = record(schema, context.ty).ok_or_else(|| envelope("context is not a record"))?;
    if !starts_with(schema, context, "now", |ty| matches!(ty, Type::Timestamp)) {
        return Err(envelope("context does not begin with now, which is a timestamp"));
    }
    Ok(())
}

fn record(schema: &Schema, ty: TypeId) -> Option<&[Field]> {
    match schema.types.get(usize::from(ty))? {
        Type::Record(id) => schema.records.get(usize::from(*id)).map(|record| record.fields.as_slice()),
        _ => None,
    }
}

fn optional_record(schema: &Schema, ty: TypeId) -> Option<&[Field]> {
    match schema.types.get(usize::from(ty))? {
        Type::Optional(inner) => record(schema, *inner),
        _ => None,
    }
}

fn starts_with(schema: &Schema, fields: &[Field], name: &str, is: impl Fn(&Type) -> bool) -> bool {
    fields
        .first()
        .is_some_and(|field| field.name == name && schema.types.get(usize::from(field.ty)).is_some_and(is))
}

fn verify_fact(schema: &Schema, params: &[Field], result: TypeId) -> Result<(), BundleError> {
    names::check_distinct(params.iter().map(|param| param.name.as_str()), "its arguments")?;
    ensure(params.iter().all(|param| schema.is_scalar(param.ty)), ErrorKind::Schema, || {
        "it is asked with what is not a scalar".to_owned()
    })?;
    ensure(usize::from(result) < schema.types.len(), ErrorKind::Schema, || {
        "the type of its answer is not there".to_owned()
    })
}

pub(super) fn verify_approver(schema: &Schema, approver: &Approver) -> Result<(), BundleError> {
    ensure(approver.role.is_none_or(|role| usize::from(role) < schema.roles.len()), ErrorKind::Unit, || {
        "the role that is asked is not there".to_owned()
    })?;
    ensure(approver.quorum >= 1 && approver.within.is_none_or(|within| within > 0), ErrorKind::Unit, || {
        "nobody is asked, or within no time".to_owned()
    })
}
