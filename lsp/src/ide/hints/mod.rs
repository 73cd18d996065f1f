//! What an editor shows between the words of a policy: what is not written there, and yet is so.

mod params;
mod stages;
mod types;

use std::ops::Range;

use lictor_grammar::ast::{Item, ItemKind, Layer};

use super::{Analysis, FileName, Syntax};

/// Which kind of thing a hint says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// The type of a name.
    Type,
    /// The value of a parameter.
    Param,
    /// The stage of a rule.
    Stage,
}

/// Which kinds are wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// Types.
    pub types: bool,
    /// Values of parameters.
    pub parameters: bool,
    /// Stages.
    pub stages: bool,
}

/// Something to show between words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    /// Before which byte.
    pub at: u32,
    /// What it says.
    pub kind: Kind,
    /// What is shown.
    pub label: Vec<Part>,
    /// What it means, in words, as Markdown.
    pub tooltip: String,
}

/// A part of a label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// What is shown.
    pub text: String,
    /// The place that it speaks of.
    pub target: Option<(FileName, Range<u32>)>,
}

impl Part {
    fn plain(text: impl Into<String>) -> Part {
        Part { text: text.into(), target: None }
    }
}

/// The hints that stand in a range, in the order of the text.
pub fn hints(analysis: &Analysis, syntax: &Syntax, range: Range<u32>, wanted: Wanted) -> Vec<Hint> {
    let mut layer: Option<&Layer> = None;
    let mut stages = stages::Stages::default();
    let mut all = Vec::new();
    for item in syntax.items() {
        if let ItemKind::Layer(line) = &item.kind {
            layer = Some(&line.layer);
        }
        let place = syntax.range(item.span);
        if place.start > range.end {
            break;
        }
        // What stands before the range says in which order the rules in it are.
        let stage = stages.next(item);
        if place.end < range.start {
            continue;
        }
        let one = One { analysis, syntax, item, layer };
        if wanted.types {
            one.types(&mut all);
        }
        if wanted.parameters {
            one.params(&mut all);
        }
        if wanted.stages {
            one.stage(stage, &mut all);
        }
    }
    all.retain(|hint| range.start <= hint.at && hint.at <= range.end);
    all.sort_by_key(|hint| (hint.at, hint.kind));
    all
}

/// An item for which hints are looked for.
struct One<'a> {
    analysis: &'a Analysis,
    syntax: &'a Syntax,
    item: &'a Item,
    /// The layer of its module.
    layer: Option<&'a Layer>,
}
