//! The layers of a project: which one a module belongs to, and what is in force of a parameter where it applies.

use lictor_bundle::program::{Mode, UnitKey};
use lictor_bundle::schema::ParamId;
use lictor_bundle::written;
use lictor_compiler::in_force::{InForce, in_force};
use lictor_compiler::typed::{Program, Unit};
use lictor_grammar::ast::Layer;

/// A parameter, and the layers that set it.
pub struct Parameter<'p> {
    program: &'p Program,
    id: ParamId,
}

impl<'p> Parameter<'p> {
    /// The parameter of a number.
    pub fn new(program: &'p Program, id: ParamId) -> Parameter<'p> {
        Parameter { program, id }
    }

    /// The parameter of a name.
    pub fn named(program: &'p Program, name: &str) -> Option<Parameter<'p>> {
        let at = program.schema.params.binary_search_by(|param| param.name.as_str().cmp(name)).ok()?;
        Some(Parameter { program, id: ParamId::try_from(at).ok()? })
    }

    /// What is in force where this layer applies, beside the base.
    pub fn in_force(&self, key: &UnitKey) -> Option<InForce> {
        let units = &self.program.units;
        let at = units.partition_point(|unit| (&unit.key, unit.mode) < (key, Mode::Enforced));
        self.with(units.get(at).filter(|unit| unit.key == *key && unit.mode == Mode::Enforced))
    }

    /// The layers that set it, in their order, each in words and with the value in force where it applies.
    pub fn set_by(&self) -> Vec<(String, InForce)> {
        let units = self.program.units.iter().filter(|unit| unit.mode == Mode::Enforced);
        let set = units.filter(|unit| unit.sets.iter().any(|set| set.param == self.id));
        set.filter_map(|unit| Some((layer(&unit.key, self.program), self.with(Some(unit))?))).collect()
    }

    /// What is in force in the base and one layer more.
    fn with(&self, layer: Option<&Unit>) -> Option<InForce> {
        let param = self.program.schema.params.get(usize::from(self.id))?;
        // The base is never observed, and before all others.
        let base = self.program.units.first().filter(|unit| unit.key == UnitKey::Base);
        let layer = layer.filter(|unit| unit.key != UnitKey::Base);
        Some(in_force(param, self.id, &base.into_iter().chain(layer).collect::<Vec<_>>()))
    }

    /// Its default, as policies write it.
    pub fn default(&self) -> Option<String> {
        let param = self.program.schema.params.get(usize::from(self.id))?;
        Some(written::param_value(&param.default, &self.program.schema))
    }

    /// A value of it, as policies write it.
    pub fn written(&self, found: &InForce) -> String {
        written::param_value(&found.value, &self.program.schema)
    }
}

/// The layer that a module says it belongs to; nothing for a name that nobody declares. A module that says nothing is read by all.
pub fn layer_key(program: &Program, layer: Option<&Layer>) -> Option<UnitKey> {
    let schema = &program.schema;
    Some(match layer {
        None | Some(Layer::Base) => UnitKey::Base,
        Some(Layer::Category(name)) => {
            let at = schema.categories.iter().position(|category| *category == name.text)?;
            UnitKey::Category(u16::try_from(at).ok()?)
        }
        Some(Layer::Agent(name)) => {
            let tiers = schema.enums.get(usize::from(schema.tiers?))?;
            let at = tiers.values.iter().position(|tier| *tier == name.text)?;
            UnitKey::Agent(u16::try_from(at).ok()?)
        }
        Some(Layer::User(id)) => UnitKey::User(id.value.clone()),
    })
}

/// A layer, as it is spoken of: `the base`, `tier gold`.
pub fn layer(key: &UnitKey, program: &Program) -> String {
    match key {
        UnitKey::Base => String::from("the base"),
        UnitKey::Agent(_) => key.layer(&program.schema).replacen("agent", "tier", 1),
        _ => key.layer(&program.schema),
    }
}
