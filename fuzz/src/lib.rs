//! What the targets share: bundle files whose digests are right whatever they hold, policies that are drawn and changed, and an engine to ask.

use std::path::{Path, PathBuf};

use lictor_bundle::program::Manifest;
use lictor_bundle::release::Release;
use lictor_compiler::project::{Project, SourceFile};
use lictor_reference::generate::{Policy, Rng};
use lictor_runtime::Engine;
use sha2::{Digest, Sha256};

/// What the sections of a file stand after, and before.
const HEAD: &[u8] = b"LICTOR\x02\x00";
const DIGEST: usize = 32;

/// A bundle file with these sections (manifest, schema, conditions, imports, the number of units, the units), each a length in 4 bytes and
/// that many bytes. The statement and the digests are those of what it holds, so that nothing but its contents can be wrong: in the place of
/// the digest of its imports, a user's unit has the number of the table in its first byte. `None` where the lengths do not add up.
pub fn sealed(sections: &[u8]) -> Option<Vec<u8>> {
    let mut rest = sections;
    let [manifest, schema, conditions] = [section(&mut rest)?, section(&mut rest)?, section(&mut rest)?];
    let (imports, digests) = sorted(section(&mut rest)?);
    let (count, after) = rest.split_first_chunk::<4>()?;
    rest = after;
    let mut units = Vec::new();
    for _ in 0..u32::from_le_bytes(*count) {
        let mut unit = section(&mut rest)?.to_vec();
        if let Some(named) = named(&mut unit) {
            let digest = digests.get(usize::from(named[0]) % digests.len().max(1));
            *named = digest.copied().unwrap_or(*named);
        }
        units.push(unit);
    }
    let id = id(manifest, schema, conditions, &units);
    let statement = statement(&id, manifest);
    let mut file = HEAD.to_vec();
    file.extend_from_slice(&u32::try_from(statement.len()).ok()?.to_le_bytes());
    file.extend_from_slice(statement.as_bytes());
    // No signatures.
    file.extend_from_slice(&[0; 4]);
    for part in [manifest, schema, conditions, &imports] {
        put(&mut file, part)?;
    }
    file.extend_from_slice(count);
    for unit in &units {
        put(&mut file, unit)?;
    }
    file.extend_from_slice(rest);
    let digest = Sha256::digest(&file);
    file.extend_from_slice(&digest);
    Some(file)
}

/// The sections of a file that carries no signature: the reverse of [`sealed`].
pub fn sections(file: &[u8]) -> Option<Vec<u8>> {
    let mut rest = file.strip_prefix(HEAD)?.split_last_chunk::<DIGEST>()?.0;
    section(&mut rest)?;
    let mut rest = rest.strip_prefix(&[0; 4])?;
    let mut sections = Vec::new();
    for _ in 0..3 {
        put(&mut sections, section(&mut rest)?)?;
    }
    let (imports, digests) = sorted(section(&mut rest)?);
    put(&mut sections, &imports)?;
    let (count, after) = rest.split_first_chunk::<4>()?;
    sections.extend_from_slice(count);
    rest = after;
    for _ in 0..u32::from_le_bytes(*count) {
        let mut unit = section(&mut rest)?.to_vec();
        if let Some(named) = named(&mut unit) {
            let number = digests.iter().position(|digest| digest == named)?;
            *named = [0; DIGEST];
            named[0] = u8::try_from(number).ok()?;
        }
        put(&mut sections, &unit)?;
    }
    Some(sections)
}

/// Tables of imports, sorted by their digests, and these; as they are, where the lengths do not add up.
fn sorted(imports: &[u8]) -> (Vec<u8>, Vec<[u8; DIGEST]>) {
    let tables = || {
        let (count, mut rest) = imports.split_first_chunk::<4>()?;
        let tables =
            (0..u32::from_le_bytes(*count)).map(|_| section(&mut rest)).collect::<Option<Vec<_>>>()?;
        rest.is_empty().then_some(tables)
    };
    let Some(tables) = tables() else { return (imports.to_vec(), Vec::new()) };
    let digest =
        |table: &[u8]| Sha256::new_with_prefix(b"lictor imports 1\n").chain_update(table).finalize().into();
    let mut tables: Vec<([u8; DIGEST], &[u8])> =
        tables.into_iter().map(|table| (digest(table), table)).collect();
    tables.sort_unstable();
    tables.dedup();
    let mut sorted = u32::try_from(tables.len()).unwrap_or_default().to_le_bytes().to_vec();
    for (_, table) in &tables {
        let _ = put(&mut sorted, table);
    }
    (sorted, tables.into_iter().map(|(digest, _)| digest).collect())
}

/// The end of a user's unit, which says what its imports are.
fn named(unit: &mut [u8]) -> Option<&mut [u8; DIGEST]> {
    lictor_bundle::encoded::user(unit)?;
    unit.last_chunk_mut()
}

fn put(file: &mut Vec<u8>, section: &[u8]) -> Option<()> {
    file.extend_from_slice(&u32::try_from(section.len()).ok()?.to_le_bytes());
    file.extend_from_slice(section);
    Some(())
}

/// Takes a section from the beginning of these bytes.
pub fn section<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let (section, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *rest = after;
    Some(section)
}

fn id(manifest: &[u8], schema: &[u8], conditions: &[u8], units: &[Vec<u8>]) -> String {
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
