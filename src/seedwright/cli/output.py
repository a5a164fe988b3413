"""How failures, plans and reports look on a terminal and in a pipe."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

import click

from seedwright.cli.spelling import plain, shown
from seedwright.clients.naming import title
from seedwright.hints import Hint
from seedwright.metainfo.pieces import format_size
from seedwright.metainfo.urls import mask_echo, mask_url
from seedwright.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seedwright.engines.base import Reused
    from seedwright.errors import SeedwrightError
    from seedwright.plan import Plan
    from seedwright.report import Report

_LABEL = 10


def fail(error: SeedwrightError, where: str = "") -> None:
    """Print a failure to stderr: what happened, after ``where`` that is about, and what to do next."""
    click.secho("error: ", fg="red", err=True, nl=False)
    click.echo(
        f"{printable(where)}: {shown(error.message)}" if where else shown(error.message), err=True
    )
    if error.hint:
        click.secho("hint: ", fg="cyan", err=True, nl=False)
        click.echo(shown(error.hint), err=True)


def full_path(name: str) -> str:
    """The file of that name as ``--json`` tells it; standard input stays ``-``."""
    return name if name == "-" else os.path.abspath(name)  # noqa: PTH100 - cheaper for many


def warn(warnings: Iterable[str]) -> None:
    """Print warnings to stderr, one a line."""
    for warning in warnings:
        click.secho("warning: ", fg="yellow", err=True, nl=False)
        click.echo(shown(warning), err=True)


def print_json(row: dict[str, Any]) -> None:
    """One object on one line of stdout."""
    click.echo(json_text(row))


def json_text(value: object, indent: int | None = None) -> str:
    """The value as JSON, with its letters as they are."""
    import json

    return json.dumps(plain(value), ensure_ascii=False, default=str, indent=indent)


def print_report(report: Report) -> None:
    """What came of one torrent, for people."""
    if report.status == "done":
        row = ("torrent", f"{report.torrent_path} (already made)")
        _print(report.name, [row], report.warnings)
        return
    rows = [("infohash", report.infohash)]
    if report.infohash_v1 and report.infohash_v2:
        rows.append(("v2", report.infohash_v2))
    pieces = f"{_count(report.pieces, 'piece')} of {format_size(report.piece_length)}"
    rows.append(("content", f"{_content(report.size, report.files)}, {pieces}"))
    rate = f", {format_size(report.hashing_rate)}/s" if report.hashing_rate else ""
    rows.append(
        (
            "engine",
            Hint(
                "{engine}: {reason}{rate}",
                engine=report.engine,
                reason=report.engine_reason,
                rate=rate,
            ),
        )
    )
    rows += [("hashes", _reused(report.reused, report.pieces))] if report.reused else []
    rows.append(("torrent", str(report.torrent_path)))
    rows += [("rule", rule) for rule in report.rules]
    if report.seeding is not None and report.client is not None:
        labels = [f"category {report.seeding.category}"] if report.seeding.category else []
        labels += [f"tags {', '.join(report.seeding.tags)}"] if report.seeding.tags else []
        rows.append(
            ("seeding", "; ".join([f"{report.seeding.state} on {title(report.client)}", *labels]))
        )
        if report.seeding.evidence:
            rows.append(("proof", f"{report.seeding.proof}: {report.seeding.evidence}"))
        for tracker in report.seeding.trackers:
            said = f" ({mask_echo(tracker.message, tracker.url)})" if tracker.message else ""
            rows.append(("tracker", f"{mask_url(tracker.url)}: {tracker.status}{said}"))
    _print(_titled(report.name, report.label), rows, report.warnings)


def print_plan(plan: Plan) -> None:
    """What would be done about one torrent, for people."""
    spec, seen = plan.spec, plan.survey
    size = _content(seen.size, seen.files) if seen else "not visible here"
    piece = format_size(spec.piece_length) if spec.piece_length else "automatic"
    rows = [("content", size)]
    if plan.client is not None:
        rows.append(("path", f"{plan.client_path} on {title(plan.client)}"))
    rows += [
        ("engine", Hint("{engine}: {reason}", engine=plan.engine, reason=plan.engine_reason)),
        *([("hashes", "kept, and reused where they are there")] if plan.reuses else []),
        ("torrent", str(plan.output)),
        (
            "format",
            f"{spec.format}, {'private' if spec.private else 'public'}, piece length {piece}",
        ),
    ]
    rows += [("source", spec.source)] if spec.source else []
    rows += [("comment", spec.comment)] if spec.comment else []
    rows += [("tier", ", ".join(map(mask_url, tier))) for tier in spec.tiers]
    rows += [("rule", rule) for rule in plan.rules]
    rows += [("web seed", mask_url(url)) for url in (*spec.web_seeds, *spec.http_seeds)]
    rows += [("node", f"{host}:{port}") for host, port in spec.dht_nodes]
    if plan.seed is not None:
        rows.append(
            (
                "save path",
                "by its category" if plan.seed.auto_management else plan.seed.save_path.path,
            )
        )
        rows += [("category", plan.seed.category)] if plan.seed.category else []
        rows += [("tags", ", ".join(plan.seed.tags))] if plan.seed.tags else []
        rows += [("proof", plan.seed.proof)] if plan.seed.proof != "auto" else []
    _print(f"{_titled(spec.name, plan.label)} (dry run)", rows, plan.warnings)


def _reused(reused: Reused, pieces: int) -> str:
    if reused.torrent is not None:
        return (
            f"from '{reused.torrent}', {reused.sampled} of {_count(pieces, 'piece')} hashed again"
        )
    made = time.strftime("%Y-%m-%d %H:%M", time.localtime(reused.made))
    again = f", {_count(reused.sampled, 'piece')} hashed again" if reused.sampled else ""
    return f"reused from the cache (made {made}){again}"


def _titled(name: str, label: str | None) -> str:
    return f"{name} ({label})" if label else name


def _content(size: int, files: int) -> str:
    return f"{format_size(size)} in {_count(files, 'file')}"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _print(title: str, rows: Iterable[tuple[str, str]], warnings: Iterable[str]) -> None:
    click.secho(printable(title), bold=True)
    for label, text in rows:
        click.echo(f"  {label:<{_LABEL}}{shown(text)}")
    for warning in warnings:
        click.secho(f"  {'warning':<{_LABEL}}", fg="yellow", nl=False)
        click.echo(shown(warning))
