"""From content to what a careful uploader would say about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from seedwright.errors import ContentCheckError
from seedwright.hints import Hint
from seedwright.names import printable
from seedwright.stages.content import Found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seedwright.content.walk import ContentFile


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Vetted(Found):
    """Content, and what the content checks find in it, a sentence each."""

    findings: tuple[str, ...]


class _Known(NamedTuple):
    files: Sequence[ContentFile]
    name: str
    allowed: tuple[str, ...]
    findings: tuple[str, ...]


class Findings:
    """What was found in content, so that it is checked once for several torrents."""

    def __init__(self) -> None:
        self._known: list[_Known] = []

    def of(self, found: Found, allowed: tuple[str, ...]) -> tuple[str, ...]:
        """What the checks find, except those that are ``allowed`` to fail."""
        name = found.spec.name
        for known in self._known:
            if known.files is found.files and (known.name, known.allowed) == (name, allowed):
                return known.findings
        from seedwright.content.checks.check import check_content

        assert found.survey is not None  # noqa: S101 - only what is visible here is looked at
        checked = check_content(found.survey, found.files, name=name, allowed=allowed)
        sentences = tuple(map(str, checked))
        self._known.append(_Known(found.files, name, allowed, sentences))
        return sentences


def vet(found: Found, known: Findings) -> Vetted:
    """What the content checks find, if the content is visible here and they are switched on.

    Raises ContentCheckError when strict.
    """
    request = found.request
    if found.survey is None or not request.content_checks:
        return Vetted(**vars(found), findings=())
    findings = known.of(found, request.allow or ())
    if findings and request.strict:
        raise ContentCheckError(
            f"'{printable(str(found.spec.content))}' fails the content checks: "
            + "; ".join(findings),
            hint=Hint("fix it, or skip a check by name with {allow.setting}"),
        )
    return Vetted(**vars(found), findings=findings)
