//! A second look at many files: their sizes and times of change, without reading any.

use std::fs::Metadata;
use std::path::PathBuf;
use std::thread;
use std::time::UNIX_EPOCH;

/// A file's length in bytes and its time of change in nanoseconds since 1970; the system's number
/// for what stands in the way where it cannot be looked at.
pub type Status = Result<(u64, i128), i32>;

/// Fewer files than this are not worth a thread.
const WORTH_A_THREAD: usize = 500;

/// The status of each path, links followed.
pub fn statuses(paths: &[PathBuf]) -> Vec<Status> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = paths.len().div_ceil(threads).max(WORTH_A_THREAD);
    thread::scope(|scope| {
        let (mine, others) = paths.split_at(share.min(paths.len()));
        let others: Vec<_> = others
            .chunks(share)
            .map(|part| {
                (
                    part,
                    thread::Builder::new().spawn_scoped(scope, || look(part)),
                )
            })
            .collect();
        let mut found = look(mine);
        for (part, looker) in others {
            // Where no thread can be had, there is still this one.
            found.extend(match looker.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(part)) => part,
                _ => look(part),
            });
        }
        found
    })
}

fn look(paths: &[PathBuf]) -> Vec<Status> {
    paths
        .iter()
        .map(|path| match path.metadata() {
            Ok(metadata) => Ok((metadata.len(), modified(&metadata))),
            Err(error) => Err(error.raw_os_error().unwrap_or(0)),
        })
        .collect()
}

fn modified(metadata: &Metadata) -> i128 {
    let Ok(time) = metadata.modified() else {
        return 0;
    };
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
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
                assert_eq!(status.unwrap().0, number as u64 % 100);
            }
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
