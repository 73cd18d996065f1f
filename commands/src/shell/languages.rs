//! Programs that are given a program: editors of streams, and languages.

use super::Act;
use super::meaning::{Around, Effect};
use super::programs::{letter, operands};
use super::tables::LANGUAGES;
use super::word::Word;
use crate::Reason;

pub(super) fn sed(arguments: &[Word]) -> Effect {
    let scripts: Vec<&Word> = if arguments
        .iter()
        .any(|word| matches!(word.text.as_str(), "-e" | "--expression"))
    {
        arguments
            .windows(2)
            .filter(|pair| matches!(pair, [first, _] if first.text == "-e" || first.text == "--expression"))
            .filter_map(|pair| pair.get(1))
            .collect()
    } else {
        operands(arguments, "").into_iter().take(1).collect()
    };
    let mut files = operands(arguments, "-e -f --expression");
    if scripts.len() == 1
        && !arguments.iter().any(|word| matches!(word.text.as_str(), "-e" | "--expression" | "-f"))
        && !files.is_empty()
    {
        files.remove(0);
    }
    // `e` runs what it finds, `w` writes to a file of its own.
    let harmful = |word: &&Word| {
        let text = word.text.trim();
        let last = text.rsplit(['/', '|', '#', ',']).next().unwrap_or_default();
        let flags = text.starts_with('s') && last.len() < 6 && last.contains(['e', 'w']);
        let command = text.split([';', '\n', '{', '}']).any(|one| {
            let one = one
                .trim()
                .trim_start_matches(|c: char| c.is_ascii_digit() || c == '$' || c == ',' || c == '!')
                .trim();
            one == "e"
                || one.starts_with("e ")
                || one.starts_with("w ")
                || one.starts_with("W ")
                || one.starts_with("r ")
        });
        flags || command || text.contains("/e\n") || text.contains("/w ") || text.contains("/e;") || word.open
    };
    if scripts.iter().any(harmful)
        || arguments.iter().any(|word| word.text == "-f" || word.text.starts_with("--file"))
    {
        return Effect::opaque(Reason::Interpreter);
    }
    let in_place =
        letter(arguments, &['i']) || arguments.iter().any(|word| word.text.starts_with("--in-place"));
    Effect::on(if in_place { Act::Writes } else { Act::Looks }, &files)
}

pub(super) fn awk(arguments: &[Word]) -> Effect {
    let words = operands(arguments, "-F -v");
    let harmful = |word: &&Word| {
        let text = word.text.as_str();
        word.open
            || text.contains("system")
            || text.replace("||", "").contains('|')
            || text.contains("getline")
            || text.contains('>') && text.contains("print")
            || ["ENVIRON", "SYMTAB", "PROCINFO", "@"].iter().any(|part| text.contains(part))
    };
    if words.first().is_some_and(harmful)
        || arguments.iter().any(|word| {
            word.text.starts_with('-') && !word.text.starts_with("-F") && !word.text.starts_with("-v")
        })
    {
        return Effect::opaque(Reason::Interpreter);
    }
    Effect::on(Act::Looks, words.get(1..).unwrap_or(&[]))
}

/// A language that is given its program in the command, or in what it is sent.
pub(super) fn language(name: &str, arguments: &[Word], around: &Around<'_>) -> Option<Effect> {
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let (_, options) = LANGUAGES.iter().find(|(program, _)| *program == base || *program == name)?;
    let inline = |word: &Word| {
        let short = word.text.starts_with('-') && !word.text.starts_with("--") && word.text.len() > 2;
        options.iter().any(|option| {
            word.text == *option
                || word.text.starts_with(&format!("{option}=")) && option.len() > 2
                || short
                    && option.len() == 2
                    && *option != "-"
                    && option.starts_with('-')
                    && word.text.contains(option.chars().nth(1).unwrap_or('-'))
        })
    };
    let mut until_file = arguments
        .iter()
        .take_while(|word| word.text.starts_with('-') || options.contains(&word.text.as_str()));
    let fed = around.fed || around.sent.is_some();
    let bare = operands(arguments, "-m -W -X -I").is_empty()
        && !arguments
            .iter()
            .any(|word| matches!(word.text.as_str(), "-m" | "--version" | "-V" | "-v" | "--test"));
    if until_file.any(inline) || (fed && bare) || (bare && options.is_empty()) {
        return Some(Effect::opaque(Reason::Interpreter));
    }
    Some(if bare && arguments.len() == 1 { Effect::of(Act::Looks) } else { Effect::of(Act::Runs) })
}
