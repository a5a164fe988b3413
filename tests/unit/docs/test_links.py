from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.docs import pages

if TYPE_CHECKING:
    from pathlib import Path

_LINK = re.compile(r"\[[^\]]+\]\(([^)]+)\)")


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in _LINK.findall(pages.prose(text)):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if anchor:
            assert anchor in pages.anchors(target.read_text(encoding="utf-8")), link


def test_the_readme_leads_to_every_page() -> None:
    linked = set(_LINK.findall(pages.text("README.md")))
    wanted = {page.relative_to(pages.ROOT).as_posix() for page in pages.PAGES} - {"README.md"}
    assert wanted <= linked


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.name)
def test_addresses_are_only_examples(page: Path) -> None:
    hosts = re.findall(r"\b(?:https?|udp)://([\w.-]+)", page.read_text(encoding="utf-8"))
    example = re.compile(r"localhost|127\.0\.0\.1|nas|[\w-]+\.(?:lan|example)")
    assert [host for host in hosts if not example.fullmatch(host)] == []
