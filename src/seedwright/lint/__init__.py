"""What trackers and clients would trip over in a torrent."""
