//! What an expression is made of: the marks of everything that has a part in its value, each with the place where it came in.

use std::collections::BTreeMap;

use lictor_bundle::marks::Marks;
use lictor_bundle::schema::{ActionId, FactId, Field, RecordId, Schema};
use lictor_grammar::span::Span;

use crate::typed::{Expr, ExprKind, LocalId};
use crate::visit;

/// Where something came in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// The path that was read, or the fact that was asked: `card.number`.
    pub path: String,
    /// Where it was read.
    pub span: Span,
}

/// What a value is made of: the first source of each kind.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Carried {
    /// Marked `secret`.
    pub secret: Option<Source>,
    /// Marked `pii`.
    pub pii: Option<Source>,
    /// Not attested: the caller says it.
    pub unattested: Option<Source>,
}

impl Carried {
    pub fn join(self, other: Carried) -> Carried {
        Carried {
            secret: self.secret.or(other.secret),
            pii: self.pii.or(other.pii),
            unattested: self.unattested.or(other.unattested),
        }
    }

    /// What is read from inside it, where that has marks of its own.
    fn inside(self, marks: Marks, source: &Source) -> Carried {
        let own = |set: bool| set.then(|| source.clone());
        Carried {
            secret: self.secret.or_else(|| own(marks.secret)),
            pii: self.pii.or_else(|| own(marks.pii)),
            unattested: self.unattested.filter(|_| !marks.attested).map(|_| source.clone()),
        }
    }
}

/// Something secret that a fact would be asked with.
pub(super) struct Asked {
    pub fact: FactId,
    /// The argument, from 0.
    pub argument: usize,
    pub secret: Source,
    pub span: Span,
}

/// A field that is read although nothing binds it.
pub(super) struct Unbound {
    pub action: ActionId,
    pub field: String,
    pub span: Span,
}

/// Follows data through expressions, each met once.
pub(super) struct Flow<'s> {
    schema: &'s Schema,
    actions: &'s [ActionId],
    /// What answers to questions about the past are made of.
    history: BTreeMap<FactId, Carried>,
    locals: BTreeMap<LocalId, Carried>,
    /// What was found on the way.
    pub asked: Vec<Asked>,
    pub unbound: Vec<Unbound>,
}

impl<'s> Flow<'s> {
    /// Over requests to these actions.
    pub fn new(schema: &'s Schema, actions: &'s [ActionId], history: BTreeMap<FactId, Carried>) -> Flow<'s> {
        let (locals, asked, unbound) = (BTreeMap::new(), Vec::new(), Vec::new());
        Flow { schema, actions, history, locals, asked, unbound }
    }

    /// What a name stands for from here on.
    pub fn bind(&mut self, id: LocalId, value: &Expr) {
        let carried = self.of(value);
        self.locals.insert(id, carried);
    }

    /// What the value of an expression is made of. Every part has a share in it: the condition of an `if` shows in the value it picks, and the
    /// elements of a list in how many they are.
    pub fn of(&mut self, expr: &Expr) -> Carried {
        match &expr.kind {
            ExprKind::Root(name) => self.root(name, expr.span),
            ExprKind::Local(id) => self.locals.get(id).cloned().unwrap_or_else(|| {
                // A name from outside: nobody vouches for it here.
                let source = Source { path: "this name".to_string(), span: expr.span };
                Carried { unattested: Some(source), ..Carried::default() }
            }),
            ExprKind::Field(of, record, index) => {
                let carried = self.of(of);
                let Some(field) = field(self.schema, *record, *index) else { return carried };
                let path = self.path(expr).unwrap_or_else(|| field.name.clone());
                carried.inside(field.marks, &Source { path, span: expr.span })
            }
            ExprKind::Fact(id, arguments) => self.fact(*id, arguments, expr.span),
            ExprKind::Let(id, value, body) => {
                self.bind(*id, value);
                self.of(body)
            }
            ExprKind::Quantifier(quantifier) => {
                self.bind(quantifier.variable, &quantifier.over);
                let over = self.locals.get(&quantifier.variable).cloned().unwrap_or_default();
                over.join(self.of(&quantifier.body))
            }
            _ => visit::children(expr).fold(Carried::default(), |carried, part| carried.join(self.of(part))),
        }
    }

    fn root(&mut self, name: &str, span: Span) -> Carried {
        let source = || Source { path: name.to_string(), span };
        let mut carried = Carried::default();
        for id in self.actions {
            let Some(action) = self.schema.actions.get(usize::from(*id)) else { continue };
            let record = self.schema.records.get(usize::from(action.request));
            let Some(field) = record.and_then(|record| record.fields.iter().find(|field| field.name == name))
            else {
                continue;
            };
            let Marks { secret, pii, attested } = field.marks;
            let of = |set: bool| set.then(source);
            let unattested = of(!attested);
            carried = carried.join(Carried { secret: of(secret), pii: of(pii), unattested });
            if action.unbound.iter().any(|unbound| unbound.name == name) {
                self.unbound.push(Unbound { action: *id, field: name.to_string(), span });
            }
        }
        carried
    }

    /// The answer of a fact has the marks that it is declared with. What is secret stays so through a look-up; what is about a person
    /// ends there, unless the declaration says otherwise: whether somebody is known is not who they are.
    fn fact(&mut self, id: FactId, arguments: &[Expr], span: Span) -> Carried {
        let Some(fact) = self.schema.facts.get(usize::from(id)) else { return Carried::default() };
        let source = Source { path: fact.name.clone(), span };
        let mut carried = self.history.get(&id).cloned().unwrap_or_default();
        carried.unattested = None;
        let mut answer = carried.inside(fact.marks, &source);
        for (argument, part) in arguments.iter().enumerate() {
            let Some(secret) = self.of(part).secret else { continue };
            if !fact.params.get(argument).is_some_and(|param| param.marks.secret) {
                self.asked.push(Asked { fact: id, argument, secret: secret.clone(), span: part.span });
            }
            answer.secret = answer.secret.or(Some(secret));
        }
        answer
    }

    /// A path as the author writes it, as far as it goes back to the request.
    fn path(&self, expr: &Expr) -> Option<String> {
        match &expr.kind {
            ExprKind::Root(name) => Some(name.clone()),
            ExprKind::Known(of) => self.path(of),
            ExprKind::Field(of, record, index) => {
                let field = field(self.schema, *record, *index)?;
                Some(match self.path(of) {
                    Some(path) => format!("{path}.{}", field.name),
                    None => field.name.clone(),
                })
            }
            _ => None,
        }
    }
}

fn field(schema: &Schema, record: RecordId, index: u16) -> Option<&Field> {
    schema.records.get(usize::from(record))?.fields.get(usize::from(index))
}
