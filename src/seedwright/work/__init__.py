"""Work on many torrents, below every face: what is to be made, beside each other, and how far it is."""
