//! Compiles the generated parser and the scanner, which are C.

fn main() {
    let sources = ["src/parser.c", "src/scanner.c"];
    let mut build = cc::Build::new();
    // What is generated declares things that it does not use.
    build.std("c11").include("src").flag_if_supported("-Wno-unused");
    for source in sources {
        build.file(source);
        println!("cargo:rerun-if-changed={source}");
    }
    build.compile("tree-sitter-lictor");
}
