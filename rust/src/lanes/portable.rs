//! One stream at a time through the RustCrypto crates, on any processor; they use the SHA
//! instructions of ARMv8 and x86 by themselves where there are any.

use super::schedule::{Kernel, State};

pub const LANES: usize = 1;

pub fn available() -> bool {
    true
}

/// The kernel.
pub struct Portable;

/// # Safety
/// `64 * count` bytes are readable at `from`, and outlive what is made of them.
unsafe fn blocks<'a>(from: *const u8, count: usize) -> &'a [[u8; 64]] {
    std::slice::from_raw_parts(from.cast(), count)
}

impl Kernel<5, LANES> for Portable {
    unsafe fn compress(state: &mut State<5, LANES>, from: &[*const u8; LANES], count: usize) {
        let mut words = state.0.map(|[word]| word);
        sha1::block_api::compress(&mut words, blocks(from[0], count));
        state.0 = words.map(|word| [word]);
    }
}

impl Kernel<8, LANES> for Portable {
    unsafe fn compress(state: &mut State<8, LANES>, from: &[*const u8; LANES], count: usize) {
        let mut words = state.0.map(|[word]| word);
        sha2::block_api::compress256(&mut words, blocks(from[0], count));
        state.0 = words.map(|word| [word]);
    }
}
