//! What comes of a request: the words of a default, of a row of `cases`, and of what a test expects.

use super::{Built, Context, Step, step};
use crate::ast::{Disposition, DispositionKind, Expr, Name, Obliged, Outcome, TestStepKind};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::suggest::closest;

const DECISIONS: [&str; 3] = ["allow", "step_up", "deny"];
/// The words behind `expect` that begin something else than an outcome.
const OTHERS: [&str; 2] = ["observed", "obliged"];

impl Context<'_, '_> {
    fn decision(&mut self, word: &Name) -> Option<DispositionKind> {
        match word.text.as_str() {
            "allow" => Some(DispositionKind::Allow),
            "step_up" => Some(DispositionKind::StepUp),
            "deny" => Some(DispositionKind::Deny),
            other => {
                self.unknown_word(word, &format!("`{other}` is no decision"), &DECISIONS);
                None
            }
        }
    }

    /// `allow`, `step_up to ROLE`, `deny`
    pub fn disposition(&mut self, word: Name, to: Option<Name>) -> Option<Disposition> {
        let kind = self.decision(&word)?;
        let span = to.as_ref().map_or(word.span, |role| word.span.to(role.span));
        self.check_role(kind, to.as_ref());
        Some(Disposition { kind, to, span })
    }

    /// `expect OUTCOME`, `expect observed OUTCOME`, `expect obliged NAME [by MOMENT]`
    pub fn expect(&mut self, first: Name, rest: Vec<Name>, to: Option<Name>, by: Option<Built>) -> Step {
        let by = by.map(|by| *by.expr);
        if first.text == "obliged" {
            return self.obliged(first, rest, to, by);
        }
        let mut rest = rest.into_iter();
        let is_observed = first.text == "observed";
        let Some(word) = (if is_observed { rest.next() } else { Some(first.clone()) }) else {
            let message = "this does not say what the observed layers would have decided";
            let error = Diagnostic::error(codes::BAD_OUTCOME, first.span, message);
            self.error(error.help("write for example `expect observed deny AMOUNT_OVER_LIMIT`"));
            return Step::Unread;
        };
        if !DECISIONS.contains(&word.text.as_str()) {
            let other = closest(&word.text, OTHERS).is_some();
            let known: &[&str] = if other { &OTHERS } else { &DECISIONS };
            self.unknown_word(&word, &format!("`{}` is no decision", word.text), known);
            return Step::Unread;
        }
        let code = rest.next();
        if let Some(more) = rest.next() {
            self.one_too_many(&more, "an outcome is `allow`, `step_up CODE [to ROLE]` or `deny CODE`");
        }
        if let Some(by) = by {
            let error = Diagnostic::error(codes::BAD_OUTCOME, by.span, "only an obligation has a moment");
            self.error(error.help("write for example `expect obliged keep_receipt by context.now + 30d`"));
        }
        match self.outcome(word, code, to) {
            None => Step::Unread,
            Some(outcome) if is_observed => step(TestStepKind::ExpectObserved(outcome)),
            Some(outcome) => step(TestStepKind::Expect(outcome)),
        }
    }

    fn obliged(&mut self, word: Name, rest: Vec<Name>, to: Option<Name>, by: Option<Expr>) -> Step {
        let mut rest = rest.into_iter();
        let Some(name) = rest.next() else {
            let message = "this does not say what the caller must do";
            let error = Diagnostic::error(codes::BAD_OUTCOME, word.span, message);
            self.error(error.help(
                "write for example `expect obliged keep_receipt`, or `expect not obliged` where there is nothing to do",
            ));
            return Step::Unread;
        };
        if let Some(more) = rest.next() {
            self.one_too_many(&more, "an obligation is `obliged NAME [by MOMENT]`");
        }
        self.check_role(DispositionKind::Allow, to.as_ref());
        let span = word.span.to(by.as_ref().map_or(name.span, |by| by.span));
        step(TestStepKind::ExpectObliged(Some(Obliged { name, by, span })))
    }

    /// `expect not obliged`
    pub fn expect_not(&mut self, first: Name, rest: Vec<Name>, by: Option<Built>) -> Step {
        if first.text != "obliged" {
            let message = format!("`{}` is not expected with `not`", first.text);
            if DECISIONS.contains(&first.text.as_str()) {
                let error = Diagnostic::error(codes::BAD_OUTCOME, first.span, message);
                self.error(error.help("say what comes of it instead; only `obliged` has a `not` before it"));
            } else {
                self.unknown_word(&first, &message, &["obliged"]);
            }
            return Step::Unread;
        }
        let more = rest.first().map(|name| name.span).or(by.map(|by| by.expr.span));
        if let Some(span) = more {
            let message = "`not obliged` says that there is nothing to do, and names nothing";
            let error = Diagnostic::error(codes::BAD_OUTCOME, span, message);
            self.error(error.help(
                "name all that there is to do, `expect obliged NAME`: a test that leaves something out fails",
            ));
        }
        step(TestStepKind::ExpectObliged(None))
    }

    fn one_too_many(&mut self, word: &Name, help: &str) {
        let message = format!("`{}` is one word too many", word.text);
        self.error(Diagnostic::error(codes::BAD_OUTCOME, word.span, message).help(help));
    }

    /// `allow`, `step_up CODE [to ROLE]`, `deny CODE`
    pub fn outcome(&mut self, word: Name, code: Option<Name>, to: Option<Name>) -> Option<Outcome> {
        let decision = self.decision(&word)?;
        let last = to.as_ref().or(code.as_ref()).unwrap_or(&word);
        let span = word.span.to(last.span);
        match (decision, &code) {
            (DispositionKind::Allow, Some(code)) => {
                let error = Diagnostic::error(codes::BAD_OUTCOME, code.span, "an allow has no reason code");
                self.error(error.help("write `allow` alone"));
            }
            (DispositionKind::StepUp | DispositionKind::Deny, None) => {
                let message = format!("this `{}` does not say with which reason code", word.text);
                let help = format!("write for example `{} AMOUNT_OVER_LIMIT`", word.text);
                self.error(Diagnostic::error(codes::BAD_OUTCOME, word.span, message).help(help));
            }
            _ => {}
        }
        self.check_role(decision, to.as_ref());
        Some(Outcome { decision, code, to, span })
    }

    fn check_role(&mut self, kind: DispositionKind, to: Option<&Name>) {
        if let Some(role) = to.filter(|_| kind != DispositionKind::StepUp) {
            let error = Diagnostic::error(codes::BAD_OUTCOME, role.span, "only a `step_up` asks a role");
            self.error(error.help("remove the `to` and the role"));
        }
    }
}
