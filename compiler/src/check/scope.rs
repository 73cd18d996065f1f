//! What names mean at a place: members of the request, locals, and what is known about values here.

use std::sync::Arc;

use lictor_bundle::schema::{ActionId, Scalar, Schema, TypeId};

use crate::meaning::Meaning;
use crate::typed::{Expr, ExprKind, LocalId, Ty};

/// The members of a request that may be read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roots {
    /// Name and type of what every action in question has.
    pub common: Vec<(String, TypeId)>,
    /// Name of what only some have, with an action that lacks it or has it otherwise.
    pub partial: Vec<(String, String)>,
}

impl Roots {
    /// What the requests to all these actions have in common.
    pub fn of(schema: &Schema, actions: &[ActionId]) -> Roots {
        let members = |action: ActionId| {
            let action = schema.actions.get(usize::from(action));
            let record = action.and_then(|action| schema.records.get(usize::from(action.request)));
            record.map(|record| record.fields.as_slice()).unwrap_or_default()
        };
        let mut roots = Roots::default();
        for &action in actions {
            for field in members(action) {
                if roots.common.iter().any(|(name, _)| *name == field.name)
                    || roots.partial.iter().any(|(name, _)| *name == field.name)
                {
                    continue;
                }
                let same = |other: &ActionId| {
                    members(*other).iter().any(|f| f.name == field.name && f.ty == field.ty)
                };
                match actions.iter().find(|other| !same(other)) {
                    None => roots.common.push((field.name.clone(), field.ty)),
                    Some(other) => {
                        let lacking = schema.actions.get(usize::from(*other)).map(|a| a.name.clone());
                        roots.partial.push((field.name.clone(), lacking.unwrap_or_default()));
                    }
                }
            }
        }
        roots
    }
}

/// A name for a value.
#[derive(Clone, Debug)]
pub(crate) struct Local {
    pub name: String,
    pub id: LocalId,
    pub ty: Ty,
}

/// What a scope is of, where that is not said by what may be read in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Place {
    /// What is asked of a request: a rule, an exception.
    #[default]
    Request,
    /// What is asked of the request and of nothing else: the condition of a category, of a promise.
    RequestAlone,
    /// The body of a function.
    Function,
    /// The condition of a normalizer.
    Call,
    /// A value that stands for itself: of a parameter, of a field in a test.
    Constant,
}

impl Place {
    /// What may be read there.
    pub fn reads(self) -> &'static str {
        match self {
            Place::Request => {
                "known here are the fields of the action, `agent`, `user`, `mandate`, `context`, parameters, and what `let` names above"
            }
            Place::RequestAlone => {
                "known here are the fields of the action, `agent`, `user`, `mandate` and `context`"
            }
            Place::Function => {
                "a function reads parameters, and what it is given: name it between its parentheses"
            }
            Place::Call => "a normalizer reads the call alone: what the tool was given is `input.NAME`",
            Place::Constant => {
                "a value stands here, and nothing is looked up: a text stands between quotes, a number without"
            }
        }
    }
}

/// What names mean here, and what is known here.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    /// What it is of.
    pub place: Place,
    /// Shared by all rules about the same actions.
    pub roots: Arc<Roots>,
    pub locals: Vec<Local>,
    /// The names of `let`s whose values are wrong: that was told there.
    pub lost: Vec<String>,
    /// What was tested: see [`Knowledge`].
    pub known: Vec<Knowledge>,
    /// How many quantifiers stand around this place.
    pub quantifiers: usize,
    next: u32,
    /// The names of the variables of quantifiers, which outlive their scope: a message may show the element that decided.
    variables: Vec<(LocalId, String)>,
    /// What the names so far stand for, where somebody wants to know.
    pub meanings: Vec<Meaning>,
    /// What is asked about, where somebody looks for what may be written in the item.
    pub looked_at: Option<LookedAt>,
}

/// A rule in which somebody writes.
#[derive(Clone, Debug)]
pub(crate) struct LookedAt {
    /// The actions that it is about.
    pub actions: Vec<ActionId>,
    /// What it names by `let` so far, with the values.
    pub bindings: Vec<(LocalId, Expr)>,
}

/// Something that a test has shown about a path.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Knowledge {
    /// It is present.
    Present(String),
    /// It is a collection with an element.
    Filled(String),
    /// It is a sourced value that is not withheld.
    Opened(String),
}

impl Scope {
    pub fn new(roots: impl Into<Arc<Roots>>) -> Scope {
        Scope { roots: roots.into(), ..Scope::default() }
    }

    /// A scope of something else than a request.
    pub fn at(place: Place, roots: Roots) -> Scope {
        Scope { place, ..Scope::new(roots) }
    }

    /// A local that no other has the number of.
    pub fn fresh(&mut self) -> LocalId {
        self.next += 1;
        LocalId(self.next - 1)
    }

    pub fn bind(&mut self, name: &str, ty: Ty) -> LocalId {
        let id = self.fresh();
        self.locals.push(Local { name: name.to_string(), id, ty });
        id
    }

    pub fn bind_variable(&mut self, name: &str, ty: Ty) -> LocalId {
        let id = self.bind(name, ty);
        self.variables.push((id, name.to_string()));
        id
    }

    /// The name of a quantifier's variable.
    pub fn variable_name(&self, id: LocalId) -> Option<String> {
        self.variables.iter().find(|(variable, _)| *variable == id).map(|(_, name)| name.clone())
    }

    /// Whether the value at this path is known to be present: because it was tested, or something within it was.
    pub fn is_present(&self, path: &str) -> bool {
        self.known.iter().any(|known| match known {
            Knowledge::Present(other) | Knowledge::Filled(other) => {
                let inside = matches!(other.as_bytes().get(path.len()), Some(b'.' | b'['));
                other == path || (other.starts_with(path) && inside)
            }
            Knowledge::Opened(_) => false,
        })
    }

    /// Whether the value of a sourced value may be read.
    pub fn is_opened(&self, path: &str) -> bool {
        self.known.contains(&Knowledge::Opened(path.to_string()))
    }

    pub fn is_filled(&self, path: &str) -> bool {
        self.known.contains(&Knowledge::Filled(path.to_string()))
    }
}

/// How a path is remembered: the same for every way of writing it.
pub(crate) fn path_of(schema: &Schema, expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Root(name) => Some(name.clone()),
        ExprKind::Local(id) => Some(format!("${}", id.0)),
        ExprKind::Known(inner) => path_of(schema, inner),
        ExprKind::Field(inner, record, index) => {
            let field = schema.records.get(usize::from(*record))?.fields.get(usize::from(*index))?;
            Some(format!("{}.{}", path_of(schema, inner)?, field.name))
        }
        ExprKind::Sourced(part, inner) => Some(format!("{}.{}", path_of(schema, inner)?, part.name())),
        // A text in quotes is no path, so no two look-ups are remembered alike.
        ExprKind::Lookup(map, key) => {
            let key = match &key.kind {
                ExprKind::Scalar(Scalar::Text(text)) => format!("{text:?}"),
                _ => path_of(schema, key)?,
            };
            Some(format!("{}[{key}]", path_of(schema, map)?))
        }
        ExprKind::Part(part, inner) => Some(format!("{}.{}", path_of(schema, inner)?, part.name())),
        _ => None,
    }
}
