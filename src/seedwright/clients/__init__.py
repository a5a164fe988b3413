"""The torrent clients, a room each."""
