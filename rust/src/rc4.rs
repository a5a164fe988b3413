//! RC4, which message stream encryption runs over (RFC 6229 has its test vectors). It keeps no secret
//! today, and is here for clients that answer nothing else.

/// Bytes of the longest key.
pub const LONGEST_KEY: usize = 256;

/// A key stream, and how far it has been used.
pub struct Rc4 {
    state: [u8; 256],
    i: u8,
    j: u8,
}

impl Rc4 {
    /// The stream of a key, from its first byte; None for a key that is empty or too long.
    pub fn new(key: &[u8]) -> Option<Self> {
        if key.is_empty() || key.len() > LONGEST_KEY {
            return None;
        }
        let mut state: [u8; 256] = std::array::from_fn(|at| at as u8);
        let mut j = 0u8;
        for i in 0..256 {
            j = j.wrapping_add(state[i]).wrapping_add(key[i % key.len()]);
            state.swap(i, j.into());
        }
        Some(Self { state, i: 0, j: 0 })
    }

    /// Writes `data` over `out`, of the same length, each byte with the next one of the stream.
    pub fn crypt(&mut self, data: &[u8], out: &mut [u8]) {
        let (mut i, mut j) = (self.i, self.j);
        for (from, to) in data.iter().zip(out) {
            i = i.wrapping_add(1);
            let one = self.state[usize::from(i)];
            j = j.wrapping_add(one);
            let other = self.state[usize::from(j)];
            self.state[usize::from(i)] = other;
            self.state[usize::from(j)] = one;
            *to = from ^ self.state[usize::from(one.wrapping_add(other))];
        }
        (self.i, self.j) = (i, j);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(key: &[u8], length: usize) -> Vec<u8> {
        let mut out = vec![0; length];
        Rc4::new(key).unwrap().crypt(&vec![0; length], &mut out);
        out
    }

    #[test]
    fn it_gives_the_streams_of_rfc_6229() {
        let of_40_bits = stream(&[1, 2, 3, 4, 5], 4112);
        assert_eq!(of_40_bits[..4], [0xb2, 0x39, 0x63, 0x05]);
        assert_eq!(of_40_bits[4096..4100], [0xff, 0x25, 0xb5, 0x89]);
        let of_128_bits = stream(&std::array::from_fn::<u8, 16, _>(|at| at as u8 + 1), 1040);
        assert_eq!(of_128_bits[..4], [0x9a, 0xc7, 0xcc, 0x9a]);
        assert_eq!(of_128_bits[1024..1028], [0xbd, 0xf0, 0x32, 0x4e]);
    }

    #[test]
    fn it_goes_on_where_it_was_left() {
        let whole = stream(b"Key", 100);
        let mut cipher = Rc4::new(b"Key").unwrap();
        let mut parts = vec![0; 100];
        let (first, rest) = parts.split_at_mut(33);
        cipher.crypt(&[0; 33], first);
        cipher.crypt(&[0; 67], rest);
        assert_eq!(parts, whole);
    }

    #[test]
    fn a_key_has_one_to_256_bytes() {
        assert!(Rc4::new(&[]).is_none());
        assert!(Rc4::new(&[0; LONGEST_KEY]).is_some());
        assert!(Rc4::new(&[0; LONGEST_KEY + 1]).is_none());
    }
}
