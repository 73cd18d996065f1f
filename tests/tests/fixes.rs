//! What authors type, and what is said of it: each block of `compiler/tests/diagnostics/authors.md` has one mistake, so one message,
//! which says what to do; and where the message offers a change, the change mends the block.

use std::path::Path;

use lictor_compiler::project::{Project, SourceFile};
use lictor_compiler::{Compiled, compile};

fn check(prelude: &str, block: &str) -> Compiled {
    let file =
        |path: &str, text: &str| SourceFile { path: path.to_string(), bytes: text.as_bytes().to_vec() };
    let files = vec![file("a.lictor", prelude), file("b.lictor", block)];
    compile(&Project { name: "authors".to_string(), files, ..Project::default() })
}

/// The blocks of the page, without the comments that announce what they raise.
fn blocks() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../compiler/tests/diagnostics/authors.md");
    let text = std::fs::read_to_string(path).unwrap();
    let parts = text.split("```lictor\n").skip(1).map(|part| part.split("```\n").next().unwrap());
    let plain = |block: &str| {
        let lines = block.lines().map(|line| line.split(" // error: ").next().unwrap());
        lines.map(|line| format!("{line}\n")).collect::<String>()
    };
    parts.map(plain).collect()
}

#[test]
fn each_mistake_is_one_message_and_the_change_it_offers_mends_it() {
    let all = blocks();
    let (prelude, blocks) = all.split_first().unwrap();
    let (mut mended, mut wrong) = (0, Vec::new());
    for block in blocks {
        let compiled = check(prelude, block);
        let errors: Vec<_> = compiled.diagnostics.iter().filter(|told| told.is_error()).collect();
        let [error] = errors.as_slice() else {
            wrong.push(format!("{block}{} messages", errors.len()));
            continue;
        };
        if error.help.is_none() {
            wrong.push(format!("{block}{error:?} says not what to do"));
        }
        let Some(fix) = &error.fix else { continue };
        let mut text = block.clone();
        text.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.text);
        let after = check(prelude, &text);
        match after.diagnostics.iter().find(|told| told.is_error()) {
            None => mended += 1,
            Some(left) => wrong.push(format!("{text}is not mended: {left:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(blocks.len() >= 60 && mended >= 30, "{} mistakes, {mended} mended", blocks.len());
}
