//! The native part of the Python package: the runtime, and what verifies tokens and receipts. Nothing of it talks to anybody, and everything
//! that is more than bytes and texts is made of it in Python.
//!
//! A panic would be a fault of ours: it comes to Python as `PanicException`, which no `except Exception` catches, so that nothing is done because of it.

mod engine;
mod evidence;
mod refused;

use pyo3::prelude::*;

/// `lictor._native`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::engine::Engine;
    #[pymodule_export]
    use super::evidence::{key_history, verify_receipt, verify_token};
}
