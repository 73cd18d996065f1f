//! What a condition reads that a function must be given.

use lictor_compiler::meaning::{Meaning, What};
use lictor_compiler::typed::Ty;
use lictor_grammar::ast::{Expr, ExprKind, HistoryKind, IsWhat};
use lictor_grammar::span::Span;

use super::types;
use crate::ide::actions::{Asked, tree};

/// Why a condition cannot become a function.
pub(super) type Why = &'static str;

/// A value that the function is given.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Input {
    /// What it is called in the function.
    pub name: String,
    /// Its type, as it is declared.
    pub ty: String,
    /// What is given, as it is written.
    pub text: String,
    /// Where it stands in the condition, in the order of the text.
    pub spans: Vec<Span>,
    /// Whether the condition finds out whether it is there.
    pub is_asked: bool,
}

/// A path of names, or a question, that a condition reads: the shortest first, as each field has a value of its own.
struct Read {
    steps: Vec<Step>,
}

#[derive(Clone)]
struct Step {
    text: String,
    span: Span,
    ty: Ty,
    is_known: bool,
    /// What a function would call it.
    name: String,
}

/// What a condition must be given, in the order in which it needs it.
pub(super) fn inputs(asked: Asked<'_>, expr: &Expr) -> Result<Vec<Input>, Why> {
    let schema = asked.analysis.schema().ok_or("it could not be understood")?;
    let mut reader =
        Reader { asked, whole: expr.span, within: Vec::new(), variables: Vec::new(), reads: Vec::new() };
    reader.expr(expr)?;
    let Reader { variables, reads, .. } = reader;
    // Where both `seller` and `seller.id` are read, `seller` is given.
    let last = |read: &Read| read.steps.last().map(|step| step.text.clone());
    let whole: Vec<String> = reads.iter().filter_map(last).collect();
    let mut inputs: Vec<Input> = Vec::new();
    for read in &reads {
        let Some(step) = read.steps.iter().find(|step| whole.contains(&step.text)) else { continue };
        if let Some(known) = inputs.iter_mut().find(|input| input.text == step.text) {
            known.spans.push(step.span);
            continue;
        }
        let same: Vec<&Step> =
            reads.iter().flat_map(|read| &read.steps).filter(|other| other.text == step.text).collect();
        let is_asked = matches!(step.ty, Ty::Optional(_)) && !same.iter().all(|step| step.is_known);
        let ty = if is_asked { &step.ty } else { step.ty.present() };
        let ty = types::written(schema, ty).ok_or("it reads something that a function cannot be given")?;
        let taken = |name: &str| {
            variables.iter().any(|variable| variable == name)
                || inputs.iter().any(|input| input.name == name)
                || schema.params.iter().any(|param| param.name == name)
                || schema.facts.iter().any(|fact| fact.name == name)
                || !super::name::is_no_function(asked, name)
        };
        let long = step.text.replace('.', "_");
        let names = [step.name.clone(), long.clone(), format!("{long}_given")];
        let name =
            names.into_iter().find(|name| !taken(name)).ok_or("its values have names that are taken")?;
        inputs.push(Input { name, ty, text: step.text.clone(), spans: vec![step.span], is_asked });
    }
    Ok(inputs)
}

struct Reader<'a> {
    asked: Asked<'a>,
    /// Where the condition stands.
    whole: Span,
    /// The variables of the quantifiers around.
    within: Vec<String>,
    /// All variables.
    variables: Vec<String>,
    reads: Vec<Read>,
}

impl Reader<'_> {
    fn expr(&mut self, expr: &Expr) -> Result<(), Why> {
        match &expr.kind {
            ExprKind::Name(_) | ExprKind::Field(..) if tree::is_path(expr) => self.path(expr),
            // What the map has is known to be there only where it was asked, and a function cannot be told so.
            ExprKind::Index(..) => Err("it looks something up in a map"),
            ExprKind::Is(of, IsWhat::Present | IsWhat::Absent) | ExprKind::Otherwise(of, _)
                if matches!(of.kind, ExprKind::Index(..)) =>
            {
                of.children().try_for_each(|child| self.expr(child))?;
                match &expr.kind {
                    ExprKind::Otherwise(_, other) => self.expr(other),
                    _ => Ok(()),
                }
            }
            ExprKind::Quantifier(node) => {
                self.expr(&node.over)?;
                self.variables.push(node.variable.text.clone());
                self.within.push(node.variable.text.clone());
                let read = self.expr(&node.body);
                self.within.pop();
                read
            }
            ExprKind::History(node) => {
                let (ty, name) = match node.kind {
                    HistoryKind::Times | HistoryKind::Distinct => (Ty::Int, "so_many"),
                    HistoryKind::Total => (Ty::Money, "so_much"),
                    HistoryKind::Latest => (Ty::Optional(Box::new(Ty::Timestamp)), "last"),
                };
                self.question(expr, ty, name.to_owned())
            }
            ExprKind::Call(name, arguments) => {
                let question = match name.text.as_str() {
                    "date" => Some((Ty::Date, "day".to_owned())),
                    "time_of_day" => Some((Ty::TimeOfDay, "time".to_owned())),
                    "weekday" => Some((Ty::Weekday, "day_of_week".to_owned())),
                    "business_days" => Some((Ty::Int, "days".to_owned())),
                    "add_business_days" => Some((Ty::Date, "day".to_owned())),
                    _ => self.fact(name.span).map(|ty| (ty, format!("{}_answer", name.text))),
                };
                match question {
                    Some((ty, name)) => self.question(expr, ty, name),
                    None => arguments.iter().try_for_each(|argument| self.expr(argument)),
                }
            }
            _ => expr.children().try_for_each(|child| self.expr(child)),
        }
    }

    /// What a fact answers, where this is the name of one.
    fn fact(&self, name: Span) -> Option<Ty> {
        let all = self.asked.analysis.meanings(name.file);
        let meaning = all.iter().find(|meaning| meaning.span == name)?;
        matches!(meaning.what, What::Fact(_)).then(|| meaning.ty.clone())
    }

    /// What the host or the past answers is given to a function, which asks neither.
    fn question(&mut self, expr: &Expr, ty: Ty, called: String) -> Result<(), Why> {
        if !self.within.is_empty() {
            return Err("it asks something about each element of a list");
        }
        // It is asked before the condition is evaluated, so that nothing is known from that.
        let all = self.asked.analysis.meanings(expr.span.file);
        let within = |outer: Span, inner: Span| outer.start <= inner.start && inner.end <= outer.end;
        let name = |span: Span| self.asked.analysis.text(span);
        let is_found_out = |known: &Meaning| {
            all.iter().any(|other| {
                within(self.whole, other.span) && !other.is_known && name(other.span) == name(known.span)
            })
        };
        if all
            .iter()
            .any(|meaning| within(expr.span, meaning.span) && meaning.is_known && is_found_out(meaning))
        {
            return Err("it asks something only where a value is there");
        }
        let text = self.asked.analysis.text(expr.span).to_owned();
        self.reads
            .push(Read { steps: vec![Step { text, span: expr.span, ty, is_known: false, name: called }] });
        Ok(())
    }

    fn path(&mut self, expr: &Expr) -> Result<(), Why> {
        let Some(root) = tree::root(expr) else { return Ok(()) };
        if self.within.iter().any(|variable| variable == root) {
            return Ok(());
        }
        let mut chain = vec![expr];
        while let Some(ExprKind::Field(of, _)) = chain.last().map(|last| &last.kind) {
            chain.push(of);
        }
        let mut steps: Vec<Step> = Vec::new();
        for path in chain.into_iter().rev() {
            let meaning = self.asked.meaning(path);
            match (meaning.map(|meaning| &meaning.what), steps.is_empty()) {
                (Some(What::Root | What::Local(_)), true) | (Some(What::Field(..)), false) => {}
                // What belongs to the whole policy, or to the language.
                (Some(_), true) => return Ok(()),
                // A part that the language gives every value of the type.
                (_, false) => break,
                (None, true) => return Err("it could not be understood"),
            }
            let text = self.asked.analysis.text(path.span);
            let name = text.rsplit('.').next().unwrap_or_default().trim().to_owned();
            let text = text.split_whitespace().collect();
            steps.extend(meaning.map(|meaning| Step {
                text,
                span: path.span,
                ty: meaning.ty.clone(),
                is_known: meaning.is_known,
                name,
            }));
        }
        self.reads.push(Read { steps });
        Ok(())
    }
}
