//! Programs that read whatever lies below a folder, without being told a file.
//!
//! Whoever names a folder of the work has said what is read: `grep -rn "fn main" src`. The folder of the work itself, one that lies elsewhere, and
//! what is hidden in it or left out of the project hold what nobody had in mind: `.env`, keys, tokens. So such a read is one that a person is
//! asked about, unless
//!
//! - every folder is named, lies below that of the work, and is not hidden;
//! - or the program passes over what is hidden or left out, as `rg` and `ag` do by themselves;
//! - or files of programs and texts for people are all that it reads: `--include='*.py'`;
//! - or it tells names and numbers, and no line: `-l`, `-c`.
//!
//! What matches every line, or turns its pattern around, prints all that lies there. That is asked about even where the folder is named.

use super::paths;
use super::word::Word;

/// Folders whose names begin with a dot, and which belong to every project.
const SHOWN: [&str; 1] = [".github"];

/// Where a script has gone with `cd` before a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// Nowhere, or back: it is where the work is.
    Work,
    /// Into a folder of the work that it has named.
    Named,
    /// Into one that is hidden.
    Hidden,
    /// Out of it, or nobody knows where.
    Elsewhere,
}

impl Place {
    /// Where a folder is, named from where the work is.
    pub fn of(folder: &str) -> Place {
        let normal = crate::path::normal(folder);
        if !paths::is_inside(&normal) || folder.contains(['$', '*', '?', '[', '{', '<']) {
            return Place::Elsewhere;
        }
        match normal.as_str() {
            "." => Place::Work,
            named if is_shown(named) => Place::Named,
            _ => Place::Hidden,
        }
    }
}

/// How one of these programs is told what to read.
struct Searcher {
    name: &'static str,
    /// Letters of options that take a value: what follows is no other letter.
    valued: &'static str,
    /// Letters that make it go through folders, or take in what it passes over.
    wider: &'static str,
    /// The same in long options, by how these begin.
    wider_long: &'static [&'static str],
    /// Whether it goes through folders in any case.
    always: bool,
    /// Letters with which it tells names or numbers only.
    names: &'static str,
}

const SEARCHERS: [Searcher; 7] = [
    grep("grep"),
    grep("egrep"),
    grep("fgrep"),
    grep("zgrep"),
    Searcher {
        name: "rg",
        valued: "ABCEMTefgjmrt",
        wider: ".uL",
        wider_long: &["--hid", "--no-ig", "--unr", "--fol"],
        always: true,
        names: "lcq",
    },
    Searcher {
        name: "ag",
        valued: "ABCGgmpW",
        wider: "uatUf",
        wider_long: &["--hid", "--unr", "--all", "--skip-vcs", "--fol"],
        always: true,
        names: "lLc",
    },
    Searcher { name: "ack", valued: "ABCgm", wider: "", wider_long: &[], always: true, names: "fglLc" },
];

/// Long options that take no value. What follows any other is taken for its value: then less is named than it seems.
const FLAGS: &str = "recursive dereference-recursive line-number with-filename no-filename ignore-case word-regexp line-regexp \
    extended-regexp fixed-strings perl-regexp basic-regexp invert-match count count-matches files-with-matches files-without-match \
    only-matching quiet silent no-messages byte-offset null text color hidden no-ignore no-ignore-vcs unrestricted follow files json \
    heading no-heading column pretty trim multiline smart-case case-sensitive no-config stats passthru vimgrep pcre2 no-line-number";

const fn grep(name: &'static str) -> Searcher {
    Searcher {
        name,
        valued: "ABCDdefm",
        wider: "rR",
        wider_long: &["--rec", "--der", "--dir"],
        always: false,
        names: "lLcq",
    }
}

/// Whether a search prints what nobody named.
pub(super) fn searches_unnamed(name: &str, arguments: &[Word], place: Place) -> bool {
    let Some(searcher) = SEARCHERS.iter().find(|searcher| searcher.name == name) else {
        return false;
    };
    let asked = Asked::of(searcher, arguments);
    let recurses = searcher.always || asked.wider;
    // Names, and how often; `rg --files` looks into no file.
    if !recurses || asked.names {
        return false;
    }
    let files = &asked.files;
    let named =
        files.iter().all(|word| is_named(word, place)) && (!files.is_empty() || place == Place::Named);
    let looks_past = matches!(name, "rg" | "ag") && !asked.wider && !asked.widens_by_glob;
    // What is named is looked into, hidden or not.
    let past_hidden = looks_past
        && place != Place::Hidden
        && !files.iter().any(|word| paths::is_hidden(&word.text) && !is_named(word, place));
    asked.everything || !(named || past_hidden || asked.only_code)
}

/// What its options say.
#[derive(Default)]
struct Asked<'w> {
    /// The files and folders that are named.
    files: Vec<&'w Word>,
    wider: bool,
    names: bool,
    /// Whether a glob brings in what is passed over otherwise.
    widens_by_glob: bool,
    /// Whether globs leave files of programs and texts for people only.
    only_code: bool,
    /// Whether every line is printed.
    everything: bool,
}

impl Asked<'_> {
    fn of<'w>(searcher: &Searcher, arguments: &'w [Word]) -> Asked<'w> {
        let mut asked = Asked::default();
        let mut patterns: Vec<&str> = Vec::new();
        let mut globs: Vec<&str> = Vec::new();
        let mut operands: Vec<&Word> = Vec::new();
        let mut rest = arguments;
        while let Some((first, behind)) = rest.split_first() {
            rest = behind;
            let text = first.text.as_str();
            if text == "--" {
                operands.extend(behind);
                break;
            }
            if let Some(long) = text.strip_prefix("--") {
                let (option, own) = long.split_once('=').map_or((long, None), |(a, b)| (a, Some(b)));
                asked.wider |= searcher.wider_long.iter().any(|start| text.starts_with(start));
                asked.everything |= option.starts_with("inv") || option.starts_with("passt");
                asked.names |=
                    ["files-with", "count", "quiet", "silent"].iter().any(|name| option.starts_with(name))
                        || option == "files" && searcher.name == "rg";
                let next = own.or(behind.first().map(|word| word.text.as_str()));
                if option.len() > 2 && "regexp".starts_with(option) {
                    patterns.extend(next);
                } else if matches!(option, "include" | "glob" | "iglob") {
                    globs.extend(next);
                } else if FLAGS.split(' ').any(|flag| flag == option) {
                    continue;
                }
                // Its value is no option.
                rest = if own.is_some() { behind } else { behind.get(1..).unwrap_or(&[]) };
                continue;
            }
            let Some(letters) = text.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
                operands.push(first);
                continue;
            };
            for (at, letter) in letters.char_indices() {
                asked.wider |= searcher.wider.contains(letter);
                asked.names |= searcher.names.contains(letter);
                asked.everything |= letter == 'v';
                if !searcher.valued.contains(letter) {
                    continue;
                }
                let own = letters.get(at + letter.len_utf8()..).filter(|own| !own.is_empty());
                let value = own.or(behind.first().map(|word| word.text.as_str())).unwrap_or_default();
                match letter {
                    'e' => patterns.push(value),
                    'g' if searcher.name == "rg" => globs.push(value),
                    // `-d recurse`.
                    'd' => asked.wider |= value.starts_with("rec"),
                    'f' => patterns.push("a file of patterns"),
                    _ => {}
                }
                rest = if own.is_some() { behind } else { behind.get(1..).unwrap_or(&[]) };
                break;
            }
        }
        if patterns.is_empty()
            && !operands.is_empty()
            && !arguments.iter().any(|word| searcher.name == "rg" && word.text == "--files")
        {
            patterns.push(operands.remove(0).text.as_str());
        }
        asked.files = operands;
        asked.everything |= patterns.iter().any(|pattern| matches_all(pattern));
        let code = |glob: &&str| glob.rsplit('/').next().is_some_and(paths::only_code);
        let taken: Vec<&str> = globs.into_iter().filter(|glob| !glob.starts_with('!')).collect();
        asked.only_code = !taken.is_empty() && taken.iter().all(code);
        asked.widens_by_glob = !taken.is_empty() && !asked.only_code;
        asked
    }
}

/// Whether there is a line that a pattern could leave out: nothing of it must stand there, once what is optional and what stands for any sign
/// is taken away.
fn matches_all(pattern: &str) -> bool {
    pattern.split('|').any(|one| {
        let mut must = 0usize;
        let mut signs = one.chars();
        while let Some(c) = signs.next() {
            match c {
                '\\' => {
                    // `\.` is a dot, `\w` is one of many, and `\|` began another.
                    must += usize::from(signs.next().is_some_and(|c| !c.is_ascii_alphabetic()));
                }
                '[' => {
                    let _ = signs.by_ref().find(|c| *c == ']');
                }
                '*' | '?' => must = must.saturating_sub(1),
                '{' => {
                    must = must.saturating_sub(1);
                    let _ = signs.by_ref().find(|c| *c == '}');
                }
                '.' | '^' | '$' | '+' | '(' | ')' | ']' | '}' => {}
                _ => must += 1,
            }
        }
        must == 0
    })
}

/// Whether a comparison goes through folders that nobody named: `diff -r empty .`.
pub(super) fn compares_unnamed(name: &str, arguments: &[Word], files: &[&Word], place: Place) -> bool {
    let recurses = |word: &Word| {
        let text = word.text.as_str();
        text.starts_with("--rec") || text.starts_with('-') && !text.starts_with("--") && text.contains('r')
    };
    name == "diff" && arguments.iter().any(recurses) && !files.iter().all(|word| is_named(word, place))
}

/// Whether a word, seen from there, names a file or a folder below that of the work, and nothing hidden.
pub(super) fn is_named(word: &Word, place: Place) -> bool {
    let normal = crate::path::normal(&word.text);
    word.is_known()
        && paths::is_inside(&normal)
        && is_shown(&normal)
        && match place {
            Place::Work => normal != ".",
            Place::Named => true,
            Place::Hidden | Place::Elsewhere => false,
        }
}

/// Whether no part of a path in its one form is hidden.
fn is_shown(normal: &str) -> bool {
    normal == "." || normal.split('/').all(|part| !part.starts_with('.') || SHOWN.contains(&part))
}
