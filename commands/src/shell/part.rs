//! The words of a command, and the variables that are set before it.

use super::evaluated;
use super::list::Now;
use super::reader::Reader;
use super::word::Word;
use crate::{MAX_WORDS, Reason};

impl Reader<'_> {
    /// A word: one of the command, one of the grammar, or a variable that is set.
    pub(super) fn part(&mut self, now: &mut Now) {
        let from = self.place();
        let word = self.word();
        if self.place() == from {
            return self.give_up(Reason::Syntax);
        }
        // `2>`, `{fd}>`: the number of a redirection.
        let number = word.text.chars().all(|c| c.is_ascii_digit())
            || (word.text.starts_with('{') && word.text.ends_with('}') && word.text.len() > 2);
        if number
            && !word.quoted
            && !word.open
            && matches!(self.peek(), Some('<' | '>'))
            && self.second() != Some('(')
        {
            self.gives(word.text.trim_matches(['{', '}']));
            return self.redirect(now);
        }
        if now.command.words.is_empty() {
            if now.command.is_empty() && self.grammar(now, &word) {
                self.found.shaped = true;
                return;
            }
            // A name in quotes is a program's.
            let stands = |value: &str| {
                let name = word.text.get(..word.text.len() - value.len()).unwrap_or_default();
                let subscript = name.find('[').unwrap_or(name.len());
                name.get(..subscript).is_some_and(|name| self.whole(from).starts_with(name))
            };
            if let Some((name, value)) = word.assigns().filter(|(_, value)| stands(value)) {
                let before = word.text.len() - value.len();
                let (name, mut value) = (name.to_owned(), Word { text: value.to_owned(), ..word.clone() });
                let plainly = before == name.len() + 1;
                // Its parts were looked at when the word was read, with the name before them.
                let digits = !value.text.is_empty()
                    && value.text.trim_start_matches('-').chars().all(|c| c.is_ascii_digit());
                value.number = plainly && (digits || value.open && word.value_is_number);
                let subscript = word.text.get(name.len()..before).unwrap_or_default();
                let subscript = subscript.trim_end_matches('=').trim_end_matches('+');
                if let Some(inner) = subscript.strip_prefix('[') {
                    let inner = inner.trim_end_matches(']');
                    if !evaluated::is_subscript(inner, &|name| self.is_number(name))
                        || matches!(inner, "@" | "*")
                    {
                        self.opaque(Reason::Input);
                    }
                }
                if value.text.is_empty() && self.peek() == Some('(') {
                    self.step();
                    let fields = self.words_until(')');
                    let subscripted = |word: &Word| {
                        word.text.strip_prefix('[').is_some_and(|text| {
                            !text
                                .split(']')
                                .next()
                                .is_some_and(|text| text.chars().all(|c| c.is_ascii_digit()))
                        })
                    };
                    if fields.iter().any(subscripted) {
                        self.opaque(Reason::Input);
                    }
                    self.wild(&name);
                }
                return now.command.variables.push((name, value));
            }
        }
        // `a[x + 1]=2` sets a field, too.
        if now.command.words.is_empty()
            && word.text.contains('[')
            && word.text != "["
            && !word.text.starts_with('/')
        {
            self.opaque(Reason::Program);
        }
        if now.command.words.len() >= MAX_WORDS {
            return self.give_up(Reason::Long);
        }
        now.command.words.push(word);
    }
}
