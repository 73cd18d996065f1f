//! Files that nobody writes by hand, of any size: one endless line, brackets and declarations within one another, thousands of mistakes.

use crate::growth::{File, Growth, single};

/// Every such way to grow. Of what stands on one line, `n` is a hundred bytes.
pub const ALL: &[Growth] = &[
    Growth { name: "hostile_name", what: "one name on one line", write: |n| condition(&"x".repeat(100 * n)) },
    Growth {
        name: "hostile_text",
        what: "one text on one line",
        write: |n| condition(&format!("item == \"{}\"", "a".repeat(100 * n))),
    },
    Growth {
        name: "hostile_comment",
        what: "one comment on one line",
        write: |n| single(&format!("// {}\n", "a ".repeat(50 * n))),
    },
    Growth { name: "hostile_blanks", what: "blanks on one line", write: |n| single(&" ".repeat(100 * n)) },
    Growth {
        name: "hostile_signs",
        what: "operators on one line",
        write: |n| condition(&"+ ".repeat(50 * n)),
    },
    Growth {
        name: "hostile_quotes",
        what: "quotes on one line",
        write: |n| condition(&"\" ".repeat(50 * n)),
    },
    Growth {
        name: "hostile_open",
        what: "brackets that are never closed",
        write: |n| condition(&"(".repeat(100 * n)),
    },
    Growth {
        name: "hostile_nested",
        what: "brackets in one another",
        write: |n| condition(&format!("{}{}", "(".repeat(50 * n), ")".repeat(50 * n))),
    },
    Growth {
        name: "hostile_not",
        what: "words that wait for an operand",
        write: |n| condition(&"not ".repeat(25 * n)),
    },
    Growth {
        name: "hostile_chain",
        what: "terms of one sum",
        write: |n| condition(&"pieces + ".repeat(11 * n)),
    },
    Growth { name: "hostile_blocks", what: "blocks in one another", write: blocks },
    Growth { name: "hostile_calls", what: "functions that call the one before", write: calls },
    Growth { name: "hostile_within", what: "records that hold the one before", write: within },
    Growth {
        name: "hostile_imports",
        what: "imports of modules that are not there",
        write: |n| single(&lines(n, |i| format!("import gone.m{i}"))),
    },
    Growth {
        name: "hostile_words",
        what: "words in column 1 that begin nothing",
        write: |n| single(&lines(n, |i| format!("ruel r{i} on shop.buy {{ }}"))),
    },
    Growth {
        name: "hostile_codes",
        what: "mistakes in one file, all different",
        write: |n| single(&lines(n, |i| format!("param p{i}: Imt = {i} striktr when lower"))),
    },
    Growth { name: "hostile_files", what: "files, each cut off", write: files },
];

/// A rule with this condition.
fn condition(condition: &str) -> Vec<File> {
    single(&format!("\nrule odd on shop.buy {{ deny when {condition} as TOO_MUCH }}\n"))
}

fn lines(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).fold(String::new(), |all, number| all + &line(number) + "\n")
}

fn blocks(n: usize) -> Vec<File> {
    let (open, close) = ("when pieces > 3 { ".repeat(5 * n), " }".repeat(5 * n));
    single(&format!("\nrule odd on shop.buy {{ {open}deny as TOO_MUCH{close} }}\n"))
}

fn calls(n: usize) -> Vec<File> {
    let functions = lines(n, |number| format!("fn f{}(x: Int) -> Int = f{number}(x)", number + 1));
    single(&format!("\nfn f0(x: Int) -> Int = x\n{functions}"))
}

fn within(n: usize) -> Vec<File> {
    let records = lines(n, |number| format!("record R{} {{ inner: R{number} }}", number + 1));
    single(&format!("\nrecord R0 {{ number: Int }}\n{records}"))
}

fn files(n: usize) -> Vec<File> {
    let text =
        "module cut.off\nlayer base\n\nrule odd on shop.buy {\n  deny when pieces > 3 as TOO_MUCH\n}\n";
    let cut = |number: usize| {
        (format!("m{number}.lictor"), text.get(..number % text.len()).unwrap_or_default().to_string())
    };
    single("").into_iter().chain((0..n).map(cut)).collect()
}
