//! What tool calls are: the conditions become code over a record of the members that they read.

use lictor_bundle::instr::Instr;
use lictor_bundle::tools::{InputCondition, Normalizer, Tools};

use super::Lowering;
use super::bounds::{self, Problem};
use super::coder::Coder;
use super::pool::Pool;
use crate::typed::{self, InputWhen};

impl<'a> Lowering<'a> {
    /// The normalizers, in the order of the typed tree. One with a problem is reported and left out.
    pub(super) fn tools(&mut self, pool: &mut Pool) -> Tools {
        let program = self.program;
        let mut normalizers = Vec::with_capacity(program.tools.normalizers.len());
        for normalizer in &program.tools.normalizers {
            match self.normalizer(pool, normalizer) {
                Ok(normalizer) => normalizers.push(normalizer),
                Err(problem) => {
                    self.diagnostics.push(problem.diagnostic(normalizer.span, "normalizer", None));
                }
            }
        }
        Tools { normalizers, unclassified: program.tools.unclassified }
    }

    fn normalizer(&self, pool: &mut Pool, from: &'a typed::Normalizer) -> Result<Normalizer, Problem> {
        let when = from.when.as_ref().map(|when| self.input_condition(pool, when)).transpose()?;
        Ok(Normalizer {
            tool: from.tool.clone(),
            action: from.action,
            when,
            mappings: from.mappings.clone(),
            ignored: from.ignored.clone(),
        })
    }

    fn input_condition(&self, pool: &mut Pool, when: &'a InputWhen) -> Result<InputCondition, Problem> {
        bounds::check_size(bounds::size(&when.holds))?;
        let mut coder = Coder::over(&self.program.schema, self.layout, when.record, pool);
        let from = coder.scalar(&when.holds)?;
        coder.emit(Instr::Answer { from })?;
        let (code, _) = coder.finish()?;
        Ok(InputCondition { reads: when.reads.clone(), record: when.record, code: pool.code(code)? })
    }
}
