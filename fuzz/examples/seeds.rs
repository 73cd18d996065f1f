//! Writes what the targets begin with into `seeds/`: the examples' policies and requests, small bundles, and numbers at
//! random; and the words of policies and requests, from which the fuzzer makes new ones.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lictor_bundle::container::seal;
use lictor_bundle::interface::Imports;
use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use lictor_fuzz::{examples, project, section, sections};
use lictor_grammar::keywords::Keyword;
use lictor_reference::generate::{Policy, Rng};

/// The largest seed, in bytes: what is small is changed often.
const LARGEST: usize = 8_192;

fn main() {
    let mut sources = Vec::new();
    let examples = examples();
    for (policy, _) in &examples {
        sources.extend(project(policy).files);
    }
    for module in lictor_stdlib::MODULES {
        sources.push(SourceFile { path: module.path.to_owned(), bytes: module.text.as_bytes().to_vec() });
    }
    for (number, source) in sources.iter().enumerate() {
        write("parse", number, &source.bytes);
        write("format", number, &source.bytes);
    }
    let text: String = sources.iter().map(|source| String::from_utf8_lossy(&source.bytes)).collect();
    let words = text.split(|sign: char| !sign.is_alphanumeric() && sign != '_');
    let keywords = words.filter(|word| Keyword::from_text(word).is_some());
    let signs = ["{", "}", "(", ")", "\"", "//", "->", "==", "!=", "<=", ">=", "..", "@", "$", "%", "[", "]"];
    for target in ["parse", "format"] {
        write_words(target, keywords.clone().chain(signs));
    }

    let requests = examples.iter().map(|(_, requests)| fs::read_to_string(requests).expect("the requests"));
    let requests: Vec<String> = requests.collect();
    let first = requests.iter().flat_map(|requests| requests.lines().take(24));
    for (number, request) in first.enumerate() {
        write("request", number, request.as_bytes());
    }
    let requests = requests.concat();
    // Names of fields and of kinds of things; numbers of orders and of people are too many.
    let texts = requests.split('"').skip(1).step_by(2).filter(|text| text.chars().all(is_of_a_name));
    write_words(
        "request",
        texts.chain(["\\u0000", "\\ud800", "1e400", "-0", "18446744073709551616", "null", "true"]),
    );

    let mut written = 0;
    for seed in 1.. {
        let mut rng = Rng::new(seed);
        let files = Policy::random(&mut rng).files().into_iter();
        let files = files.map(|(path, text)| SourceFile { path, bytes: text.into_bytes() }).collect();
        let bundle = compile(&Project { name: "random".to_owned(), files, ..Project::default() }).bundle;
        let file = bundle.and_then(|bundle| seal(&bundle, &[]).ok());
        if let Some(sections) =
            file.as_deref().and_then(sections).filter(|sections| sections.len() <= LARGEST)
        {
            write("bundle", written, &sections);
            written += 1;
        }
        if written == 24 {
            break;
        }
    }

    imports();

    let mut rng = Rng::new(1);
    for number in 0..48 {
        let bytes: Vec<u8> = (0..64 << (number % 6)).map(|_| rng.below(256) as u8).collect();
        write("compile", number, &bytes);
        write("session", number, &bytes);
        write("agree", number, &bytes);
    }
}

/// A small bundle with a user who uses something of most kinds; and the same with tables of imports that somebody altered.
fn imports() {
    let files = [("base.lictor", BASE), ("user.lictor", USER)];
    let files =
        files.map(|(path, text)| SourceFile { path: path.to_owned(), bytes: text.as_bytes().to_vec() });
    let project = Project { name: "imports".to_owned(), files: files.to_vec(), ..Project::default() };
    let compiled = compile(&project);
    let bundle = compiled.bundle.unwrap_or_else(|| panic!("{:?}", compiled.diagnostics));
    let file = seal(&bundle, &[]).expect("it fits into a file");
    let good = sections(&file).expect("it has sections");
    let alterations: [fn(&mut Imports); 7] = [
        |_| (),
        |imports| imports.declared[0].digest[0] ^= 1,
        |imports| imports.declared[0].name.push('s'),
        |imports| drop(imports.declared.pop()),
        |imports| imports.fields.swap(0, 1),
        |imports| imports.fields[0].path.push('?'),
        |imports| imports.fields[0].action = u16::MAX,
    ];
    for (number, alter) in alterations.into_iter().enumerate() {
        let altered = with_imports(&good, alter).expect("it has one table of imports");
        assert_eq!(altered == good, number == 0);
        write_as("bundle", &format!("imports-{number:03}"), &altered);
    }
}

const BASE: &str = r#"
module base
layer base
reasons { ODD "It is odd" }
enum Speed { slow, fast }
fact banned(id: String max 9) -> Bool
action pay {
  amount: Int
  payee: String max 9
  speed: Speed
  note: String max 9?
  default allow
}
action take {
  amount: Int
  default allow
}
param most: Int = 9 range 0 to 9 stricter when lower
rule within on pay { require amount <= most else ODD }
"#;

const USER: &str = r#"
module one
layer user "u"
set most = 5
set default take = deny
rule all on * { deny when context.now < 2026-01-01T00:00:00Z as ODD }
rule own on pay { deny when speed == fast and banned(payee) or note is present and amount > most as ODD "{amount}" }
"#;

/// The sections with a table of imports altered: the only one that there is.
fn with_imports(sections: &[u8], alter: fn(&mut Imports)) -> Option<Vec<u8>> {
    let mut rest = sections;
    for _ in 0..3 {
        section(&mut rest)?;
    }
    let before = &sections[..sections.len() - rest.len()];
    let mut tables = section(&mut rest)?.strip_prefix(&1u32.to_le_bytes())?;
    let mut imports: Imports = borsh::from_slice(section(&mut tables)?).ok()?;
    alter(&mut imports);
    let table = borsh::to_vec(&imports).ok()?;
    let length = |bytes: usize| u32::try_from(bytes).ok().map(u32::to_le_bytes);
    let tables = [&1u32.to_le_bytes()[..], &length(table.len())?, &table].concat();
    Some([before, &length(tables.len())?, &tables, rest].concat())
}

fn is_of_a_name(sign: char) -> bool {
    sign.is_ascii_alphabetic() || "_.-".contains(sign)
}

/// The dictionary of a target, in the form that libFuzzer reads: each word in quotes, on a line of its own.
fn write_words<'w>(target: &str, words: impl Iterator<Item = &'w str>) {
    let words: BTreeSet<String> = words
        .filter(|word| (1..=24).contains(&word.len()) && word.is_ascii())
        .map(|word| format!("\"{}\"\n", word.replace('\\', "\\\\").replace('"', "\\\"")))
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("words");
    fs::create_dir_all(&folder).expect("a folder for the words");
    fs::write(folder.join(format!("{target}.dict")), words.into_iter().collect::<String>())
        .expect("the words are written");
}

fn write(target: &str, number: usize, bytes: &[u8]) {
    write_as(target, &format!("first-{number:03}"), bytes);
}

fn write_as(target: &str, name: &str, bytes: &[u8]) {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target);
    fs::create_dir_all(&folder).expect("a folder for the seeds");
    if bytes.len() <= LARGEST {
        fs::write(folder.join(name), bytes).expect("a seed is written");
    }
}
