//! The hash trees of BEP 52, many at once so that small ones fill the lanes too.

use crate::lanes::{bytes, Hasher};

pub type Hash = [u8; 32];

/// What stands for a block that is not there.
pub const NO_BLOCK: Hash = [0; 32];

/// A row of nodes, padded with fillers to `width` when it is hashed; a power of two.
pub struct Tree {
    pub nodes: Vec<Hash>,
    pub width: u64,
}

/// The roots of the trees, in order; no tree is empty.
///
/// `filler` is what stands for a missing node of the bottom row.
pub fn roots(hasher: &Hasher<8>, mut trees: Vec<Tree>, mut filler: Hash) -> Vec<Hash> {
    while trees.iter().any(|tree| tree.width > 1) {
        for tree in trees.iter_mut().filter(|tree| tree.width > 1) {
            if tree.nodes.len() % 2 == 1 {
                tree.nodes.push(filler);
            }
        }
        let fillers = [filler, filler];
        let growing = trees.iter().filter(|tree| tree.width > 1);
        let pairs: Vec<&[u8]> = growing
            .flat_map(|tree| tree.nodes.as_flattened().chunks_exact(64))
            .chain([fillers.as_flattened()])
            .collect();
        let digests = hasher.many(&pairs);
        let mut parents = digests.iter().map(bytes::<8, 32>);
        for tree in trees.iter_mut().filter(|tree| tree.width > 1) {
            tree.nodes = parents.by_ref().take(tree.nodes.len() / 2).collect();
            tree.width /= 2;
        }
        filler = parents.next().unwrap_or(NO_BLOCK);
    }
    trees.into_iter().map(|tree| tree.nodes[0]).collect()
}

/// The root over `width` missing blocks, a power of two.
pub fn filler(hasher: &Hasher<8>, width: u64) -> Hash {
    roots(
        hasher,
        vec![Tree {
            nodes: vec![NO_BLOCK],
            width,
        }],
        NO_BLOCK,
    )[0]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::named;
    use sha2::{Digest, Sha256};

    /// The root over all `width` nodes, written out one by one.
    fn slow(mut nodes: Vec<Hash>, width: u64, filler: Hash) -> Hash {
        nodes.resize(width as usize, filler);
        while nodes.len() > 1 {
            nodes = nodes
                .chunks(2)
                .map(|pair| Sha256::digest(pair.as_flattened()).into())
                .collect();
        }
        nodes[0]
    }

    #[test]
    fn trees_of_all_shapes_have_the_roots_of_the_full_trees() {
        let hasher = named("portable").unwrap().sha256;
        let shapes = [
            (1, 1),
            (1, 2),
            (2, 2),
            (3, 4),
            (4, 4),
            (1, 8),
            (5, 8),
            (7, 64),
            (64, 64),
        ];
        for bottom in [NO_BLOCK, filler(&hasher, 4)] {
            let nodes = |count: u8| (0..count).map(|i| [i + 1; 32]).collect::<Vec<_>>();
            let trees = shapes
                .map(|(count, width)| Tree {
                    nodes: nodes(count),
                    width,
                })
                .into();
            let expected = shapes.map(|(count, width)| slow(nodes(count), width, bottom));
            assert_eq!(roots(&hasher, trees, bottom), expected);
        }
    }

    #[test]
    fn a_filler_is_the_root_over_zero_hashes() {
        let hasher = named("portable").unwrap().sha256;
        assert_eq!(filler(&hasher, 1), NO_BLOCK);
        assert_eq!(filler(&hasher, 16), slow(vec![], 16, NO_BLOCK));
    }
}
