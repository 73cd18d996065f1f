//! Expressions of the typed tree, and their types.

use std::hash::{Hash, Hasher};

use lictor_bundle::form::{Form, Part};
use lictor_bundle::instr::{Arith, BusinessOp, CivilOp, Comparison, Kind, TextOp};
use lictor_bundle::schema::{CalendarId, EnumId, FactId, ParamId, RecordId, Scalar, Schema, TypeId};
use lictor_bundle::shape::SourcePart;
use lictor_bundle::written;
use lictor_grammar::span::Span;

use super::LocalId;

/// The type of an expression.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Ty {
    /// True or false.
    Bool,
    /// A 64-bit integer.
    Int,
    /// A number with nine decimals.
    Decimal,
    /// An amount.
    Money,
    /// Text.
    Text,
    /// A point in time.
    Timestamp,
    /// A length of time.
    Duration,
    /// A country.
    Country,
    /// A day of the calendar.
    Date,
    /// A time of day.
    TimeOfDay,
    /// A day of the week.
    Weekday,
    /// A time zone.
    TimeZone,
    /// A text of a form, in its canonical form.
    Form(Form),
    /// What a text can be matched with; no declaration names it.
    Pattern,
    /// A value of an enumeration.
    Enum(EnumId),
    /// A record.
    Record(RecordId),
    /// A list.
    List {
        /// Of what.
        element: TypeId,
        /// The most elements it can have.
        max: u32,
    },
    /// A sorted set.
    Set {
        /// Of what.
        element: TypeId,
        /// The most elements it can have.
        max: u32,
    },
    /// A map from text keys.
    Map {
        /// The record of its entries.
        entry: TypeId,
        /// The most entries it can have.
        max: u32,
    },
    /// A value with its source, by the record of both.
    Sourced(TypeId),
    /// A value that may be absent. Never optional twice.
    Optional(Box<Ty>),
}

impl Ty {
    /// The type of the elements of a collection: of a map, the record of an entry.
    pub fn element(&self) -> Option<TypeId> {
        match self {
            Ty::List { element, .. } | Ty::Set { element, .. } | Ty::Map { entry: element, .. } => {
                Some(*element)
            }
            _ => None,
        }
    }

    /// The type without its `?`.
    pub fn present(&self) -> &Ty {
        if let Ty::Optional(inner) = self { inner } else { self }
    }

    /// The type as a declaration would name it, without its bounds.
    pub fn written(&self, schema: &Schema) -> String {
        let name = |ty: TypeId| written::plain_type_name(ty, schema);
        let plain = match self {
            Ty::Bool => "Bool",
            Ty::Int => "Int",
            Ty::Decimal => "Decimal",
            Ty::Money => "Money",
            Ty::Text => "String",
            Ty::Timestamp => "Timestamp",
            Ty::Duration => "Duration",
            Ty::Country => "Country",
            Ty::Date => "Date",
            Ty::TimeOfDay => "TimeOfDay",
            Ty::Weekday => "Weekday",
            Ty::TimeZone => "TimeZone",
            Ty::Form(form) => form.name(),
            Ty::Pattern => "pattern",
            Ty::Enum(id) => schema.enums.get(usize::from(*id)).map_or("?", |declared| &declared.name),
            Ty::Record(id) => schema.records.get(usize::from(*id)).map_or("?", |declared| &declared.name),
            Ty::List { element, .. } => return format!("List<{}>", name(*element)),
            Ty::Set { element, .. } => return format!("Set<{}>", name(*element)),
            Ty::Map { entry, .. } => return written::map_name(*entry, schema),
            Ty::Sourced(record) => return written::sourced_name(*record, schema),
            Ty::Optional(inner) => return format!("{}?", inner.written(schema)),
        };
        plain.to_owned()
    }

    /// Whether it is one value that is always there.
    pub fn is_single(&self) -> bool {
        self.element().is_none() && !matches!(self, Ty::Record(_) | Ty::Sourced(_) | Ty::Optional(_))
    }
}

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Ty,
    /// Where it stands.
    pub span: Span,
}

/// Without its place: the same expression hashes the same wherever it stands.
impl Hash for Expr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.kind.hash(state);
        self.ty.hash(state);
    }
}

impl Expr {
    /// The declared type of what is taken out of a map or a sourced value.
    pub(crate) fn taken_out(&self, schema: &Schema) -> Option<TypeId> {
        match &self.kind {
            ExprKind::Lookup(map, _) => schema.entry(map.ty.present().element()?).map(|(_, value)| value),
            ExprKind::Sourced(part, whole) => match whole.ty.present() {
                Ty::Sourced(record) => Some(schema.source(*record)?.part(*part)),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What an expression is.
#[derive(Clone, PartialEq, Hash, Debug)]
pub enum ExprKind {
    /// A constant.
    Scalar(Scalar),
    /// A constant set: sorted, distinct.
    Set(Vec<Scalar>),
    /// A member of the request: `agent`, `user`, `mandate`, `context`, or one of the action's own fields.
    Root(String),
    /// A local.
    Local(LocalId),
    /// The n-th field of a record. Of an optional record it is an optional (absent where the record is), never optional twice.
    Field(Box<Expr>, RecordId, u16),
    /// The value in force of a parameter that is not money.
    Param(ParamId),
    /// The value in force of a money parameter, in the currency of another amount.
    MoneyParam(ParamId, Box<Expr>),
    /// What the host found.
    Fact(FactId, Vec<Expr>),
    /// The value of an optional that is known to be present here.
    Known(Box<Expr>),
    /// The value of an optional, or the second where it is absent.
    Otherwise(Box<Expr>, Box<Expr>),
    /// Whether an optional is present.
    Present(Box<Expr>),
    /// Not.
    Not(Box<Expr>),
    /// Both; the second is evaluated only where the first is true.
    And(Box<Expr>, Box<Expr>),
    /// Either; the second is evaluated only where the first is false.
    Or(Box<Expr>, Box<Expr>),
    /// A comparison; both sides have one type.
    Compare(Comparison, Kind, Box<Expr>, Box<Expr>),
    /// Arithmetic.
    Arith(Arith, Box<Expr>, Box<Expr>),
    /// The opposite, of kind `Int` (also durations), `Decimal` or `Money`.
    Negate(Kind, Box<Expr>),
    /// An Int as a Decimal.
    ToDecimal(Box<Expr>),
    /// What the calendar says, in UTC, of a Timestamp (its Date, its TimeOfDay) or of a Date (its Weekday). A moment outside the
    /// years 0001 to 9999 has none of them, and fails.
    Civil(CivilOp, Box<Expr>),
    /// What a calendar says of working days. Between a Date and a Date: how many lie after the first and not after the second, an Int,
    /// negative where the second is the earlier one. Add to a Date an Int: the working day that is the n-th after it, for 0 the day
    /// itself. A day that the calendar does not know of, and a negative n, fail.
    Business(BusinessOp, CalendarId, Box<Expr>, Box<Expr>),
    /// Whether an item is in a list or set of scalars.
    Contains(Kind, Box<Expr>, Box<Expr>),
    /// Whether `low <= item` and `item < high` (`<=` where `closed`). The item is evaluated once.
    Between(Box<Between>),
    /// One or the other; only the one taken is evaluated.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A quantifier.
    Quantifier(Box<Quantifier>),
    /// How many elements a collection has, or a map entries, an Int.
    Length(Box<Expr>),
    /// The value that a map has for a key, an optional. Of an optional map it is absent where the map is.
    Lookup(Box<Expr>, Box<Expr>),
    /// A part of a sourced value. Of an optional one it is an optional, absent where the whole is, never optional twice. The value stands
    /// only where the state was shown not to be `withheld`; where it is all the same, reading it fails.
    Sourced(SourcePart, Box<Expr>),
    /// Whether a text starts with, ends with or contains another; a domain is another or below it; an address or a network is in a network.
    Text(TextOp, Box<Expr>, Box<Expr>),
    /// The same of any element of a collection: [`TextOp::Below`] of domains, or [`TextOp::Inside`] of networks.
    Within(TextOp, Box<Expr>, Box<Expr>),
    /// A part of a URL or a mail address. Of an optional one it is an optional, absent where the whole is.
    Part(Part, Box<Expr>),
    /// A text with the letters A to Z in lower case.
    LowerAscii(Box<Expr>),
    /// A value with a name inside another: an argument of an unfolded function.
    Let(LocalId, Box<Expr>, Box<Expr>),
}

/// `item in low..high`
#[derive(Clone, PartialEq, Hash, Debug)]
pub struct Between {
    /// What they are compared as.
    pub kind: Kind,
    /// The item.
    pub item: Expr,
    /// The lower end, which counts.
    pub low: Expr,
    /// The upper end.
    pub high: Expr,
    /// Whether the upper end counts.
    pub closed: bool,
}

/// `all`, `any`, `count` or `sum`.
#[derive(Clone, PartialEq, Hash, Debug)]
pub struct Quantifier {
    /// Which.
    pub kind: QuantifierKind,
    /// Stands for the element.
    pub variable: LocalId,
    /// The variable's type.
    pub element: Ty,
    /// The list or set.
    pub over: Expr,
    /// What is asked of, or taken from, each element.
    pub body: Expr,
    /// Whether an empty collection refuses with `EMPTY_COLLECTION` (`all` over a collection that may be empty and was not tested).
    pub refuse_empty: bool,
}

/// Which quantifier.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum QuantifierKind {
    /// True for all; stops at the first that is false.
    All,
    /// True for one; stops at the first that is true.
    Any,
    /// How many are true, an Int.
    Count,
    /// The sum, of kind `Int` (also durations), `Decimal` or `Money`.
    Sum(Kind),
}
