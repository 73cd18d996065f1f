//! Names, types, composition and code: from syntax trees to a bundle.
