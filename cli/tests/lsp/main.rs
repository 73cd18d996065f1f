//! The language server as editors run it: what the protocol asks of every server, and that nothing gets lost.

#[path = "../common/mod.rs"]
mod common;
mod life;
mod mistakes;
mod order;
mod projects;
mod shown;
mod tests;
mod texts;
mod desk;
mod tried;
mod samples;
mod renames;

use serde_json::{Value, json};

const POLICY: &str = "module m\nlayer base\n\nparam most: Int = 5\n  range 0 to 9\n  stricter when lower\n";

/// What an editor can do that takes trees of symbols.
fn editor() -> Value {
    json!({ "textDocument": { "documentSymbol": { "hierarchicalDocumentSymbolSupport": true } } })
}

fn named(symbols: &Value) -> Vec<&str> {
    symbols["result"].as_array().unwrap().iter().map(|symbol| symbol["name"].as_str().unwrap()).collect()
}
