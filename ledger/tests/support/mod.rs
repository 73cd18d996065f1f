//! A log in memory, and the definition of the tree, word for word.

#![allow(dead_code)]

use std::collections::BTreeMap;

use lictor_bundle::keys::SigningKey;
use lictor_ledger::note::KeyName;
use lictor_ledger::{CheckpointSigner, Cosigner, Frontier, Hash, Node, TreeHead};

/// All hashes of a log, and the heads that it had, by size.
pub struct Log {
    pub leaves: Vec<Hash>,
    pub nodes: BTreeMap<Node, Hash>,
    pub heads: Vec<TreeHead>,
}

impl Log {
    pub fn of(size: u64) -> Log {
        Log::over((0..size).map(|number| Hash::leaf(&entry(number))))
    }

    pub fn over(leaves: impl IntoIterator<Item = Hash>) -> Log {
        let mut frontier = Frontier::new();
        let mut log = Log { leaves: Vec::new(), nodes: BTreeMap::new(), heads: vec![frontier.head()] };
        for leaf in leaves {
            frontier
                .append_noting(leaf, |node, hash| {
                    assert_eq!(log.nodes.insert(node, hash), None, "{node:?} twice");
                })
                .unwrap();
            log.leaves.push(leaf);
            log.heads.push(frontier.head());
        }
        log
    }

    pub fn node(&self, node: Node) -> Result<Hash, String> {
        self.nodes.get(&node).copied().ok_or_else(|| format!("no {node:?}"))
    }
}

/// An entry of the logs here.
pub fn entry(number: u64) -> Vec<u8> {
    format!("entry {number}").into_bytes()
}

/// `MTH` of RFC 6962, section 2.1.
pub fn by_definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::EMPTY,
        [leaf] => *leaf,
        leaves => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            Hash::node(&by_definition(left), &by_definition(right))
        }
    }
}

pub fn name(name: &str) -> KeyName {
    KeyName::new(name).unwrap()
}

pub fn signer(name_of: &str, seed: u8) -> CheckpointSigner {
    CheckpointSigner::new(name(name_of), SigningKey::from_seed([seed; 32]))
}

pub fn cosigner(name_of: &str, seed: u8) -> Cosigner {
    Cosigner::new(name(name_of), SigningKey::from_seed([seed; 32]))
}

pub fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

pub fn b64(text: &str) -> Hash {
    Hash::from_base64(text).unwrap_or_else(|| panic!("{text}"))
}
