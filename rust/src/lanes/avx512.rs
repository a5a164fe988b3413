//! Sixteen lanes: AVX-512 has a rotate and any three-input logic as one instruction each.

use std::arch::x86_64::*;

use super::schedule::{Kernel, Pair, Sharing, State};
use super::wide::{self, Vector};

pub const LANES: usize = 16;

pub fn available() -> bool {
    is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw")
}

/// The kernel; see [`wide`] for the rounds.
pub struct Avx512;

impl Kernel<5, LANES> for Avx512 {
    unsafe fn compress(state: &mut State<5, LANES>, from: &[*const u8; LANES], blocks: usize) {
        #[target_feature(enable = "avx512f,avx512bw")]
        unsafe fn enabled(state: &mut State<5, LANES>, from: &[*const u8; LANES], blocks: usize) {
            wide::sha1::<__m512i, LANES>(state, from, blocks)
        }
        enabled(state, from, blocks)
    }
}

impl Kernel<8, LANES> for Avx512 {
    unsafe fn compress(state: &mut State<8, LANES>, from: &[*const u8; LANES], blocks: usize) {
        #[target_feature(enable = "avx512f,avx512bw")]
        unsafe fn enabled(state: &mut State<8, LANES>, from: &[*const u8; LANES], blocks: usize) {
            wide::sha256::<__m512i, LANES>(state, from, blocks)
        }
        enabled(state, from, blocks)
    }
}

impl Sharing<LANES> for Avx512 {
    unsafe fn compress_each(
        states: &mut [State<5, LANES>],
        from: &[*const u8; LANES],
        blocks: usize,
    ) {
        #[target_feature(enable = "avx512f,avx512bw")]
        unsafe fn enabled(
            states: &mut [State<5, LANES>],
            from: &[*const u8; LANES],
            blocks: usize,
        ) {
            wide::sha1_each::<__m512i, LANES>(states, from, blocks)
        }
        enabled(states, from, blocks)
    }
}

impl Pair<LANES> for Avx512 {
    unsafe fn compress_both(
        sha1: &mut State<5, LANES>,
        sha256: &mut State<8, LANES>,
        from: &[*const u8; LANES],
        blocks: usize,
    ) {
        #[target_feature(enable = "avx512f,avx512bw")]
        unsafe fn enabled(
            sha1: &mut State<5, LANES>,
            sha256: &mut State<8, LANES>,
            from: &[*const u8; LANES],
            blocks: usize,
        ) {
            wide::both::<__m512i, LANES>(sha1, sha256, from, blocks)
        }
        enabled(sha1, sha256, from, blocks)
    }
}

/// Truth tables for `vpternlogd`: the result for each of the eight inputs, `a` the highest bit.
const XOR3: i32 = 0x96;
const CHOOSE: i32 = 0xca;
const MAJORITY: i32 = 0xe8;

// SAFETY: only AVX-512F and AVX-512BW instructions, which `available` asks for.
unsafe impl Vector<LANES> for __m512i {
    #[inline(always)]
    unsafe fn splat(word: u32) -> Self {
        _mm512_set1_epi32(word as i32)
    }

    #[inline(always)]
    unsafe fn load(row: &[u32; LANES]) -> Self {
        _mm512_loadu_si512(row.as_ptr().cast())
    }

    #[inline(always)]
    unsafe fn store(self, row: &mut [u32; LANES]) {
        _mm512_storeu_si512(row.as_mut_ptr().cast(), self)
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        _mm512_add_epi32(self, other)
    }

    #[inline(always)]
    unsafe fn xor(self, other: Self) -> Self {
        _mm512_xor_si512(self, other)
    }

    #[inline(always)]
    unsafe fn xor3(self, b: Self, c: Self) -> Self {
        _mm512_ternarylogic_epi32::<XOR3>(self, b, c)
    }

    #[inline(always)]
    unsafe fn choose(self, b: Self, c: Self) -> Self {
        _mm512_ternarylogic_epi32::<CHOOSE>(self, b, c)
    }

    #[inline(always)]
    unsafe fn majority(self, b: Self, c: Self) -> Self {
        _mm512_ternarylogic_epi32::<MAJORITY>(self, b, c)
    }

    #[inline(always)]
    unsafe fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        const { assert!(LEFT + RIGHT == 32) };
        _mm512_rol_epi32::<LEFT>(self)
    }

    #[inline(always)]
    unsafe fn shift_right<const BITS: u32>(self) -> Self {
        _mm512_srli_epi32::<BITS>(self)
    }

    #[inline(always)]
    unsafe fn prefetch(address: *const u8) {
        _mm_prefetch::<_MM_HINT_T0>(address.cast());
    }

    /// A transpose of 16 x 16 words: within quarters of the registers first, then the quarters.
    #[inline(always)]
    unsafe fn words(from: &[*const u8; LANES], offset: usize) -> [Self; 16] {
        let mut rows = [_mm512_setzero_si512(); 16];
        for (row, pointer) in rows.iter_mut().zip(from) {
            *row = _mm512_loadu_si512(pointer.add(offset).cast());
        }
        for four in rows.chunks_exact_mut(4) {
            let low01 = _mm512_unpacklo_epi32(four[0], four[1]);
            let high01 = _mm512_unpackhi_epi32(four[0], four[1]);
            let low23 = _mm512_unpacklo_epi32(four[2], four[3]);
            let high23 = _mm512_unpackhi_epi32(four[2], four[3]);
            four[0] = _mm512_unpacklo_epi64(low01, low23);
            four[1] = _mm512_unpackhi_epi64(low01, low23);
            four[2] = _mm512_unpacklo_epi64(high01, high23);
            four[3] = _mm512_unpackhi_epi64(high01, high23);
        }
        let swap = _mm512_set4_epi32(0x0c0d_0e0f, 0x0809_0a0b, 0x0405_0607, 0x0001_0203);
        for i in 0..4 {
            let (p, q, r, s) = (rows[i], rows[i + 4], rows[i + 8], rows[i + 12]);
            let even_low = _mm512_shuffle_i32x4::<0x88>(p, q);
            let odd_low = _mm512_shuffle_i32x4::<0xdd>(p, q);
            let even_high = _mm512_shuffle_i32x4::<0x88>(r, s);
            let odd_high = _mm512_shuffle_i32x4::<0xdd>(r, s);
            let quarters = [
                _mm512_shuffle_i32x4::<0x88>(even_low, even_high),
                _mm512_shuffle_i32x4::<0x88>(odd_low, odd_high),
                _mm512_shuffle_i32x4::<0xdd>(even_low, even_high),
                _mm512_shuffle_i32x4::<0xdd>(odd_low, odd_high),
            ];
            for (quarter, value) in quarters.into_iter().enumerate() {
                rows[4 * quarter + i] = _mm512_shuffle_epi8(value, swap);
            }
        }
        rows
    }
}
