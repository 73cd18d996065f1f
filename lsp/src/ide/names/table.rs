//! Tables of tests: which names of the policy stand in their columns and cells.

use lictor_bundle::schema::{Schema, Type, TypeId};
use lictor_compiler::modules::Module;
use lictor_compiler::scenario::table::{Entry, Node, NodeKind, read as read_yaml};
use lictor_grammar::ast::Name;
use lictor_grammar::parse_bytes;
use lictor_grammar::span::{FileId, Span};

use super::occurrence;
use super::occurrence::{Occurrence, Reader};
use super::request::{Request, present};
use super::symbol::{Kind, Symbol};

/// The names in a table. One that cannot be read has none.
pub fn read(reader: &Reader<'_>, table: FileId) -> Vec<Occurrence> {
    let (Some(schema), Some(module)) = (reader.schema, reader.analysis.modules().first()) else {
        return Vec::new();
    };
    let Ok(root) = read_yaml(table, reader.analysis.text_of(table).as_bytes()) else { return Vec::new() };
    let mut table = Table { reader, schema, module, found: Vec::new() };
    table.parts(&root);
    let mut found = table.found;
    // What is written in another way than it reads, in quotes with escapes, has no place that could be told.
    found.retain(|one| !one.span.is_empty());
    found.sort_by_key(|one| one.span);
    // A column is one of all rows, which may be about several actions.
    let mut merged: Vec<Occurrence> = Vec::new();
    for one in found {
        match merged.last_mut().filter(|last| last.span == one.span) {
            Some(last) => last.also(one.symbols),
            None => merged.push(one),
        }
    }
    merged
}

struct Table<'r, 'a> {
    reader: &'r Reader<'a>,
    schema: &'a Schema,
    /// Some module: what stands in a table belongs to none.
    module: &'a Module,
    found: Vec<Occurrence>,
}

/// A cell: its column, where that stands, and what is in it.
type Cell<'n> = (&'n str, Span, &'n Node);

impl<'a> Table<'_, 'a> {
    fn parts(&mut self, root: &Node) {
        let NodeKind::Map(parts) = &root.kind else { return };
        let part = |name: &str| parts.iter().find(|part| part.key == name).map(|part| &part.value);
        let top = self.action(part("given"), part("action")).unwrap_or_default();
        let defaults: Vec<Cell<'_>> = part("defaults").map(entries).unwrap_or_default();
        let columns = part("columns").map(elements).unwrap_or_default();
        for row in part("rows").map(elements).unwrap_or_default() {
            let mut cells = defaults.clone();
            cells.extend(entries(row));
            let headed = columns.iter().zip(elements(row));
            cells.extend(headed.filter_map(|(column, cell)| Some((column.text()?, column.span, cell))));
            let own = |name: &str| cells.iter().rev().find(|(column, ..)| *column == name).map(|cell| cell.2);
            let action = self.action(own("given"), own("action")).unwrap_or_else(|| top.clone());
            for cell in cells {
                self.cell(&action, cell);
            }
        }
    }

    /// The action that an example is of, or that is named itself.
    fn action(&mut self, given: Option<&Node>, action: Option<&Node>) -> Option<String> {
        if let Some(given) = given {
            self.name(Kind::Example, given);
            return self.reader.requests.of_example(given.text()?).map(str::to_owned);
        }
        self.name(Kind::Action, action?);
        action?.text().map(str::to_owned)
    }

    fn cell(&mut self, action: &str, (column, span, cell): Cell<'_>) {
        match column {
            "name" | "given" | "action" | "expect" | "obliged" => {}
            "code" => self.name(Kind::Reason, cell),
            "to" => self.name(Kind::Role, cell),
            "with" => self.with(action, cell),
            "after" => match &cell.kind {
                NodeKind::List(lines) => lines.iter().for_each(|line| self.after(line)),
                _ => self.after(cell),
            },
            _ => {
                let names = self.names(column, span);
                let ty = self.path(action, &names);
                self.value(cell, ty);
            }
        }
    }

    /// `{ standing(shop.id): 5, most: 80 USD, rule.let: 3 }`
    fn with(&mut self, action: &str, cell: &Node) {
        let NodeKind::Map(all) = &cell.kind else { return };
        for Entry { key, span, value } in all {
            let schema = self.schema;
            let Some((name, rest)) = key.split_once('(') else {
                let names = self.names(key, *span);
                let param = schema.params.iter().find(|param| param.name == *key);
                match (names.as_slice(), param) {
                    ([name], Some(_)) => {
                        self.found.extend(occurrence(name.span, vec![Symbol::new(Kind::Param, key)], false));
                    }
                    (names, _) => self.found.extend(self.reader.let_of_rule(names)),
                }
                self.value(value, param.map(|param| param.ty));
                continue;
            };
            let Some(fact) = schema.facts.iter().find(|fact| fact.name == name.trim()) else {
                self.question(key, *span);
                continue;
            };
            let fact_name = self.part(key, *span, name.trim());
            self.found.extend(occurrence(fact_name, vec![Symbol::new(Kind::Fact, &fact.name)], false));
            for argument in rest.trim_end().trim_end_matches(')').split(',').map(str::trim) {
                let names = self.names(argument, self.part(key, *span, argument));
                self.path(action, &names);
            }
            self.value(value, Some(fact.result));
        }
    }

    /// A question about the past, in the words of the rule that asks it. It is read as a step of a test that stands at the same place.
    fn question(&mut self, key: &str, span: Span) {
        let place = self.part(key, span, key);
        let (before, with) = ("test \"\" {", "with ");
        let Some(room) = (place.start as usize).checked_sub(before.len() + with.len()) else { return };
        let text = format!("{before}{}{with}{key} = 0 }}", " ".repeat(room));
        for item in &parse_bytes(place.file, text.as_bytes()).file.items {
            self.found.extend(self.reader.item(self.module, item));
        }
    }

    /// `100 allowed paper over 30m`
    fn after(&mut self, line: &Node) {
        let text = line.text().unwrap_or_default();
        if let Some(example) = text.split_whitespace().nth(2) {
            let place = self.part(text, line.span, example);
            self.found.extend(occurrence(place, vec![Symbol::new(Kind::Example, example)], false));
        }
    }

    /// The names in a value of a type.
    fn value(&mut self, cell: &Node, ty: Option<TypeId>) {
        let Some(ty) = ty else { return };
        let declared = present(self.schema, ty);
        match &cell.kind {
            NodeKind::Scalar(word, _) => {
                let words = match declared {
                    Some(Type::Enum(id)) => self.schema.enums.get(usize::from(id)).map(|words| (id, words)),
                    _ => None,
                };
                if let Some((id, words)) = words
                    && words.values.contains(word)
                {
                    let place = self.part(word, cell.span, word);
                    let symbol = Symbol::word(self.schema, id, word);
                    self.found.extend(symbol.and_then(|symbol| occurrence(place, vec![symbol], false)));
                }
            }
            NodeKind::List(cells) => {
                if let Some(Type::List { element, .. } | Type::Set { element, .. }) = declared {
                    cells.iter().for_each(|cell| self.value(cell, Some(element)));
                }
            }
            NodeKind::Map(all) => {
                for entry in all {
                    let ty = match declared {
                        Some(Type::Map { entry, .. }) => self.schema.entry(entry).map(|(_, value)| value),
                        _ => {
                            let span = self.part(&entry.key, entry.span, &entry.key);
                            self.request().member(ty, &Name { text: entry.key.clone(), span })
                        }
                    };
                    self.value(&entry.value, ty);
                }
            }
        }
    }

    /// The names of a path from the request of an action; the type of what it leads to.
    fn path(&mut self, action: &str, names: &[Name]) -> Option<TypeId> {
        let names = match names {
            [first, rest @ ..] if first.text == "params" && !rest.is_empty() => rest,
            all => all,
        };
        self.request().path(action, names)
    }

    fn request(&mut self) -> Request<'_> {
        Request { schema: self.schema, found: &mut self.found }
    }

    /// A cell that is a name.
    fn name(&mut self, kind: Kind, cell: &Node) {
        if let Some(text) = cell.text() {
            let place = self.part(text, cell.span, text);
            self.found.extend(occurrence(place, vec![Symbol::new(kind, text)], false));
        }
    }

    /// `merchant.id` as the names it consists of.
    fn names(&self, text: &str, span: Span) -> Vec<Name> {
        let name = |name: &str| Name { text: name.to_owned(), span: self.part(text, span, name) };
        text.split('.').map(name).collect()
    }

    /// Where a part of a text stands that is written at a place, with quotes or without; an empty place where it is written otherwise.
    fn part(&self, text: &str, span: Span, part: &str) -> Span {
        // The place of a text in quotes goes on to what stands behind it.
        let written = self.reader.analysis.text(span).trim_end();
        let quoted = written.get(1..written.len().saturating_sub(1));
        let skipped = match (written == text, quoted == Some(text)) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => return Span { end: span.start, ..span },
        };
        let before = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize) + skipped;
        let start = span.start.saturating_add(u32::try_from(before).unwrap_or(u32::MAX));
        Span::new(span.file, start, start.saturating_add(u32::try_from(part.len()).unwrap_or(u32::MAX)))
    }
}

/// The cells of a row that names its columns itself.
fn entries(row: &Node) -> Vec<Cell<'_>> {
    match &row.kind {
        NodeKind::Map(all) => {
            all.iter().map(|entry| (entry.key.as_str(), entry.span, &entry.value)).collect()
        }
        _ => Vec::new(),
    }
}

fn elements(node: &Node) -> &[Node] {
    match &node.kind {
        NodeKind::List(all) => all,
        _ => &[],
    }
}
