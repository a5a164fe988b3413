"""A real qBittorrent on loopback, and what surrounds it in a test.

fetch         a qBittorrent of a given version, without root (packages: how; apt_sources: from where)
server        one running qBittorrent (profile: its settings; process, ports: what it runs on)
clean         what a test left in it, and how to take that out
proxy         a reverse proxy that sees and counts the traffic to it (web: what it is made of)
faults        what that proxy can do to a request instead of passing it on
tls           a certificate for loopback, and the CA that signed it
fakes         hosts that are not qBittorrent, and a tracker
peers         peers that are not qBittorrent: a good seeder, and hostile ones

``python -m tests.testbed 5.3`` leaves one running to play with by hand.
"""
