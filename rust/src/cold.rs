//! Content that is not in memory yet: read once, in the order it has on the disk.
//!
//! Pieces side by side are as many streams far apart, which on a spinning disk is a seek for every
//! read. So one thread at a time reads a unit's bytes in order, only to have them in the page cache,
//! while the others hash theirs from there.

use std::fs::File;
use std::ops::Range;

/// How much is read in one go.
pub const RUN: u64 = 1 << 20;

/// How far apart samples of the page cache are.
#[cfg(target_os = "linux")]
const SAMPLE: usize = 4 << 20;

/// How much the disk is asked for beyond what is waited for, so that it is never idle.
#[cfg(target_os = "linux")]
const AHEAD: libc::off_t = 16 << 20;

/// How long a byte in memory takes at most, where the file system answers no other question.
#[cfg(target_os = "linux")]
const IN_MEMORY: std::time::Duration = std::time::Duration::from_micros(100);

/// Whether reading the part would have to wait for the disk; no, where that cannot be told.
///
/// Some file systems (ZFS, some FUSE drivers) do not say whether a read would wait: there, whoever
/// is slow to give one byte is taken for a disk.
#[cfg(target_os = "linux")]
pub fn is_cold(file: &File, part: &Range<u64>) -> bool {
    use std::io::{Error, ErrorKind};
    use std::time::Instant;

    let samples = part.clone().step_by(SAMPLE).chain([part.end - 1]);
    samples.into_iter().any(|offset| {
        if read_byte(file, offset, libc::RWF_NOWAIT) >= 0 {
            return false;
        }
        match Error::last_os_error().kind() {
            ErrorKind::WouldBlock => true,
            ErrorKind::Unsupported => {
                let asked = Instant::now();
                read_byte(file, offset, 0) > 0 && asked.elapsed() > IN_MEMORY
            }
            _ => false,
        }
    })
}

#[cfg(target_os = "linux")]
fn read_byte(file: &File, offset: u64, flags: libc::c_int) -> isize {
    use std::os::fd::AsRawFd;

    let mut byte = 0_u8;
    let into = libc::iovec {
        iov_base: (&raw mut byte).cast(),
        iov_len: 1,
    };
    // SAFETY: one byte is written to a variable that outlives the call.
    unsafe {
        libc::preadv2(
            file.as_raw_fd(),
            &raw const into,
            1,
            offset as libc::off_t,
            flags,
        )
    }
}

#[cfg(not(target_os = "linux"))]
pub fn is_cold(_file: &File, _part: &Range<u64>) -> bool {
    false
}

/// Asks the disk to go on after `offset` while what it gave so far is hashed.
#[cfg(target_os = "linux")]
pub fn go_on(file: &File, offset: u64) {
    use std::os::fd::AsRawFd;

    // SAFETY: advice on an open file; a refusal changes nothing.
    unsafe {
        libc::posix_fadvise(
            file.as_raw_fd(),
            offset as libc::off_t,
            AHEAD,
            libc::POSIX_FADV_WILLNEED,
        )
    };
}

#[cfg(not(target_os = "linux"))]
pub fn go_on(_file: &File, _offset: u64) {}
