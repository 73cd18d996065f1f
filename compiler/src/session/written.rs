//! The bundle of what was checked, without reading any of it again.

use lictor_bundle::layout::Layout;
use lictor_bundle::program::Bundle;

use super::Analysis;
use crate::variant::{self, Setting};
use crate::write::Writer;
use crate::{both, lower, origin};

impl Analysis {
    /// The bundle that [`compile`](crate::compile) makes of the same texts under this name, not yet proved. Nothing where there are mistakes, or
    /// where something is beyond the machine.
    pub fn bundle(&self, name: &str) -> Option<Bundle> {
        let program = self.program.as_ref().filter(|_| self.is_sound())?;
        both::apart(|| {
            let layout = Layout::new(&program.schema).ok()?;
            self.writer(name).write(program, &layout).ok()
        })
    }

    /// The same as a test wants it.
    pub fn variant(&self, name: &str, settings: &[Setting]) -> Option<Bundle> {
        let program = self.program.as_ref().filter(|_| self.is_sound())?;
        both::apart(|| variant::written(program, settings, self.writer(name)))
    }

    /// Whether there are no mistakes; doubts do not count.
    pub fn is_sound(&self) -> bool {
        !self.diagnostics.iter().any(lictor_grammar::diagnostic::Diagnostic::is_error)
    }

    fn writer<'a>(&'a self, name: &'a str) -> Writer<'a> {
        let pieces = || self.places.pieces();
        Writer {
            name,
            places: lower::Places::of_pieces(pieces().map(|(path, piece)| (piece.id(), path, piece.text()))),
            sources: origin::sources(
                &self.project,
                pieces().map(|(path, piece)| (path, piece.text())),
                &self.places,
                &self.modules,
                &self.layers,
            ),
        }
    }
}
