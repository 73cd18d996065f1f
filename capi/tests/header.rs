//! The header says what the source says.

use std::path::Path;

#[test]
fn the_header_is_the_one_of_this_source() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(folder.join("cbindgen.toml")).unwrap();
    // The other files are found by their `mod` lines.
    let builder = cbindgen::Builder::new().with_config(config).with_src(folder.join("src/lib.rs"));
    let mut written = Vec::new();
    builder.generate().unwrap().write(&mut written);
    let written = String::from_utf8(written).unwrap();

    let header = folder.join("include/lictor.h");
    if std::env::var_os("UPDATE_HEADER").is_some() {
        std::fs::write(&header, &written).unwrap();
    }
    let committed = std::fs::read_to_string(&header).unwrap();
    assert!(written == committed, "run `UPDATE_HEADER=1 cargo test -p lictor-capi --test header`");
}
