//! End-to-end suites over the public surface.
