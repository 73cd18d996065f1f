//! Programs that are given a program: editors of streams, and languages.

use super::Act;
use super::meaning::{Around, Effect};
use super::programs::operands;
use super::word::Word;
use crate::Reason;

/// Languages, and their options that bring a program with them.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("python", &["-c", "-"]),
    ("perl", &["-e", "-E", "-n", "-p"]),
    ("ruby", &["-e", "-n", "-p"]),
    ("node", &["-e", "--eval", "-p", "--print", "-"]),
    ("deno", &["eval", "repl"]),
    ("bun", &["-e", "--eval"]),
    ("php", &["-r", "-R", "-B"]),
    ("lua", &["-e", "-"]),
    ("tclsh", &[]),
    ("Rscript", &["-e"]),
    ("osascript", &["-e"]),
    ("pwsh", &["-c", "-Command", "-EncodedCommand", "-enc"]),
    ("powershell", &["-c", "-Command", "-EncodedCommand", "-enc"]),
    ("gdb", &["-ex", "--eval-command", "-x"]),
    ("ghc", &["-e"]),
    ("julia", &["-e"]),
    ("elixir", &["-e"]),
    ("swift", &["-"]),
    ("scala", &["-e"]),
    ("groovy", &["-e"]),
    ("jshell", &[]),
    ("irb", &[]),
    ("ipython", &["-c"]),
    ("emacs", &["--eval", "-eval"]),
    ("ex", &[]),
    ("ed", &[]),
    ("vi", &["-c", "-es"]),
    ("vim", &["-c", "-es"]),
    ("nvim", &["-c", "-es", "--headless"]),
    ("tclsh", &[]),
    ("wish", &[]),
];

pub(super) fn awk(arguments: &[Word]) -> Effect {
    let words = operands(arguments, "-F -v");
    let harmful = |word: &&Word| {
        let text = word.text.as_str();
        word.open
            || text.contains("system")
            || text.replace("||", "").contains('|')
            || text.contains("getline")
            || text.contains("print") && writes(text)
            || ["ENVIRON", "SYMTAB", "PROCINFO", "ARGV", "ARGC", "@"].iter().any(|part| text.contains(part))
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

/// Whether a program of `awk` may write to a file: a sign that is more than a comparison, which stands outside braces or in parentheses.
fn writes(text: &str) -> bool {
    if text.contains(['"', '/', '#', '\\']) {
        return text.contains('>');
    }
    let (mut braces, mut parentheses) = (0_i32, 0_i32);
    for sign in text.chars() {
        match sign {
            '{' => braces += 1,
            '}' => braces -= 1,
            '(' => parentheses += 1,
            ')' => parentheses -= 1,
            '>' if braces > 0 && parentheses <= 0 => return true,
            _ => {}
        }
    }
    false
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
