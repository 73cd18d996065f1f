//! Variables that a script declares, exports, or shows.

use super::Act;
use super::environment;
use super::evaluated;
use super::meaning::{Effect, Effects};
use super::word::Word;
use crate::Reason;

/// Adds what `declare`, `export` and their kin do.
pub(super) fn declared(effects: &mut Effects, name: &str, arguments: &[Word]) {
    let plain = |word: &Word| {
        let name = word.text.split('=').next().unwrap_or_default().trim_end_matches('+');
        if word.is_known() && word.text.starts_with(['-', '+']) {
            return !word.text.contains(['i', 'n', 'E', 'F', 'T', 'x']) || word.text == "-x" && !word.open;
        }
        evaluated::is_name(name)
    };
    let numbers =
        matches!(name, "declare" | "typeset" | "local") && evaluated::declares_numbers(arguments).is_some();
    if !numbers && !arguments.iter().all(plain) {
        effects.opaque(Reason::Input);
    }
    for word in arguments {
        let Some((variable, value)) = word.assigns() else { continue };
        if environment::matters(variable, value, !word.is_open()) {
            effects.opaque(Reason::Environment);
        }
        if environment::is_record(variable) {
            effects.add(Effect::of(Act::Hides));
        }
    }
    // Without a name they print all variables, and with `-f` functions.
    let shows = |word: &Word| word.text.starts_with('-') && !word.text.contains(['f', 'F']);
    if arguments.is_empty() || arguments.iter().all(shows) || arguments.iter().any(|word| word.text == "-p") {
        effects.add(Effect::of(Act::ReadsSecret));
    }
}
