//! Statements: each kind is checked here, one function a kind.

use lictor_bundle::program::Effect;
use lictor_bundle::schema::{Approver, ReasonId};
use lictor_grammar::ast::{self, StatementKind};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::others::other_than;
use crate::check::Checker;
use crate::ids;
use crate::meaning::What;
use crate::names::{duration, find_role, nobody};
use crate::suggest;
use crate::typed::{Expr, ExprKind, Fires, Piece, QuantifierKind, Statement};

impl Checker<'_, '_> {
    /// The statements of a block. What one shows (a `require` that held, a `deny` that did not fire) is known in those after it.
    pub(super) fn statements(&mut self, written: &[ast::Statement]) -> Vec<Statement> {
        let (locals, known) = (self.scope.locals.len(), self.scope.known.len());
        // What a rule says stays until the end, of every rule: no more room than it needs.
        let mut body = Vec::with_capacity(written.len());
        for statement in written {
            match &statement.kind {
                StatementKind::Let(node) => body.extend(self.bind(node)),
                StatementKind::When(node) => body.extend(self.when(node)),
                StatementKind::Require(node) => {
                    let condition = self.condition(&node.condition);
                    body.extend(self.effect(condition, false, Effect::Deny, &node.reason, statement.span));
                    self.learn(body.last());
                }
                StatementKind::Deny(node) => {
                    let Some(condition) = self.optional_condition(node.condition.as_ref()) else { continue };
                    body.extend(self.fires(condition, true, Effect::Deny, &node.reason, statement.span));
                    self.learn(body.last());
                }
                StatementKind::StepUp(node) => {
                    let approver = self.approver(node, statement.span);
                    let others = self.others(&node.other_than);
                    let condition = self.optional_condition(node.condition.as_ref());
                    if let (Some(approver), Some(others), Some(condition)) = (approver, others, condition) {
                        let effect = Effect::StepUp(approver);
                        let asks = self.fires(condition, true, effect, &node.reason, statement.span);
                        body.extend(asks.map(|asks| other_than(asks, others)));
                    }
                }
                StatementKind::Risk(node) => {
                    let points = self.points(&node.points, "the points of a risk are");
                    let condition = self.optional_condition(node.condition.as_ref());
                    if let (Some(points), Some(condition)) = (points, condition) {
                        body.extend(self.fires(
                            condition,
                            true,
                            Effect::Risk(points),
                            &node.reason,
                            statement.span,
                        ));
                    }
                }
                StatementKind::Flag(node) => body.extend(self.flag(node, statement.span)),
                StatementKind::Amplify(node) => body.extend(self.amplify(node, statement.span)),
                StatementKind::Oblige(node) => body.extend(self.oblige(node, statement.span)),
            }
            self.sought_in_message(statement);
        }
        self.scope.locals.truncate(locals);
        self.scope.known.truncate(known);
        body
    }

    fn bind(&mut self, node: &ast::Let) -> Option<Statement> {
        self.one_meaning(&node.name);
        let Some(value) = self.expr(&node.value, None).and_then(|value| self.closed(value)) else {
            self.scope.lost.push(node.name.text.clone());
            return None;
        };
        let id = self.scope.bind(&node.name.text, value.ty.clone());
        self.means(node.name.span, What::Binding(id), &value.ty);
        if let Some(looked_at) = &mut self.scope.looked_at {
            looked_at.bindings.push((id, value.clone()));
        }
        Some(Statement::Let(id, value))
    }

    fn when(&mut self, node: &ast::When) -> Option<Statement> {
        let condition = self.condition(&node.condition)?;
        let body = self.under(&condition, true, |checker| checker.statements(&node.body));
        Some(Statement::When(condition, body))
    }

    /// The condition, where one is written; `None` where it is wrong.
    pub(super) fn optional_condition(&mut self, written: Option<&ast::Expr>) -> Option<Option<Expr>> {
        match written {
            None => Some(None),
            Some(written) => self.condition(written).map(Some),
        }
    }

    fn effect(
        &mut self,
        condition: Option<Expr>,
        on: bool,
        effect: Effect,
        reason: &ast::Reason,
        span: Span,
    ) -> Option<Statement> {
        let codes = self.codes(reason);
        let condition = condition?;
        self.complete(Some(condition), on, effect, codes, reason, span)
    }

    pub(super) fn fires(
        &mut self,
        condition: Option<Expr>,
        on: bool,
        effect: Effect,
        reason: &ast::Reason,
        span: Span,
    ) -> Option<Statement> {
        let codes = self.codes(reason);
        self.complete(condition, on, effect, codes, reason, span)
    }

    fn complete(
        &mut self,
        condition: Option<Expr>,
        on: bool,
        effect: Effect,
        codes: Option<(ReasonId, Option<ReasonId>)>,
        reason: &ast::Reason,
        span: Span,
    ) -> Option<Statement> {
        let message = match &reason.message {
            None => Vec::new(),
            Some(message) => {
                self.with_witness(condition.as_ref(), on, |checker| match condition.as_ref() {
                    // It is only shown where the statement fires, and what that shows is known in it.
                    Some(holds) => {
                        checker.under(holds, on, |checker| checker.message(message, Some(holds), reason))
                    }
                    None => checker.message(message, None, reason),
                })?
            }
        };
        // What a message shows is looked at also where its code is not known yet.
        let (code, told_as) = codes?;
        Some(Statement::Effect(Fires {
            condition,
            on,
            effect,
            reason: Some(code),
            told_as,
            message,
            by: None,
            by_at_loosest: None,
            other_than: Vec::new(),
            span,
        }))
    }

    /// Checks a message where the element that decided has its name: the variable of `require all(…)` and `deny when any(…)`.
    fn with_witness(
        &mut self,
        condition: Option<&Expr>,
        on: bool,
        check: impl FnOnce(&mut Self) -> Option<Vec<Piece>>,
    ) -> Option<Vec<Piece>> {
        let before = self.scope.locals.len();
        let decided = if on { QuantifierKind::Any } else { QuantifierKind::All };
        if let Some(ExprKind::Quantifier(quantifier)) = condition.map(|condition| &condition.kind)
            && quantifier.kind == decided
        {
            let name = self.scope.variable_name(quantifier.variable).unwrap_or_default();
            self.scope.locals.push(crate::check::Local {
                name,
                id: quantifier.variable,
                ty: quantifier.element.clone(),
            });
        }
        let result = check(self);
        self.scope.locals.truncate(before);
        result
    }

    /// What is known after a statement that ends the evaluation when it fires.
    fn learn(&mut self, statement: Option<&Statement>) {
        if let Some(Statement::Effect(Fires { condition: Some(condition), on, .. })) = statement {
            crate::check::shown(&self.declared.schema, condition, !on, &mut self.scope.known);
        }
    }

    /// The code, and the one that the agent is told instead.
    fn codes(&mut self, reason: &ast::Reason) -> Option<(ReasonId, Option<ReasonId>)> {
        let code = self.reason(&reason.code);
        let Some(told_as) = &reason.told_as else { return Some((code?, None)) };
        let told = self.reason(told_as)?;
        if Some(told) == code {
            self.out.push(
                Diagnostic::error("E0233", told_as.span, format!("`{}` is told as itself", told_as.text))
                    .help("name another code that the agent may know, or leave `told as` out"),
            );
            return None;
        }
        Some((code?, Some(told)))
    }

    fn reason(&mut self, code: &ast::Name) -> Option<ReasonId> {
        let reasons = &self.declared.schema.reasons;
        if let Ok(found) = reasons.binary_search_by(|reason| reason.name.cmp(&code.text)) {
            return Some(ids::number(found));
        }
        let in_small_letters =
            |name: &str| name != code.text.as_str() && name.to_ascii_uppercase() == code.text;
        if reasons.iter().any(|reason| in_small_letters(&reason.name)) {
            // Its declaration was told to be in capitals.
            return None;
        }
        let known = reasons.iter().map(|reason| reason.name.as_str());
        let near = suggest::nearest(&code.text, known);
        let help = match near {
            Some(near) => format!(
                "did you mean `{near}`? Otherwise declare it: `reasons {{ {} \"what it means\" }}`",
                code.text
            ),
            None => format!("declare it: `reasons {{ {} \"what it means\" }}`", code.text),
        };
        let error =
            Diagnostic::error("E0225", code.span, format!("the reason code `{}` is not declared", code.text));
        self.out.push(match near {
            Some(near) => error.help(help).fix(code.span, near),
            None => error.help(help),
        });
        None
    }

    fn approver(&mut self, node: &ast::StepUp, span: Span) -> Option<Approver> {
        let schema = &self.declared.schema;
        let mut approver = match &node.to {
            Some(name) => {
                let role = find_role(schema.roles.iter().map(|role| role.name.as_str()), name, self.out)?;
                Approver {
                    role,
                    quorum: 1,
                    within: schema.escalate.as_ref().and_then(|escalate| escalate.within),
                }
            }
            None => match &schema.escalate {
                Some(escalate) => escalate.clone(),
                None => {
                    self.out.push(nobody(Span { end: span.start + "step_up".len() as u32, ..span }));
                    return None;
                }
            },
        };
        if let Some(quorum) = &node.quorum {
            match quorum.text.parse::<u16>() {
                Ok(people) if (1..=100).contains(&people) => approver.quorum = people,
                _ => {
                    self.out.push(
                        Diagnostic::error(
                            "E0226",
                            quorum.span,
                            "a quorum is a whole number of people from 1 to 100",
                        )
                        .help("write how many must approve: `quorum 2`"),
                    );
                    return None;
                }
            }
        }
        if let Some(within) = &node.within {
            approver.within = Some(duration(within, self.out)?);
        }
        Some(approver)
    }

    /// A number of points; `what` says what they are, where they are none.
    pub(super) fn points(&mut self, written: &ast::Number, what: &str) -> Option<u8> {
        match written.text.parse::<u8>() {
            Ok(points) if (1..=100).contains(&points) => Some(points),
            _ => {
                self.out.push(
                    Diagnostic::error(
                        "E0227",
                        written.span,
                        format!("{what} a whole number from 1 to 100"),
                    )
                    .help("write a whole number: neither the score of a request nor an amplifier passes 100"),
                );
                None
            }
        }
    }
}
