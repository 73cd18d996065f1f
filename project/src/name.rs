//! What modules, and so projects, are called: looked up in the text, for whoever does not parse it.

use lictor_compiler::project::SourceFile;

/// The words of the name in a text's `module` line. An item starts in column 1, so a line that begins with `module` is
/// the declaration.
pub fn module_name(text: &str) -> Option<Vec<&str>> {
    let name = text.lines().find_map(|line| line.strip_prefix("module "))?;
    Some(name.split("//").next()?.trim().split('.').map(str::trim).collect())
}

/// The words that the names of all modules begin with: `acme` for `acme.payments` and `acme.gambling`. It is the bundle's
/// name because it stands in the sources: the name of the directory would make the same policy another bundle elsewhere.
pub fn common_name(files: &[SourceFile]) -> String {
    common_words(files.iter().filter_map(|file| module_name(std::str::from_utf8(&file.bytes).ok()?)))
}

/// The same of the words of the modules' names; an empty one does not count.
pub fn common_words<W: AsRef<str> + PartialEq>(names: impl Iterator<Item = Vec<W>>) -> String {
    let common = names.filter(|name| !name.is_empty()).reduce(|common, name| {
        let same = common.iter().zip(&name).take_while(|(a, b)| a == b).count();
        common.into_iter().take(same).collect()
    });
    let common = common.unwrap_or_default();
    let name = common.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(".");
    if name.is_empty() { String::from("policy") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(modules: &[&str]) -> String {
        let files = modules.iter().map(|name| SourceFile {
            path: String::from("a.lictor"),
            bytes: format!("//! module no\nmodule {name} // here\nlayer base\n").into_bytes(),
        });
        common_name(&files.collect::<Vec<_>>())
    }

    #[test]
    fn a_bundle_is_named_after_what_its_modules_share() {
        assert_eq!(named(&["acme.payments"]), "acme.payments");
        assert_eq!(named(&["acme.payments", "acme.gambling", "acme.users.u_1"]), "acme");
        assert_eq!(named(&["acme.a", "other.a"]), "policy");
        assert_eq!(named(&[]), "policy");
    }
}
