//! End-to-end suites over the public surface, and what they measure it by.

pub mod oracle;
pub mod growth;
pub mod hostile;
