//! Exceptions whose time is over. The compiler has no clock: whoever has one asks.

use lictor_bundle::time::render_timestamp;
use lictor_grammar::diagnostic::Diagnostic;

use crate::Compiled;

impl Compiled {
    /// A warning for each exception that has ended before `now`, in milliseconds since 1970 UTC. Nothing where there are errors.
    pub fn expired(&self, now: i64) -> Vec<Diagnostic> {
        let rules = self.program.iter().flat_map(|program| &program.units).flat_map(|unit| &unit.rules);
        let ended = rules.flat_map(|rule| &rule.exceptions).filter(|exception| exception.expires < now);
        let mut found: Vec<Diagnostic> = ended
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
            .collect();
        found.sort_by_key(Diagnostic::span);
        found
    }
}
