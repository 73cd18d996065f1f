//! From types as written to types of the schema, each once, each after those it is made of.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::form::Form;
use lictor_bundle::marks::Marks;
use lictor_bundle::schema::{Record, RecordId, Schema, Type, TypeId};
use lictor_bundle::shape::STATE_NAME;
use lictor_bundle::verify::MAX_DEPTH;
use lictor_grammar::ast::{self, TypeExpr};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::collect::Collected;
use super::interned::Types;
use super::marks;
use crate::ids;
use crate::suggest;

/// The most bytes of a text that does not say.
pub(super) const DEFAULT_TEXT_MAX: u32 = 4_096;
/// The most elements of a list that does not say.
const DEFAULT_LIST_MAX: u32 = 100;
/// The most elements of a set that does not say.
const DEFAULT_SET_MAX: u32 = 1_000;
/// The most that a bound may say: a request is at most 64 KiB.
const LARGEST_BOUND: u32 = 65_536;

const BUILT_IN: [&str; 16] = [
    "Bool",
    "Int",
    "Decimal",
    "Money",
    "String",
    "Timestamp",
    "Date",
    "TimeOfDay",
    "Weekday",
    "Duration",
    "TimeZone",
    "Country",
    "List",
    "Set",
    "Map",
    "Sourced",
];

/// Names that such types have elsewhere, and what to write.
const ELSEWHERE: [(&[&str], &str, Option<&str>); 9] = [
    (
        &["Number", "number", "Numeric", "numeric"],
        "write `Int` for whole numbers, `Decimal` for others, and `Money` for amounts",
        None,
    ),
    (
        &["Integer", "integer", "INTEGER", "INT", "int", "Long", "long", "i64", "u32"],
        "write `Int`",
        Some("Int"),
    ),
    (
        &["Float", "float", "FLOAT", "Double", "double", "DECIMAL", "f64"],
        "write `Decimal`, or `Money` for amounts",
        Some("Decimal"),
    ),
    (
        &["Text", "text", "TEXT", "Str", "str", "Varchar", "VARCHAR", "string"],
        "write `String`",
        Some("String"),
    ),
    (&["Boolean", "boolean", "BOOLEAN", "YesNo", "Flag"], "write `Bool`", Some("Bool")),
    (&["DateTime", "Datetime", "datetime", "Instant", "TIMESTAMP"], "write `Timestamp`", Some("Timestamp")),
    (
        &["Array", "array", "Vec", "Sequence"],
        "write `List<…>`, with what it holds between the brackets",
        Some("List"),
    ),
    (
        &["Dict", "dict", "Dictionary", "HashMap", "Object", "Hash"],
        "write `Map<String, …>`, with what it holds after the comma",
        None,
    ),
    (&["Optional", "Option", "Maybe"], "write `?` behind the type: `String?`", None),
];

/// Resolves types while records are being laid down, one after those it contains.
pub(super) struct Resolver<'c, 'a> {
    pub collected: &'c Collected<'a>,
    pub schema: Schema,
    pub types: Types,
    /// The records that are being resolved, outermost first.
    open: Vec<String>,
    /// The records that have no field left: told once, however often they are named.
    broken: BTreeSet<String>,
    /// The fields whose types were wrong: whoever reads one makes no mistake of their own.
    pub lost: BTreeSet<String>,
}

impl<'c, 'a> Resolver<'c, 'a> {
    pub fn new(collected: &'c Collected<'a>) -> Resolver<'c, 'a> {
        let mut schema = Schema::default();
        let mut types = Types::default();
        for (name, declared) in &collected.enums {
            types.enums.insert((*name).to_string(), ids::number(schema.enums.len()));
            let values = declared.values.iter().map(|value| value.text.clone()).collect();
            schema.enums.push(lictor_bundle::schema::Enum { name: (*name).to_string(), values });
        }
        if let Some((tiers, _)) = collected.tiers {
            let id = ids::number(schema.enums.len());
            types.enums.insert("Tier".to_string(), id);
            let values = tiers.iter().map(|tier| tier.text.clone()).collect();
            schema.enums.push(lictor_bundle::schema::Enum { name: "Tier".to_string(), values });
            schema.tiers = Some(id);
        }
        let mut resolver = Resolver {
            collected,
            schema,
            types,
            open: Vec::new(),
            broken: BTreeSet::new(),
            lost: BTreeSet::new(),
        };
        // What expressions compute has one of these types, whether or not a field has it.
        let signed = true;
        for ty in [
            Type::Bool,
            Type::Int { signed },
            Type::Decimal { signed },
            Type::Money { signed },
            Type::Text { max: DEFAULT_TEXT_MAX },
            Type::Timestamp,
            Type::Duration { signed },
            Type::Country,
            Type::Date,
            Type::TimeOfDay,
            Type::Weekday,
            Type::TimeZone,
        ] {
            resolver.intern(ty);
        }
        resolver
    }

    pub fn intern(&mut self, ty: Type) -> TypeId {
        self.types.intern(&mut self.schema, ty)
    }

    /// The type as written, or none where it was wrong and reported.
    pub fn resolve(&mut self, written: &TypeExpr, out: &mut Vec<Diagnostic>) -> Option<TypeId> {
        let (ty, found) = self.resolve_marked(written, out)?;
        marks::none(found, written, out)?;
        Some(ty)
    }

    /// The type as written with its marks, or none where it was wrong and reported.
    pub fn resolve_marked(
        &mut self,
        written: &TypeExpr,
        out: &mut Vec<Diagnostic>,
    ) -> Option<(TypeId, Marks)> {
        let (found, signed) = marks::read(written, out)?;
        let name = written.name.text.as_str();
        let max = |default: u32, out: &mut Vec<Diagnostic>| bound(written.max.as_ref(), default, out);
        let ty = match name {
            "Bool" => Type::Bool,
            "Int" => Type::Int { signed },
            "Decimal" => Type::Decimal { signed },
            "Money" => Type::Money { signed },
            "Duration" => Type::Duration { signed },
            "Timestamp" => Type::Timestamp,
            "Country" => Type::Country,
            "Date" => Type::Date,
            "TimeOfDay" => Type::TimeOfDay,
            "Weekday" => Type::Weekday,
            "TimeZone" => Type::TimeZone,
            "String" => Type::Text { max: max(DEFAULT_TEXT_MAX, out)? },
            "List" | "Set" => {
                let [argument] = written.args.as_slice() else {
                    let help = format!("say what it holds: `{name}<String>`");
                    out.push(
                        Diagnostic::error("E0218", written.span, format!("a {name} is of one type"))
                            .help(help),
                    );
                    return None;
                };
                let element = self.resolve(argument, out)?;
                marks::whole(&self.schema, element, argument, name, out)?;
                let min = bound(written.min.as_ref(), 1, out)?;
                if name == "List" {
                    let max = max(DEFAULT_LIST_MAX, out)?;
                    ordered(min, max, written.span, out)?;
                    Type::List { element, min, max }
                } else {
                    if !self.schema.is_scalar(element) {
                        out.push(
                            Diagnostic::error("E0218", argument.span, "a Set holds single values")
                                .help("use a List, or a Set of one of the fields"),
                        );
                        return None;
                    }
                    let max = max(DEFAULT_SET_MAX, out)?;
                    ordered(min, max, written.span, out)?;
                    Type::Set { element, min, max }
                }
            }
            "Map" => self.map(written, out)?,
            "Sourced" => self.sourced(written, out)?,
            _ => match Form::named(name) {
                Some(form) => self.form(form),
                None => self.named(written, out)?,
            },
        };
        let takes_arguments = matches!(name, "List" | "Set" | "Map" | "Sourced");
        if !takes_arguments && !written.args.is_empty() {
            out.push(
                Diagnostic::error(
                    "E0218",
                    written.span,
                    format!("`{name}` takes no type between `<` and `>`"),
                )
                .help("remove them"),
            );
            return None;
        }
        if !matches!(name, "List" | "Set" | "Map" | "String")
            && (written.max.is_some() || written.min.is_some())
        {
            out.push(
                Diagnostic::error("E0218", written.span, format!("`{name}` has no `min` or `max`"))
                    .help("remove it; what range a value must lie in is required in a rule"),
            );
            return None;
        }
        if self.types.depth(&self.schema, ty) >= MAX_DEPTH {
            too_deep(written.span, out);
            return None;
        }
        let id = self.intern(ty);
        Some((if written.optional { self.intern(Type::Optional(id)) } else { id }, found))
    }

    /// The type of a form, and those of what it is compared with and of what it consists: expressions have them, whether or not
    /// a field does.
    fn form(&mut self, form: Form) -> Type {
        match form {
            Form::Ip => _ = self.intern(Type::Form(Form::Cidr)),
            Form::Url | Form::Email => _ = self.intern(Type::Form(Form::Domain)),
            Form::Cidr | Form::Domain | Form::Digest => {}
        }
        Type::Form(form)
    }

    fn named(&mut self, written: &TypeExpr, out: &mut Vec<Diagnostic>) -> Option<Type> {
        let name = &written.name;
        if name.text == STATE_NAME {
            return Some(Type::Enum(self.states()));
        }
        if let Some(id) = self.types.enums.get(&name.text) {
            return Some(Type::Enum(*id));
        }
        if let Some(declared) = self.collected.records.get(name.text.as_str()) {
            return self.record(declared, name.span, out).map(Type::Record);
        }
        let declared = self.collected.records.keys().chain(self.collected.enums.keys()).copied();
        let forms = Form::ALL.map(Form::name);
        let known: Vec<&str> = BUILT_IN.into_iter().chain(forms).chain(declared).collect();
        let error = Diagnostic::error("E0217", name.span, format!("there is no type `{}`", name.text));
        let elsewhere = ELSEWHERE.iter().find(|(names, _, _)| names.contains(&name.text.as_str()));
        out.push(match (suggest::nearest(&name.text, known), elsewhere) {
            (_, Some((_, help, Some(meant)))) => error.help(*help).fix(name.span, *meant),
            (_, Some((_, help, None))) => error.help(*help),
            (Some(near), None) => error.did_you_mean(near),
            (None, None) => error.help("declare it: `record NAME { … }` or `enum NAME { … }`"),
        });
        None
    }

    fn record(&mut self, node: &ast::Record, span: Span, out: &mut Vec<Diagnostic>) -> Option<RecordId> {
        let name = node.name.text.clone();
        if let Some(id) = self.types.records.get(&name) {
            return Some(*id);
        }
        if self.broken.contains(&name) {
            return None;
        }
        if self.open.contains(&name) {
            out.push(
                Diagnostic::error("E0219", span, format!("the record `{name}` contains itself"))
                    .also(node.name.span, "it is declared here")
                    .help("a request has a bounded size: take one of the fields out, or hold an id instead"),
            );
            return None;
        }
        if self.open.len() >= usize::from(MAX_DEPTH) {
            too_deep(span, out);
            self.broken.insert(name);
            return None;
        }
        self.open.push(name.clone());
        let fields = self.fields(&node.fields, out);
        self.open.pop();
        if fields.is_empty() {
            self.broken.insert(name.clone());
            if node.fields.is_empty() {
                out.push(
                    Diagnostic::error("E0219", node.name.span, format!("the record `{name}` has no fields"))
                        .help("give it a field, or use a Bool to say that something is there"),
                );
            }
            return None;
        }
        Some(self.add_record(name, fields))
    }

    /// Adds a record whose fields are resolved.
    pub fn add_record(&mut self, name: String, fields: Vec<lictor_bundle::schema::Field>) -> RecordId {
        let id = ids::number(self.schema.records.len());
        self.types.records.insert(name.clone(), id);
        self.schema.records.push(Record { name, fields });
        id
    }

    /// Resolves fields; one that is wrong is reported and left out.
    pub fn fields(
        &mut self,
        fields: &[ast::Field],
        out: &mut Vec<Diagnostic>,
    ) -> Vec<lictor_bundle::schema::Field> {
        let mut resolved: Vec<lictor_bundle::schema::Field> = Vec::new();
        let mut seen: BTreeMap<&str, &ast::Field> = BTreeMap::new();
        for field in fields {
            let first = *seen.entry(&field.name.text).or_insert(field);
            if first.name.span != field.name.span {
                out.push(
                    Diagnostic::error(
                        "E0205",
                        field.name.span,
                        format!("the field `{}` is declared twice", field.name.text),
                    )
                    .also(first.name.span, "the first stands here")
                    .help("keep one of them"),
                );
                continue;
            }
            match self.resolve_marked(&field.ty, out) {
                Some((ty, marks)) => {
                    let name = field.name.text.clone();
                    resolved.push(lictor_bundle::schema::Field { name, ty, marks });
                }
                None => {
                    self.lost.insert(field.name.text.clone());
                }
            }
        }
        resolved
    }

    /// Resolves every record, those too that nothing uses, so that their mistakes are told.
    pub fn all_records(&mut self, out: &mut Vec<Diagnostic>) {
        let collected = self.collected;
        for declared in collected.records.values() {
            if let Some(id) = self.record(declared, declared.name.span, out) {
                self.intern(Type::Record(id));
            }
        }
    }
}

fn too_deep(span: Span, out: &mut Vec<Diagnostic>) {
    let message = format!("with this, types are nested more than {MAX_DEPTH} deep");
    out.push(
        Diagnostic::error("E0219", span, message)
            .help("a request is at most so deep: put the fields of the inner records into the outer ones, or hold an id instead"),
    );
}

pub(super) fn bound(written: Option<&ast::Number>, default: u32, out: &mut Vec<Diagnostic>) -> Option<u32> {
    let Some(number) = written else { return Some(default) };
    match number.text.replace('_', "").parse::<u32>() {
        Ok(value) if value <= LARGEST_BOUND => Some(value),
        _ => {
            let help =
                format!("a bound is a whole number from 0 to {LARGEST_BOUND}: a request is at most 64 KiB");
            out.push(
                Diagnostic::error("E0218", number.span, format!("`{}` is no bound", number.text)).help(help),
            );
            None
        }
    }
}

pub(super) fn ordered(min: u32, max: u32, span: Span, out: &mut Vec<Diagnostic>) -> Option<()> {
    if min <= max && max > 0 {
        return Some(());
    }
    let help =
        "write the smaller number behind `min`; a list or a set without `min` has at least one element";
    out.push(
        Diagnostic::error("E0218", span, format!("nothing has at least {min} and at most {max} elements"))
            .help(help),
    );
    None
}
