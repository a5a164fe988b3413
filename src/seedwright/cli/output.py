"""How failures, plans and reports look on a terminal and in a pipe."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import click

from seedwright.cli.wording import plain, shown
from seedwright.clients.naming import title
from seedwright.hints import Hint
from seedwright.metainfo.fields import ASKED
from seedwright.metainfo.pieces import format_size
from seedwright.metainfo.urls import mask_url
from seedwright.names import escaped, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seedwright.engines.base import Reused
    from seedwright.errors import SeedwrightError
    from seedwright.plan import Plan
    from seedwright.report import Report

_LABEL = 10


def fail(error: SeedwrightError, where: str = "") -> None:
    """Print a failure to stderr: where it happened if given, what happened, and what to do next."""
    click.secho("error: ", fg="red", err=True, nl=False)
    click.echo(
        f"{printable(where)}: {shown(error.message)}" if where else shown(error.message), err=True
    )
    if error.hint:
        click.secho("hint: ", fg="cyan", err=True, nl=False)
        click.echo(shown(error.hint), err=True)


def full_path(name: str) -> str:
    """The file of that name as ``--json`` shows it; standard input stays ``-``."""
    return name if name == "-" else os.path.abspath(name)  # noqa: PTH100 - cheaper for many


def warn(warnings: Iterable[str]) -> None:
    """Print warnings to stderr, one a line."""
    for warning in warnings:
        click.secho("warning: ", fg="yellow", err=True, nl=False)
        click.echo(shown(warning), err=True)


def count(number: int, what: str) -> str:
    """``1 piece``, ``2 pieces``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def print_json(row: dict[str, Any]) -> None:
    """One object on one line of stdout."""
    click.echo(json_text(row))


def json_text(value: object, indent: int | None = None) -> str:
    """The value as JSON, with its letters as they are."""
    import json

    text = json.dumps(plain(value), ensure_ascii=False, default=str, indent=indent)
    return "\n".join(map(escaped, text.split("\n")))


def print_schema(schema: dict[str, Any]) -> None:
    """A JSON schema, for people and editors."""
    click.echo(json_text(schema, indent=2))


def print_yaml(document: object) -> None:
    """The document as YAML."""
    import yaml

    click.echo(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), nl=False)


def print_report(report: Report) -> None:
    """The report on one torrent, for people."""
    if report.status == "done":
        row = ("torrent", f"{report.torrent_path} (already made)")
        _print(report.name, [row], report.warnings)
        return
    rows = [("infohash", report.infohash)]
    if report.infohash_v1 and report.infohash_v2:
        rows.append(("v2", report.infohash_v2))
    pieces = f"{count(report.pieces, 'piece')} of {format_size(report.piece_length)}"
    rows.append(("content", f"{_content(report.size, report.files)}, {pieces}"))
    rate = f", {format_size(report.hashing_rate)}/s" if report.hashing_rate else ""
    engine = Hint("{engine}: {reason}", engine=report.engine, reason=report.engine_reason)
    rows.append(("engine", Hint("{engine}{rate}", engine=engine, rate=rate)))
    rows += [("hashes", _reused(report.reused, report.pieces))] if report.reused else []
    rows.append(("torrent", str(report.torrent_path)))
    rows += [("rule", rule) for rule in report.rules]
    if report.seeding is not None and report.client is not None:
        labels = [f"category {report.seeding.category}"] if report.seeding.category else []
        labels += [f"tags {', '.join(report.seeding.tags)}"] if report.seeding.tags else []
        state = f"{report.seeding.state} on {title(report.client)}"
        rows.append(("seeding", "; ".join([state, *labels])))
        if report.seeding.evidence:
            rows.append(("proof", f"{report.seeding.proof}: {report.seeding.evidence}"))
        rows += [("tracker", answer.in_words) for answer in report.seeding.trackers]
    _print(_titled(report.name, report.label), rows, report.warnings)


def print_plan(plan: Plan) -> None:
    """The plan for one torrent, for people."""
    spec, seen = plan.spec, plan.survey
    size = _content(seen.size, seen.files) if seen else "not visible here"
    piece = format_size(spec.piece_length) if spec.piece_length else "automatic"
    privacy = "private" if spec.private else "public"
    outlook = plan.outlook()
    pieces = f", {count(outlook.pieces, 'piece')} of {piece}" if outlook else ""
    rows = [("content", f"{size}{pieces}")]
    if plan.client is not None:
        rows.append(("path", f"{plan.client_path} on {title(plan.client)}"))
    rows.append(
        ("engine", Hint("{engine}: {reason}", engine=plan.engine, reason=plan.engine_reason))
    )
    rows += [("hashes", "reused if they are cached")] if plan.reuses else []
    weight = f" ({format_size(outlook.torrent_size)})" if outlook else ""
    rows.append(("torrent", f"{plan.output}{weight}"))
    rows.append(("format", f"{spec.format}, {privacy}, piece length {piece}"))
    for row in filter(lambda row: row.label, ASKED):
        said = row.shape.lines(getattr(spec, row.name), mask_url)
        rows += [(row.label, line) for line in said]
    rows += [("rule", rule) for rule in plan.rules]
    if plan.seed is not None:
        save_path = "by its category" if plan.seed.auto_management else plan.seed.save_path.path
        rows.append(("save path", save_path))
        rows += [("category", plan.seed.category)] if plan.seed.category else []
        rows += [("tags", ", ".join(plan.seed.tags))] if plan.seed.tags else []
        rows += [("proof", plan.seed.proof)] if plan.seed.proof != "auto" else []
    _print(f"{_titled(spec.name, plan.label)} (dry run)", rows, plan.warnings)


def _reused(reused: Reused, pieces: int) -> str:
    if reused.torrent is not None:
        checked = f"{reused.sampled} of {count(pieces, 'piece')} hashed again"
        return f"from '{reused.torrent}', {checked}"
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(reused.made))
    again = f", {count(reused.sampled, 'piece')} hashed again" if reused.sampled else ""
    return f"reused from the cache (made {made}){again}"


def _titled(name: str, label: str | None) -> str:
    return f"{name} ({label})" if label else name


def _content(size: int, files: int) -> str:
    return f"{format_size(size)} in {count(files, 'file')}"


def _print(title: str, rows: Iterable[tuple[str, str]], warnings: Iterable[str]) -> None:
    click.secho(printable(title), bold=True)
    for label, text in rows:
        click.echo(f"  {label:<{_LABEL}}{shown(text)}")
    for warning in warnings:
        click.secho(f"  {'warning':<{_LABEL}}", fg="yellow", nl=False)
        click.echo(shown(warning))
