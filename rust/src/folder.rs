//! A folder whose entries need no closer look, as nearly all do: its files and its folders.

use std::fs::{self, FileType};
use std::path::Path;

use pyo3::prelude::*;
use pyo3::types::{PyInt, PyString, PyTuple};

use crate::decode::integer;
use crate::status::{self, Look};

/// A plain name is shorter than this, in bytes.
const LONGEST_NAME: usize = 60;

/// A file as `ContentFile` of the Python side has it.
pub type FileRow<'py> = (
    Bound<'py, PyTuple>,
    Bound<'py, PyString>,
    u64,
    Bound<'py, PyAny>,
    Bound<'py, PyInt>,
    u64,
    Bound<'py, PyAny>,
);

/// A folder by its path, the names that lead to it, its device and its inode.
pub type FolderRow<'py> = (Bound<'py, PyString>, Bound<'py, PyTuple>, u64, u64);

struct Entry {
    name: String,
    kind: FileType,
    look: Look,
}

/// The files and folders in the folder at `path`, in the order of their names; nothing where one has
/// no plain name, is neither of both, or cannot be looked at.
pub fn plain_folder<'py>(
    path: &Bound<'py, PyString>,
    parts: &Bound<'py, PyTuple>,
) -> PyResult<Option<(Vec<FileRow<'py>>, Vec<FolderRow<'py>>)>> {
    let py = path.py();
    let Ok(folder) = path.to_cow() else {
        return Ok(None); // it is no UTF-8
    };
    let Some(entries) = py.detach(|| entries_of(folder.as_ref().as_ref())) else {
        return Ok(None);
    };
    let (mut files, mut folders) = (vec![], vec![]);
    let mut device = (0, 0_u64.into_pyobject(py)?);
    for Entry { name, kind, look } in entries {
        let path = PyString::new(py, &format!("{folder}/{name}"));
        let name = PyString::new(py, &name).into_any();
        let parts = PyTuple::new(py, parts.iter().chain([name]).collect::<Vec<_>>())?;
        if kind.is_dir() {
            folders.push((path, parts, look.device, look.inode));
            continue;
        }
        // One number for many files, and for two times that are the same.
        if device.0 != look.device {
            device = (look.device, look.device.into_pyobject(py)?);
        }
        let modified = integer(py, look.modified)?;
        let changed = match look.changed == look.modified {
            true => modified.clone(),
            false => integer(py, look.changed)?,
        };
        let device = device.1.clone();
        files.push((
            parts,
            path,
            look.length,
            modified,
            device,
            look.inode,
            changed,
        ));
    }
    Ok(Some((files, folders)))
}

fn entries_of(folder: &Path) -> Option<Vec<Entry>> {
    if cfg!(not(unix)) {
        return None; // a look says too little there
    }
    let mut found = vec![];
    for entry in fs::read_dir(folder).ok()? {
        let entry = entry.ok()?;
        let kind = entry.file_type().ok()?;
        let name = entry.file_name().into_string().ok()?;
        if !(kind.is_file() || kind.is_dir()) || !is_plain(&name) {
            return None;
        }
        found.push((name, kind));
    }
    found.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    let looks = status::in_threads(&found, |part| {
        let look = |(name, kind): &(String, FileType)| {
            let metadata = folder.join(name).symlink_metadata().ok()?;
            (metadata.file_type() == *kind).then(|| status::look_of(&metadata))
        };
        part.iter().map(look).collect()
    });
    let entries = found.into_iter().zip(looks);
    entries
        .map(|((name, kind), look)| look.map(|look| Entry { name, kind, look }))
        .collect()
}

fn is_plain(name: &str) -> bool {
    name.len() < LONGEST_NAME
        && name
            .bytes()
            .all(|byte| (b' '..=b'~').contains(&byte) && byte != b'\\')
}
