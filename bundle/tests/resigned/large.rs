//! The same in bundles so large that they are hashed, decoded and verified by two threads at a time: what is refused, and as what, is the same.

use lictor_bundle::container::{Sealed, Threads, Trust, open, open_apart, seal};
use lictor_bundle::error::BundleError;
use lictor_bundle::instr::Instr;
use lictor_bundle::program::{Bundle, Code, Condition, Rule, RuleKey, Site, Stage};
use lictor_bundle::source_map::RuleMap;
use lictor_bundle::verify::verify;

use crate::builder::forge::{Parts, with_digest};
use crate::builder::{NOTE_THERE, bundle, key};
use crate::{groups, run};

/// So many conditions and so many rules more.
const MANY: u16 = 600;

/// Adds categories with a condition each, and as many rules, behind those that are there.
fn grow(bundle: &mut Bundle) {
    let first = bundle.schema.categories.len() as u16;
    for number in 0..MANY {
        bundle.schema.categories.push(format!("zz-{number:04}"));
        let code = bundle.condition_code.codes.len() as u16;
        bundle.conditions.push(Condition { category: first + number, action: 0, code });
        let instrs = vec![Instr::Answer { from: NOTE_THERE }];
        bundle.condition_code.codes.push(Code { instrs, ..Code::default() });
    }
    let base = &mut bundle.units[0];
    let like = base.rules.last().expect("a rule").clone();
    for number in 0..u32::from(MANY) {
        let code = base.code.codes.len() as u16;
        let instrs =
            vec![Instr::JumpUnless { condition: NOTE_THERE, target: 2 }, Instr::Risk { site: 0 }, Instr::End];
        let sites = vec![Site { statement: 0, arguments: vec![] }];
        base.code.codes.push(Code { temporaries: vec![], instrs, sites });
        base.rules.push(Rule {
            name: format!("more_{number}"),
            key: RuleKey { stage: Stage::Risk, module: "zz".to_owned(), position: number },
            docs: "A rule that makes the bundle longer. ".repeat(16),
            entries: vec![(0, code)],
            statements: like.statements.iter().take(1).cloned().collect(),
            exceptions: vec![],
            ..like.clone()
        });
        if !base.map.rules.is_empty() {
            base.map.rules.push(RuleMap { entries: vec![vec![]], ..RuleMap::default() });
        }
    }
    bundle.manifest.order[0].rules = base.rules.iter().map(|rule| rule.key.clone()).collect();
}

fn large() -> Bundle {
    let mut large = bundle();
    grow(&mut large);
    large
}

fn signed(bundle: &Bundle) -> Vec<u8> {
    let file = seal(bundle, &[key()]).unwrap();
    assert!(file.len() > 1 << 18, "{} bytes", file.len());
    file
}

/// Opens a file by one thread and by two, which must come to the same.
fn opened(file: &[u8]) -> Result<Sealed, BundleError> {
    let keys = [key().verifying_key()];
    let by_one = open(file, Trust::Keys(&keys));
    let mut users = Vec::new();
    let by_two = open_apart(file, Trust::Keys(&keys), Threads::Two, |unit, _| {
        users.push(unit);
        Ok(())
    });
    let by_two = by_two.map(|mut sealed| {
        sealed.bundle.units.append(&mut users);
        sealed
    });
    assert_eq!(by_one, by_two);
    by_one
}

fn refused(file: &[u8]) -> String {
    opened(file).expect_err("it is taken").to_string()
}

#[test]
fn a_large_bundle_is_taken() {
    let bundle = large();
    let sealed = opened(&signed(&bundle)).unwrap();
    assert_eq!(sealed.bundle, bundle);
    assert_eq!(sealed.steps, verify(&bundle).unwrap());
}

#[test]
fn whatever_is_broken_in_a_large_bundle_is_refused_with_the_code_that_says_so() {
    let wrong: Vec<String> = groups().iter().flat_map(|group| run(group, grow)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What cannot be decoded is told in the order of the parts, whichever was decoded sooner.
#[test]
fn of_two_parts_that_cannot_be_read_the_first_is_told() {
    let told = |spoil: &[fn(&mut Parts)]| {
        let mut parts = Parts::of(&large());
        spoil.iter().for_each(|spoil| spoil(&mut parts));
        refused(&parts.signed([7; 32]))
    };
    let cut: [fn(&mut Parts); 4] = [
        |parts| parts.conditions.truncate(9),
        |parts| parts.manifest.truncate(9),
        |parts| parts.schema.truncate(9),
        |parts| parts.units[0].truncate(300_000),
    ];
    for (number, first) in cut.iter().enumerate() {
        let alone = told(&[*first]);
        assert!(alone.contains("cannot be read"), "{alone}");
        assert_eq!(told(&cut[number..]), alone);
    }
}

/// What is not decoded yet when the verification of the rest finds something is told in its turn.
#[test]
fn of_two_faults_in_different_parts_the_first_is_told() {
    let told = |bundle: &Bundle, spoil: &[fn(&mut Parts)]| {
        let mut parts = Parts::of(bundle);
        spoil.iter().for_each(|spoil| spoil(&mut parts));
        refused(&parts.signed([7; 32]))
    };
    let mut unsorted = large();
    unsorted.schema.categories.swap(0, 1);
    let cut_unit: fn(&mut Parts) = |parts| parts.units[0].truncate(300_000);
    let other_edition: fn(&mut Parts) = |parts| parts.release = "sequence 1\nexpires never\n".to_owned();
    let [schema, unit, edition] =
        [told(&unsorted, &[]), told(&large(), &[cut_unit]), told(&large(), &[other_edition])];
    assert!(schema != unit && unit != edition && schema != edition);
    assert_eq!(told(&unsorted, &[cut_unit]), schema);
    assert_eq!(told(&unsorted, &[cut_unit, other_edition]), edition);
}

/// A digest that is wrong is told before anything else that is.
#[test]
fn a_large_file_that_was_changed_is_damaged_whatever_else_it_is() {
    let file = signed(&large());
    let damaged = refused(&file[..file.len() - 1]);
    for at in [8, 13, 60, 150, 200, 300, 1_000, file.len() / 2, file.len() - 33, file.len() - 1] {
        let mut flipped = file.clone();
        flipped[at] ^= 0x40;
        assert_eq!(refused(&flipped), damaged, "{at}");
        if at < file.len() - 32 {
            flipped.truncate(file.len() - 32);
            assert_ne!(refused(&with_digest(flipped)), damaged, "{at}");
        }
    }
}
