//! Diagnostics as SARIF 2.1.0 (OASIS), which code hosts and editors read.

use std::collections::BTreeMap;

use lictor_grammar::diagnostic::{Diagnostic, Label, Severity, page_of};
use serde_json::{Value, json};

use super::diagnostic::Sources;
use crate::pages;

/// All diagnostics as one run of the tool, each code that occurs with the text of its page.
pub fn sarif(all: &[Diagnostic], sources: &Sources) -> Value {
    let mut codes: BTreeMap<&str, Severity> = BTreeMap::new();
    for diagnostic in all {
        codes.insert(diagnostic.code, diagnostic.severity);
    }
    let numbers: BTreeMap<&str, usize> = codes.keys().enumerate().map(|(n, code)| (*code, n)).collect();
    let rules: Vec<Value> = codes.iter().map(|(code, severity)| rule(code, *severity)).collect();
    let results: Vec<Value> = all
        .iter()
        .map(|diagnostic| result(diagnostic, numbers.get(diagnostic.code).copied(), sources))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "lictor", "version": env!("CARGO_PKG_VERSION"), "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn rule(code: &str, severity: Severity) -> Value {
    let level = json!({ "level": level(severity) });
    match pages::find(code) {
        Some(page) => json!({
            "id": code,
            "shortDescription": { "text": page.title() },
            "fullDescription": { "text": page.meaning() },
            "help": { "text": page.text, "markdown": page.text },
            "defaultConfiguration": level,
            "properties": { "page": page_of(code) },
        }),
        None => json!({ "id": code, "defaultConfiguration": level }),
    }
}

fn result(diagnostic: &Diagnostic, number: Option<usize>, sources: &Sources) -> Value {
    let text = match &diagnostic.help {
        Some(help) => format!("{}: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let location = |label: &Label| {
        let (path, [line, column, end_line, end_column]) = sources.region(label.span)?;
        let mut location = json!({ "physicalLocation": {
            "artifactLocation": { "uri": uri(path) },
            "region": {
                "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column,
            },
        } });
        if !label.text.is_empty() {
            location["message"] = json!({ "text": label.text });
        }
        Some(location)
    };
    let mut labels = diagnostic.labels.iter();
    let first: Vec<Value> = labels.next().and_then(location).into_iter().collect();
    let others: Vec<Value> = labels.filter_map(location).collect();
    let mut result = json!({
        "ruleId": diagnostic.code, "level": level(diagnostic.severity), "message": { "text": text },
        "locations": first,
    });
    if let Some(number) = number {
        result["ruleIndex"] = json!(number);
    }
    if !others.is_empty() {
        result["relatedLocations"] = json!(others);
    }
    if let Some(fix) = &diagnostic.fix
        && let Some((path, [line, column, end_line, end_column])) = sources.region(fix.span)
    {
        result["fixes"] = json!([{
            "description": { "text": diagnostic.help.as_deref().unwrap_or("mend it") },
            "artifactChanges": [{
                "artifactLocation": { "uri": uri(path) },
                "replacements": [{
                    "deletedRegion": {
                        "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column,
                    },
                    "insertedContent": { "text": fix.text },
                }],
            }],
        }]);
    }
    result
}

/// A path as a reference of RFC 3986: what is no letter, digit, `-._~` or `/` is written in percents.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
