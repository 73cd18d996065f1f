//! How long each step takes as a project grows.
//!
//! ```text
//! cargo run --release -p lictor-tests --example growth                        all ways, a table
//! cargo run --release -p lictor-tests --example growth -- rules hostile       the ways whose names begin so
//! cargo run --release -p lictor-tests --example growth -- --write DIR rules 1000
//! ```
//!
//! The last writes the project, for `lictor check DIR`. Under each table stands how many times as long the largest took as one of half
//! its size: about 2 where time grows in proportion.

use std::time::Instant;

use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use lictor_grammar::span::FileId;
use lictor_runtime::Engine;
use lictor_tests::growth::{self, File, Growth};
use lictor_tests::hostile;

const SIZES: [usize; 4] = [10, 100, 1_000, LARGEST];
const LARGEST: usize = 10_000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, folder, name, n] = words.as_slice()
        && flag == "--write"
    {
        let growth = all().find(|growth| growth.name == name).expect("a way to grow");
        for (path, text) in (growth.write)(n.parse().expect("a number")) {
            let path = std::path::Path::new(folder).join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder that can be made");
            std::fs::write(path, text).expect("a file that can be written");
        }
        return;
    }
    println!(
        "{:<12}{:>8}{:>10}{:>11}{:>11}{:>11}{:>11}{:>8}  µs for each",
        "", "n", "bytes", "parse ms", "format ms", "compile ms", "load ms", "told"
    );
    let wanted = |growth: &&Growth| {
        words.is_empty() || words.iter().any(|word| growth.name.starts_with(word.as_str()))
    };
    for growth in all().filter(wanted) {
        println!("{}: {}", growth.name, growth.what);
        SIZES.iter().for_each(|n| show(*n, &measure(growth, *n)));
        let (half, whole) = (least(growth, LARGEST / 2), least(growth, LARGEST));
        let times: Vec<String> = ["parse", "format", "compile"]
            .iter()
            .zip(half.iter().zip(whole))
            .map(|(what, (half, whole))| format!("{what} {:.1}", whole / half))
            .collect();
        println!("{:<12}2n to n: {}", "", times.join(", "));
    }
}

/// Every way to grow.
fn all() -> impl Iterator<Item = &'static Growth> {
    growth::ALL.iter().chain(hostile::ALL)
}

/// What was measured of a project.
struct Measured {
    bytes: usize,
    /// Seconds for parsing, formatting and compiling.
    seconds: [f64; 3],
    load: f64,
    told: usize,
}

/// The least of three times each, since a machine does other things, too.
fn least(growth: &Growth, n: usize) -> [f64; 3] {
    let runs = [(); 3].map(|()| measure(growth, n).seconds);
    [0, 1, 2].map(|what| runs.iter().map(|run| run[what]).fold(f64::INFINITY, f64::min))
}

fn measure(growth: &Growth, n: usize) -> Measured {
    let files = (growth.write)(n);
    let policies = || files.iter().filter(|(path, _)| path.ends_with(".lictor"));
    let bytes: usize = policies().map(|(_, text)| text.len()).sum();
    let (_, parse) =
        timed(|| policies().map(|(_, text)| lictor_grammar::parse(FileId(0), text)).collect::<Vec<_>>());
    let (_, format) =
        timed(|| policies().map(|(_, text)| lictor_grammar::format::format(text)).collect::<Vec<_>>());
    let project = project(&files);
    let (compiled, compile) = timed(|| compile(&project));
    let (_, load) = timed(|| compiled.bundle.clone().map(Engine::from_bundle));
    Measured { bytes, seconds: [parse, format, compile], load, told: compiled.diagnostics.len() }
}

fn show(n: usize, measured: &Measured) {
    let Measured { bytes, seconds: [parse, format, compile], load, told } = measured;
    println!(
        "{:<12}{n:>8}{bytes:>10}{:>11.2}{:>11.2}{:>11.2}{:>11.2}{told:>8}  {:.2}",
        "",
        parse * 1e3,
        format * 1e3,
        compile * 1e3,
        load * 1e3,
        compile * 1e6 / n as f64
    );
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begun = Instant::now();
    let done = work();
    (done, begun.elapsed().as_secs_f64())
}

fn project(files: &[File]) -> Project {
    let (policies, data): (Vec<&File>, Vec<&File>) =
        files.iter().partition(|(path, _)| path.ends_with(".lictor"));
    let sources = |files: Vec<&File>| {
        let sources = files
            .into_iter()
            .map(|(path, text)| SourceFile { path: path.clone(), bytes: text.as_bytes().to_vec() });
        sources.collect()
    };
    Project { name: "grown".to_string(), files: sources(policies), data: sources(data), ..Project::default() }
}
