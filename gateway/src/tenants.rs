//! The file of tenants: whom a gateway serves, each with its policy, whose bundles it takes, and where its facts come from.

use std::path::{Path, PathBuf};

use crate::config::Evaluations;
use crate::tenant::is_name;
use crate::yaml::{self, Members, SetupError};

/// What the file says. Files that it names are found from its directory on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TenantsFile {
    /// Whose documents stand at the paths without a name.
    pub default: Option<String>,
    /// The tenants: at least one, each with a name of its own, by name.
    pub tenants: Vec<TenantSetup>,
}

/// What it says of a tenant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TenantSetup {
    /// What it is called.
    pub name: String,
    /// Its policy, or a bundle to begin with.
    pub policy: Option<PathBuf>,
    /// Whose bundles are taken.
    pub trust: TrustSetup,
    /// The file of its sources.
    pub sources: Option<PathBuf>,
    /// What an evaluation is, where the file says so.
    pub evaluations: Option<Evaluations>,
}

/// Whose bundles a tenant takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TrustSetup {
    /// Nobody's.
    Nobody,
    /// The one to begin with, whoever signed it.
    Anybody,
    /// Those signed with a key in one of these files.
    Keys(Vec<PathBuf>),
    /// Those signed as the set in this file asks.
    Set(PathBuf),
}

impl TenantsFile {
    /// Reads the file.
    ///
    /// # Errors
    /// It cannot be read, or is not as it must be: with a sentence that says where.
    pub fn read(path: &Path) -> Result<TenantsFile, String> {
        let told = |why: String| format!("{}: {why}", path.display());
        let bytes = std::fs::read(path).map_err(|error| told(error.to_string()))?;
        of(&bytes, path.parent().unwrap_or(Path::new(""))).map_err(|error| told(error.to_string()))
    }
}

fn of(bytes: &[u8], dir: &Path) -> Result<TenantsFile, SetupError> {
    let mut whole = yaml::read(bytes, "write `tenants:` and what each has")?.members("")?;
    let default = whole.take("default").map(|node| Ok((node.line, node.text("default")?))).transpose()?;
    let named = whole.take("tenants").ok_or_else(|| whole.wrong("has no `tenants`"))?;
    let line = named.line;
    whole.end("`default` and `tenants`")?;
    let mut tenants: Vec<TenantSetup> = Vec::new();
    for (name, node) in named.members("tenants")?.all() {
        let path = format!("tenants.{name}");
        if !is_name(&name) {
            return Err(node.wrong(&path, "is no name; give 1 to 64 letters, digits and `- _ .`"));
        }
        // Some file systems hold them for one directory.
        if tenants.iter().any(|known| known.name.eq_ignore_ascii_case(&name)) {
            return Err(node.wrong(&path, "is called like another but for small and capital letters"));
        }
        tenants.push(tenant(name, node.members(&path)?, dir)?);
    }
    if tenants.is_empty() {
        return Err(SetupError::at(line, "tenants", "names none"));
    }
    if let Some((line, name)) = default.as_ref().filter(|(_, name)| tenants.iter().all(|at| at.name != *name))
    {
        return Err(SetupError::at(*line, "default", &format!("is {name}, which is no tenant here")));
    }
    tenants.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(TenantsFile { default: default.map(|(_, name)| name), tenants })
}

fn tenant(name: String, mut members: Members, dir: &Path) -> Result<TenantSetup, SetupError> {
    let policy = members.text("policy")?.map(|path| dir.join(path));
    let sources = members.text("sources")?.map(|path| dir.join(path));
    let trust = trust(&mut members, dir)?;
    let evaluations = evaluations(&mut members)?;
    members.end("`policy`, `keys`, `trusted`, `unsigned`, `sources` and `evaluations`")?;
    Ok(TenantSetup { name, policy, trust, sources, evaluations })
}

fn evaluations(members: &mut Members) -> Result<Option<Evaluations>, SetupError> {
    let path = members.path_of("evaluations");
    let Some(node) = members.take("evaluations") else { return Ok(None) };
    let line = node.line;
    match node.text(&path)?.as_str() {
        "recorded" => Ok(Some(Evaluations::Recorded)),
        "advisory" => Ok(Some(Evaluations::Advisory)),
        _ => Err(SetupError::at(line, &path, "is neither `recorded` nor `advisory`")),
    }
}

fn trust(members: &mut Members, dir: &Path) -> Result<TrustSetup, SetupError> {
    let path = members.path_of("keys");
    let keys = members.take("keys").map(|node| node.list(&path)).transpose()?.unwrap_or_default();
    let keys = keys.into_iter().map(|node| Ok(dir.join(node.text(&path)?))).collect::<Result<Vec<_>, _>>()?;
    let trusted = members.text("trusted")?.map(|path| dir.join(path));
    match (keys.is_empty(), trusted, members.flag("unsigned")?) {
        (true, None, false) => Ok(TrustSetup::Nobody),
        (true, None, true) => Ok(TrustSetup::Anybody),
        (false, None, false) => Ok(TrustSetup::Keys(keys)),
        (true, Some(set), false) => Ok(TrustSetup::Set(set)),
        _ => Err(members.wrong(
            "says more than once whose bundles are taken; leave one of `keys`, `trusted` and `unsigned`",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        of(text.as_bytes(), Path::new("")).unwrap_err().to_string()
    }

    #[test]
    fn a_file_names_tenants_with_what_is_theirs() {
        let text = "default: b\ntenants:\n  b:\n    policy: b/policy\n    sources: b.yaml\n  a: { policy: a.bundle, keys: [a.pub, old.pub] }\n  c: { trusted: c.json, evaluations: advisory }\n";
        let file = of(text.as_bytes(), Path::new("etc")).unwrap();
        assert_eq!(file.default.as_deref(), Some("b"));
        let at = |name: &str| Some(PathBuf::from("etc").join(name));
        let setup = |name: &str, policy, trust, sources, evaluations| TenantSetup {
            name: name.to_owned(),
            policy,
            trust,
            sources,
            evaluations,
        };
        let keys = ["etc/a.pub", "etc/old.pub"].map(PathBuf::from).to_vec();
        assert_eq!(
            file.tenants,
            [
                setup("a", at("a.bundle"), TrustSetup::Keys(keys), None, None),
                setup("b", at("b/policy"), TrustSetup::Nobody, at("b.yaml"), None),
                setup(
                    "c",
                    None,
                    TrustSetup::Set(PathBuf::from("etc/c.json")),
                    None,
                    Some(Evaluations::Advisory)
                ),
            ]
        );
    }

    #[test]
    fn what_is_not_as_it_must_be_is_told_with_its_place() {
        for (text, told) in [
            ("", "is empty; write `tenants:` and what each has"),
            ("default: a", "line 1: the file has no `tenants`"),
            ("tenants: a", "line 1: tenants is no mapping of names to values"),
            ("tenants: {}", "line 1: tenants names none"),
            ("tenants:\n  ../a: { policy: p }", "line 2: tenants.../a is no name; "),
            ("tenants:\n  a: { policy: p }\n  A: { policy: q }", "line 3: tenants.A is called like another"),
            ("tenants:\n  a: { polcy: p }", "line 2: tenants.a.polcy is nothing that is read here"),
            ("tenants:\n  a: { policy: [p] }", "line 2: tenants.a.policy is no text"),
            ("tenants:\n  a: { keys: k, policy: p }", "line 2: tenants.a.keys is no list"),
            ("tenants:\n  a: { keys: [k], unsigned: true }", "line 2: tenants.a says more than once"),
            ("tenants:\n  a: { unsigned: yes }", "line 2: tenants.a.unsigned is neither true nor false"),
            ("tenants:\n  a: { evaluations: some }", "line 2: tenants.a.evaluations is neither `recorded`"),
            ("default: b\ntenants:\n  a: { policy: p }", "line 1: default is b, which is no tenant here"),
            ("tenants:\n  a: { policy: p }\n  a: { policy: q }", "line 3: `a` stands there twice"),
        ] {
            let wrong = wrong(text);
            assert!(wrong.starts_with(told), "{text}: {wrong}");
        }
    }
}
