//! Tests as rows: `purchases.test.yaml` beside the modules. A table names an example, or an action; its columns are fields of the
//! request and what must come of it, and every row is a test.
//!
//! ```yaml
//! given: groceries
//! defaults: { expect: allow }
//! rows:
//!   - { amount: 50.00 USD }
//!   - { amount: 50.01 USD, expect: step_up, code: CART_NOT_SHOWN, to: user }
//! ```

mod yaml;
mod cell;
mod row;

use std::collections::BTreeMap;

use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::{FileId, Span};

use super::Scene;
use crate::TestCase;
use crate::project::SourceFile;
use crate::suggest;
use row::{Columns, Layer};

pub use row::OWN;
pub use yaml::{Entry, Node, NodeKind, read};

/// What a table has at its top.
const PARTS: [&str; 5] = ["given", "action", "defaults", "columns", "rows"];
/// The most requests that all rows of a table may state as past.
const MOST_PAST: u64 = 100_000;

impl Scene<'_> {
    /// The rows of a table as tests. One with errors gives none.
    pub fn table(&mut self, id: FileId, file: &SourceFile) -> Vec<TestCase> {
        let before = self.diagnostics.len();
        let root = match yaml::read(id, &file.bytes) {
            Ok(root) => root,
            Err(error) => {
                self.diagnostics.push(*error);
                return Vec::new();
            }
        };
        let Some(table) = self.parts(&root) else { return Vec::new() };
        let top = Layer { given: table.given, action: table.action, defaults: table.defaults };
        let mut columns = Columns::default();
        let mut cases = Vec::new();
        let mut names: BTreeMap<String, Span> = BTreeMap::new();
        let mut past = 0;
        for (number, node) in (1..).zip(table.rows) {
            let Some(entries) = self.entries(node, table.columns.as_deref()) else { continue };
            let Some((case, stated)) = self.row(&file.path, number, node.span, &top, &entries, &mut columns)
            else {
                continue;
            };
            past += stated;
            if past > MOST_PAST {
                let message = format!(
                    "with this row, the table states more than {MOST_PAST} requests that came before"
                );
                let error = Diagnostic::error("E0626", node.span, message);
                self.diagnostics.push(error.help("state fewer with `after`, or split the table"));
                break;
            }
            let name = case.case.clone().unwrap_or_default();
            if let Some(first) = names.insert(name.clone(), case.span) {
                self.twice(case.span, first, format!("there are two rows called \"{name}\""));
            }
            cases.push(case);
        }
        if self.diagnostics[before..].iter().any(Diagnostic::is_error) { Vec::new() } else { cases }
    }

    /// The parts of a table, each of its kind.
    fn parts<'n>(&mut self, root: &'n Node) -> Option<Parts<'n>> {
        let NodeKind::Map(entries) = &root.kind else {
            let message = "a table begins with `given:` or `action:`, and has `rows:`";
            return self.wrong(
                "E0629",
                start(root.span),
                message,
                "write `given:` with the name of an example first",
            );
        };
        let mut parts = Parts { given: None, action: None, defaults: &[], columns: None, rows: &[] };
        let mut rows = None;
        let mut sound = true;
        for entry in entries {
            let value = &entry.value;
            match (entry.key.as_str(), &value.kind) {
                (_, _) if value.is_nothing() => {}
                ("given", NodeKind::Scalar(..)) => parts.given = Some(value),
                ("action", NodeKind::Scalar(..)) => parts.action = Some(value),
                ("defaults", NodeKind::Map(entries)) => parts.defaults = entries,
                ("columns", NodeKind::List(items)) => {
                    parts.columns = Some(self.headings(items)?);
                }
                ("rows", NodeKind::List(items)) => {
                    parts.rows = items;
                    rows = Some(entry.span);
                }
                ("given" | "action" | "defaults" | "columns" | "rows", _) => {
                    let message = format!("this is not what `{}` takes", entry.key);
                    let help = match entry.key.as_str() {
                        "given" => "write the name of an example",
                        "action" => "write the name of an action",
                        "defaults" => "write columns with their values, as in a row",
                        "columns" => "write the columns' names in brackets: `[amount, expect, code]`",
                        _ => "write one row a line, each after a `-`",
                    };
                    self.wrong::<()>("E0630", value.span, &message, help);
                    sound = false;
                }
                (other, _) => {
                    let help = suggest::help(
                        other,
                        PARTS,
                        "fields of the request stand in `rows` and in `defaults`",
                    );
                    self.wrong::<()>(
                        "E0628",
                        entry.span,
                        &format!("a table has no part `{other}`"),
                        &help.help,
                    );
                    sound = false;
                }
            }
        }
        if sound && rows.is_none() {
            let help = "add `rows:`, and below it one row a line, each after a `-`";
            return self.wrong("E0629", start(root.span), "this table has no rows", help);
        }
        sound.then_some(parts)
    }

    fn headings(&mut self, items: &[Node]) -> Option<Vec<(String, Span)>> {
        let mut headings: Vec<(String, Span)> = Vec::new();
        for item in items {
            let Some(text) = item.text() else {
                return self.wrong(
                    "E0630",
                    item.span,
                    "the name of a column is one word",
                    "write it as `merchant.id`",
                );
            };
            if let Some((_, first)) = headings.iter().find(|(known, _)| known == text) {
                let twice =
                    Diagnostic::error("E0627", item.span, format!("the column `{text}` stands twice"));
                self.diagnostics.push(twice.also(*first, "the first stands here").help("remove one of them"));
                return None;
            }
            headings.push((text.to_owned(), item.span));
        }
        Some(headings)
    }

    /// The cells of a row, whether it names its columns itself or the table does.
    fn entries(&mut self, row: &Node, headings: Option<&[(String, Span)]>) -> Option<Vec<Entry>> {
        match (&row.kind, headings) {
            (NodeKind::Map(entries), _) => Some(entries.clone()),
            (NodeKind::List(cells), Some(headings)) => {
                if let Some(cell) = cells.get(headings.len()) {
                    let message = format!(
                        "this row has {} cells, and the table {} columns",
                        cells.len(),
                        headings.len()
                    );
                    return self.wrong(
                        "E0630",
                        cell.span,
                        &message,
                        "remove what is too much, or add a column",
                    );
                }
                let entry = |((key, _), value): (&(String, Span), &Node)| Entry {
                    key: key.clone(),
                    span: value.span,
                    value: value.clone(),
                };
                Some(headings.iter().zip(cells).map(entry).collect())
            }
            _ => {
                let help = "write `{ amount: 50.00 USD, expect: allow }`, or give the table `columns:` and write `[50.00 USD, allow]`";
                self.wrong("E0630", row.span, "this is not a row", help)
            }
        }
    }

    /// Reports, and gives nothing.
    fn wrong<T>(&mut self, code: &'static str, span: Span, message: &str, help: &str) -> Option<T> {
        self.diagnostics.push(Diagnostic::error(code, span, message).help(help));
        None
    }
}

/// A table in its parts.
struct Parts<'n> {
    given: Option<&'n Node>,
    action: Option<&'n Node>,
    defaults: &'n [Entry],
    columns: Option<Vec<(String, Span)>>,
    rows: &'n [Node],
}

/// The place where something begins: what is missing from all of it is not shown as all of it.
fn start(span: Span) -> Span {
    Span::new(span.file, span.start, span.start)
}
