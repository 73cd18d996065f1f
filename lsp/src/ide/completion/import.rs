//! What stands in modules of the library that are not imported, with the import that brings it in.

use lictor_compiler::modules::Module;
use lictor_grammar::ast::Item as Written;
use lictor_grammar::span::Span;
use lictor_project::is_for_its_rules;

use super::Here;
use super::declared::declared;
use super::item::{ELSEWHERE, Item};
use crate::ide::actions::importing;
use crate::ide::library::{library_modules, text_in_library};
use crate::ide::names::Kind;

impl Here<'_> {
    /// Offers what modules of the library declare that are not in force. Taking it imports them; so nothing of a pack is offered, whose rules
    /// would come with a name.
    pub(super) fn elsewhere(&self, kind: Kind, fits: &dyn Fn(&Written) -> bool, items: &mut Vec<Item>) {
        let is_in_force = |module: &&Module| self.look.modules.iter().any(|known| known.name == module.name);
        let offered = library_modules().iter().filter(|module| !is_for_its_rules(&module.name));
        for module in offered.filter(|module| !is_in_force(module)) {
            let edits = importing(self.file, &self.syntax, &module.name).edits;
            let text = |span: Span| {
                text_in_library(&module.name, span).split_whitespace().collect::<Vec<_>>().join(" ")
            };
            for item in module.ast.items.iter().filter(|item| fits(item)) {
                for found in declared(item, &[kind], &text) {
                    let mut item =
                        found.offered(&module.name).told(&format!("Adds `import {}`.", module.name));
                    item.rank = ELSEWHERE;
                    item.edits.clone_from(&edits);
                    self.behind_path(item, items);
                }
            }
        }
    }
}
