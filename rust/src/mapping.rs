//! Parts of files as memory, and the guard that keeps a file cut short from killing the process.
//!
//! Reading a mapped page that the file no longer has, or that the disk cannot give, raises SIGBUS.
//! While a [`Guard`] lives, such a fault inside a [`Mapping`] puts zeros there and is remembered, so
//! that whoever reads the mapping learns of it afterwards; any other SIGBUS goes where it went before.

#[cfg(target_os = "linux")]
pub use linux::{Guard, Mapping};

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{Guard, Mapping};

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::c_void;
    use std::fs::File;
    use std::ops::Range;
    use std::os::fd::AsRawFd;
    use std::ptr;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Mutex, MutexGuard, PoisonError};

    /// What the signal handler knows of one mapping: it may only read and write plain numbers.
    struct Slot {
        /// The first address; 0 while the slot is free, 1 while it is being filled in.
        start: AtomicUsize,
        end: AtomicUsize,
        /// The lowest address that faulted.
        fault: AtomicUsize,
    }

    const FREE: usize = 0;
    const TAKEN: usize = 1;
    const NO_FAULT: usize = usize::MAX;

    static SLOTS: [Slot; 1024] = [const {
        Slot {
            start: AtomicUsize::new(FREE),
            end: AtomicUsize::new(0),
            fault: AtomicUsize::new(NO_FAULT),
        }
    }; 1024];

    /// A part of a file as read-only memory.
    pub struct Mapping {
        slot: &'static Slot,
        address: *mut c_void,
        size: usize,
        /// What the mapping holds of the file, page-aligned at the front.
        part: Range<u64>,
    }

    impl Mapping {
        /// The part as memory, or nothing where it cannot be had.
        pub fn new(file: &File, part: Range<u64>) -> Option<Self> {
            let start = part.start - part.start % page() as u64;
            let size = usize::try_from(part.end - start).ok()?;
            let offset = libc::off_t::try_from(start).ok()?;
            let slot = SLOTS.iter().find(|slot| {
                let taken =
                    slot.start
                        .compare_exchange(FREE, TAKEN, Ordering::Acquire, Ordering::Relaxed);
                taken.is_ok()
            })?;
            // SAFETY: a new mapping, at an address of the kernel's choice.
            let address = unsafe {
                let descriptor = file.as_raw_fd();
                libc::mmap(
                    ptr::null_mut(),
                    size,
                    libc::PROT_READ,
                    libc::MAP_SHARED,
                    descriptor,
                    offset,
                )
            };
            if address == libc::MAP_FAILED {
                slot.start.store(FREE, Ordering::Release);
                return None;
            }
            slot.fault.store(NO_FAULT, Ordering::Relaxed);
            slot.end.store(address as usize + size, Ordering::Relaxed);
            slot.start.store(address as usize, Ordering::Release);
            Some(Self {
                slot,
                address,
                size,
                part: start..part.end,
            })
        }

        /// The file's bytes in the range, which may turn to zeros while they are read: ask
        /// [`Mapping::fault`] afterwards.
        pub fn bytes(&self, range: Range<u64>) -> &[u8] {
            assert!(self.part.start <= range.start && range.end <= self.part.end);
            let from = (range.start - self.part.start) as usize;
            let size = (range.end - range.start) as usize;
            // SAFETY: within the mapping, which lives as long as `self`, and stays readable: the
            // guard sees to that. Bytes that another process writes meanwhile give a wrong digest,
            // which the file's changed time reveals.
            unsafe { std::slice::from_raw_parts(self.address.cast::<u8>().add(from), size) }
        }

        /// Where in the file reading failed first, if it did.
        pub fn fault(&self) -> Option<u64> {
            let address = self.slot.fault.load(Ordering::Acquire);
            (address != NO_FAULT)
                .then(|| self.part.start + (address - self.address as usize) as u64)
        }
    }

    impl Drop for Mapping {
        fn drop(&mut self) {
            self.slot.start.store(TAKEN, Ordering::Release);
            // SAFETY: the mapping's own address and size; nothing borrows from it any more.
            unsafe { libc::munmap(self.address, self.size) };
            self.slot.start.store(FREE, Ordering::Release);
        }
    }

    /// Who is guarded, and the disposition to put back after the last.
    struct Installed {
        guards: usize,
        previous: Option<libc::sigaction>,
    }

    static INSTALLED: Mutex<Installed> = Mutex::new(Installed {
        guards: 0,
        previous: None,
    });

    /// The previous disposition's handler and flags, for the signal handler, which takes no lock.
    static PREVIOUS_HANDLER: AtomicUsize = AtomicUsize::new(libc::SIG_DFL);
    static PREVIOUS_FLAGS: AtomicUsize = AtomicUsize::new(0);

    /// While one lives, mappings may be read.
    pub struct Guard(());

    impl Guard {
        /// The guard, or nothing where the system refuses it.
        pub fn new() -> Option<Self> {
            let mut installed = lock();
            let current = disposition(None)?;
            if current.sa_sigaction != handler() {
                PREVIOUS_HANDLER.store(current.sa_sigaction, Ordering::Relaxed);
                PREVIOUS_FLAGS.store(current.sa_flags as usize, Ordering::Relaxed);
                // SAFETY: all zeros is a valid `sigaction`: no flags, an empty mask.
                let mut ours: libc::sigaction = unsafe { std::mem::zeroed() };
                ours.sa_sigaction = handler();
                ours.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
                disposition(Some(&ours))?;
                installed.previous = Some(current);
            }
            installed.guards += 1;
            Some(Self(()))
        }
    }

    impl Drop for Guard {
        fn drop(&mut self) {
            let mut installed = lock();
            installed.guards -= 1;
            if installed.guards > 0 {
                return;
            }
            // Whoever took the signal over in the meantime keeps it.
            if disposition(None).is_some_and(|current| current.sa_sigaction == handler()) {
                if let Some(previous) = installed.previous.take() {
                    disposition(Some(&previous));
                }
            }
        }
    }

    fn lock() -> MutexGuard<'static, Installed> {
        INSTALLED.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handler() -> usize {
        on_sigbus as *const () as usize
    }

    /// What SIGBUS does now, before it does what `new` says.
    fn disposition(new: Option<&libc::sigaction>) -> Option<libc::sigaction> {
        let mut old = std::mem::MaybeUninit::uninit();
        // SAFETY: both pointers are valid or null, and `old` is read only when it was filled in.
        unsafe {
            let new = new.map_or(ptr::null(), ptr::from_ref);
            (libc::sigaction(libc::SIGBUS, new, old.as_mut_ptr()) == 0).then(|| old.assume_init())
        }
    }

    /// Puts zeros under the faulting address when it is a mapping's, and steps aside otherwise.
    ///
    /// # Safety
    /// Called by the kernel. Does only what is safe in a signal handler: atomics and system calls.
    unsafe extern "C" fn on_sigbus(
        signal: libc::c_int,
        info: *mut libc::siginfo_t,
        context: *mut c_void,
    ) {
        // SAFETY: the kernel's own structure; a SIGBUS that a process sent has no address.
        let address = unsafe {
            if (*info).si_code > 0 {
                (*info).si_addr() as usize
            } else {
                0
            }
        };
        for slot in &SLOTS {
            let start = slot.start.load(Ordering::Acquire);
            let end = slot.end.load(Ordering::Relaxed);
            if start <= TAKEN || address < start || address >= end {
                continue;
            }
            // All the rest at once: past a file's new end every page would fault.
            let first = address - address % page();
            // SAFETY: within the slot's mapping, which its reader, who faulted, keeps alive.
            let zeros = unsafe {
                let errno = *libc::__errno_location();
                let flags = libc::MAP_FIXED | libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
                let zeros = libc::mmap(
                    first as *mut c_void,
                    end - first,
                    libc::PROT_READ,
                    flags,
                    -1,
                    0,
                );
                *libc::__errno_location() = errno;
                zeros
            };
            if zeros == libc::MAP_FAILED {
                break;
            }
            slot.fault.fetch_min(address, Ordering::Release);
            return;
        }
        // SAFETY: the previous handler gets what the kernel gave to this one.
        unsafe { chain(signal, info, context) }
    }

    /// Does what would have been done without the guard.
    ///
    /// # Safety
    /// The arguments are those the kernel gave to the handler.
    unsafe fn chain(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut c_void) {
        let previous = PREVIOUS_HANDLER.load(Ordering::Relaxed);
        let flags = PREVIOUS_FLAGS.load(Ordering::Relaxed) as libc::c_int;
        if previous == libc::SIG_DFL || previous == libc::SIG_IGN {
            // The faulting instruction runs again and meets the default.
            libc::signal(signal, libc::SIG_DFL);
            if (*info).si_code <= 0 {
                libc::raise(signal);
            }
        } else if flags & libc::SA_SIGINFO != 0 {
            type Informed = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut c_void);
            std::mem::transmute::<usize, Informed>(previous)(signal, info, context);
        } else {
            std::mem::transmute::<usize, extern "C" fn(libc::c_int)>(previous)(signal);
        }
    }

    /// The size of a page in bytes; asked for the first time by a mapping, never by the handler.
    fn page() -> usize {
        static PAGE: AtomicUsize = AtomicUsize::new(0);
        let known = PAGE.load(Ordering::Relaxed);
        if known != 0 {
            return known;
        }
        // SAFETY: `sysconf` has no preconditions.
        let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize;
        PAGE.store(size, Ordering::Relaxed);
        size
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::fs::File;
    use std::ops::Range;

    /// Nothing to guard: files are read here, not mapped.
    pub struct Guard(());

    impl Guard {
        pub fn new() -> Option<Self> {
            None
        }
    }

    /// Never made.
    pub enum Mapping {}

    impl Mapping {
        pub fn new(_file: &File, _part: Range<u64>) -> Option<Self> {
            None
        }

        pub fn bytes(&self, _range: Range<u64>) -> &[u8] {
            match *self {}
        }

        pub fn fault(&self) -> Option<u64> {
            match *self {}
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{Guard, Mapping};
    use std::fs::{self, File};

    const SIZE: u64 = 1 << 20;

    fn file_of_ones(name: &str) -> (File, std::path::PathBuf) {
        let path = std::env::temp_dir().join(format!("seedwright-{}-{name}", std::process::id()));
        fs::write(&path, vec![1; SIZE as usize]).unwrap();
        (
            File::options().read(true).write(true).open(&path).unwrap(),
            path,
        )
    }

    #[test]
    fn a_mapping_shows_the_part_it_was_asked_for() {
        let (file, path) = file_of_ones("part");
        fs::remove_file(path).unwrap();
        let mapping = Mapping::new(&file, 5000..SIZE).unwrap();
        assert_eq!(mapping.bytes(5000..SIZE), vec![1; (SIZE - 5000) as usize]);
        assert_eq!(mapping.fault(), None);
    }

    #[test]
    fn what_a_cut_file_lacks_reads_as_zeros_and_is_remembered() {
        let (file, path) = file_of_ones("cut");
        fs::remove_file(path).unwrap();
        let _guard = Guard::new().unwrap();
        let (cut, whole) = (Mapping::new(&file, 0..SIZE).unwrap(), file_of_ones("whole"));
        fs::remove_file(whole.1).unwrap();
        let whole = Mapping::new(&whole.0, 0..SIZE).unwrap();
        file.set_len(100).unwrap();
        assert_eq!(cut.bytes(0..100), [1; 100]);
        assert_eq!(cut.fault(), None);
        assert!(cut.bytes(SIZE / 2..SIZE).iter().all(|byte| *byte == 0));
        assert_eq!(cut.fault(), Some(SIZE / 2));
        assert!(cut.bytes(SIZE / 4..SIZE).iter().all(|byte| *byte == 0));
        assert_eq!(cut.fault(), Some(SIZE / 4));
        assert!(whole.bytes(0..SIZE).iter().all(|byte| *byte == 1));
        assert_eq!(whole.fault(), None);
    }
}
