//! What a bundle was made of: the files, each with its digest, and which of them make a user's unit and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::program::{Bundle, Unit};
use sha2::{Digest, Sha256};

use crate::compose;
use crate::modules::Module;
use crate::names::LayerId;
use crate::project::Project;
use crate::texts::Texts;

/// Paths and the SHA-256 of their bytes.
type Digests = Vec<(String, [u8; 32])>;

/// The files of a bundle, by what comes from them.
pub struct Sources {
    /// Those of declarations, of the library, and of all layers but users; in any order.
    pub shared: Digests,
    /// Those of each user's layer, sorted by path.
    pub users: BTreeMap<LayerId, Digests>,
}

impl Sources {
    /// Those that a bundle was made of.
    pub fn of(bundle: &Bundle) -> Sources {
        let of_users = bundle.units.iter().filter(|unit| unit.key.is_user());
        let id = |unit: &Unit| LayerId { key: unit.key.clone(), mode: unit.mode };
        Sources {
            shared: bundle.manifest.sources.clone(),
            users: of_users.map(|unit| (id(unit), unit.sources.clone())).collect(),
        }
    }
}

/// The modules in force and the files whose lines they take, `layers` being those of the modules. `files` are the texts of the policy in
/// their order, each in one part or in several that follow one another; tables of tests are not in what is given.
pub(crate) fn sources<'t>(
    project: &'t Project,
    files: impl Iterator<Item = (&'t str, &'t [u8])>,
    texts: &dyn Texts,
    modules: &[Module],
    layers: &[LayerId],
) -> Sources {
    let mut contents: BTreeMap<&str, Sha256> = BTreeMap::new();
    for (path, part) in files {
        contents.entry(path).or_default().update(part);
    }
    for table in &project.tables {
        contents.remove(table.path.as_str());
    }
    let mut shared: BTreeSet<&str> = contents.keys().copied().collect();
    let mut data: BTreeSet<String> = BTreeSet::new();
    let mut users: BTreeMap<LayerId, BTreeSet<String>> = BTreeMap::new();
    for (module, layer) in modules.iter().zip(layers) {
        let path = texts.path(module.file);
        let used = compose::files_used(module, path);
        if !layer.key.is_user() {
            data.extend(used);
            continue;
        }
        let own = users.entry(layer.clone()).or_default();
        own.extend(used);
        if shared.remove(path) {
            own.insert(path.to_owned());
        }
    }
    let of_data = project.data.iter().map(|file| (file.path.as_str(), Sha256::new_with_prefix(&file.bytes)));
    contents.extend(of_data);
    let digest = |path: &str| Some((path.to_owned(), contents.get(path)?.clone().finalize().into()));
    shared.extend(data.iter().map(String::as_str));
    Sources {
        shared: shared.into_iter().filter_map(digest).collect(),
        users: users
            .into_iter()
            .map(|(layer, own)| (layer, own.iter().filter_map(|path| digest(path)).collect()))
            .collect(),
    }
}
