//! What the targets share: bundle files whose digests are right whatever they hold, policies that are drawn and changed, and an engine to ask.

use std::path::{Path, PathBuf};

use lictor_bundle::program::Manifest;
use lictor_bundle::release::Release;
use lictor_compiler::project::{Project, SourceFile};
use lictor_reference::generate::{Policy, Rng};
use lictor_runtime::Engine;
use sha2::{Digest, Sha256};

/// What the sections of a file stand after, and before.
const HEAD: &[u8] = b"LICTOR\x01\x00";
const DIGEST: usize = 32;

/// A bundle file with these sections (manifest, schema, conditions, the number of units, the units), each a length in 4 bytes and that many
/// bytes. The statement and the digests are those of what it holds, so that nothing but its contents can be wrong. `None` where the
/// lengths do not add up.
pub fn sealed(sections: &[u8]) -> Option<Vec<u8>> {
    let mut rest = sections;
    let [manifest, schema, conditions] = [section(&mut rest)?, section(&mut rest)?, section(&mut rest)?];
    let (count, after) = rest.split_first_chunk::<4>()?;
    rest = after;
    let mut units = Vec::new();
    for _ in 0..u32::from_le_bytes(*count) {
        units.push(section(&mut rest)?);
    }
    let id = id(manifest, schema, conditions, &units);
    let statement = statement(&id, manifest);
    let mut file = HEAD.to_vec();
    file.extend_from_slice(&u32::try_from(statement.len()).ok()?.to_le_bytes());
    file.extend_from_slice(statement.as_bytes());
    // No signatures.
    file.extend_from_slice(&[0; 4]);
    file.extend_from_slice(sections);
    let digest = Sha256::digest(&file);
    file.extend_from_slice(&digest);
    Some(file)
}

/// The sections of a file that carries no signature: the reverse of [`sealed`].
pub fn sections(file: &[u8]) -> Option<&[u8]> {
    let mut rest = file.strip_prefix(HEAD)?.split_last_chunk::<DIGEST>()?.0;
    section(&mut rest)?;
    rest.strip_prefix(&[0; 4])
}

fn section<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (section, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *rest = after;
    Some(section)
}

fn id(manifest: &[u8], schema: &[u8], conditions: &[u8], units: &[&[u8]]) -> String {
    let mut head = Sha256::new_with_prefix(b"lictor bundle head 1\n");
    for part in [manifest, schema, conditions] {
        head.update(Sha256::digest(part));
    }
    let mut level: Vec<[u8; 32]> =
        units.iter().map(|unit| Sha256::new_with_prefix([0]).chain_update(unit).finalize().into()).collect();
    while level.len() > 1 {
        let pair = |pair: &[[u8; 32]]| match pair {
            [left, right] => {
                Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
            }
            _ => pair[0],
        };
        level = level.chunks(2).map(pair).collect();
    }
    let root = level.first().copied().unwrap_or_else(|| Sha256::digest(b"").into());
    let id = Sha256::new_with_prefix(b"lictor bundle id 1\n")
        .chain_update(head.finalize())
        .chain_update(root)
        .finalize();
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn statement(id: &str, manifest: &[u8]) -> String {
    let (release, language, instructions) = match borsh::from_slice::<Manifest>(manifest) {
        Ok(manifest) => (manifest.release, manifest.language_version, manifest.instruction_set_version),
        Err(_) => (Release::default(), 1, 1),
    };
    let expires = release.expires.map_or_else(|| "never".to_owned(), lictor_bundle::time::render_timestamp);
    let sequence = release.sequence;
    format!(
        "bundle sha256:{id}\nsequence {sequence}\nexpires {expires}\nlanguage {language}\ninstruction-set {instructions}\n"
    )
}

/// The examples, each a folder with a policy and a file of requests for it; and one with a field of every type and a tool.
pub fn examples() -> Vec<(PathBuf, PathBuf)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = std::fs::read_dir(here.join("../examples"));
    let entries = entries.expect("the examples").map(|entry| entry.expect("an example").path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.join("policy").is_dir()).collect();
    folders.sort();
    let own = (here.join("policy"), here.join("policy/requests.ndjson"));
    let of_folder = |folder: &PathBuf| (folder.join("policy"), folder.join("requests.ndjson"));
    folders.iter().map(of_folder).chain([own]).collect()
}

/// Their policies, ready to decide.
pub fn engines() -> Vec<Engine> {
    let engine = |(policy, _): (PathBuf, PathBuf)| {
        let compiled = lictor_compiler::compile(&project(&policy));
        let bundle =
            compiled.bundle.unwrap_or_else(|| panic!("{}: {:?}", policy.display(), compiled.diagnostics));
        Engine::from_bundle(bundle).expect("an example loads")
    };
    examples().into_iter().map(engine).collect()
}

/// The project in a folder.
pub fn project(folder: &Path) -> Project {
    let mut project = Project { name: "fuzz".to_owned(), library: library(), ..Project::default() };
    let mut folders = vec![folder.to_path_buf()];
    while let Some(inside) = folders.pop() {
        for entry in std::fs::read_dir(inside).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).expect("a path below").to_string_lossy().replace('\\', "/");
            let file = SourceFile { path: name.clone(), bytes: std::fs::read(&path).expect("a file") };
            if name.ends_with(".lictor") { project.files.push(file) } else { project.data.push(file) }
        }
    }
    project
}

fn library() -> Vec<SourceFile> {
    let file = |module: &lictor_stdlib::Module| SourceFile {
        path: module.path.to_owned(),
        bytes: module.text.as_bytes().to_vec(),
    };
    lictor_stdlib::MODULES.iter().map(file).collect()
}

/// A policy that is drawn from the bytes, and changes to be made to it.
pub fn drawn(bytes: &[u8]) -> (Vec<SourceFile>, impl Iterator<Item = [u8; 4]>) {
    let (changes, drawn) =
        bytes.split_at(bytes.len().min(usize::from(bytes.first().copied().unwrap_or(0) % 32)));
    let files = Policy::random(&mut Rng::steered(drawn)).files();
    let files = files.into_iter().map(|(path, text)| SourceFile { path, bytes: text.into_bytes() });
    (files.collect(), changes.chunks_exact(4).filter_map(|change| change.try_into().ok()))
}

/// Changes a file: which, where, and what is done there. Gives the file that was changed.
pub fn changed(files: &mut [SourceFile], [file, low, high, what]: [u8; 4]) -> &SourceFile {
    let number = usize::from(file) % files.len();
    let text = &mut files[number].bytes;
    let at = usize::from(u16::from_le_bytes([low, high])) % text.len().max(1);
    match what {
        0..=31 => text.truncate(at),
        32..=63 => drop(text.drain(at..text.len().min(at + 7))),
        64..=95 => text.extend_from_within(at..),
        byte => text.insert(at.min(text.len()), byte),
    }
    &files[number]
}
