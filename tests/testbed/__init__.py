"""A real qBittorrent on loopback, and what surrounds it in a test.

fetch       a qBittorrent of a given version, without root
server      one running qBittorrent with a profile of its own
proxy       a reverse proxy that sees, counts and breaks the traffic to it
faults      what that proxy can do to a request
tls         a certificate for loopback and the CA that signed it
fakes       hosts that are not qBittorrent, and a tracker

``python -m tests.testbed 5.3`` leaves one running to play with by hand.
"""
