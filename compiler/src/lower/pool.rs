//! What the codes of one layer share: constants and codes, each kept once, numbered in the order of their first use.

use std::collections::BTreeMap;

use lictor_bundle::program::{Code, CodeBlock, Constant};
use lictor_bundle::schema::SlotType;

use super::bounds::Problem;

/// Constants and codes under their numbers.
#[derive(Default)]
pub(super) struct Pool {
    constants: Vec<Constant>,
    numbers: BTreeMap<Constant, u16>,
    codes: Vec<Code>,
    /// Codes by what tells most of them apart, so that a new one is compared with few.
    alike: BTreeMap<(usize, Vec<SlotType>), Vec<u16>>,
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
        let alike = self.alike.entry((code.instrs.len(), code.temporaries.clone())).or_default();
        let same = alike.iter().find(|&&number| self.codes.get(usize::from(number)) == Some(&code));
        if let Some(&number) = same {
            return Ok(number);
        }
        let number = u16::try_from(self.codes.len()).map_err(|_| Problem::Numbers)?;
        alike.push(number);
        self.codes.push(code);
        Ok(number)
    }

    /// All of it, as it goes into a bundle.
    pub(super) fn into_block(self) -> CodeBlock {
        CodeBlock { constants: self.constants, codes: self.codes }
    }
}
