//! Digests of many messages at once: starting values, padding and output around a path's lanes.

use super::schedule::{Narrow, Ways};

/// SHA-1's starting value.
const SHA1: [u32; 5] = [
    0x6745_2301,
    0xefcd_ab89,
    0x98ba_dcfe,
    0x1032_5476,
    0xc3d2_e1f0,
];

/// SHA-256's starting value.
const SHA256: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// One hash function on one path.
#[derive(Clone)]
pub struct Hasher<const WORDS: usize> {
    /// The path's name.
    pub name: &'static str,
    /// How many streams it takes to fill the path.
    pub lanes: usize,
    initial: [u32; WORDS],
    ways: Ways<WORDS>,
    narrow: Option<Narrow<WORDS>>,
}

impl Hasher<5> {
    pub fn sha1(name: &'static str, lanes: usize, ways: Ways<5>) -> Self {
        Self::new(name, lanes, ways, SHA1)
    }
}

impl Hasher<8> {
    pub fn sha256(name: &'static str, lanes: usize, ways: Ways<8>) -> Self {
        Self::new(name, lanes, ways, SHA256)
    }
}

impl<const WORDS: usize> Hasher<WORDS> {
    fn new(name: &'static str, lanes: usize, ways: Ways<WORDS>, initial: [u32; WORDS]) -> Self {
        Self {
            name,
            lanes,
            initial,
            ways,
            narrow: None,
        }
    }

    /// The same hasher, which leaves `at_most` last streams to `other`.
    pub fn with_narrow(mut self, at_most: usize, other: &Self) -> Self {
        self.narrow = Some(Narrow {
            at_most,
            compress: other.ways.compress,
        });
        self
    }

    /// The chaining value that every stream begins with.
    pub fn initial(&self) -> &[u32; WORDS] {
        &self.initial
    }

    /// The chaining values that as many streams begin with.
    pub fn begin(&self, streams: usize) -> Vec<[u32; WORDS]> {
        vec![self.initial; streams]
    }

    /// Feeds every stream's bytes, a multiple of 64, to the chaining value of the same number.
    pub fn update(&self, states: &mut [[u32; WORDS]], data: &[&[u8]]) {
        (self.ways.compress)(states, data, self.narrow.as_ref());
    }

    /// Feeds every stream's bytes, a multiple of 64, to the chaining value of the same number in each
    /// of the sets.
    pub fn update_each(&self, sets: &mut [&mut [[u32; WORDS]]], data: &[&[u8]]) {
        let is_even = data.len().is_multiple_of(self.lanes) && common_length(data).is_some();
        match self.ways.each {
            Some(each) if sets.len() > 1 && is_even => each(sets, data),
            _ => {
                for set in sets {
                    self.update(set, data);
                }
            }
        }
    }

    /// Feeds the last bytes of every stream, fewer than 64, and the padding.
    ///
    /// `lengths` are whole streams' lengths in bytes. Afterwards the chaining values are digests.
    pub fn finish(&self, states: &mut [[u32; WORDS]], tails: &[&[u8]], lengths: &[u64]) {
        let padded: Vec<([u8; 128], usize)> = tails
            .iter()
            .zip(lengths)
            .map(|(tail, length)| pad(tail, *length))
            .collect();
        let blocks: Vec<&[u8]> = padded.iter().map(|(bytes, size)| &bytes[..*size]).collect();
        self.update(states, &blocks);
    }

    /// The digests of the messages, in order.
    pub fn many(&self, messages: &[&[u8]]) -> Vec<[u32; WORDS]> {
        let Some(length) = common_length(messages).filter(|length| length % 64 == 0) else {
            return self.unlike(messages);
        };
        let (full, rest) = messages.split_at(messages.len() - messages.len() % self.lanes);
        let mut digests = (self.ways.alike)(&self.initial, full, &last_block(length));
        digests.extend(self.unlike(rest));
        digests
    }

    /// The digests of messages of any lengths.
    fn unlike(&self, messages: &[&[u8]]) -> Vec<[u32; WORDS]> {
        let mut states = self.begin(messages.len());
        let (heads, tails): (Vec<_>, Vec<_>) = messages
            .iter()
            .map(|message| message.split_at(message.len() & !63))
            .unzip();
        let lengths: Vec<_> = messages
            .iter()
            .map(|message| message.len() as u64)
            .collect();
        self.update(&mut states, &heads);
        self.finish(&mut states, &tails, &lengths);
        states
    }
}

/// The length that all messages have; none when they differ, or there are none.
fn common_length(messages: &[&[u8]]) -> Option<usize> {
    let length = messages.first()?.len();
    messages
        .iter()
        .all(|message| message.len() == length)
        .then_some(length)
}

/// The block of padding after whole blocks of `length` bytes in all.
pub fn last_block(length: usize) -> [u8; 64] {
    let (bytes, _) = pad(&[], length as u64);
    let mut block = [0; 64];
    block.copy_from_slice(&bytes[..64]);
    block
}

/// The tail with its padding, and how many bytes of it count: one block or two.
fn pad(tail: &[u8], length: u64) -> ([u8; 128], usize) {
    let mut bytes = [0; 128];
    bytes[..tail.len()].copy_from_slice(tail);
    bytes[tail.len()] = 0x80;
    let size = if tail.len() < 56 { 64 } else { 128 };
    bytes[size - 8..size].copy_from_slice(&(8 * length).to_be_bytes());
    (bytes, size)
}

/// A digest's bytes: its words, big-endian.
pub fn bytes<const WORDS: usize, const SIZE: usize>(digest: &[u32; WORDS]) -> [u8; SIZE] {
    const { assert!(SIZE == 4 * WORDS) };
    let mut bytes = [0; SIZE];
    for (four, word) in bytes.chunks_exact_mut(4).zip(digest) {
        four.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}
