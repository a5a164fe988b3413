"""The hashing core, written in Rust."""

def version() -> str:
    """The version of the core, which is the version of the package."""
