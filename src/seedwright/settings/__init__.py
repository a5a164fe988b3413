"""Settings: one typed model, read from a file, ``.env``, the environment and flags."""
