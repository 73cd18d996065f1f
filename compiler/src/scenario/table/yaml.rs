//! YAML to a tree in which every node has its place, and every scalar the text that was written. This is the only module that
//! knows which library reads YAML.
//!
//! The reader is pulled, event by event, so that it stops at the first thing that is too large: an alias is only followed where
//! what it stands for still fits, and nothing nests deeper than a table needs.

use std::collections::BTreeMap;

use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::{FileId, Span};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

/// The most bytes of a table.
const MAX_BYTES: usize = 1 << 20;
/// The most values in a table, counted anew wherever an alias repeats them.
const MAX_NODES: usize = 200_000;
/// How deep lists and mappings may lie inside one another.
const MAX_DEPTH: usize = 16;

/// A value with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Where it stands; for an alias where that stands.
    pub span: Span,
    /// How many values it consists of.
    size: usize,
    /// How deep it is.
    depth: usize,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// A text as it was written, and whether it was written without quotes.
    Scalar(String, bool),
    /// `[a, b]`, or lines that begin with `-`
    List(Vec<Node>),
    /// `{ a: b }`, or lines `a: b`
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where it stands.
    pub span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// Whether nothing was written: an empty cell, `~` or `null`.
    pub fn is_nothing(&self) -> bool {
        matches!(&self.kind, NodeKind::Scalar(text, true) if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// A text that stands in no cell of its own.
    pub fn scalar(text: &str, plain: bool, span: Span) -> Node {
        Node { kind: NodeKind::Scalar(text.to_owned(), plain), span, size: 1, depth: 1 }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar(text, _) => Some(text),
            _ => None,
        }
    }
}

/// Reads a text.
///
/// # Errors
/// `E0625` for what is no YAML or not of the kind that tables take, `E0626` for what is too large, `E0627` for a key that stands twice.
pub fn read(file: FileId, bytes: &[u8]) -> Result<Node, Box<Diagnostic>> {
    let whole = Span::new(file, 0, 0);
    if bytes.len() > MAX_BYTES {
        return Err(too_large(whole, format!("this table has more than {} KiB", MAX_BYTES >> 10)));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = u32::try_from(error.valid_up_to()).unwrap_or(0);
        unreadable(Span::new(file, at, at), "this is not UTF-8".to_owned(), "save the file as UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let skipped = bytes.len() - text.len();
    let mut offsets: Vec<usize> = text.char_indices().map(|(at, _)| at + skipped).collect();
    offsets.push(bytes.len());
    let events = Parser::new_from_str(text);
    let mut reader = Reader { file, offsets, events, anchors: BTreeMap::new(), nodes: 0, end: 0 };
    reader.document()
}

struct Reader<'t> {
    file: FileId,
    /// Where each character begins: the library counts characters, and spans count bytes.
    offsets: Vec<usize>,
    events: Parser<'t, saphyr_parser::StrInput<'t>>,
    /// What aliases may stand for. What is still open is not among them, so nothing contains itself.
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    /// Where the latest scalar, alias or bracket ended: a block ends there, not at the line after.
    end: u32,
}

type Read<T> = Result<T, Box<Diagnostic>>;

impl<'t> Reader<'t> {
    fn document(&mut self) -> Read<Node> {
        let mut found: Option<Node> = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
                _ if found.is_some() => {
                    let message = "a table is one document, and a second begins here".to_owned();
                    return Err(unreadable(span, message, "put it into a file of its own"));
                }
                event => found = Some(self.node(event, span, 0)?),
            }
        }
        found.ok_or_else(|| {
            let message = "this table is empty".to_owned();
            unreadable(
                Span::new(self.file, 0, 0),
                message,
                "write `given:` with the name of an example, and `rows:`",
            )
        })
    }

    fn next(&mut self) -> Read<(Event<'t>, Span)> {
        match self.events.next_event() {
            Some(Ok((event, place))) => {
                let span =
                    Span::new(self.file, self.offset(place.start.index()), self.offset(place.end.index()));
                if !span.is_empty() {
                    self.end = span.end;
                }
                Ok((event, span))
            }
            Some(Err(error)) => Err(self.refused(&error)),
            None => Ok((Event::StreamEnd, Span::new(self.file, self.end, self.end))),
        }
    }

    fn refused(&self, error: &ScanError) -> Box<Diagnostic> {
        // Where only the end of the text is missing something, the last character is the place to look at.
        let last = self.offsets.len().saturating_sub(2);
        let at = self.offset(error.marker().index().min(last));
        // The library has a limit of its own, which it meets first where brackets stand side by side.
        if error.info().contains("recursion limit") {
            return too_large(
                Span::new(self.file, at, at),
                format!("this table nests more than {MAX_DEPTH} deep"),
            );
        }
        let message = format!("this is not YAML: {}", error.info());
        let help = "indent with spaces, write `name: value`, close what was opened, and put texts with `:`, `#` or brackets into quotes";
        unreadable(Span::new(self.file, at, at), message, help)
    }

    fn offset(&self, character: usize) -> u32 {
        let at = self.offsets.get(character).or(self.offsets.last()).copied().unwrap_or_default();
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// The value that begins with this event, at this depth.
    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Read<Node> {
        let anchor = match &event {
            Event::Scalar(_, _, anchor, tag)
            | Event::SequenceStart(anchor, tag)
            | Event::MappingStart(anchor, tag) => {
                if tag.is_some() {
                    let message = "a table has no tags".to_owned();
                    return Err(unreadable(
                        span,
                        message,
                        "leave out what begins with `!`; the policy says what type a field has",
                    ));
                }
                *anchor
            }
            _ => 0,
        };
        if depth >= MAX_DEPTH {
            return Err(too_large(span, format!("this table nests more than {MAX_DEPTH} deep")));
        }
        let node = match event {
            Event::Scalar(text, style, _, _) => {
                let kind = NodeKind::Scalar(text.into_owned(), style == ScalarStyle::Plain);
                Node { kind, span, size: 1, depth: 1 }
            }
            Event::SequenceStart(_, _) => self.list(span, depth)?,
            Event::MappingStart(_, _) => self.map(span, depth)?,
            Event::Alias(anchor) => return self.alias(anchor, span, depth),
            _ => {
                return Err(unreadable(
                    span,
                    "a value is missing here".to_owned(),
                    "write one, or remove the key",
                ));
            }
        };
        self.count(1, span)?;
        if anchor > 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn list(&mut self, start: Span, depth: usize) -> Read<Node> {
        let mut items: Vec<Node> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                break;
            }
            items.push(self.node(event, span, depth + 1)?);
        }
        let size = 1 + items.iter().map(|item| item.size).sum::<usize>();
        let depth = 1 + items.iter().map(|item| item.depth).max().unwrap_or(0);
        Ok(Node { kind: NodeKind::List(items), span: self.since(start), size, depth })
    }

    fn map(&mut self, start: Span, depth: usize) -> Read<Node> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        let mut merged: Vec<Node> = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let key = self.node(event, span, depth + 1)?;
            let NodeKind::Scalar(text, plain) = key.kind else {
                return Err(unreadable(span, "a key is one word".to_owned(), "write it as `field: value`"));
            };
            if let Some(first) = seen.insert(text.clone(), span) {
                let twice = Diagnostic::error("E0627", span, format!("`{text}` stands twice"));
                return Err(Box::new(twice.also(first, "the first stands here").help("remove one of them")));
            }
            let (event, at) = self.next()?;
            let value = self.node(event, at, depth + 1)?;
            if plain && text == "<<" {
                merged.push(value);
            } else {
                entries.push(Entry { key: text, span, value });
            }
        }
        for value in merged {
            self.merge(value, &mut entries)?;
        }
        let size = 1 + entries.iter().map(|entry| 1 + entry.value.size).sum::<usize>();
        let depth = 1 + entries.iter().map(|entry| entry.value.depth).max().unwrap_or(0);
        Ok(Node { kind: NodeKind::Map(entries), span: self.since(start), size, depth })
    }

    /// `<<: *one` and `<<: [*one, *other]`: keys that a mapping does not have itself; of several the first that has one.
    fn merge(&self, value: Node, into: &mut Vec<Entry>) -> Read<()> {
        match value.kind {
            NodeKind::Map(entries) => {
                for entry in entries {
                    if !into.iter().any(|own| own.key == entry.key) {
                        into.push(entry);
                    }
                }
                Ok(())
            }
            NodeKind::List(items) => items.into_iter().try_for_each(|item| match item.kind {
                NodeKind::Map(_) => self.merge(item, into),
                _ => Err(not_merged(item.span)),
            }),
            NodeKind::Scalar(..) => Err(not_merged(value.span)),
        }
    }

    fn alias(&mut self, anchor: usize, span: Span, depth: usize) -> Read<Node> {
        let Some(node) = self.anchors.get(&anchor) else {
            let message = "this stands for something that contains it".to_owned();
            return Err(unreadable(span, message, "an anchor cannot be used within itself"));
        };
        let (size, height) = (node.size, node.depth);
        if depth + height > MAX_DEPTH {
            return Err(too_large(
                span,
                format!("with what stands for this, the table nests more than {MAX_DEPTH} deep"),
            ));
        }
        // Counted before it is copied.
        self.count(size, span)?;
        let node = self.anchors.get(&anchor).cloned();
        node.map(|node| Node { span, ..node }).ok_or_else(|| too_large(span, String::new()))
    }

    fn count(&mut self, nodes: usize, span: Span) -> Read<()> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MAX_NODES {
            return Err(too_large(span, format!("with this, the table has more than {MAX_NODES} values")));
        }
        Ok(())
    }

    fn since(&self, start: Span) -> Span {
        Span::new(self.file, start.start, self.end.max(start.end))
    }
}

fn unreadable(span: Span, message: String, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("E0625", span, message).help(help))
}

fn not_merged(span: Span) -> Box<Diagnostic> {
    let message = "`<<` takes the keys of a mapping, and this is none".to_owned();
    unreadable(span, message, "write `<<: *name`, where `&name` stands before a mapping")
}

fn too_large(span: Span, message: String) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("E0626", span, message).help("split it into several tables"))
}
