//! The work on one set of files: units of pieces, the threads that take them, and what they report.

use std::ops::Range;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::lanes::Lanes;
use crate::layout::{Layout, BLOCK};
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

/// What the threads share.
pub struct Job {
    pub layout: Arc<Layout>,
    pub sources: Sources,
    pub lanes: Lanes,
    /// How many v1 pieces are hashed side by side.
    pub group: usize,
    /// Whether mappings may be read.
    pub guarded: bool,
    /// Held by the thread whose turn it is to read from the disk.
    pub turn: Mutex<()>,
    unit: usize,
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
    pieces: Vec<[u8; 20]>,
    nodes: Vec<Hash>,
}

impl Job {
    /// The job, with its threads at work; `workers` of 0 is as many as there are processors.
    pub fn start(
        layout: Layout,
        lanes: Lanes,
        workers: usize,
        reading: Reading,
        may_be_longer: bool,
    ) -> Arc<Self> {
        let pieces = layout.pieces();
        let workers = match workers {
            0 => thread::available_parallelism()
                .map_or(1, usize::from)
                .min(MOST_WORKERS),
            asked => asked,
        }
        .clamp(1, pieces.max(1));

        let content = layout.content();
        let (group, unit) = divide(&layout, content, lanes.sha1.lanes, workers);
        let guard = if reading == Reading::Positional {
            None
        } else {
            Guard::new()
        };
        let layout = Arc::new(layout);
        let job = Arc::new(Self {
            sources: Sources::new(layout.clone(), reading, may_be_longer),
            lanes,
            group,
            guarded: guard.is_some(),
            turn: Mutex::new(()),
            unit,
            next_unit: AtomicUsize::new(0),
            next_empty: AtomicUsize::new(0),
            empty: (0..layout.files.len())
                .filter(|file| layout.files[*file].length == 0)
                .collect(),
            done: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
            outcome: Mutex::new(Outcome {
                running: 0,
                failure: None,
                pieces: vec![[0; 20]; if layout.v1 { pieces } else { 0 }],
                nodes: vec![merkle::NO_BLOCK; if layout.v2 { pieces } else { 0 }],
            }),
            ended: Condvar::new(),
            _guard: guard,
            layout,
        });
        for _ in 0..workers {
            job.outcome().running += 1;
            let shared = job.clone();
            let name = "seedwright-hash".to_owned();
            if let Err(error) = thread::Builder::new()
                .name(name)
                .spawn(move || shared.work())
            {
                job.leave(Err(Failure::Broken(format!(
                    "no thread can be started: {error}"
                ))));
            }
        }
        job
    }

    /// One thread's life.
    fn work(&self) {
        let worked = catch_unwind(AssertUnwindSafe(|| Worker::new(self).run()));
        self.leave(match worked {
            Ok(result) => result.map_err(Failure::Read),
            Err(_) => Err(Failure::Broken("a hashing thread panicked".to_owned())),
        });
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

    /// The next pieces to hash, until there are no more or the job is stopped.
    pub fn next_pieces(&self) -> Option<Range<usize>> {
        let number = self.next_unit.fetch_add(1, Ordering::Relaxed);
        let start = number.checked_mul(self.unit)?;
        let pieces = self.layout.pieces();
        (start < pieces && !self.stopped()).then(|| start..(start + self.unit).min(pieces))
    }

    /// The next empty file, which is in no piece but must be there.
    pub fn next_empty(&self) -> Option<usize> {
        let number = self.next_empty.fetch_add(1, Ordering::Relaxed);
        self.empty.get(number).copied().filter(|_| !self.stopped())
    }

    /// Counts bytes of files that have been hashed.
    pub fn advance(&self, bytes: u64) {
        self.done.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Takes in the hashes of the pieces from `first` on.
    pub fn keep(&self, first: usize, pieces: &[[u8; 20]], nodes: &[Hash]) {
        let mut outcome = self.outcome();
        outcome
            .pieces
            .iter_mut()
            .skip(first)
            .zip(pieces)
            .for_each(|(slot, hash)| *slot = *hash);
        outcome
            .nodes
            .iter_mut()
            .skip(first)
            .zip(nodes)
            .for_each(|(slot, hash)| *slot = *hash);
    }

    /// How many bytes of the files have been hashed.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
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

    /// The hashes, or why there are none, after all threads have ended.
    pub fn hashes(&self) -> Result<Hashes, Failure> {
        let mut outcome = self.outcome();
        if let Some(failure) = outcome.failure.take() {
            return Err(failure);
        }
        let pieces = std::mem::take(&mut outcome.pieces);
        let nodes = std::mem::take(&mut outcome.nodes);
        drop(outcome);
        let (roots, layers) = if self.layout.v2 {
            self.trees(&nodes)
        } else {
            (vec![], vec![])
        };
        Ok(Hashes {
            pieces,
            roots,
            layers,
            bytes_hashed: self.done(),
        })
    }

    /// Every file's root and piece layer, from the nodes over all pieces.
    fn trees(&self, nodes: &[Hash]) -> (Vec<Option<Hash>>, Vec<Vec<Hash>>) {
        let of_file = |file| &nodes[self.layout.pieces_of(file)];
        let files = 0..self.layout.files.len();
        let layers: Vec<Vec<Hash>> = files
            .clone()
            .map(|file| {
                Some(of_file(file))
                    .filter(|nodes| nodes.len() > 1)
                    .unwrap_or(&[])
                    .to_vec()
            })
            .collect();
        let trees = layers
            .iter()
            .filter(|layer| !layer.is_empty())
            .map(|layer| Tree {
                width: layer.len().next_power_of_two() as u64,
                nodes: layer.clone(),
            });
        let filler = merkle::filler(&self.lanes.sha256, self.layout.piece_length / BLOCK);
        let mut tall = merkle::roots(&self.lanes.sha256, trees.collect(), filler).into_iter();
        let roots = files.map(|file| match of_file(file) {
            [] => None,
            [only] => Some(*only),
            _ => tall.next(),
        });
        (roots.collect(), layers)
    }
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
    use crate::layout::File;

    fn divided(pieces: u64, lanes: usize, workers: usize) -> (usize, usize) {
        let length = pieces << 20;
        let file = File {
            path: "f".into(),
            length,
            pad_after: 0,
        };
        let layout = Layout::new(vec![file], 1 << 20, true, false).unwrap();
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
