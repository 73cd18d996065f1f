//! What must come of a test.

use lictor_bundle::schema::Described;
use lictor_grammar::ast::{DispositionKind, Name, Outcome};
use lictor_grammar::diagnostic::Diagnostic;

use super::Scene;
use crate::Expected;
use crate::names::ENGINE_CODES;
use crate::suggest;

/// The delegating person, who may be asked without being a role.
const USER: &str = "user";

impl Scene<'_> {
    /// Checks that an outcome names a reason code and a role that there are.
    pub fn outcome(&mut self, outcome: &Outcome) {
        if let Some(code) = &outcome.code {
            self.known(
                code,
                &self.schema.reasons,
                &ENGINE_CODES,
                "E0507",
                "reason code",
                "declare it under `reasons`",
            );
        }
        if let Some(role) = &outcome.to {
            self.known(role, &self.schema.roles, &[USER], "E0508", "role", "declare it under `roles`");
        }
    }

    /// Checks an outcome of the observed layers, and takes it apart.
    pub fn would_be(&mut self, outcome: &Outcome) -> Expected {
        self.outcome(outcome);
        let text = |name: &Option<Name>| name.as_ref().map(|name| name.text.clone());
        Expected { decision: decision(outcome.decision), code: text(&outcome.code), to: text(&outcome.to) }
    }

    fn known(
        &mut self,
        name: &Name,
        declared: &[Described],
        built_in: &[&str],
        code: &'static str,
        what: &str,
        remedy: &str,
    ) {
        let all = declared.iter().map(|one| one.name.as_str()).chain(built_in.iter().copied());
        if all.clone().any(|one| one == name.text) {
            return;
        }
        let help = suggest::help(&name.text, all, remedy);
        let message = format!("there is no {what} `{}`", name.text);
        self.diagnostics.push(Diagnostic::error(code, name.span, message).suggested(help));
    }
}

/// The decision as requests' answers write it.
pub fn decision(kind: DispositionKind) -> &'static str {
    match kind {
        DispositionKind::Allow => "allow",
        DispositionKind::StepUp => "step_up",
        DispositionKind::Deny => "deny",
    }
}
