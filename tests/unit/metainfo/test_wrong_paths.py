from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedwright.metainfo.wrong_paths import PATH_PROBLEMS, SplitPaths, path_problems


@pytest.mark.parametrize(
    "part",
    [b"..", b".", b"/", b"/etc", b"a/b", b"..\\x", b"C:", b"C:\\x", b"c:x", b"a\0b", b"a\n/b"],
)
def test_a_part_that_leads_out_is_told(part: bytes) -> None:
    assert "leads-out" in path_problems((b"sub", part))


@pytest.mark.parametrize(
    "part",
    [b"CON", b"nul", b"Aux.txt", b"com1.tar.gz", b"LPT9", b"a.", b"a ", b"a?", b'"', b"a\x1fb"],
)
def test_a_name_that_windows_does_not_take_is_told(part: bytes) -> None:
    assert path_problems((part,)) == ("windows-name",)


@pytest.mark.parametrize(
    "part",
    [b"a", b"...a", b"..a", b"console", b"com10", b"a.con", "é".encode(), b" a", b"x" * 255, b".a"],
)
def test_a_plain_name_has_no_problem(part: bytes) -> None:
    assert path_problems((b"sub", part)) == ()


@pytest.mark.parametrize(
    ("part", "problem"),
    [
        (b"", "empty-name"),
        (b"x" * 256, "long-name"),
        (b"x" * 70_000, "long-name"),
        (b"caf\xe9", "not-utf8"),
        (b"\xed\xa0\x80", "not-utf8"),
    ],
)
def test_other_problems_have_their_own_names(part: bytes, problem: str) -> None:
    assert path_problems((part,)) == (problem,)


def test_problems_stand_in_the_order_of_the_table_and_once_each() -> None:
    found = path_problems((b"..", b"\xff", b"..", b""))
    assert found == ("leads-out", "empty-name", "not-utf8", "windows-name")
    assert list(found) == [name for name in PATH_PROBLEMS if name in found]


SAMPLES = [b"", b".", b"..", b"a.", b"a ", b"CON", b"con.x", b"com10", b"lpt1.", b"a/b", b"a\\b"]
SAMPLES += [b"c:", b"a?", b"\0", b"\n", b"\x1f", b"\x7f", b"\xff", b"\xc3", b"\xa9", "é".encode()]
SAMPLES += [b"x" * 255, b"x" * 256, "é".encode() * 128, b" a", b".a", b"console", b"nul"]
parts = (
    st.sampled_from(SAMPLES) | st.binary(max_size=6) | st.from_regex(rb"[a-z]{1,8}\.?[a-z]{0,3}")
)


@given(st.lists(st.lists(parts, min_size=1, max_size=3).map(tuple), max_size=6))
def test_many_paths_at_once_are_fine_when_each_of_them_is(paths: list[tuple[bytes, ...]]) -> None:
    assert SplitPaths.of(paths).are_fine is not any(map(path_problems, paths))


@pytest.mark.parametrize("part", SAMPLES)
@pytest.mark.parametrize("path", [(b"%s",), (b"%s", b"x"), (b"x", b"%s"), (b"x", b"%s", b"x")])
def test_no_place_hides_a_problem(part: bytes, path: tuple[bytes, ...]) -> None:
    whole = tuple(part if each == b"%s" else each for each in path)
    assert SplitPaths.of([(b"a", b"b"), whole, (b"c",)]).are_fine is not bool(path_problems(whole))
