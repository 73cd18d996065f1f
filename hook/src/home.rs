//! Paths that begin at the root of the disk, and lie in the folder of the work: a policy knows them by their names in that folder. Hosts have agents name files
//! from the root, and a rule on `refused.txt` is meant all the same.
//!
//! What is told is what would happen: the same file, by another name. Where that is not certain, the name stays as it is.

use lictor_commands::{normal, shell};

/// Folders of the system, and of all homes. What lies there is known by its whole name.
const SYSTEM: [&str; 16] = [
    "bin", "boot", "dev", "etc", "lib", "lib64", "opt", "proc", "run", "sbin", "sys", "usr", "System",
    "Library", "private", "nix",
];
/// Programs that go elsewhere, or run something there: a name from the root says something else to them than one from here.
const GOES: [&str; 14] = [
    "cd", "pushd", "popd", "env", "ssh", "docker", "podman", "nerdctl", "kubectl", "chroot", "nsenter", "su",
    "sudo", "doas",
];
/// Options that do.
const OPTIONS: [&str; 9] =
    ["-C", "--chdir", "--directory", "dir=", "-execdir", "-okdir", "--prefix", "--git-dir", "--work-tree"];

/// A folder of the work, where what lies in it may be told by its name there.
pub(crate) struct Home<'a>(&'a str);

impl<'a> Home<'a> {
    /// None where the folder is hidden, is somebody's whole home, or belongs to the system: the names of files say less there than where they lie.
    pub fn of(root: &'a str) -> Option<Home<'a>> {
        let parts: Vec<&str> = root.strip_prefix('/')?.split('/').collect();
        let first = *parts.first()?;
        let least = match first {
            "home" | "Users" | "var" => 3,
            "root" => 2,
            _ => 1,
        };
        let plain = |c: char| c.is_alphanumeric() || "/._- ".contains(c);
        let known = normal(root) == root
            && root != "/"
            && root.chars().all(plain)
            && parts.len() >= least
            && !parts.iter().any(|part| part.starts_with('.'))
            && !SYSTEM.contains(&first)
            && !matches!(parts.get(..2), Some(["var", "log" | "spool" | "lib"]));
        known.then_some(Home(root))
    }

    /// A path by its name in that folder; as it stands where it lies elsewhere. `from` is the folder that it begins in.
    pub fn path(&self, path: &str, from: &str) -> String {
        let whole = match path {
            path if path.starts_with(['/', '~']) => path.to_owned(),
            path if from == self.0 => return path.to_owned(),
            path => format!("{from}/{path}"),
        };
        self.inside(&whole).unwrap_or(whole)
    }

    /// The name of what lies in that folder, `.` for itself. What stands in it is kept as it is, `..` too.
    fn inside(&self, path: &str) -> Option<String> {
        let formed = normal(path);
        let behind = formed.strip_prefix(self.0)?;
        let Some(name) = behind.strip_prefix('/') else { return behind.is_empty().then(|| ".".to_owned()) };
        let sent = path.strip_prefix(self.0).and_then(|behind| behind.strip_prefix('/'));
        let name = sent.filter(|sent| !sent.starts_with('/') && normal(sent) == name).unwrap_or(name);
        // That would be somebody's home.
        (!name.starts_with('~')).then(|| name.to_owned())
    }

    /// A command that runs in that folder, with the names of what lies there: as it would be written by whoever stands there.
    pub fn command(&self, command: &str) -> String {
        let (gone, rest) = match self.goes(command) {
            Some((to, rest)) if to == "." => ("cd .".to_owned(), rest),
            Some((to, rest)) => return format!("cd '{to}'{rest}"),
            None => (String::new(), command),
        };
        let elsewhere = OPTIONS.iter().any(|option| rest.contains(option))
            || shell(rest).programs.iter().any(|program| GOES.contains(&program.as_str()));
        if elsewhere { format!("{gone}{rest}") } else { format!("{gone}{}", self.named(rest)) }
    }

    /// Where a command goes before anything else, and what stands behind that: `cd /home/ann/shop && …`.
    fn goes<'c>(&self, command: &'c str) -> Option<(String, &'c str)> {
        let behind = command.strip_prefix("cd ")?.trim_start_matches(' ');
        let behind = behind.strip_prefix("-- ").unwrap_or(behind);
        let (word, rest) = match behind.chars().next()? {
            quote @ ('\'' | '"') => behind.get(1..)?.split_once(quote)?,
            _ => behind.split_at(behind.find([' ', ';', '\n', '&']).unwrap_or(behind.len())),
        };
        let plain = |c: char| c.is_alphanumeric() || "/._- ".contains(c);
        let ends = rest.trim_start_matches(' ');
        let alone = ends.is_empty() || [";", "\n", "&&"].iter().any(|end| ends.starts_with(end));
        if !alone || !word.starts_with('/') || !word.chars().all(plain) {
            return None;
        }
        Some((self.inside(word)?, rest))
    }

    /// A text in which each word that names what lies in the folder, from the root, names it from there.
    fn named(&self, text: &str) -> String {
        let mut told = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('/') {
            let (before, found) = rest.split_at(at);
            told.push_str(before);
            let length =
                found.find(|c: char| !c.is_alphanumeric() && !"/._-".contains(c)).unwrap_or(found.len());
            let (path, behind) = found.split_at(length);
            let name = self
                .inside(path)
                .filter(|name| begins(&told) && (name != "." || path.ends_with('/') || ends(behind)));
            match name.as_deref() {
                Some(".") if path.ends_with('/') => told.push_str("./"),
                Some(".") => told.push('.'),
                Some(name) => told.push_str(&format!("./{name}")),
                None => told.push_str(path),
            }
            rest = behind;
        }
        told.push_str(rest);
        told
    }
}

/// Whether a word, or what an option or a redirection takes, begins behind a text; a quote may stand before it.
fn begins(text: &str) -> bool {
    let text = text.strip_suffix(['\'', '"']).unwrap_or(text);
    text.chars().next_back().is_none_or(|c| c.is_whitespace() || "=<>(;&|".contains(c))
}

/// Whether a word ends before a text; a quote may stand behind it.
fn ends(text: &str) -> bool {
    let text = text.strip_prefix(['\'', '"']).unwrap_or(text);
    text.chars().next().is_none_or(|c| c.is_whitespace() || "<>);&|".contains(c))
}
