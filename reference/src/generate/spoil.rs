//! Requests with one thing wrong, or at least odd.

use super::request::Tree;
use super::rng::Rng;

/// What may stand where something else was expected.
const ODD: [&str; 29] = [
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    "1e3",
    "-0",
    "1.0000000001",
    "9223372036854775808",
    "\"\"",
    "\"x\"",
    "\"12.34\"",
    "\"-5\"",
    "[]",
    "{}",
    "[1,1]",
    "\"2026-02-30T00:00:00Z\"",
    "\"2026-03-01T10:00:00+01:00\"",
    "\"15m\"",
    "\"-15m\"",
    "{\"amount\":\"1.001\",\"currency\":\"USD\"}",
    "{\"amount\":1,\"currency\":\"XXX\"}",
    "{\"amount\":1,\"minor\":1,\"currency\":\"USD\"}",
    "\"XX\"",
    "{\"a\":1,\"a\":2}",
    "{\"state\":\"withheld\"}",
    "\"verified\"",
    "\"withheld\"",
    "1.000000001",
];

/// The same request with something changed in one place.
pub fn spoil(rng: &mut Rng, request: &Tree) -> String {
    let mut tree = request.clone();
    match rng.below(20) {
        0 => {
            let text = tree.text();
            let cut =
                (0..=rng.below(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
            return text[..cut].to_owned();
        }
        1 => return format!("\u{feff}{}", tree.text()),
        2 => return format!("{} x", tree.text()),
        3 => add(&mut tree, "schema_version", rng.pick::<&str>(&["1", "2", "1.0", "\"1\"", "null"])),
        4 => add(
            &mut tree,
            "facts",
            rng.pick::<&str>(&["[]", "{}", "[{}]", "[1]", "[{\"fact\":\"no\",\"args\":{},\"value\":1}]"]),
        ),
        5 => return format!("  {}\n", tree.text()),
        6 => return tree.text().replacen("\"id\":\"", "\"id\":\"\\ud800", 1),
        _ => {
            let steps = 1 + rng.below(4);
            change(rng, &mut tree, steps);
        }
    }
    tree.text()
}

fn add(tree: &mut Tree, name: &str, value: &str) {
    if let Tree::Object(members) = tree {
        members.retain(|(known, _)| known != name);
        members.push((name.to_owned(), Tree::Leaf(value.to_owned())));
    }
}

/// Goes down so many steps, then changes what is there.
fn change(rng: &mut Rng, tree: &mut Tree, steps: usize) {
    match tree {
        Tree::Object(members) if !members.is_empty() => {
            let at = rng.below(members.len());
            if steps > 1 {
                return change(rng, &mut members[at].1, steps - 1);
            }
            match rng.below(6) {
                0 => drop(members.remove(at)),
                1 => members[at].0.push('x'),
                2 => members.push(members[at].clone()),
                3 => members.push(("surplus".to_owned(), Tree::Leaf("1".to_owned()))),
                _ => members[at].1 = odd(rng),
            }
        }
        Tree::Array(elements) if !elements.is_empty() => {
            let at = rng.below(elements.len());
            if steps > 1 {
                return change(rng, &mut elements[at], steps - 1);
            }
            match rng.below(4) {
                0 => elements.clear(),
                1 => (0..8).for_each(|_| elements.push(elements[at].clone())),
                2 => elements.push(elements[at].clone()),
                _ => elements[at] = odd(rng),
            }
        }
        other => *other = odd(rng),
    }
}

fn odd(rng: &mut Rng) -> Tree {
    Tree::Leaf((*rng.pick(&ODD)).to_owned())
}
