"""The way of one torrent, a stage a module, in walking order."""
