//! Documentation comments: paragraphs, lists, and words of the policy between backticks. Nothing else has a meaning, so that what is written in a
//! comment can never become anything but text.

use maud::{Markup, html};

/// All of a comment.
pub fn prose(lines: &[String]) -> Markup {
    html! {
        @for block in blocks(lines) {
            @match block {
                Block::Paragraph(text) => p { (inline(&text)) },
                Block::List(entries) => ul { @for entry in entries { li { (inline(&entry)) } } },
            }
        }
    }
}

/// Its first sentence, for tables.
pub fn summary(lines: &[String]) -> Markup {
    let first = blocks(lines).into_iter().next();
    let text = match first {
        Some(Block::Paragraph(text)) => text,
        Some(Block::List(entries)) => entries.into_iter().next().unwrap_or_default(),
        None => String::new(),
    };
    let end = text.find(". ").map_or(text.len(), |at| at + 1);
    inline(text.get(..end).unwrap_or_default())
}

/// Text in which words stand between backticks.
pub fn inline(text: &str) -> Markup {
    let mut parts = text.split('`').peekable();
    let mut pieces = Vec::new();
    let mut is_code = false;
    while let Some(part) = parts.next() {
        // The last backtick of an odd number is one that nobody closed.
        match is_code && parts.peek().is_none() {
            true => pieces.push((false, format!("`{part}"))),
            false => pieces.push((is_code, part.to_owned())),
        }
        is_code = !is_code;
    }
    html! { @for (is_code, part) in pieces { @if is_code { code { (part) } } @else { (part) } } }
}

enum Block {
    Paragraph(String),
    List(Vec<String>),
}

fn blocks(lines: &[String]) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_new = true;
    for line in lines.iter().map(|line| line.trim()) {
        if line.is_empty() {
            is_new = true;
            continue;
        }
        let entry = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
        match (entry, blocks.last_mut()) {
            (Some(entry), Some(Block::List(entries))) => entries.push(entry.to_owned()),
            (Some(entry), _) => blocks.push(Block::List(vec![entry.to_owned()])),
            (None, Some(Block::Paragraph(text))) if !is_new => {
                text.push(' ');
                text.push_str(line);
            }
            (None, Some(Block::List(entries))) if !is_new => {
                if let Some(entry) = entries.last_mut() {
                    entry.push(' ');
                    entry.push_str(line);
                }
            }
            (None, _) => blocks.push(Block::Paragraph(line.to_owned())),
        }
        is_new = false;
    }
    blocks
}
