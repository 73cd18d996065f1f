//! What stands between `git` and its command: in which repository it works, and with which settings.
//!
//! The settings of a repository name programs: what watches its files, shows its pages, compares them. So whoever leads git into a folder
//! chooses what runs, and only in that of the work is anybody asked when those settings change.

use super::super::Act;
use super::super::folders::Place;
use super::super::meaning::Effect;
use super::super::paths;
use super::super::word::Word;

/// Settings for one call that name no program.
const HARMLESS: [&str; 8] = [
    "user.name=",
    "user.email=",
    "color.",
    "commit.gpgsign=",
    "core.quotepath=",
    "core.autocrlf=",
    "advice.",
    "init.defaultbranch=",
];

/// What is asked of git before its command.
pub(super) struct Asked<'w> {
    /// The command and what stands behind it.
    pub rest: &'w [Word],
    /// The folder that it is led into, the last one.
    folder: Option<String>,
    /// Whether that is none of the work.
    outside: bool,
}

impl Asked<'_> {
    /// Reads it. Nothing where a setting may be a program.
    pub fn of(arguments: &[Word], place: Place) -> Option<Asked<'_>> {
        let mut asked = Asked { rest: arguments, folder: None, outside: place == Place::Elsewhere };
        while let Some((first, behind)) = asked.rest.split_first() {
            let text = first.text.as_str();
            let (option, own) =
                text.split_once('=').map_or((text, None), |(option, own)| (option, Some(own)));
            let next = || own.or(behind.first().map(|word| word.text.as_str())).unwrap_or_default();
            let known = || match own {
                Some(_) => first.is_known(),
                None => behind.first().is_some_and(Word::is_known),
            };
            let takes_next = match option {
                "-c" => {
                    let setting = next().to_lowercase();
                    if !known() || !HARMLESS.iter().any(|start| setting.starts_with(start)) {
                        return None;
                    }
                    true
                }
                _ if text.starts_with("-c") || option == "--config-env" => return None,
                "--exec-path" if own.is_some() => return None,
                "-C" | "--work-tree" | "--git-dir" => {
                    let folder = next();
                    // Settings lie there; in a folder of another name nobody watches them.
                    let hides = option == "--git-dir" && folder != ".git" && !folder.ends_with("/.git");
                    asked.outside |= !known() || !paths::is_inside(folder) || hides;
                    asked.folder = Some(folder.to_owned());
                    own.is_none()
                }
                // The folder itself is the repository, with a file `config` in it.
                "--bare" => {
                    asked.outside = true;
                    false
                }
                "--namespace" => own.is_none(),
                _ if text.starts_with('-') => false,
                _ => break,
            };
            asked.rest = if takes_next { behind.get(1..).unwrap_or(&[]) } else { behind };
        }
        Some(asked)
    }

    /// What a command does in that repository, seen from where git was called.
    pub fn seen_from_here(self, effect: Effect) -> Effect {
        if self.outside {
            return Effect { act: effect.act.max(Act::Runs), ..effect };
        }
        match self.folder {
            // Which repository that is, nobody here knows.
            Some(_) if matches!(effect.act, Act::Writes | Act::Pushes) => Effect { act: Act::Runs, ..effect },
            Some(folder) if effect.act == Act::Looks && effect.paths.is_empty() => {
                Effect { paths: vec![folder], ..effect }
            }
            _ => effect,
        }
    }
}
