"""What ``create_torrent`` can be told; whatever is left out comes from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence


class CreateOptions(TypedDict, total=False):
    """Keyword arguments of ``TorrentManager.create_torrent`` and ``plan_torrent``.

    ======================  ====================================================================
    preset, presets         the preset whose options count where these say nothing, and the file
                            that it is in
    output, force           where the ``.torrent`` goes (a file, or a folder for ``NAME.torrent``)
                            and whether it may replace one
    several                 this is one of several torrents: ``output`` must be a folder
    label                   what tells it apart from others of the same content: in a folder it is
                            ``NAME.LABEL.torrent``
    skip_done               an output that is there and as asked, of content as it is, will do
    trackers                tiers (BEP 12): each entry one announce URL, or a list of them
    web_seeds, http_seeds   web seed URLs (BEP 19), and those of BEP 17 (embedded engine)
    dht_nodes               hosts and ports to enter the DHT by (BEP 5; embedded engine)
    like                    "mkbrr": what is not given is as mkbrr has it, so that its infohash comes
                            of it (embedded engine); or "seedwright"
    engine                  "auto", "local" or "qbittorrent"
    reuse                   keep hashes, and take kept ones of unchanged content (embedded engine)
    from_torrent            a ``.torrent`` of this content to take the hashes from, once a sample of
                            the pieces agrees (embedded engine)
    format                  "v1", "v2" or "hybrid" (BEP 3, BEP 52)
    private                 the private flag (BEP 27)
    piece_size              bytes, a text such as "4MiB", or "auto"
    piece_count             about how many pieces, instead of a size (embedded engine)
    max_piece_size          bytes or a text: the longest piece chosen unasked (embedded engine)
    max_torrent_size        bytes or a text: the largest ``.torrent`` (embedded engine)
    source, comment         the tags of that name
    tracker_rules           let the rules of its trackers choose what is not given here
    name, entropy           another name; a text that makes another infohash (embedded engine)
    with_date,              write the creation date, and "created by" (embedded engine)
    with_creator
    include, exclude        globs of what to take in and to leave out (embedded engine)
    ignore_dotfiles         leave out names that begin with a dot
    content_checks          look for gaps and leftovers in the content
    strict, allow           whether what they find is an error, and the names of what is none
    client                  the client's name in the settings
    seed                    add the torrent to the client and prove that it seeds
    category                its category; ``create_category`` allows creating it
    tags                    its tags
    save_path               the folder the content lies in, here or as the client sees it
    auto_management         let the category decide on the folder
    proof                   how seeding is proven: "auto", "listed", "sampled" or "rechecked"
    share_limits            "client" for the share limits that the client gives, "none" for none, or
                            "auto" for none where the client's would delete content
    merge_same              make one torrent, with the trackers of all, of variants that would have
                            the same infohash on one client
    timeout                 seconds the client may take to make the torrent
    ======================  ====================================================================
    """

    preset: str | None
    presets: str | os.PathLike[str] | None
    output: str | os.PathLike[str] | None
    force: bool
    several: bool
    label: str
    skip_done: bool
    trackers: Sequence[str | Sequence[str]] | None
    web_seeds: Sequence[str]
    http_seeds: Sequence[str]
    dht_nodes: Sequence[tuple[str, int]]
    engine: Literal["auto", "local", "qbittorrent"] | None
    reuse: bool | None
    from_torrent: str | os.PathLike[str] | None
    like: Literal["seedwright", "mkbrr"] | None
    format: Literal["v1", "v2", "hybrid"] | None
    private: bool | None
    piece_size: int | str | None
    piece_count: int | None
    max_piece_size: int | str | None
    max_torrent_size: int | str | None
    source: str | None
    comment: str | None
    tracker_rules: bool | None
    name: str | None
    entropy: str | None
    with_date: bool
    with_creator: bool
    include: Sequence[str]
    exclude: Sequence[str]
    ignore_dotfiles: bool | None
    content_checks: bool | None
    strict: bool | None
    allow: Sequence[str] | None
    client: str | None
    seed: bool | None
    category: str | None
    create_category: bool | None
    tags: Sequence[str] | None
    save_path: str | None
    auto_management: bool | None
    proof: Literal["auto", "listed", "sampled", "rechecked"] | None
    share_limits: Literal["auto", "client", "none"] | None
    merge_same: bool
    timeout: float | None


def one_each(presets: Sequence[str], options: CreateOptions) -> list[CreateOptions]:
    """The options for each of the presets; several of them label their torrents."""
    names = list(dict.fromkeys(presets))
    if len(names) == 1:
        return [{**options, "preset": names[0]}]
    return [{**options, "preset": name, "label": name, "several": True} for name in names]
