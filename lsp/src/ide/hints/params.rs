//! The value of a parameter, where a rule uses it.

use lictor_compiler::in_force::InForce;
use lictor_compiler::meaning::What;
use lictor_grammar::ast::ItemKind;

use super::{Hint, Kind, One, Part};
use lictor_report::{Parameter, layer_key as key};

/// A value of more characters is not shown between words, but counted.
const LONGEST: usize = 40;

impl One<'_> {
    /// Behind the first use of each parameter in a rule: what is in force where the rule's layer applies, and who sets it otherwise.
    pub(super) fn params(&self, all: &mut Vec<Hint>) {
        if !matches!(self.item.kind, ItemKind::Rule(_)) {
            return;
        }
        let Some(program) = self.analysis.program() else { return };
        let Some(layer) = key(program, self.layer) else { return };
        let mut seen = Vec::new();
        for meaning in self.analysis.meanings(self.item.span.file) {
            let What::Param(id) = meaning.what else { continue };
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            let parameter = Parameter::new(program, id);
            let Some(here) = parameter.in_force(&layer) else { continue };
            let set_by = parameter.set_by();
            let others: Vec<&(String, InForce)> =
                set_by.iter().filter(|(_, found)| found.value != here.value).collect();
            let mut label = vec![Part::plain(" = "), self.value(&parameter, &here)];
            match others.as_slice() {
                [] => {}
                [(layer, found)] => {
                    label.extend([Part::plain("; "), self.value(&parameter, found)]);
                    label.push(Part::plain(format!(" with {layer}")));
                }
                several => label.push(Part::plain(format!("; {} layers set it otherwise", several.len()))),
            }
            let name = self.analysis.text(meaning.span);
            all.push(Hint {
                at: self.syntax.range(meaning.span).end,
                kind: Kind::Param,
                label,
                tooltip: self.words(name, &parameter, &here, &set_by),
            });
        }
    }

    fn value(&self, parameter: &Parameter<'_>, found: &InForce) -> Part {
        let written = parameter.written(found);
        let text = if written.chars().count() > LONGEST { String::from("…") } else { written };
        let target = found.from.first().and_then(|span| self.analysis.place(*span));
        Part { text, target: target.map(|(file, range)| (file.clone(), range)) }
    }

    fn words(
        &self,
        name: &str,
        parameter: &Parameter<'_>,
        here: &InForce,
        set_by: &[(String, InForce)],
    ) -> String {
        let origin = match here.from.as_slice() {
            [] => String::from("its default"),
            from => format!("set in {}", self.files(from)),
        };
        let mut words = format!("`{name}` is `{}` here: {origin}.", parameter.written(here));
        for (layer, found) in set_by.iter().filter(|(_, found)| found.value != here.value) {
            let file = if found.from.is_empty() {
                String::new()
            } else {
                format!(", set in {}", self.files(&found.from))
            };
            words.push_str(&format!("\n- With {layer} it is `{}`{file}.", parameter.written(found)));
        }
        words
    }

    /// The files of these places, by their last names.
    fn files(&self, spans: &[lictor_grammar::span::Span]) -> String {
        let mut files: Vec<String> = spans
            .iter()
            .filter_map(|span| Some(format!("`{}`", self.analysis.place(*span)?.0.last())))
            .collect();
        files.dedup();
        files.join(" and ")
    }
}
