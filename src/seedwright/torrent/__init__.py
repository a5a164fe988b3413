"""The pure room: content, pieces, metainfo. No network, no settings."""
