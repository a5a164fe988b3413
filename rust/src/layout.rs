//! Which bytes of which files make each piece.
//!
//! All files stand one after another in one stream of bytes, with zeros between them where pad
//! files (BEP 47) or piece alignment (BEP 52) ask for it; piece `n` begins at `n * piece_length`.
//!
//! One stream serves several piece lengths, each a divisor of the next: the work goes by the pieces
//! of the longest, and within each of these begin the pieces of the shorter ones.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

/// A v2 block: what one leaf of a file's tree stands for.
pub const BLOCK: u64 = 16 << 10;

/// More pieces than this make no torrent that anything could load.
const MOST_PIECES: u64 = 1 << 28;

/// A file as the caller describes it.
pub struct File {
    pub path: PathBuf,
    pub length: u64,
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
    pub files: Arc<Vec<File>>,
    /// All piece lengths, the shortest first.
    pub lengths: Vec<u64>,
    /// The longest of them.
    pub piece_length: u64,
    pub v1: bool,
    pub v2: bool,
    starts: Vec<u64>,
    end: u64,
    /// For each shorter length of an aligned stream, how many of its pieces stand before each file,
    /// and before the end.
    before: Vec<Vec<usize>>,
}

impl Layout {
    /// The layout, or a sentence that says why there cannot be one.
    ///
    /// `pads` are the zeros after each file in the v1 stream, for pieces of the longest length.
    pub fn new(
        files: Arc<Vec<File>>,
        pads: &[u64],
        lengths: &[u64],
        v1: bool,
        v2: bool,
    ) -> Result<Self, String> {
        if !v1 && !v2 {
            return Err("neither v1 nor v2 hashes are asked for".into());
        }
        if pads.len() != files.len() {
            return Err("there must be a pad, or 0, for each file".into());
        }
        let Some(&piece_length) = lengths.last() else {
            return Err("no piece length is asked for".into());
        };
        if let Some(length) = lengths
            .iter()
            .find(|length| **length == 0 || **length > 1 << 32)
        {
            return Err(format!("a piece length of {length} bytes is out of bounds"));
        }
        if let Some(length) = lengths
            .iter()
            .find(|length| v2 && (**length < BLOCK || !length.is_power_of_two()))
        {
            return Err(format!(
                "a v2 piece length is a power of two of at least {BLOCK} bytes, not {length}"
            ));
        }
        if !lengths.windows(2).all(|pair| {
            pair[0] < pair[1] && pair[1] % pair[0] == 0 && pair[0].is_multiple_of(BLOCK)
        }) {
            return Err(format!(
                "piece lengths of one stream are multiples of {BLOCK} bytes, each of the one before"
            ));
        }
        if lengths.len() > 1 && !v2 && pads.iter().any(|pad| *pad > 0) {
            return Err("pads that align nothing are for one piece length".into());
        }
        let mut layout = Self {
            starts: Vec::with_capacity(files.len()),
            files,
            lengths: lengths.to_vec(),
            piece_length,
            v1,
            v2,
            end: 0,
            before: vec![],
        };
        layout
            .place(pads)
            .ok_or("the files are longer than 2**63 bytes together")??;
        let shorter = &lengths[..lengths.len() - 1];
        if v2 {
            layout.before = shorter.iter().map(|length| layout.count(*length)).collect();
        }
        for (which, length) in lengths.iter().enumerate() {
            let whole = match layout.before.get(which) {
                Some(_) => layout.all(which) as u64,
                None => layout.end / length,
            };
            if whole >= MOST_PIECES {
                return Err(format!(
                    "pieces of {length} bytes are too many for so much content"
                ));
            }
        }
        Ok(layout)
    }

    /// Finds every file's start and the stream's end; nothing when a number overflows.
    fn place(&mut self, pads: &[u64]) -> Option<Result<(), String>> {
        let mut next = 0_u64;
        for (file, pad) in self.files.iter().zip(pads) {
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
                next = next.checked_add(*pad).filter(|end| *end < 1 << 63)?;
            }
        }
        self.end = next;
        Some(Ok(()))
    }

    /// How many pieces of this length, each of one file, stand before each file and before the end.
    fn count(&self, length: u64) -> Vec<usize> {
        let mut sum = 0;
        let counts = self.files.iter().map(|file| file.length.div_ceil(length));
        std::iter::once(0)
            .chain(counts.map(|count| {
                sum += count as usize;
                sum
            }))
            .collect()
    }

    /// The sum of the files' lengths.
    pub fn content(&self) -> u64 {
        self.files.iter().map(|file| file.length).sum()
    }

    /// How many pieces the stream has.
    pub fn pieces(&self) -> usize {
        self.end.div_ceil(self.piece_length) as usize
    }

    /// How many pieces of the length of this number there are.
    pub fn all(&self, which: usize) -> usize {
        match self.before.get(which).and_then(|before| before.last()) {
            Some(count) => *count,
            None => self.end.div_ceil(self.lengths[which]) as usize,
        }
    }

    /// Which pieces of the length of this number a piece is made of: none for one of pads alone, but
    /// for those of the longest length.
    pub fn parts(&self, which: usize, piece: usize) -> Range<usize> {
        let Range { start, end } = self.piece(piece);
        let length = self.lengths[which];
        let Some(before) = self.before.get(which) else {
            return (start / length) as usize..end.div_ceil(length) as usize;
        };
        match self.spans(start..end).next() {
            Some(span) => {
                let first = before[span.file] + (span.offset / length) as usize;
                first..first + span.length.div_ceil(length) as usize
            }
            None => 0..0,
        }
    }

    /// Where the piece stands in the stream; the last may be short.
    pub fn piece(&self, number: usize) -> Range<u64> {
        let start = number as u64 * self.piece_length;
        start..(start + self.piece_length).min(self.end)
    }

    /// The pieces of the shortest length that hold the bytes of a file of the aligned stream.
    pub fn pieces_of(&self, file: usize) -> Range<usize> {
        if let Some(before) = self.before.first() {
            return before[file]..before[file + 1];
        }
        let first = (self.starts[file] / self.piece_length) as usize;
        first..first + self.files[file].length.div_ceil(self.piece_length) as usize
    }

    /// How many leaves the tree over the file's piece of the shortest length has: a whole piece's,
    /// or, for a file not longer than one piece, the next power of two.
    pub fn leaves(&self, file: usize) -> u64 {
        let length = self.files[file].length.min(self.lengths[0]);
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
        layout_of(files, &[BLOCK], v1, v2)
    }

    fn layout_of(
        files: &[(u64, u64)],
        lengths: &[u64],
        v1: bool,
        v2: bool,
    ) -> Result<Layout, String> {
        let (lengths_of, pads): (Vec<_>, Vec<_>) = files.iter().copied().unzip();
        let file = |length| File {
            path: "f".into(),
            length,
        };
        let files = Arc::new(lengths_of.into_iter().map(file).collect());
        Layout::new(files, &pads, lengths, v1, v2)
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
    fn a_piece_of_a_plain_stream_is_made_of_shorter_ones() {
        let files = [(BLOCK + 10, 0), (4 * BLOCK, 0)];
        let layout = layout_of(&files, &[BLOCK, 4 * BLOCK], true, false).unwrap();
        assert_eq!((layout.pieces(), layout.all(0), layout.all(1)), (2, 6, 2));
        assert_eq!((layout.parts(0, 0), layout.parts(0, 1)), (0..4, 4..6));
        assert_eq!((layout.parts(1, 0), layout.parts(1, 1)), (0..1, 1..2));
    }

    #[test]
    fn shorter_pieces_of_an_aligned_stream_are_those_with_content() {
        let files = [(BLOCK + 10, 3 * BLOCK - 10), (0, 0), (5 * BLOCK, 3 * BLOCK)];
        let layout = layout_of(&files, &[BLOCK, 4 * BLOCK], true, true).unwrap();
        assert_eq!((layout.pieces(), layout.all(0), layout.all(1)), (3, 7, 3));
        let parts: Vec<_> = (0..3).map(|piece| layout.parts(0, piece)).collect();
        assert_eq!(parts, [0..2, 2..6, 6..7]);
        assert_eq!(
            (
                layout.pieces_of(0),
                layout.pieces_of(1),
                layout.pieces_of(2)
            ),
            (0..2, 2..2, 2..7)
        );
    }

    #[test]
    fn lengths_of_one_stream_divide_each_other() {
        let one = [(BLOCK, 0)];
        for lengths in [
            &[][..],
            &[0],
            &[BLOCK, BLOCK],
            &[2 * BLOCK, BLOCK],
            &[2 * BLOCK, 3 * BLOCK],
            &[100, 200],
        ] {
            assert!(
                layout_of(&one, lengths, true, false).is_err(),
                "{lengths:?}"
            );
        }
        assert!(layout_of(&one, &[BLOCK, 3 * BLOCK], true, false).is_ok());
        assert!(layout_of(&one, &[BLOCK, 3 * BLOCK], true, true).is_err());
        assert!(layout_of(&[(BLOCK, 1)], &[BLOCK, 2 * BLOCK], true, false).is_err());
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
