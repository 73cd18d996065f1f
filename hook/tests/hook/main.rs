//! The hook as hosts see it: what they write, what they get, and what becomes of their configurations.

mod forms;
mod places;
mod hostile;
mod configurations;
mod seen;
