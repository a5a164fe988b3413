//! The Python surface of the hashing core, and nothing else.

#[pyo3::pymodule]
mod _core {
    use pyo3::prelude::*;

    /// The version of the core, which is the version of the package.
    #[pyfunction]
    fn version() -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}
