//! What an expression must be like so that it means the same at another place.

use lictor_compiler::meaning::What;
use lictor_compiler::typed::Ty;
use lictor_grammar::ast::{BinaryOp, Expr, ExprKind, IsWhat};
use lictor_grammar::span::Span;

use crate::ide::actions::{Asked, tree};

/// Why something cannot be written elsewhere.
pub(super) type Why = &'static str;

/// What what follows knows of a value, it knows by its path.
pub(super) const RELIED_ON: Why =
    "what stands behind it relies on its having been asked whether something is there";

/// The place of a name, and what it stands in within its expression.
pub(super) struct Use<'a> {
    /// The name.
    pub expr: &'a Expr,
    /// What stands around it, the outermost first.
    pub around: Vec<&'a Expr>,
}

impl<'a> Use<'a> {
    /// The use of a name at this place in one of these expressions.
    pub fn at(tops: &[&'a Expr], place: Span) -> Option<Use<'a>> {
        let mut around = tops.iter().find_map(|top| tree::around(top, place))?;
        let expr = around.pop()?;
        Some(Use { expr, around })
    }

    /// Whether something could not be known of another value in its place that is known of this one.
    pub fn is_relied_on(&self, asked: Asked<'_>) -> bool {
        let fields =
            self.around.iter().rev().take_while(|outside| matches!(outside.kind, ExprKind::Field(..)));
        let mut path = std::iter::once(&self.expr).chain(fields);
        let is_emptiness = |outside: &&Expr| matches!(outside.kind, ExprKind::Is(_, IsWhat::Empty));
        let is_sourced =
            |expr: &&Expr| asked.meaning(expr).is_some_and(|one| matches!(one.ty.present(), Ty::Sourced(_)));
        path.any(|expr| is_sourced(expr) || asked.meaning(expr).is_some_and(|one| one.is_known))
            || self.around.iter().any(is_emptiness)
    }

    fn is_in_question(&self) -> bool {
        self.around.iter().any(|outside| matches!(outside.kind, ExprKind::History(_)))
    }

    fn is_in_quantifier(&self) -> bool {
        self.around.iter().any(|outside| matches!(outside.kind, ExprKind::Quantifier(_)))
    }
}

/// Whether a value means the same in the place of a name that stands for it.
///
/// # Errors
///
/// It would not.
pub(super) fn fits(asked: Asked<'_>, value: &Expr, place: &Use<'_>) -> Result<(), Why> {
    if place.is_in_question() {
        return Err("it stands in a question about the past");
    }
    if !tree::is_path(value) && place.is_relied_on(asked) {
        return Err(RELIED_ON);
    }
    if place.is_in_quantifier() && asks(asked, value) {
        return Err("it would be asked for each element of a list");
    }
    Ok(())
}

/// Whether what it gives is what somebody answers.
fn asks(asked: Asked<'_>, value: &Expr) -> bool {
    tree::any(value, &|expr| match &expr.kind {
        ExprKind::History(_) => true,
        ExprKind::Call(name, _) => {
            let of_clock = ["date", "time_of_day", "weekday"].contains(&name.text.as_str());
            of_clock || asked.meaning(expr).is_some_and(|meaning| matches!(meaning.what, What::Fact(_)))
        }
        _ => false,
    })
}

/// Whether a value is of the same type without being told which: what a function declares that it takes or gives says so to what is
/// written out.
pub(super) fn is_typed(asked: Asked<'_>, value: &Expr, ty: &str) -> bool {
    match &value.kind {
        ExprKind::Number(_) if ty == "Int" => true,
        ExprKind::String(_) => ty == "String",
        ExprKind::List(_) | ExprKind::Record(_) => false,
        ExprKind::Name(_) | ExprKind::Field(..) => asked.meaning(value).is_some_and(|meaning| {
            !matches!(meaning.what, What::Value(..))
                && (ty != "Decimal" || *meaning.ty.present() == Ty::Decimal)
        }),
        ExprKind::If(_, one, other) => is_typed(asked, one, ty) && is_typed(asked, other, ty),
        ExprKind::Otherwise(one, other) => is_typed(asked, one, ty) && is_typed(asked, other, ty),
        _ => ty != "Decimal" || is_decimal(asked, value),
    }
}

/// Whether a number is surely a Decimal: an Int beside one is one.
fn is_decimal(asked: Asked<'_>, value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Number(text) => text.contains('.'),
        ExprKind::Percent(_) => true,
        ExprKind::Binary(BinaryOp::Divide, ..) => true,
        ExprKind::Binary(_, _, one, other) => is_decimal(asked, one) || is_decimal(asked, other),
        ExprKind::Unary(_, of) => is_decimal(asked, of),
        _ => asked.meaning(value).is_some_and(|meaning| *meaning.ty.present() == Ty::Decimal),
    }
}

/// What a name at this place stands for, and of which type that is.
pub(super) fn meaning_at(asked: Asked<'_>, name: Span) -> Option<(&What, &Ty)> {
    let all = asked.analysis.meanings(name.file);
    all.iter().find(|meaning| meaning.span == name).map(|meaning| (&meaning.what, &meaning.ty))
}

/// Whether there is a comment in a part of an item: it would be lost, or take what follows it with it.
pub(super) fn has_comment(asked: Asked<'_>, span: Span) -> bool {
    asked.analysis.text(span).lines().any(|line| {
        let mut marks = line.match_indices("//").map(|(at, _)| line.get(..at).unwrap_or_default());
        marks.any(|before| before.matches('"').count() % 2 == 0)
    })
}
