//! Rego with regorus' virtual machine: one policy, compiled once; the limits are data.

use std::collections::BTreeMap;

use regorus::rvm::RegoVM;
use regorus::{Engine, Value};

use super::draw::Request;
use super::{limit, user};

const POLICY: &str =
    "package scale\n\ndefault allow := false\n\nallow if input.amount <= data.limits[input.user]\n";
const ALLOW: &str = "data.scale.allow";

/// The machine.
pub struct Rego(RegoVM);

impl Rego {
    /// The limits of so many users.
    ///
    /// # Panics
    /// Never: the policy is Rego.
    #[must_use]
    pub fn new(users: usize) -> Rego {
        let limits = (0..users).map(|number| (Value::from(user(number)), Value::from(limit(number))));
        let limits = Value::from(limits.collect::<BTreeMap<_, _>>());
        let data = Value::from(BTreeMap::from([(Value::from("limits"), limits)]));
        let mut engine = Engine::new();
        engine.add_policy("scale.rego".to_owned(), POLICY.to_owned()).expect("the policy is Rego");
        let policy = engine.compile_with_entrypoint(&ALLOW.into()).expect("the policy compiles");
        let program = regorus::languages::rego::compiler::Compiler::compile_from_policy(&policy, &[ALLOW]);
        let mut vm = RegoVM::new();
        vm.load_program(program.expect("the policy compiles to a program"));
        vm.set_data(data).expect("the data is an object");
        vm.set_max_instructions(usize::MAX);
        Rego(vm)
    }

    /// Whether a request is allowed.
    ///
    /// # Panics
    /// The policy cannot be evaluated.
    #[must_use]
    pub fn allows(&mut self, request: &Request) -> bool {
        let input = BTreeMap::from([
            (Value::from("user"), Value::from(request.user.as_str())),
            (Value::from("amount"), Value::from(request.amount)),
        ]);
        self.0.set_input(Value::from(input));
        self.0.execute().expect("the policy can be evaluated") == Value::from(true)
    }
}
