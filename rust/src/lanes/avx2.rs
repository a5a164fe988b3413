//! Eight lanes: AVX2, where rotates are two shifts and three-input logic takes its steps.

use std::arch::x86_64::*;

use super::schedule::{Kernel, Sharing, State};
use super::wide::{self, Vector};

pub const LANES: usize = 8;

pub fn available() -> bool {
    is_x86_feature_detected!("avx2")
}

/// The kernel; see [`wide`] for the rounds.
pub struct Avx2;

impl Kernel<5, LANES> for Avx2 {
    unsafe fn compress(state: &mut State<5, LANES>, from: &[*const u8; LANES], blocks: usize) {
        #[target_feature(enable = "avx2")]
        unsafe fn enabled(state: &mut State<5, LANES>, from: &[*const u8; LANES], blocks: usize) {
            wide::sha1::<__m256i, LANES>(state, from, blocks)
        }
        enabled(state, from, blocks)
    }
}

impl Kernel<8, LANES> for Avx2 {
    unsafe fn compress(state: &mut State<8, LANES>, from: &[*const u8; LANES], blocks: usize) {
        #[target_feature(enable = "avx2")]
        unsafe fn enabled(state: &mut State<8, LANES>, from: &[*const u8; LANES], blocks: usize) {
            wide::sha256::<__m256i, LANES>(state, from, blocks)
        }
        enabled(state, from, blocks)
    }
}

impl Sharing<LANES> for Avx2 {
    unsafe fn compress_each(
        states: &mut [State<5, LANES>],
        from: &[*const u8; LANES],
        blocks: usize,
    ) {
        #[target_feature(enable = "avx2")]
        unsafe fn enabled(
            states: &mut [State<5, LANES>],
            from: &[*const u8; LANES],
            blocks: usize,
        ) {
            wide::sha1_each::<__m256i, LANES>(states, from, blocks)
        }
        enabled(states, from, blocks)
    }
}

// SAFETY: only AVX and AVX2 instructions, which `available` asks for.
unsafe impl Vector<LANES> for __m256i {
    #[inline(always)]
    unsafe fn splat(word: u32) -> Self {
        _mm256_set1_epi32(word as i32)
    }

    #[inline(always)]
    unsafe fn load(row: &[u32; LANES]) -> Self {
        _mm256_loadu_si256(row.as_ptr().cast())
    }

    #[inline(always)]
    unsafe fn store(self, row: &mut [u32; LANES]) {
        _mm256_storeu_si256(row.as_mut_ptr().cast(), self)
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        _mm256_add_epi32(self, other)
    }

    #[inline(always)]
    unsafe fn xor(self, other: Self) -> Self {
        _mm256_xor_si256(self, other)
    }

    #[inline(always)]
    unsafe fn xor3(self, b: Self, c: Self) -> Self {
        _mm256_xor_si256(_mm256_xor_si256(self, b), c)
    }

    #[inline(always)]
    unsafe fn choose(self, b: Self, c: Self) -> Self {
        _mm256_xor_si256(c, _mm256_and_si256(self, _mm256_xor_si256(b, c)))
    }

    #[inline(always)]
    unsafe fn majority(self, b: Self, c: Self) -> Self {
        let either = _mm256_and_si256(self, _mm256_or_si256(b, c));
        _mm256_or_si256(either, _mm256_and_si256(b, c))
    }

    #[inline(always)]
    unsafe fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        const { assert!(LEFT + RIGHT == 32) };
        _mm256_or_si256(
            _mm256_slli_epi32::<LEFT>(self),
            _mm256_srli_epi32::<RIGHT>(self),
        )
    }

    #[inline(always)]
    unsafe fn shift_right<const BITS: u32>(self) -> Self {
        _mm256_srl_epi32(self, _mm_cvtsi32_si128(BITS as i32))
    }

    #[inline(always)]
    unsafe fn prefetch(address: *const u8) {
        _mm_prefetch::<_MM_HINT_T0>(address.cast());
    }

    /// Two transposes of 8 x 8 words, one for each half of the blocks.
    #[inline(always)]
    unsafe fn words(from: &[*const u8; LANES], offset: usize) -> [Self; 16] {
        let mut words = [_mm256_setzero_si256(); 16];
        for (half, eight) in words.chunks_exact_mut(8).enumerate() {
            for (row, pointer) in eight.iter_mut().zip(from) {
                *row = _mm256_loadu_si256(pointer.add(offset + 32 * half).cast());
            }
            transpose(eight);
        }
        words
    }
}

/// Word `i` of every row in row `i`, its bytes swapped.
#[inline(always)]
unsafe fn transpose(rows: &mut [__m256i]) {
    for four in rows.chunks_exact_mut(4) {
        let low01 = _mm256_unpacklo_epi32(four[0], four[1]);
        let high01 = _mm256_unpackhi_epi32(four[0], four[1]);
        let low23 = _mm256_unpacklo_epi32(four[2], four[3]);
        let high23 = _mm256_unpackhi_epi32(four[2], four[3]);
        four[0] = _mm256_unpacklo_epi64(low01, low23);
        four[1] = _mm256_unpackhi_epi64(low01, low23);
        four[2] = _mm256_unpacklo_epi64(high01, high23);
        four[3] = _mm256_unpackhi_epi64(high01, high23);
    }
    let swap = _mm256_set_epi32(
        0x0c0d_0e0f,
        0x0809_0a0b,
        0x0405_0607,
        0x0001_0203,
        0x0c0d_0e0f,
        0x0809_0a0b,
        0x0405_0607,
        0x0001_0203,
    );
    for i in 0..4 {
        let (p, q) = (rows[i], rows[i + 4]);
        rows[i] = _mm256_shuffle_epi8(_mm256_permute2x128_si256::<0x20>(p, q), swap);
        rows[i + 4] = _mm256_shuffle_epi8(_mm256_permute2x128_si256::<0x31>(p, q), swap);
    }
}
