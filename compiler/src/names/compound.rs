//! Maps and sourced values: the records that they are made of are added to the schema, each once.

use lictor_bundle::marks::Marks;
use lictor_bundle::schema::{Enum, EnumId, Field, Type, TypeId};
use lictor_bundle::shape::{ENTRY, SOURCE, STATE_NAME, STATES};
use lictor_grammar::ast::TypeExpr;
use lictor_grammar::diagnostic::Diagnostic;

use super::marks;
use super::types::{Resolver, bound, ordered};
use crate::ids;

/// The most entries of a map that does not say.
const DEFAULT_MAP_MAX: u32 = 100;

impl Resolver<'_, '_> {
    /// `Map<String, T>`, or none where it was wrong and reported.
    pub(super) fn map(&mut self, written: &TypeExpr, out: &mut Vec<Diagnostic>) -> Option<Type> {
        let [key, value] = written.args.as_slice() else {
            out.push(
                Diagnostic::error("E0218", written.span, "a Map is from Strings to values of one type")
                    .help("say both: `Map<String, Money>`"),
            );
            return None;
        };
        let (held, types) = (value, (self.resolve(key, out), self.resolve(value, out)));
        let (key_type, value) = (types.0?, types.1?);
        if !matches!(self.schema.types.get(usize::from(key_type)), Some(Type::Text { .. })) {
            out.push(
                Diagnostic::error("E0218", key.span, "the keys of a Map are Strings")
                    .help("write `Map<String, …>`: names of members in JSON are texts"),
            );
            return None;
        }
        self.always_there(value, held, "Map", "what is not there has no entry", out)?;
        marks::whole(&self.schema, value, held, "Map", out)?;
        let min = bound(written.min.as_ref(), 0, out)?;
        let max = bound(written.max.as_ref(), DEFAULT_MAP_MAX, out)?;
        ordered(min, max, written.span, out)?;
        let entry = self.shape("map entry", &ENTRY, vec![key_type, value]);
        Some(Type::Map { entry, min, max })
    }

    /// `Sourced<T>`, or none where it was wrong and reported.
    pub(super) fn sourced(&mut self, written: &TypeExpr, out: &mut Vec<Diagnostic>) -> Option<Type> {
        let [held] = written.args.as_slice() else {
            out.push(
                Diagnostic::error("E0218", written.span, "a Sourced value is of one type")
                    .help("say which: `Sourced<Bool>`"),
            );
            return None;
        };
        let value = self.resolve(held, out)?;
        self.always_there(value, held, "Sourced value", "`withheld` says that there is none", out)?;
        if let Some(Type::Sourced(_)) = self.schema.types.get(usize::from(value)) {
            out.push(
                Diagnostic::error("E0218", held.span, "a Sourced value is not sourced twice")
                    .help("remove one of the two"),
            );
            return None;
        }
        marks::whole(&self.schema, value, held, "Sourced value", out)?;
        let states = self.states();
        let state = self.intern(Type::Enum(states));
        let verified_at = self.intern(Type::Timestamp);
        let verified_at = self.intern(Type::Optional(verified_at));
        let confidence = self.intern(Type::Decimal { signed: false });
        let confidence = self.intern(Type::Optional(confidence));
        let record = self.shape("sourced value", &SOURCE, vec![state, verified_at, confidence, value]);
        Some(Type::Sourced(record))
    }

    /// The enumeration of the states of sourced values.
    pub(super) fn states(&mut self) -> EnumId {
        self.words(STATE_NAME, &STATES)
    }

    /// An enumeration of the language's own.
    pub(super) fn words(&mut self, name: &str, words: &[&str]) -> EnumId {
        if let Some(known) = self.types.enums.get(name) {
            return *known;
        }
        let id = ids::number(self.schema.enums.len());
        self.types.enums.insert(name.to_string(), id);
        let values = words.iter().map(|word| (*word).to_string()).collect();
        self.schema.enums.push(Enum { name: name.to_string(), values });
        id
    }

    /// Refuses an optional type inside another that has its own way to say that nothing is there.
    fn always_there(
        &self,
        ty: TypeId,
        written: &TypeExpr,
        holder: &str,
        instead: &str,
        out: &mut Vec<Diagnostic>,
    ) -> Option<()> {
        if !matches!(self.schema.types.get(usize::from(ty)), Some(Type::Optional(_))) {
            return Some(());
        }
        out.push(
            Diagnostic::error("E0218", written.span, format!("what a {holder} holds is always there"))
                .help(format!("remove the `?`: {instead}")),
        );
        None
    }

    /// The type of a record with these fields, the same each time.
    fn shape(&mut self, name: &str, fields: &[&str], types: Vec<TypeId>) -> TypeId {
        if let Some(known) = self.types.shapes.get(&types) {
            return *known;
        }
        let named = fields.iter().zip(&types);
        let fields = named
            .map(|(name, ty)| Field { name: (*name).to_string(), ty: *ty, marks: Marks::NONE })
            .collect();
        let id = ids::number(self.schema.records.len());
        self.schema.records.push(lictor_bundle::schema::Record { name: name.to_string(), fields });
        let ty = self.intern(Type::Record(id));
        self.types.shapes.insert(types, ty);
        ty
    }
}
