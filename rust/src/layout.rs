//! Which bytes of which files make each piece.
//!
//! All files stand one after another in one stream of bytes, with zeros between them where pad
//! files (BEP 47) or piece alignment (BEP 52) ask for it; piece `n` begins at `n * piece_length`.

use std::ops::Range;
use std::path::PathBuf;

/// A v2 block: what one leaf of a file's tree stands for.
pub const BLOCK: u64 = 16 << 10;

/// More pieces than this make no torrent that anything could load.
const MOST_PIECES: u64 = 1 << 28;

/// A file as the caller describes it.
pub struct File {
    pub path: PathBuf,
    pub length: u64,
    /// Zeros after it in the v1 stream.
    pub pad_after: u64,
}

/// A part of a file, and where it stands in the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub file: usize,
    pub offset: u64,
    pub length: u64,
    pub at: u64,
}

/// The stream that the files make.
pub struct Layout {
    pub files: Vec<File>,
    pub piece_length: u64,
    pub v1: bool,
    pub v2: bool,
    starts: Vec<u64>,
    end: u64,
}

impl Layout {
    /// The layout, or a sentence that says why there cannot be one.
    pub fn new(files: Vec<File>, piece_length: u64, v1: bool, v2: bool) -> Result<Self, String> {
        if !v1 && !v2 {
            return Err("neither v1 nor v2 hashes are asked for".into());
        }
        if piece_length == 0 || piece_length > 1 << 32 {
            return Err(format!(
                "a piece length of {piece_length} bytes is out of bounds"
            ));
        }
        if v2 && (piece_length < BLOCK || !piece_length.is_power_of_two()) {
            return Err(format!(
                "a v2 piece length is a power of two of at least {BLOCK} bytes, not {piece_length}"
            ));
        }
        let mut layout = Self {
            starts: Vec::with_capacity(files.len()),
            files,
            piece_length,
            v1,
            v2,
            end: 0,
        };
        layout
            .place()
            .ok_or("the files are longer than 2**63 bytes together")??;
        if layout.end / piece_length >= MOST_PIECES {
            return Err(format!(
                "pieces of {piece_length} bytes are too many for so much content"
            ));
        }
        Ok(layout)
    }

    /// Finds every file's start and the stream's end; nothing when a number overflows.
    fn place(&mut self) -> Option<Result<(), String>> {
        let mut next = 0_u64;
        for file in &self.files {
            if self.v2 && !self.v1 {
                next = next.checked_next_multiple_of(self.piece_length)?;
            }
            if self.v2 && file.length > 0 && !next.is_multiple_of(self.piece_length) {
                let path = file.path.display();
                return Some(Err(format!(
                    "{path} does not begin at a piece: pads are missing"
                )));
            }
            self.starts.push(next);
            next = next.checked_add(file.length).filter(|end| *end < 1 << 63)?;
            if self.v1 {
                next = next
                    .checked_add(file.pad_after)
                    .filter(|end| *end < 1 << 63)?;
            }
        }
        self.end = next;
        Some(Ok(()))
    }

    /// The sum of the files' lengths.
    pub fn content(&self) -> u64 {
        self.files.iter().map(|file| file.length).sum()
    }

    /// How many pieces the stream has.
    pub fn pieces(&self) -> usize {
        self.end.div_ceil(self.piece_length) as usize
    }

    /// Where the piece stands in the stream; the last may be short.
    pub fn piece(&self, number: usize) -> Range<u64> {
        let start = number as u64 * self.piece_length;
        start..(start + self.piece_length).min(self.end)
    }

    /// The pieces of the aligned stream that hold the file's bytes.
    pub fn pieces_of(&self, file: usize) -> Range<usize> {
        let first = (self.starts[file] / self.piece_length) as usize;
        first..first + self.files[file].length.div_ceil(self.piece_length) as usize
    }

    /// How many leaves the tree over the file's piece has: a whole piece's, or, for a file not
    /// longer than one piece, the next power of two.
    pub fn leaves(&self, file: usize) -> u64 {
        let length = self.files[file].length.min(self.piece_length);
        length.div_ceil(BLOCK).next_power_of_two()
    }

    /// The parts of files within the range of the stream, in order; the rest of it is zeros.
    pub fn spans(&self, range: Range<u64>) -> impl Iterator<Item = Span> + '_ {
        let ends = |file: usize| self.starts[file] + self.files[file].length;
        let mut low = 0;
        let mut high = self.files.len();
        while low < high {
            let middle = (low + high) / 2;
            if ends(middle) <= range.start {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low..self.files.len())
            .take_while(move |file| self.starts[*file] < range.end)
            .filter(|file| self.files[*file].length > 0)
            .map(move |file| {
                let at = self.starts[file].max(range.start);
                let length = ends(file).min(range.end) - at;
                Span {
                    file,
                    offset: at - self.starts[file],
                    length,
                    at,
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(files: &[(u64, u64)], v1: bool, v2: bool) -> Result<Layout, String> {
        let file = |&(length, pad_after)| File {
            path: "f".into(),
            length,
            pad_after,
        };
        Layout::new(files.iter().map(file).collect(), BLOCK, v1, v2)
    }

    fn spans(layout: &Layout, piece: usize) -> Vec<(usize, u64, u64)> {
        layout
            .spans(layout.piece(piece))
            .map(|s| (s.file, s.offset, s.length))
            .collect()
    }

    #[test]
    fn v1_pieces_straddle_files() {
        let layout = layout(&[(10, 0), (0, 0), (BLOCK, 0)], true, false).unwrap();
        assert_eq!(layout.pieces(), 2);
        assert_eq!(spans(&layout, 0), [(0, 0, 10), (2, 0, BLOCK - 10)]);
        assert_eq!(spans(&layout, 1), [(2, BLOCK - 10, 10)]);
        assert_eq!(layout.piece(1), BLOCK..BLOCK + 10);
    }

    #[test]
    fn v2_files_begin_at_a_piece() {
        let layout = layout(&[(10, 0), (0, 0), (BLOCK + 1, 0)], false, true).unwrap();
        assert_eq!(layout.pieces(), 3);
        assert_eq!(spans(&layout, 0), [(0, 0, 10)]);
        assert_eq!(layout.pieces_of(2), 1..3);
        assert_eq!(layout.pieces_of(1).len(), 0);
    }

    #[test]
    fn hybrid_files_need_their_pads() {
        assert!(layout(&[(10, BLOCK - 10), (1, 0)], true, true).is_ok());
        assert!(layout(&[(10, 0), (1, 0)], true, true).is_err());
        assert!(layout(&[(10, 0), (0, 0)], true, true).is_ok());
    }

    #[test]
    fn sums_past_all_bounds_are_refused() {
        assert!(layout(&[(u64::MAX, 0)], true, false).is_err());
        assert!(layout(&[(1, u64::MAX)], true, false).is_err());
        assert!(layout(&[(MOST_PIECES * BLOCK - 1, 0)], true, false).is_ok());
        assert!(layout(&[(MOST_PIECES * BLOCK, 0)], true, false).is_err());
        assert!(layout(&[(1 << 62, 0), (1 << 62, 0)], false, true).is_err());
    }
}
