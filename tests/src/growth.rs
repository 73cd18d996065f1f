//! Projects of any size, each of which grows in one way only: what takes time more than in proportion to `n` shows as a curve.

use std::fmt::Write as _;

/// A file of a generated project: its path and its text.
pub type File = (String, String);

/// One way in which a project can grow.
pub struct Growth {
    /// How it is called on the command line.
    pub name: &'static str,
    /// What there are `n` of.
    pub what: &'static str,
    /// Writes the project with `n` of them.
    pub write: fn(usize) -> Vec<File>,
}

/// Every way that is measured, those of sound projects first.
pub const ALL: &[Growth] = &[
    Growth { name: "rules", what: "rules in one module", write: rules },
    Growth { name: "modules", what: "modules of one rule each", write: modules },
    Growth { name: "statements", what: "statements in one rule", write: statements },
    Growth { name: "lets", what: "names in one rule, each made of the one before", write: lets },
    Growth { name: "params", what: "parameters, each read by a rule", write: params },
    Growth { name: "reasons", what: "reason codes, each used once", write: reasons },
    Growth { name: "actions", what: "actions, each with a rule of its own", write: actions },
    Growth { name: "records", what: "record types", write: records },
    Growth { name: "words", what: "words of one enum, each asked for", write: words },
    Growth { name: "functions", what: "functions, each called once", write: functions },
    Growth { name: "facts", what: "facts, one for each action", write: facts },
    Growth { name: "categories", what: "categories, each with a layer", write: categories },
    Growth { name: "users", what: "user layers", write: users },
    Growth { name: "tests", what: "tests", write: tests },
    Growth { name: "cases", what: "rows of one test", write: cases },
    Growth { name: "members", what: "members of one set", write: members },
    Growth { name: "lines", what: "lines of a file that a set takes its members from", write: lines },
    Growth { name: "imports", what: "modules that import one another's base", write: imports },
    Growth { name: "codes", what: "modules that each declare a reason code and use it", write: codes },
    Growth { name: "sets", what: "parameters, each set by a layer of its own", write: sets },
    Growth { name: "comments", what: "comments", write: comments },
    Growth { name: "one_line", what: "statements on one line", write: one_line },
    Growth { name: "unknown", what: "names that nobody declared", write: unknown },
    Growth { name: "misspelled", what: "names of parameters with a slip", write: misspelled },
    Growth { name: "twice", what: "declarations of the same name", write: twice },
    Growth { name: "unused", what: "things that nobody uses", write: unused },
    Growth { name: "unreadable", what: "rules that cannot be read", write: unreadable },
];

const HEAD: &str = "\
module grown.base
layer base

action shop.buy {
  item: String max 40
  pieces: Int
  price: Money
  default allow
}

reasons { TOO_MUCH \"It is too much\" }
";

/// A project of one module that begins with the head.
pub(crate) fn single(rest: &str) -> Vec<File> {
    vec![("base.lictor".to_string(), format!("{HEAD}{rest}"))]
}

/// The same text `n` times, each time with its number for `#`.
fn each(n: usize, text: &str) -> String {
    (0..n).fold(String::new(), |mut all, number| {
        all.push_str(&text.replace('#', &number.to_string()));
        all
    })
}

fn rules(n: usize) -> Vec<File> {
    single(&each(
        n,
        "\nrule rule_# on shop.buy {\n  require pieces <= # + 1000 else TOO_MUCH \"{pieces} of {item}\"\n}\n",
    ))
}

fn modules(n: usize) -> Vec<File> {
    let module = |number: usize| {
        let text = format!(
            "module grown.m{number}\nlayer base\n\nrule rule_{number} on shop.buy {{\n  require pieces <= {} else TOO_MUCH\n}}\n",
            1000 + number
        );
        (format!("m{number}.lictor"), text)
    };
    single("").into_iter().chain((0..n).map(module)).collect()
}

fn statements(n: usize) -> Vec<File> {
    let body = each(n, "  deny when pieces == # + 1000 as TOO_MUCH\n");
    single(&format!("\nrule long on shop.buy {{\n{body}}}\n"))
}

fn lets(n: usize) -> Vec<File> {
    let mut body = String::from("  let v0 = pieces\n");
    for number in 1..n {
        let _ = writeln!(body, "  let v{number} = v{} + 1", number - 1);
    }
    single(&format!(
        "\nrule chain on shop.buy {{\n{body}  require v{} < 9_000_000_000 else TOO_MUCH\n}}\n",
        n.max(1) - 1
    ))
}

fn params(n: usize) -> Vec<File> {
    single(&each(
        n,
        "\nparam most_#: Int = 1000\n  stricter when lower\n\nrule rule_# on shop.buy {\n  require pieces <= most_# + # else TOO_MUCH\n}\n",
    ))
}

fn reasons(n: usize) -> Vec<File> {
    let codes = (0..n).fold(String::new(), |all, number| {
        format!("{all}  REASON_{} \"Reason {number}\"\n", letters(number))
    });
    let uses = (0..n).fold(String::new(), |all, number| {
        let code = letters(number);
        format!("{all}\nrule rule_{number} on shop.buy {{\n  require pieces <= {number} + 1000 else REASON_{code}\n}}\n")
    });
    single(&format!(
        "\nreasons {{\n{codes}}}\n{uses}\nrule first on shop.buy {{\n  require pieces < 9000 else TOO_MUCH\n}}\n"
    ))
}

/// A number in letters, spread so that neighbours differ in more than one place.
fn letters(number: usize) -> String {
    let mut left = (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (0..10)
        .map(|_| {
            let letter = char::from(b'A' + (left % 26) as u8);
            left /= 26;
            letter
        })
        .collect()
}

fn actions(n: usize) -> Vec<File> {
    single(&each(
        n,
        "\naction many.a# {\n  item: String\n  pieces: Int\n  default allow\n}\n\nrule rule_# on many.a# {\n  require pieces <= 1000 else TOO_MUCH\n}\n",
    ))
}

fn records(n: usize) -> Vec<File> {
    single(&each(
        n,
        "\nrecord R# { name: String, size: Int }\n\naction many.a# {\n  thing: R#\n  default allow\n}\n",
    ))
}

fn words(n: usize) -> Vec<File> {
    let words: Vec<String> = (0..n).map(|number| format!("word_{number}")).collect();
    let asked = each(n, "  deny when word == word_# as TOO_MUCH\n");
    single(&format!(
        "\nenum Word {{ {} }}\n\naction say.word {{\n  word: Word\n  default allow\n}}\n\nrule asked on say.word {{\n{asked}}}\n",
        words.join(", ")
    ))
}

fn functions(n: usize) -> Vec<File> {
    single(&each(
        n,
        "\nfn more_#(x: Int) -> Int = x + #\n\nrule rule_# on shop.buy {\n  require more_#(pieces) <= 1000000 else TOO_MUCH\n}\n",
    ))
}

fn facts(n: usize) -> Vec<File> {
    single(&each(
        n,
        "\nfact stock_#(item: String) -> Int?\n\naction many.a# {\n  item: String\n  default allow\n}\n\nrule rule_# on many.a# {\n  require stock_#(item) otherwise 0 > 3 else TOO_MUCH\n}\n",
    ))
}

fn categories(n: usize) -> Vec<File> {
    let mut files = single(&format!(
        "\nparam most: Int = 1000\n  range 0 to 100_000\n  stricter when lower\n  loosen by category\n\nrule few on shop.buy {{\n  require pieces <= most else TOO_MUCH\n}}\n{}",
        each(n, "\ncategory c# when item == \"i-#\"\n")
    ));
    for number in 0..n {
        let text = format!(
            "module grown.c{number}\nlayer category c{number}\n\nset most = {}\n\nrule rule_{number} on shop.buy {{\n  require pieces <= 50_000 else TOO_MUCH\n}}\n",
            2000 + number % 1000
        );
        files.push((format!("c{number}.lictor"), text));
    }
    files
}

fn users(n: usize) -> Vec<File> {
    let mut files = single(
        "\nparam most: Int = 1000\n  stricter when lower\n\nrule few on shop.buy {\n  require pieces <= most else TOO_MUCH\n}\n",
    );
    for number in 0..n {
        let text =
            format!("module grown.u{number}\nlayer user \"u-{number}\"\n\nset most = {}\n", number % 1000);
        files.push((format!("users/u{number}.lictor"), text));
    }
    files
}

fn imports(n: usize) -> Vec<File> {
    let module = |number: usize| {
        let text = format!(
            "module grown.m{number}\nlayer base\n\nimport grown.base\n\nrule rule_{number} on shop.buy {{\n  require pieces <= {} else TOO_MUCH\n}}\n",
            1000 + number
        );
        (format!("m{number}.lictor"), text)
    };
    single("").into_iter().chain((0..n).map(module)).collect()
}

fn codes(n: usize) -> Vec<File> {
    let module = |number: usize| {
        let code = letters(number);
        let text = format!(
            "module grown.m{number}\nlayer base\n\nreasons {{ {code} \"Reason {number}\" }}\n\nrule rule_{number} on shop.buy {{\n  require pieces <= {} else {code}\n}}\n",
            1000 + number
        );
        (format!("m{number}.lictor"), text)
    };
    single("\nrule first on shop.buy {\n  require pieces < 9000 else TOO_MUCH\n}\n")
        .into_iter()
        .chain((0..n).map(module))
        .collect()
}

fn sets(n: usize) -> Vec<File> {
    let mut files = params(n);
    for number in 0..n {
        let text = format!("module grown.u{number}\nlayer user \"u-{number}\"\n\nset most_{number} = 500\n");
        files.push((format!("users/u{number}.lictor"), text));
    }
    files
}

const EXAMPLE: &str = "\nrule few on shop.buy {\n  require pieces <= 1000 else TOO_MUCH\n}\n\nexample some = shop.buy { item: \"i-1\", pieces: 3, price: 1.00 USD }\n";

fn tests(n: usize) -> Vec<File> {
    let tests = each(n, "\ntest \"number #\" {\n  given some with item: \"i-#\"\n  expect allow\n}\n");
    single(&format!("{EXAMPLE}{tests}"))
}

fn cases(n: usize) -> Vec<File> {
    let rows: Vec<String> = (0..n).map(|number| format!("    {}: allow", number % 1000)).collect();
    single(&format!(
        "{EXAMPLE}\ntest \"all\" {{\n  given some\n  cases pieces {{\n{}\n  }}\n}}\n",
        rows.join(",\n")
    ))
}

const LISTED: &str = "\nrule listed on shop.buy {\n  require item in known else TOO_MUCH\n}\n";

fn members(n: usize) -> Vec<File> {
    let members: Vec<String> = (0..n).map(|number| format!("  \"i-{number}\"")).collect();
    single(&format!(
        "\nparam known: Set<String> = [\n{}\n]\n  stricter when subset\n{LISTED}",
        members.join(",\n")
    ))
}

fn lines(n: usize) -> Vec<File> {
    let mut files = single(&format!(
        "\nparam known: Set<String> = file(\"known.txt\")\n  stricter when subset\n{LISTED}"
    ));
    files.push(("known.txt".to_string(), each(n, "i-#\n")));
    files
}

fn comments(n: usize) -> Vec<File> {
    single(&format!("{}{}", each(n, "\n// remark #\n"), EXAMPLE))
}

fn one_line(n: usize) -> Vec<File> {
    let body = each(n, "deny when pieces == # + 1000 as TOO_MUCH ");
    single(&format!("\nrule long on shop.buy {{ {body}}}\n"))
}

fn unknown(n: usize) -> Vec<File> {
    single(&each(n, "\nrule rule_# on shop.buy {\n  require peices_# <= 1000 else TOO_MUHC_#\n}\n"))
}

fn misspelled(n: usize) -> Vec<File> {
    single(&each(
        n,
        "\nparam most_#: Int = 1000\n  stricter when lower\n\nrule rule_# on shop.buy {\n  require pieces <= mots_# else TOO_MUCH\n}\n",
    ))
}

fn twice(n: usize) -> Vec<File> {
    single(&each(
        n,
        "\nfn same(x: Int) -> Int = x + #\n\nrule again on shop.buy {\n  deny when pieces == # as TOO_MUCH\n}\n",
    ))
}

fn unused(n: usize) -> Vec<File> {
    let codes = (0..n).fold(String::new(), |all, number| format!("{all}  R_{number} \"Reason {number}\"\n"));
    single(&format!(
        "\nreasons {{\n{codes}}}\n{}{EXAMPLE}",
        each(n, "\nfn more_#(x: Int) -> Int = x + #\n\nparam most_#: Int = 1000\n  stricter when lower\n")
    ))
}

fn unreadable(n: usize) -> Vec<File> {
    single(&each(n, "\nrule rule_# on shop.buy {\n  require pieces <= = 1000 else TOO_MUCH\n}\n"))
}
