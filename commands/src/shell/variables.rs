//! Variables: which of them hold a number here, as far as that can be told, and which may come to hold anything.

use super::environment;
use super::evaluated;
use super::reader::Reader;
use super::word::Word;
use crate::Reason;

impl Reader<'_> {
    /// Whether a variable holds a number here, and nothing else anywhere.
    pub(super) fn is_number(&self, name: &str) -> bool {
        self.numbers.iter().any(|number| number == name)
            && !self.found.all_wild
            && !self.found.wild.contains(name)
    }

    /// Notes that a variable holds a number from here on.
    pub(super) fn holds_number(&mut self, name: &str) {
        self.found.sets_numbers = true;
        self.numbers.push(name.to_owned());
    }

    /// Notes that a variable is set by something that is no assignment. One that says which programs run is one too many.
    pub(super) fn gives(&mut self, name: &str) {
        if environment::matters(name, "", false) {
            self.opaque(Reason::Environment);
        }
    }

    /// Notes that a variable may hold anything.
    pub(super) fn wild(&mut self, name: &str) {
        self.found.wild.insert(name.to_owned());
    }

    /// Notes what a command may set: variables that stand in its words, and all of them where it reads a script here.
    pub(super) fn sets(&mut self, words: &[Word]) {
        const SETS: [&str; 17] = [
            "read",
            "printf",
            "mapfile",
            "readarray",
            "getopts",
            "declare",
            "typeset",
            "local",
            "export",
            "readonly",
            "wait",
            "unset",
            "let",
            "integer",
            "float",
            "select",
            "vared",
        ];
        const ALL: [&str; 5] = ["eval", "source", ".", "trap", "coproc"];
        let declares = |word: &Word| matches!(word.text.as_str(), "declare" | "typeset" | "local");
        if let Some(at) = words.iter().position(declares)
            && let Some(names) = words.get(at + 1..).and_then(evaluated::declares_numbers)
        {
            return self.found.integers.extend(names.into_iter().map(str::to_owned));
        }
        let calls = |names: &[&str]| {
            words
                .iter()
                .any(|word| names.contains(&word.text.as_str()) || !word.is_known() && word.text.is_empty())
        };
        self.found.all_wild |= calls(&ALL);
        if calls(&SETS) {
            let open = |word: &Word| word.open && !word.text.contains('=');
            self.found.all_wild |= words.iter().any(open);
            for word in words {
                for name in word.text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')) {
                    self.wild(name);
                }
            }
        }
    }

    /// Looks at what stands behind `${`: whether something in it is evaluated, and what it sets.
    pub(super) fn expansion(&mut self) {
        let text = self.ahead();
        let name: String = text.iter().take_while(|c| c.is_ascii_alphanumeric() || **c == '_').collect();
        let behind = text.get(name.chars().count()..).unwrap_or(&[]);
        let sets = matches!(behind, ['=', ..] | [':', '=', ..]);
        let sound = evaluated::is_expansion(text, &|name| self.is_number(name));
        if sets {
            self.gives(&name);
            self.wild(&name);
        }
        if !sound {
            self.opaque(Reason::Input);
        }
    }
}
