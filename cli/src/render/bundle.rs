//! What a bundle holds, for people and for programs.

use lictor_bundle::container::Sealed;
use lictor_bundle::interface::Exporter;
use lictor_bundle::program::{Bundle, Control, Mode, Unit, UnitKey};
use lictor_bundle::schema::{Disposition, LayerKind, Param};
use lictor_bundle::verify::Steps;
use serde_json::{Value, json};

use super::controls::{cited, control_json, control_text};
use super::edition::{edition, expires};
use super::imports::{imported, imports_json};
use super::marks::{marked, unbound};
use super::names::{direction, disposition, layer, layer_kind, param_range, param_value, type_name};
use super::steps::{bound, bound_json};
use super::{Colour, Paint};

/// One line on a policy without errors: `acme: 9 files, 24 rules in 6 layers, 41 tests; no errors`.
pub fn sound(bundle: &Bundle, tests: usize, paint: Paint) -> String {
    let rules = bundle.units.iter().map(|unit| unit.rules.len()).sum();
    let counts =
        [(bundle.sources().len(), "file"), (rules, "rule"), (bundle.units.len(), "layer"), (tests, "test")];
    let counts = counts.map(|(n, word)| plural(n, word)).join(", ");
    let sound = paint.paint(Colour::Green, "no errors");
    match bundle.mode() {
        Mode::Enforced => format!("{}: {counts}; {sound}", bundle.manifest.name),
        Mode::Observed => {
            let observed = paint.paint(Colour::Yellow, ONLY_OBSERVED);
            format!("{}: {counts}; {sound}; {observed}", bundle.manifest.name)
        }
    }
}

/// What is said of a policy whose base is only observed.
pub const ONLY_OBSERVED: &str = "only observed: it refuses and holds nothing";

/// `1 file`, `3 files`
pub fn plural(n: usize, word: &str) -> String {
    format!("{n} {word}{}", if n == 1 { "" } else { "s" })
}

/// Everything about a bundle but its code.
pub fn inspection(sealed: &Sealed, paint: Paint) -> String {
    let mut page = Page { text: String::new(), paint };
    page.manifest(sealed);
    page.controls(&sealed.bundle.manifest.controls);
    page.actions(&sealed.bundle, &sealed.steps);
    page.marks(&sealed.bundle);
    page.params(&sealed.bundle);
    page.layers(&sealed.bundle);
    page.text
}

struct Page {
    text: String,
    paint: Paint,
}

impl Page {
    fn line(&mut self, indent: usize, text: &str) {
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.text.push('\n');
        let text = self.paint.paint(Colour::Bold, text);
        self.line(0, &text);
    }

    /// A name and what it stands for, in columns.
    fn entry(&mut self, indent: usize, width: usize, name: &str, text: &str) {
        let name = self.paint.paint(Colour::Cyan, &format!("{name:width$}"));
        self.line(indent, format!("{name}  {text}").trim_end());
    }

    fn faint(&mut self, indent: usize, text: &str) {
        let text = self.paint.paint(Colour::Faint, text);
        self.line(indent, &text);
    }

    fn manifest(&mut self, sealed: &Sealed) {
        let manifest = &sealed.bundle.manifest;
        let name = self.paint.paint(Colour::Bold, &manifest.name);
        self.line(0, &name);
        self.entry(2, 10, "bundle", &sealed.id.to_string());
        let versions =
            format!("{}, instruction set {}", manifest.language_version, manifest.instruction_set_version);
        self.entry(2, 10, "edition", &edition(manifest.release));
        self.entry(2, 10, "language", &versions);
        if sealed.bundle.mode() == Mode::Observed {
            let observed = self.paint.paint(Colour::Yellow, ONLY_OBSERVED);
            self.entry(2, 10, "mode", &observed);
        }
        let tests = match (manifest.tests.run, manifest.tests.passed) {
            (0, _) => String::from("none were run"),
            (run, passed) if run == passed => format!("all {run} passed"),
            (run, passed) => format!("{} of {run} FAILED", run - passed),
        };
        self.entry(2, 10, "tests", &tests);
        if sealed.signatures.is_empty() {
            self.entry(2, 10, "signed by", "nobody");
        }
        for signature in &sealed.signatures {
            let known = if signature.trusted { "trusted" } else { "not checked" };
            self.entry(2, 10, "signed by", &format!("{} ({known})", signature.key_id));
        }
        self.heading("Sources");
        for (path, digest) in sealed.bundle.sources() {
            let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            self.line(2, &format!("{}  {path}", self.paint.paint(Colour::Faint, &digest)));
        }
    }

    fn controls(&mut self, controls: &[Control]) {
        if controls.is_empty() {
            return;
        }
        self.heading("Cited");
        let width = longest(controls.iter().map(|control| control.id.as_str()));
        for control in controls {
            self.entry(2, width, &control.id, &control_text(control));
        }
    }

    fn actions(&mut self, bundle: &Bundle, steps: &[Steps]) {
        let schema = &bundle.schema;
        self.heading("Actions");
        let width = longest(schema.actions.iter().map(|action| action.name.as_str()));
        for (n, action) in schema.actions.iter().enumerate() {
            if action.event {
                self.entry(2, width, &action.name, "an event, only ever reported");
                continue;
            }
            let default = disposition(base_default(bundle, n), schema);
            self.entry(2, width, &action.name, &format!("{default} by default"));
            if let Some(steps) = steps.get(n) {
                self.faint(4 + width, &bound(steps));
            }
        }
        self.heading("Categories");
        for name in &schema.categories {
            self.line(2, name);
        }
    }

    /// What the runtime and hosts must honour; left out where there is nothing.
    fn marks(&mut self, bundle: &Bundle) {
        let (marked, unbound) = (marked(&bundle.schema), unbound(&bundle.schema));
        let marked = marked.iter().map(|(path, marks)| (path.as_str(), marks.names().join(", "))).collect();
        let unbound = unbound.iter().map(|(path, why)| (path.as_str(), (*why).to_owned())).collect();
        for (title, entries) in
            [("Marked", marked), ("Bound by no token", unbound)] as [(&str, Vec<(&str, String)>); 2]
        {
            if entries.is_empty() {
                continue;
            }
            self.heading(title);
            let width = longest(entries.iter().map(|(path, _)| *path));
            entries.iter().for_each(|(path, text)| self.entry(2, width, path, text));
        }
    }

    fn params(&mut self, bundle: &Bundle) {
        self.heading("Parameters");
        let width = longest(bundle.schema.params.iter().map(|param| param.name.as_str()));
        for param in &bundle.schema.params {
            let value = param_value(&param.default, &bundle.schema);
            self.entry(2, width, &param.name, &value);
            let mut about = vec![type_name(param.ty, &bundle.schema), direction(param.direction).to_owned()];
            if let Some((low, high)) = &param.range {
                about.push(format!("range {}", param_range(low, high, &bundle.schema)));
            }
            if let Some(by) = loosened_by(param) {
                about.push(format!("loosened by {by}"));
            }
            self.faint(4 + width, &about.join(", "));
        }
    }

    fn layers(&mut self, bundle: &Bundle) {
        self.heading("Layers, in the order in which they are evaluated");
        let mut exporter = Exporter::new(bundle);
        for unit in &bundle.units {
            let mut name = self.paint.paint(Colour::Bold, &layer(&unit.key, &bundle.schema));
            if unit.mode == Mode::Observed {
                name.push_str(&self.paint.paint(Colour::Yellow, "  only observed: it decides nothing"));
            }
            self.line(2, &name);
            for line in imported(&mut exporter, unit) {
                self.faint(4, &line);
            }
            self.settings(unit, bundle);
            let mut current = None;
            for rule in &unit.rules {
                if current != Some(rule.key.stage) {
                    current = Some(rule.key.stage);
                    let at = format!("at {}", rule.key.stage.name());
                    self.faint(4, &at);
                }
                let place = format!("{}:{}", rule.source.0, rule.source.1);
                let place = self.paint.paint(Colour::Faint, &place);
                self.line(6, &format!("{}.{}  {place}", rule.key.module, rule.name));
                let cites = cited(rule, &bundle.manifest);
                if !cites.is_empty() {
                    self.faint(8, &format!("cites {}", cites.join(", ")));
                }
                for exception in &rule.exceptions {
                    let layer = exception.layer.layer_in(exception.mode, &bundle.schema);
                    let granted = format!("until {} by {}", exception.last_day(), exception.granted_by);
                    let name = format!("{}.{}", exception.module, exception.name);
                    self.line(8, &format!("except {name} in {layer}, {granted}"));
                }
            }
        }
    }

    fn settings(&mut self, unit: &Unit, bundle: &Bundle) {
        let schema = &bundle.schema;
        for set in &unit.sets {
            let name = schema.params.get(usize::from(set.param)).map_or("?", |param| param.name.as_str());
            self.line(4, &format!("set {name} = {}", param_value(&set.value, schema)));
        }
        for (action, value) in &unit.defaults {
            let name = schema.actions.get(usize::from(*action)).map_or("?", |action| action.name.as_str());
            self.line(4, &format!("set default {name} = {}", disposition(value, schema)));
        }
        for (name, threshold) in [("step_up", unit.thresholds.step_up), ("deny", unit.thresholds.deny)] {
            if let Some(threshold) = threshold {
                self.line(4, &format!("set risk {name} at {threshold}"));
            }
        }
    }
}

/// What happens to the n-th action where nobody but the base says otherwise.
fn base_default(bundle: &Bundle, action: usize) -> &Disposition {
    let base = bundle.units.iter().find(|unit| unit.key == UnitKey::Base);
    let set = base.and_then(|base| base.defaults.iter().find(|(id, _)| usize::from(*id) == action));
    set.map_or(&bundle.schema.actions[action].default, |(_, value)| value)
}

fn longest<'a>(names: impl Iterator<Item = &'a str>) -> usize {
    names.map(|name| name.chars().count()).max().unwrap_or(0)
}

fn loosened_by(param: &Param) -> Option<String> {
    let kinds = param.loosen_by.iter().map(|kind: &LayerKind| layer_kind(*kind)).collect::<Vec<_>>();
    if kinds.is_empty() { None } else { Some(kinds.join(", ")) }
}

/// `enforced`, `observed`
pub fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Enforced => "enforced",
        Mode::Observed => "observed",
    }
}

/// The same for programs.
pub fn inspection_json(sealed: &Sealed) -> Value {
    let (bundle, schema, manifest) = (&sealed.bundle, &sealed.bundle.schema, &sealed.bundle.manifest);
    let sources = bundle.sources().into_iter().map(|(path, digest)| {
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        json!({ "path": path, "sha256": digest })
    });
    let signatures = sealed
        .signatures
        .iter()
        .map(|signature| json!({ "key_id": signature.key_id.to_string(), "trusted": signature.trusted }));
    let asked = schema.actions.iter().enumerate().filter(|(_, action)| !action.event);
    let actions = asked.map(|(n, action)| {
        let default = disposition(base_default(bundle, n), schema);
        let unbound =
            action.unbound.iter().map(|field| json!({ "field": field.name, "because": field.text }));
        json!({
            "name": action.name, "default": default, "flags": action.flags, "max_steps": sealed.steps.get(n).map(Steps::total),
            "steps": sealed.steps.get(n).map(bound_json),
            "unbound": unbound.collect::<Vec<_>>(),
        })
    });
    let events = schema.actions.iter().filter(|action| action.event).map(|action| action.name.as_str());
    let params = schema.params.iter().map(|param| {
        let range = param.range.as_ref().map(|(low, high)| param_range(low, high, schema));
        json!({
            "name": param.name, "type": type_name(param.ty, schema), "value": param_value(&param.default, schema),
            "direction": direction(param.direction), "range": range, "loosened_by": loosened_by(param),
        })
    });
    let marked = marked(schema);
    let marked = marked.iter().map(|(path, marks)| json!({ "path": path, "marks": marks.names() }));
    let mut exporter = Exporter::new(bundle);
    let layers = bundle.units.iter().map(|unit| {
        let rules = unit.rules.iter().map(|rule| {
            let exceptions = rule.exceptions.iter().map(|exception| {
                json!({
                    "name": format!("{}.{}", exception.module, exception.name),
                    "layer": layer(&exception.layer, schema), "mode": mode(exception.mode), "expires": exception.last_day(),
                    "granted_by": exception.granted_by, "because": exception.because,
                })
            });
            json!({
                "rule": format!("{}.{}", rule.key.module, rule.name), "stage": rule.key.stage.name(),
                "file": rule.source.0, "line": rule.source.1, "cites": cited(rule, manifest),
                "exceptions": exceptions.collect::<Vec<_>>(),
            })
        });
        let sets = unit.sets.iter().filter_map(|set| {
            let param = schema.params.get(usize::from(set.param))?;
            Some(json!({ "param": param.name, "value": param_value(&set.value, schema) }))
        });
        let defaults = unit.defaults.iter().filter_map(|(action, value)| {
            let action = schema.actions.get(usize::from(*action))?;
            Some(json!({ "action": action.name, "value": disposition(value, schema) }))
        });
        json!({
            "layer": layer(&unit.key, schema), "mode": mode(unit.mode), "sets": sets.collect::<Vec<_>>(),
            "defaults": defaults.collect::<Vec<_>>(), "rules": rules.collect::<Vec<_>>(),
            "imports": imports_json(&mut exporter, unit),
        })
    });
    json!({
        "name": manifest.name, "bundle": sealed.id.to_string(), "sequence": manifest.release.sequence,
        "expires": expires(manifest.release), "mode": mode(bundle.mode()), "language_version": manifest.language_version,
        "instruction_set_version": manifest.instruction_set_version,
        "tests": { "run": manifest.tests.run, "passed": manifest.tests.passed },
        "signatures": signatures.collect::<Vec<_>>(), "sources": sources.collect::<Vec<_>>(),
        "actions": actions.collect::<Vec<_>>(), "events": events.collect::<Vec<_>>(),
        "categories": schema.categories, "params": params.collect::<Vec<_>>(),
        "marked": marked.collect::<Vec<_>>(), "layers": layers.collect::<Vec<_>>(),
        "controls": manifest.controls.iter().map(control_json).collect::<Vec<_>>(),
    })
}
