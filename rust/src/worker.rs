//! One thread's work on a stream: pieces cut into chunks, batches of chunks that fill the lanes, their
//! hashes.

use std::ops::Range;
use std::rc::Rc;

use crate::chains::Chains;
use crate::lanes::bytes;
use crate::layout::{Layout, BLOCK};
use crate::mapping::Mapping;
use crate::merkle::{self, Hash, Tree};
use crate::pipeline::{Job, Stream};
use crate::source::{ReadError, Source};

/// About how many bytes are read before they are hashed: they must stay in a core's cache, all the
/// more when two hashes need them one after the other.
const BATCH: u64 = 1 << 20;
const BATCH_TWICE: u64 = 16 * BLOCK;

/// A chunk of v2 alone, and how many of them a batch has at most: small files give small chunks.
const ROW_CHUNK: u64 = 4 * BLOCK;
const ROW_SLOTS: usize = 32;

/// Parts of files below this, or below a sixteenth of the unit, are read and not mapped: mapping
/// costs more than it saves, and every mapping is an open file.
const LEAST_MAPPED: u64 = 1 << 20;
const MOST_MAPPED: u64 = 16;

/// Where a chunk's bytes are.
enum Place {
    /// At this offset of the file of this window.
    Window(usize, u64),
    /// In this slot of the buffer.
    Slot(usize),
    /// Nowhere: they are zeros.
    Zeros,
}

/// Bytes of one piece that are hashed in one go.
struct Chunk {
    /// The piece's place among those worked on.
    piece: usize,
    place: Place,
    length: usize,
    /// How many of the bytes are a file's; in v2, the rest are zeros that no leaf covers.
    content: usize,
}

/// A part of a file that is read as memory.
struct Window {
    source: Source,
    mapping: Mapping,
}

/// One thread's buffers and open files for one stream.
pub struct Worker<'a> {
    job: &'a Job,
    stream: &'a Stream,
    layout: &'a Layout,
    chunk: u64,
    slots: Vec<Vec<u8>>,
    zeros: Vec<u8>,
    windows: Vec<Window>,
    /// The file that each of the columns read side by side has reached.
    reached: Vec<Option<Rc<Source>>>,
}

impl<'a> Worker<'a> {
    pub fn new(job: &'a Job, stream: &'a Stream) -> Self {
        let layout = &stream.layout;
        let at_once = job.lanes.at_once().is_some() && layout.lengths.len() == 1;
        let batch = if layout.v2 && !at_once {
            BATCH_TWICE
        } else {
            BATCH
        };
        let (chunk, slots) = if layout.v1 {
            let chunk = (batch / stream.group as u64).next_multiple_of(BLOCK);
            (chunk.min(layout.lengths[0]), stream.group)
        } else {
            (ROW_CHUNK, ROW_SLOTS)
        };
        Self {
            job,
            stream,
            layout,
            chunk,
            slots: vec![vec![]; slots],
            zeros: vec![0; chunk as usize],
            windows: vec![],
            reached: vec![None; stream.group],
        }
    }

    /// Hashes the pieces, unless the job is stopped.
    pub fn work(&mut self, pieces: Range<usize>) -> Result<(), ReadError> {
        self.prepare(&pieces)?;
        if self.layout.v1 {
            for first in pieces.clone().step_by(self.stream.group) {
                self.columns(first..(first + self.stream.group).min(pieces.end))?;
            }
        } else {
            self.rows(pieces)?;
        }
        self.close()
    }

    /// Brings the large parts of files that the pieces are made of into memory, and maps them.
    fn prepare(&mut self, pieces: &Range<usize>) -> Result<(), ReadError> {
        let start = self.layout.piece(pieces.start).start;
        let end = self.layout.piece(pieces.end - 1).end;
        let least = LEAST_MAPPED.max((end - start) / MOST_MAPPED);
        let Job { sources, turn, .. } = self.job;
        for span in self
            .layout
            .spans(start..end)
            .filter(|span| span.length >= least)
        {
            let source = sources.open(span.file)?;
            let part = span.offset..span.offset + span.length;
            sources.warm(&source, part.clone(), turn, || self.job.stopped())?;
            let mapping = if self.job.guarded {
                sources.map(&source, part)
            } else {
                None
            };
            if let Some(mapping) = mapping {
                self.windows.push(Window { source, mapping });
            }
        }
        Ok(())
    }

    /// Hashes pieces side by side, a chunk of each in turn.
    fn columns(&mut self, pieces: Range<usize>) -> Result<(), ReadError> {
        let ranges: Vec<_> = pieces
            .clone()
            .map(|piece| self.layout.piece(piece))
            .collect();
        let sizes = ranges.iter().map(|range| range.end - range.start).collect();
        let mut chains = Chains::new(&self.job.lanes.sha1, &self.layout.lengths, sizes);
        let mut leaves = vec![vec![]; ranges.len()];
        for stretch in chains.stretches() {
            for offset in stretch.clone().step_by(self.chunk as usize) {
                let end = (offset + self.chunk).min(stretch.end);
                let mut batch = Vec::with_capacity(ranges.len());
                for (piece, range) in ranges.iter().enumerate() {
                    let start = range.start + offset;
                    if start < range.end {
                        let end = (range.start + end).min(range.end);
                        batch.push(self.read(start..end, piece, piece, piece)?);
                    }
                }
                self.feed(&mut chains, &batch, &mut leaves);
                if !self.account(&batch)? {
                    return Ok(());
                }
            }
            chains.turn();
        }
        self.stream.keep(
            pieces.clone(),
            chains.digests(),
            &self.nodes(&pieces, leaves),
        );
        Ok(())
    }

    /// Feeds a chunk of each of the pieces that go on to their chains and, in v2, to their leaves.
    fn feed(&self, chains: &mut Chains, batch: &[Chunk], leaves: &mut [Vec<Hash>]) {
        let mut heads = vec![&[][..]; leaves.len()];
        for chunk in batch {
            let (head, tail) = self.bytes(chunk).split_at(chunk.length & !63);
            heads[chunk.piece] = head;
            chains.end(chunk.piece, tail);
        }
        let is_even = self.layout.v2 && self.is_even(batch, leaves.len());
        if let (true, Some(states)) = (is_even, chains.only()) {
            for block in (0..heads[0].len()).step_by(BLOCK as usize) {
                let blocks: Vec<_> = heads
                    .iter()
                    .map(|head| &head[block..block + BLOCK as usize])
                    .collect();
                let digests = self.job.lanes.both(states, &blocks);
                for (leaves, digest) in leaves.iter_mut().zip(digests) {
                    leaves.push(bytes(&digest));
                }
            }
            return;
        }
        chains.feed(&heads);
        if self.layout.v2 {
            self.leaves(batch, leaves);
        }
    }

    /// Hashes the pieces' blocks in the order they have on the disk.
    fn rows(&mut self, pieces: Range<usize>) -> Result<(), ReadError> {
        let mut leaves = vec![vec![]; pieces.len()];
        let mut batch: Vec<Chunk> = vec![];
        let mut size = 0;
        for (piece, number) in pieces.clone().enumerate() {
            let Some(span) = self.layout.spans(self.layout.piece(number)).next() else {
                continue;
            };
            let end = span.at + span.length;
            for start in (span.at..end).step_by(self.chunk as usize) {
                let chunk =
                    self.read(start..(start + self.chunk).min(end), piece, 0, batch.len())?;
                size += chunk.length as u64;
                batch.push(chunk);
                if size >= BATCH || batch.len() == self.slots.len() {
                    self.leaves(&batch, &mut leaves);
                    if !self.account(&batch)? {
                        return Ok(());
                    }
                    batch.clear();
                    size = 0;
                }
            }
        }
        self.leaves(&batch, &mut leaves);
        self.account(&batch)?;
        let nodes = self.nodes(&pieces, leaves);
        self.stream.keep(pieces, vec![], &nodes);
        Ok(())
    }

    /// The stream's range as a chunk, read into the slot unless it is in memory already.
    fn read(
        &mut self,
        range: Range<u64>,
        piece: usize,
        column: usize,
        slot: usize,
    ) -> Result<Chunk, ReadError> {
        let layout = self.layout;
        let length = (range.end - range.start) as usize;
        let mut content = 0;
        let mut filled = 0;
        for span in layout.spans(range.clone()) {
            let window = self
                .windows
                .binary_search_by_key(&span.file, |window| window.source.number);
            content += span.length as usize;
            if let (Ok(window), true) = (&window, content == length && filled == 0) {
                return Ok(Chunk {
                    piece,
                    place: Place::Window(*window, span.offset),
                    length,
                    content,
                });
            }
            // The slot leaves the worker while a source is looked for.
            let mut bytes = std::mem::take(&mut self.slots[slot]);
            bytes.resize(self.chunk as usize, 0);
            let from = (span.at - range.start) as usize;
            bytes[filled..from].fill(0);
            filled = from + span.length as usize;
            let part = &mut bytes[from..filled];
            if let Ok(window) = window {
                let offsets = span.offset..span.offset + span.length;
                part.copy_from_slice(self.windows[window].mapping.bytes(offsets));
            } else {
                let source = self.source(column, span.file)?;
                self.job.sources.read(&source, span.offset, part)?;
            }
            self.slots[slot] = bytes;
        }
        if content == 0 {
            return Ok(Chunk {
                piece,
                place: Place::Zeros,
                length,
                content,
            });
        }
        self.slots[slot][filled..length].fill(0);
        Ok(Chunk {
            piece,
            place: Place::Slot(slot),
            length,
            content,
        })
    }

    fn bytes(&self, chunk: &Chunk) -> &[u8] {
        match chunk.place {
            Place::Window(window, offset) => self.windows[window]
                .mapping
                .bytes(offset..offset + chunk.length as u64),
            Place::Slot(slot) => &self.slots[slot][..chunk.length],
            Place::Zeros => &self.zeros[..chunk.length],
        }
    }

    /// The file, open: as the column or a neighbour has it already, or anew.
    fn source(&mut self, column: usize, file: usize) -> Result<Rc<Source>, ReadError> {
        let has = |source: &&Rc<Source>| source.number == file;
        if let Some(source) = self.reached[column].as_ref().filter(has) {
            return Ok(source.clone());
        }
        let source = match self.reached.iter().flatten().find(has) {
            Some(source) => source.clone(),
            None => Rc::new(self.job.sources.open(file)?),
        };
        self.leave(column)?;
        self.reached[column] = Some(source.clone());
        Ok(source)
    }

    /// Lets go of the column's file, after a last look when nobody else reads it.
    fn leave(&mut self, column: usize) -> Result<(), ReadError> {
        match self.reached[column].take().map(Rc::try_unwrap) {
            Some(Ok(last)) => self.job.sources.close(&last),
            _ => Ok(()),
        }
    }

    /// Lets go of all files, after a last look at each.
    fn close(&mut self) -> Result<(), ReadError> {
        for column in 0..self.reached.len() {
            self.leave(column)?;
        }
        for window in self.windows.drain(..) {
            self.job.sources.close(&window.source)?;
        }
        Ok(())
    }

    /// Whether the batch is as many whole blocks of content of each of so many pieces.
    fn is_even(&self, batch: &[Chunk], pieces: usize) -> bool {
        let whole = batch.first().map_or(0, |chunk| chunk.length);
        batch.len() == pieces
            && whole.is_multiple_of(BLOCK as usize)
            && batch
                .iter()
                .all(|chunk| (chunk.length, chunk.content) == (whole, whole))
    }

    /// Adds the hashes of the chunks' blocks to those of their pieces.
    fn leaves(&self, batch: &[Chunk], leaves: &mut [Vec<Hash>]) {
        let blocks = |chunk| self.bytes(chunk)[..chunk.content].chunks(BLOCK as usize);
        let messages: Vec<_> = batch.iter().flat_map(blocks).collect();
        let mut digests = self.job.lanes.sha256.many(&messages).into_iter();
        for chunk in batch {
            let count = chunk.content.div_ceil(BLOCK as usize);
            leaves[chunk.piece].extend(digests.by_ref().take(count).map(|digest| bytes(&digest)));
        }
    }

    /// The node over each piece of the shortest length, from the leaves of those of the longest; a
    /// piece of pads alone has nothing for a node.
    fn nodes(&self, pieces: &Range<usize>, leaves: Vec<Vec<Hash>>) -> Vec<Hash> {
        if !self.layout.v2 {
            return vec![];
        }
        let leaves_each = (self.layout.lengths[0] / BLOCK) as usize;
        let mut trees = vec![];
        for (piece, leaves) in pieces.clone().zip(leaves) {
            match self.layout.spans(self.layout.piece(piece)).next() {
                Some(span) => {
                    let width = self.layout.leaves(span.file);
                    let nodes = leaves.chunks(leaves_each).map(<[Hash]>::to_vec);
                    trees.extend(nodes.map(|nodes| Tree { nodes, width }));
                }
                None if self.layout.parts(0, piece).is_empty() => {}
                None => trees.push(Tree {
                    nodes: vec![merkle::NO_BLOCK],
                    width: 1,
                }),
            }
        }
        merkle::roots(&self.job.lanes.sha256, trees, merkle::NO_BLOCK)
    }

    /// Counts the batch as hashed, when all of it was readable; whether to go on.
    fn account(&self, batch: &[Chunk]) -> Result<bool, ReadError> {
        for window in &self.windows {
            self.job
                .sources
                .check_mapping(&window.source, &window.mapping)?;
        }
        self.job
            .advance(batch.iter().map(|chunk| chunk.content as u64).sum());
        Ok(!self.job.stopped())
    }
}
