//! What the compiler and the runtime agree on: the schema, the instruction set, the container and its signatures.

pub mod country;
pub mod currency;
pub mod instr;
pub mod layout;
pub mod program;
pub mod schema;
