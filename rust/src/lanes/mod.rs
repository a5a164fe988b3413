//! Which lanes hash: the paths this processor has, and for each hash by itself the fastest of them.
//!
//! SHA-1 and SHA-256 are chains, so a core that hashes one message waits for its own last step.
//! Many messages side by side hide each other's waiting; how many at once, and by which
//! instructions, differs by processor, so a short measurement chooses.

mod digest;
mod portable;
mod schedule;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(target_arch = "x86_64")]
mod shani;
#[cfg(target_arch = "x86_64")]
mod wide;

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use digest::last_block;
pub use digest::{bytes, Hasher};
#[cfg(target_arch = "x86_64")]
use schedule::alike_both;
use schedule::{AlikeBoth, Ways};

/// The environment variable that names the only path to use.
pub const VARIABLE: &str = "SEEDWRIGHT_LANES";

/// One instruction set's way to hash.
struct Path {
    name: &'static str,
    lanes: usize,
    available: fn() -> bool,
    sha1: Ways<5>,
    sha256: Ways<8>,
    /// Both hashes of the same bytes at once, where that is quicker than one after the other.
    both: Option<AlikeBoth>,
}

/// Every path of this architecture, the widest first.
static PATHS: &[Path] = &[
    #[cfg(target_arch = "x86_64")]
    Path {
        name: "avx512",
        lanes: avx512::LANES,
        available: avx512::available,
        sha1: Ways::sharing::<avx512::Avx512, { avx512::LANES }>(),
        sha256: Ways::of::<avx512::Avx512, { avx512::LANES }>(),
        both: Some(alike_both::<avx512::Avx512, { avx512::LANES }>),
    },
    #[cfg(target_arch = "x86_64")]
    Path {
        name: "avx2",
        lanes: avx2::LANES,
        available: avx2::available,
        sha1: Ways::sharing::<avx2::Avx2, { avx2::LANES }>(),
        sha256: Ways::of::<avx2::Avx2, { avx2::LANES }>(),
        both: None,
    },
    #[cfg(target_arch = "x86_64")]
    Path {
        name: "shani",
        lanes: shani::LANES,
        available: shani::available,
        sha1: Ways::of::<shani::ShaNi, { shani::LANES }>(),
        sha256: Ways::of::<shani::ShaNi, { shani::LANES }>(),
        both: None,
    },
    Path {
        name: "portable",
        lanes: portable::LANES,
        available: portable::available,
        sha1: Ways::of::<portable::Portable, { portable::LANES }>(),
        sha256: Ways::of::<portable::Portable, { portable::LANES }>(),
        both: None,
    },
];

/// Both hashes, each on its path.
pub struct Lanes {
    pub sha1: Hasher<5>,
    pub sha256: Hasher<8>,
}

impl Lanes {
    /// The SHA-256 of each stream, all of whose bytes are fed to the SHA-1 chaining value of the same
    /// number as well: read once where one path does both and the streams fill its lanes.
    ///
    /// The streams are of one length, a multiple of 64 bytes.
    pub fn both(&self, sha1: &mut [[u32; 5]], streams: &[&[u8]]) -> Vec<[u32; 8]> {
        match self.at_once() {
            Some(both) if streams.len().is_multiple_of(self.sha1.lanes) => {
                let length = streams.first().map_or(0, |stream| stream.len());
                both(sha1, self.sha256.initial(), streams, &last_block(length))
            }
            _ => {
                self.sha1.update(sha1, streams);
                self.sha256.many(streams)
            }
        }
    }

    /// The way to do both hashes at once, where one path does both and has one.
    pub fn at_once(&self) -> Option<AlikeBoth> {
        let names = [self.sha1.name, self.sha256.name];
        paths()
            .find(|path| [path.name; 2] == names)
            .and_then(|path| path.both)
    }

    fn on(path: &Path) -> Self {
        Self {
            sha1: Hasher::sha1(path.name, path.lanes, path.sha1),
            sha256: Hasher::sha256(path.name, path.lanes, path.sha256),
        }
    }
}

/// The paths this processor has, the widest first.
fn paths() -> impl Iterator<Item = &'static Path> {
    PATHS.iter().filter(|path| (path.available)())
}

/// The names of the paths this processor has.
pub fn names() -> Vec<&'static str> {
    paths().map(|path| path.name).collect()
}

/// The named path for both hashes, or a sentence that names those there are.
pub fn named(name: &str) -> Result<Lanes, String> {
    paths()
        .find(|path| path.name == name)
        .map(Lanes::on)
        .ok_or_else(|| {
            format!(
                "there is no hashing path {name:?} on this processor: use {}",
                names().join(", ")
            )
        })
}

/// The path the environment names, or else the fastest for each hash that is wanted, measured once.
pub fn chosen(wants_sha1: bool, wants_sha256: bool) -> Result<Lanes, String> {
    static SHA1: OnceLock<Vec<Duration>> = OnceLock::new();
    static SHA256: OnceLock<Vec<Duration>> = OnceLock::new();

    if let Some(name) = std::env::var(VARIABLE).ok().filter(|name| !name.is_empty()) {
        return named(&name).map_err(|sentence| format!("{VARIABLE}: {sentence}"));
    }
    let mut lanes = Lanes::on(widest());
    if wants_sha1 {
        let sha1 = |path: &Path| Lanes::on(path).sha1;
        lanes.sha1 = fastest(SHA1.get_or_init(|| speeds(sha1)), sha1);
    }
    if wants_sha256 {
        let sha256 = |path: &Path| Lanes::on(path).sha256;
        lanes.sha256 = fastest(SHA256.get_or_init(|| speeds(sha256)), sha256);
    }
    Ok(lanes)
}

fn widest() -> &'static Path {
    paths()
        .next()
        .unwrap_or_else(|| unreachable!("the portable path is always there"))
}

/// How long each path's hasher takes for a fixed amount, undisturbed.
fn speeds<const WORDS: usize>(hasher: impl Fn(&Path) -> Hasher<WORDS>) -> Vec<Duration> {
    paths().map(|path| calibrate(&hasher(path))).collect()
}

fn calibrate<const WORDS: usize>(hasher: &Hasher<WORDS>) -> Duration {
    const TRIES: usize = 4;
    let message = [0x5a; 4 << 10];
    let messages = [&message[..]; 16];
    (0..TRIES)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(hasher.many(std::hint::black_box(&messages)));
            start.elapsed()
        })
        .min()
        .unwrap_or(Duration::MAX)
}

/// The fastest hasher, with the fastest of one or two lanes for what does not fill it.
fn fastest<const WORDS: usize>(
    times: &[Duration],
    hasher: impl Fn(&Path) -> Hasher<WORDS>,
) -> Hasher<WORDS> {
    let measured: Vec<_> = paths().map(hasher).zip(times).collect();
    let narrow = measured
        .iter()
        .filter(|(hasher, _)| hasher.lanes <= 2)
        .min_by_key(|(_, time)| *time);
    let best = measured.iter().min_by_key(|(_, time)| *time);
    let ((best, best_time), (narrow, narrow_time)) = match (best, narrow) {
        (Some(best), Some(narrow)) => (best, narrow),
        _ => unreachable!("the portable path is always there"),
    };
    let chosen = best.clone();
    if best.lanes <= 2 {
        return chosen;
    }
    // A wide path takes as long for one stream as for all its lanes.
    let share = best_time.as_secs_f64() / narrow_time.as_secs_f64();
    chosen.with_narrow((share * best.lanes as f64) as usize, narrow)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha1::{Digest, Sha1};
    use sha2::Sha256;

    /// Messages of random lengths, most of them short, each as large as its allocation.
    ///
    /// `make sanitize` runs this where a lane that reads past a message's end is caught.
    fn random_messages(count: usize) -> Vec<Box<[u8]>> {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as usize
        };
        (0..count)
            .map(|number| {
                let longest = if number % 100 == 0 { 20_001 } else { 301 };
                let length = next() % longest;
                (0..length).map(|_| next() as u8).collect()
            })
            .collect()
    }

    /// Messages of all lengths around the blocks' boundaries, in no helpful order.
    fn messages() -> Vec<Vec<u8>> {
        (0..600_usize)
            .map(|i| (0..i * 37 % 600).map(|j| (i * 7 + j) as u8).collect())
            .collect()
    }

    fn check(lanes: &Lanes) {
        let messages = messages();
        let slices: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
        check_on(lanes, &slices);
    }

    fn check_on(lanes: &Lanes, messages: &[&[u8]]) {
        let sha1 = lanes.sha1.many(messages);
        let sha256 = lanes.sha256.many(messages);
        for ((message, sha1), sha256) in messages.iter().zip(sha1).zip(sha256) {
            assert_eq!(
                bytes::<5, 20>(&sha1),
                *Sha1::digest(message),
                "{}",
                message.len()
            );
            assert_eq!(
                bytes::<8, 32>(&sha256),
                *Sha256::digest(message),
                "{}",
                message.len()
            );
        }
    }

    #[test]
    fn both_hashes_at_once_are_each_hash_by_itself() {
        for name in names() {
            let lanes = named(name).unwrap();
            for streams in [1, lanes.sha1.lanes, 2 * lanes.sha1.lanes] {
                for length in [0, 64, 640, 16 << 10] {
                    let data: Vec<Vec<u8>> = (0..streams)
                        .map(|i| (0..length).map(|j| (i * 31 + j * 7) as u8).collect())
                        .collect();
                    let data: Vec<&[u8]> = data.iter().map(Vec::as_slice).collect();
                    let mut at_once = lanes.sha1.begin(streams);
                    let sha256 = lanes.both(&mut at_once, &data);
                    let mut alone = lanes.sha1.begin(streams);
                    lanes.sha1.update(&mut alone, &data);
                    assert_eq!(at_once, alone, "{name}, {streams} of {length}");
                    assert_eq!(
                        sha256,
                        lanes.sha256.many(&data),
                        "{name}, {streams} of {length}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_path_agrees_with_the_crates() {
        for name in names() {
            check(&named(name).unwrap());
        }
    }

    #[test]
    fn every_path_agrees_with_the_crates_on_random_lengths() {
        let messages = random_messages(3_000);
        let slices: Vec<&[u8]> = messages.iter().map(|message| &message[..]).collect();
        for name in names() {
            check_on(&named(name).unwrap(), &slices);
        }
    }

    #[test]
    fn a_wide_path_with_a_narrow_one_for_the_rest_agrees_with_the_crates() {
        let portable = named("portable").unwrap();
        for (name, at_most) in names()
            .into_iter()
            .flat_map(|name| [(name, 1), (name, 5), (name, 16)])
        {
            let wide = named(name).unwrap();
            check(&Lanes {
                sha1: wide.sha1.with_narrow(at_most, &portable.sha1),
                sha256: wide.sha256.with_narrow(at_most, &portable.sha256),
            });
        }
    }

    #[test]
    fn streams_fed_in_parts_are_those_fed_at_once() {
        let whole = vec![7; 1000];
        let hasher = named("portable").unwrap().sha1;
        let mut states = hasher.begin(1);
        hasher.update(&mut states, &[&whole[..640]]);
        hasher.update(&mut states, &[&whole[640..960]]);
        hasher.finish(&mut states, &[&whole[960..]], &[1000]);
        assert_eq!(states, hasher.many(&[&whole]));
    }

    #[test]
    fn an_unknown_path_names_those_there_are() {
        assert!(named("mmx").is_err_and(|sentence| sentence.ends_with("portable")));
    }
}
