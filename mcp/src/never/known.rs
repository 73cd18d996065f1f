//! What is known of every call of a tool, before one was made.

use std::collections::BTreeMap;

use lictor_bundle::instr::{Reg, TEMPORARIES};
use lictor_bundle::layout::Layout;
use lictor_bundle::program::{Bundle, Constant};
use lictor_bundle::schema::{ActionId, Scalar, Type, TypeId};
use lictor_bundle::tools::{Normalizer, Source};

/// What stands in every request before the fields of its action: `agent`, `user`, `mandate` and `context`.
const ENVELOPE: usize = 4;

/// The registers whose value is known. Of any other it may be anything.
#[derive(Clone, Default)]
pub struct Known(BTreeMap<Reg, Constant>);

/// A field of an action: the registers that say whether it is there, and where its value begins.
struct Place {
    presence: Vec<Reg>,
    value: Reg,
}

impl Known {
    /// Of a call that a normalizer speaks of: the constants among its fields, and which fields it has not.
    pub fn of_call(bundle: &Bundle, layout: &Layout, normalizer: &Normalizer) -> Known {
        let mut known = Known::default();
        let place = |target: &[u16]| place(bundle, layout, normalizer.action, target);
        for mapping in &normalizer.mappings {
            if let (Source::Constant(value), Some(place)) = (&mapping.source, place(&mapping.target)) {
                known.is_there(&place, value.clone());
            }
        }
        let mapped =
            |number: u16| normalizer.mappings.iter().any(|mapping| mapping.target.first() == Some(&number));
        for number in (0..own_fields(bundle, normalizer.action)).filter(|number| !mapped(*number)) {
            if let Some([presence]) = place(&[number]).as_ref().map(|place| &*place.presence) {
                known.set(*presence, Scalar::Bool(false));
            }
        }
        known
    }

    /// Of a call of which nobody knows what it does: the tool and its server.
    pub fn of_unread(bundle: &Bundle, layout: &Layout, action: ActionId, tool: &str) -> Known {
        let mut known = Known::default();
        // Of other texts it is not known here whether they are read as they are written.
        if tool.bytes().all(|byte| byte.is_ascii_graphic()) {
            let server = tool.split_once('/').map(|(server, _)| server);
            for (number, text) in (0..).zip([Some(tool), server]) {
                if let (Some(text), Some(place)) = (text, place(bundle, layout, action, &[number])) {
                    known.is_there(&place, Scalar::Text(text.to_owned()));
                }
            }
        }
        known
    }

    /// What a register holds, where that is known.
    pub fn get(&self, register: Reg) -> Option<&Constant> {
        self.0.get(&register)
    }

    /// One value that a register holds.
    pub fn scalar(&self, register: Reg) -> Option<&Scalar> {
        match self.get(register)? {
            Constant::Scalar(scalar) => Some(scalar),
            Constant::Set(..) => None,
        }
    }

    /// What a register holds from now on; nothing where that is not known.
    pub fn put(&mut self, register: Reg, value: Option<Constant>) {
        match value {
            Some(value) => drop(self.0.insert(register, value)),
            None => drop(self.0.remove(&register)),
        }
    }

    /// Forgets all that code has computed; what the request says stays as it is.
    pub fn forget(&mut self) {
        self.0.retain(|register, _| *register >= TEMPORARIES);
    }

    /// What is known whichever of both ways was taken.
    pub fn common(mut self, other: &Known) -> Known {
        self.0.retain(|register, value| other.get(*register) == Some(value));
        self
    }

    fn set(&mut self, register: Reg, value: Scalar) {
        self.put(register, Some(Constant::Scalar(value)));
    }

    fn is_there(&mut self, place: &Place, value: Scalar) {
        place.presence.iter().for_each(|presence| self.set(*presence, Scalar::Bool(true)));
        self.set(place.value, value);
    }
}

fn own_fields(bundle: &Bundle, action: ActionId) -> u16 {
    let request = bundle.schema.actions.get(usize::from(action)).map(|action| usize::from(action.request));
    let record = request.and_then(|request| bundle.schema.records.get(request));
    let fields = record.map_or(0, |record| record.fields.len().saturating_sub(ENVELOPE));
    u16::try_from(fields).unwrap_or_default()
}

fn place(bundle: &Bundle, layout: &Layout, action: ActionId, target: &[u16]) -> Option<Place> {
    let schema = &bundle.schema;
    let ty = |id: TypeId| schema.types.get(usize::from(id)).copied();
    let mut record = schema.actions.get(usize::from(action))?.request;
    let mut place = Place { presence: Vec::new(), value: TEMPORARIES };
    for (depth, number) in target.iter().enumerate() {
        let number = usize::from(*number) + if depth == 0 { ENVELOPE } else { 0 };
        let field = schema.records.get(usize::from(record))?.fields.get(number)?;
        place.value = place.value.checked_add(*layout.record(record)?.offsets.get(number)?)?;
        let mut of = ty(field.ty)?;
        if let Type::Optional(inner) = of {
            place.presence.push(place.value);
            place.value = place.value.checked_add(1)?;
            of = ty(inner)?;
        }
        match of {
            Type::Record(inner) => record = inner,
            // Nothing lies within it.
            _ if depth + 1 < target.len() => return None,
            _ => {}
        }
    }
    Some(place)
}
