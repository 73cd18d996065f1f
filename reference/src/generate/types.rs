//! Types, as a policy declares them.

use lictor_bundle::form::Form;

/// A type with its bounds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Type {
    /// `Bool`
    Bool,
    /// `Int`, and whether it is `signed`.
    Int(bool),
    /// `Decimal`
    Decimal(bool),
    /// `Money`
    Money(bool),
    /// `String` of at most so many bytes.
    Text(usize),
    /// `Timestamp`
    Timestamp,
    /// `Duration`
    Duration(bool),
    /// `Country`
    Country,
    /// `Date`
    Date,
    /// `TimeOfDay`
    TimeOfDay,
    /// `Weekday`
    Weekday,
    /// `TimeZone`
    TimeZone,
    /// `Ip`, `Cidr`, `Domain`, `Url`, `Email`, `Digest`
    Form(Form),
    /// An enumeration, by its number.
    Enum(usize),
    /// A record, by its number.
    Record(usize),
    /// `List<T, min n, max n>`
    List(Box<Type>, usize, usize),
    /// `Set<T, min n, max n>`
    Set(Box<Type>, usize, usize),
    /// `Map<String, T, min n, max n>`, by the type of its entries.
    Map(Box<Type>, usize, usize),
    /// An entry of a map, by the type of its value.
    Entry(Box<Type>),
    /// `Sourced<T>`
    Sourced(Box<Type>),
    /// In which state a sourced value is.
    State,
    /// `T?`
    Optional(Box<Type>),
}

impl Type {
    /// The type of an expression that gives such a value: bounds do not matter.
    pub fn kind(&self) -> Type {
        match self {
            Type::Int(_) => Type::Int(true),
            Type::Decimal(_) => Type::Decimal(true),
            Type::Money(_) => Type::Money(true),
            Type::Text(_) => Type::Text(0),
            Type::Duration(_) => Type::Duration(true),
            Type::Optional(inner) => Type::Optional(Box::new(inner.kind())),
            other => other.clone(),
        }
    }

    /// The same, possibly absent.
    pub fn optional(self) -> Type {
        match self {
            Type::Optional(_) => self,
            other => Type::Optional(Box::new(other)),
        }
    }

    /// What is inside an optional; itself otherwise.
    pub fn definite(&self) -> &Type {
        match self {
            Type::Optional(inner) => inner,
            other => other,
        }
    }

    /// The elements' type of a list, a set or a map.
    pub fn element(&self) -> Option<&Type> {
        match self {
            Type::List(element, ..) | Type::Set(element, ..) | Type::Map(element, ..) => Some(element),
            _ => None,
        }
    }

    /// Whether it is a single value that is always there.
    pub fn is_scalar(&self) -> bool {
        self.element().is_none()
            && !matches!(self, Type::Record(_) | Type::Entry(_) | Type::Sourced(_) | Type::Optional(_))
    }
}

/// A field with its type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// A field of this name and type.
pub fn field(name: impl Into<String>, ty: Type) -> Field {
    Field { name: name.into(), ty }
}
