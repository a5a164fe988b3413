"""What trackers ask of a torrent: rules as data, and what they make of a spec."""
