from __future__ import annotations

import re

import pytest

from tests.unit.docs import pages, sentences

PART = pages.section(pages.text("docs/DEVELOPMENT_GUIDE.md"), "Troubleshooting by symptom")
SYMPTOMS = re.findall(r"^> (.+)$", PART, re.MULTILINE)


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_every_symptom_is_a_sentence_that_is_printed(symptom: str) -> None:
    assert sentences.is_printed(symptom)


def test_every_symptom_has_an_answer() -> None:
    assert re.findall(r"^> .+\n(?!\n[^>#\n])", PART, re.MULTILINE) == []


@pytest.mark.parametrize(
    "invented",
    [
        "nothing listened at http://localhost:8080",
        "qBittorrent does not find /data/book (no mapping covers it)",
        "'x' is away",
        "the server is on fire",
    ],
)
def test_a_sentence_that_nobody_prints_is_noticed(invented: str) -> None:
    assert not sentences.is_printed(invented)
