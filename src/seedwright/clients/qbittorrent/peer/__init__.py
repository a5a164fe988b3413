"""Asking one client for some pieces of a torrent, over the BitTorrent peer protocol."""
