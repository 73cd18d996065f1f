//! What a user's unit uses of what is declared, by name, for people and for programs.

use lictor_bundle::hex::Hex;
use lictor_bundle::interface::{Exporter, Imports, Kind};
use lictor_bundle::program::Unit;
use serde_json::{Value, json};

/// For each kind a line with the names, then one for the fields that are read. Nothing for a unit that is no user's.
pub fn imported(exporter: &mut Exporter<'_>, unit: &Unit) -> Vec<String> {
    let Some(imports) = of(exporter, unit) else { return Vec::new() };
    let kinds = Kind::ALL.into_iter().filter_map(|kind| {
        let names: Vec<&str> = imports.of(kind).iter().map(|import| import.name.as_str()).collect();
        (!names.is_empty()).then(|| format!("uses {} {}", kind.name(), names.join(", ")))
    });
    let actions = imports.of(Kind::Action).iter().zip(0u16..);
    let fields = actions.filter_map(|(action, number)| {
        let read = imports.fields.iter().filter(|field| field.action == number);
        let paths: Vec<&str> = read.map(|field| field.path.as_str()).collect();
        (!paths.is_empty()).then(|| format!("uses of {} the fields {}", action.name, paths.join(", ")))
    });
    kinds.chain(fields).collect()
}

/// The same for programs, with digests; null for a unit that is no user's.
pub fn imports_json(exporter: &mut Exporter<'_>, unit: &Unit) -> Value {
    let Some(imports) = of(exporter, unit) else { return Value::Null };
    let sha256 = |digest: &[u8; 32]| Hex(digest).to_string();
    let declared = imports.declared.iter().map(
        |import| json!({ "kind": import.kind.name(), "name": import.name, "sha256": sha256(&import.digest) }),
    );
    let fields = imports.fields.iter().map(|field| {
        let action = imports.of(Kind::Action).get(usize::from(field.action));
        let action = action.map(|action| action.name.as_str());
        json!({ "action": action, "field": field.path, "sha256": sha256(&field.digest) })
    });
    json!({
        "sha256": imports.digest().ok().map(|digest| sha256(&digest)),
        "declared": declared.collect::<Vec<_>>(), "fields": fields.collect::<Vec<_>>(),
    })
}

fn of(exporter: &mut Exporter<'_>, unit: &Unit) -> Option<Imports> {
    unit.key.is_user().then(|| exporter.imports(unit).ok())?
}
