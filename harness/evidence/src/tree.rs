//! The Merkle tree hash of RFC 6962, section 2.1, over the lines of the event log.
//!
//! The chain shows that nothing was changed; the tree lets a witness sign a length of the log without seeing it.

use sha2::{Digest, Sha256};

/// A tree that grows by one leaf at a time and keeps only the roots of its complete subtrees.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    size: u64,
    /// Roots of the complete subtrees, the largest first.
    peaks: Vec<[u8; 32]>,
}

impl Tree {
    /// Adds a leaf by its [`leaf_hash`].
    pub(crate) fn push(&mut self, leaf: [u8; 32]) {
        let mut hash = leaf;
        let mut complete = self.size;
        while complete & 1 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            hash = node_hash(left, hash);
            complete >>= 1;
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The tree head.
    pub(crate) fn root(&self) -> [u8; 32] {
        self.peaks
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| node_hash(left, right))
            .unwrap_or_else(|| Sha256::digest([]).into())
    }
}

/// The hash of a leaf's bytes.
pub(crate) fn leaf_hash(leaf: &[u8]) -> [u8; 32] {
    let hash = Sha256::new().chain_update([0]).chain_update(leaf);
    hash.finalize().into()
}

fn node_hash(left: [u8; 32], right: [u8; 32]) -> [u8; 32] {
    let hash = Sha256::new().chain_update([1]);
    hash.chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::hex;

    /// The definition as RFC 6962 writes it down: split at the largest power of two below the length.
    fn defined(leaves: &[Vec<u8>]) -> [u8; 32] {
        match leaves {
            [] => Sha256::digest([]).into(),
            [one] => leaf_hash(one),
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                let (left, right) = leaves.split_at(split);
                node_hash(defined(left), defined(right))
            }
        }
    }

    #[test]
    fn the_head_is_the_one_of_the_definition_at_every_length() {
        let mut tree = Tree::default();
        let mut leaves = Vec::new();
        for n in 0_u8..70 {
            assert_eq!(tree.root(), defined(&leaves), "{n} leaves");
            tree.push(leaf_hash(&[n, n]));
            leaves.push(vec![n, n]);
        }
    }

    /// The heads that implementations of Certificate Transparency test with.
    #[test]
    fn published_heads_are_reached() {
        let leaves = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
        ];
        let heads = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        ];
        let mut tree = Tree::default();
        for (leaf, head) in leaves.iter().zip(heads) {
            let bytes = (0..leaf.len() / 2).map(|n| leaf.get(n * 2..n * 2 + 2).unwrap());
            let bytes = bytes.map(|byte| u8::from_str_radix(byte, 16).unwrap());
            tree.push(leaf_hash(&bytes.collect::<Vec<_>>()));
            assert_eq!(hex(&tree.root()), head);
        }
    }
}
