//! What a bundle was made of: the files, each with its digest, and which of them make a user's unit and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::program::{Bundle, Unit};
use sha2::{Digest, Sha256};

use crate::compose;
use crate::modules::Module;
use crate::names::LayerId;
use crate::project::{Project, SourceFile};

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

/// The modules in force and the files whose lines they take, `layers` being those of the modules. Tables of tests are not in it.
pub(crate) fn sources(
    project: &Project,
    sources: &[SourceFile],
    modules: &[Module],
    layers: &[LayerId],
) -> Sources {
    let mut shared: BTreeSet<&str> = sources.iter().map(|file| file.path.as_str()).collect();
    for table in &project.tables {
        shared.remove(table.path.as_str());
    }
    let mut data: BTreeSet<String> = BTreeSet::new();
    let mut users: BTreeMap<LayerId, BTreeSet<String>> = BTreeMap::new();
    for (module, layer) in modules.iter().zip(layers) {
        let used = compose::files_used(std::slice::from_ref(module), sources);
        if !layer.key.is_user() {
            data.extend(used);
            continue;
        }
        let own = users.entry(layer.clone()).or_default();
        own.extend(used);
        if let Some(file) = sources.get(module.file.0 as usize) {
            shared.remove(file.path.as_str());
            own.insert(file.path.clone());
        }
    }
    let of_sources = sources.iter().map(|file| (file.path.as_str(), file));
    let of_data = project.data.iter().map(|file| (file.path.as_str(), file));
    let files: BTreeMap<&str, &SourceFile> = of_sources.chain(of_data).collect();
    let digest = |path: &str| Some((path.to_owned(), Sha256::digest(&files.get(path)?.bytes).into()));
    shared.extend(data.iter().map(String::as_str));
    Sources {
        shared: shared.into_iter().filter_map(digest).collect(),
        users: users
            .into_iter()
            .map(|(layer, own)| (layer, own.iter().filter_map(|path| digest(path)).collect()))
            .collect(),
    }
}
