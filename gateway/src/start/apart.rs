//! Whether tenants are apart: each has a name of its own, and no key is of two.

use std::collections::{BTreeMap, BTreeSet};

use super::error::{StartError, StartFault};
use crate::config::TenantAt;
use crate::gateway::{Shared, Tenants};

/// Refuses names that cannot be told apart, and a gateway that serves nobody.
pub(super) fn names(tenants: &[TenantAt], default: Option<&str>) -> Result<(), StartError> {
    let wrong = |message: String, help| Err(StartError::new(StartFault::Tenants, message, help));
    if tenants.is_empty() {
        return wrong("there is no tenant to serve".to_owned(), "name at least one, with its policy");
    }
    let mut names = BTreeSet::new();
    if let Some(at) = tenants.iter().find(|at| !names.insert(at.name.as_str())) {
        return wrong(format!("two tenants are called {}", at.name), "give each a name of its own");
    }
    match default.filter(|default| !names.contains(default)) {
        Some(default) => wrong(format!("{default} is none of the tenants"), "name one of them"),
        None => Ok(()),
    }
}

/// Refuses a key that two tenants have between them. One that is added while the gateway runs is taken for neither.
pub(super) fn keys(tenants: &Tenants) -> Result<(), StartError> {
    let mut whose: BTreeMap<Vec<u8>, &str> = BTreeMap::new();
    for shared in tenants.iter() {
        let name = shared.tenant.identity.name.as_str();
        for (key, what) in keys_of(shared) {
            if let Some(other) = whose.insert(key, name).filter(|other| *other != name) {
                let message = format!("{other} and {name} have one key between them: {what}");
                let help = "revoke it for one of them, or take its file away, and another is made";
                return Err(StartError::new(StartFault::Tenants, message, help));
            }
        }
    }
    Ok(())
}

/// What tells each key of a tenant from all others, and what it is called: those that it signs with, and those that it is asked with.
fn keys_of(shared: &Shared) -> Vec<(Vec<u8>, String)> {
    let tenant = &shared.tenant;
    let signing = [
        ("token", tenant.token_key.verifying_key().to_bytes()),
        ("receipt", tenant.receipt_key.verifying_key().to_bytes()),
        ("checkpoint", tenant.checkpoint_key.verifier_key().key().to_bytes()),
    ];
    let signing =
        signing.map(|(purpose, key)| (key.to_vec(), format!("{}.{purpose}.pem", tenant.identity.name)));
    let known = shared.keys.known().unwrap_or_default();
    let asking = known.iter().filter(|key| !key.revoked);
    let asking = asking.map(|key| (key.id.clone().into_bytes(), format!("{}, of {}", key.id, key.name)));
    asking.chain(signing).collect()
}
