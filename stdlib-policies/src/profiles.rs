//! Profiles: whole projects to start from, which `lictor new --profile NAME` writes.
//!
//! Each is a folder below `profiles/`, and a project by itself there, so that what checks and tests the library also checks and tests what
//! people begin with.

/// A project to start from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Profile {
    /// What it is called, as is its folder.
    pub name: &'static str,
    /// What it is for, in one line for people.
    pub about: &'static str,
    /// Its files, each with its name and its text, in the order in which to read them.
    pub files: &'static [(&'static str, &'static str)],
}

/// A file of a profile.
macro_rules! file {
    ($profile:literal, $name:literal) => {
        ($name, include_str!(concat!("../profiles/", $profile, "/", $name)))
    };
}

/// A profile, its own files first, then those that all of them have.
macro_rules! profile {
    ($profile:literal, $about:literal $(, $own:literal)*) => {
        Profile {
            name: $profile,
            about: $about,
            files: &[
                file!($profile, "README.md"),
                file!($profile, "policy.lictor"),
                file!($profile, "tools.lictor"),
                $(file!($profile, $own),)*
                file!($profile, "files.lictor"),
                file!($profile, "tests.lictor"),
                file!($profile, "requests.ndjson"),
                file!($profile, "lictor.project"),
            ],
        }
    };
}

/// Every profile: the two that are for any agent, then those for trades, by name.
pub const PROFILES: &[Profile] = &[
    profile!("observe", "decide and tell everything, block nothing: begin here"),
    profile!("enforce", "the same, in force: refuse what is dangerous, ask about what is doubtful"),
    profile!("collections", "agents that collect debts in the United States", "systems.lictor"),
    profile!("europe", "agents that deal with people in the European Union", "systems.lictor"),
    profile!("finance", "agents that pay, keep books or decide about credit", "systems.lictor"),
    profile!(
        "health",
        "agents that see health information in the United States",
        "systems.lictor",
        "duties.test.yaml"
    ),
    profile!("hiring", "agents that screen and answer people who apply", "systems.lictor"),
    profile!("insurance", "agents that quote, cover and settle insurance", "systems.lictor"),
    profile!("law", "agents that work for lawyers", "systems.lictor"),
];

/// The profile of this name, where there is one.
pub fn profile(name: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    fn folder() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("profiles")
    }

    fn names(of: PathBuf) -> BTreeSet<String> {
        fs::read_dir(of).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn what_is_embedded_is_what_stands_in_the_folder() {
        let embedded: BTreeSet<String> = PROFILES.iter().map(|profile| profile.name.to_owned()).collect();
        assert_eq!(embedded, names(folder()));
        for profile in PROFILES {
            let files: BTreeSet<String> = profile.files.iter().map(|(name, _)| (*name).to_owned()).collect();
            assert_eq!(files, names(folder().join(profile.name)), "{}", profile.name);
            for (name, text) in profile.files {
                assert_eq!(fs::read_to_string(folder().join(profile.name).join(name)).unwrap(), *text);
            }
            assert_eq!(super::profile(profile.name), Some(profile));
        }
        assert_eq!(super::profile("nothing"), None);
    }

    /// The text of a file of a profile.
    fn text(profile: &str, file: &str) -> &'static str {
        super::profile(profile).unwrap().files.iter().find(|(name, _)| *name == file).unwrap().1
    }

    #[test]
    fn the_tools_and_the_files_are_the_same_in_all_of_them() {
        for profile in PROFILES {
            for file in ["tools.lictor", "files.lictor", "lictor.project"] {
                assert_eq!(text(profile.name, file), text("enforce", file), "{} {file}", profile.name);
            }
        }
    }

    #[test]
    fn from_observe_to_enforce_is_one_word() {
        for file in ["tests.lictor", "requests.ndjson"] {
            assert_eq!(text("observe", file), text("enforce", file));
        }
        let items = |text: &str| -> Vec<String> {
            text.lines().filter(|line| !line.starts_with("//!")).map(str::to_owned).collect()
        };
        let enforced = text("observe", "policy.lictor").replace("layer base observe\n", "layer base\n");
        assert_eq!(items(&enforced), items(text("enforce", "policy.lictor")));
        assert_ne!(enforced, text("observe", "policy.lictor"));
    }
}
