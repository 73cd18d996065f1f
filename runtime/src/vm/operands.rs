//! Which registers an instruction reads, and which it writes.

use lictor_bundle::instr::{Instr, Reg};
use lictor_bundle::program::Code;

/// Registers in a row: the first, and how many.
pub(crate) type Run = (Reg, usize);

/// The registers that an instruction reads, and the runs of registers that it writes. Not told are how wide the elements of a list
/// and the results of facts are, with what facts are asked, and what statements show.
pub(crate) fn operands(instr: &Instr) -> ([Option<Reg>; 3], [Option<Run>; 2]) {
    let (reads, writes): (&[Reg], &[Reg]) = match instr {
        Instr::Constant { to, .. } | Instr::Param { to, .. } | Instr::Fact { to, .. } => (&[], &[*to]),
        Instr::Copy { to, from }
        | Instr::Not { to, from }
        | Instr::Negate { to, from, .. }
        | Instr::ToDecimal { to, from }
        | Instr::Civil { to, from, .. }
        | Instr::Part { to, from, .. }
        | Instr::LowerAscii { to, text: from }
        | Instr::Source { to, from, .. } => (&[*from], &[*to]),
        Instr::ParamMoney { to, like, .. } => (&[*like], &[*to]),
        Instr::Length { to, collection } => (&[*collection], &[*to]),
        Instr::Compare { to, left, right, .. }
        | Instr::Arith { to, left, right, .. }
        | Instr::Business { to, left, right, .. } => (&[*left, *right], &[*to]),
        Instr::Contains { to, item, collection, .. } => (&[*item, *collection], &[*to]),
        Instr::Lookup { to, map, key, .. } => (&[*map, *key], &[*to]),
        Instr::Text { to, text, part, .. } => (&[*text, *part], &[*to]),
        Instr::Within { to, text, parts, .. } => (&[*text, *parts], &[*to]),
        Instr::Accumulate { sum, currency, value, .. } => (&[*sum, *currency, *value], &[*sum, *currency]),
        Instr::Total { to, sum, currency, .. } => (&[*sum, *currency], &[*to]),
        Instr::JumpIf { condition, .. } | Instr::JumpUnless { condition, .. } => (&[*condition], &[]),
        Instr::Loop { list, index, element, .. } => (&[*list, *index], &[*index, *element]),
        Instr::Amplifier { from, .. } | Instr::Answer { from } => (&[*from], &[]),
        Instr::Jump { .. }
        | Instr::Repeat { .. }
        | Instr::Fail { .. }
        | Instr::Deny { .. }
        | Instr::StepUp { .. }
        | Instr::Risk { .. }
        | Instr::Oblige { .. }
        | Instr::End => (&[], &[]),
    };
    let width = match instr {
        Instr::Lookup { width, .. } => 1 + usize::from(*width),
        Instr::Source { width, .. } => usize::from(*width),
        _ => 1,
    };
    let mut both = ([None; 3], [None; 2]);
    both.0.iter_mut().zip(reads).for_each(|(place, register)| *place = Some(*register));
    both.1.iter_mut().zip(writes).for_each(|(place, register)| *place = Some((*register, width)));
    both
}

/// All temporaries that an instruction of a code reads, or may read: what statements show included, and of those that a fact may be asked
/// with, as their number is not known here, all.
pub(super) fn reads(code: &Code, instr: &Instr) -> Vec<Reg> {
    let mut all: Vec<Reg> = operands(instr).0.into_iter().flatten().collect();
    match *instr {
        Instr::Fact { arguments, .. } => all.extend(arguments..code.temporaries.len() as Reg),
        Instr::Deny { site } | Instr::StepUp { site } | Instr::Risk { site } | Instr::Oblige { site } => {
            let shown = code.sites.get(usize::from(site)).map_or(&[][..], |site| &site.arguments);
            all.extend(shown.iter().flat_map(|shown| [Some(shown.register), shown.present]).flatten());
        }
        _ => {}
    }
    all
}
