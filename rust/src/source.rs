//! Reading: files opened, checked against what was promised, and read or mapped.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::SystemTime;

use crate::cold;
use crate::layout::File as Promised;
use crate::mapping::Mapping;
#[cfg(target_os = "linux")]
use crate::network;

/// How bytes get from the file to the lanes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Mapped where files are large and local, positional elsewhere.
    Auto,
    Mapped,
    Positional,
}

/// Why a file could not be read to its promised end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Vanished,
    Truncated,
    Grown,
    Changed,
    Permission,
    NotAFile,
    Io,
}

impl Reason {
    /// The word the Python side knows it by.
    pub fn word(self) -> &'static str {
        match self {
            Self::Vanished => "vanished",
            Self::Truncated => "truncated",
            Self::Grown => "grown",
            Self::Changed => "changed",
            Self::Permission => "permission",
            Self::NotAFile => "not a file",
            Self::Io => "io",
        }
    }
}

/// A file that could not be read as promised.
#[derive(Debug)]
pub struct ReadError {
    pub path: PathBuf,
    /// The first byte that cannot be had or cannot be trusted.
    pub offset: u64,
    pub reason: Reason,
    /// The system's number for it, where the system refused.
    pub errno: Option<i32>,
    pub sentence: String,
}

/// What tells one state of a file from another.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    identity: (u64, u64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let identity = {
            use std::os::unix::fs::MetadataExt;
            (metadata.dev(), metadata.ino())
        };
        #[cfg(not(unix))]
        let identity = (0, 0);
        Self {
            length: metadata.len(),
            modified: metadata.modified().ok(),
            identity,
        }
    }
}

/// Every file of the content, as it was when it was first opened.
pub struct Sources {
    files: Arc<Vec<Promised>>,
    reading: Reading,
    may_be_longer: bool,
    stamps: Vec<OnceLock<Stamp>>,
}

impl Sources {
    /// Files longer than promised are taken where they `may_be_longer`, up to the promised length.
    pub fn new(files: Arc<Vec<Promised>>, reading: Reading, may_be_longer: bool) -> Self {
        let stamps = files.iter().map(|_| OnceLock::new()).collect();
        Self {
            files,
            reading,
            may_be_longer,
            stamps,
        }
    }

    /// The file, open, of the promised length and as it was when it was last opened.
    pub fn open(&self, number: usize) -> Result<Source, ReadError> {
        let mut options = OpenOptions::new();
        options.read(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            // A pipe without a writer would keep the open waiting.
            options.custom_flags(libc::O_NONBLOCK);
        }
        let file = options
            .open(&self.files[number].path)
            .map_err(|error| self.refused(number, 0, &error))?;
        self.check(number, &file)?;
        Ok(Source { number, file })
    }

    /// Says that the file is still what it was when it was opened.
    pub fn close(&self, source: &Source) -> Result<(), ReadError> {
        self.check(source.number, &source.file)
    }

    /// Fills the buffer with the file's bytes from `offset` on.
    pub fn read(&self, source: &Source, offset: u64, buffer: &mut [u8]) -> Result<(), ReadError> {
        let mut filled = 0;
        while filled < buffer.len() {
            let at = offset + filled as u64;
            match read_at(&source.file, &mut buffer[filled..], at) {
                Ok(0) => {
                    self.close(source)?;
                    return Err(self.error(source.number, at, Reason::Truncated));
                }
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(self.refused(source.number, at, &error)),
            }
        }
        Ok(())
    }

    /// Brings the file's part into memory when it is not there, in `turn` and in order, unless
    /// `stopped` says to leave it.
    pub fn warm(
        &self,
        source: &Source,
        part: Range<u64>,
        turn: &Mutex<()>,
        stopped: impl Fn() -> bool,
    ) -> Result<(), ReadError> {
        if !cold::is_cold(&source.file, &part) {
            return Ok(());
        }
        let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = vec![0; cold::RUN as usize];
        for start in part.clone().step_by(cold::RUN as usize) {
            if stopped() {
                return Ok(());
            }
            let size = cold::RUN.min(part.end - start) as usize;
            self.read(source, start, &mut buffer[..size])?;
        }
        cold::go_on(&source.file, part.end);
        Ok(())
    }

    /// The file's part as memory, or nothing where it is better read.
    pub fn map(&self, source: &Source, part: Range<u64>) -> Option<Mapping> {
        let wanted = match self.reading {
            Reading::Positional => false,
            Reading::Mapped => true,
            Reading::Auto => is_local(&source.file),
        };
        if wanted {
            Mapping::new(&source.file, part)
        } else {
            None
        }
    }

    /// Says that every byte read through the mapping so far was the file's.
    pub fn check_mapping(&self, source: &Source, mapping: &Mapping) -> Result<(), ReadError> {
        let Some(offset) = mapping.fault() else {
            return Ok(());
        };
        self.check(source.number, &source.file)?;
        // The file is as long as it was: reading the byte again tells what is wrong with it.
        self.read(source, offset, &mut [0])?;
        Err(self.error(source.number, offset, Reason::Io))
    }

    fn check(&self, number: usize, file: &File) -> Result<(), ReadError> {
        let metadata = file
            .metadata()
            .map_err(|error| self.refused(number, 0, &error))?;
        if !metadata.is_file() {
            return Err(self.error(number, 0, Reason::NotAFile));
        }
        let promised = self.files[number].length;
        if metadata.len() < promised {
            return Err(self.error(number, metadata.len(), Reason::Truncated));
        }
        if metadata.len() > promised && !self.may_be_longer {
            return Err(self.error(number, promised, Reason::Grown));
        }
        let now = Stamp::of(&metadata);
        if *self.stamps[number].get_or_init(|| now) != now {
            return Err(self.error(number, 0, Reason::Changed));
        }
        Ok(())
    }

    fn error(&self, number: usize, offset: u64, reason: Reason) -> ReadError {
        let file = &self.files[number];
        let path = file.path.display();
        let promised = file.length;
        let sentence = match reason {
            Reason::Truncated => format!("'{path}' ends at byte {offset} instead of {promised}"),
            Reason::Grown => format!("'{path}' is longer than {promised} bytes"),
            Reason::Changed => format!("'{path}' changed while it was read"),
            Reason::NotAFile => format!("'{path}' is not a regular file"),
            _ => format!("cannot read '{path}' at byte {offset}"),
        };
        ReadError {
            path: file.path.clone(),
            offset,
            reason,
            errno: None,
            sentence,
        }
    }

    /// The error for what the system refused.
    fn refused(&self, number: usize, offset: u64, error: &io::Error) -> ReadError {
        let reason = match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Reason::Vanished,
            ErrorKind::PermissionDenied => Reason::Permission,
            ErrorKind::IsADirectory => Reason::NotAFile,
            _ => Reason::Io,
        };
        let path = self.files[number].path.clone();
        let sentence = format!("cannot read '{}' at byte {offset}: {error}", path.display());
        ReadError {
            path,
            offset,
            reason,
            errno: error.raw_os_error(),
            sentence,
        }
    }
}

/// An open file of the content.
pub struct Source {
    pub number: usize,
    file: File,
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

/// Whether the file's file system is known to be no network's: a page fault cannot report that the
/// server went away, and waits for it without end.
#[cfg(target_os = "linux")]
fn is_local(file: &File) -> bool {
    kind_of(file).is_some_and(|kind| !network::is_network(kind))
}

/// The system's number for the kind of file system that the file is on.
#[cfg(target_os = "linux")]
pub fn kind_of(file: &File) -> Option<u32> {
    use std::os::fd::AsRawFd;

    let mut answer = std::mem::MaybeUninit::<libc::statfs>::uninit();
    // SAFETY: the descriptor is open, and the answer is read only when the call filled it in.
    unsafe {
        if libc::fstatfs(file.as_raw_fd(), answer.as_mut_ptr()) != 0 {
            return None;
        }
        Some(answer.assume_init().f_type as u32)
    }
}

#[cfg(not(target_os = "linux"))]
fn is_local(_file: &File) -> bool {
    false
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::mapping::Guard;

    #[test]
    fn a_page_that_was_not_to_be_had_is_told_although_the_file_is_whole_again() {
        const LENGTH: u64 = 1 << 20;
        let path = std::env::temp_dir().join(format!("seedwright-{}-page", std::process::id()));
        let file = File::create(&path).unwrap();
        file.set_len(LENGTH).unwrap();
        let modified = file.metadata().unwrap().modified().unwrap();
        let promised = Promised {
            path: path.clone(),
            length: LENGTH,
        };
        let sources = Sources::new(Arc::new(vec![promised]), Reading::Mapped, false);
        let _guard = Guard::new().unwrap();
        let source = sources.open(0).unwrap();
        let mapping = sources.map(&source, 0..LENGTH).unwrap();
        file.set_len(0).unwrap();
        assert_eq!(mapping.bytes(LENGTH / 2..LENGTH / 2 + 1), [0]);
        file.set_len(LENGTH).unwrap();
        file.set_modified(modified).unwrap();
        std::fs::remove_file(&path).unwrap();
        let error = sources.check_mapping(&source, &mapping).unwrap_err();
        assert_eq!((error.reason, error.offset), (Reason::Io, LENGTH / 2));
        assert_eq!(error.path, path);
    }
}
