//! The small changes that `lictor test --mutate` makes, on a policy that has one of each kind.

use lictor_compiler::compile;
use lictor_compiler::mutate::{apply, mutants};
use lictor_compiler::project::{Project, SourceFile};

const POLICY: &str = r#"module shop
layer base
reasons { MUCH "Too much" OFTEN "Too often" }
record Shop { id: String, open: Bool }
action shop.buy {
  shop: Shop
  total: Money
  pieces: List<Int, max 9>
  note: String?
  amplifiers { haste: if total > 5.5 JPY then 60 else 10 }
  default allow
}
param most: Money = 99.50 USD
  stricter when lower
category night when shop.open and not (shop.id in ["a", "b"])
risk model { flags { bulk 12.5 } amplifiers { haste 0.20 } step_up at 40 }
rule limits on shop.buy from 2026-01-01 {
  let before = times(allowed shop.buy per shop.id over 1h where pieces is not empty)
  require total <= most else MUCH "more than 3" // not <= here
  when note is present unless shop.open {
    deny when all(n in pieces: n not in 2..9) or note == "x" as OFTEN
  }
  risk +7 when before * 2 >= 10 as OFTEN
  step_up when context.now < 2026-06-01T00:00:00Z + 15m to user quorum 2 within 1h as MUCH
  flag bulk when size(pieces) > 3
}
test "not changed" { given one expect allow }
example one = shop.buy { shop: { id: "a", open: true }, total: 3 USD, pieces: [1] }
"#;

fn project() -> Project {
    let file = SourceFile { path: "shop.lictor".to_string(), bytes: POLICY.as_bytes().to_vec() };
    Project { name: "shop".to_string(), files: vec![file], ..Project::default() }
}

#[test]
fn every_kind_of_change_is_made_once() {
    let all = mutants(&project());
    let mut listed = String::new();
    for mutant in &all {
        let at = mutant.span.start as usize;
        let line = 1 + POLICY[..at].matches('\n').count();
        assert_eq!(&POLICY[at..mutant.span.end as usize], mutant.before);
        listed.push_str(&format!("{line} {}: {} → {}\n", mutant.kind, mutant.before, mutant.after));
    }
    insta::assert_snapshot!(listed);
}

#[test]
fn a_changed_project_is_the_project_but_for_the_change() {
    let project = project();
    for mutant in mutants(&project) {
        let changed = apply(&project, &mutant);
        let text = String::from_utf8(changed.files[0].bytes.clone()).unwrap();
        let end = POLICY.len() - mutant.span.end as usize;
        assert_eq!(text[..mutant.span.start as usize], POLICY[..mutant.span.start as usize]);
        assert_eq!(text[text.len() - end..], POLICY[mutant.span.end as usize..]);
        // Whatever it does, it can be read: no change may leave half a token behind.
        let syntax = compile(&changed).diagnostics;
        assert!(!syntax.iter().any(|told| told.code.starts_with("E01")), "{mutant:?} {syntax:#?}");
    }
}
