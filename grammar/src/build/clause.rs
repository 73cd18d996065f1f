//! Clauses: the grammar takes them in any order and any number, since that is how people write them. Here each kind
//! is held to standing once, and the ones that must be there are missed.

use super::Context;
use crate::ast::{
    Action, ActionPattern, Direction, DirectionKind, Disposition, Expr, Field, FieldInit, LayerKind, Name,
    Number, Oblige, Param, ParamValue, Path, Reason, RiskModel, Rule, Statement, StepUp, TypeExpr, Unbound,
    Weight,
};
use crate::brackets::MAX_NESTING;
use crate::codes;
use crate::diagnostic::{Diagnostic, Suggestion};
use crate::span::Span;
use crate::suggest;

/// A clause between a rule's name and its body.
pub(crate) enum RuleClause {
    On(Vec<ActionPattern>),
    Except(Vec<ActionPattern>),
    At(Name),
    Cites(Vec<Path>),
    From(Box<Expr>),
    Until(Box<Expr>),
}

/// A clause behind a parameter's values.
pub(crate) enum ParamClause {
    Range(Vec<(Expr, Expr)>),
    Direction(Direction),
    LoosenBy(Vec<LayerKind>),
}

/// What stands in the body of an action.
pub(crate) enum ActionMember {
    Field(Box<Field>),
    Flags(Vec<Name>),
    Amplifiers(Vec<FieldInit>),
    Default(Option<Disposition>),
    Unbound(Box<Unbound>),
}

/// A clause between `step_up` and `as`.
pub(crate) enum StepUpClause {
    When(Box<Expr>),
    To(Name),
    Quorum(Number),
    Within(Box<Expr>),
    OtherThan(Vec<Expr>),
}

/// A clause between the name of an obligation and `as`.
pub(crate) enum ObligeClause {
    When(Box<Expr>),
    By(Box<Expr>),
}

/// What stands in the risk model.
pub(crate) enum RiskClause {
    Flags(Vec<Weight>),
    Amplifiers(Vec<Weight>),
    StepUpAt(Number),
    DenyAt(Number),
}

/// What follows a type's name: a bound, or the `?`.
pub(crate) enum TypeSuffix {
    Min(Number),
    Max(Number),
    Optional,
}

/// A place for something that may stand once.
pub(super) struct Once<T>(pub(super) Option<(T, Span)>);

impl<T> Once<T> {
    pub(super) fn fill(&mut self, value: T, span: Span, what: &str, context: &mut Context) {
        match &self.0 {
            None => self.0 = Some((value, span)),
            Some((_, first)) => {
                let message = format!("{what} stands twice");
                let error = Diagnostic::error(codes::TWICE, span, message).also(*first, "the first one");
                context.error(error.help("keep one of them"));
            }
        }
    }

    pub(super) fn take(self) -> Option<T> {
        self.0.map(|(value, _)| value)
    }
}

impl Context<'_, '_> {
    /// A rule from its clauses.
    pub fn rule(&mut self, name: Name, clauses: Vec<(RuleClause, Span)>, body: Vec<Statement>) -> Rule {
        let (mut on, mut except, mut at, mut cites) = (Once(None), Once(None), Once(None), Once(None));
        let (mut from, mut until) = (Once(None), Once(None));
        for (clause, span) in clauses {
            match clause {
                RuleClause::On(actions) => on.fill(actions, span, "`on`", self),
                RuleClause::Except(actions) => except.fill(actions, span, "`except`", self),
                RuleClause::At(stage) => at.fill(stage, span, "`at`", self),
                RuleClause::Cites(controls) => cites.fill(controls, span, "`cites`", self),
                RuleClause::From(date) => from.fill(date, span, "`from`", self),
                RuleClause::Until(date) => until.fill(date, span, "`until`", self),
            }
        }
        Rule {
            name,
            on: on.take().unwrap_or_default(),
            except: except.take().unwrap_or_default(),
            at: at.take(),
            cites: cites.take().unwrap_or_default(),
            from: from.take().map(|date| *date),
            until: until.take().map(|date| *date),
            body,
        }
    }

    /// A parameter from its clauses.
    pub fn param(
        &mut self,
        name: Name,
        ty: TypeExpr,
        values: Vec<ParamValue>,
        clauses: Vec<(ParamClause, Span)>,
    ) -> Param {
        let (mut range, mut direction, mut loosen_by) = (Once(None), Once(None), Once(None));
        for (clause, span) in clauses {
            match clause {
                ParamClause::Range(ranges) => range.fill(ranges, span, "`range`", self),
                ParamClause::Direction(kind) => direction.fill(kind, span, "what is stricter", self),
                ParamClause::LoosenBy(layers) => loosen_by.fill(layers, span, "`loosen by`", self),
            }
        }
        Param {
            name,
            ty,
            values,
            range: range.take().unwrap_or_default(),
            direction: direction.take(),
            loosen_by: loosen_by.take().unwrap_or_default(),
        }
    }

    /// `stricter when WORD`
    pub fn direction(&mut self, start: usize, word: Name, end: usize) -> Direction {
        const WORDS: [&str; 6] = ["lower", "higher", "subset", "superset", "true", "false"];
        let kind = match word.text.as_str() {
            "lower" => DirectionKind::Lower,
            "higher" => DirectionKind::Higher,
            "subset" => DirectionKind::Subset,
            "superset" => DirectionKind::Superset,
            "true" => DirectionKind::True,
            "false" => DirectionKind::False,
            other => {
                self.unknown_word(&word, &format!("`{other}` is no direction"), &WORDS);
                // The one that no layer may change is the safe one to go on with.
                DirectionKind::Fixed
            }
        };
        Direction { kind, span: self.span(start, end) }
    }

    /// An action from what stands in its body.
    pub fn action(&mut self, name: Path, members: Vec<(ActionMember, Span)>) -> Action {
        let (mut flags, mut amplifiers, mut default) = (Once(None), Once(None), Once(None));
        let (mut fields, mut unbound) = (Vec::new(), Vec::new());
        for (member, span) in members {
            match member {
                ActionMember::Field(field) => fields.push(*field),
                ActionMember::Flags(names) => flags.fill(names, span, "`flags`", self),
                ActionMember::Amplifiers(values) => amplifiers.fill(values, span, "`amplifiers`", self),
                ActionMember::Default(disposition) => default.fill(disposition, span, "`default`", self),
                ActionMember::Unbound(field) => unbound.push(*field),
            }
        }
        Action {
            name,
            fields,
            flags: flags.take().unwrap_or_default(),
            amplifiers: amplifiers.take().unwrap_or_default(),
            default: default.take().flatten(),
            unbound,
        }
    }

    /// A `step_up` from its clauses.
    pub fn step_up(&mut self, clauses: Vec<(StepUpClause, Span)>, reason: Reason) -> StepUp {
        let (mut condition, mut to, mut quorum) = (Once(None), Once(None), Once(None));
        let (mut within, mut other_than) = (Once(None), Once(None));
        for (clause, span) in clauses {
            match clause {
                StepUpClause::When(when) => condition.fill(when, span, "`when`", self),
                StepUpClause::To(role) => to.fill(role, span, "`to`", self),
                StepUpClause::Quorum(number) => quorum.fill(number, span, "`quorum`", self),
                StepUpClause::Within(duration) => within.fill(duration, span, "`within`", self),
                StepUpClause::OtherThan(ids) => other_than.fill(ids, span, "`other than`", self),
            }
        }
        StepUp {
            condition: condition.take().map(|when| *when),
            to: to.take(),
            quorum: quorum.take(),
            within: within.take().map(|within| *within),
            other_than: other_than.take().unwrap_or_default(),
            reason,
        }
    }

    /// An obligation from its clauses.
    pub fn oblige(&mut self, name: Name, clauses: Vec<(ObligeClause, Span)>, reason: Reason) -> Oblige {
        let (mut condition, mut by) = (Once(None), Once(None));
        for (clause, span) in clauses {
            match clause {
                ObligeClause::When(when) => condition.fill(when, span, "`when`", self),
                ObligeClause::By(time) => by.fill(time, span, "`by`", self),
            }
        }
        let (by, condition) = (by.take().map(|by| *by), condition.take().map(|when| *when));
        Oblige { name, by, condition, reason }
    }

    /// The risk model from its weights and thresholds.
    pub fn risk_model(&mut self, clauses: Vec<(RiskClause, Span)>) -> RiskModel {
        let (mut step_up_at, mut deny_at) = (Once(None), Once(None));
        let (mut flags, mut amplifiers) = (Once(None), Once(None));
        for (clause, span) in clauses {
            match clause {
                RiskClause::StepUpAt(number) => step_up_at.fill(number, span, "`step_up at`", self),
                RiskClause::DenyAt(number) => deny_at.fill(number, span, "`deny at`", self),
                RiskClause::Flags(weights) => flags.fill((weights, span), span, "`flags`", self),
                RiskClause::Amplifiers(weights) => {
                    amplifiers.fill((weights, span), span, "`amplifiers`", self);
                }
            }
        }
        RiskModel {
            flags: flags.take(),
            amplifiers: amplifiers.take(),
            step_up_at: step_up_at.take(),
            deny_at: deny_at.take(),
        }
    }

    /// A type from its marks, its name and what follows.
    pub fn type_expr(
        &mut self,
        marks: Vec<Name>,
        name: Name,
        args: Option<(Vec<TypeArg>, Span)>,
        suffixes: Vec<(TypeSuffix, Span)>,
    ) -> TypeExpr {
        let (mut min, mut max, mut optional) = (Once(None), Once(None), Once(None));
        let mut span = marks.first().map_or(name.span, |mark| mark.span.to(name.span));
        let mut types = Vec::new();
        let (args, brackets) = args.map_or((Vec::new(), None), |(args, span)| (args, Some(span)));
        span = brackets.map_or(span, |brackets| span.to(brackets));
        for arg in args {
            match arg {
                TypeArg::Type(ty) => types.push(*ty),
                TypeArg::Bound(TypeSuffix::Min(number), span) => min.fill(number, span, "`min`", self),
                TypeArg::Bound(TypeSuffix::Max(number), span) => max.fill(number, span, "`max`", self),
                TypeArg::Bound(TypeSuffix::Optional, _) => {}
            }
        }
        for (suffix, place) in suffixes {
            span = span.to(place);
            match suffix {
                TypeSuffix::Min(number) => min.fill(number, place, "`min`", self),
                TypeSuffix::Max(number) => max.fill(number, place, "`max`", self),
                TypeSuffix::Optional => optional.fill((), place, "`?`", self),
            }
        }
        if types.iter().map(type_levels).max().unwrap_or(0) >= MAX_NESTING {
            types.clear();
            let message = format!("this type nests deeper than {MAX_NESTING} levels");
            let help = "give its parts names: `record Name { … }`";
            self.error(Diagnostic::error(codes::TOO_DEEP, span, message).help(help));
        }
        let optional = optional.take().is_some();
        TypeExpr { name, args: types, min: min.take(), max: max.take(), optional, marks, span }
    }

    /// Tells of a word where one of a few others is needed.
    pub fn unknown_word(&mut self, word: &Name, message: &str, known: &[&str]) {
        let near = suggest::closest(&word.text, known.iter().copied());
        let all = || match known {
            [only] => format!("write `{only}`"),
            ["lower", ..] => suggest::DIRECTIONS.to_string(),
            _ => format!("write one of {}", suggest::listed(known)),
        };
        let suggestion = match suggest::same(&word.text).filter(|meant| known.contains(meant)) {
            Some(meant) => Suggestion { help: format!("write `{meant}`"), word: Some(meant.to_string()) },
            None => Suggestion::new(near, all()),
        };
        self.error(Diagnostic::error(codes::UNKNOWN_WORD, word.span, message).suggested(suggestion));
    }
}

/// What stands between the angle brackets of a type.
pub(crate) enum TypeArg {
    Type(Box<TypeExpr>),
    Bound(TypeSuffix, Span),
}

fn type_levels(ty: &TypeExpr) -> usize {
    1 + ty.args.iter().map(type_levels).max().unwrap_or(0)
}
