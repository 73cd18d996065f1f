//! What files are, told by their names, which stand in `names.rs` and `held.rs`.

use super::held::{GUARD, GUARDED, RECORD, SYSTEM};
use super::names::{CALLED, CODE, DATA, DISKS, FOLDERS, SECRET, SECRET_ENDS, VARIABLES};

/// The name in small letters, behind `-x`, `--option=`, `@`, `file://` and with one form for the home folder.
fn plain(word: &str) -> String {
    let mut name = word.to_lowercase();
    for before in ["file://", "@"] {
        if let Some((_, behind)) = name.rsplit_once(before) {
            name = behind.to_owned();
        }
    }
    if !name.starts_with(['/', '~', '.', '$'])
        && let Some((_, behind)) = name.split_once('=')
    {
        name = behind.to_owned();
    }
    let home = ["~/", "$home/", "${home}/", "${home:?}/"];
    for home in home {
        if let Some(behind) = name.strip_prefix(home) {
            name = format!("/home/me/{behind}");
        }
    }
    let mut short = String::new();
    for part in name.split('/').filter(|part| *part != ".") {
        if !(part.is_empty() && short.ends_with('/')) {
            short.push_str(part);
            short.push('/');
        }
    }
    if !name.ends_with('/') {
        short.pop();
    }
    short
}

/// The names that a word has: as it is written, and in its one form, `a/../.env`.
fn names(word: &str) -> impl Iterator<Item = String> {
    let name = plain(word);
    let formed = crate::path::normal(&name);
    let other = (formed != name.trim_end_matches('/') && name.contains("..")).then_some(formed);
    [Some(name), other].into_iter().flatten()
}

/// Whether a word names a file that opens doors, or may.
pub(super) fn is_secret(word: &str, splits: bool) -> bool {
    names(word).any(|name| opens_doors(name, splits))
}

fn opens_doors(name: String, splits: bool) -> bool {
    let under = format!("/{name}");
    let last = name.rsplit(['/', ':']).next().unwrap_or_default();
    let template = ["example", "sample", "template", "dist"];
    let is_env = last == ".env"
        || (last.starts_with(".env.") && !template.iter().any(|end| last.ends_with(end)))
        || last.strip_suffix(".env").is_some_and(|before| !before.is_empty() && !template.contains(&before));
    if last.ends_with(".pub") || last == "known_hosts" {
        return false;
    }
    // What is about such things in a program or a text is none of them.
    let code = last.rsplit_once('.').is_some_and(|(_, end)| CODE.contains(&end));
    let hidden = under.contains("/.") || !under.trim_start_matches('/').contains('/');
    let called = is_env
        || SECRET.iter().any(|part| under.contains(part))
        || SECRET_ENDS.iter().any(|end| last.ends_with(end))
        || is_called_a_secret(last)
        || matches!(last, "environ" | "kubeconfig")
        || last.starts_with("env.")
            && ["prod", "production", "local", "staging", "dev", "development"]
                .iter()
                .any(|end| last.strip_prefix("env.") == Some(*end))
        || last.starts_with("appsettings.") && last.ends_with(".json")
        || last == "auth.json" && hidden;
    called && !code
        || is_history(last)
        || FOLDERS.iter().any(|folder| format!("{under}/").contains(folder))
        || (splits && (may_be_secret(&name) || one_of_several_is(&name)))
}

/// Whether one of the words opens doors that the shell makes of `{a,b}`.
fn one_of_several_is(name: &str) -> bool {
    let Some((before, rest)) = name.split_once('{') else { return false };
    let Some((inner, after)) = rest.rsplit_once('}') else { return false };
    inner.split(['{', ',', '}']).any(|part| is_secret(&format!("{before}{part}{after}"), false))
}

/// Whether a file is one in which a program keeps what was typed.
fn is_history(last: &str) -> bool {
    last.starts_with('.') && last.contains("_history") || matches!(last, "fish_history" | ".zhistory")
}

/// Whether a file with data in it is called after what opens doors: `db-secrets.yml`, `api_key.txt`. Source code is not data.
fn is_called_a_secret(last: &str) -> bool {
    let Some((stem, end)) = last.rsplit_once('.') else { return false };
    DATA.contains(&end)
        && CALLED.iter().any(|called| {
            stem.strip_suffix(called)
                .is_some_and(|before| before.is_empty() || before.ends_with(['-', '_', '.']))
        })
        || end == "json" && ["client_secret", "client-secret"].iter().any(|start| stem.starts_with(start))
}

/// A pattern that could match a hidden file of somebody's, or one of the system's.
fn may_be_secret(name: &str) -> bool {
    let open = |part: &str| part.contains(['*', '?', '[', '{']);
    let hidden = name.split('/').any(|part| {
        (part.starts_with('.') || part.starts_with(['?', '['])) && open(part) && !part.starts_with("...")
    });
    let outside = name.starts_with('/') && !name.starts_with("/tmp/") && !name.starts_with("/home/me/");
    let ends = [".p*m", ".k*y", "/etc"];
    hidden || (outside && open(name)) || ends.iter().any(|end| name.contains(end) && open(name))
}

/// Whether a variable of this name is one that opens doors.
pub(super) fn is_secret_variable(text: &str) -> bool {
    // `${!x}` is the variable whose name stands in another; `${!X*}` are names.
    if text.contains("${!") && !text.contains("*}") && !text.contains("@}") {
        return true;
    }
    text.split('$').skip(1).any(|behind| {
        let name: String = behind
            .trim_start_matches(['{', '!'])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        let name = name.to_uppercase();
        VARIABLES.iter().any(|part| name.contains(part))
    })
}

/// Whether a file holds agents back.
pub(super) fn is_guard(word: &str) -> bool {
    names(word).any(|name| {
        let name = format!("/{name}");
        GUARD.iter().any(|part| name.contains(part))
    })
}

/// Whether a folder is one in which that lies which holds agents back, so that to take it away is to take that away.
pub(super) fn is_guarded(word: &str) -> bool {
    names(word).any(|name| {
        let name = format!("/{name}");
        GUARDED.iter().any(|folder| name.trim_end_matches(['/', '*']).ends_with(folder))
    })
}

/// Whether it is a disk, or a part of one.
pub(super) fn is_disk(word: &str) -> bool {
    names(word).any(|name| DISKS.iter().any(|start| name.starts_with(start)))
}

/// Whether what is read there is a disk as it lies, or the memory of a machine or of a program.
pub(super) fn is_raw(word: &str) -> bool {
    is_disk(word)
        || names(word).any(|name| {
            matches!(name.as_str(), "/dev/mem" | "/dev/kmem" | "/dev/port" | "/proc/kcore")
                || name.starts_with("/proc/") && name.ends_with("/mem")
        })
}

/// Whether a file records what happened.
pub(super) fn is_record(word: &str) -> bool {
    names(word).any(|name| {
        RECORD.iter().any(|part| name.contains(part))
            || is_history(name.rsplit('/').next().unwrap_or_default())
    })
}

/// Whether a file is the system's, or runs by itself.
pub(super) fn is_system(word: &str) -> bool {
    let harmless = ["/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty"];
    let is = |name: String| {
        SYSTEM.iter().any(|part| {
            if part.starts_with('/') && part.ends_with('/') && *part != "/.ssh/" && *part != "/systemd/" {
                name.starts_with(part) || format!("{name}/") == *part
            } else {
                name.contains(part)
            }
        }) || name.starts_with("/dev/")
            || holds_programs(&name)
    };
    names(word).any(|name| !harmless.contains(&name.as_str()) && is(name))
}

/// Whether it lies in a hidden folder where shells look for programs: `~/.cargo/bin/git`, `~/.pyenv/shims/python`.
fn holds_programs(name: &str) -> bool {
    let mut parts = format!("/{name}").split('/').map(str::to_owned).collect::<Vec<_>>();
    parts.pop();
    let hidden = parts.iter().position(|part| part.starts_with('.') && part.len() > 2);
    hidden.is_some_and(|at| parts.iter().skip(at).any(|part| matches!(part.as_str(), "bin" | "shims")))
}

/// Whether a file says which repository a folder is, or lies in one. `HEAD` makes a repository of a folder with the settings beside it.
pub(super) fn is_repository(word: &str) -> bool {
    const OWN: [&str; 5] = ["info/exclude", "commit_editmsg", "merge_msg", "squash_msg", "description"];
    names(word).any(|name| {
        let under = format!("/{name}");
        under.ends_with("/.git")
            || under.ends_with("/head")
            || under.contains("/.git/") && !OWN.iter().any(|own| under.ends_with(&format!("/.git/{own}")))
    })
}

/// Whether nothing is left of a system or of what somebody has, when this goes.
pub(super) fn is_everything(word: &str) -> bool {
    let name = word.trim_end_matches(['*', '.']).trim_end_matches('/').to_lowercase();
    let name = name.strip_suffix("/.").unwrap_or(&name);
    let whole = [
        "", "~", "$home", "${home}", "/home", "/root", "/users", "/etc", "/usr", "/var", "/boot", "/bin",
        "/lib", "/sbin", "/opt", "/sys", "/dev", "/mnt", "/srv", "c:", "/system", "/library", "/windows",
    ];
    // `.` and `*` in a folder of their own are not everything; `/`, `/*`, `~/` and `..` chains up are.
    let relative = !word.starts_with(['/', '~', '$']);
    if relative {
        return word.split('/').all(|part| part == ".." || part.is_empty()) && word.matches("..").count() > 2;
    }
    let mut up = Vec::new();
    for part in name.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            up.pop();
        } else {
            up.push(part);
        }
    }
    let folded = if name.starts_with('/') { format!("/{}", up.join("/")) } else { up.join("/") };
    let folded = folded.trim_end_matches('/');
    whole.contains(&folded) || (name.starts_with("/home/") || name.starts_with("/users/")) && up.len() == 2
}

/// Whether a pattern only matches programs and texts for people: `*.rs`.
pub(super) fn only_code(pattern: &str) -> bool {
    pattern.strip_prefix("*.").is_some_and(|end| CODE.contains(&end))
}

/// The folder below which all of these lie: `.` for what is named from where the host works; none where that cannot be told, as with
/// variables, or where some begin elsewhere.
pub(super) fn folder_of<'p>(paths: impl Iterator<Item = &'p String>) -> Option<String> {
    // What is only known when it runs may be anything, and more than one folder.
    let formed = |path: &String| if path.contains('$') { path.clone() } else { crate::path::normal(path) };
    let paths: Vec<String> = paths.map(formed).collect();
    let (mut common, mut begins_outside): (Option<Vec<&str>>, _) = (None, None);
    for path in &paths {
        let matches = |text: &str| text.contains(['*', '?', '[', '{']);
        let code = path.rsplit_once('.').is_some_and(|(_, end)| CODE.contains(&end));
        // A pattern may match what opens doors, but for programs.
        if path.contains('$') || path.split('/').any(|part| part == "..") || matches(path) && !code {
            return None;
        }
        // What stands before the first pattern.
        let parts: Vec<&str> = path.split('/').filter(|part| *part != ".").collect();
        let plain = parts.iter().take_while(|part| !matches(part)).count();
        let parts = parts.get(..plain).unwrap_or_default();
        let outside = parts.first().is_some_and(|first| first.is_empty() || first.starts_with('~'));
        if *begins_outside.get_or_insert(outside) != outside {
            return None;
        }
        common = Some(match common {
            None => parts.to_vec(),
            Some(common) => common
                .iter()
                .zip(parts)
                .take_while(|(one, other)| one == other)
                .map(|(one, _)| *one)
                .collect(),
        });
    }
    let common = common?;
    // Below the root, or somebody's whole home, lies everything.
    match common.join("/") {
        _ if begins_outside == Some(true) && common.len() < 2 => None,
        name if name.is_empty() => Some(".".to_owned()),
        name => Some(name),
    }
}

/// Whether a path lies in the folder of the work, or is it, as far as its text says.
pub(super) fn is_inside(path: &str) -> bool {
    let normal = crate::path::normal(path);
    !normal.starts_with(['/', '~', '$', '-']) && normal != ".." && !normal.starts_with("../")
}

/// Whether a part of a path begins with a dot.
pub(super) fn is_hidden(path: &str) -> bool {
    let hidden = |part: &str| part.starts_with('.') && !matches!(part, "." | "..");
    path.split('/').any(hidden)
}
