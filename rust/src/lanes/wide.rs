//! SHA-1 and SHA-256 on as many streams as a vector has 32-bit lanes (FIPS 180-4, one lane each).

use super::schedule::State;

/// A vector of `LANES` words of 32 bits, and the operations the rounds need.
///
/// # Safety
/// Every method may be called only where the processor has the implementing type's instructions,
/// and is inlined into a function that enables them.
pub unsafe trait Vector<const LANES: usize>: Copy {
    unsafe fn splat(word: u32) -> Self;
    unsafe fn load(row: &[u32; LANES]) -> Self;
    unsafe fn store(self, row: &mut [u32; LANES]);
    unsafe fn add(self, other: Self) -> Self;
    unsafe fn xor(self, other: Self) -> Self;
    unsafe fn xor3(self, b: Self, c: Self) -> Self;
    /// Bits of `b` where `self` has ones, of `c` where it has zeros.
    unsafe fn choose(self, b: Self, c: Self) -> Self;
    unsafe fn majority(self, b: Self, c: Self) -> Self;
    /// Rotated left by `LEFT` bits; `RIGHT` is the rest of 32.
    unsafe fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self;
    unsafe fn shift_right<const BITS: u32>(self) -> Self;
    /// Asks for the cache line at `address`, which need not be readable.
    unsafe fn prefetch(address: *const u8);
    /// Word `i` of every lane, big-endian, for each of the 16 words at `offset` behind each pointer.
    unsafe fn words(from: &[*const u8; LANES], offset: usize) -> [Self; 16];
}

/// The body once for each of sixteen round numbers, which are constants in it: the message words
/// stay in registers only if no index is left to run time.
macro_rules! sixteen {
    ($round:ident => $body:block) => {
        sixteen!($round => $body; 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    ($round:ident => $body:block; $($number:literal)*) => {
        $({ const $round: usize = $number; $body })*
    };
}

/// SHA-1's constants, one for every twenty rounds.
const SHA1_K: [u32; 4] = [0x5a82_7999, 0x6ed9_eba1, 0x8f1b_bcdc, 0xca62_c1d6];

/// The word of round `16 * GROUP + ROUND` of SHA-1 with its constant added; without, it takes the
/// place in `w` of the one sixteen rounds before.
#[inline(always)]
unsafe fn sha1_word<
    V: Vector<LANES>,
    const LANES: usize,
    const GROUP: usize,
    const ROUND: usize,
>(
    w: &mut [V; 16],
) -> V {
    if GROUP > 0 {
        let mixed = w[(ROUND + 13) % 16].xor3(w[(ROUND + 8) % 16], w[(ROUND + 2) % 16]);
        w[ROUND] = mixed.xor(w[ROUND]).rotate::<1, 31>();
    }
    w[ROUND].add(V::splat(SHA1_K[(16 * GROUP + ROUND) / 20]))
}

/// One round of SHA-1, whose word has its constant added.
#[inline(always)]
unsafe fn sha1_round<V: Vector<LANES>, const LANES: usize>(
    [a, b, c, d, e]: [V; 5],
    round: usize,
    keyed: V,
) -> [V; 5] {
    let f = match round / 20 {
        0 => b.choose(c, d),
        2 => b.majority(c, d),
        _ => b.xor3(c, d),
    };
    let next = a.rotate::<5, 27>().add(f.add(e.add(keyed)));
    [next, a, b.rotate::<30, 2>(), c, d]
}

/// Rounds `16 * GROUP` to `16 * GROUP + 15` of SHA-1.
#[inline(always)]
unsafe fn sha1_rounds<V: Vector<LANES>, const LANES: usize, const GROUP: usize>(
    mut state: [V; 5],
    w: &mut [V; 16],
) -> [V; 5] {
    sixteen!(ROUND => {
        let round = 16 * GROUP + ROUND;
        let keyed = sha1_word::<V, LANES, GROUP, ROUND>(w);
        state = sha1_round(state, round, keyed);
    });
    state
}

/// The same rounds, from words that are worked out already.
#[inline(always)]
unsafe fn sha1_keyed_rounds<V: Vector<LANES>, const LANES: usize, const GROUP: usize>(
    mut state: [V; 5],
    keyed: &[V; 80],
) -> [V; 5] {
    sixteen!(ROUND => {
        let round = 16 * GROUP + ROUND;
        state = sha1_round(state, round, keyed[round]);
    });
    state
}

/// The words of rounds `16 * GROUP` to `16 * GROUP + 15` of SHA-1, each with its constant added.
#[inline(always)]
unsafe fn sha1_keyed<V: Vector<LANES>, const LANES: usize, const GROUP: usize>(
    keyed: &mut [V; 80],
    w: &mut [V; 16],
) {
    sixteen!(ROUND => {
        keyed[16 * GROUP + ROUND] = sha1_word::<V, LANES, GROUP, ROUND>(w);
    });
}

/// How far ahead of the lanes memory is asked for, in bytes.
const AHEAD: usize = 256;

/// Asks for what the lanes need soon: as many streams that enter new pages all at once are more than
/// the processor foresees by itself.
#[inline(always)]
unsafe fn ahead<V: Vector<LANES>, const LANES: usize>(from: &[*const u8; LANES], block: usize) {
    for pointer in from {
        V::prefetch(pointer.wrapping_add(64 * block + AHEAD));
    }
}

/// SHA-1's compression of one block, whose words are `w`, in every lane.
#[inline(always)]
unsafe fn sha1_block<V: Vector<LANES>, const LANES: usize>(sum: &mut [V; 5], mut w: [V; 16]) {
    let s = sha1_rounds::<V, LANES, 0>(*sum, &mut w);
    let s = sha1_rounds::<V, LANES, 1>(s, &mut w);
    let s = sha1_rounds::<V, LANES, 2>(s, &mut w);
    let s = sha1_rounds::<V, LANES, 3>(s, &mut w);
    let s = sha1_rounds::<V, LANES, 4>(s, &mut w);
    sum_up(sum, s);
}

/// The same compression into each of the states.
#[inline(always)]
unsafe fn sha1_block_each<V: Vector<LANES>, const LANES: usize>(
    states: &mut [State<5, LANES>],
    mut w: [V; 16],
) {
    let mut keyed = [V::splat(0); 80];
    sha1_keyed::<V, LANES, 0>(&mut keyed, &mut w);
    sha1_keyed::<V, LANES, 1>(&mut keyed, &mut w);
    sha1_keyed::<V, LANES, 2>(&mut keyed, &mut w);
    sha1_keyed::<V, LANES, 3>(&mut keyed, &mut w);
    sha1_keyed::<V, LANES, 4>(&mut keyed, &mut w);
    for state in states {
        let mut sum = load::<V, 5, LANES>(state);
        let s = sha1_keyed_rounds::<V, LANES, 0>(sum, &keyed);
        let s = sha1_keyed_rounds::<V, LANES, 1>(s, &keyed);
        let s = sha1_keyed_rounds::<V, LANES, 2>(s, &keyed);
        let s = sha1_keyed_rounds::<V, LANES, 3>(s, &keyed);
        let s = sha1_keyed_rounds::<V, LANES, 4>(s, &keyed);
        sum_up(&mut sum, s);
        store(state, sum);
    }
}

#[inline(always)]
unsafe fn sum_up<V: Vector<LANES>, const WORDS: usize, const LANES: usize>(
    sum: &mut [V; WORDS],
    parts: [V; WORDS],
) {
    for (total, part) in sum.iter_mut().zip(parts) {
        *total = total.add(part);
    }
}

/// SHA-1's compression of `blocks` blocks in every lane.
#[inline(always)]
pub unsafe fn sha1<V: Vector<LANES>, const LANES: usize>(
    state: &mut State<5, LANES>,
    from: &[*const u8; LANES],
    blocks: usize,
) {
    let mut sum = load::<V, 5, LANES>(state);
    for block in 0..blocks {
        let words = V::words(from, 64 * block);
        ahead::<V, LANES>(from, block);
        sha1_block(&mut sum, words);
    }
    store(state, sum);
}

#[inline(always)]
unsafe fn load<V: Vector<LANES>, const WORDS: usize, const LANES: usize>(
    state: &State<WORDS, LANES>,
) -> [V; WORDS] {
    let mut values = [V::splat(0); WORDS];
    for (value, row) in values.iter_mut().zip(&state.0) {
        *value = V::load(row);
    }
    values
}

#[inline(always)]
unsafe fn store<V: Vector<LANES>, const WORDS: usize, const LANES: usize>(
    state: &mut State<WORDS, LANES>,
    values: [V; WORDS],
) {
    for (row, value) in state.0.iter_mut().zip(values) {
        value.store(row);
    }
}

/// SHA-256's round constants.
#[rustfmt::skip]
pub const K: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

/// Rounds `16 * GROUP` to `16 * GROUP + 15` of SHA-256.
#[inline(always)]
unsafe fn sha256_rounds<V: Vector<LANES>, const LANES: usize, const GROUP: usize>(
    state: [V; 8],
    w: &mut [V; 16],
) -> [V; 8] {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
    sixteen!(ROUND => {
        if GROUP > 0 {
            let (x, y) = (w[(ROUND + 1) % 16], w[(ROUND + 14) % 16]);
            let s0 = x.rotate::<25, 7>().xor3(x.rotate::<14, 18>(), x.shift_right::<3>());
            let s1 = y.rotate::<15, 17>().xor3(y.rotate::<13, 19>(), y.shift_right::<10>());
            w[ROUND] = w[ROUND].add(s0).add(w[(ROUND + 9) % 16].add(s1));
        }
        let s1 = e.rotate::<26, 6>().xor3(e.rotate::<21, 11>(), e.rotate::<7, 25>());
        let keyed = w[ROUND].add(V::splat(K[16 * GROUP + ROUND]));
        let t1 = h.add(s1).add(e.choose(f, g)).add(keyed);
        let s0 = a.rotate::<30, 2>().xor3(a.rotate::<19, 13>(), a.rotate::<10, 22>());
        let t2 = s0.add(a.majority(b, c));
        (h, g, f, e, d, c, b, a) = (g, f, e, d.add(t1), c, b, a, t1.add(t2));
    });
    [a, b, c, d, e, f, g, h]
}

/// SHA-256's compression of one block, whose words are `w`, in every lane.
#[inline(always)]
unsafe fn sha256_block<V: Vector<LANES>, const LANES: usize>(sum: &mut [V; 8], mut w: [V; 16]) {
    let s = sha256_rounds::<V, LANES, 0>(*sum, &mut w);
    let s = sha256_rounds::<V, LANES, 1>(s, &mut w);
    let s = sha256_rounds::<V, LANES, 2>(s, &mut w);
    let s = sha256_rounds::<V, LANES, 3>(s, &mut w);
    sum_up(sum, s);
}

/// SHA-256's compression of `blocks` blocks in every lane.
#[inline(always)]
pub unsafe fn sha256<V: Vector<LANES>, const LANES: usize>(
    state: &mut State<8, LANES>,
    from: &[*const u8; LANES],
    blocks: usize,
) {
    let mut sum = load::<V, 8, LANES>(state);
    for block in 0..blocks {
        let words = V::words(from, 64 * block);
        ahead::<V, LANES>(from, block);
        sha256_block(&mut sum, words);
    }
    store(state, sum);
}

/// SHA-1's compression of the same `blocks` blocks into every lane of each state.
#[inline(always)]
pub unsafe fn sha1_each<V: Vector<LANES>, const LANES: usize>(
    states: &mut [State<5, LANES>],
    from: &[*const u8; LANES],
    blocks: usize,
) {
    for block in 0..blocks {
        let words = V::words(from, 64 * block);
        ahead::<V, LANES>(from, block);
        sha1_block_each(states, words);
    }
}

/// Both compressions of the same `blocks` blocks in every lane.
#[inline(always)]
pub unsafe fn both<V: Vector<LANES>, const LANES: usize>(
    sha1: &mut State<5, LANES>,
    sha256: &mut State<8, LANES>,
    from: &[*const u8; LANES],
    blocks: usize,
) {
    let mut narrow = load::<V, 5, LANES>(sha1);
    let mut wide = load::<V, 8, LANES>(sha256);
    for block in 0..blocks {
        let words = V::words(from, 64 * block);
        ahead::<V, LANES>(from, block);
        sha1_block(&mut narrow, words);
        sha256_block(&mut wide, words);
    }
    store(sha1, narrow);
    store(sha256, wide);
}
