//! All peers together, each with what it makes once.

use super::cedar::Cedar;
use super::cel::Cel;
use super::outcome::Outcome;
use super::rego;
use super::request::Request;

/// The peers, ready to decide.
pub struct Peers {
    cedar: Cedar,
    cel: Cel,
    machine: rego::Machine,
    interpreter: rego::Interpreter,
}

impl Peers {
    /// Makes them ready.
    #[must_use]
    pub fn new() -> Peers {
        let (machine, interpreter) = (rego::Machine::new(), rego::Interpreter::new());
        Peers { cedar: Cedar::new(), cel: Cel::new(), machine, interpreter }
    }

    /// What each of them decides about a request.
    pub fn decide(&mut self, request: &Request<'_>) -> [(&'static str, Outcome<'static>); 4] {
        let input = rego::prepare(request);
        [
            ("Cedar", self.cedar.decide(&self.cedar.prepare(request))),
            ("regorus, virtual machine", self.machine.decide(&input)),
            ("regorus, interpreter", self.interpreter.decide(&input)),
            ("CEL", self.cel.decide(&self.cel.prepare(request))),
        ]
    }
}

impl Default for Peers {
    fn default() -> Peers {
        Peers::new()
    }
}
