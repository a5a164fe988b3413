//! The files that a torrent lists, as columns: of a million of them each takes a few bytes.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::iter::successors;
use std::path::{Path, PathBuf};

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator, PyTuple};

use crate::entries::Entries;
use crate::layout::File;
use crate::status;

/// What stands for the size of a file that is not there.
const NOT_THERE: i64 = -1;

/// A file as `FileRow` of the stub describes it.
type Row<'py> = (
    Bound<'py, PyTuple>,
    u64,
    Bound<'py, PyBytes>,
    Bound<'py, PyTuple>,
    Bound<'py, PyBytes>,
);

#[pyclass(frozen, module = "seedwright._core")]
pub struct Listed {
    /// The paths, one after another, slashes between their names.
    paths: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
    lengths: Vec<u64>,
    pads: Vec<bool>,
    /// The targets of symlinks, by the numbers of these.
    links: Vec<(usize, Py<PyTuple>)>,
    /// Nothing in v1, else a root or nothing for each file.
    roots: Vec<Option<[u8; 32]>>,
}

#[pymethods]
impl Listed {
    #[new]
    #[pyo3(signature = (rows, roots_of = None))]
    fn new(rows: &Bound<'_, PyAny>, roots_of: Option<&Bound<'_, Self>>) -> PyResult<Self> {
        let mut listed = Self {
            paths: vec![],
            ends: vec![],
            lengths: vec![],
            pads: vec![],
            links: vec![],
            roots: vec![],
        };
        for row in PyIterator::from_object(rows)? {
            listed.push(row?.extract()?)?;
        }
        if let Some(other) = roots_of {
            listed.take_roots(other.get());
        }
        Ok(listed)
    }

    fn __len__(&self) -> usize {
        self.lengths.len()
    }

    /// Path, length, whether it is a pad file, and the root, which may be empty.
    fn row<'py>(
        &self,
        py: Python<'py>,
        number: usize,
    ) -> PyResult<(Bound<'py, PyBytes>, u64, bool, Bound<'py, PyBytes>)> {
        let Some(length) = self.lengths.get(number) else {
            return Err(PyIndexError::new_err("there are no more files"));
        };
        let root = self.roots.get(number).and_then(Option::as_ref);
        Ok((
            PyBytes::new(py, self.path(number)),
            *length,
            self.pads[number],
            PyBytes::new(py, root.map_or(&[], |root| root)),
        ))
    }

    /// The targets of symlinks, by the numbers of these.
    fn links<'py>(&self, py: Python<'py>) -> Vec<(usize, Bound<'py, PyTuple>)> {
        let links = self.links.iter();
        links
            .map(|(number, target)| (*number, target.bind(py).clone()))
            .collect()
    }

    /// The sizes that the files have in `folder`, eight bytes each.
    fn sizes<'py>(&self, py: Python<'py>, folder: PathBuf) -> Bound<'py, PyBytes> {
        let numbers: Vec<usize> = (0..self.lengths.len()).collect();
        let sizes = py.detach(|| {
            status::in_threads(&numbers, |part| {
                part.iter().map(|file| self.size(*file, &folder)).collect()
            })
        });
        let bytes: Vec<u8> = sizes.into_iter().flat_map(i64::to_ne_bytes).collect();
        PyBytes::new(py, &bytes)
    }

    /// The lengths, eight bytes each.
    fn lengths<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes: Vec<u8> = self.lengths.iter().flat_map(|n| n.to_ne_bytes()).collect();
        PyBytes::new(py, &bytes)
    }

    /// The files with bytes, pad files apart, that have another root than these.
    fn unlike(&self, roots: Vec<Bound<'_, PyBytes>>) -> Vec<usize> {
        let files = roots.iter().zip(&self.lengths).zip(&self.pads).enumerate();
        files
            .filter(|(number, ((root, length), is_pad))| {
                let own = self.roots.get(*number).and_then(Option::as_ref);
                !**is_pad && **length > 0 && root.as_bytes() != own.map_or(&[][..], |own| own)
            })
            .map(|(number, _)| number)
            .collect()
    }

    /// The files, pad files apart, that have another size than the torrent says.
    fn differing(&self, sizes: &[u8]) -> Vec<usize> {
        let files = sizes_in(sizes).zip(&self.lengths).zip(&self.pads);
        files
            .enumerate()
            .filter(|(_, ((size, length), is_pad))| {
                !**is_pad && u64::try_from(*size) != Ok(**length)
            })
            .map(|(number, _)| number)
            .collect()
    }

    /// Whether all paths, pad files apart, are plain ones that no system takes for one another.
    fn are_plain(&self, longest_name: usize, longest_path: usize) -> bool {
        let files = || (0..self.lengths.len()).filter(|number| !self.pads[*number]);
        let is_plain = |path: &[u8]| {
            path.len() <= longest_path
                && path
                    .split(|byte| *byte == b'/')
                    .all(|name| name.len() <= longest_name)
                && path
                    .iter()
                    .all(|byte| (b' '..=b'~').contains(byte) && *byte != b'\\')
        };
        if !files().all(|number| is_plain(self.path(number))) {
            return false;
        }
        // Two that have a number in common by chance do no harm: they get a closer look.
        let hasher = RandomState::new();
        let key = |path: &[u8]| hasher.hash_one(path.to_ascii_lowercase());
        let mut seen = HashSet::with_capacity(self.lengths.len());
        if !files().all(|number| seen.insert(key(self.path(number)))) {
            return false;
        }
        let mut before: &[u8] = &[];
        files().all(|number| {
            let folder = above(self.path(number));
            let is_new = folder != std::mem::replace(&mut before, folder);
            !is_new
                || successors(Some(folder), |folder| Some(above(folder)))
                    .take_while(|folder| !folder.is_empty())
                    .all(|folder| !seen.contains(&key(folder)))
        })
    }

    /// What there is to hash in `folder`, with zeros for all that is not there if it is `padded`.
    fn entries(&self, folder: PathBuf, sizes: &[u8], padded: bool) -> Entries {
        let (files, pads) = sizes_in(sizes)
            .zip(&self.lengths)
            .enumerate()
            .map(|(number, (size, length))| {
                let there = match self.pads[number] {
                    true => 0,
                    false => u64::try_from(size).unwrap_or(0).min(*length),
                };
                let path = match there {
                    0 => PathBuf::new(),
                    _ => self.path_in(&folder, number),
                };
                let pad = if padded { length - there } else { 0 };
                (
                    File {
                        path,
                        length: there,
                    },
                    pad,
                )
            })
            .unzip();
        Entries::of(files, pads)
    }
}

impl Listed {
    fn push(&mut self, (path, length, attributes, target, root): Row<'_>) -> PyResult<()> {
        for (place, name) in path.iter().enumerate() {
            if place > 0 {
                self.paths.push(b'/');
            }
            self.paths
                .extend_from_slice(name.cast::<PyBytes>()?.as_bytes());
        }
        self.ends.push(self.paths.len());
        if attributes.as_bytes().contains(&b'l') {
            self.links.push((self.lengths.len(), target.unbind()));
        }
        self.lengths.push(length);
        self.pads.push(attributes.as_bytes().contains(&b'p'));
        if let Ok(root) = root.as_bytes().try_into() {
            self.roots.resize(self.lengths.len() - 1, None);
            self.roots.push(Some(root));
        }
        Ok(())
    }

    /// The roots that the same paths have in the other half of a hybrid.
    fn take_roots(&mut self, other: &Self) {
        let numbers: HashMap<&[u8], usize> = (0..other.lengths.len())
            .map(|number| (other.path(number), number))
            .collect();
        let number_of = |number| numbers.get(self.path(number));
        self.roots = (0..self.lengths.len())
            .map(|number| *other.roots.get(*number_of(number)?)?)
            .collect();
    }

    fn path(&self, number: usize) -> &[u8] {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.paths[start..self.ends[number]]
    }

    /// Where the file lies; the content itself where the path is empty.
    fn path_in(&self, folder: &Path, number: usize) -> PathBuf {
        match self.path(number) {
            [] => folder.to_path_buf(),
            path => folder.join(as_path(path)),
        }
    }

    fn size(&self, number: usize, folder: &Path) -> i64 {
        if self.pads[number] {
            return NOT_THERE;
        }
        match self.path_in(folder, number).metadata() {
            Ok(found) if found.is_file() => found.len().cast_signed(),
            _ => NOT_THERE,
        }
    }
}

/// The path of the folder that a path lies in, which is empty for the content itself.
fn above(path: &[u8]) -> &[u8] {
    let slash = path.iter().rposition(|byte| *byte == b'/');
    &path[..slash.unwrap_or(0)]
}

fn sizes_in(bytes: &[u8]) -> impl Iterator<Item = i64> + '_ {
    let (sizes, _) = bytes.as_chunks();
    sizes.iter().copied().map(i64::from_ne_bytes)
}

#[cfg(unix)]
fn as_path(path: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(path).into()
}

#[cfg(not(unix))]
fn as_path(path: &[u8]) -> PathBuf {
    String::from_utf8_lossy(path).into_owned().into()
}
