//! Writing to the disk what was written to files and is in memory only.
//!
//! A write through a memory map changes the times of a file when it is the first one to its page, and
//! no more until that page was written to the disk. After a flush every such write shows again.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{channel, Receiver, RecvTimeoutError};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::status::share_of;

/// How many files a thread has on their way to the disk at once.
const AT_ONCE: usize = 64;

/// A flush that is going on.
pub struct Flush {
    stopped: Arc<AtomicBool>,
    end: Receiver<()>,
}

impl Flush {
    /// Begins to flush the files; what cannot be opened or written is passed over.
    pub fn start(paths: &[PathBuf]) -> Self {
        let stopped = Arc::new(AtomicBool::new(false));
        let (alive, end) = channel();
        for part in paths.chunks(share_of(paths.len())) {
            let (part, stopped, alive) = (part.to_vec(), stopped.clone(), alive.clone());
            let work = Arc::new(move || {
                let _alive = &alive;
                flush_all(&part, &stopped);
            });
            let same = work.clone();
            // Where no thread can be had, there is still this one.
            if thread::Builder::new().spawn(move || same()).is_err() {
                work();
            }
        }
        Self { stopped, end }
    }

    /// Waits so long at most; whether all is done.
    pub fn wait(&mut self, at_most: Duration) -> bool {
        // Nothing is ever sent: the channel ends with the last thread.
        self.end.recv_timeout(at_most) == Err(RecvTimeoutError::Disconnected)
    }

    /// Lets the threads end after the files they are at.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }
}

fn flush_all(paths: &[PathBuf], stopped: &AtomicBool) {
    for some in paths.chunks(AT_ONCE) {
        if stopped.load(Ordering::Relaxed) {
            return;
        }
        let files: Vec<_> = some.iter().filter_map(|path| open(path)).collect();
        files.iter().for_each(begin);
        files.iter().for_each(finish);
    }
}

fn open(path: &Path) -> Option<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // A pipe without a writer would keep the open waiting.
        options.custom_flags(libc::O_NONBLOCK);
    }
    options.open(path).ok()
}

/// Hands the file's pages to the disk, as far as that can be done without waiting.
#[cfg(target_os = "linux")]
fn begin(file: &File) {
    sync_range(file, libc::SYNC_FILE_RANGE_WRITE);
}

/// Waits until the disk has the file's pages.
///
/// Only the pages count here, and `sync_file_range` leaves it at them: `fsync` would also have the
/// file system write its journal and the disk empty its cache, once for each file.
#[cfg(target_os = "linux")]
fn finish(file: &File) {
    use std::os::fd::AsRawFd;

    /// Its pages are another file system's, where `sync_file_range` does not look for them.
    const OVERLAY: u32 = 0x794c_7630;
    const ALL: libc::c_uint = libc::SYNC_FILE_RANGE_WAIT_BEFORE
        | libc::SYNC_FILE_RANGE_WRITE
        | libc::SYNC_FILE_RANGE_WAIT_AFTER;
    if crate::source::kind_of(file) == Some(OVERLAY) || !sync_range(file, ALL) {
        // SAFETY: the descriptor is open.
        unsafe { libc::fdatasync(file.as_raw_fd()) };
    }
}

/// Whether the system did as it was told.
#[cfg(target_os = "linux")]
fn sync_range(file: &File, flags: libc::c_uint) -> bool {
    use std::os::fd::AsRawFd;

    // SAFETY: the descriptor is open; 0 for the length means to the end.
    unsafe { libc::sync_file_range(file.as_raw_fd(), 0, 0, flags) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn begin(_file: &File) {}

#[cfg(all(unix, not(target_os = "linux")))]
fn finish(file: &File) {
    use std::os::fd::AsRawFd;

    // SAFETY: the descriptor is open.
    unsafe { libc::fsync(file.as_raw_fd()) };
}

/// Windows flushes only what is open for writing.
#[cfg(not(unix))]
fn finish(_file: &File) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flush_ends_whatever_lies_at_the_paths() {
        let folder = std::env::temp_dir().join(format!("seedwright-flush-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let paths: Vec<PathBuf> = (0..1500)
            .map(|number| folder.join(number.to_string()))
            .collect();
        for path in paths.iter().step_by(3) {
            std::fs::write(path, "text").unwrap();
        }
        let mut flush = Flush::start(&[paths.as_slice(), std::slice::from_ref(&folder)].concat());
        while !flush.wait(Duration::from_secs(1)) {}
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(Flush::start(&[]).wait(Duration::ZERO));
    }
}
