//! Bencoded values as Python's, one at a time where there may be a million of them.
//!
//! Where a key stands twice the first counts, as it does for libtorrent.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PySlice, PyTuple};

use crate::bencode::{self, broken, Broken, Token};

/// Deeper than any torrent whose grammar has been checked, and no deeper than the stack takes.
const DEEPEST: usize = 128;

/// ValueError of what is wrong, and at which byte.
pub fn refused(broken: Broken) -> PyErr {
    PyValueError::new_err((broken.what, broken.offset))
}

/// Python's integer; those of 64 bits, as nearly all are, are quicker to make.
pub fn integer(py: Python<'_>, value: i128) -> PyResult<Bound<'_, PyAny>> {
    Ok(match i64::try_from(value) {
        Ok(value) => value.into_pyobject(py)?.into_any(),
        Err(_) => value.into_pyobject(py)?.into_any(),
    })
}

/// What Python's integer is worth; those of 64 bits are quicker to read, too.
pub fn whole(value: &Bound<'_, PyAny>) -> PyResult<i128> {
    value
        .extract::<i64>()
        .map_or_else(|_| value.extract(), |value| Ok(value.into()))
}

/// How many bytes of strings are built for each value that may be built.
const BYTES_A_VALUE: usize = 32;

/// A reader of `data` that builds so many values and no more, keys counted.
struct Builder<'py, 'a> {
    py: Python<'py>,
    data: &'a [u8],
    at: usize,
    most: usize,
    values: usize,
    bytes: usize,
}

impl<'py, 'a> Builder<'py, 'a> {
    fn new(py: Python<'py>, data: &'a [u8], at: usize, most: usize) -> Self {
        Self {
            py,
            data,
            at,
            most,
            values: 0,
            bytes: 0,
        }
    }

    fn token(&mut self) -> PyResult<Token> {
        let (token, end) = bencode::token(self.data, self.at).map_err(refused)?;
        self.values += 1;
        if let Token::String(text) = token {
            self.bytes += end - text;
        }
        if self.values > self.most {
            let what = format!("there are more than {} values in one place", self.most);
            return Err(refused(broken(&what, self.at)));
        }
        let most = self.most.saturating_mul(BYTES_A_VALUE);
        if self.bytes > most {
            let what = format!("there are more than {most} bytes of strings in one place");
            return Err(refused(broken(&what, self.at)));
        }
        self.at = end;
        Ok(token)
    }

    /// Whether the open list or dictionary ends here; then its end is passed.
    fn ends(&mut self) -> bool {
        let ends = self.data.get(self.at) == Some(&b'e');
        self.at += usize::from(ends);
        ends
    }

    fn key(&mut self) -> PyResult<Bound<'py, PyBytes>> {
        let begin = self.at;
        match self.token()? {
            Token::String(text) => Ok(PyBytes::new(self.py, &self.data[text..self.at])),
            _ => Err(refused(broken("a key is not a string", begin))),
        }
    }

    fn value(&mut self, depth: usize) -> PyResult<Bound<'py, PyAny>> {
        let begin = self.at;
        if depth > DEEPEST {
            return Err(refused(broken("values are nested too deeply", begin)));
        }
        match self.token()? {
            Token::String(text) => Ok(PyBytes::new(self.py, &self.data[text..self.at]).into_any()),
            Token::Integer => integer(self.py, bencode::integer(self.data, begin)),
            Token::List => {
                let list = PyList::empty(self.py);
                while !self.ends() {
                    list.append(self.value(depth + 1)?)?;
                }
                Ok(list.into_any())
            }
            Token::Dictionary => Ok(self.fields(depth, &[])?.into_any()),
            Token::End => Err(refused(broken("no value begins", begin))),
        }
    }

    /// The open dictionary; of the keys in `later`, where their values are.
    fn fields(&mut self, depth: usize, later: &[&[u8]]) -> PyResult<Bound<'py, PyDict>> {
        let fields = PyDict::new(self.py);
        while !self.ends() {
            let key = self.key()?;
            let value = if later.contains(&key.as_bytes()) {
                let start = self.at;
                self.at = bencode::skip(self.data, start).map_err(refused)?;
                self.place(start)?
            } else {
                self.value(depth + 1)?
            };
            if !fields.contains(&key)? {
                fields.set_item(key, value)?;
            }
        }
        Ok(fields)
    }

    fn place(&self, start: usize) -> PyResult<Bound<'py, PyAny>> {
        let place = PySlice::new(
            self.py,
            isize::try_from(start)?,
            isize::try_from(self.at)?,
            1,
        );
        Ok(place.into_any())
    }
}

/// What is said of a file: its path, length, attributes, symlink target and pieces root.
type Row<'py> = (
    Bound<'py, PyTuple>,
    u64,
    Bound<'py, PyBytes>,
    Bound<'py, PyTuple>,
    Bound<'py, PyBytes>,
);

/// A longer one is built and so held to the limits.
const LONGEST_USUAL: usize = 16 * 1024;

/// What libtorrent knows the pad files of old by.
const OLD_PAD: &[u8] = b"_____padding_file_";

/// `data` from behind what it should begin with.
fn after<'a>(data: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    data.strip_prefix(wanted)
}

/// The length that a file's dictionary begins with, and what follows it.
fn length(data: &[u8]) -> Option<(u64, &[u8])> {
    let data = after(data, b"d6:length")?;
    let (Token::Integer, end) = bencode::token(data, 0).ok()? else {
        return None;
    };
    let length = u64::try_from(bencode::integer(data, 0)).ok()?;
    Some((length, &data[end..]))
}

/// A file of `files` with a length, a path and nothing else, as nearly all are; and its end.
fn usual_file<'py>(py: Python<'py>, data: &[u8], at: usize) -> PyResult<Option<(Row<'py>, usize)>> {
    let Some((length, begin)) = length(&data[at..]) else {
        return Ok(None);
    };
    let Some(mut rest) = after(begin, b"4:pathl") else {
        return Ok(None);
    };
    let mut parts = Vec::new();
    while let Ok((Token::String(text), end)) = bencode::token(rest, 0) {
        let part = &rest[text..end];
        if part.windows(OLD_PAD.len()).any(|window| window == OLD_PAD) {
            return Ok(None);
        }
        parts.push(PyBytes::new(py, part));
        rest = &rest[end..];
        if begin.len() - rest.len() > LONGEST_USUAL {
            return Ok(None);
        }
    }
    match after(rest, b"ee") {
        Some(rest) if !parts.is_empty() => {
            let path = PyTuple::new(py, parts)?;
            Ok(Some((row(py, path, length, b""), data.len() - rest.len())))
        }
        _ => Ok(None),
    }
}

/// A leaf of a file tree with a length and a root where it needs one; and its end.
fn usual_leaf(data: &[u8], at: usize) -> Option<(u64, &[u8], usize)> {
    let (length, rest) = length(&data[at..])?;
    let (root, rest) = match length {
        0 => (&rest[..0], rest),
        _ => after(rest, b"11:pieces root32:")?.split_at_checked(32)?,
    };
    let rest = after(rest, b"e")?;
    Some((length, root, data.len() - rest.len()))
}

fn row<'py>(py: Python<'py>, path: Bound<'py, PyTuple>, length: u64, root: &[u8]) -> Row<'py> {
    let nothing = PyBytes::new(py, b"");
    (
        path,
        length,
        nothing,
        PyTuple::empty(py),
        PyBytes::new(py, root),
    )
}

/// The dictionary at `start`.
pub fn fields<'py>(
    data: &Bound<'py, PyBytes>,
    start: usize,
    later: &[&[u8]],
    max_values: usize,
) -> PyResult<Bound<'py, PyDict>> {
    let mut builder = Builder::new(data.py(), data.as_bytes(), start, max_values);
    match builder.token()? {
        Token::Dictionary => builder.fields(0, later),
        _ => Err(refused(broken("no dictionary begins", start))),
    }
}

/// The items of a list, each built when it is asked for; the usual files among them as rows.
#[pyclass(module = "seedwright._core")]
pub struct Items {
    data: Py<PyBytes>,
    at: usize,
    max_values: usize,
    rows: bool,
    done: bool,
}

impl Items {
    pub fn new(data: Py<PyBytes>, at: usize, max_values: usize, rows: bool) -> Self {
        Self {
            data,
            at,
            max_values,
            rows,
            done: false,
        }
    }
}

#[pymethods]
impl Items {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let mut builder = Builder::new(py, self.data.as_bytes(py), self.at, self.max_values);
        if self.done || builder.ends() {
            self.done = true;
            return Ok(None);
        }
        if self.rows {
            if let Some((row, end)) = usual_file(py, builder.data, builder.at)? {
                self.at = end;
                return Ok(Some(row.into_pyobject(py)?.into_any()));
            }
        }
        let item = builder.value(0)?;
        self.at = builder.at;
        Ok(Some(item))
    }
}

/// The files of a file tree (BEP 52) in their order, each with the names that lead to it; with
/// `rows` the usual ones as rows.
#[pyclass(module = "seedwright._core")]
pub struct Leaves {
    data: Py<PyBytes>,
    at: usize,
    max_values: usize,
    rows: bool,
    folders: Vec<Py<PyBytes>>,
    done: bool,
}

impl Leaves {
    pub fn new(data: Py<PyBytes>, at: usize, max_values: usize, rows: bool) -> Self {
        Self {
            data,
            at,
            max_values,
            rows,
            folders: Vec::new(),
            done: false,
        }
    }
}

#[pymethods]
impl Leaves {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        while !self.done {
            let mut builder = Builder::new(py, self.data.as_bytes(py), self.at, self.max_values);
            if builder.ends() {
                self.at = builder.at;
                self.done = self.folders.pop().is_none();
                continue;
            }
            let begin = builder.at;
            let bent = || refused(broken("'file tree' is not a tree of files", begin));
            let name = builder.key()?;
            if name.as_bytes().is_empty() || builder.token()? != Token::Dictionary {
                return Err(bent());
            }
            let inside = builder.at;
            self.folders.push(name.unbind());
            // The key of a file's own dictionary is empty, and so the first.
            if !matches!(bencode::token(builder.data, inside), Ok((Token::String(text), end)) if text == end)
            {
                self.at = inside;
                continue;
            }
            builder.key()?;
            let path = PyTuple::new(py, self.folders.iter().map(|name| name.bind(py)))?;
            self.folders.pop();
            let usual = usual_leaf(builder.data, builder.at).filter(|_| self.rows);
            let leaf = if let Some((length, root, end)) = usual {
                builder.at = end;
                row(py, path, length, root).into_pyobject(py)?.into_any()
            } else {
                (path, builder.value(0)?).into_pyobject(py)?.into_any()
            };
            if !builder.ends() {
                return Err(bent());
            }
            self.at = builder.at;
            return Ok(Some(leaf));
        }
        Ok(None)
    }
}
