//! From a policy without mistakes to its bundle: its code, put together with what it was made of. Whole files and the pieces of a session
//! become the same bytes.

use lictor_bundle::layout::Layout;
use lictor_bundle::program::{Bundle, TestSummary};
use lictor_grammar::diagnostic::Diagnostic;

use crate::link;
use crate::lower::{self, Places};
use crate::origin::Sources;
use crate::typed::Program;

/// What a bundle says beside what the policy means.
pub(crate) struct Writer<'p> {
    /// What it is called.
    pub name: &'p str,
    /// Where the parts of the policy stand.
    pub places: Places<'p>,
    /// The files that it is made of.
    pub sources: Sources,
}

impl Writer<'_> {
    /// The bundle, not yet proved; or what is beyond the machine. `layout` is that of the policy's schema.
    pub fn write(self, program: &Program, layout: &Layout) -> Result<Bundle, Vec<Diagnostic>> {
        let (lowered, errors) = lower::lower(program, layout, &self.places);
        if !errors.is_empty() {
            return Err(errors);
        }
        let (schema, controls) = (program.schema.clone(), program.controls.clone());
        Ok(link::link(self.name.to_owned(), self.sources, TestSummary::default(), schema, controls, lowered))
    }
}
