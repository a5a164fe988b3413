//! Files to hash, as columns or as rows of Python's.

use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::layout::File;

/// A file to hash, and how many zeros follow it.
#[pyclass(frozen, get_all, module = "seedwright._core")]
pub struct FileEntry {
    path: Py<PyAny>,
    length: u64,
    pad: u64,
}

#[pymethods]
impl FileEntry {
    #[new]
    #[pyo3(signature = (path, length, pad = 0))]
    fn new(path: Py<PyAny>, length: u64, pad: u64) -> Self {
        Self { path, length, pad }
    }
}

/// Many of them, each a row of Python's only when it is asked for.
#[pyclass(frozen, sequence, module = "seedwright._core")]
pub struct Entries {
    files: Arc<Vec<File>>,
    pads: Vec<u64>,
}

impl Entries {
    pub fn of(files: Vec<File>, pads: Vec<u64>) -> Self {
        Self {
            files: Arc::new(files),
            pads,
        }
    }
}

#[pymethods]
impl Entries {
    #[new]
    fn new(paths: Vec<Bound<'_, PyAny>>, lengths: Vec<u64>, pads: Vec<u64>) -> PyResult<Self> {
        if paths.len() != lengths.len() || paths.len() != pads.len() {
            return Err(PyValueError::new_err(
                "there must be a length and a pad for each file",
            ));
        }
        let files = paths.iter().zip(lengths).map(|(path, length)| {
            Ok(File {
                path: path_of(path)?,
                length,
            })
        });
        Ok(Self::of(files.collect::<PyResult<_>>()?, pads))
    }

    /// The sum of the lengths.
    #[getter]
    fn size(&self) -> u64 {
        self.files.iter().map(|file| file.length).sum()
    }

    fn __len__(&self) -> usize {
        self.files.len()
    }

    fn __getitem__(&self, py: Python<'_>, number: usize) -> PyResult<FileEntry> {
        let (Some(file), Some(pad)) = (self.files.get(number), self.pads.get(number)) else {
            return Err(PyIndexError::new_err("there are no more files"));
        };
        let path = file.path.as_os_str().into_pyobject(py)?;
        Ok(FileEntry::new(path.into_any().unbind(), file.length, *pad))
    }
}

/// What a caller gives to hash.
#[derive(FromPyObject)]
pub enum Files<'py> {
    Columns(Bound<'py, Entries>),
    Rows(Vec<Bound<'py, FileEntry>>),
}

impl Files<'_> {
    /// How many zeros follow each file.
    pub fn pads(&self) -> Vec<u64> {
        match self {
            Self::Columns(entries) => entries.get().pads.clone(),
            Self::Rows(rows) => rows.iter().map(|row| row.get().pad).collect(),
        }
    }

    /// The files themselves.
    pub fn files(&self, py: Python<'_>) -> PyResult<Arc<Vec<File>>> {
        let rows = match self {
            Self::Columns(entries) => return Ok(entries.get().files.clone()),
            Self::Rows(rows) => rows,
        };
        let files = rows.iter().map(|row| {
            Ok(File {
                path: path_of(row.get().path.bind(py))?,
                length: row.get().length,
            })
        });
        Ok(Arc::new(files.collect::<PyResult<_>>()?))
    }
}

/// The path of a `str`, a `bytes` or a path object.
pub fn path_of(path: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    #[cfg(unix)]
    if let Ok(bytes) = path.cast::<PyBytes>() {
        use std::os::unix::ffi::OsStrExt;
        return Ok(std::ffi::OsStr::from_bytes(bytes.as_bytes()).into());
    }
    path.extract()
}
