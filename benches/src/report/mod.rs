//! The page of results and its plots, from what criterion has measured.

pub mod kept;
pub mod measured;
pub mod catalogue;
pub mod quantity;
pub mod machine;
pub mod plot;
pub mod page;
