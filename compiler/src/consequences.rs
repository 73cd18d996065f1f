//! One mistake is told once: what only follows from text that could not be read is not told at all.

use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::modules::Module;

/// Codes that miss something in an item. Where part of the item could not be read, it is likelier that the reader lost
/// it than that the author forgot it.
const MISSING: [&str; 4] = ["E0207", "E0220", "E0222", "E0224"];

/// Codes that do not know a name. Where a whole item was lost, it may have declared it.
const UNKNOWN: [&str; 9] = ["E0207", "E0208", "E0209", "E0210", "E0212", "E0217", "E0221", "E0225", "E0408"];

/// Takes out what follows from syntax errors; it comes back, if it is true, when they are mended.
pub(crate) fn drop(diagnostics: &mut Vec<Diagnostic>, modules: &[Module]) {
    let items: Vec<Span> =
        modules.iter().flat_map(|module| module.ast.items.iter().map(|item| item.span)).collect();
    let within = |place: Span, item: &Span| {
        item.file == place.file && item.start <= place.start && place.start < item.end
    };
    let (mut broken, mut lost) = (Vec::new(), false);
    for error in diagnostics.iter().filter(|error| error.code.starts_with("E01")) {
        match items.iter().find(|item| within(error.span(), item)) {
            Some(item) => broken.push(*item),
            None => lost = true,
        }
    }
    diagnostics.retain(|diagnostic| {
        let place = diagnostic.span();
        let follows = MISSING.contains(&diagnostic.code) && broken.iter().any(|item| within(place, item));
        // A name that is nearly a known one is a slip of the finger, whatever was lost.
        let slip = diagnostic.help.as_deref().is_some_and(|help| help.starts_with("did you mean"));
        !follows && (slip || !(lost && UNKNOWN.contains(&diagnostic.code)))
    });
}
