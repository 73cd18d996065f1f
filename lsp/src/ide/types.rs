//! Of which type something that has a name is, where a policy declares that type.

use lictor_bundle::schema::{EnumId, RecordId, Schema, Type, TypeId};
use lictor_bundle::shape::SourcePart;
use lictor_compiler::typed::Ty;
use lictor_grammar::ast::ItemKind;
use lictor_grammar::span::Span;

use super::names::{Declared, Found, Kind, Part, Symbol, declaration};
use super::{Analysis, FileName};

/// Where the types of what a name stands for are declared: of a collection, that of its elements.
pub fn types(analysis: &Analysis, file: &FileName, offset: u32) -> Vec<Found> {
    let names = analysis.names();
    let Some((_, found)) = names.at(file, offset) else { return Vec::new() };
    let Some(schema) = analysis.schema() else { return Vec::new() };
    let types = Types { analysis, schema };
    let mut symbols: Vec<Symbol> = match types.meant(found.span) {
        Some(symbol) => vec![symbol],
        None => found.symbols.iter().filter_map(|symbol| types.of(symbol)).collect(),
    };
    symbols.sort();
    symbols.dedup();
    names.declarations(&symbols)
}

struct Types<'a> {
    analysis: &'a Analysis,
    schema: &'a Schema,
}

impl Types<'_> {
    /// The type that the compiler found for a name in an expression.
    fn meant(&self, span: Span) -> Option<Symbol> {
        let meanings = self.analysis.meanings(span.file);
        let at = meanings.binary_search_by_key(&span, |meaning| meaning.span).ok()?;
        self.written(&meanings.get(at)?.ty)
    }

    /// The type of something by its declaration; of an action, or a type, itself.
    fn of(&self, symbol: &Symbol) -> Option<Symbol> {
        let schema = self.schema;
        let field = |fields: &[lictor_bundle::schema::Field]| {
            fields.iter().find(|field| field.name == symbol.name).map(|field| field.ty)
        };
        let ty = match symbol.kind {
            Kind::Type | Kind::Action => return Some(symbol.clone()),
            Kind::Word => return Some(Symbol::new(Kind::Type, &symbol.of)),
            Kind::Tier => return schema.tiers.and_then(|tiers| self.words(tiers)),
            Kind::Local => return self.local(symbol),
            Kind::Example | Kind::Function => return self.declared(symbol),
            Kind::Param => schema.params.iter().find(|param| param.name == symbol.name)?.ty,
            Kind::Fact => schema.facts.iter().find(|fact| fact.name == symbol.name)?.result,
            Kind::Field => field(&schema.records.iter().find(|record| record.name == symbol.of)?.fields)?,
            Kind::RequestField => {
                let action = schema.actions.iter().find(|action| action.name == symbol.of)?;
                field(&schema.records.get(usize::from(action.request))?.fields)?
            }
            _ => return None,
        };
        self.named(ty)
    }

    /// What an example is an example of, and what a function gives.
    fn declared(&self, symbol: &Symbol) -> Option<Symbol> {
        let Declared { item, part: Part::Item, .. } = declaration(self.analysis, symbol)? else {
            return None;
        };
        match &item.kind {
            ItemKind::Example(node) => Some(Symbol::new(Kind::Action, &node.action.text())),
            ItemKind::Fn(node) => {
                let innermost = node.result.args.last().unwrap_or(&node.result);
                Some(Symbol::new(Kind::Type, &innermost.name.text))
            }
            _ => None,
        }
    }

    /// The type of what an item names for itself.
    fn local(&self, symbol: &Symbol) -> Option<Symbol> {
        let names = self.analysis.names();
        names.spans(symbol).find(|(_, is_declaration)| *is_declaration).and_then(|(span, _)| self.meant(span))
    }

    fn written(&self, ty: &Ty) -> Option<Symbol> {
        match ty {
            Ty::Enum(id) => self.words(*id),
            Ty::Record(id) => self.record(*id),
            Ty::List { element, .. } | Ty::Set { element, .. } => self.named(*element),
            Ty::Map { entry, .. } => self.named(self.schema.entry(*entry)?.1),
            Ty::Sourced(record) => self.named(self.schema.source(*record)?.part(SourcePart::Value)),
            Ty::Optional(inner) => self.written(inner),
            _ => None,
        }
    }

    fn named(&self, ty: TypeId) -> Option<Symbol> {
        match *self.schema.types.get(usize::from(ty))? {
            Type::Enum(id) => self.words(id),
            Type::Record(id) => self.record(id),
            Type::List { element, .. } | Type::Set { element, .. } => self.named(element),
            Type::Map { entry, .. } => self.named(self.schema.entry(entry)?.1),
            Type::Sourced(record) => self.named(self.schema.source(record)?.part(SourcePart::Value)),
            Type::Optional(inner) => self.named(inner),
            _ => None,
        }
    }

    /// An enum. That of the tiers has no name, and is declared where its first word is.
    fn words(&self, id: EnumId) -> Option<Symbol> {
        let declared = self.schema.enums.get(usize::from(id))?;
        Some(match self.schema.tiers {
            Some(tiers) if tiers == id => Symbol::new(Kind::Tier, declared.values.first()?),
            _ => Symbol::new(Kind::Type, &declared.name),
        })
    }

    fn record(&self, id: RecordId) -> Option<Symbol> {
        let declared = self.schema.records.get(usize::from(id))?;
        Some(Symbol::new(Kind::Type, &declared.name))
    }
}
