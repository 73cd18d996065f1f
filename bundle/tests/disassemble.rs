//! What `inspect` shows.

mod builder;

use lictor_bundle::disassemble::disassemble;

#[test]
fn code_is_shown_with_the_names_of_the_policy() {
    insta::assert_snapshot!(disassemble(&builder::bundle()));
}
