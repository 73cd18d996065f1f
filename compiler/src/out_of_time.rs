//! What a clock shows: exceptions whose time is over, and citations of what is no longer in force, or not yet. The compiler has
//! no clock: whoever has one asks.

use lictor_bundle::program::LegalEffect;
use lictor_bundle::time::render_timestamp;
use lictor_grammar::diagnostic::Diagnostic;

use crate::Compiled;
use crate::lints::cites;

impl Compiled {
    /// Warnings about what stands in the policy at the wrong time, if it is `now`, in milliseconds since 1970 UTC: exceptions that
    /// have ended, and citations of controls that are not in force. Sorted by place; nothing where there are errors.
    pub fn out_of_time(&self, now: i64) -> Vec<Diagnostic> {
        let mut found = self.ended_exceptions(now);
        found.extend(self.dated_citations(now));
        found.sort_by_key(Diagnostic::span);
        found
    }

    fn ended_exceptions(&self, now: i64) -> Vec<Diagnostic> {
        let rules = self.program.iter().flat_map(|program| &program.units).flat_map(|unit| &unit.rules);
        let ended = rules.flat_map(|rule| &rule.exceptions).filter(|exception| exception.expires < now);
        ended
            .map(|exception| {
                let day = render_timestamp(exception.expires);
                let day = day.split('T').next().unwrap_or_default();
                Diagnostic::warning(
                    "W0420",
                    exception.span,
                    format!(
                        "the exception `{}` ended with {day}, and lifts nothing any more",
                        exception.name
                    ),
                )
                .help("remove it, or have it granted anew, with a later day")
            })
            .collect()
    }

    /// What is called `repealed` or `pending` was told without a clock.
    fn dated_citations(&self, now: i64) -> Vec<Diagnostic> {
        let controls = self.program.iter().flat_map(|program| &program.controls).collect::<Vec<_>>();
        let told = |effect: Option<LegalEffect>| {
            matches!(effect, Some(LegalEffect::Repealed | LegalEffect::Pending))
        };
        let mut found = Vec::new();
        for citation in &self.citations {
            let Some(control) = controls.get(usize::from(citation.control)) else { continue };
            let is_over = citation.until.is_some_and(|until| until < now);
            if told(control.effect) || is_over || cites::never_together(citation, control) {
                continue;
            }
            let is_early =
                control.from.is_some_and(|from| now < from && citation.from.is_none_or(|rule| rule < from));
            if control.until.is_some_and(|until| until < now) {
                found.extend(cites::dead(citation, control));
            } else if is_early {
                found.extend(cites::early(citation, control));
            }
        }
        found
    }
}
