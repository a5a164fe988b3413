"""What hashes: one protocol, one engine a module."""
