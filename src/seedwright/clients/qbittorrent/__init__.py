"""Driving one qBittorrent over its Web API: sign in, create, add, prove."""
