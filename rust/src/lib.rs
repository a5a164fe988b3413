//! The Python surface of the core, and nothing else.

mod bencode;
mod chains;
mod cold;
mod decode;
mod entries;
mod flush;
mod folder;
mod lanes;
mod layout;
mod listed;
mod mapping;
mod merkle;
mod network;
mod pipeline;
mod rc4;
mod source;
mod status;
mod worker;

#[pyo3::pymodule]
mod _core {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use pyo3::create_exception;
    use pyo3::exceptions::{PyException, PyOSError, PyRuntimeError, PyValueError};
    use pyo3::prelude::*;
    use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

    use crate::bencode::{self, broken, Limits};
    use crate::decode::{self, integer, refused, whole};
    use crate::entries::{path_of, Files};
    use crate::flush::Flush;
    use crate::folder;
    use crate::lanes;
    use crate::layout::{File, Layout};
    use crate::network;
    use crate::pipeline::{self, Failure, Job};
    use crate::rc4;
    use crate::source::{self, Reading};
    use crate::status;

    /// How often signals and the caller's wish to cancel are looked at.
    const LOOK: Duration = Duration::from_millis(50);

    /// How often progress is told.
    const TELL: Duration = Duration::from_millis(100);

    /// How long a call that ends early waits for its threads; one that is stuck in a read of a dead
    /// network file system is left to itself.
    const PATIENCE: Duration = Duration::from_millis(100);

    create_exception!(
        _core,
        Cancelled,
        PyException,
        "The caller asked for an end."
    );
    create_exception!(
        _core,
        ReadError,
        PyOSError,
        "A file could not be read as promised."
    );

    #[pymodule_export]
    use crate::entries::{Entries, FileEntry};
    #[pymodule_export]
    use crate::listed::Listed;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("Cancelled", module.py().get_type::<Cancelled>())?;
        module.add("ReadError", module.py().get_type::<ReadError>())
    }

    /// The version of the core, which is the version of the package.
    #[pyfunction]
    fn version() -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// The paths there are here, and the one that hashes each.
    #[pyclass(frozen, get_all, module = "seedwright._core")]
    struct Lanes {
        available: Vec<&'static str>,
        sha1: &'static str,
        sha256: &'static str,
    }

    /// The hashing paths of this processor, and the one that each hash takes.
    #[pyfunction(name = "lanes")]
    fn lanes_(py: Python<'_>) -> PyResult<Lanes> {
        let chosen = py
            .detach(|| lanes::chosen(true, true))
            .map_err(PyValueError::new_err)?;
        Ok(Lanes {
            available: lanes::names(),
            sha1: chosen.sha1.name,
            sha256: chosen.sha256.name,
        })
    }

    /// The file systems whose disk is in another machine, as the kernel calls them.
    #[pyfunction]
    fn network_types() -> Vec<&'static str> {
        network::NETWORK.iter().map(|(name, _)| *name).collect()
    }

    /// The SHA-1 of each message, through the named path.
    #[pyfunction]
    fn sha1_many<'py>(
        py: Python<'py>,
        path: &str,
        messages: Vec<Bound<'py, PyBytes>>,
    ) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let hasher = lanes::named(path).map_err(PyValueError::new_err)?.sha1;
        let messages: Vec<_> = messages.iter().map(|message| message.as_bytes()).collect();
        let digests = py.detach(|| hasher.many(&messages));
        Ok(digests
            .iter()
            .map(|digest| PyBytes::new(py, &lanes::bytes::<5, 20>(digest)))
            .collect())
    }

    /// The SHA-256 of each message, through the named path.
    #[pyfunction]
    fn sha256_many<'py>(
        py: Python<'py>,
        path: &str,
        messages: Vec<Bound<'py, PyBytes>>,
    ) -> PyResult<Vec<Bound<'py, PyBytes>>> {
        let hasher = lanes::named(path).map_err(PyValueError::new_err)?.sha256;
        let messages: Vec<_> = messages.iter().map(|message| message.as_bytes()).collect();
        let digests = py.detach(|| hasher.many(&messages));
        Ok(digests
            .iter()
            .map(|digest| PyBytes::new(py, &lanes::bytes::<8, 32>(digest)))
            .collect())
    }

    /// An infohash of each kind.
    #[pyclass(frozen, get_all, module = "seedwright._core")]
    struct Infohashes {
        v1: Py<PyBytes>,
        v2: Py<PyBytes>,
    }

    /// The SHA-1 and the SHA-256 of a part of `data`.
    #[pyfunction]
    #[pyo3(signature = (data, start=0, end=None))]
    fn infohashes(
        py: Python<'_>,
        data: &[u8],
        start: usize,
        end: Option<usize>,
    ) -> PyResult<Infohashes> {
        use sha1::Digest;

        let info = data
            .get(start..end.unwrap_or(data.len()))
            .ok_or_else(|| PyValueError::new_err("there is no such part"))?;
        Ok(Infohashes {
            v1: PyBytes::new(py, &sha1::Sha1::digest(info)).unbind(),
            v2: PyBytes::new(py, &sha2::Sha256::digest(info)).unbind(),
        })
    }

    /// Where the value of `info` lies in a torrent; ValueError of what is wrong, and at which byte.
    #[pyfunction]
    fn info_span(data: &[u8], max_depth: usize, max_values: usize) -> PyResult<(usize, usize)> {
        let limits = Limits {
            depth: max_depth,
            values: max_values,
        };
        let span = bencode::info_span(data, limits).map_err(refused)?;
        Ok((span.start, span.end))
    }

    /// The dictionary at `start`; of the keys in `later`, where their values are.
    #[pyfunction]
    fn fields<'py>(
        data: &Bound<'py, PyBytes>,
        start: usize,
        later: Vec<Bound<'py, PyBytes>>,
        max_values: usize,
    ) -> PyResult<Bound<'py, PyDict>> {
        let later: Vec<_> = later.iter().map(|key| key.as_bytes()).collect();
        decode::fields(data, start, &later, max_values)
    }

    /// The items of the list at `start`, each built when it is asked for; with `rows` the usual files
    /// among them are rows.
    #[pyfunction]
    #[pyo3(signature = (data, start, max_values, *, rows=false))]
    fn items(
        data: Bound<'_, PyBytes>,
        start: usize,
        max_values: usize,
        rows: bool,
    ) -> PyResult<decode::Items> {
        if data.as_bytes().get(start) != Some(&b'l') {
            return Err(refused(broken("no list begins", start)));
        }
        Ok(decode::Items::new(
            data.unbind(),
            start + 1,
            max_values,
            rows,
        ))
    }

    /// The files of the file tree at `start`, each built when it is asked for; with `rows` the usual
    /// ones are rows.
    #[pyfunction]
    #[pyo3(signature = (data, start, max_values, *, rows=false))]
    fn leaves(
        data: Bound<'_, PyBytes>,
        start: usize,
        max_values: usize,
        rows: bool,
    ) -> PyResult<decode::Leaves> {
        if data.as_bytes().get(start) != Some(&b'd') {
            return Err(refused(broken("no dictionary begins", start)));
        }
        Ok(decode::Leaves::new(
            data.unbind(),
            start + 1,
            max_values,
            rows,
        ))
    }

    /// What tells one state of a file from another.
    #[pyclass(frozen, module = "seedwright._core")]
    struct Look(status::Look);

    #[pymethods]
    impl Look {
        #[getter]
        fn size(&self) -> u64 {
            self.0.length
        }

        #[getter]
        fn mtime_ns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            integer(py, self.0.modified)
        }

        #[getter]
        fn device(&self) -> u64 {
            self.0.device
        }

        #[getter]
        fn inode(&self) -> u64 {
            self.0.inode
        }

        #[getter]
        fn ctime_ns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            integer(py, self.0.changed)
        }
    }

    /// A file that cannot be looked at, and the number of the error that hides it.
    #[pyclass(frozen, get_all, module = "seedwright._core")]
    struct Unseen {
        errno: i32,
    }

    #[derive(IntoPyObject)]
    enum Status {
        Seen(Look),
        Hidden(Unseen),
    }

    impl From<status::Status> for Status {
        fn from(status: status::Status) -> Self {
            match status {
                Ok(look) => Self::Seen(Look(look)),
                Err(errno) => Self::Hidden(Unseen { errno }),
            }
        }
    }

    /// A look at each file.
    #[pyfunction]
    fn statuses(py: Python<'_>, paths: Vec<Bound<'_, PyAny>>) -> PyResult<Vec<Status>> {
        let paths = paths.iter().map(path_of).collect::<PyResult<Vec<_>>>()?;
        let found = py.detach(|| status::statuses(&paths));
        Ok(found.into_iter().map(Status::from).collect())
    }

    /// A file as `SeenFile` of the stub describes it.
    type SeenFile<'py> = (
        Bound<'py, PyAny>,
        Bound<'py, PyAny>,
        u64,
        Bound<'py, PyAny>,
        u64,
        u64,
        Bound<'py, PyAny>,
    );

    /// Those of the files that are no longer as they were found: their numbers, and a new look.
    #[pyfunction]
    fn changed(py: Python<'_>, files: &Bound<'_, PyAny>) -> PyResult<Vec<(usize, Status)>> {
        let mut before = Vec::with_capacity(files.len()?);
        for file in files.try_iter()? {
            let file: SeenFile<'_> = file?.extract()?;
            let (_, path, length, modified, device, inode, changed) = file;
            let look = status::Look {
                length,
                modified: whole(&modified)?,
                device,
                inode,
                changed: whole(&changed)?,
            };
            before.push((path_of(&path)?, look));
        }
        let found = py.detach(|| status::changed(&before));
        let told = found.into_iter();
        Ok(told
            .map(|(number, status)| (number, status.into()))
            .collect())
    }

    /// The files and folders in a folder, where none of them needs a closer look.
    #[pyfunction]
    fn plain_folder<'py>(
        path: &Bound<'py, PyString>,
        parts: &Bound<'py, PyTuple>,
    ) -> PyResult<Option<(Vec<folder::FileRow<'py>>, Vec<folder::FolderRow<'py>>)>> {
        folder::plain_folder(path, parts)
    }

    /// An RC4 key stream, used from its first byte on.
    #[pyclass(module = "seedwright._core")]
    struct Rc4(rc4::Rc4);

    #[pymethods]
    impl Rc4 {
        #[new]
        fn new(key: &[u8]) -> PyResult<Self> {
            rc4::Rc4::new(key).map(Self).ok_or_else(|| {
                PyValueError::new_err(format!("a key has 1 to {} bytes", rc4::LONGEST_KEY))
            })
        }

        /// The data with the next bytes of the stream: encrypted, or decrypted, which is the same.
        fn crypt<'py>(&mut self, py: Python<'py>, data: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
            PyBytes::new_with(py, data.len(), |out| {
                py.detach(|| self.0.crypt(data, out));
                Ok(())
            })
        }
    }

    /// Has the disk take what was written to the files and is in memory only.
    #[pyfunction]
    #[pyo3(signature = (paths, *, cancelled = None))]
    fn flush(
        py: Python<'_>,
        paths: Vec<Bound<'_, PyAny>>,
        cancelled: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let paths = paths.iter().map(path_of).collect::<PyResult<Vec<_>>>()?;
        let mut flush = py.detach(|| Flush::start(&paths));
        while !py.detach(|| flush.wait(LOOK)) {
            heed(py, cancelled.as_ref(), "flushing was cancelled").inspect_err(|_| flush.stop())?;
        }
        Ok(())
    }

    /// One way to hash files.
    #[pyclass(frozen, get_all, module = "seedwright._core")]
    struct Stream {
        piece_lengths: Vec<u64>,
        v1: bool,
        v2: bool,
        pads: Vec<u64>,
    }

    #[pymethods]
    impl Stream {
        #[new]
        #[pyo3(signature = (piece_lengths, *, v1, v2, pads))]
        fn new(piece_lengths: Vec<u64>, v1: bool, v2: bool, pads: Vec<u64>) -> Self {
            Self {
                piece_lengths,
                v1,
                v2,
                pads,
            }
        }
    }

    impl Stream {
        fn layout(&self, files: &Arc<Vec<File>>) -> Result<Layout, String> {
            let lengths = &self.piece_lengths;
            Layout::new(files.clone(), &self.pads, lengths, self.v1, self.v2)
        }
    }

    /// What `hash_files` gives back.
    #[pyclass(frozen, module = "seedwright._core")]
    struct Hashes {
        #[pyo3(get)]
        pieces: Py<PyBytes>,
        #[pyo3(get)]
        roots: Py<PyList>,
        #[pyo3(get)]
        layers: Py<PyList>,
        #[pyo3(get)]
        bytes_hashed: u64,
    }

    /// The hashes of the files, in the order given.
    #[pyfunction]
    #[pyo3(signature = (files, piece_length, *, v1, v2, workers = 0, reading = "auto", may_be_longer = false, on_progress = None, cancelled = None))]
    #[allow(clippy::too_many_arguments)]
    fn hash_files(
        py: Python<'_>,
        files: Files<'_>,
        piece_length: u64,
        v1: bool,
        v2: bool,
        workers: usize,
        reading: &str,
        may_be_longer: bool,
        on_progress: Option<Bound<'_, PyAny>>,
        cancelled: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Hashes> {
        let stream = Stream::new(vec![piece_length], v1, v2, files.pads());
        let told = (on_progress, cancelled);
        let hashes = hash_all(
            py,
            &files,
            &[&stream],
            workers,
            reading,
            may_be_longer,
            told,
        )?;
        let only = hashes.into_iter().flatten().next();
        only.ok_or_else(|| PyRuntimeError::new_err("there are no hashes"))
    }

    /// The hashes of the files for each of the streams and each of their piece lengths.
    #[pyfunction]
    #[pyo3(signature = (files, streams, *, workers = 0, reading = "auto", on_progress = None, cancelled = None))]
    fn hash_streams(
        py: Python<'_>,
        files: Files<'_>,
        streams: Vec<Bound<'_, Stream>>,
        workers: usize,
        reading: &str,
        on_progress: Option<Bound<'_, PyAny>>,
        cancelled: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Vec<Vec<Hashes>>> {
        let told = (on_progress, cancelled);
        let streams: Vec<_> = streams.iter().map(Bound::get).collect();
        hash_all(py, &files, &streams, workers, reading, false, told)
    }

    fn hash_all(
        py: Python<'_>,
        files: &Files<'_>,
        streams: &[&Stream],
        workers: usize,
        reading: &str,
        may_be_longer: bool,
        (on_progress, cancelled): (Option<Bound<'_, PyAny>>, Option<Bound<'_, PyAny>>),
    ) -> PyResult<Vec<Vec<Hashes>>> {
        let reading = match reading {
            "auto" => Reading::Auto,
            "mapped" => Reading::Mapped,
            "positional" => Reading::Positional,
            other => {
                let sentence = format!("reading is auto, mapped or positional, not {other:?}");
                return Err(PyValueError::new_err(sentence));
            }
        };
        let files = files.files(py)?;
        let layouts = streams
            .iter()
            .map(|stream| stream.layout(&files))
            .collect::<Result<Vec<_>, _>>()
            .map_err(PyValueError::new_err)?;
        let (v1, v2) = layouts.iter().fold((false, false), |(v1, v2), layout| {
            (v1 || layout.v1, v2 || layout.v2)
        });
        let chosen = py
            .detach(|| lanes::chosen(v1, v2))
            .map_err(PyValueError::new_err)?;
        let job =
            py.detach(|| Job::start(&files, layouts, chosen, workers, reading, may_be_longer));
        if let Err(error) = watch(py, &job, on_progress, cancelled) {
            job.stop();
            py.detach(|| job.wait(PATIENCE));
            return Err(error);
        }
        let hashes = py
            .detach(|| job.hashes())
            .map_err(|failure| raised(py, failure))?;
        let of_stream = |hashes: Vec<_>| hashes.iter().map(|each| given(py, each)).collect();
        hashes.into_iter().map(of_stream).collect()
    }

    /// The hashes as Python has them.
    fn given(py: Python<'_>, hashes: &pipeline::Hashes) -> PyResult<Hashes> {
        let roots = hashes
            .roots
            .iter()
            .map(|root| PyBytes::new(py, root.as_ref().map_or(&[], |r| r)));
        let layers = hashes
            .layers
            .iter()
            .map(|layer| PyBytes::new(py, layer.as_flattened()));
        Ok(Hashes {
            pieces: PyBytes::new(py, hashes.pieces.as_flattened()).unbind(),
            roots: PyList::new(py, roots)?.unbind(),
            layers: PyList::new(py, layers)?.unbind(),
            bytes_hashed: hashes.bytes_hashed,
        })
    }

    /// Waits for the job's end, tells progress, and looks for a reason to end early.
    fn watch(
        py: Python<'_>,
        job: &Arc<Job>,
        on_progress: Option<Bound<'_, PyAny>>,
        cancelled: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let mut told = (Instant::now(), 0);
        loop {
            let ended = py.detach(|| job.wait(LOOK));
            heed(py, cancelled.as_ref(), "hashing was cancelled")?;
            let done = job.done();
            let due = if ended {
                !job.stopped()
            } else {
                told.0.elapsed() >= TELL && done > told.1
            };
            if let (Some(on_progress), true) = (&on_progress, due) {
                on_progress.call1((done,))?;
                told = (Instant::now(), done);
            }
            if ended {
                return Ok(());
            }
        }
    }

    /// Ends early where a signal or the caller asks for it.
    fn heed(
        py: Python<'_>,
        cancelled: Option<&Bound<'_, PyAny>>,
        words: &'static str,
    ) -> PyResult<()> {
        py.check_signals()?;
        if let Some(cancelled) = cancelled {
            if cancelled.call0()?.is_truthy()? {
                return Err(Cancelled::new_err(words));
            }
        }
        Ok(())
    }

    fn raised(py: Python<'_>, failure: Failure) -> PyErr {
        match failure {
            Failure::Broken(sentence) => PyRuntimeError::new_err(sentence),
            Failure::Read(error) => read_error(py, error).unwrap_or_else(|error| error),
        }
    }

    fn read_error(py: Python<'_>, error: source::ReadError) -> PyResult<PyErr> {
        let raised = ReadError::new_err(error.sentence);
        let value = raised.value(py);
        value.setattr("path", error.path.into_os_string())?;
        value.setattr("offset", error.offset)?;
        value.setattr("reason", error.reason.word())?;
        value.setattr("errno", error.errno)?;
        Ok(raised)
    }
}
