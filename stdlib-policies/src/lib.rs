//! The standard library of policies, embedded, so that `import std.payments` needs no file on the author's disk.
//!
//! It holds `std.payments`, the names of payments without a limit or a rule, and `std.unknown`, what tool calls are of which a policy says
//! nothing. The sources are data here;
//! the compiler reads them like any other file, and errors in them are reported the same way.

/// A module of the library, as source text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Module {
    /// What `import` names: `std.payments`.
    pub name: &'static str,
    /// Where the text stands within the library, with forward slashes; digests and diagnostics show it.
    pub path: &'static str,
    /// The text, byte for byte.
    pub text: &'static str,
}

/// Every module of the library, sorted by name.
pub const MODULES: &[Module] = &[
    Module {
        name: "std.payments",
        path: "std/payments.lictor",
        text: include_str!("../std/payments.lictor"),
    },
    Module { name: "std.unknown", path: "std/unknown.lictor", text: include_str!("../std/unknown.lictor") },
];

/// The module of this name, where the library has one.
pub fn module(name: &str) -> Option<&'static Module> {
    MODULES.iter().find(|module| module.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_found_by_the_name_it_declares() {
        for entry in MODULES {
            let declared = entry.text.lines().find_map(|line| line.strip_prefix("module ")).unwrap();
            assert_eq!(declared, entry.name);
            assert_eq!(entry.path, format!("{}.lictor", entry.name.replace('.', "/")));
            assert_eq!(module(declared), Some(entry));
        }
        assert_eq!(module("std.nothing"), None);
    }

    #[test]
    fn modules_are_sorted_by_name() {
        assert!(MODULES.is_sorted_by_key(|module| module.name));
    }
}
