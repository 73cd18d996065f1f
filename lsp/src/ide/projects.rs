//! Which of the policies in a workspace belong together.
//!
//! A project is a directory with everything below it, but nothing in the policies says which directory. So: what is marked as a project, and
//! what the user says is one, is one. Otherwise the highest directories that hold a policy are each a project, except that those whose
//! modules begin with the same word, such as `acme.base` and `acme.users.ann`, are parts of one as long as no module is
//! declared in two of them. A policy outside of every folder is a project of its own, and so is one in a directory that holds too much.

use std::collections::BTreeSet;

use lictor_project::{Kind, TABLES};

use super::FileName;

/// A policy, and the module that it says it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// Its file.
    pub file: FileName,
    /// The words of its module's name; none where it has none.
    pub module: Vec<String>,
}

/// A project: the directory that the paths of its files start from, and what belongs to it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Extent {
    /// The directory.
    pub directory: String,
    /// The directories whose files belong to it, with everything below them; none for a file by itself.
    pub parts: Vec<String>,
    /// Its policies, sorted.
    pub policies: Vec<FileName>,
}

impl Extent {
    /// Whether a file belongs to it. To a policy by itself belong the texts beside it and the table of its name, as for
    /// `lictor check FILE`.
    pub fn holds(&self, name: &FileName, kind: Kind) -> bool {
        if kind == Kind::Policy {
            return self.policies.binary_search(name).is_ok();
        }
        if !self.parts.is_empty() {
            return self.parts.iter().any(|part| name.inside(part).is_some());
        }
        let beside = name.directory().is_some_and(|directory| directory == self.directory);
        let stem = self.policies.first().and_then(|policy| policy.last().strip_suffix(".lictor"));
        let of_that_name = |ending: &str| name.last().strip_suffix(ending) == stem;
        beside && (kind == Kind::Data || TABLES.iter().any(|ending| of_that_name(ending)))
    }
}

/// Divides policies into projects. `folders` are the workspace's, `named` the directories that are marked as projects or named by the user, `large` those that hold
/// more than can be one.
pub fn divide(policies: &[Policy], folders: &[String], named: &[String], large: &[String]) -> Vec<Extent> {
    let mut rest: Vec<&Policy> = policies.iter().collect();
    let mut extents = Vec::new();
    let deepest = |directories: &[String]| {
        let mut sorted = directories.to_vec();
        sorted.sort_by_key(|directory| std::cmp::Reverse(directory.len()));
        sorted
    };
    for directory in deepest(named) {
        let inside = take(&mut rest, |policy| policy.file.inside(&directory).is_some());
        extents.extend(extent(directory.clone(), vec![directory], &inside));
    }
    for folder in deepest(folders) {
        let is_large = |file: &FileName| large.iter().any(|directory| file.inside(directory).is_some());
        let inside =
            take(&mut rest, |policy| policy.file.inside(&folder).is_some() && !is_large(&policy.file));
        for group in groups(&inside) {
            let policies: Vec<&Policy> =
                group.iter().flat_map(|part| part.policies.iter().copied()).collect();
            let parts: Vec<String> = group.iter().map(|part| part.directory.clone()).collect();
            extents.extend(extent(common(&parts), parts, &policies));
        }
    }
    for policy in rest {
        let directory = policy.file.directory().unwrap_or_default().to_owned();
        extents.extend(extent(directory, Vec::new(), &[policy]));
    }
    extents
}

fn extent(directory: String, parts: Vec<String>, policies: &[&Policy]) -> Option<Extent> {
    let mut policies: Vec<FileName> = policies.iter().map(|policy| policy.file.clone()).collect();
    policies.sort();
    (!policies.is_empty()).then_some(Extent { directory, parts, policies })
}

fn take<'p>(from: &mut Vec<&'p Policy>, wanted: impl Fn(&Policy) -> bool) -> Vec<&'p Policy> {
    let (taken, left) = from.iter().copied().partition(|policy| wanted(policy));
    *from = left;
    taken
}

/// One of the highest directories that hold a policy.
struct Part<'p> {
    directory: String,
    policies: Vec<&'p Policy>,
}

impl Part<'_> {
    fn first_words(&self) -> BTreeSet<&str> {
        self.policies.iter().filter_map(|policy| policy.module.first()).map(String::as_str).collect()
    }

    fn modules(&self) -> BTreeSet<&[String]> {
        let named = self.policies.iter().filter(|policy| !policy.module.is_empty());
        named.map(|policy| policy.module.as_slice()).collect()
    }

    fn belongs_with(&self, other: &Part<'_>) -> bool {
        !self.first_words().is_disjoint(&other.first_words()) && self.modules().is_disjoint(&other.modules())
    }
}

/// The parts of each project among the policies of a folder.
fn groups<'p>(policies: &[&'p Policy]) -> Vec<Vec<Part<'p>>> {
    let mut by_depth = policies.to_vec();
    by_depth.sort_by_key(|policy| {
        let directory = policy.file.directory().unwrap_or_default();
        (directory.matches('/').count(), policy.file.clone())
    });
    let mut parts: Vec<Part<'p>> = Vec::new();
    for policy in by_depth {
        match parts.iter_mut().find(|part| policy.file.inside(&part.directory).is_some()) {
            Some(part) => part.policies.push(policy),
            None => {
                let directory = policy.file.directory().unwrap_or_default().to_owned();
                parts.push(Part { directory, policies: vec![policy] });
            }
        }
    }
    let mut groups: Vec<Vec<Part<'p>>> = Vec::new();
    for part in parts {
        // Part of a project is what belongs to one of its parts and contradicts none.
        let joins = |group: &Vec<Part<'p>>| {
            group.iter().any(|other| part.belongs_with(other))
                && group.iter().all(|other| part.modules().is_disjoint(&other.modules()))
        };
        match groups.iter_mut().find(|group| joins(group)) {
            Some(group) => group.push(part),
            None => groups.push(vec![part]),
        }
    }
    groups
}

/// The lowest directory that all of these are in, or are.
fn common(directories: &[String]) -> String {
    let split = directories.iter().map(|directory| directory.split('/').collect::<Vec<_>>());
    let shared = split.reduce(|common, next| {
        common.into_iter().zip(next).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
    });
    shared.unwrap_or_default().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each project on a line: its directory, and its files from there.
    fn divided(policies: &[(&str, &str)], folders: &[&str], named: &[&str]) -> Vec<String> {
        let policy = |&(file, module): &(&str, &str)| Policy {
            file: FileName::new(file),
            module: module.split('.').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
        };
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let policies: Vec<Policy> = policies.iter().map(policy).collect();
        let extents = divide(&policies, &owned(folders), &owned(named), &[String::from("/w/large")]);
        let line = |extent: Extent| {
            let inside = extent.policies.iter().filter_map(|file| file.inside(&extent.directory));
            format!("{}: {}", extent.directory, inside.collect::<Vec<_>>().join(" "))
        };
        extents.into_iter().map(line).collect()
    }

    #[test]
    fn the_highest_directories_with_a_policy_are_projects() {
        let files = [
            ("/w/a/policy/base.lictor", "a.base"),
            ("/w/a/policy/users/ann.lictor", "a.ann"),
            ("/w/b/b.lictor", "b"),
        ];
        assert_eq!(
            divided(&files, &["/w"], &[]),
            ["/w/b: b.lictor", "/w/a/policy: base.lictor users/ann.lictor"],
        );
    }

    #[test]
    fn directories_side_by_side_with_modules_of_one_family_are_one_project() {
        let files = [
            ("/w/base/b.lictor", "acme.base"),
            ("/w/users/ann.lictor", "acme.users.ann"),
            ("/w/x/x.lictor", "x"),
        ];
        assert_eq!(divided(&files, &["/w"], &[]), ["/w: base/b.lictor users/ann.lictor", "/w/x: x.lictor"]);
    }

    #[test]
    fn two_states_of_a_project_are_two_projects() {
        let files = [
            ("/w/new/b.lictor", "acme.base"),
            ("/w/old/b.lictor", "acme.base"),
            ("/w/old/c.lictor", "acme.c"),
        ];
        assert_eq!(divided(&files, &["/w"], &[]), ["/w/new: b.lictor", "/w/old: b.lictor c.lictor"]);
    }

    #[test]
    fn what_the_user_names_is_a_project_whatever_the_modules_say() {
        let files = [("/w/a/a.lictor", "a"), ("/w/b/b.lictor", "b"), ("/w/c/c.lictor", "a.c")];
        assert_eq!(
            divided(&files, &["/w"], &["/w/b", "/w/a"]),
            ["/w/b: b.lictor", "/w/a: a.lictor", "/w/c: c.lictor"],
        );
    }

    #[test]
    fn a_policy_outside_of_every_folder_is_by_itself() {
        let files =
            [("/w/a.lictor", "a"), ("/tmp/x.lictor", "a.x"), ("/tmp/y.lictor", "a.y"), ("untitled:1", "")];
        let lines = divided(&files, &["/w"], &[]);
        assert_eq!(lines, ["/w: a.lictor", "/tmp: x.lictor", "/tmp: y.lictor", ": "]);
    }

    #[test]
    fn policies_in_a_directory_that_holds_too_much_are_by_themselves_unless_they_are_named() {
        let files = [
            ("/w/large/a.lictor", "a.a"),
            ("/w/large/b.lictor", "a.b"),
            ("/w/large/in/c.lictor", "a.c"),
            ("/w/large/in/d.lictor", "a.d"),
            ("/w/e.lictor", "a.e"),
        ];
        assert_eq!(
            divided(&files, &["/w"], &["/w/large/in"]),
            ["/w/large/in: c.lictor d.lictor", "/w: e.lictor", "/w/large: a.lictor", "/w/large: b.lictor"],
        );
    }

    #[test]
    fn a_folder_within_a_folder_is_looked_at_first() {
        let files = [("/w/a.lictor", "a.a"), ("/w/in/b.lictor", "a.b")];
        assert_eq!(divided(&files, &["/w", "/w/in"], &[]), ["/w/in: b.lictor", "/w: a.lictor"]);
    }
}
