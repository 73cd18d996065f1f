//! Whom a gateway serves: the tenant that the command line names, or those of a file.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use lictor_bundle::container;
use lictor_gateway::{Source, TenantAt, TenantSetup, TenantsFile, TrustSetup, Trusted};

use super::Args;
use crate::args::Format;
use crate::failure::Failure;
use crate::render::{self, Notice};
use crate::{files, keys, policy};

/// Tenants, and what follows for the gateway from there being several.
pub(super) struct Whom {
    pub tenants: Vec<TenantAt>,
    /// Whose documents stand at the paths without a name.
    pub default: Option<String>,
    /// Where it is noted how far the store has come.
    pub anchor: Option<PathBuf>,
}

impl Args {
    pub(super) fn whom(&self, format: Format) -> Result<Whom, Failure> {
        let Some(file) = &self.tenants else {
            let trust = self.trust();
            let help = "give `--key` or `--trusted`; `--unsigned` takes a bundle that nobody vouches for";
            let alone = TenantSetup {
                name: self.tenant.clone(),
                policy: self.path.clone(),
                trust,
                sources: self.sources.clone(),
                evaluations: None,
            };
            let tenants = vec![self.tenant(alone, self.data.clone(), help, format)?];
            return Ok(Whom { tenants, default: None, anchor: self.anchor.clone() });
        };
        let wrong = |why: String, help: &str| -> Failure { Notice::error("C0212", why).help(help).into() };
        let read = TenantsFile::read(file).map_err(|why| wrong(why, "mend what is named there"))?;
        let anchor = match (&self.store, &self.anchor) {
            (Some(_), anchor) => Some(anchor.clone().unwrap_or_else(|| self.data.join("store.anchor"))),
            (None, None) => None,
            (None, Some(_)) => {
                let why = "an anchor is for one store, and each tenant has its own".to_owned();
                return Err(wrong(
                    why,
                    "leave `--anchor` out, or keep all of them in a database with `--store`",
                ));
            }
        };
        let help =
            "give the tenant `keys` or `trusted`; `unsigned: true` takes a bundle that nobody vouches for";
        let each = read.tenants.into_iter().map(|setup| {
            let data = self.data.join(&setup.name);
            self.tenant(setup, data, help, format)
        });
        Ok(Whom { tenants: each.collect::<Result<_, _>>()?, default: read.default, anchor })
    }

    fn trust(&self) -> TrustSetup {
        match &self.trusted {
            Some(file) => TrustSetup::Set(file.clone()),
            None if !self.keys.is_empty() => TrustSetup::Keys(self.keys.clone()),
            None if self.unsigned => TrustSetup::Anybody,
            None => TrustSetup::Nobody,
        }
    }

    /// A tenant, with what its files hold. `help` says how it is told whose bundles it takes.
    fn tenant(
        &self,
        setup: TenantSetup,
        data: PathBuf,
        help: &str,
        format: Format,
    ) -> Result<TenantAt, Failure> {
        let TenantSetup { name, policy, trust, sources, evaluations } = setup;
        let evaluations = evaluations.unwrap_or_else(|| self.evaluations());
        let is_any = trust == TrustSetup::Anybody;
        let trust = match trust {
            TrustSetup::Nobody | TrustSetup::Anybody => Trusted::Nobody,
            TrustSetup::Keys(files) => Trusted::Keys(keys::public(&files)?),
            TrustSetup::Set(file) => Trusted::Set(keys::set(&file)?),
        };
        let source = policy.map(|path| {
            if !policy::is_source(&path) && !is_any && matches!(trust, Trusted::Nobody) {
                let message = format!("nobody is named whose signature {} must have", path.display());
                return Err(Notice::error("C0204", message).help(help).into());
            }
            source(path, format)
        });
        Ok(TenantAt { name, data, source: source.transpose()?, trust, sources, evaluations })
    }
}

/// A policy is compiled here, each time that it is read: the gateway takes bundles.
fn source(path: PathBuf, format: Format) -> Result<Source, Failure> {
    if !policy::is_source(&path) {
        // A wrong path is told as everywhere else.
        files::read(&path, "the bundle")?;
        let read = move || std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()));
        return Ok(Source { read: Box::new(read), is_own: false });
    }
    // What is wrong with the policy is told at once. On a reload it stands in the line of the log that says that the policy in force stays.
    let first = Mutex::new(Some(compiled(&path, format)?));
    let read = move || {
        let ready = first.lock().ok().and_then(|mut first| first.take());
        match ready {
            Some(bytes) => Ok(bytes),
            None => compiled_again(&path).map_err(|why| format!("{}: {why}", path.display())),
        }
    };
    Ok(Source { read: Box::new(read), is_own: true })
}

/// The policy at a path as the bytes of a bundle.
fn compiled(path: &Path, format: Format) -> Result<Vec<u8>, Failure> {
    let policy = policy::load(path, format)?;
    container::seal(&policy.bundle, &[]).map_err(|error| policy::refused(path, &error))
}

/// The same while the gateway runs and its log is read by programs: what is wrong, in one line.
fn compiled_again(path: &Path) -> Result<Vec<u8>, String> {
    let compilation = policy::compile(path).map_err(|failure| failure.line())?;
    let errors = render::errors_line(compilation.diagnostics(), &compilation.sources);
    let policy = compilation.into_policy().ok_or(errors)?;
    container::seal(&policy.bundle, &[]).map_err(|error| error.to_string())
}
