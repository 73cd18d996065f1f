//! How long each step takes as a project grows.
//!
//! ```text
//! cargo run --release -p lictor-tests --example growth                        all ways, a table
//! cargo run --release -p lictor-tests --example growth -- rules modules       these ways
//! cargo run --release -p lictor-tests --example growth -- --write DIR rules 1000
//! ```
//!
//! The last writes the project, for `lictor check DIR`.

use std::time::Instant;

use lictor_compiler::compile;
use lictor_compiler::project::{Project, SourceFile};
use lictor_grammar::span::FileId;
use lictor_runtime::Engine;
use lictor_tests::growth::{ALL, File, Growth};

const SIZES: [usize; 4] = [10, 100, 1_000, 10_000];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, folder, name, n] = words.as_slice()
        && flag == "--write"
    {
        let growth = ALL.iter().find(|growth| growth.name == name).expect("a way to grow");
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
    for growth in ALL.iter().filter(|growth| words.is_empty() || words.iter().any(|word| word == growth.name))
    {
        println!("{}: {}", growth.name, growth.what);
        SIZES.iter().for_each(|n| measure(growth, *n));
    }
}

fn measure(growth: &Growth, n: usize) {
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
    println!(
        "{:<12}{n:>8}{bytes:>10}{:>11.2}{:>11.2}{:>11.2}{:>11.2}{:>8}  {:.2}",
        "",
        parse * 1e3,
        format * 1e3,
        compile * 1e3,
        load * 1e3,
        compiled.diagnostics.len(),
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
