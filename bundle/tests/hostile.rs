//! Contents that nobody checked: whatever stands in them, verification ends, and soon, with a verdict.

mod builder;

use builder::bundle;
use lictor_bundle::disassemble::disassemble;
use lictor_bundle::error::ErrorKind;
use lictor_bundle::instr::Instr;
use lictor_bundle::program::{Bundle, Rule};
use lictor_bundle::verify::verify;

#[test]
fn no_changed_byte_of_the_contents_makes_it_panic() {
    let bytes = borsh::to_vec(&bundle()).unwrap();
    let (mut read, mut accepted) = (0, 0);
    for position in 0..bytes.len() {
        for mask in [0x01, 0x02, 0x04, 0x10, 0x40, 0x80, 0xff] {
            let mut changed = bytes.clone();
            changed[position] ^= mask;
            let Ok(bundle) = borsh::from_slice::<Bundle>(&changed) else {
                continue;
            };
            read += 1;
            if verify(&bundle).is_ok() {
                accepted += 1;
                // It is another policy, and can be shown as such.
                assert!(!disassemble(&bundle).is_empty());
            }
        }
    }
    assert!(read > 1_000 && accepted > 100, "{read} read, {accepted} accepted");
}

#[test]
fn code_that_is_used_over_and_over_is_refused_before_all_of_it_was_looked_at() {
    let mut bundle = bundle();
    let unit = &mut bundle.units[0];
    let first = unit.rules[0].clone();
    let code = &mut unit.code.codes[0];
    let end = code.instrs.split_off(6);
    code.instrs.resize(60_000, Instr::Copy { to: 4, from: 4 });
    code.instrs.push(Instr::End);
    code.instrs[4] = Instr::Copy { to: 4, from: 4 };
    assert_eq!(end.len(), 2);
    let again = (100..20_000).map(|position| {
        let mut rule: Rule = first.clone();
        rule.key.position = position;
        rule
    });
    unit.rules.splice(1..1, again);
    bundle.manifest.order[0].rules = unit.rules.iter().map(|rule| rule.key.clone()).collect();
    assert_eq!(verify(&bundle).unwrap_err().kind, ErrorKind::Steps);
}
