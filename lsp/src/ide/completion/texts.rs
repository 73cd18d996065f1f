//! Texts between quotes that are one of a list: time zones, countries, currencies, files of values, tools. And what a message shows.

use std::collections::BTreeSet;

use lictor_bundle::currency::Currency;
use lictor_bundle::zone::Zone;
use lictor_compiler::sight::Sight;
use lictor_grammar::ast::ItemKind;

use super::item::{FITS, Item, LEADS, OTHER, Sort};
use super::{Here, titles};

/// The parts of the world that zones are named after today. Other names are kept by the database since they were used once.
const AREAS: [&str; 10] = [
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
];

impl Here<'_> {
    /// A text, with its quotes where none are there yet. It is found by its title, too.
    fn text(&self, text: &str, title: &str, rank: u8) -> Item {
        let written = if self.look.cursor.is_text { text.to_owned() } else { format!("\"{text}\"") };
        let mut item = Item::new(Sort::Text, written, rank).detail(title);
        item.filter = Some(format!("{} {title}", item.label));
        item
    }

    /// The countries that have a code.
    pub(super) fn countries(&self, items: &mut Vec<Item>) {
        items.extend(titles::countries().iter().map(|(code, name)| self.text(code, name, FITS)));
    }

    /// The time zones; those with the names of today come first.
    pub(super) fn zones(&self, items: &mut Vec<Item>) {
        items.extend(Zone::all().map(|zone| {
            let name = zone.name();
            let is_area = name == "UTC" || AREAS.iter().any(|area| name.starts_with(area));
            self.text(name, "time zone", if is_area { FITS } else { OTHER })
        }));
    }

    /// The currencies, by their codes.
    pub(super) fn currency_texts(&self, items: &mut Vec<Item>) {
        let used = self.currencies();
        items.extend(Currency::all_iso().map(|code| {
            let rank = if used.iter().any(|one| one == code) { FITS } else { OTHER };
            self.text(code, titles::currency(code).unwrap_or("currency"), rank)
        }));
    }

    /// The files of values beside the policy.
    pub(super) fn files(&self, items: &mut Vec<Item>) {
        for (path, values) in &self.files {
            let count = match values {
                1 => String::from("1 value"),
                values => format!("{values} values"),
            };
            items.push(self.text(path, &count, FITS));
        }
    }

    /// The tools that the policy says something about.
    pub(super) fn tools(&self, items: &mut Vec<Item>) {
        let mut seen = BTreeSet::new();
        for (module, item) in self.all() {
            let ItemKind::Normalize(node) = &item.kind else { continue };
            if seen.insert(&node.tool.value) {
                let about = format!("*in `{}`*", module.name);
                let item = self.text(&node.tool.value, &format!("is `{}`", node.action.text()), FITS);
                items.push(item.told(&about));
            }
        }
    }

    /// What a message may show, from all that means something there.
    pub(super) fn shown(&self, sight: &Sight, items: &mut Vec<Item>) {
        let Some(shown) = &sight.shown else { return };
        self.values(sight, items);
        items.retain_mut(|item| {
            let Some(found) = shown.iter().find(|shown| shown.name == item.label) else { return false };
            item.rank = if found.is_whole { FITS } else { LEADS };
            item.snippet = None;
            item.edits.is_empty() && matches!(item.sort, Sort::Name(_) | Sort::Part)
        });
    }
}
