//! Errors, as the Python side of the package declares them: a code and words.

use pyo3::prelude::*;
use pyo3::types::PyString;

/// An error of `lictor.errors` with a code.
pub(crate) fn refused(py: Python<'_>, class: &str, code: &str, message: &str) -> PyErr {
    let made = py
        .import("lictor.errors")
        .and_then(|errors| errors.getattr(PyString::new(py, class)))
        .and_then(|class| class.call1((code, message)));
    match made {
        Ok(error) => PyErr::from_value(error),
        Err(error) => error,
    }
}
