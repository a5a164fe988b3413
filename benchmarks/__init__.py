"""Side by side, in one run, with ratios: `make bench`.

creator       200 torrents through qBittorrent, beside bare loops (loops: what these are)
trackers      one content for several trackers, with kept hashes too, and 1,000 torrents edited
hashing       from content to torrent, beside the peers: the command, and what it runs when

What `hashing` stands on:

contenders    who takes part and how each is told what to do (peers: where they come from;
              web_creator: qBittorrent's; libtorrent_create: a script for libtorrent)
scenarios     what is hashed (content: the files; page_cache: whether they are in memory)
timed         seconds and peak memory of one process
agreement     whether all say the same (torrents: what a torrent says)
figures       medians, rates and ratios (verdicts: the bars they are held against)
pages         what is printed and written (tables, chart: its parts; machine: where it ran)
"""
