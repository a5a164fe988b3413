//! The SHA-1 chains of some pieces side by side, for every piece length of a stream at once.
//!
//! Within a piece of the longest length the chains of the shorter ones begin anew at each multiple of
//! theirs. Chains that began at the same byte are the same until one of them ends, and are fed as
//! one; those that differ share the words of the bytes they are fed.

use std::ops::Range;

use crate::lanes::{bytes, Hasher};

/// A chaining value for each of the pieces.
type States = Vec<[u32; 5]>;

pub struct Chains<'a> {
    sha1: &'a Hasher<5>,
    lengths: &'a [u64],
    /// The sizes of the pieces; the last of a stream may be short.
    sizes: Vec<u64>,
    /// By length: of those that began at the same byte the first is fed, and the others are stale.
    states: Vec<States>,
    /// The bytes under way: from a multiple of the shortest length to the next.
    stretch: Range<u64>,
    /// What is left of pieces that have ended, fewer than 64 bytes each.
    tails: Vec<Vec<u8>>,
    /// By length and piece, the digests so far.
    digests: Vec<Vec<Vec<[u8; 20]>>>,
}

impl<'a> Chains<'a> {
    /// `lengths` stand in order, each a divisor of the next; no size is above the last of them.
    pub fn new(sha1: &'a Hasher<5>, lengths: &'a [u64], sizes: Vec<u64>) -> Self {
        let pieces = sizes.len();
        Self {
            sha1,
            lengths,
            states: vec![sha1.begin(pieces); lengths.len()],
            stretch: 0..lengths[0],
            tails: vec![vec![]; pieces],
            digests: vec![vec![vec![]; pieces]; lengths.len()],
            sizes,
        }
    }

    /// The parts of the pieces that can be fed without a turn, each from a multiple of the shortest
    /// length to the next.
    pub fn stretches(&self) -> impl Iterator<Item = Range<u64>> {
        let size = self.lengths[0];
        let longest = self.sizes.iter().copied().max().unwrap_or(0);
        (0..longest)
            .step_by(size as usize)
            .map(move |start| start..start + size)
    }

    /// The chaining values, where all lengths have the same.
    pub fn only(&mut self) -> Option<&mut States> {
        let is_one = self.start(self.lengths.len() - 1) == self.stretch.start;
        self.states.first_mut().filter(|_| is_one)
    }

    /// Feeds every piece's whole blocks, and keeps the tail of a piece that ends.
    pub fn feed(&mut self, heads: &[&[u8]]) {
        let firsts: Vec<bool> = (0..self.lengths.len())
            .map(|which| self.first(which) == which)
            .collect();
        let mut apart: Vec<&mut [[u32; 5]]> = self
            .states
            .iter_mut()
            .zip(firsts)
            .filter_map(|(states, is_first)| is_first.then_some(states.as_mut_slice()))
            .collect();
        self.sha1.update_each(&mut apart, heads);
    }

    /// Keeps the last bytes of a piece, fewer than 64.
    pub fn end(&mut self, piece: usize, tail: &[u8]) {
        self.tails[piece] = tail.to_vec();
    }

    /// Takes the digests of what ends with the stretch, and begins the next.
    pub fn turn(&mut self) {
        let Range { start, end } = self.stretch;
        let lengths = self.lengths.len();
        let ended = self.lengths.iter().take_while(|length| end % **length == 0);
        let ended = ended.count();
        for which in 0..lengths {
            let is_over = |size: u64| start < size && (which < ended || size <= end);
            let pieces: Vec<usize> = (0..self.sizes.len())
                .filter(|piece| is_over(self.sizes[*piece]))
                .collect();
            if !pieces.is_empty() {
                self.finish(which, &pieces);
            }
        }
        if ended < lengths {
            let first = self.first(ended);
            if first < ended {
                self.states[ended] = self.states[first].clone();
            }
        }
        self.states[0] = self.sha1.begin(self.sizes.len());
        self.stretch = end..end + self.lengths[0];
    }

    /// By length and piece, the digests of all that was fed.
    pub fn digests(self) -> Vec<Vec<Vec<[u8; 20]>>> {
        self.digests
    }

    fn finish(&mut self, which: usize, pieces: &[usize]) {
        let start = self.start(which);
        let states = &self.states[self.first(which)];
        let mut states: States = pieces.iter().map(|piece| states[*piece]).collect();
        let tails: Vec<&[u8]> = pieces
            .iter()
            .map(|piece| self.tails[*piece].as_slice())
            .collect();
        let lengths: Vec<u64> = pieces
            .iter()
            .map(|piece| self.sizes[*piece].min(self.stretch.end) - start)
            .collect();
        self.sha1.finish(&mut states, &tails, &lengths);
        for (piece, state) in pieces.iter().zip(&states) {
            self.digests[which][*piece].push(bytes(state));
        }
    }

    /// Where in the pieces the chains of the length of this number began.
    fn start(&self, which: usize) -> u64 {
        self.stretch.start - self.stretch.start % self.lengths[which]
    }

    /// The first length whose chains began at the same byte.
    fn first(&self, which: usize) -> usize {
        let start = self.start(which);
        (0..which)
            .find(|other| self.start(*other) == start)
            .unwrap_or(which)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lanes::{named, names};
    use sha1::{Digest, Sha1};

    const BLOCK: u64 = 128;

    /// The digests of the data's pieces, by the crate.
    fn slow(data: &[u8], length: u64) -> Vec<[u8; 20]> {
        data.chunks(length as usize)
            .map(|piece| Sha1::digest(piece).into())
            .collect()
    }

    fn fast(sha1: &Hasher<5>, lengths: &[u64], data: &[Vec<u8>]) -> Vec<Vec<Vec<[u8; 20]>>> {
        let sizes = data.iter().map(|data| data.len() as u64).collect();
        let mut chains = Chains::new(sha1, lengths, sizes);
        let stretches: Vec<_> = chains.stretches().collect();
        for stretch in stretches {
            for start in stretch.step_by(BLOCK as usize) {
                let mut heads = vec![&[][..]; data.len()];
                for (piece, data) in data.iter().enumerate() {
                    let part = &data[data.len().min(start as usize)..];
                    let part = &part[..part.len().min(BLOCK as usize)];
                    let (head, tail) = part.split_at(part.len() & !63);
                    heads[piece] = head;
                    if !part.is_empty() {
                        chains.end(piece, tail);
                    }
                }
                chains.feed(&heads);
            }
            chains.turn();
        }
        chains.digests()
    }

    #[test]
    fn chains_of_all_lengths_are_those_of_each_by_itself() {
        let lengths: [&[u64]; 7] = [
            &[BLOCK],
            &[4 * BLOCK],
            &[BLOCK, 2 * BLOCK],
            &[BLOCK, 2 * BLOCK, 4 * BLOCK],
            &[2 * BLOCK, 6 * BLOCK],
            &[BLOCK, 4 * BLOCK, 16 * BLOCK],
            &[BLOCK, 2 * BLOCK, 4 * BLOCK, 8 * BLOCK, 16 * BLOCK],
        ];
        for name in names() {
            let sha1 = named(name).unwrap().sha1;
            for lengths in lengths {
                let most = *lengths.last().unwrap() as usize;
                let sizes = [most, 1, most, most / 2, most / 2 + 1, 63, most - 1];
                for count in [1, 7, 16, 32] {
                    for is_even in [true, false] {
                        let size = |piece: usize| if is_even { most } else { sizes[piece % 7] };
                        let data: Vec<Vec<u8>> = (0..count)
                            .map(|piece| {
                                (0..size(piece))
                                    .map(|byte| (piece * 31 + byte * 7 + byte / 256) as u8)
                                    .collect()
                            })
                            .collect();
                        let digests = fast(&sha1, lengths, &data);
                        for (length, pieces) in lengths.iter().zip(digests) {
                            for (piece, digests) in pieces.iter().enumerate() {
                                assert_eq!(
                                    *digests,
                                    slow(&data[piece], *length),
                                    "{name}, {length} of {lengths:?}, piece {piece} of {count}"
                                );
                            }
                        }
                    }
                }
            }
        }
    }
}
