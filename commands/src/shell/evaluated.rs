//! What a shell evaluates once more: arithmetic, subscripts, and words that name a variable. A name there may hold `a[$(rm x)]`, which
//! runs. So only numbers pass, and names that the same text gave a number, and nothing else, before.

use super::word::Word;

/// Whether a text of arithmetic has nothing in it but numbers, signs, and names that hold a number.
pub(super) fn is_plain(text: &str, is_number: &dyn Fn(&str) -> bool) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        at += 1;
        let from = at - 1;
        let part = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
        match c {
            '0'..='9' => {
                while chars.get(at).is_some_and(|c| part(c) || *c == '#') {
                    at += 1;
                }
            }
            '$' if chars.get(at).is_some_and(|c| matches!(c, '#' | '?' | '!')) => at += 1,
            '$' if chars.get(at) == Some(&'{') => {
                let end = chars.get(at..).unwrap_or(&[]).iter().position(|c| *c == '}');
                let Some(end) = end else { return false };
                let name: String = chars.get(at + 1..at + end).unwrap_or(&[]).iter().collect();
                let is_length = name.strip_prefix('#').is_some_and(is_name);
                let passes = is_length || (is_name(&name) && is_number(&name));
                if !passes {
                    return false;
                }
                at += end + 1;
            }
            '$' if chars.get(at).is_some_and(|c| c.is_ascii_alphabetic() || *c == '_') => {}
            c if c.is_ascii_alphabetic() || c == '_' => {
                while chars.get(at).is_some_and(part) {
                    at += 1;
                }
                let name: String = chars.get(from..at).unwrap_or(&[]).iter().collect();
                if !is_number(&name) || chars.get(at) == Some(&'(') {
                    return false;
                }
            }
            ' ' | '\t' | '\n' => {}
            c if "+-*/%<>=!&|^~?:,();".contains(c) => {}
            _ => return false,
        }
    }
    true
}

/// The variable that a text of arithmetic sets first of all, and to what: `i=0`.
pub(super) fn sets(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    let name = name.trim();
    let first = value.split([';', ',', '?', '&', '|']).next().unwrap_or_default();
    (is_name(name) && !value.starts_with('=')).then_some((name, first))
}

/// The variables that are declared to be numbers, and are given some: `declare -i n=1`. Whatever such a variable is given later is
/// evaluated. Nothing where anything else stands there.
pub(super) fn declares_numbers(arguments: &[Word]) -> Option<Vec<&str>> {
    let (option, words) = arguments.split_first()?;
    let digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    let names: Option<Vec<&str>> = words
        .iter()
        .map(|word| {
            let (name, value) = word.text.split_once('=')?;
            let sound = word.is_known() && is_name(name) && digits(value.strip_prefix('-').unwrap_or(value));
            sound.then_some(name)
        })
        .collect();
    names.filter(|names| option.is_plain("-i") && !names.is_empty())
}

/// Whether it is the name of a variable, and nothing else.
pub(super) fn is_name(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Whether what stands between `[` and `]` chooses a field by a number, or all of them.
pub(super) fn is_subscript(text: &str, is_number: &dyn Fn(&str) -> bool) -> bool {
    matches!(text, "@" | "*") || (!text.is_empty() && is_plain(text, is_number))
}

/// Whether what stands behind `${` is read there as it is: a name, perhaps with a subscript, and what is done with its value. The text
/// goes on behind its end.
pub(super) fn is_expansion(text: &[char], is_number: &dyn Fn(&str) -> bool) -> bool {
    let mut at = 0;
    let pointed = text.first() == Some(&'!');
    let counted = text.first() == Some(&'#') && text.get(1) != Some(&'}');
    if pointed || counted {
        at += 1;
    }
    let from = at;
    if text.get(at).is_some_and(|c| "@*#?-$!".contains(*c)) {
        at += 1;
    } else {
        while text.get(at).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '_') {
            at += 1;
        }
    }
    if at == from {
        return false;
    }
    let rest = text.get(at..).unwrap_or(&[]);
    let until = |from: usize, end: char| {
        let found: String = rest.get(from..).unwrap_or(&[]).iter().take_while(|c| **c != end).collect();
        found
    };
    // `${!start*}` and `${!fields[@]}` are names; any other is the variable that a value names.
    if pointed {
        return matches!(rest, ['*' | '@', '}', ..] | ['[', '*' | '@', ']', '}', ..]);
    }
    let rest = if rest.first() == Some(&'[') {
        let subscript = until(1, ']');
        if !is_subscript(&subscript, is_number) {
            return false;
        }
        rest.get(subscript.chars().count() + 2..).unwrap_or(&[])
    } else {
        rest
    };
    match rest {
        ['@', 'Q' | 'U' | 'u' | 'L' | 'a', '}', ..] => true,
        ['}', ..] | [':', '-' | '=' | '+' | '?', ..] => true,
        ['-' | '=' | '+' | '?' | '%' | '/' | '^' | ',' | '#', ..] => true,
        [':', rest @ ..] => {
            let place: String = rest.iter().take_while(|c| **c != '}').collect();
            is_plain(&place, is_number)
        }
        _ => false,
    }
}

/// Whether a test asks for a variable by name, or compares by arithmetic, with what is no number: `[[ … ]]`.
pub(super) fn tests(words: &[Word]) -> bool {
    let bare = |at: usize| words.get(at).is_none_or(|word| !word.number);
    words.iter().enumerate().any(|(at, word)| match word.text.as_str() {
        "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge" => bare(at + 1) || at == 0 || bare(at - 1),
        "-v" | "-R" => words.get(at + 1).is_none_or(|word| !word.is_known() || !is_name(&word.text)),
        "-t" => bare(at + 1),
        text => text.contains("#q"),
    })
}

/// The same for `test` and `[`, which split what is not quoted: then each word may be a sign.
pub(super) fn tests_words(words: &[Word]) -> bool {
    const BOTH: [&str; 16] = [
        "=", "==", "!=", "<", ">", "=~", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-ef", "-nt", "-ot", "-a",
    ];
    let words = match words.split_last() {
        Some((last, rest)) if last.is_plain("]") => rest,
        _ => words,
    };
    let says = |at: Option<usize>, one: bool| {
        at.and_then(|at| words.get(at)).is_some_and(|word| {
            word.is_known()
                && (BOTH.contains(&word.text.as_str())
                    || one && word.text.len() == 2 && word.text.starts_with('-'))
        })
    };
    words.iter().enumerate().any(|(at, word)| {
        let open = word.open && !word.number;
        let placed = words.len() == 1
            || says(at.checked_sub(1), true)
            || says(Some(at + 1), false)
            || words.len() == 2 && words.first().is_some_and(|first| first.text == "!");
        let named = matches!(word.text.as_str(), "-v" | "-R")
            && words.get(at + 1).is_some_and(|next| !next.is_known() || !is_name(&next.text));
        let split = word.splits && open;
        split || open && !placed || named
    })
}

/// Whether words that name variables are such names, and nothing else; values of these options are none.
pub(super) fn names(words: &[Word], valued: &str) -> bool {
    let mut rest = words;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if first.is_known() && first.text.starts_with('-') {
            if valued.split(' ').any(|option| first.text.ends_with(option)) {
                rest = behind.get(1..).unwrap_or(&[]);
            }
        } else if !first.is_known() || !is_name(&first.text) {
            return false;
        }
    }
    true
}

/// Whether a builtin evaluates one of its words that is no plain name, nor a number.
pub(super) fn builtin(name: &str, words: &[Word]) -> bool {
    let digits = |word: &Word| word.number || word.text.is_empty();
    match name {
        "test" | "[" => tests_words(words),
        "read" => !names(words, "p d n N t u i k"),
        "unset" => !names(words, ""),
        "wait" => words.windows(2).any(|pair| {
            matches!(pair, [option, name] if option.text.ends_with('p') && option.text.starts_with('-') && !(name.is_known() && is_name(&name.text)))
        }) || words.iter().any(|word| word.text.contains('[')),
        "getopts" => words.get(1).is_none_or(|word| !word.is_known() || !is_name(&word.text)),
        "printf" => printf(words),
        "let" => !words.iter().all(|word| {
            let value = word.text.split_once('=').map_or(word.text.as_str(), |(_, value)| value);
            word.is_known() && is_plain(value, &|_| false) && (is_name(&word.text) || sets(&word.text).is_some())
        }),
        "exit" | "return" | "shift" | "break" | "continue" => !words.iter().all(digits),
        _ => false,
    }
}

/// `printf -v NAME`; and numbers, which some shells take as arithmetic.
fn printf(words: &[Word]) -> bool {
    let mut words = words;
    while let [first, rest @ ..] = words {
        if let Some(own) = first.text.strip_prefix("-v") {
            let name = if own.is_empty() { rest.first().map(|word| word.text.as_str()) } else { Some(own) };
            if !name.is_some_and(is_name)
                || rest.first().is_some_and(|word| own.is_empty() && !word.is_known())
            {
                return true;
            }
            words = if own.is_empty() { rest.get(1..).unwrap_or(&[]) } else { rest };
        } else if first.text == "--" {
            words = rest;
        } else {
            break;
        }
    }
    let [format, values @ ..] = words else { return false };
    if format.open || !format.is_known() {
        // What it prints by is only known when it runs: `-v` may be among it.
        return format.splits || !values.is_empty();
    }
    let mut kinds = Vec::new();
    let mut signs = format.text.chars();
    while let Some(c) = signs.next() {
        if c != '%' {
            continue;
        }
        for c in signs.by_ref() {
            match c {
                '*' => kinds.push(true),
                'd' | 'i' | 'o' | 'u' | 'x' | 'X' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'a' | 'A' | 'c' => {
                    kinds.push(c != 'c');
                    break;
                }
                '0'..='9' | '.' | '-' | '+' | ' ' | '#' | '\'' | 'l' | 'h' | '$' => {}
                '%' => break,
                _ => {
                    kinds.push(false);
                    break;
                }
            }
        }
    }
    if !kinds.contains(&true) {
        return false;
    }
    let decimal = |word: &Word| {
        word.number || word.is_known() && word.text.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    values.iter().any(|word| word.splits && !word.number)
        || values.iter().zip(kinds.iter().cycle()).any(|(word, number)| *number && !decimal(word))
}
