//! The engine: a verified bundle that decides.

use std::cell::Cell;

use lictor_runtime::{
    Decision, Engine as Loaded, KeySet, Mode, Now, Requirements, Scratch, Trust, Verdict, VerifyingKey,
};
use pyo3::prelude::*;

use crate::refused::refused;

/// A verified bundle, ready to decide. Threads may share it.
#[pyclass(frozen, module = "lictor._native")]
pub struct Engine(Loaded);

#[pymethods]
impl Engine {
    /// Loads the bytes of a bundle and verifies all of it. `keys` are PEM texts of which one must have signed; `trusted`, in their place, is the text of
    /// a file of trusted keys. `now` is in milliseconds since 1970 UTC.
    #[staticmethod]
    #[pyo3(signature = (bundle, keys, trusted, min_sequence, now, max_steps))]
    fn load(
        py: Python<'_>,
        bundle: &[u8],
        keys: Vec<String>,
        trusted: Option<String>,
        min_sequence: u64,
        now: Option<i64>,
        max_steps: Option<u64>,
    ) -> PyResult<Engine> {
        if trusted.is_some() && !keys.is_empty() {
            let message = "there are keys twice, and nobody can say which of them count";
            return Err(pyo3::exceptions::PyValueError::new_err(message));
        }
        py.detach(|| {
            let keys = keys.iter().map(|key| VerifyingKey::from_pem(key)).collect::<Result<Vec<_>, _>>()?;
            let set = trusted.map(|set| KeySet::from_json(set.as_bytes())).transpose()?;
            let trust = set.as_ref().map_or(Trust::Keys(&keys), Trust::Set);
            let now = now.map_or(Now::Unsaid, Now::At);
            Loaded::load(bundle, Requirements { trust, min_sequence, now, max_steps })
        })
        .map(Engine)
        .map_err(|error| refused(py, "BundleRefused", error.kind.code(), &error.message))
    }

    /// Decides a request: the verdict, its code, and the whole decision as JSON.
    fn decide(
        &self,
        py: Python<'_>,
        request: &[u8],
        said: Option<&[u8]>,
    ) -> PyResult<(&str, String, String)> {
        let decision = py.detach(|| with_scratch(|scratch| self.decided(scratch, request, said)));
        let verdict = match decision.decision {
            Verdict::Allow => "allow",
            Verdict::StepUp => "step_up",
            Verdict::Deny => "deny",
        };
        let text = serde_json::to_string(&decision).map_err(fault)?;
        Ok((verdict, decision.reason_code.into_owned(), text))
    }

    /// The facts that deciding it needs, as JSON.
    fn facts_needed(&self, py: Python<'_>, request: &[u8], said: Option<&[u8]>) -> PyResult<String> {
        let needed = py.detach(|| {
            with_scratch(|scratch| match said {
                Some(said) => self.0.facts_needed_asked(scratch, request, said),
                None => self.0.facts_needed(scratch, request),
            })
        });
        serde_json::to_string(&needed).map_err(fault)
    }

    /// How a decision comes about, as JSON: for authors and auditors, and not to be passed on to an agent.
    fn explain(&self, py: Python<'_>, request: &[u8]) -> PyResult<String> {
        let (_, why) = py.detach(|| with_scratch(|scratch| self.0.explain(scratch, request, None)));
        serde_json::to_string(&why).map_err(fault)
    }

    /// What the bundle is called: `sha256:…`.
    #[getter]
    fn id(&self) -> String {
        self.0.id().to_string()
    }

    /// The number of the edition.
    #[getter]
    fn sequence(&self) -> u64 {
        self.0.release().sequence
    }

    /// The last moment at which it may be loaded, in milliseconds since 1970 UTC.
    #[getter]
    fn expires(&self) -> Option<i64> {
        self.0.release().expires
    }

    /// Whether all of it is only observed: then it allows everything.
    #[getter]
    fn observed(&self) -> bool {
        self.0.mode() == Mode::Observed
    }
}

impl Engine {
    fn decided(&self, scratch: &mut Scratch, request: &[u8], said: Option<&[u8]>) -> Decision {
        match said {
            Some(said) => self.0.decide_asked(scratch, request, said, None),
            None => self.0.decide(scratch, request),
        }
    }
}

fn fault(error: serde_json::Error) -> PyErr {
    pyo3::exceptions::PyRuntimeError::new_err(error.to_string())
}

thread_local! {
    /// The memory that a thread decides in.
    static SCRATCH: Cell<Scratch> = Cell::default();
}

/// Works with the thread's memory. After a panic it is not put back, so that nobody meets what was left half done.
fn with_scratch<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
    let mut scratch = SCRATCH.try_with(Cell::take).unwrap_or_default();
    let done = work(&mut scratch);
    let _ending = SCRATCH.try_with(|kept| kept.set(scratch));
    done
}
