//! A look at many files: what tells their states apart, without reading any.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::thread;

/// What tells one state of a file from another: its length in bytes, and its times in nanoseconds
/// since 1970. Windows tells length and modification alone; there the others are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub length: u64,
    pub modified: i128,
    pub device: u64,
    pub inode: u64,
    pub changed: i128,
}

impl Look {
    /// Whether both show one state, as far as the system tells.
    fn is_as(&self, other: &Self) -> bool {
        if cfg!(unix) {
            return self == other;
        }
        (self.length, self.modified) == (other.length, other.modified)
    }
}

/// A look at a file; the system's number for what stands in the way where none can be had.
pub type Status = Result<Look, i32>;

/// Fewer files than this are not worth a thread.
const WORTH_A_THREAD: usize = 500;

/// How many files each thread gets.
pub fn share_of(count: usize) -> usize {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    count.div_ceil(threads).max(WORTH_A_THREAD)
}

/// The status of each path, links followed.
pub fn statuses(paths: &[PathBuf]) -> Vec<Status> {
    in_threads(paths, look)
}

/// What `work` makes of all of these, a share of them in each thread.
pub fn in_threads<T: Sync, R: Send>(all: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    let share = share_of(all.len());
    let work = &work;
    thread::scope(|scope| {
        let (mine, others) = all.split_at(share.min(all.len()));
        let others: Vec<_> = others
            .chunks(share)
            .map(|part| {
                let worker = thread::Builder::new().spawn_scoped(scope, move || work(part));
                (part, worker)
            })
            .collect();
        let mut found = work(mine);
        for (part, worker) in others {
            // Where no thread can be had, there is still this one.
            found.extend(match worker.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(part)) => part,
                _ => work(part),
            });
        }
        found
    })
}

/// A look at each file that is not as it was found before, with its number there.
pub fn changed(before: &[(PathBuf, Look)]) -> Vec<(usize, Status)> {
    let numbered: Vec<_> = before.iter().enumerate().collect();
    in_threads(&numbered, |part| {
        let differing = part.iter().filter_map(|(number, (path, look))| {
            let now = status_of(path);
            let is_same = now.is_ok_and(|now| now.is_as(look));
            (!is_same).then_some((*number, now))
        });
        differing.collect()
    })
}

fn status_of(path: &Path) -> Status {
    match path.metadata() {
        Ok(metadata) => Ok(look_of(&metadata)),
        Err(error) => Err(error.raw_os_error().unwrap_or(0)),
    }
}

fn look(paths: &[PathBuf]) -> Vec<Status> {
    paths.iter().map(|path| status_of(path)).collect()
}

#[cfg(unix)]
pub fn look_of(metadata: &Metadata) -> Look {
    use std::os::unix::fs::MetadataExt;

    let nanoseconds =
        |seconds: i64, rest: i64| i128::from(seconds) * 1_000_000_000 + i128::from(rest);
    Look {
        length: metadata.len(),
        modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        device: metadata.dev(),
        inode: metadata.ino(),
        changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
    }
}

#[cfg(not(unix))]
pub fn look_of(metadata: &Metadata) -> Look {
    use std::time::UNIX_EPOCH;

    let modified = metadata
        .modified()
        .map_or(0, |time| match time.duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_nanos() as i128,
            Err(before) => -(before.duration().as_nanos() as i128),
        });
    Look {
        length: metadata.len(),
        modified,
        device: 0,
        inode: 0,
        changed: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_told_in_its_place() {
        let folder = std::env::temp_dir().join(format!("seedwright-status-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let paths: Vec<PathBuf> = (0..3 * WORTH_A_THREAD)
            .map(|number| folder.join(number.to_string()))
            .collect();
        for (number, path) in paths.iter().enumerate() {
            if number % 3 != 0 {
                std::fs::write(path, vec![0; number % 100]).unwrap();
            }
        }
        for (number, status) in statuses(&paths).into_iter().enumerate() {
            if number % 3 == 0 {
                assert!(status.is_err(), "{number}");
            } else {
                assert_eq!(status.unwrap().length, number as u64 % 100);
            }
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
