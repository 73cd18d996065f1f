//! Names of what is declared elsewhere, at the places where each kind is named.

use lictor_bundle::form::Form;
use lictor_compiler::ENGINE_CODES;
use lictor_grammar::ast::{ActionPattern, Item as Written, ItemKind, Statement, StatementKind};
use lictor_grammar::cursor::{MARKER, Named};
use lictor_grammar::keywords::{Keyword, STAGES};
use lictor_grammar::span::Span;

use super::Here;
use super::declared::declared;
use super::item::{FITS, Item, LEADS, OTHER, Sort};
use super::words;
use crate::ide::library::library_modules;
use crate::ide::names::Kind;

impl Here<'_> {
    /// What may be named at a place.
    pub(super) fn named(&self, named: Named, items: &mut Vec<Item>) {
        let kind = match named {
            Named::Stage => return items.extend(stages()),
            Named::Module => return self.modules(items),
            Named::Rule => return self.rules(items),
            Named::Obligation => return self.obligations(items),
            Named::Type => {
                items.extend(types());
                Kind::Type
            }
            Named::Category => Kind::Category,
            Named::Tier => Kind::Tier,
            Named::Role => {
                if self.is_in(&[Keyword::Rule, Keyword::Escalate, Keyword::Test, Keyword::Set]) {
                    items.push(Item::new(Sort::Name(Kind::Role), "user", OTHER).told(words::USER));
                }
                Kind::Role
            }
            Named::Record => {
                items.extend(words::ENVELOPE_RECORDS.iter().map(|(name, part)| {
                    let about = words::envelope(part).unwrap_or_default();
                    Item::new(Sort::Name(Kind::Type), *name, OTHER).told(about)
                }));
                Kind::Type
            }
            Named::Action | Named::Past => Kind::Action,
            Named::Param => Kind::Param,
            Named::Control => Kind::Control,
            Named::Reason => {
                // Nothing gives them but the engine: tests are told them.
                if self.is_in(&[Keyword::Test]) {
                    items.extend(ENGINE_CODES.iter().filter(|code| **code != "OK").map(|code| {
                        let item = Item::new(Sort::Name(Kind::Reason), *code, LEADS);
                        item.detail("a code of the engine's own").told(words::engine_code(code))
                    }));
                }
                Kind::Reason
            }
            Named::Flag => Kind::Flag,
            Named::Amplifier => Kind::Amplifier,
            Named::Example => Kind::Example,
            // These are words of the language, or belong to the request.
            Named::Decision | Named::Given | Named::CaseField | Named::OwnField => return,
        };
        let fits = |item: &Written| match (&item.kind, named) {
            (ItemKind::Event(_), Named::Action) => false,
            (ItemKind::Enum(_), Named::Record) => false,
            (ItemKind::Param(node), Named::Param) => !matches!(
                node.direction.as_ref().map(|one| one.kind),
                Some(lictor_grammar::ast::DirectionKind::Fixed)
            ),
            _ => true,
        };
        for (module, item) in self.all().filter(|(_, item)| fits(item)) {
            for found in declared(item, &[kind], &|span| self.flat(span)) {
                self.behind_path(found.offered(&module.name), items);
            }
        }
        self.elsewhere(kind, &fits, items);
    }

    /// The words before the last dot at the place.
    pub(super) fn path(&self) -> String {
        let cursor = &self.look.cursor;
        let start = u32::try_from(self.look.start + cursor.word.start).unwrap_or(u32::MAX);
        let text = self.syntax.text();
        let before = text.slice(text.line_start(text.line_of(start))..start);
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        let path =
            before.rfind(|c| !is_part(c)).map_or(before, |at| before.get(at + 1..).unwrap_or_default());
        path.trim_end_matches(|c| c != '.').to_owned()
    }

    /// Offers something, of whose name the words before the last dot are written already.
    pub(super) fn behind_path(&self, mut item: Item, items: &mut Vec<Item>) {
        let path = self.path();
        if let Some(rest) = item.label.strip_prefix(&path) {
            item.text = rest.to_owned();
            item.label = rest.to_owned();
            items.push(item);
        }
    }

    fn modules(&self, items: &mut Vec<Item>) {
        let is_use = self.is_in(&[Keyword::Use]);
        let named: Vec<String> = self
            .own
            .iter()
            .flat_map(|own| &own.ast.items)
            .filter_map(|item| match &item.kind {
                ItemKind::Import(path) if !is_use => Some(path.text()),
                ItemKind::Use(path) if is_use => Some(path.text()),
                ItemKind::Module(path) => Some(path.text()),
                _ => None,
            })
            .collect();
        let own = self.look.modules.iter().filter(|module| !module.library && !is_use);
        let own =
            own.map(|module| (module.name.clone(), module.ast.docs.join("\n"), "a module of this project"));
        let library = library_modules().iter();
        let library =
            library.map(|module| (module.name.clone(), module.ast.docs.join("\n"), "of the library"));
        for (name, docs, detail) in own.chain(library).filter(|(name, ..)| !named.contains(name)) {
            self.behind_path(
                Item::new(Sort::Name(Kind::Module), name, FITS).detail(detail).told(&docs),
                items,
            );
        }
    }

    /// What rules demand already: whoever acts knows these by their names.
    fn obligations(&self, items: &mut Vec<Item>) {
        for (module, item) in self.all() {
            let ItemKind::Rule(node) = &item.kind else { continue };
            let about = format!("Demanded by the rule `{}` of `{}`.", node.name.text, module.name);
            let names = obligations(&node.body).into_iter().filter(|name| *name != MARKER);
            items.extend(names.map(|name| Item::new(Sort::Obligation, name, FITS).told(&about)));
        }
    }

    /// The rules that an exception can be made from: those with something that a person may lift.
    fn rules(&self, items: &mut Vec<Item>) {
        let lifts = |item: &Written| matches!(&item.kind, ItemKind::Rule(node) if has_soft(&node.body));
        let all: Vec<(&str, _)> = self
            .all()
            .filter(|(_, item)| lifts(item))
            .flat_map(|(module, item)| {
                let found = declared(item, &[Kind::Rule], &|span| self.flat(span));
                found.into_iter().map(move |found| (module.name.as_str(), found))
            })
            .collect();
        for (module, found) in &all {
            let is_only = all.iter().filter(|(_, other)| other.name == found.name).count() == 1;
            let mut item = found.offered(module);
            if !is_only || !self.path().is_empty() {
                item.label = format!("{module}.{}", found.name);
            }
            self.behind_path(item, items);
        }
    }
}

/// Whether a body has a statement that an exception can lift.
fn has_soft(body: &[Statement]) -> bool {
    body.iter().any(|statement| match &statement.kind {
        StatementKind::When(when) => has_soft(&when.body),
        StatementKind::Let(_) | StatementKind::Require(_) | StatementKind::Deny(_) => false,
        _ => true,
    })
}

/// What a body demands to be done.
fn obligations(body: &[Statement]) -> Vec<&str> {
    let mut found = Vec::new();
    for statement in body {
        match &statement.kind {
            StatementKind::Oblige(node) => found.push(node.name.text.as_str()),
            StatementKind::When(when) => found.extend(obligations(&when.body)),
            _ => {}
        }
    }
    found
}

/// What a body names by `let`, and where its value stands.
pub(super) fn lets(body: &[Statement]) -> Vec<(&str, Span)> {
    let mut found = Vec::new();
    for statement in body {
        match &statement.kind {
            StatementKind::Let(node) => found.push((node.name.text.as_str(), node.value.span)),
            StatementKind::When(when) => found.extend(lets(&when.body)),
            _ => {}
        }
    }
    found
}

/// Whether a pattern stands for an action.
pub(super) fn stands_for(pattern: &ActionPattern, action: &str) -> bool {
    let words: Vec<&str> = pattern.names.iter().map(|name| name.text.as_str()).collect();
    let words = words.join(".");
    match pattern.wildcard {
        false => words == action,
        true => words.is_empty() || action.strip_prefix(&words).is_some_and(|rest| rest.starts_with('.')),
    }
}

/// The stages at which rules may stand, in their order.
fn stages() -> impl Iterator<Item = Item> {
    // The first two are the engine's own.
    let all = STAGES.iter().enumerate().skip(2);
    all.map(|(at, stage)| {
        let item =
            Item::new(Sort::Stage, *stage, FITS).detail(format!("stage {} of {}", at + 1, STAGES.len()));
        item.told(words::stage(stage))
    })
}

fn types() -> impl Iterator<Item = Item> {
    let own = words::TYPES.iter().map(|(name, about)| {
        let item = Item::new(Sort::Type, *name, OTHER).told(about);
        match *name {
            "List" | "Set" | "Sourced" => item.snippet(format!("{name}<${{1:String}}>")),
            "Map" => item.snippet(String::from("Map<String, ${1:String}>")),
            _ => item,
        }
    });
    let forms = Form::ALL.into_iter().map(|form| {
        let about = format!("A text that is {}, such as `\"{}\"`.", form.described(), form.example());
        Item::new(Sort::Type, form.name(), OTHER).told(&about)
    });
    own.chain(forms)
}
