//! What the codes of one layer share: constants and codes, each kept once, numbered in the order of their first use.

use std::collections::BTreeMap;

use lictor_bundle::program::{Code, CodeBlock, Constant};

use super::bounds::Problem;

/// Constants and codes under their numbers.
#[derive(Default)]
pub(super) struct Pool {
    constants: Vec<Constant>,
    numbers: BTreeMap<Constant, u16>,
    codes: BTreeMap<Code, u16>,
}

impl Pool {
    /// The number of a constant.
    pub(super) fn constant(&mut self, constant: Constant) -> Result<u16, Problem> {
        if let Some(&number) = self.numbers.get(&constant) {
            return Ok(number);
        }
        let number = u16::try_from(self.constants.len()).map_err(|_| Problem::Numbers)?;
        self.constants.push(constant.clone());
        self.numbers.insert(constant, number);
        Ok(number)
    }

    /// The number of a code.
    pub(super) fn code(&mut self, code: Code) -> Result<u16, Problem> {
        if let Some(&number) = self.codes.get(&code) {
            return Ok(number);
        }
        let number = u16::try_from(self.codes.len()).map_err(|_| Problem::Numbers)?;
        self.codes.insert(code, number);
        Ok(number)
    }

    /// All of it, as it goes into a bundle.
    pub(super) fn into_block(self) -> CodeBlock {
        let mut codes: Vec<(Code, u16)> = self.codes.into_iter().collect();
        codes.sort_unstable_by_key(|(_, number)| *number);
        CodeBlock { constants: self.constants, codes: codes.into_iter().map(|(code, _)| code).collect() }
    }
}
