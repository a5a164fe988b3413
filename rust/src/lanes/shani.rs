//! Two streams side by side through the SHA instructions: each hides the other's latency.

use std::arch::x86_64::*;

use super::schedule::{Kernel, State};
use super::wide::K;

pub const LANES: usize = 2;

pub fn available() -> bool {
    is_x86_feature_detected!("sha")
        && is_x86_feature_detected!("sse4.1")
        && is_x86_feature_detected!("ssse3")
}

/// The kernel.
pub struct ShaNi;

impl Kernel<5, LANES> for ShaNi {
    unsafe fn compress(state: &mut State<5, LANES>, from: &[*const u8; LANES], blocks: usize) {
        sha1(state, from, blocks)
    }
}

impl Kernel<8, LANES> for ShaNi {
    unsafe fn compress(state: &mut State<8, LANES>, from: &[*const u8; LANES], blocks: usize) {
        sha256(state, from, blocks)
    }
}

/// The result for both lanes, `$lane` being one of them.
macro_rules! both {
    ($lane:ident => $value:expr) => {
        [
            {
                const $lane: usize = 0;
                $value
            },
            {
                const $lane: usize = 1;
                $value
            },
        ]
    };
}

/// Four rounds of SHA-1 in both lanes, on the four message words they need.
macro_rules! sha1_four {
    ($state:ident, $e:ident, $w:ident, $($group:literal)*) => {$({
        const GROUP: usize = $group;
        if GROUP >= 4 {
            $w[GROUP % 4] = both!(LANE => {
                let mixed = _mm_sha1msg1_epu32($w[GROUP % 4][LANE], $w[(GROUP + 1) % 4][LANE]);
                let mixed = _mm_xor_si128(mixed, $w[(GROUP + 2) % 4][LANE]);
                _mm_sha1msg2_epu32(mixed, $w[(GROUP + 3) % 4][LANE])
            });
        }
        let before = $state;
        if GROUP == 0 {
            $e = both!(LANE => _mm_add_epi32($e[LANE], $w[0][LANE]));
        } else {
            $e = both!(LANE => _mm_sha1nexte_epu32($e[LANE], $w[GROUP % 4][LANE]));
        }
        $state = both!(LANE => _mm_sha1rnds4_epu32::<{ GROUP as i32 / 5 }>($state[LANE], $e[LANE]));
        $e = before;
    })*};
}

#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
unsafe fn sha1(state: &mut State<5, LANES>, from: &[*const u8; LANES], blocks: usize) {
    let rows = &mut state.0;
    let reverse = _mm_set_epi64x(0x0001_0203_0405_0607, 0x0809_0a0b_0c0d_0e0f);
    let mut abcd = both!(LANE => {
        let word = |row: usize| rows[row][LANE] as i32;
        _mm_set_epi32(word(0), word(1), word(2), word(3))
    });
    let mut e = both!(LANE => _mm_set_epi32(rows[4][LANE] as i32, 0, 0, 0));
    for block in 0..blocks {
        let (abcd_before, e_before) = (abcd, e);
        let mut w = [[reverse; 2]; 4];
        for (i, words) in w.iter_mut().enumerate() {
            let offset = 64 * block + 16 * i;
            *words = both!(LANE => {
                _mm_shuffle_epi8(_mm_loadu_si128(from[LANE].add(offset).cast()), reverse)
            });
        }
        sha1_four!(abcd, e, w, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19);
        e = both!(LANE => _mm_sha1nexte_epu32(e[LANE], e_before[LANE]));
        abcd = both!(LANE => _mm_add_epi32(abcd[LANE], abcd_before[LANE]));
    }
    for lane in 0..LANES {
        rows[0][lane] = _mm_extract_epi32::<3>(abcd[lane]) as u32;
        rows[1][lane] = _mm_extract_epi32::<2>(abcd[lane]) as u32;
        rows[2][lane] = _mm_extract_epi32::<1>(abcd[lane]) as u32;
        rows[3][lane] = _mm_extract_epi32::<0>(abcd[lane]) as u32;
        rows[4][lane] = _mm_extract_epi32::<3>(e[lane]) as u32;
    }
}

/// Four rounds of SHA-256 in both lanes, on the four message words they need.
macro_rules! sha256_four {
    ($abef:ident, $cdgh:ident, $w:ident, $($group:literal)*) => {$({
        const GROUP: usize = $group;
        if GROUP >= 4 {
            $w[GROUP % 4] = both!(LANE => {
                let (last, before) = ($w[(GROUP + 3) % 4][LANE], $w[(GROUP + 2) % 4][LANE]);
                let mixed = _mm_sha256msg1_epu32($w[GROUP % 4][LANE], $w[(GROUP + 1) % 4][LANE]);
                let mixed = _mm_add_epi32(mixed, _mm_alignr_epi8::<4>(last, before));
                _mm_sha256msg2_epu32(mixed, last)
            });
        }
        let keys = _mm_loadu_si128(K.as_ptr().add(4 * GROUP).cast());
        let keyed = both!(LANE => _mm_add_epi32($w[GROUP % 4][LANE], keys));
        $cdgh = both!(LANE => _mm_sha256rnds2_epu32($cdgh[LANE], $abef[LANE], keyed[LANE]));
        $abef = both!(LANE => {
            _mm_sha256rnds2_epu32($abef[LANE], $cdgh[LANE], _mm_shuffle_epi32::<0x0e>(keyed[LANE]))
        });
    })*};
}

#[target_feature(enable = "sha,sse2,ssse3,sse4.1")]
unsafe fn sha256(state: &mut State<8, LANES>, from: &[*const u8; LANES], blocks: usize) {
    let rows = &mut state.0;
    let swap = _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203);
    let mut abef = both!(LANE => {
        let word = |row: usize| rows[row][LANE] as i32;
        _mm_set_epi32(word(0), word(1), word(4), word(5))
    });
    let mut cdgh = both!(LANE => {
        let word = |row: usize| rows[row][LANE] as i32;
        _mm_set_epi32(word(2), word(3), word(6), word(7))
    });
    for block in 0..blocks {
        let (abef_before, cdgh_before) = (abef, cdgh);
        let mut w = [[swap; 2]; 4];
        for (i, words) in w.iter_mut().enumerate() {
            let offset = 64 * block + 16 * i;
            *words = both!(LANE => {
                _mm_shuffle_epi8(_mm_loadu_si128(from[LANE].add(offset).cast()), swap)
            });
        }
        sha256_four!(abef, cdgh, w, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
        abef = both!(LANE => _mm_add_epi32(abef[LANE], abef_before[LANE]));
        cdgh = both!(LANE => _mm_add_epi32(cdgh[LANE], cdgh_before[LANE]));
    }
    for lane in 0..LANES {
        rows[0][lane] = _mm_extract_epi32::<3>(abef[lane]) as u32;
        rows[1][lane] = _mm_extract_epi32::<2>(abef[lane]) as u32;
        rows[2][lane] = _mm_extract_epi32::<3>(cdgh[lane]) as u32;
        rows[3][lane] = _mm_extract_epi32::<2>(cdgh[lane]) as u32;
        rows[4][lane] = _mm_extract_epi32::<1>(abef[lane]) as u32;
        rows[5][lane] = _mm_extract_epi32::<0>(abef[lane]) as u32;
        rows[6][lane] = _mm_extract_epi32::<1>(cdgh[lane]) as u32;
        rows[7][lane] = _mm_extract_epi32::<0>(cdgh[lane]) as u32;
    }
}
