//! The name of a file as its text says it: what `.`, `..` and `//` in it come to, without asking a disk. What a link leads to is not known
//! here, nor which folder the work is in.

use serde::Serialize;

/// What is said of the path of a file.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Normal {
    /// Its one form.
    pub normal: String,
}

/// A path in one form: no `.`, no `//`, no `/` at its end, and `..` only where it leads out of the folder that it begins in. One that begins with
/// `/`, `~` or `..` leaves that folder, as far as its text says. A backslash is a sign like any other, as on the systems that this is for.
pub fn normal(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part != ".." {
            parts.push(part);
            continue;
        }
        match parts.last() {
            // What lies above somebody's home is not known.
            Some(last) if *last == ".." || !rooted && parts.len() == 1 && last.starts_with('~') => {
                parts.push("..");
            }
            Some(_) => {
                parts.pop();
            }
            // Above the root is the root.
            None if rooted => {}
            None => parts.push(".."),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn a_path_has_one_form() {
        for (written, form) in [
            ("refused.txt", "refused.txt"),
            ("./refused.txt", "refused.txt"),
            ("a/../refused.txt", "refused.txt"),
            (".//a/.././refused.txt/", "refused.txt"),
            ("a/b/../../refused.txt/.", "refused.txt"),
            ("../refused.txt", "../refused.txt"),
            ("a/../../refused.txt", "../refused.txt"),
            ("../../a/../b", "../../b"),
            ("/a/../b", "/b"),
            ("//a//b", "/a/b"),
            ("/../../a", "/a"),
            ("/", "/"),
            ("/..", "/"),
            ("", "."),
            (".", "."),
            ("a/..", "."),
            ("~/a/../b", "~/b"),
            ("~/../b", "~/../b"),
            ("~ann/..", "~ann/.."),
            ("a/~/..", "a"),
            ("/~/../a", "/a"),
            (r"a\..\b", r"a\..\b"),
            ("...", "..."),
            (". ", ". "),
        ] {
            assert_eq!(normal(written), form, "{written:?}");
            assert_eq!(normal(form), form, "{written:?} once more");
        }
    }
}
