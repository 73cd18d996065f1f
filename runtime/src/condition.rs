//! Code that reads the request and nothing else: conditions of categories, what counts for history, amplifiers.

use lictor_bundle::instr::Failure;

use crate::plan::Program;
use crate::scratch::Scratch;
use crate::trace::Nobody;
use crate::vm::{self, End, Machine};

/// Whether the condition holds.
pub(crate) fn holds(program: &Program, scratch: &mut Scratch, code: usize) -> Result<bool, Failure> {
    match run(program, scratch, code)? {
        End::Answer(answer) => Ok(answer),
        // The loader lets every condition end with an answer.
        End::Done | End::Denied(_) => Err(Failure::Arithmetic),
    }
}

/// Runs the code. It has no parameters, and so no layers; it asks for no facts, and so for nothing that happened before.
pub(crate) fn run(program: &Program, scratch: &mut Scratch, code: usize) -> Result<End, Failure> {
    let code = program.condition(code).ok_or(Failure::Arithmetic)?;
    let mut machine = Machine::new(program, scratch, None, 0);
    machine.constants = &program.conditions.constants;
    vm::run(&mut machine, &code.steps, &mut 0, &mut Nobody)
}
