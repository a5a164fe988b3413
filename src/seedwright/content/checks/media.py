"""Which files are media, and which may be archives, by the ends of their names."""

from __future__ import annotations

MEDIA = VIDEO, AUDIO, BOOK = "video", "audio", "book"

_SUFFIXES = {
    VIDEO: "3gp asf avi divx f4v flv m2ts m4v mkv mov mp4 mpeg mpg ogm ogv rmvb webm wmv",
    AUDIO: "aac ac3 aif aiff alac ape dff dsf dts eac3 flac m4a m4b mka mp2 mp3 oga ogg opus tak"
    " tta wav wma wv",
    BOOK: "azw azw3 cb7 cbr cbz djvu epub fb2 lit mobi pdf",
}

KINDS = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}
"""The kind of a file by its suffix, in lower case. What is source code as well (ts) has none."""

_ARCHIVES = frozenset({"rar", "zip", "7z"})


def may_be_archive(suffix: str) -> bool:
    """Whether a file with this suffix, in lower case, can be an archive or a volume of one."""
    if len(suffix) != 3 or not (suffix.isascii() and suffix[1:].isdecimal()):
        return suffix in _ARCHIVES
    return suffix[0] in "rz" or suffix[0].isdecimal()
