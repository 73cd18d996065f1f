//! Every token of the samples is lost, or another stands in its place: what is said of it keeps to the form of messages.

use std::collections::BTreeMap;
use std::fs;

use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::parse;
use lictor_grammar::span::FileId;

use crate::project::root;
use crate::words;

/// What stands in the place of a token: nothing, a word, a sign, a number, a keyword.
const INSTEAD: [&str; 5] = ["", "zzyzx", "}", "7", "when"];

/// The texts whose tokens are lost.
fn samples() -> Vec<String> {
    let paths = [
        "grammar/tests/samples/everything.lictor",
        "examples/agent-payments/policy/purchase.lictor",
        "stdlib-policies/std/actions/payment.lictor",
    ];
    paths.iter().map(|path| fs::read_to_string(root().join(path)).unwrap()).collect()
}

#[test]
fn whatever_is_lost_the_message_keeps_to_its_form() {
    let (mut faults, mut tried, mut silent) = (BTreeMap::<String, String>::new(), 0, 0);
    for sample in samples() {
        for item in parse(FileId(0), &sample).file.items {
            let source = &sample[item.span.start as usize..item.span.end as usize];
            let tokens = parse(FileId(0), source).tokens;
            for (token, instead) in tokens.iter().flat_map(|token| INSTEAD.map(|instead| (token, instead))) {
                let (start, end) = (token.span.start as usize, token.span.end as usize);
                let text = format!("{}{instead}{}", &source[..start], &source[end..]);
                let told = parse(FileId(0), &text).diagnostics;
                tried += 1;
                silent += usize::from(told.is_empty());
                for error in told.iter().filter(|told| told.is_error()) {
                    faults.extend(words::faults(&text, error).map(|fault| (fault, excerpt(&text, error))));
                }
            }
        }
    }
    println!("{tried} texts, {silent} of them without a mistake");
    let list: Vec<String> = faults.iter().map(|(fault, text)| format!("{fault}\n    {text}")).collect();
    assert!(list.is_empty(), "{} faults\n{}", list.len(), list.join("\n"));
    assert!(tried > 9_000 && silent * 2 < tried, "{tried} texts, {silent} of them without a mistake");
}

/// What stands around a mistake.
fn excerpt(text: &str, told: &Diagnostic) -> String {
    let at = told.span().start as usize;
    let from = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let to = text[at..].find('\n').map_or(text.len(), |end| at + end);
    format!("{} ⟨{}⟩", &text[from..to], &text[at..(told.span().end as usize).clamp(at, to)])
}
