"""Makes torrents and proves that they seed."""
