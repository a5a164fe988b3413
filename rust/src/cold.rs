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

/// Whether reading the part would have to wait for the disk; no, where that cannot be told.
#[cfg(target_os = "linux")]
pub fn is_cold(file: &File, part: &Range<u64>) -> bool {
    use std::io::{Error, ErrorKind};
    use std::os::fd::AsRawFd;

    let samples = part.clone().step_by(SAMPLE).chain([part.end - 1]);
    samples.into_iter().any(|offset| {
        let mut byte = 0_u8;
        let into = libc::iovec {
            iov_base: (&raw mut byte).cast(),
            iov_len: 1,
        };
        // SAFETY: one byte is written to a variable that outlives the call.
        let count = unsafe {
            libc::preadv2(
                file.as_raw_fd(),
                &raw const into,
                1,
                offset as libc::off_t,
                libc::RWF_NOWAIT,
            )
        };
        count < 0 && Error::last_os_error().kind() == ErrorKind::WouldBlock
    })
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
