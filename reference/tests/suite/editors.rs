//! The grammar that editors have takes random policies, too.

use lictor_reference::generate::{Policy, Rng};

const POLICIES: u64 = 300;

#[test]
fn editors_parse_random_policies() {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_lictor::LANGUAGE.into()).unwrap();
    for seed in 1..=POLICIES {
        for (path, text) in Policy::random(&mut Rng::new(seed)).files() {
            let tree = parser.parse(&text, None).unwrap();
            let root = tree.root_node();
            assert!(!root.has_error(), "seed {seed}, {path}:\n{}\n{text}", root.to_sexp());
        }
    }
}
