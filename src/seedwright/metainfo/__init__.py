"""What a ``.torrent`` says: its bytes, read, built, compared, changed and shown."""
