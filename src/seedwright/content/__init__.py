"""What a torrent is made from: the walk over it, what is wrong with it, when it changes."""
