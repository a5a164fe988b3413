//! The work on one set of files: units of pieces, the threads that take them, and what they report.

use std::ops::Range;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::lanes::{Hasher, Lanes};
use crate::layout::{File, Layout, BLOCK};
use crate::mapping::Guard;
use crate::merkle::{self, Hash, Tree};
use crate::source::{ReadError, Reading, Sources};
use crate::worker::Worker;

/// About how many bytes a unit has where pieces are small: enough that opening and mapping cost
/// little, few enough that the threads end together.
const UNIT: u64 = 16 << 20;

/// More threads than this wait for memory, and hold open too many files at once.
const MOST_WORKERS: usize = 16;

/// Everything there is to know about the content.
pub struct Hashes {
    /// The SHA-1 of every v1 piece.
    pub pieces: Vec<[u8; 20]>,
    /// The root of every file's tree; nothing for an empty file.
    pub roots: Vec<Option<Hash>>,
    /// The piece layer of every file longer than one piece; empty for the others.
    pub layers: Vec<Vec<Hash>>,
    pub bytes_hashed: u64,
}

/// Why there are no hashes.
pub enum Failure {
    Read(ReadError),
    /// A thread panicked or could not be started.
    Broken(String),
}

/// A stream to be hashed, and what came of it so far.
pub struct Stream {
    pub layout: Layout,
    /// How many v1 pieces are hashed side by side.
    pub group: usize,
    unit: usize,
    found: Mutex<Found>,
}

/// By piece length the v1 hashes, and the nodes over the pieces of the shortest.
#[derive(Default)]
struct Found {
    pieces: Vec<Vec<[u8; 20]>>,
    nodes: Vec<Hash>,
}

impl Stream {
    fn new(layout: Layout, lanes: usize, workers: usize) -> Self {
        let (group, unit) = divide(&layout, layout.content(), lanes, workers);
        let all = |which| layout.all(which);
        let lengths = 0..layout.lengths.len();
        let found = Found {
            pieces: match layout.v1 {
                true => lengths.map(|which| vec![[0; 20]; all(which)]).collect(),
                false => vec![],
            },
            nodes: vec![merkle::NO_BLOCK; if layout.v2 { all(0) } else { 0 }],
        };
        Self {
            layout,
            group,
            unit,
            found: Mutex::new(found),
        }
    }

    /// Takes in what came of the pieces: by length and piece the v1 hashes, and all nodes in order.
    pub fn keep(&self, pieces: Range<usize>, v1: Vec<Vec<Vec<[u8; 20]>>>, nodes: &[Hash]) {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        for (which, digests) in v1.into_iter().enumerate() {
            for (piece, digests) in pieces.clone().zip(digests) {
                let parts = self.layout.parts(which, piece);
                let count = parts.len();
                found.pieces[which][parts].copy_from_slice(&digests[..count]);
            }
        }
        if self.layout.v2 {
            let mut parts = pieces.map(|piece| self.layout.parts(0, piece));
            if let Some(Range { start, .. }) = parts.find(|parts| !parts.is_empty()) {
                found.nodes[start..start + nodes.len()].copy_from_slice(nodes);
            }
        }
    }

    /// The hashes for each of the piece lengths.
    fn hashes(&self, sha256: &Hasher<8>) -> Vec<Hashes> {
        let found = std::mem::take(&mut *self.found.lock().unwrap_or_else(PoisonError::into_inner));
        let lengths = self.layout.lengths.len();
        let mut pieces = found.pieces;
        pieces.resize(lengths, vec![]);
        let (roots, layers) = match self.layout.v2 {
            true => self.trees(sha256, &found.nodes),
            false => (vec![], vec![vec![]; lengths]),
        };
        pieces
            .into_iter()
            .zip(layers)
            .map(|(pieces, layers)| Hashes {
                pieces,
                roots: roots.clone(),
                layers,
                bytes_hashed: self.layout.content(),
            })
            .collect()
    }

    /// Every file's root, and by length its piece layer, from the nodes over the shortest pieces.
    fn trees(
        &self,
        sha256: &Hasher<8>,
        nodes: &[Hash],
    ) -> (Vec<Option<Hash>>, Vec<Vec<Vec<Hash>>>) {
        let shortest = self.layout.lengths[0];
        let filler = merkle::filler(sha256, shortest / BLOCK);
        let files = || (0..self.layout.files.len()).map(|file| &nodes[self.layout.pieces_of(file)]);
        let tall = |least: u64, width: Option<usize>| {
            let rows = files().filter(move |row| row.len() as u64 > least);
            rows.flat_map(move |row| {
                let width = width.unwrap_or_else(|| row.len().next_power_of_two());
                row.chunks(width).map(move |nodes| Tree {
                    nodes: nodes.to_vec(),
                    width: width as u64,
                })
            })
            .collect()
        };
        let mut raised = merkle::roots(sha256, tall(1, None), filler).into_iter();
        let roots = files().map(|row| match row {
            [] => None,
            [only] => Some(*only),
            _ => raised.next(),
        });
        let roots = roots.collect();
        let layers = self.layout.lengths.iter().map(|length| {
            let width = length / shortest;
            let mut row =
                merkle::roots(sha256, tall(width, Some(width as usize)), filler).into_iter();
            files()
                .map(|nodes| match nodes.len() as u64 > width {
                    true => row
                        .by_ref()
                        .take(nodes.len().div_ceil(width as usize))
                        .collect(),
                    false => vec![],
                })
                .collect()
        });
        (roots, layers.collect())
    }
}

/// Some pieces of a stream, which one thread hashes.
struct Unit {
    stream: usize,
    pieces: Range<usize>,
}

/// What the threads share.
pub struct Job {
    pub streams: Vec<Stream>,
    pub sources: Sources,
    pub lanes: Lanes,
    /// Whether mappings may be read.
    pub guarded: bool,
    /// Held by the thread whose turn it is to read from the disk.
    pub turn: Mutex<()>,
    units: Vec<Unit>,
    next_unit: AtomicUsize,
    next_empty: AtomicUsize,
    empty: Vec<usize>,
    done: AtomicU64,
    stopped: AtomicBool,
    outcome: Mutex<Outcome>,
    ended: Condvar,
    _guard: Option<Guard>,
}

struct Outcome {
    running: usize,
    failure: Option<Failure>,
}

impl Job {
    /// The job, with its threads at work; `workers` of 0 is as many as there are processors.
    ///
    /// All streams are of the same files, and are hashed side by side, so that what one of them has
    /// brought into memory is there for the others.
    pub fn start(
        files: &Arc<Vec<File>>,
        layouts: Vec<Layout>,
        lanes: Lanes,
        workers: usize,
        reading: Reading,
        may_be_longer: bool,
    ) -> Arc<Self> {
        let pieces: usize = layouts.iter().map(Layout::pieces).sum();
        let workers = match workers {
            0 => thread::available_parallelism()
                .map_or(1, usize::from)
                .min(MOST_WORKERS),
            asked => asked,
        }
        .clamp(1, pieces.max(1));

        let streams: Vec<Stream> = layouts
            .into_iter()
            .map(|layout| Stream::new(layout, lanes.sha1.lanes, workers))
            .collect();
        let guard = if reading == Reading::Positional {
            None
        } else {
            Guard::new()
        };
        let job = Arc::new(Self {
            units: units(files, &streams),
            streams,
            sources: Sources::new(files.clone(), reading, may_be_longer),
            lanes,
            guarded: guard.is_some(),
            turn: Mutex::new(()),
            next_unit: AtomicUsize::new(0),
            next_empty: AtomicUsize::new(0),
            empty: (0..files.len())
                .filter(|file| files[*file].length == 0 && files[*file].path != Path::new(""))
                .collect(),
            done: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            outcome: Mutex::new(Outcome {
                running: 0,
                failure: None,
            }),
            ended: Condvar::new(),
            _guard: guard,
        });
        for _ in 0..workers {
            job.outcome().running += 1;
            let shared = job.clone();
            let name = "seedwright-hash".to_owned();
            if let Err(error) = thread::Builder::new()
                .name(name)
                .spawn(move || shared.live())
            {
                job.leave(Err(Failure::Broken(format!(
                    "no thread can be started: {error}"
                ))));
            }
        }
        job
    }

    /// One thread's life.
    fn live(&self) {
        let worked = catch_unwind(AssertUnwindSafe(|| self.work()));
        self.leave(match worked {
            Ok(result) => result.map_err(Failure::Read),
            Err(_) => Err(Failure::Broken("a hashing thread panicked".to_owned())),
        });
    }

    /// Works until there is no more to do, or the job is stopped.
    fn work(&self) -> Result<(), ReadError> {
        let mut workers: Vec<_> = self
            .streams
            .iter()
            .map(|stream| Worker::new(self, stream))
            .collect();
        while let Some(unit) = self.next(&self.next_unit, &self.units) {
            workers[unit.stream].work(unit.pieces.clone())?;
        }
        // An empty file is in no piece but must be there.
        while let Some(file) = self.next(&self.next_empty, &self.empty) {
            self.sources.open(*file)?;
        }
        Ok(())
    }

    /// The next of these that no thread has taken, until the job is stopped.
    fn next<'a, T>(&self, taken: &AtomicUsize, all: &'a [T]) -> Option<&'a T> {
        let number = taken.fetch_add(1, Ordering::Relaxed);
        all.get(number).filter(|_| !self.stopped())
    }

    fn leave(&self, result: Result<(), Failure>) {
        let mut outcome = self.outcome();
        if let Err(failure) = result {
            self.stop();
            outcome.failure.get_or_insert(failure);
        }
        outcome.running -= 1;
        if outcome.running == 0 {
            self.ended.notify_all();
        }
    }

    fn outcome(&self) -> MutexGuard<'_, Outcome> {
        self.outcome.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts bytes of files that have been hashed.
    pub fn advance(&self, bytes: u64) {
        self.done.fetch_add(bytes, Ordering::Relaxed);
    }

    /// How many bytes of the files have been hashed, as far as all streams have come together.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed) / self.streams.len().max(1) as u64
    }

    /// Tells the threads to end soon.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Whether all threads have ended, after waiting for that no longer than told.
    pub fn wait(&self, longest: Duration) -> bool {
        let deadline = Instant::now() + longest;
        let mut outcome = self.outcome();
        while outcome.running > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.ended.wait_timeout(outcome, left);
            outcome = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// The hashes of each stream for each of its piece lengths, or why there are none, after all
    /// threads have ended.
    pub fn hashes(&self) -> Result<Vec<Vec<Hashes>>, Failure> {
        if let Some(failure) = self.outcome().failure.take() {
            return Err(failure);
        }
        let streams = self.streams.iter();
        Ok(streams
            .map(|stream| stream.hashes(&self.lanes.sha256))
            .collect())
    }
}

/// All that is to be done, in the order that the bytes have in the content.
fn units(files: &[File], streams: &[Stream]) -> Vec<Unit> {
    let mut sum = 0;
    let before: Vec<u64> = files
        .iter()
        .map(|file| {
            sum += file.length;
            sum - file.length
        })
        .collect();
    let mut units = vec![];
    for (number, Stream { layout, unit, .. }) in streams.iter().enumerate() {
        let pieces = layout.pieces();
        for start in (0..pieces).step_by(*unit) {
            let first = layout.spans(layout.piece(start)).next();
            let reached = first.map_or(sum, |span| before[span.file] + span.offset);
            let pieces = start..(start + unit).min(pieces);
            let stream = number;
            units.push((reached, Unit { stream, pieces }));
        }
    }
    units.sort_by_key(|(reached, _)| *reached);
    units.into_iter().map(|(_, unit)| unit).collect()
}

/// How many pieces are hashed side by side, and how many make a unit.
fn divide(layout: &Layout, content: u64, lanes: usize, workers: usize) -> (usize, usize) {
    let pieces = layout.pieces().max(1);
    if !layout.v1 {
        let mean = (content / pieces as u64).max(BLOCK);
        let fair = pieces.div_ceil(4 * workers);
        return (1, ((UNIT / mean) as usize).clamp(1, 256).min(fair));
    }
    // Lanes take as long half filled as full: all threads get the same number of rounds.
    let rounds = pieces.div_ceil(lanes * workers);
    let group = pieces.div_ceil(rounds * workers);
    let groups = (UNIT / (layout.piece_length * group as u64)).max(1) as usize;
    let fair = pieces.div_ceil(group).div_ceil(4 * workers);
    (group, group * groups.min(fair))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn divided(pieces: u64, lanes: usize, workers: usize) -> (usize, usize) {
        let length = pieces << 20;
        let file = File {
            path: "f".into(),
            length,
        };
        let layout = Layout::new(Arc::new(vec![file]), &[0], &[1 << 20], true, false).unwrap();
        divide(&layout, length, lanes, workers)
    }

    #[test]
    fn groups_fill_the_lanes_and_give_every_thread_its_share() {
        assert_eq!(divided(1, 16, 1), (1, 1));
        assert_eq!(divided(7, 16, 2), (4, 4));
        assert_eq!(divided(32, 16, 2), (16, 16));
        assert_eq!(divided(100, 16, 2), (13, 13));
        assert_eq!(divided(4096, 16, 2), (16, 16));
        assert_eq!(divided(4096, 2, 2), (2, 16));
    }
}
