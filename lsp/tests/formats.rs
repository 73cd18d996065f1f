//! Where formatting changes nearly everything, editors get a few edits that say so, not thousands.

use std::rc::Rc;

use lictor_grammar::format::format as formatted;
use lictor_lsp::ide::format::{self, Edit};
use lictor_lsp::ide::{Syntax, Text};

/// A rule that is laid out in a way of its own.
fn rule(number: u32) -> String {
    format!(
        "/// Number {number}.\nrule r{number} on order.place   at policy {{\n      deny   when total>most as TOO_MUCH\n}}\n\n"
    )
}

/// The text with its edits made, which stand in its order and apart.
fn made(text: &str, edits: &[Edit]) -> String {
    let mut at = 0;
    let mut made = String::new();
    for edit in edits {
        let (start, end) = (edit.range.start as usize, edit.range.end as usize);
        assert!(at <= start && start <= end);
        made += &text[at..start];
        made += &edit.text;
        at = end;
    }
    made + &text[at..]
}

#[test]
fn many_changes_are_few_edits() {
    for rules in [1, 10, 100, 500] {
        let text = "module shop\n\n".to_owned() + &(0..rules).map(rule).collect::<String>();
        let edits = format::document(&Syntax::of(Rc::new(Text::new(text.clone()))));
        assert_eq!(made(&text, &edits), formatted(&text).unwrap());
        assert!(!edits.is_empty() && edits.len() <= 500, "{rules} rules: {} edits", edits.len());
    }
}

#[test]
fn what_stays_far_from_a_change_is_in_no_edit() {
    let kept = "// Nothing of this changes, and it is as long as a paragraph of a contract that nobody reads to its end.\n";
    let text = "module shop\n\n".to_owned()
        + &(0..300).map(|number| rule(number) + &kept.repeat(3) + "\n").collect::<String>();
    let edits = format::document(&Syntax::of(Rc::new(Text::new(text.clone()))));
    assert_eq!(made(&text, &edits), formatted(&text).unwrap());
    assert!(edits.len() >= 300, "{} edits", edits.len());
    assert!(edits.iter().all(|edit| !edit.text.contains("nobody reads")));
}
